"""Marks of a text while it is composed: whoever writes a value knows where it comes from, and says so on the spot.

A sign (one character of Unicode's private planes) goes behind the words of each value, and a pair of them around the
words of each request. Signs live through joining, framing and filling; what looks at words takes no notice of them
(`plain`). When the text is whole the signs become marks, whose words are found by going back from the sign:

>>> marks = Marks()
>>> text = f"How far is {marks.tell('Oslo', 's1', '/city')} from here?"
>>> [(mark.start, mark.end, str(mark.references[0])) for mark in marks.marked(text).marks]
[(11, 15, 's1/city')]
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from graph.spans import stands_whole
from nodes.marks.figures import figures_of
from nodes.marks.parse import Mark, Marked, Reference


class MarkValue(Protocol):
    """Marks the words of a value of a result: by its JSON Pointer, and an operation of nodes/marks/parse.py or ""."""

    def __call__(self, words: str, pointer: str, verb: str = "", /) -> str:
        """Return the words with their sign."""


_BEHIND, _BEFORE = 0xF0000, 0x100000
_PIECES_MAX = 0xFFFE
_SIGN = re.compile("[\U000f0000-\U0010fffd]")
#: For expressions that read across a value's end.
SIGNS = "[\U000f0000-\U0010fffd]*"
_ENDS = " \n.?!"
#: So many letters at most belong to a word that a mark begins or ends in: "3" of "3km".
_WIDENED_MAX = 16


def plain(text: str) -> str:
    """Return the text without signs: what a person reads."""
    return text if text.isascii() else _SIGN.sub("", text)


def unmarked(words: str, _pointer: str, _verb: str = "", /) -> str:
    """Return the words as they are: a `MarkValue` for texts that get no marks."""
    return words


@dataclass(frozen=True)
class _Piece:
    """Words and what they refer to: those before one sign, or between two, which need not be known; `of`: see `tell`.

    `things` are what short names may stand for later on; of such a name `words` is "".
    """

    words: str
    reference: Reference
    verb: str = ""
    of: str = ""
    things: tuple[str, ...] = ()
    wraps: Literal["", "request", "deed", "speech"] = ""


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    piece: _Piece


class Marks:
    """The pieces of one text."""

    def __init__(self) -> None:
        self._pieces: list[_Piece] = []

    def tell(
        self, words: str, step: str, pointer: str, verb: str = "", *, of: str = "", things: Sequence[str] = ()
    ) -> str:
        """Return the words with a sign behind them that they tell what stands there.

        `of`: the step that is spoken of, where it is another one; `things`: see `again`.
        """
        core = words.rstrip()
        if not core:
            return words
        piece = _Piece(core, Reference(step, pointer), verb, of or step, tuple(things))
        return f"{core}{self._sign(piece, _BEHIND)}{words[len(core) :]}"

    def again(self, words: str, step: str, pointer: str, thing: str) -> str:
        """Return a short name ("that day") with a sign: the words that named the thing first give this value too."""
        return f"{words}{self._sign(_Piece('', Reference(step, pointer), things=(thing,)), _BEHIND)}"

    def around(
        self, words: str, step: str, kind: Literal["request", "deed", "speech"] = "request", *, pointer: str = ""
    ) -> str:
        """Return the words between signs, but for the stop at their end: they ask for the step, or tell what it did.

        What is said of the step in `speech` declines it, or asks for the argument at `pointer`.
        """
        core = words.rstrip(_ENDS)
        before = self._sign(_Piece("", Reference(step, pointer), of=step, wraps=kind), _BEFORE) if core else ""
        if not before:
            return words
        return f"{before}{core}{chr(ord(before) - _BEFORE + _BEHIND)}{words[len(core) :]}"

    def of_result(self, step: str) -> MarkValue:
        """Return what marks values of the step's result."""
        return lambda words, pointer, verb="", /: self.tell(words, step, pointer, verb)

    def marked(self, text: str, locale: str = "en") -> Marked:
        """Return the text without signs, and its marks; each holds the whole of the figure that it tells."""
        return self.all_marked([text], locale)[0]

    def all_marked(self, texts: Sequence[str], locale: str = "en") -> list[Marked]:
        """Return the same of several texts: a short name in one may stand for what another has named."""
        read = [_Text(*self._read(text), locale) for text in texts]
        first: dict[str, tuple[_Text, _Place]] = {}
        for text in read:
            for thing, place in text.things.items():
                first.setdefault(thing, (text, place))
        for text in read:
            for each in text.found:
                for thing in each.piece.things if not each.piece.words else ():
                    if thing in first:
                        where, place = first[thing]
                        where.spans[place][each.piece.reference] = None
        return [text.marked() for text in read]

    def copy(self) -> "Marks":
        """Return a copy, for a text that may be thrown away."""
        other = Marks()
        other._pieces = list(self._pieces)
        return other

    def told_since(self, count: int) -> Iterator[tuple[Reference, str]]:
        """Yield what was told of results, and in which words, since there were that many pieces (`len(marks)`)."""
        for piece in self._pieces[count:]:
            if piece.words and not piece.verb and not piece.wraps:
                yield piece.reference, piece.words

    def __len__(self) -> int:
        return len(self._pieces)

    def _sign(self, piece: _Piece, first: int) -> str:
        if len(self._pieces) >= _PIECES_MAX:
            return ""
        self._pieces.append(piece)
        return chr(first + len(self._pieces) - 1)

    def _read(self, text: str) -> tuple[str, list[_Found]]:
        words, position = "", 0
        found: list[_Found] = []
        opened: dict[int, int] = {}
        for sign in _SIGN.finditer(text):
            words += text[position : sign.start()]
            position = sign.end()
            code = ord(sign.group())
            number = code - (_BEFORE if code >= _BEFORE else _BEHIND)
            piece = self._pieces[number] if number < len(self._pieces) else None
            start = None if piece is None else opened.get(number) if piece.wraps else _start(words, piece.words)
            if piece is not None and piece.wraps and code >= _BEFORE:
                opened[number] = len(words)
            elif piece is not None and start is not None:
                found.append(_Found(start, len(words), piece))
            else:
                words += sign.group()  # it is no sign of ours, but stands in a value
        return words + text[position:], found


_Place = tuple[int, int, str]


class _Text:
    """A text without its signs, and what they said: `spans` of values, and where each of `things` is named first."""

    def __init__(self, words: str, found: list[_Found], locale: str) -> None:
        self.words, self.found = words, found
        self.values = [each for each in found if each.piece.words]
        self.spans: dict[_Place, dict[Reference, None]] = {}
        self.things: dict[str, _Place] = {}
        for each, span in zip(self.values, _around_figures(words, self.values, locale), strict=True):
            if span is not None:
                place = (*span, each.piece.verb)
                self.spans.setdefault(place, {})[each.piece.reference] = None
                for thing in each.piece.things:
                    self.things.setdefault(thing, place)

    def marked(self) -> Marked:
        """Return the words with their marks."""
        around: dict[tuple[int, int], list[Reference]] = {}
        for each in self.found:
            is_whole = each.piece.wraps and stands_whole(self.words, each.start, each.end)
            if is_whole and _speaks_of_itself(each, self.values):
                around.setdefault((each.start, each.end), []).append(each.piece.reference)
        marks = [Mark(start, end, tuple(references)) for (start, end), references in around.items()]
        marks += [Mark(start, end, tuple(references), verb) for (start, end, verb), references in self.spans.items()]
        return Marked(self.words, tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end))))


def _start(text: str, words: str) -> int | None:
    """Return where the words begin that the text ends with, however its lines are broken, or None."""
    if text.endswith(words):
        return len(text) - len(words)
    at = len(text)
    for character in reversed(words):
        if character.isspace():
            continue
        while at and text[at - 1].isspace():
            at -= 1
        if not at or (text[at - 1] != character and text[at - 1].casefold() != character.casefold()):
            return None
        at -= 1
    return at


def _around_figures(text: str, values: Sequence[_Found], locale: str) -> list[tuple[int, int] | None]:
    """Return the spans of values' words, each made as wide as the figure that it alone tells: "7 percent" of "7"."""
    spans = [_whole(text, each.start, each.end) for each in values]
    for figure in figures_of(text, locale):
        told = {span for span in spans if span is not None and span[0] < figure.end and figure.start < span[1]}
        start, end = next(iter(told)) if len(told) == 1 else (0, 0)
        begins_inside = start <= figure.start < end < figure.end
        # "in 6 years" begins before: it may be read as a date, and is none; UTC is part of "UTC+01:00".
        is_one_word = figure.start < start < figure.end <= end and not any(map(str.isspace, text[figure.start : start]))
        if begins_inside or is_one_word:
            whole = min(start, figure.start), max(end, figure.end)
            spans = [whole if span == (start, end) else span for span in spans]
    return spans


def _whole(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span, made as wide as the words that it begins and ends in: "3km" of "3"."""
    for before in range(_WIDENED_MAX):
        for behind in range(_WIDENED_MAX):
            if start - before >= 0 and stands_whole(text, start - before, min(end + behind, len(text))):
                return start - before, min(end + behind, len(text))
    return None


def _speaks_of_itself(around: _Found, values: Iterable[_Found]) -> bool:
    """Tell of a deed, whose words hold its own figures, whether nothing of another call is told in them."""
    if around.piece.wraps != "deed":
        return True
    inside = (each.piece for each in values if around.start <= each.start and each.end <= around.end)
    return all(piece.of == around.piece.reference.step for piece in inside)
