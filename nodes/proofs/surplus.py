"""Does the query ask for something that no step answers?

Each request of the query (`requests.py`) is weighed: its content words and its values (numbers, dates, names) that
the record has (in its tools' specs, its arguments and results, what is quoted of the user, the response) against those
that it has not, a value as much as two words. Where more is foreign than known, no step is about it. It is reported
when the steps whose results are to be told are all asked for by the other requests: else it may say in other words
("Do I need an umbrella?") what one of them found. How the answer should be ("Give me a short answer.") is no request.
Of queries in other languages than English nothing is said.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from graph.record import Record, Step, Turn
from nodes.proofs.dates import scan_calendar
from nodes.proofs.executed import quotes, steps_used
from nodes.proofs.origins import Origins
from nodes.proofs.polarity import stems
from nodes.proofs.polarity import words as words_of
from nodes.proofs.requests import Clause, clauses
from nodes.proofs.shown import shown_numbers
from nodes.proofs.spec_words import spec_texts
from nodes.proofs.text import folded_words
from tool_registry.json_pointer import scalars
from tool_registry.spec import ToolSpec

_VALUE = 2
_STEM_MAX = 6
_SCALARS_MAX = 500
_REFERS = re.compile(r"\b(?:it|its|this|that|these|those|they|them|there)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=[\w,:] )(?!I\b)[A-Z][\w'’-]*")


def _stems(text: str) -> frozenset[str]:
    """Return stems short enough that "conversion" is "convert" and "country" is "countries"."""
    return frozenset((stem[:-1] + "i" if stem.endswith("y") else stem)[:_STEM_MAX] for stem in stems(text))


#: How an answer should be, and what is said around a request.
_SMALL_TALK = _stems(
    "answer answers reply brief briefly short shortly quick quickly concise simple simply detail details detailed "
    "sentence sentences paragraph word words table bullet bullets points summary rounded round exact exactly result "
    "results everything rest everyone too again thank thanks know tell show find give help let im id ive youre whats "
    "thats something else thing things topic different unrelated separately besides besides that all now hey hi hello "
    "note side top hand wondering wonder curious chance able could might may any please sure going here possible need "
    "needed way ask question questions order first second third last next both same right today lot idea curiosity "
    "come comes go goes day days time times date dates number numbers much many long far kind type twice once "
    "carefully good"
)
#: What nobody does by telling something: a tool has to say that it does it.
_DOING = frozenset(
    "arrange attach block book buy call cancel deliver dial download email e-mail forward install invite mail message "
    "notify order pay ping play post print publish purchase put remind rent reserve save schedule send share submit "
    "subscribe text transfer translate tweet upload".split()
)


def surplus_requests(record: Record, turn: Turn) -> Iterator[str]:
    """Yield the requests that none of the record's steps is about."""
    specs = {spec.name: spec for spec in record.tools}
    asked = clauses(turn.query)
    if not any(each.request for each in asked) or any(step.tool not in specs for step in turn.steps):
        return
    if not _is_english(turn.query):
        return
    known = _Known.of(record)
    foreign = [each for each in asked if each.request and known.is_foreign(each)]
    if not foreign:
        return
    others = [_stems(each.text) for each in asked if each not in foreign and (each.request or each.nominal)]
    unasked = sum(not any(topic & words for words in others) for topic in _topics(turn, specs))
    if len(foreign) > unasked:
        yield from (each.text for each in foreign)


class _Value(NamedTuple):
    """Whether the record has it; and whether it is a date, or a number of more than one digit."""

    known: bool
    firm: bool


@dataclass
class _Known:
    """What a record is about: stems, values, and its tools."""

    words: frozenset[str]
    origins: Origins
    specs: list[ToolSpec]

    @cached_property
    def of_tools(self) -> frozenset[str]:
        """The words of the record's tools, whole."""
        texts = [text for spec in self.specs for text in (spec.name, *spec_texts(spec))]
        return frozenset().union(*map(folded_words, texts))

    @classmethod
    def of(cls, record: Record) -> "_Known":
        origins = Origins()
        origins.learn(record.context.model_dump(mode="json"))
        words = [_stems_of_spec(spec) for spec in record.tools]
        for turn in record.turns:
            for step in turn.steps:
                said = [quote for source in step.sources.values() for quote in quotes(source)]
                for given in (said, step.arguments, step.result):
                    origins.learn(given)
                words.append(_found_stems(step))
            origins.learn(turn.response)
            words.append(_stems(turn.response))
        for text in origins.texts:
            words.append(_stems(text[:2000]))
        return cls(frozenset().union(*words), origins, record.tools)

    def is_foreign(self, request: Clause) -> bool:
        """Say whether the request has more that the record has not than it has of the record."""
        words = {word for word in _stems(request.body) - _SMALL_TALK if not word[0].isdigit()}
        values = list(self._values(request.body))
        firm = [value.known for value in values if value.firm]
        if firm and not any(value.known for value in values):
            return True
        if request.wish and all(value.known for value in values):
            return False
        known = len(words & self.words) + _VALUE * sum(value.known for value in values)
        foreign = len(words - self.words) + _VALUE * sum(not value.known for value in values)
        if request.verb in _DOING and not _stems(request.verb) <= self.words:
            foreign += _VALUE
        # What is joined to another request, or speaks of "it", is more often about the same matter.
        return foreign - known > request.part + (_REFERS.search(request.body) is not None)

    def _values(self, text: str) -> Iterator[_Value]:
        """Yield the numbers, dates and names of the text."""
        moments = list(scan_calendar(text))
        for moment in moments:
            if text[moment.start].isdigit():
                yield _Value(self.origins.moment(moment.value) is not None, True)
        for shown in shown_numbers(text):
            digits = sum(character.isdecimal() for character in text[shown.start : shown.end])
            if digits > 1:  # a single one is near to something in any record
                yield _Value(shown.value in self.origins.numbers, True)
        for match in _NAME.finditer(text):
            if not any(moment.start <= match.start() < moment.end for moment in moments):
                words = {*folded_words(match.group())} - {"s"}
                if self.origins.words >= words:
                    yield _Value(True, False)
                elif not self.of_tools >= words:
                    yield _Value(False, False)


def _is_english(text: str) -> bool:
    """Say whether a fifth of the words is what English says beside what it speaks of; usually it is two fifths."""
    spoken = words_of(text)
    return sum(not stems(word) for word in spoken) * 5 >= len(spoken)


def _topics(turn: Turn, specs: dict[str, ToolSpec]) -> Iterator[frozenset[str]]:
    """Yield for each step whose result no other uses what it is about: its own words and those that it builds on."""
    steps = {step.id: step for step in turn.steps}
    used = {target for step in turn.steps for target in steps_used(step)}
    for step in turn.steps:
        if step.id in used:
            continue
        below, found = [step.id], {step.id}
        while below:
            more = steps_used(steps[below.pop()]).intersection(steps) - found
            found |= more
            below.extend(more)
        yield frozenset().union(*(_about(steps[name], specs[steps[name].tool]) for name in found))


def _about(step: Step, spec: ToolSpec) -> frozenset[str]:
    said = [quote for source in step.sources.values() for quote in quotes(source)]
    return _stems_of_spec(spec).union(*map(_stems, said), _found_stems(step))


def _found_stems(step: Step) -> frozenset[str]:
    """Return the stems of the members' names of a result."""
    pointers = [pointer for (pointer, _), _ in zip(scalars(step.result), range(_SCALARS_MAX), strict=False)]
    return _stems(" ".join({token for pointer in pointers for token in pointer.split("/")}))


def _stems_of_spec(spec: ToolSpec) -> frozenset[str]:
    return frozenset().union(*map(_stems, (spec.name.replace("-", " "), *spec_texts(spec))))
