"""Values inside text: the paths, commits, dates, links and labelled values of a listing, a log or a report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graph.spans import occurrences
from nodes.policies.offline.reading.text_tables import Row, rows_in

_CHARACTERS_MAX = 8_000
_VALUES_MAX = 40
_VALUE_LENGTH_MAX = 200

#: A link with what its brackets hold: `/users{/owner}`.
_URL = re.compile(
    r"https?://(?:[^\s<>\"'`(){}\[\]]|\{[^\s{}]*\}|\([^\s()]*\))*"
    r"(?:[^\s<>\"'`(){}\[\].,;:!?]|\{[^\s{}]*\}|\([^\s()]*\))(?![(\[{])"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?![\w@])")
_UUID = re.compile(r"(?<![\w-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])")
_HEX = re.compile(r"(?<![\w/.+-])(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}(?![\w/.-])")
_MOMENT = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?(?![\w-])")
#: A path among words: where it ends is known by its ending or by what follows, which is no further word of its name.
_PATH = re.compile(
    r"(?<![^\s(\[\"'`=,;|>])~?/(?:[\w.@+~=-]+/)*(?:[\w.@+~=-]*\w)"
    r"(?:(?<=\.\w)|(?<=\.\w{2})|(?<=\.\w{3})|(?<=\.\w{4})|(?! +[\w(&+-]))(?=$|[\s:;)\]}>\"`|]|[',.!?](?!\w))"
)
_WHOLE_PATH = re.compile(r"\s*((?:~?/|[A-Za-z]:[\\/])[^\s:,;\"'<>|]+(?: [^\s:,;\"'<>|]+)*)\s*")
#: What a search finds: "/srv/a b.txt:12: the line".
_BEGINS_WITH_PATH = re.compile(r"\s*((?:~?/|[A-Za-z]:[\\/])[^:\n\"<>|]*[^:\s\"<>|]):(?:\d+\b|\s)")
#: A path of whatever characters, alone in quotation marks, in a cell or behind a mark such as [FILE].
_ALONE_PATH = re.compile(r"(?:~?/|[A-Za-z]:[\\/])[^\n\"<>|]*[^\s\"<>|]")
_QUOTED = re.compile(r"\"([^\"\n]{1,200})\"|`([^`\n]{1,200})`|(?<!\w)'([^'\n]{1,200})'(?!\w)")
_FILE_NAME = re.compile(r"[^\\/:*?\"<>|\n]{1,80}\.[A-Za-z]\w{0,5}")
#: What stands behind a name: its size, or when it was made.
_NOTE = re.compile(r"\s+[(\[][^()\[\]]*[)\]]$")
_PAIR = re.compile(r"([A-Za-z][\w ./-]{0,39}?)\s*[:=]\s*(\"[^\"]*\"|[^,;:=]+?)\s*(?=[,;|]|$)")
_SETTING = re.compile(r"(?<![\w.])([A-Za-z][\w.-]{0,39})=(\"[^\"]*\"|[^\s,;\"]+)(?=[\s,;]|$)")
_LABELLED = re.compile(r"\s*(?:[-*•]\s+)?\"?([A-Za-z][\w ./-]{0,39}?)\"?\s*[:=]\s+(\S.*?)[\s,;]*")
_MARKED = re.compile(r"\s*\[([A-Za-z]{2,12})\]\s+(\S.*?)\s*")
_LISTED = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+(\S.*?)\s*")
_STARRED = re.compile(r"\s*[-*+•]\s+(\S+)\s*")
#: An item of a list that is a name: no sentence, and nothing is said of it.
_ITEM = re.compile(r"[\w.'’@#+/-]+(?: [\w.'’@#+/-]+){0,5}(?<![.!?])")
_MARKED_UP = re.compile(r"(\*\*|__|`)([^*_`\n]{1,80})\1")
_NAME = re.compile(r"\s*[-*+•]?\s*([\w./-]*\w)\s*")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,6})?")
_FOLDER_MARKS = frozenset({"dir", "directory", "folder"})
_QUOTES = "\"'`"


_Found = tuple[str, Any, str, str, str | None]


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
    are_names = any(map(_STARRED.fullmatch, lines)) and all(map(_NAME.fullmatch, filter(None, lines)))
    rows = rows_in(lines)
    for number, line in enumerate(lines):
        name = _NAME.fullmatch(line) if are_names else None
        entries = [_named(name[1], "")] if name else _of_row(rows[number]) if number in rows else _of_line(line)
        for span, value, noun, label, notation in entries:
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


def _of_row(row: Row) -> Iterator[_Found]:
    for head, cell in row:
        yield from _whole(head, cell.strip(_QUOTES))


def _of_line(line: str) -> Iterator[_Found]:
    whole = _WHOLE_PATH.fullmatch(line) or _BEGINS_WITH_PATH.match(line)
    if whole:
        yield _path(whole[1])
        return
    if _ALONE_PATH.match(line.lstrip()):
        return  # a name with other characters, or words behind one: nobody knows where it ends
    marked = _MARKED.fullmatch(line)
    if marked:
        yield (
            _named(marked[2], marked[1].lower())
            if not _ALONE_PATH.fullmatch(marked[2])
            else _path(marked[2], is_folder=marked[1].lower() in _FOLDER_MARKS)
        )
        return
    settings = _SETTING.findall(line)
    pairs = settings if len(settings) > 1 else _PAIR.findall(line)
    if len(pairs) > 1 and len(pairs) > len(re.findall(r"[,;|]", line)):
        for label, value in pairs:
            yield from _whole(label, value.strip().strip(_QUOTES))
        return
    plain = list(_plain(line))
    labelled = _LABELLED.fullmatch(line)
    if labelled:
        label, value = " ".join(labelled[1].split()), labelled[2].strip().strip(_QUOTES)
        if _ALONE_PATH.fullmatch(value):
            yield from _path_at_end(value)
            return
        yield from plain
        yield from _labelled(label, value, known={entry[0] for entry in plain})
        return
    listed = _LISTED.fullmatch(line)
    item = _NOTE.sub("", listed[1]).strip(_QUOTES) if listed else ""
    if listed and _ALONE_PATH.fullmatch(item):
        yield from _path_at_end(item)
        return
    yield from plain
    if not listed or plain:
        return
    marked_up = _MARKED_UP.match(item)
    if marked_up or _ITEM.fullmatch(item):
        yield _named(marked_up[2] if marked_up else item, "")


def _path_at_end(span: str) -> Iterator[_Found]:
    """Yield a path that goes to the end of its line, where the last word of it can be no comment."""
    if " " not in span or _FILE_NAME.fullmatch(re.split(r"[\\/]", span)[-1]):
        yield _path(span)


def _whole(label: str, value: str) -> Iterator[_Found]:
    """Yield a value that is known to be all of a cell or of a pair: by its look where that tells, else by its label."""
    if _ALONE_PATH.fullmatch(value):
        yield _path(value)
        return
    alike = [entry for entry in _plain(value) if entry[0] == value]
    yield from alike or _labelled(" ".join(label.split()), value, known=set())


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
    rest = _URL.sub(lambda link: " " * len(link[0]), line)
    for match in _QUOTED.finditer(rest):
        inside = next(filter(None, match.groups()), "")
        if _ALONE_PATH.fullmatch(inside):
            yield _path(inside)
        elif _FILE_NAME.fullmatch(inside):
            yield inside, inside, "file", "file", None
    rest = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), rest)
    for match in _PATH.finditer(rest):
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


def _path(span: str, *, is_folder: bool = False) -> _Found:
    is_file = not is_folder and "." in re.split(r"[\\/]", span.rstrip("/"))[-1][1:]
    noun = "folder" if is_folder else "file" if is_file else "path"
    return span, span, noun, "path file" if is_file else "path", None


def _named(span: str, kind: str) -> _Found:
    return span, span, kind or "entry", kind, None
