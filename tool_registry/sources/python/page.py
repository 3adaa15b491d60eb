"""Reading a page of phrases, `shop.phrases` beside `shop.py`; docs/phrases.md tells its form."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from tool_registry.drawing.made_words import list_names, unknown_lists
from tool_registry.tool import LoadError

_MARKS = {"?": "ask", "=": "answer", "~": "situation"}
_KEYWORD = r"(mention|again|refer|listed|made|yes|no|examples):"
#: `distance_km mention: …`, `/latitude, /longitude refer: …`, `examples: …`.
_SAID_OF = re.compile(rf"(?:(?P<places>[^\s:]+(?:, [^\s:]+)*) )?(?P<members>{_KEYWORD}.*)")
_MEMBERS = re.compile(rf"(?:^|; ){_KEYWORD} ?")
_FORM = "'? ', '= ', '~ ', '[TOOL]', 'PLACE mention: ' or 'examples: ', or indent it to go on"


class Phrase(NamedTuple):
    """A line that asks, answers or tells a situation."""

    number: int
    mark: str
    text: str


class SaidOf(NamedTuple):
    """A line about parameters, by name, or members of the result, by JSON Pointer; about none for the whole tool."""

    number: int
    places: tuple[str, ...]
    members: dict[str, Any]


class Section(NamedTuple):
    """What a page has of one tool."""

    path: Path
    number: int
    phrases: list[Phrase]
    said_of: list[SaidOf]
    intents: list[dict[str, list[str]]]

    @property
    def situations(self) -> list[str]:
        """The sentences that say why somebody asks."""
        return [phrase.text for phrase in self.phrases if phrase.mark == "situation"]


def wrong(path: Path, number: int, what: str) -> LoadError:
    """Return the error of a line."""
    return LoadError(f"{path}, line {number}: {what}")


def sections_beside(file: str | None) -> dict[str, Section]:
    """Return the sections of the page beside a module's file by the tools' names; none without a page.

    Raises LoadError, naming file and line, for a line that is none of a page's, and an intent without asks or answers.
    """
    if file is None:
        return {}
    path = Path(file).with_suffix(".phrases")
    try:
        about = path.stat()
    except OSError:
        return {}
    return _read(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=64)
def _read(path: Path, _changed_at: int, _size: int) -> dict[str, Section]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LoadError(f"{path} cannot be read: {error}") from error
    sections: dict[str, Section] = {}
    section: Section | None = None
    is_open = False
    for number, line in _joined(text):
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1].strip()
            if name in sections:
                raise wrong(path, number, f"[{name}] is there already, in line {sections[name].number}")
            section = sections[name] = Section(path, number, [], [], [])
            is_open = False
        elif section is None:
            if line:
                raise wrong(path, number, f"a page begins with the name of a tool, such as [stock_level], not {line!r}")
        else:
            is_open = _add(section, number, line, is_open)
    for section in sections.values():
        _check(section)
    return sections


def _add(section: Section, number: int, line: str, is_open: bool) -> bool:
    """Add a line to the section, and return whether an intent goes on after it."""
    mark, _, text = line.partition(" ")
    if not line:
        return False
    if mark not in _MARKS:
        section.said_of.append(_said_of(section.path, number, line))
        return False
    if not text.strip():
        raise wrong(section.path, number, f"nothing stands after {mark!r}")
    phrase = Phrase(number, _MARKS[mark], text.strip())
    section.phrases.append(phrase)
    if phrase.mark == "situation":
        return False
    if not is_open or (phrase.mark == "ask" and section.intents[-1]["answer"]):
        section.intents.append({"ask": [], "answer": []})
    section.intents[-1][phrase.mark].append(phrase.text)
    return True


def _check(section: Section) -> None:
    for intent in section.intents:
        for name, mark in (("ask", "?"), ("answer", "=")):
            if not intent[name]:
                there = (intent["ask"] or intent["answer"])[0]
                number = next(phrase.number for phrase in section.phrases if phrase.text == there)
                said = f"an intent needs lines with '?' and with '='; none with {mark!r} beside: {there!r}"
                raise wrong(section.path, number, said)


def _said_of(path: Path, number: int, line: str) -> SaidOf:
    found = _SAID_OF.fullmatch(line)
    places = tuple(found["places"].split(", ")) if found is not None and found["places"] else ()
    if found is None or (not places and not found["members"].startswith("examples:")):
        raise wrong(path, number, f"begin a line with {_FORM}: {line!r}")
    if found["members"].startswith("examples:"):
        try:
            examples = json.loads(found["members"].removeprefix("examples:"))
        except ValueError as error:
            raise wrong(path, number, f"examples are a list as JSON has it, such as [3, 4.5]: {error}") from error
        if not isinstance(examples, list):
            raise wrong(path, number, "examples are a list as JSON has it, such as [3, 4.5]")
        return SaidOf(number, places, {"examples": examples})
    _, *parts = _MEMBERS.split(found["members"])
    members: dict[str, Any] = {}
    for keyword, text in zip(parts[::2], parts[1::2], strict=True):
        if not text.strip():
            raise wrong(path, number, f"nothing stands after '{keyword}:'")
        members[keyword] = text if keyword in ("again", "listed") else text.split(" | ")
    if unknown := unknown_lists(members.get("made", ())):
        lists = ", ".join(sorted(list_names()))
        raise wrong(path, number, f"{{{unknown[0]}}} names no list of words. There are: {lists}")
    return SaidOf(number, places, members)


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers, those that continue another put behind it, without comments."""
    waiting: tuple[int, str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            continue
        if line[:1].isspace() and line.strip() and waiting is not None and waiting[1]:
            waiting = (waiting[0], f"{waiting[1]} {line.strip()}")
            continue
        if waiting is not None:
            yield waiting
        waiting = (number, line.strip())
    if waiting is not None:
        yield waiting
