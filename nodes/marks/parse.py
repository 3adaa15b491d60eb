"""Marks as they are written: `[9 May](s2/date)`, nested and adjacent, and the plain text that they leave.

    >>> marked = parse("It rises at [06:11](s2/sunrise) in [Bergen](given s1/city).")
    >>> marked.text
    'It rises at 06:11 in Bergen.'
    >>> [(mark.start, mark.end, mark.verb, str(mark.references[0])) for mark in marked.marks]
    [(12, 17, '', 's2/sunrise'), (21, 27, 'given', 's1/city')]

A link is a mark only where its *whole* target is references, so links to web pages stay text, and so does what
stands verbatim in `literals` (a tool's result that holds the syntax itself). `\\[` and `\\]` are brackets. What is left
open is text. A mark around nothing is dropped.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple
from urllib.parse import quote, unquote

from nodes.marks.operations import TOLD_OPERATIONS

GIVEN = "given"
#: A longer target is no mark but something pasted.
_TARGET_MAX = 2000
_NESTING_MAX = 32
#: What a target holds as it is.
_PLAIN = " /~*-_.,:;@$!&'+="


class Reference(NamedTuple):
    """A step and a JSON Pointer: in a query into its arguments, in a response into its result; "" is the step.

    A refused call (`x1`) has arguments alone.
    """

    step: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.step}{self.pointer}"


@dataclass(frozen=True)
class Mark:
    """The words `text[start:end]` of the plain text and what they refer to; `verb` is given, an operation or empty."""

    start: int
    end: int
    references: tuple[Reference, ...]
    verb: str = ""


@dataclass(frozen=True)
class Marked:
    """A draft without its marks, and the marks as spans of it, by start; the outer of two before the inner."""

    text: str
    marks: tuple[Mark, ...] = field(default=())


_Target = tuple[str, tuple[Reference, ...]]

_REFERENCE = re.compile(r"(?P<step>[sx][0-9]{1,5})(?P<path>(?:[/.#\[].*)?)", re.DOTALL)
_OPENS = re.compile(
    rf"\(\s*(?:[sx][0-9]|(?:{'|'.join((GIVEN, *TOLD_OPERATIONS, 'ask', 'did', 'tell'))})\b)", re.IGNORECASE
)
_PARENTHESIS = re.compile(r"[()\n]")
_SEPARATOR = re.compile(r"\s*,\s*(?=[sx][0-9]+\b)|\s+")


def parse(draft: str, literals: Callable[[str], bool] = lambda _: False) -> Marked:
    """Return the plain text of the draft and its marks, in time linear in the draft's length. Never raises."""
    pieces: list[str] = []  # the characters of the text; of a bracket that is gone ""
    found: list[tuple[int, int, _Target]] = []  # first piece and the one behind the last
    open_at: list[tuple[int, int]] = []  # position in the draft, in the pieces
    position = 0
    while position < len(draft):
        character = draft[position]
        if character == "\\" and draft[position + 1 : position + 2] in ("[", "]"):
            position += 1
            character = draft[position]
        elif character == "[":
            open_at.append((position, len(pieces)))
            del open_at[:-_NESTING_MAX]
        elif character == "]" and open_at:
            start, first = open_at.pop()
            target = _target(draft, position + 1)
            read = read_target(target) if target is not None else None
            if target is not None and read is not None and not literals(draft[start : position + len(target) + 3]):
                pieces[first] = ""
                position += len(target) + 3
                found.append((first, len(pieces), read))
                continue
        pieces.append(character)
        position += 1
    offsets = [0, *accumulate(map(len, pieces))]
    text = "".join(pieces)
    marks = []
    for first, last, (verb, references) in found:
        start, end = offsets[first], offsets[last]
        words = text[start:end]
        start, end = end - len(words.lstrip()), start + len(words.rstrip())
        if start < end:
            marks.append(Mark(start, end, references, verb))
    return Marked(text, tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end))))


def _target(draft: str, at: int) -> str | None:
    """Return what stands in the parentheses that open at `at`, balanced and on one line, or None."""
    if not _OPENS.match(draft, at):
        return None
    depth = 0
    for match in _PARENTHESIS.finditer(draft, at, at + _TARGET_MAX):
        if match.group() == "\n":
            return None
        depth += 1 if match.group() == "(" else -1
        if not depth:
            return draft[at + 1 : match.start()]
    return None


def read_target(target: str) -> _Target | None:
    """Return verb and references of a target such as `s2/date s6/date`, or None where it is something else.

    `s1.date`, `s1#/date`, `s1/a/0`, `s1.a[0]`, commas between references and percent-encoding are read.
    """
    words = [word for word in _SEPARATOR.split(target.strip()) if word]
    verb = ""
    if words and words[0].casefold() in (GIVEN, *TOLD_OPERATIONS):
        verb = words.pop(0).casefold()
    elif words and words[0].casefold() in ("ask", "did", "tell"):  # verbs that a reference makes needless
        words.pop(0)
    references: list[Reference] = []
    for word in words:
        match = _REFERENCE.fullmatch(unquote(word))
        if match:
            references.append(Reference(match["step"], _pointer(match["path"])))
        elif references and "/" in references[-1].pointer and not re.match(r"\w+:", word):
            last = references.pop()  # a key that holds a space
            references.append(Reference(last.step, f"{last.pointer} {unquote(word)}"))
        else:
            return None
    if verb == GIVEN and not references and not words:
        return verb, ()
    return (verb, tuple(references)) if references else None


def _pointer(path: str) -> str:
    path = path.removeprefix("#")
    if path in ("", "/"):
        return ""
    if path.startswith("/"):
        return path.rstrip("/") if path.endswith("/") and len(path) > 1 else path
    tokens = re.findall(r"[^.\[\]]+", path)
    return "".join("/" + token.strip("'\"").replace("~", "~0").replace("/", "~1") for token in tokens)


def render(marked: Marked) -> str:
    """Return the text with its marks written as links, as `parse` reads it. Marks that cross another are left out."""
    opens: dict[int, int] = {}
    closes: dict[int, list[str]] = {}
    ends: list[int] = []
    for mark in sorted(marked.marks, key=lambda each: (each.start, -each.end)):
        while ends and ends[-1] <= mark.start:
            ends.pop()
        if ends and mark.end > ends[-1]:
            continue
        ends.append(mark.end)
        opens[mark.start] = opens.get(mark.start, 0) + 1
        target = " ".join([*([mark.verb] if mark.verb else []), *map(str, mark.references)])
        closes.setdefault(mark.end, []).append(f"]({quote(target, safe=_PLAIN)})")
    out = []
    for position in range(len(marked.text) + 1):
        out += closes.get(position, [])[::-1]
        out.append("[" * opens.get(position, 0))
        character = marked.text[position : position + 1]
        out.append(f"\\{character}" if character and character in "[]" else character)
    return "".join(out)
