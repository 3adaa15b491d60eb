"""Identifiers in a query: names of tools and steps, names of code. An ordinary word is never one.

A tool's name is an identifier by its form alone: it has an underscore, a dot or, where no description says it in
prose ("SHA-256", "YouTube"), an inner capital or a digit. So "weather" and "check-in" may be said though tools are
called so. Other words are identifiers with an underscore or in camelCase, and paths through members of the record
(`user.address`, `/items/name`). What the user says as a value is the user's own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from graph.record import Turn
from nodes.marks.find import Span
from nodes.screens.leaks import is_inside
from tool_registry.json_pointer import scalars, tokens
from tool_registry.spec import ToolSpec

_SNAKE = re.compile(r"(?<![\w@])\w*[^\W_]_+\w*|(?<!\w)_+[^\W_]\w*")
#: Not what stands behind a number: "120 mmHg".
_CAMEL = re.compile(r"(?<!\d )\b[a-z]{2,}(?:[A-Z]+[a-z0-9]+)+\b")
_CODE = re.compile(r"(?<!\w)[A-Za-z]\w*(?:\[\d+\]|\(\))")
_PATH = re.compile(r"(?<![\w@./])[A-Za-z]\w*(?:\.[A-Za-z]\w*)+(?![\w@])|(?<!\S)(?:/[A-Za-z]\w*)+")
_USING = r"\b(?:use|using|call|calling|invoke|invoking|execute|executing)\s+(?:the\s+)?"
_SCALARS_MAX = 2000


def tool_names(query: str, names: Iterable[str], field: frozenset[str], own: list[Span]) -> Iterator[str]:
    """Yield the tools that the query names by an identifier, or as what is to be used."""
    for name in names:
        said = rf"(?<!\w){re.escape(name)}(?!\w)"
        if "_" in name or "." in name:
            pattern = rf"(?i:{said})"
        else:  # "Use search-flights for it", "with the weather tool"
            behind = "" if "-" in name else r"\s+(?:tool|function|api|endpoint)\b"
            pattern = rf"(?i:{_USING}{said}{behind})" + ("" if _is_ordinary(name, field) else f"|{said}")
        if any(not is_inside(match.span(), own) for match in re.finditer(pattern, _without(query, own))):
            yield name


def _without(query: str, own: list[Span]) -> str:
    """Return the query with the user's own words blanked."""
    for start, end in own:
        query = query[:start] + " " * (end - start) + query[end:]
    return query


def _is_ordinary(name: str, field: frozenset[str]) -> bool:
    has_inner_capital = name != name.upper() and any(character.isupper() for character in name[1:])
    if not has_inner_capital and not any(character.isdecimal() for character in name):
        return True
    return name.replace("-", "").casefold() in field


def step_ids(query: str, ids: Iterable[str], field: frozenset[str], own: list[Span]) -> Iterator[str]:
    """Yield the steps that the query names; "s3" is none where the tools speak of S3."""
    words = set(re.findall(r"\w+", _without(query, own)))
    yield from (step for step in dict.fromkeys(ids) if step in words and step.casefold() not in field)


def identifiers(query: str, members: frozenset[str], field: frozenset[str], own: list[Span]) -> Iterator[str]:
    """Yield the other identifiers in the query, each once. `members`: see `member_names`."""
    found = [match for pattern in (_SNAKE, _CODE) for match in pattern.finditer(query)]
    found += [match for match in _CAMEL.finditer(query) if match.group().casefold() not in field]
    found += [
        match for match in _PATH.finditer(query) if members.issuperset(re.split(r"[./]", match.group().strip("/")))
    ]
    texts = (match.group() for match in found if not is_inside(match.span(), own))
    yield from dict.fromkeys(texts)


def member_names(turns: Sequence[Turn], specs: Mapping[str, ToolSpec]) -> frozenset[str]:
    """Return what members of arguments, results and parameters are called."""
    names: set[str] = set()
    for spec in specs.values():
        properties = spec.parameters.get("properties")
        names.update(properties if isinstance(properties, dict) else ())
    for step in (step for turn in turns for step in turn.steps):
        for document in (step.arguments, step.result):
            for pointer, _ in islice(scalars(document), _SCALARS_MAX):
                names.update(tokens(pointer))
    return frozenset(name for name in names if not name.isdecimal())
