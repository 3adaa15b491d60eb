"""Leaks: what only a result could know, and the query says.

A figure, a date or a time; and of texts what cannot be an everyday word as the query spells it: a name (a capital
where no sentence begins), or what holds digits, an underscore or the signs of an address. So "discount" and "in
progress" may be said though results hold them. A text that an argument takes from a result, and that has a capital
there, is hidden however it is spelt. Known are what the user says, earlier turns, the context, months and weekdays,
and names by which the tools' descriptions speak of their field.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from graph.record import StepSource, Turn, UserSource
from graph.spans import occurrences
from nodes.marks.figures import Clock, Day, Figure, Month, Number, figures_of
from nodes.marks.find import Span, words_like
from nodes.marks.moments import Faces, faces_of, says_moment
from nodes.marks.quantities import exact
from nodes.marks.says import Setting
from nodes.marks.wording import folded, opens_sentence
from nodes.proofs.schemas import closed_values, leaf_schema
from tool_registry.json_pointer import MISSING, equal, resolve, scalars
from tool_registry.spec import ToolSpec

#: Shorter values stand in any text by chance.
LEAK_MIN = 4

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_OF_MACHINES = re.compile(r"\d|_|@|://|\w[./]\w")


class Said(NamedTuple):
    """A quote of turn `turn` and the value that it says, MISSING for a part of a derivation."""

    turn: int
    quote: str
    value: Any
    is_phrase: bool  # yes, no or other wording: the words may hold anything beside it
    is_member: bool  # the schema lists the value


def said_in(turns: Sequence[Turn], specs: Mapping[str, ToolSpec]) -> Iterator[Said]:
    """Yield what the arguments of the turns quote of the user."""
    for step in (step for turn in turns for step in turn.steps):
        for pointer, source in step.sources.items():
            value = _resolved(step.arguments, pointer) if isinstance(source, UserSource) else MISSING
            spec = specs.get(step.tool)
            listed = closed_values(leaf_schema(spec.parameters, pointer)) if spec and value is not MISSING else []
            is_member = any(equal(value, member) for member in listed)
            for quote in source.quotes():
                is_phrase = quote.paraphrase or isinstance(value, bool) or value is None
                yield Said(quote.turn, quote.quote, value, is_phrase, is_member)


def own_spans(query: str, said: Iterable[Said]) -> list[Span]:
    """Return the stretches that are values in the user's words, which a tool's identifier for one is not."""
    quotes = {each.quote for each in said if not each.is_phrase and not (each.is_member and "_" in each.quote)}
    return [span for quote in quotes for span in occurrences(quote, query)]


def is_inside(span: Span, spans: Iterable[Span]) -> bool:
    """Say whether the span lies in one of the others."""
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def passed_on(turns: Sequence[Turn]) -> set[str]:
    """Return the texts with a capital that arguments take from results: the person is to have them found."""
    found = set()
    for step in (step for turn in turns for step in turn.steps):
        for pointer, source in step.sources.items():
            value = _resolved(step.arguments, pointer) if isinstance(source, StepSource) else None
            if isinstance(value, str) and value != value.lower():
                found.add(value)
    return found


class Known:
    """What the person knows: values that were said, texts that were read or written before, words of the field."""

    def __init__(self, setting: Setting, field: frozenset[str]) -> None:
        self.setting, self.field = setting, field
        self._values: list[Any] = []
        self._texts: list[_Text] = []

    def learn(self, *texts: str) -> None:
        """Take in texts that the person wrote or read."""
        self._texts.extend(_Text(text, self.setting) for text in texts)

    def learn_said(self, said: Iterable[Said]) -> None:
        """Take in what the person says as values."""
        for each in said:
            self._values.append(each.value)
            self.learn(*([] if each.is_phrase else [each.quote]))

    def has(self, value: Any) -> bool:
        """Say whether the value is the person's own."""
        return any(equal(value, said) for said in self._values) or any(text.spells(value) for text in self._texts)


def leaks(query: str, results: Iterable[Any], hidden: set[str], known: Known, own: list[Span]) -> Iterator[str]:
    """Yield how the query spells what only one of the results knows; `hidden` are texts that arguments take."""
    text = _Text(query, known.setting)
    seen = set()
    for value in (value for result in results for _, value in scalars(result)):
        if _is_short(value) or (type(value), value) in seen:
            continue
        seen.add((type(value), value))
        spans = [span for span in text.figures_of(value) if not is_inside(span, own)]
        spans += [
            span
            for span in text.words_of(value)
            if not is_inside(span, own) and (value in hidden or _is_special(query, span, own, known))
        ]
        if spans and not known.has(value):
            yield query[slice(*spans[0])]


def _resolved(document: Any, pointer: str) -> Any:
    try:
        return resolve(document, pointer)
    except ValueError:
        return MISSING


def _is_short(value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int):
        return bool(abs(value) < 10 ** (LEAK_MIN - 1))
    return len(value if isinstance(value, str) else repr(value)) < LEAK_MIN


class _Text:
    """A text, and where it spells a value."""

    def __init__(self, text: str, setting: Setting) -> None:
        self.text, self._locale, self._folded = text, setting.locale, folded(text)
        self._figures = [figure for figure in figures_of(text, setting.locale) if _is_definite(figure)]
        self._moments = tuple(each for each in self._figures if not isinstance(each.readings[0], Number))

    def spells(self, value: Any) -> bool:
        """Say whether the value is spelt somewhere."""
        return any(True for _ in self.figures_of(value)) or any(True for _ in self.words_of(value))

    def figures_of(self, value: Any) -> Iterator[Span]:
        """Yield the figures that are the number, date, time or moment in full."""
        if isinstance(value, str):
            yield from self._parts_of(value) if self._moments else ()
        elif self._figures and not isinstance(value, bool) and value is not None:
            number = exact(value)
            for each in self._figures:
                if any(isinstance(read, Number) and read.value == number for read in each.readings):
                    yield each.start, each.end

    def _parts_of(self, value: str) -> Iterator[Span]:
        for face in faces_of(value, (), None).faces[:1]:
            parts = ((Day, face.day), (Clock, face.clock), (Month, face.month))
            wanted = {kind for kind, part in parts if part is not None}
            saying = says_moment(self._moments, Faces((face,)), self.text, None, self._locale, is_whole=False)
            said = [self._moments[index] for index in sorted(saying)]
            if wanted and wanted <= {type(read) for figure in said for read in figure.readings}:
                yield from ((figure.start, figure.end) for figure in said)

    def words_of(self, value: Any) -> Iterator[Span]:
        """Yield where the text has the value's words."""
        if isinstance(value, str) and folded(value).strip() and folded(value) in self._folded:
            yield from words_like(self.text, value)


def _is_definite(figure: Figure) -> bool:
    match figure.readings[0]:
        case Number(ordinal=ordinal):
            return not ordinal
        case Day(year=year) | Month(year=year):
            return year is not None
        case Clock(loose=loose):
            return not loose
    return False


def _is_special(query: str, span: Span, own: list[Span], known: Known) -> bool:
    """Say whether the stretch, without what in it is the user's own, holds more than everyday words."""
    start, end = span
    left = "".join(" " if is_inside((at, at + 1), own) else query[at] for at in range(start, end))
    if _OF_MACHINES.search(left):
        return True
    calendar = [(each.start, each.end) for each in figures_of(query, known.setting.locale)]
    for match in _WORD.finditer(left):
        word, at = match.group(), start + match.start()
        is_everyday = word == word.lower() or word.replace("-", "").casefold() in known.field
        if not is_everyday and not is_inside((at, at + len(word)), calendar) and not opens_sentence(query, at):
            return True
    return False
