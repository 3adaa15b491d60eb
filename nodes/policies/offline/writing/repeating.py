"""The same question with one other value: "And in Bergen?"."""

import re
from collections.abc import Mapping, Sequence

from graph.record import Step
from graph.sources import StepSource
from nodes.dialogues.holds import changed_leaves
from nodes.policies.offline.asks import pointers_spoken_of
from nodes.policies.offline.reading.templates import PhraseError
from nodes.policies.offline.writing.conversation import Conversation
from nodes.policies.offline.writing.message import WrittenAsk
from tool_registry.json.pointer import tokens

#: Words that a value may be said with when nothing else is.
_PREPOSITIONS = frozenset("in at on for from to with until before after near around between by".split())


def ask_the_same(talk: Conversation, step: Step, forms: Mapping[str, Sequence[str]]) -> str | None:
    """Return a message that asks what was asked last with the one value that differs, or None where more does."""
    if len(talk.last) != 1 or talk.last[0].step.tool != step.tool:
        return None
    old, ask = talk.last[0].step, talk.last[0].ask
    differing = changed_leaves(old.arguments, step.arguments)
    if len(differing) != 1 or len(tokens(differing[0])) != 1 or not _is_alike(old, step, differing[0]):
        return None
    name = tokens(differing[0])[0]
    if not isinstance(step.arguments[name], str | int | float) or isinstance(step.arguments[name], bool):
        return None
    try:
        words = talk.speaker.argument(step, (name,))
    except PhraseError:
        return None
    preposition = preposition_of(ask.template, name) if ask is not None else ""
    form = talk.rng.choice(forms["placed" if preposition and talk.rng.random() < 0.5 else "plain"])
    if form in forms["placed"] and preposition:
        words = f"{preposition} {words}"
    talk.asks[step.id] = WrittenAsk(step, ask, talk.last[0].form, words, False)
    schema = talk.speaker.specs[step.tool].output_schema or {}
    talk.speaker.asked(step, pointers_spoken_of(ask, schema) if ask is not None else None)
    text = form.replace("{}", words)
    return talk.speaker.marks.around(text, step.id)


def preposition_of(template: str, name: str) -> str:
    """Return the word that stands before the argument in a template where it may be said with it alone, or ""."""
    found = re.search(rf"(\w+) \{{{re.escape(name)}\}}", template)
    return found[1] if found and found[1] in _PREPOSITIONS else ""


def _is_alike(old: Step, new: Step, pointer: str) -> bool:
    """Say whether all arguments but one come from where those of the old step came from."""
    one, other = (
        {where: source for where, source in step.sources.items() if isinstance(source, StepSource) and where != pointer}
        for step in (old, new)
    )
    return one == other
