"""Which words of a query that was written first ask for what was called: nobody marked them, so they are inferred.

A step is asked for by the sentence that says its arguments, or those of the steps whose results it uses; where no
sentence says any, as of a tool without parameters, by the whole query. Whether it was asked for at all is not known
from that: only a step that the response tells, or that changed something, counts as asked for.
"""

import re
from collections.abc import Iterable, Mapping

from graph.record import Step, Turn
from graph.sources import UserSource
from nodes.policies.base import MarkedSpan, MarkedText
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec

_END = re.compile(r"[.!?]+(?=\s|$)|\n")


def with_asks(query: MarkedText, turn: Turn, specs: Mapping[str, ToolSpec]) -> MarkedText:
    """Return the query with a mark for each step of the turn that it asks for."""
    told = _told(turn)
    known = {step.id: step for step in turn.steps}
    marks = []
    for step in turn.steps:
        writes = step.tool in specs and effective(specs[step.tool]).read_only is not True
        if step.id in told or writes:
            start, end = _span(query.text, said_of(step, known))
            marks.append(MarkedSpan(start=start, end=end, quote=query.text[start:end], references=[step.id]))
    return MarkedText(text=query.text, marks=marks)


def said_of(step: Step, known: Mapping[str, Step]) -> list[UserSource]:
    """Return the words that say the step's arguments, or else those of the steps that it builds on."""
    own = [source for source in step.sources.values() if isinstance(source, UserSource)]
    if own:
        return own
    return [source for name in sorted(step.uses()) if name in known for source in said_of(known[name], known)]


def _told(turn: Turn) -> set[str]:
    told: set[str] = set()
    for tell in turn.tells or ():
        told.update(name for source in (tell.source, *tell.also, *tell.either) if source for name in source.steps())
        told.update([tell.did] if tell.did else [])
    return told


def _span(text: str, said: Iterable[UserSource]) -> tuple[int, int]:
    """Return the sentence in which the first of the words stand, without space around it."""
    place = min((source.start for source in said), default=None)
    if place is None:
        return _stripped(text, 0, len(text))
    start, end = 0, len(text)
    for found in _END.finditer(text):
        if found.end() <= place:
            start = found.end()
        elif found.start() >= place:
            end = found.end()
            break
    return _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())
