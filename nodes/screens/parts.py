"""Parts told as the whole: a cut value, some members of a list.

An address or a path of a result is told whole or not at all. Another text that the response begins to tell word for
word is told to an end of one of its sentences, or the response says that it goes on ("…"). And a response that
enumerates a list's first members, in their order, tells all of them, or how many there are or are left, or says by a
word that these are some ("and 5 more", "among others", "the two nearest"). A choice among the members is no
enumeration of the first.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from graph.record import Finding, Record, Turn
from nodes.proofs.dates import calendar_value, scan_calendar
from nodes.proofs.numbers import parse_number, scan_numbers
from nodes.proofs.text import normalised, occurrences
from tool_registry.json_pointer import scalars

_ADDRESS = re.compile(r"(?:https?|ftp|file)://[^\s<>\"'“”|]*[\w/=]", re.IGNORECASE)
_PATH = re.compile(r"(?:~|[A-Za-z]:)?[/\\][^/\\\n]+(?:[/\\][^/\\\n]+)+[/\\]?")
_PATH_HEAD = re.compile(r"(?:~|[A-Za-z]:)?[/\\][^/\\\n]+[/\\]")
_GOES_ON = re.compile(r"\s*[\"'”’)*`]*\s*(?:…|\.\.\.|\[…\])")
_ENDS = re.compile(r"[\"'”’)*`]*\s*(?:[.!?;\n]|\Z)")
_REST_OF_WORD = re.compile(r"\w{3}")
_LEFT = re.compile(r"\band (\w+) (?:more|others)(?=[.,;:)!\n]|\s*\Z)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SENTENCE_END = re.compile(r"(?:[.!?:;][\"'”’)]*|\n)\s*\Z")
#: Fewer characters of a text stand in another by chance, or are a name for it.
_TEXT_MIN = 24
#: Quoted to the end of a word, a stretch this long is told as the text.
_QUOTED_MIN = 60
_LIST_MIN, _FIGURES_MIN = 3, 3
_LISTS_MAX, _MEMBERS_MAX = 50, 500
#: In a longer list names come again in others, so that how many are told is not certain.
_COUNTED_MAX = 20
#: What says that the members told are some of them, chosen or not.
_SOME = re.compile(
    r"…|\.\.\.|\betc\b|\b(?:more|others?|rest|remaining|besides|some|several|few|part|partly|among|amongst|includ\w+|"
    r"such as|like|e\.g|for (?:example|instance)|start\w*|begin\w*|first|last|top|most|least|only|just|one of|\w+est|"
    r"so on|and so forth|at least|highlights?|mainly|mostly|notably|especially)\b",
    re.IGNORECASE,
)

#: Who asks for all is not served with the first one either.
_ALL = re.compile(r"\b(?:list|show|name|give|tell|read)\b[^.?!]*\b(?:all|every|each)\b|\blist (?:the|my|our)\b", re.I)


def check(record: Record) -> list[Finding]:
    """Return where a response tells a part of a value or of a list as the whole."""
    documents: list[Any] = [record.context.model_dump(mode="json")]
    findings: list[Finding] = []
    for index, turn in enumerate(record.turns):
        documents += [turn.query, *(part for step in turn.steps for part in (step.arguments, step.result))]
        known = [value for document in documents for _, value in scalars(document) if isinstance(value, str)]
        where = f"/turns/{index}/response"
        found = [*_cut(turn, known), *_partial(turn)]
        findings += [Finding(promise="faithful", code=code, message=message, where=where) for code, message in found]
        documents.append(turn.response)
    return findings


def _cut(turn: Turn, known: list[str]) -> Iterator[tuple[str, str]]:
    found = [value for step in turn.steps for _, value in scalars(step.result) if isinstance(value, str)]
    for told in dict.fromkeys((*_cut_addresses(turn.response, found, known), *_cut_paths(turn.response, found, known))):
        yield "cut_value", f"the response cuts {told[:80]!r} short; tell it whole or not at all"
    for value in dict.fromkeys(found):
        part = None if value in turn.response else _cut_text(turn.response, value, known)
        if part is not None:
            message = (
                f"the response ends {part[-60:]!r} as if that were all of it; tell it to an end or say that it goes on"
            )
            yield "cut_value", message


def _cut_addresses(response: str, found: list[str], known: list[str]) -> Iterator[str]:
    for match in _ADDRESS.finditer(response):
        address = match.group()
        if any(address in text for text in found) and not any(_stands_whole(address, text) for text in known):
            yield address


def _stands_whole(address: str, text: str) -> bool:
    """Say whether the address stands in the text and does not go on there."""
    for start in _starts(address, text):
        rest = re.match(r"[^\s<>\"'“”|]*", text[start + len(address) :])
        if rest is None or not re.search(r"\w", rest.group()):
            return True
    return False


def _cut_paths(response: str, found: list[str], known: list[str]) -> Iterator[str]:
    whole = {text.rstrip("/\\") for text in known}
    cut: dict[int, str] = {}
    for path in (value for value in found if _PATH.fullmatch(value)):
        head = _PATH_HEAD.match(path)
        for start in _starts(head.group(), response) if head else ():
            told = _shared(path, response, start)
            if not any(_ends_there(each, response, start) for each in whole if each.startswith(told[:1])):
                cut[start] = max(told, cut.get(start, ""), key=len)
    yield from cut.values()


def _ends_there(path: str, response: str, start: int) -> bool:
    return response.startswith(path, start) and not re.match(r"[/\\]?[\w-]|\.\w", response[start + len(path) :])


def _cut_text(response: str, value: str, known: list[str]) -> str | None:
    """Return the part of the value that is told as if it were all, or None."""
    if len(value) <= _TEXT_MIN or _ADDRESS.match(value) or _PATH.fullmatch(value):
        return None
    for start in _starts(value[:_TEXT_MIN], response):
        told = _shared(value, response, start)
        left = value[len(told) :]
        if not _ENDS.match(response, start + len(told)) or _GOES_ON.match(response, start + len(told)) or told in known:
            continue
        in_word = told[-1].isalnum() and _REST_OF_WORD.match(left)
        if in_word or (len(told) >= _QUOTED_MIN and not _SENTENCE_END.search(told) and not _ENDS.match(left)):
            return told
    return None


def _starts(stretch: str, text: str) -> Iterator[int]:
    start = text.find(stretch)
    while start >= 0:
        yield start
        start = text.find(stretch, start + 1)


def _shared(value: str, response: str, start: int) -> str:
    length = 0
    while length < len(value) and start + length < len(response) and value[length] == response[start + length]:
        length += 1
    return value[:length]


def _partial(turn: Turn) -> Iterator[tuple[str, str]]:
    text = normalised(turn.response)
    wants_all = _ALL.search(turn.query) is not None and not _SOME.search(turn.query)
    for step in turn.steps:
        for members in islice(_lists(step.result), _LISTS_MAX):
            if len(members) < _LIST_MIN:
                continue
            told = max((_told_first(column, text) for column in _columns(members)), key=len, default=[])
            if len(told) < (1 if wants_all else 2):
                continue
            before, around = _around(text, told[0], told[-1])
            counted = {span.value for span in scan_numbers(before + around)}.difference(_figures(members))
            left = _LEFT.search(text, told[-1])
            number = parse_number(left[1]) if left and not _SENTENCE.search(text, told[-1], left.start()) else None
            is_short = len(members) <= _COUNTED_MAX
            if is_short and number is not None and number.value != len(members) - len(told):
                message = f"the response tells {len(told)} of the {len(members)} that {step.id} {step.tool} found"
                yield "partial_list", f"{message}, and another number of those that are left"
                break
            if _SOME.search(around) or {len(members), len(members) - len(told)} & counted:
                continue
            yield (
                "partial_list",
                f"the response tells {len(told)} of the {len(members)} that {step.id} {step.tool} found as if they "
                f"were all; tell all of them, or how many more there are",
            )
            break


def _around(text: str, first: int, last: int) -> tuple[str, str]:
    """Return the sentence before `first`, and those from there to the one after `last`, without dates and times."""
    begins = [0, 0, *(match.end() for match in _SENTENCE.finditer(text, 0, first))]
    ends = [match.start() for match in islice(_SENTENCE.finditer(text, last), 2)]
    end = ends[1] if len(ends) > 1 else len(text)
    return _without_moments(text[begins[-2] : begins[-1]]), _without_moments(text[begins[-1] : end])


def _without_moments(text: str) -> str:
    for span in reversed(scan_calendar(text)):
        text = text[: span.start] + text[span.end :]
    return text


def _lists(document: Any) -> Iterator[list[Any]]:
    if isinstance(document, list):
        yield document
    if isinstance(document, dict | list):
        for member in document.values() if isinstance(document, dict) else document:
            yield from _lists(member)


def _figures(members: list[Any]) -> list[float]:
    return [member for member in members if isinstance(member, int | float)]


def _columns(members: list[Any]) -> Iterator[list[Any]]:
    """Yield what the members may be told by: they themselves, or a text that each has and no two share."""
    members = members[:_MEMBERS_MAX]
    if all(isinstance(member, str | int | float) and not isinstance(member, bool) for member in members):
        yield members
    elif all(isinstance(member, dict) for member in members):
        for name in members[0]:
            column = [member.get(name) for member in members]
            if all(isinstance(value, str) and value for value in column) and len(set(column)) == len(column):
                yield column


def _told_first(column: list[Any], text: str) -> list[int]:
    """Return where those of the column are told that are, if they are its first in their order; else nothing."""
    if len({normalised(str(value)) for value in column}) < len(column):
        return []
    places = [_place(value, text) for value in column]
    told = [place for place in places if place is not None]
    least = 1 if isinstance(column[0], str) else _FIGURES_MIN
    is_first = least <= len(told) < len(column) and all(place is not None for place in places[: len(told)])
    return told if is_first and told == sorted(told) else []


def _place(value: Any, text: str) -> int | None:
    found = next(occurrences(normalised(str(value)), text), None)
    if found is not None:
        return found[0]
    meaning = calendar_value(value) if isinstance(value, str) else None
    return next((span.start for span in scan_calendar(text) if span.value == meaning), None)
