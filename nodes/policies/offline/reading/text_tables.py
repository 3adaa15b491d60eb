"""Tables inside text: Markdown's, comma- or tab-separated lines, and columns set apart by spaces."""

import csv
import re
from collections.abc import Callable, Iterator
from functools import partial

#: The cells of a row, each with the head of its column.
Row = list[tuple[str, str]]

_RULE = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?|\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+")
_HEAD = re.compile(r"[A-Za-z][\w ./()#-]{0,39}")
_GAP = re.compile(r" {2,}|\t+")
_DELIMITERS = ",;\t"


def rows_in(lines: list[str]) -> dict[int, Row]:
    """Return the rows of the tables among the lines, by number of line; heads and rules are empty rows."""
    rows: dict[int, Row] = {}
    number = 0
    while number < len(lines) - 1:
        table = dict(_markdown(lines, number) or _separated(lines, number) or _aligned(lines, number))
        rows.update(table)
        number = max(table, default=number) + 1
    return rows


def _markdown(lines: list[str], number: int) -> list[tuple[int, Row]]:
    if "|" not in lines[number] or not _RULE.fullmatch(lines[number + 1]):
        return []
    heads = _cells(lines[number])
    found: list[tuple[int, Row]] = [(number, []), (number + 1, [])]
    for place in range(number + 2, len(lines)):
        if "|" not in lines[place]:
            break
        cells = [cell.strip("*`") for cell in _cells(lines[place])]
        found.append((place, list(zip(heads, cells, strict=True)) if len(cells) == len(heads) else []))
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))]


def _separated(lines: list[str], number: int) -> list[tuple[int, Row]]:
    for delimiter in _DELIMITERS:
        heads = lines[number].strip().split(delimiter)
        if len(heads) < 2 or any(head != head.strip() for head in heads) or not _are_heads(heads):
            continue  # a space behind a comma is prose
        found = list(_rows_below(lines, number, heads, partial(_split_by, delimiter)))
        if found:
            return [(number, []), *found]
    return []


def _split_by(delimiter: str, line: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter))


def _aligned(lines: list[str], number: int) -> list[tuple[int, Row]]:
    heads = _GAP.split(lines[number].strip())
    if len(heads) < 2 or not _are_heads(heads):
        return []
    found = list(_rows_below(lines, number, heads, lambda line: _GAP.split(line.strip())))
    return [(number, []), *found] if found else []


def _are_heads(heads: list[str]) -> bool:
    return len({head.lower() for head in heads}) == len(heads) and all(map(_HEAD.fullmatch, heads))


def _rows_below(
    lines: list[str], number: int, heads: list[str], split: Callable[[str], list[str]]
) -> Iterator[tuple[int, Row]]:
    for place in range(number + 1, len(lines)):
        try:
            cells = [cell.strip() for cell in split(lines[place])]
        except (csv.Error, StopIteration):
            return
        if len(cells) != len(heads):
            return
        yield place, list(zip(heads, cells, strict=True))
