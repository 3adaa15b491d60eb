"""Which words of a text say a value, where nobody marked them."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from nodes.marks.figures import Clock, Day, Offset, figures_of
from nodes.marks.moments import faces_of, says_moment
from nodes.marks.quantities import says_number
from nodes.marks.says import ENGLISH, Place, Setting
from nodes.marks.wording import titles_of, unit_words, wordings

Span = tuple[int, int]

#: Between the date and the time of one moment: "25 July 2026 at 5 am (UTC+01:00)".
_JOINED = re.compile(r"[\s,(]*(?:(?:UTC|GMT|Z)\b[\s,)]*)?(?:at|on|um|a las|à)?[\s,(]*", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


def find_words(text: str, place: Place, setting: Setting = ENGLISH) -> Span | None:
    """Return the first best stretch of the text that says the value, or None. Titles come before the value itself."""
    return next(_spans(text, place, setting), None)


def _spans(text: str, place: Place, setting: Setting) -> Iterator[Span]:
    match place.value:
        case bool() | None:
            yield from _titled(text, place)
            yield from _named(text, place)
        case int() | float() as value:
            yield from _titled(text, place)
            figures = [
                each
                for each in figures_of(text, setting.locale)
                if says_number(each, value, place.name, setting.locale)
            ]
            figures.sort(key=lambda each: (each.soft, getattr(each.readings[0], "ordinal", False)))
            yield from ((each.start, each.end) for each in figures)
        case str() as value:
            for wording in wordings(value, place.schema, setting.locale):
                yield from words_like(text, wording)
            yield from _moments(text, value, place, setting)
            yield from unit_words(text, value, setting.locale)


def _titled(text: str, place: Place) -> Iterator[Span]:
    for title in titles_of(place.schema, place.value):
        yield from words_like(text, title)


def words_like(text: str, value: str) -> Iterator[Span]:
    """Yield where the value's words stand in the text, up to case, accents and the signs between them."""
    words = _WORD.findall(_flat(value))
    if not words:
        start = text.find(value.strip()) if value.strip() else -1
        if start >= 0:
            yield start, start + len(value.strip())
        return
    pattern = _pattern(tuple(words))
    for match in pattern.finditer(_flat(text)):
        start, end = match.span()
        if not value.strip()[0].isalnum() and text[start - 1 : start] == value.strip()[0]:
            start -= 1
        yield start, end


@lru_cache(maxsize=4096)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    between = r"[\W_]{1,4}"
    number = r"(?<![0-9][.,:])" if words[0][:1].isdigit() else ""
    after = r"(?![.,:][0-9])" if words[-1][-1:].isdigit() else ""
    return re.compile(rf"(?<![^\W_]){number}{between.join(map(re.escape, words))}(?:'?s)?(?![^\W_]){after}")


@lru_cache(maxsize=2048)
def _flat(text: str) -> str:
    """Return the text without case and accents, of the same length."""
    if text.isascii():
        return text.lower()
    flat = []
    for character in text:
        base = unicodedata.normalize("NFKD", character)[0].lower()
        flat.append(base if len(base) == 1 else character)
    return "".join(flat)


def _moments(text: str, value: str, place: Place, setting: Setting) -> Iterator[Span]:
    """Yield where the date, time or moment is said: its parts that stand together, the fullest first."""
    faces = faces_of(value, (*place.zones, *setting.zones), setting.now)
    if not faces.is_calendar:
        return
    figures = figures_of(text, setting.locale)
    saying = sorted(says_moment(figures, faces, text, setting.now, setting.locale, is_whole=False))
    runs: list[list[int]] = []
    for index in saying:
        last = figures[runs[-1][-1]] if runs else None
        if last and index == runs[-1][-1] + 1 and _JOINED.fullmatch(text, last.end, figures[index].start):
            runs[-1].append(index)
        else:
            runs.append([index])
    wants_both = any(face.day and face.clock for face in faces.faces)
    kinds = [{type(figures[index].readings[0]) for index in run} - {Offset} for run in runs]
    best = sorted(zip(runs, kinds, strict=True), key=lambda each: -len(each[1]))
    for run, kind in best:
        if kind and (not wants_both or {Day, Clock} <= kind or len(best) == 1):
            yield figures[run[0]].start, figures[run[-1]].end


def _named(text: str, place: Place) -> Iterator[Span]:
    """Yield where words of a switch's own name or title stand."""
    for name in (str(place.schema.get("title") or ""), place.name):
        words = [
            word for word in re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()) if len(word) > 3
        ]
        for word in reversed(words):
            stem = word[:-1] if word.endswith("s") else word
            match = re.search(rf"\b{re.escape(stem)}(?:s|es|ed|ing)?\b", _flat(text))
            if match:
                yield match.span()


def quote_of(text: str, span: Span) -> str:
    """Return the words of a span."""
    return text[span[0] : span[1]]


def said_anywhere(text: str, value: Any, setting: Setting = ENGLISH) -> bool:
    """Say whether some words of the text say the value."""
    return find_words(text, Place(value), setting) is not None
