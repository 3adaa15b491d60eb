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


def find_all(text: str, place: Place, setting: Setting = ENGLISH) -> list[Span]:
    """Return all stretches of the text that say the value, the best first."""
    return list(_spans(text, place, setting))


def said_anywhere(text: str, value: Any, setting: Setting = ENGLISH) -> bool:
    """Say whether some words of the text say the value."""
    return find_words(text, Place(value), setting) is not None


def _spans(text: str, place: Place, setting: Setting) -> Iterator[Span]:
    value, locale = place.value, setting.locale
    if isinstance(value, str):
        for wording in wordings(value, place.schema, locale):
            yield from words_like(text, wording)
        yield from _moments(text, value, place, setting)
        yield from unit_words(text, value, locale)
        return
    for title in titles_of(place.schema, value):
        yield from words_like(text, title)
    if isinstance(value, bool) or value is None:
        yield from _find_names(text, place)
    elif isinstance(value, int | float):
        figures = [each for each in figures_of(text, locale) if says_number(each, value, place.name, locale)]
        figures.sort(key=lambda each: (each.soft, getattr(each.readings[0], "ordinal", False)))
        yield from ((each.start, each.end) for each in figures)


def words_like(text: str, value: str) -> Iterator[Span]:
    """Yield where the value's words stand in the text, up to case, accents and the signs between them."""
    words, bare = tuple(_WORD.findall(_flat(value))), value.strip()
    if not words:
        start = text.find(bare) if bare else -1
        yield from [(start, start + len(bare))] if start >= 0 else []
    elif all(word in _flat(text) for word in words):
        for match in _pattern(words).finditer(_flat(text)):
            start, end = match.span()
            begins_with_sign = not bare[0].isalnum() and text[start - 1 : start] == bare[0]
            yield start - begins_with_sign, end


@lru_cache(maxsize=4096)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    before = r"(?<![0-9][.,:])" if words[0][:1].isdigit() else ""
    after = r"(?![.,:][0-9])" if words[-1][-1:].isdigit() else ""
    spoken = r"[\W_]{1,4}".join(map(re.escape, words))
    return re.compile(rf"(?<![^\W_]){before}{spoken}(?:'?s)?(?![^\W_]){after}")


@lru_cache(maxsize=2048)
def _flat(text: str) -> str:
    """Return the text without case and accents, of the same length."""
    if text.isascii():
        return text.lower()
    bases = [(character, unicodedata.normalize("NFKD", character)[0].lower()) for character in text]
    return "".join(base if len(base) == 1 else character for character, base in bases)


def _moments(text: str, value: str, place: Place, setting: Setting) -> Iterator[Span]:
    """Yield where the date, time or moment is said: its parts that stand together, the fullest first."""
    faces = faces_of(value, (*place.zones, *setting.zones), setting.now)
    if not faces.is_calendar:
        return
    figures = figures_of(text, setting.locale)
    runs: list[list[int]] = []
    for index in sorted(says_moment(figures, faces, text, setting.now, setting.locale, is_whole=False)):
        last = figures[runs[-1][-1]] if runs and runs[-1][-1] == index - 1 else None
        if last is not None and _JOINED.fullmatch(text, last.end, figures[index].start):
            runs[-1].append(index)
        else:
            runs.append([index])
    kinds = [{type(figures[index].readings[0]) for index in run} - {Offset} for run in runs]
    wants_both = any(face.day and face.clock for face in faces.faces) and len(runs) > 1
    for run, kind in sorted(zip(runs, kinds, strict=True), key=lambda each: -len(each[1])):
        if kind and (not wants_both or {Day, Clock} <= kind):
            yield figures[run[0]].start, figures[run[-1]].end


def _find_names(text: str, place: Place) -> Iterator[Span]:
    """Yield where words of a switch's own name or title stand."""
    for name in (str(place.schema.get("title") or ""), place.name):
        for word in reversed(re.findall(r"[a-z]{4,}", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())):
            if match := re.search(rf"\b{re.escape(word.removesuffix('s'))}(?:s|es|ed|ing)?\b", _flat(text)):
                yield match.span()
