"""Identifiers in a query: names of tools and steps, names of code. An ordinary word is never one.

A tool's name is an identifier by its form alone: it has an underscore, a dot or, where no description says it in
prose ("SHA-256", "YouTube"), an inner capital or a digit. So "weather" and "check-in" may be said though tools are
called so. Other words are identifiers with an underscore or in camelCase, and paths through members of the record
(`user.address`, `/items/name`). What the user says as a value is the user's own.
"""

import re
from collections.abc import Iterator

from graph.record import Record
from nodes.proofs.text import normalised_occurrences, occurrences
from nodes.screens.spoken import Span, is_inside
from tool_registry.json_pointer import scalars, tokens

_SNAKE = re.compile(r"(?<![\w@])\w*[^\W_]_+\w*|(?<!\w)_+[^\W_]\w*")
#: Not what stands behind a number: "120 mmHg".
_CAMEL = re.compile(r"(?<!\d )\b[a-z]{2,}(?:[A-Z]+[a-z0-9]+)+\b")
_CODE = re.compile(r"(?<!\w)[A-Za-z]\w*(?:\[\d+\]|\(\))")
_PATH = re.compile(r"(?<![\w@./])[A-Za-z]\w*(?:\.[A-Za-z]\w*)+(?![\w@])|(?<!\S)(?:/[A-Za-z]\w*)+")
_USING = r"\b(?:use|using|call|calling|invoke|invoking|execute|executing)\s+(?:the\s+)?"
_SCALARS_MAX = 2000


def tool_names(query: str, names: list[str], field: frozenset[str], own: list[Span]) -> Iterator[str]:
    """Yield the tools that the query names by an identifier, or as what is to be used."""
    for name in names:
        if any(not is_inside(span, own) for span in _places(name, query, field)):
            yield name


def _places(name: str, query: str, field: frozenset[str]) -> Iterator[Span]:
    if "_" in name or "." in name:
        yield from normalised_occurrences(name, query)
        return
    if not _is_ordinary(name, field):
        yield from occurrences(name, query)
    # "Use search-flights for it", "with the weather tool"
    said = re.escape(name)
    used = rf"{_USING}(?P<name>{said})\b(?:\s+(?:tool|function|api|endpoint)\b)"
    used = rf"{_USING}(?P<name>{said})\b" if "-" in name else used
    yield from (match.span("name") for match in re.finditer(used, query, re.IGNORECASE))


def _is_ordinary(name: str, field: frozenset[str]) -> bool:
    has_inner_capital = name != name.upper() and any(character.isupper() for character in name[1:])
    if not has_inner_capital and not any(character.isdecimal() for character in name):
        return True
    return name.replace("-", "").casefold() in field


def step_ids(query: str, ids: list[str], field: frozenset[str], own: list[Span]) -> Iterator[str]:
    """Yield the steps that the query names; "s3" is none where the tools speak of S3."""
    for step in dict.fromkeys(ids):
        if step.casefold() not in field and any(not is_inside(span, own) for span in occurrences(step, query)):
            yield step


def identifiers(query: str, record: Record, field: frozenset[str], own: list[Span]) -> Iterator[str]:
    """Yield the other identifiers in the query, each once."""
    found = [match for pattern in (_SNAKE, _CODE) for match in pattern.finditer(query)]
    found += [match for match in _CAMEL.finditer(query) if match.group().casefold() not in field]
    paths = list(_PATH.finditer(query))
    if paths:
        members = member_names(record)
        found += [match for match in paths if members.issuperset(re.split(r"[./]", match.group().strip("/")))]
    texts = (match.group() for match in found if not is_inside(match.span(), own))
    yield from dict.fromkeys(texts)


def member_names(record: Record) -> frozenset[str]:
    """Return what members of arguments, results and parameters are called."""
    names: set[str] = set()
    for spec in record.tools:
        properties = spec.parameters.get("properties")
        names.update(properties if isinstance(properties, dict) else ())
    for turn in record.turns:
        for step in turn.steps:
            for document in (step.arguments, step.result):
                for (pointer, _), _ in zip(scalars(document), range(_SCALARS_MAX), strict=False):
                    names.update(tokens(pointer))
    return frozenset(name for name in names if not name.isdecimal())
