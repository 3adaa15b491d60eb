"""Does the query ask for something that no step answers?

Found are sentences, none of whose content words is in anything that the steps are about (their tools' specs, arguments,
results and quotes), where the query has as many other sentences that are as there are answers: questions of three
content words or more, and requests ("Book me a flight home.", "I also need a taxi.") of one beside their verb. How the
answer should be ("Give me a short answer.") is no request.
So are requests of three content words that hold nothing quoted, but a number or date that no step has.
A question that says in other words what a step found ("Do I need an umbrella?") is not told from one about another
matter, which is why short ones, and one that stands alone, are let pass.
"""

import re
from collections.abc import Iterator

from graph.record import Record, Turn
from nodes.proofs.dates import scan_calendar
from nodes.proofs.executed import quotes
from nodes.proofs.origins import Origins
from nodes.proofs.polarity import stems
from nodes.proofs.shown import shown_numbers
from nodes.proofs.spec_words import spec_texts

_SENTENCE = re.compile(r"(?:[^.?!]|[.?!](?!\s|$))+[.?!]*")
_WORDS_MIN = 3
_REQUEST = re.compile(
    r"(?:(?:also|and|then|plus|so|now|next|finally|lastly|besides|afterwards|please|just|kindly|after that)[,:]? +)*"
    r"(?:(?:add|arrange|ask|book|buy|calculate|call|cancel|check|choose|compare|compute|convert|count|define|delete|"
    r"describe|determine|download|draft|draw|email|estimate|explain|fetch|figure|find|get|give|identify|list|look|mail|"
    r"message|name|order|pick|play|plan|post|predict|print|rank|recommend|remind|reserve|schedule|search|send|set|"
    r"show|sort|suggest|summari[sz]e|tell|translate|turn|upload|work|write)|"
    r"i(?:['’]d| would)? also (?:need|want|like))\b",
    re.IGNORECASE,
)
_MANNER = stems(
    "answer answers reply brief briefly short shortly quick quickly concise simple simply detail details detailed "
    "sentence sentences paragraph words table bullet bullets points summary number numbers figure figures rounded "
    "round exact exactly result results everything rest"
)
_FILLERS = stems("too again thanks know")


def surplus_requests(record: Record, turn: Turn, ends: int) -> Iterator[str]:
    """Yield what none of the record's steps is about; `ends` is how many results are to be told."""
    known = {spec.name for spec in record.tools}
    sentences = [match.group().strip() for match in _SENTENCE.finditer(turn.query)]
    requests = [sentence for sentence in sentences if sentence.endswith("?") or _REQUEST.match(sentence)]
    if not requests or any(step.tool not in known for step in turn.steps):
        return
    about = _vocabulary(record)
    foreign = [each for each in requests if _is_foreign(each, about) or _has_other_values(each, record)]
    if foreign and len([each for each in sentences if each not in foreign and stems(each) & about]) >= ends:
        yield from foreign


def _is_foreign(sentence: str, about: frozenset[str]) -> bool:
    request = _REQUEST.match(sentence)
    asked = stems(sentence[request.end() :] if request else sentence)
    if request:
        return bool(asked - _FILLERS) and not asked & (about | _MANNER)
    return len(asked) >= _WORDS_MIN and not asked & about


def _has_other_values(sentence: str, record: Record) -> bool:
    numbers = [
        shown for shown in shown_numbers(sentence) if sentence[shown.start : shown.end].lstrip("+-")[:1].isdigit()
    ]
    moments = [span.value for span in scan_calendar(sentence) if sentence[span.start].isdigit()]
    if not (numbers or moments) or len(stems(sentence)) < _WORDS_MIN or stems(sentence) & _MANNER:
        return False
    steps = [step for turn in record.turns for step in turn.steps]
    quoted = {quote for step in steps for source in step.sources.values() for quote in quotes(source)}
    if any(quote.casefold() in sentence.casefold() for quote in quoted):
        return False
    origins = Origins()
    origins.learn([record.context.model_dump(mode="json"), *quoted])
    for step in steps:
        origins.learn([step.arguments, step.result])
    return any(shown.value not in origins.numbers for shown in numbers) or any(
        origins.moment(value) is None for value in moments
    )


def _vocabulary(record: Record) -> frozenset[str]:
    texts = [text for spec in record.tools for text in (spec.name.replace("-", " "), *spec_texts(spec))]
    for turn in record.turns:
        for step in turn.steps:
            texts += [str(step.arguments), str(step.result)[:20_000]]
            texts += [quote for source in step.sources.values() for quote in quotes(source)]
    return frozenset().union(*map(stems, texts))
