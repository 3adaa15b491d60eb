"""References: arguments that name a result instead of copying it, `{"$from": "s2", "pointer": "/lat"}`.

`$from` is a step of the chain or another proposal of the same batch; `pointer` is a JSON Pointer into its
result, the whole of it when left out.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.record import Step
from graph.sources import StepSource
from graph.spans import occurrences
from tool_registry.json.pointer import MISSING, comparable, equal, escape, leaves, resolve, scalars
from tool_registry.json.schema import closed_values, schema_at

MARK = "$from"

_PATH_TOKEN = re.compile(r"[^.\[\]]+")
_KEYS_SHOWN = 12
#: Copies of shorter texts and smaller whole numbers stand in many results by chance.
_SHORTEST_TEXT = 2
_SMALLEST_INTEGER = 100
#: A choice of more, such as all currencies, is met by chance as seldom as any name.
_FEW = 20
_DATE_OR_TIME = re.compile(r"\d{4}-\d\d(?:-\d\d)?|\d{1,2}:\d\d(?::\d\d)?")
#: A shorter stretch stands in many texts by chance.
_SHORTEST_SPAN = 5


@dataclass
class Resolved:
    """Arguments with their references replaced.

    `sources` maps each leaf that a result gave to its source. `pending` maps the references to what has not
    run yet, which still stand in `arguments`. `problems` names references to nowhere, in words.
    """

    arguments: dict[str, Any]
    sources: dict[str, StepSource] = field(default_factory=dict)
    pending: dict[str, StepSource] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def resolve_references(
    arguments: dict[str, Any], results: Mapping[str, Any], pending: Collection[str] = ()
) -> Resolved:
    """Replace references to `results` (by step or proposal id) by their values; leave those to `pending` ids.

    Nothing that is passed in is changed. A pointer that nearly is one (`lat`, `$.items[0].id`) is read.
    """
    resolved = Resolved({})
    value = _walk(arguments, "", results, pending, resolved)
    if isinstance(value, dict):
        resolved.arguments = value
    else:
        resolved.problems.append("the arguments as a whole must be an object")
    return resolved


def _walk(value: Any, where: str, results: Mapping[str, Any], pending: Collection[str], resolved: Resolved) -> Any:
    if isinstance(value, dict) and MARK in value:
        return _replace(value, where, results, pending, resolved)
    if isinstance(value, dict):
        return {
            name: _walk(member, f"{where}/{escape(name)}", results, pending, resolved) for name, member in value.items()
        }
    if isinstance(value, list):
        return [_walk(item, f"{where}/{index}", results, pending, resolved) for index, item in enumerate(value)]
    return value


def _replace(
    reference: dict[str, Any],
    where: str,
    results: Mapping[str, Any],
    pending: Collection[str],
    resolved: Resolved,
) -> Any:
    target, raw = reference[MARK], reference.get("pointer") or ""
    if not isinstance(target, str) or not isinstance(raw, str) or not reference.keys() <= {MARK, "pointer"}:
        form = '{"$from": "s1", "pointer": "/name"}'
        resolved.problems.append(f"{where or 'arguments'}: a reference has the form {form}")
        return reference
    if target in results:
        pointer, found = _find(results[target], raw)
        if found is MISSING:
            has = outline(results[target])
            resolved.problems.append(
                f"{where or 'arguments'}: the result of {target} has nothing at {raw!r}; it has {has}"
            )
            return reference
        for below, _ in leaves(found):
            resolved.sources[where + below] = StepSource(step=target, pointer=pointer + below)
        return found
    if target in pending:
        resolved.pending[where] = StepSource(step=target, pointer=raw)
        return {MARK: target, "pointer": raw}
    known = ", ".join([*results, *pending]) or "none"
    resolved.problems.append(f"{where or 'arguments'}: there is no result {target!r}; known: {known}")
    return reference


def _find(result: Any, raw: str) -> tuple[str, Any]:
    """Return the pointer as it should be written and what stands there, or MISSING."""
    for pointer in _readings(raw):
        found = resolve(result, pointer)
        if found is not MISSING:
            return pointer, found
    return raw, MISSING


def _readings(raw: str) -> Iterator[str]:
    bare = raw.removeprefix("#")
    if bare == "" or bare.startswith("/"):
        yield bare
        return
    yield f"/{escape(bare)}"
    path = bare.removeprefix("$")
    yield "".join(f"/{escape(token.strip(chr(34) + chr(39)))}" for token in _PATH_TOKEN.findall(path))


def outline(result: Any) -> str:
    """Return in a few words what a result holds: its members' pointers, or its type."""
    match result:
        case dict() if result:
            names = [f"/{escape(name)[:40]}" for name in list(result)[:_KEYS_SHOWN]]
            more = f" and {len(result) - len(names)} more" if len(result) > len(names) else ""
            return ", ".join(names) + more
        case list() if result:
            return f"{len(result)} items from /0 on, the first with {outline(result[0])}"
        case dict() | list() | None:
            return "nothing"
    return "one value, at ''"


def find_copies(
    arguments: dict[str, Any],
    known: Mapping[str, StepSource],
    steps: list[Step],
    *,
    schema: dict[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
) -> dict[str, StepSource]:
    """Return sources for leaves whose values were copied from a result instead of referred to.

    Only what is no coincidence, and what the user has not said: not flags, small whole numbers, single letters, dates
    without a time or times without a date, choices of the parameters' `schema`, what is in the `context`, and what an
    earlier argument held of itself. What an earlier argument took from a result comes from there too; else the latest
    step that has it counts.
    """
    said: set[Any] = {comparable(value) for _, value in scalars(context or {})}
    taken: dict[Any, StepSource] = {}
    for step in steps:
        for where, value in scalars(step.arguments):
            source = step.sources.get(where)
            if isinstance(source, StepSource):
                taken[comparable(value)] = source
            else:
                said.add(comparable(value))
    sources: dict[str, StepSource] = {}
    for where, value in leaves(arguments):
        if where in known or not is_distinct(value) or comparable(value) in said:
            continue
        if _is_common(value, schema_at(schema, where) if schema else {}):
            continue
        found = (source for step in reversed(steps) if (source := _origin(step, value)) is not None)
        source = taken.get(comparable(value)) or next(found, None)
        if source is not None:
            sources[where] = source
    return sources


def _is_common(value: Any, schema: dict[str, Any]) -> bool:
    """Say whether the value is one of few, so that it may stand in a result by chance: a choice, a date, a time."""
    choices = closed_values(schema)
    if len(choices) <= _FEW and any(equal(value, choice) for choice in choices):
        return True
    if not isinstance(value, str):
        return False
    if _DATE_OR_TIME.fullmatch(value):
        return True
    # A choice that only prose tells of: "Status of the ticket: 'Open' or 'Closed'."
    is_word = value.isalpha() and not value.isupper()  # EUR is an example of many
    return is_word and re.search(rf"\b{value}\b", str(schema.get("description") or ""), re.IGNORECASE) is not None


def _origin(step: Step, value: Any) -> StepSource | None:
    """Return where the step's result has the value: by itself, else as a stretch of a text."""
    for at, held in scalars(step.result):
        if equal(held, value):
            return StepSource(step=step.id, pointer=at)
    if not isinstance(value, str) or len(value) < _SHORTEST_SPAN:
        return None
    for at, held in scalars(step.result):
        if isinstance(held, str) and any(occurrences(value, held)):
            return StepSource(step=step.id, pointer=at, span=value)
    return None


def is_distinct(value: Any) -> bool:
    """Say whether the value is one that hardly stands in two places by chance."""
    if isinstance(value, str):
        return len(value) >= _SHORTEST_TEXT
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return False
    return (isinstance(value, float) and not value.is_integer()) or abs(value) >= _SMALLEST_INTEGER
