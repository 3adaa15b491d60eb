"""Does the query ask for something that no step answers?

Found are questions of three content words or more, none of which is in anything that the steps are about (their tools'
specs, arguments, results and quotes), where the query has as many other sentences that are as there are answers.
A question that says in other words what a step found ("Do I need an umbrella?") is not told from one about another
matter, which is why one that stands alone is let pass.
"""

import re
from collections.abc import Iterator

from graph.record import Record, Turn
from nodes.proofs.executed import quotes
from nodes.proofs.polarity import stems
from nodes.proofs.spec_words import spec_texts

_SENTENCE = re.compile(r"[^.?!]+[.?!]*")
_WORDS_MIN = 3


def surplus_questions(record: Record, turn: Turn, ends: int) -> Iterator[str]:
    """Yield the questions that none of the record's steps is about; `ends` is how many results are to be told."""
    sentences = [match.group().strip() for match in _SENTENCE.finditer(turn.query)]
    known = {spec.name for spec in record.tools}
    if not any(sentence.endswith("?") for sentence in sentences) or any(step.tool not in known for step in turn.steps):
        return
    about = _vocabulary(record)
    foreign = [
        sentence
        for sentence in sentences
        if sentence.endswith("?") and len(words := stems(sentence)) >= _WORDS_MIN and not words & about
    ]
    if len([sentence for sentence in sentences if stems(sentence) & about]) >= ends:
        yield from foreign


def _vocabulary(record: Record) -> frozenset[str]:
    texts = [text for spec in record.tools for text in (spec.name.replace("-", " "), *spec_texts(spec))]
    for turn in record.turns:
        for step in turn.steps:
            texts += [str(step.arguments), str(step.result)[:20_000]]
            texts += [quote for source in step.sources.values() for quote in quotes(source)]
    return frozenset().union(*map(stems, texts))
