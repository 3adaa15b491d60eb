"""A response cut into clauses, each with the words that say what its numbers are about.

To the words of a clause belong those that it stands under: the words before a colon for each item after it, the
heading and the line that ends in a colon for bullet points, the header and the first cell of its row for a cell of a
Markdown table.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from nodes.proofs.places import Words, anchor_words_of, named_stems

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_SENTENCE = re.compile(
    r"(?<![ .(][^\W\d_]\.)(?<!\b(?:ca|no|vs|st|dr|mr)\.)(?<!\b(?:max|min|avg|mrs|etc)\.)(?<!approx\.)"
    r"(?<=[.!?…])[\"'”’)\]*_]*\s+",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?P<indent>\s*)(?:[-*•–]|\(?\d{1,2}[.)])\s+")
_HEADING = re.compile(r"\s*(?:#+\s|\*\*[^*]+\*\*:?\s*\Z)")
_RULE = re.compile(r"[\s|:-]+")
_MARKERS = (
    re.compile(r"^[ \t]*(?:[-*•][ \t]+)?(?:\*\*)?\(?(\d{1,2})[.)](?=\s|\*)", re.MULTILINE),
    re.compile(r"(?<!\w)\((\d{1,2})\)(?=\s)"),
    re.compile(r"\b(?:step|option|part|stage|tip|point|phase|question|day)\s+#?(\d{1,2})\b", re.IGNORECASE),
)


class Clause(NamedTuple):
    """`response[start:end]`; `words` are its anchor words, `stems` those of all words of its sentence."""

    start: int
    end: int
    words: Words
    stems: Words


class _Piece(NamedTuple):
    start: int
    end: int
    words: Words
    whole: Words


class _Over(NamedTuple):
    """What lines stand under: headings have depth -2, a line that ends in a colon -1, bullet points their indent."""

    depth: int
    words: Words


def clauses(response: str) -> list[Clause]:
    """Return the clauses of the response in order."""
    return [Clause(start, end, anchor_words_of(words), whole) for start, end, words, whole in _pieces(response)]


def markers(response: str) -> set[int]:
    """Return where numbers stand that only number the items of a list, from 1 on: "1.", "(2)", "Step 3"."""
    found: set[int] = set()
    for pattern in _MARKERS:
        expected = 1
        for match in pattern.finditer(response):
            number = int(match[1])
            if number in (1, expected):
                found.add(match.start(1))
                expected = number + 1
    return found


def _pieces(response: str) -> Iterator[_Piece]:
    over: list[_Over] = []
    header: list[Words] = []
    for match in _LINE.finditer(response):
        line, start = match.group(), match.start()
        if line.lstrip().startswith("|"):
            if not _RULE.fullmatch(line):
                header = header or [named_stems(cell.group()) for cell in re.finditer(r"[^|]+", line.strip())]
                yield from _row(line, start, header, _words_of(over))
            continue
        header = []
        heading, item = _HEADING.match(line), _ITEM.match(line)
        depth = -2 if heading else len(item["indent"]) if item else -1
        over = [each for each in over if each.depth < depth]
        outer = _words_of(over)
        pieces = list(_sentences(line, start))
        for piece in pieces:
            yield piece._replace(words=piece.words | outer, whole=piece.whole | outer)
        if depth != -1:
            over.append(_Over(depth, named_stems(line)))
        elif line.rstrip().endswith(":"):
            over.append(_Over(depth, pieces[-1].whole))


def _words_of(over: list[_Over]) -> Words:
    return frozenset().union(*(each.words for each in over))


def _row(line: str, start: int, header: list[Words], caption: Words) -> Iterator[_Piece]:
    cells = list(re.finditer(r"[^|]+", line.strip()))
    begin = start + line.index(line.strip())
    label = named_stems(cells[0].group()) if cells else frozenset()
    for column, cell in enumerate(cells):
        above = header[column] if column < len(header) else frozenset()
        words = named_stems(cell.group()) | above | label | caption
        yield _Piece(begin + cell.start(), begin + cell.end(), words, words)


def _sentences(line: str, start: int) -> Iterator[_Piece]:
    at = 0
    for end in (*(match.end() for match in _SENTENCE.finditer(line)), len(line)):
        yield from _parts(line[at:end], start + at)
        at = end


def _parts(sentence: str, start: int) -> Iterator[_Piece]:
    """Yield what semicolons part, each with the words before the sentence's colon."""
    whole = named_stems(sentence)
    lead = named_stems(sentence[: sentence.find(": ") + 1])
    at = 0
    for part in sentence.split(";"):
        if part.strip():
            yield _Piece(start + at, start + at + len(part), named_stems(part) | lead, whole)
        at += len(part) + 1
