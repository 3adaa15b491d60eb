"""Values inside text: the paths, commits, dates, links and labelled values of a listing, a log or a report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nodes.proofs.text import occurrences

_CHARACTERS_MAX = 8_000
_VALUES_MAX = 40
_VALUE_LENGTH_MAX = 200

_URL = re.compile(r"https?://[^\s<>\"'`)\]}]+[^\s<>\"'`)\]}.,;:!?]")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?![\w@])")
_UUID = re.compile(r"(?<![\w-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])")
_HEX = re.compile(r"(?<![\w/.+-])(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}(?![\w/.-])")
_MOMENT = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?(?![\w-])")
_PATH = re.compile(r"(?<![\w:/.~<>-])~?/(?:[\w.@+~=-]+/)*[\w.@+~=-]*\w")
_WHOLE_PATH = re.compile(r"\s*(~?/[^\s:,;\"'<>|]+(?: [^\s:,;\"'<>|]+)*)\s*")
_LABELLED = re.compile(r"\s*(?:[-*•]\s+)?\"?([A-Za-z][\w ./-]{0,39}?)\"?\s*[:=]\s+(\S.*?)[\s,;]*")
_MARKED = re.compile(r"\s*\[([A-Za-z]{2,12})\]\s+(\S.*?)\s*")
_LISTED = re.compile(r"\s*[-*+•]\s+(\S+)\s*")
_NAME = re.compile(r"\s*[-*+•]?\s*([\w./-]*\w)\s*")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,6})?")
_QUOTES = "\"'`"


@dataclass(frozen=True)
class TextValue:
    """A value that stands in a text on word boundaries as `span`; it may be the whole of it.

    `noun` is what people call it, `label` words that tell its meaning, `format` a JSON Schema format or None.
    `position` counts the values of the same noun from 0; `is_only` tells that there is no other. `line` is the
    number of the line it stands in.
    """

    span: str
    value: Any
    noun: str
    label: str
    format: str | None
    position: int
    is_only: bool
    line: int


def values_in(text: str) -> tuple[TextValue, ...]:
    """Return the values that stand in the text, in its order; each span once, at most 40."""
    if len(text) > _CHARACTERS_MAX:
        # Whole lines: half a value is none.
        text = text[:_CHARACTERS_MAX].rpartition("\n")[0]
    return _values_in(text)


@lru_cache(maxsize=512)
def _values_in(text: str) -> tuple[TextValue, ...]:
    found: dict[str, tuple[str, Any, str, str, str | None, int]] = {}
    lines = text.splitlines()
    # Names alone, some of them marked: "* main" and "  old".
    are_names = any(map(_LISTED.fullmatch, lines)) and all(map(_NAME.fullmatch, filter(None, lines)))
    for number, line in enumerate(lines):
        name = _NAME.fullmatch(line) if are_names else None
        for span, value, noun, label, notation in [_named(name[1], "")] if name else _of_line(line):
            usable = 0 < len(span) <= _VALUE_LENGTH_MAX and span not in found
            if usable and any(occurrences(span, text)):
                found[span] = (span, value, noun, label, notation, number)
        if len(found) >= _VALUES_MAX:
            break
    kept = list(found.values())[:_VALUES_MAX]
    nouns = [entry[2] for entry in kept]
    return tuple(
        TextValue(span, value, noun, label, notation, nouns[:index].count(noun), nouns.count(noun) == 1, line)
        for index, (span, value, noun, label, notation, line) in enumerate(kept)
    )


_Found = tuple[str, Any, str, str, str | None]


def _of_line(line: str) -> Iterator[_Found]:
    whole = _WHOLE_PATH.fullmatch(line)
    if whole:
        yield _path(whole[1])
        return
    plain = list(_plain(line))
    yield from plain
    marked = _MARKED.fullmatch(line)
    if marked:
        yield _named(marked[2], marked[1].lower())
        return
    labelled = _LABELLED.fullmatch(line)
    if labelled:
        label, value = " ".join(labelled[1].split()), labelled[2].strip().strip(_QUOTES)
        yield from _labelled(label, value, known={entry[0] for entry in plain})
        return
    listed = _LISTED.fullmatch(line)
    if listed and not plain:
        yield _named(listed[1].strip(_QUOTES), "")


def _plain(line: str) -> Iterator[_Found]:
    """Yield what is a value by its look, label or not."""
    about_commits = "commit" in line.lower()
    for match in _URL.finditer(line):
        yield match[0], match[0], "link", "link", "uri"
    for match in _EMAIL.finditer(line):
        yield match[0], match[0], "email address", "email address", "email"
    for match in _UUID.finditer(line):
        yield match[0], match[0], "identifier", "identifier", "uuid"
    for match in _HEX.finditer(line):
        noun = "commit" if about_commits or len(match[0]) == 40 else "identifier"
        yield match[0], match[0], noun, noun, None
    for match in _MOMENT.finditer(line):
        yield match[0], match[0], "date", "date", "date-time" if "T" in match[0] else "date"
    without_links = _URL.sub(lambda link: " " * len(link[0]), line)
    for match in _PATH.finditer(without_links):
        yield _path(match[0])


def _labelled(label: str, value: str, known: set[str]) -> Iterator[_Found]:
    if value in known or not value:
        return
    noun = re.sub(r"[\W_]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", label)).strip().lower()
    if _NUMBER.fullmatch(value):
        number = float(value) if "." in value else int(value)
        yield value, number, noun, label, None
    elif len(value) <= 80 and not any(entry in value for entry in known):
        yield value, value, noun, label, None


def _path(span: str) -> _Found:
    is_file = "." in span.rstrip("/").rpartition("/")[2][1:]
    return span, span, "file" if is_file else "path", "path file" if is_file else "path", None


def _named(span: str, kind: str) -> _Found:
    return span, span, kind or "entry", kind, None
