"""What a reference of a mark points at: in a query an argument of a step, in a response something of its result."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, assert_never

from graph.record import (
    ArgumentSource,
    ContextSource,
    DerivedTell,
    GivenSource,
    RecordContext,
    Step,
    StepSource,
    TellSource,
    Told,
)
from nodes.marks.operations import DerivationError, derive
from nodes.marks.parse import Reference
from nodes.marks.says import Place
from tool_registry.json_pointer import MISSING, escape, leaves, resolve, scalars, tokens
from tool_registry.json_schema import schema_at
from tool_registry.spec import ToolSpec

Specs = Mapping[str, ToolSpec]

_EVERY = "*"
_SIBLINGS_MAX = 64
_ZONE = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+)+")
_ELEMENTS_MAX = 1000


class Found(NamedTuple):
    """A reference as it should be written, and the places that it names: one, or with `*` one an element."""

    reference: Reference
    places: tuple[Place, ...]


def in_result(step: Step, spec: ToolSpec | None, reference: Reference) -> Found | None:
    """Return what the reference names in the step's result, or None."""
    return _found(step.result, (spec.output_schema if spec else None) or {}, step, reference)


def in_arguments(step: Step, spec: ToolSpec | None, reference: Reference) -> Found | None:
    """Return what the reference names in the step's arguments, or None."""
    return _found(step.arguments, spec.parameters if spec else {}, step, reference)


def zones_of(step: Step) -> tuple[str, ...]:
    """Return the time zones (IANA names) that stand in the step's arguments or result."""
    return tuple(
        dict.fromkeys(
            value
            for document in (step.arguments, step.result)
            for _, value in scalars(document)
            if isinstance(value, str) and len(value) < 40 and _ZONE.fullmatch(value)
        )
    )


def _found(document: Any, schema: dict[str, Any], step: Step, reference: Reference) -> Found | None:
    for pointer in _readings(reference.pointer, document):
        expanded = list(_expanded(document, pointer))
        if not expanded:
            continue
        zones = zones_of(step) if any(_may_hold_time(resolve(document, each)) for each in expanded) else ()
        places = tuple(_place(document, schema, each, zones) for each in expanded)
        return Found(Reference(reference.step, pointer), places)
    return None


def _may_hold_time(value: Any) -> bool:
    return isinstance(value, dict | list) or (isinstance(value, str) and any(map(str.isdigit, value)))


def _readings(pointer: str, document: Any) -> Iterator[str]:
    """Yield the pointer, and what it may mean where it is written otherwise."""
    yield pointer
    if not pointer:
        return
    below = tokens(pointer) if _is_pointer(pointer) else [pointer.strip("/")]
    bare = [token.strip("'\"$") for token in below]
    if any(bare):
        yield "".join(f"/{escape(token)}" for token in bare if token)
    if len(bare) > 1:
        yield f"/{escape('/'.join(bare))}"  # a key that holds a slash
        yield f"/{escape(' '.join(bare))}"
    if len(bare) == 1 and "." in bare[0]:
        yield "".join(f"/{escape(token)}" for token in bare[0].split(".") if token)
    if bare and bare[0] in ("result", "arguments") and not (isinstance(document, dict) and bare[0] in document):
        yield "".join(f"/{escape(token)}" for token in bare[1:])


def _is_pointer(pointer: str) -> bool:
    return pointer.startswith("/") and not re.search(r"~(?![01])", pointer)


def _expanded(document: Any, pointer: str) -> Iterator[str]:
    """Yield the pointer with each `*` replaced by each element that is there."""
    if not _is_pointer(pointer) and pointer:
        return
    before, star, after = pointer.partition(f"/{_EVERY}")
    if not star or (after and not after.startswith("/")) or _resolved(document, pointer) is not MISSING:
        if _resolved(document, pointer) is not MISSING:
            yield pointer
        return
    outer = _resolved(document, before)
    keys = outer.keys() if isinstance(outer, dict) else range(len(outer)) if isinstance(outer, list) else ()
    for count, key in enumerate(keys):
        if count >= _ELEMENTS_MAX:
            return
        yield from _expanded(document, f"{before}/{escape(str(key))}{after}")


def _resolved(document: Any, pointer: str) -> Any:
    try:
        return resolve(document, pointer)
    except ValueError:
        return MISSING


def _place(document: Any, schema: dict[str, Any], pointer: str, zones: tuple[str, ...]) -> Place:
    value = resolve(document, pointer)
    above = resolve(document, pointer.rpartition("/")[0]) if pointer else None
    own = tokens(pointer)[-1] if pointer else ""
    beside = above.items() if isinstance(above, dict) else ()
    siblings = tuple(member for name, member in list(beside)[:_SIBLINGS_MAX] if name != own)
    name = next((token for token in reversed(tokens(pointer)) if not token.isdecimal()), "")
    return Place(value, _schema(schema, pointer), name, siblings, zones)


def _schema(schema: dict[str, Any], pointer: str) -> dict[str, Any]:
    try:
        return schema_at(schema, pointer)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def places_of(
    source: TellSource | Told, steps: Mapping[str, Step], specs: Specs, context: RecordContext
) -> tuple[Place, ...]:
    """Return what a tell's source names. Raises LookupError in words where there is nothing."""
    match source:
        case StepSource(step=name, pointer=pointer):
            step = _known(name, steps)
            found = in_result(step, specs.get(step.tool), Reference(name, pointer))
            if found is None or found.reference.pointer != pointer:
                raise LookupError(f"the result of {name} has nothing at {pointer!r}")
            return found.places
        case ArgumentSource(step=name, pointer=pointer):
            step = _known(name, steps)
            found = in_arguments(step, specs.get(step.tool), Reference(name, pointer))
            if found is None or found.reference.pointer != pointer:
                raise LookupError(f"the arguments of {name} have nothing at {pointer!r}")
            return found.places
        case ContextSource(pointer=pointer):
            return (Place(_in_context(context, pointer)),)
        case GivenSource(of=of):
            return places_of(of, steps, specs, context)
        case DerivedTell(op=op, of=parts_of):
            parts = [place for each in parts_of for place in places_of(each, steps, specs, context)]
            try:
                value = derive(op, [part.value for part in parts])
            except DerivationError as error:
                raise LookupError(f"{op}: {error}") from error
            return (
                Place(value, name=parts[0].name if parts and op not in ("count", "days", "weeks", "ratio") else ""),
            )
        case _:
            assert_never(source)


def _known(name: str, steps: Mapping[str, Step]) -> Step:
    if name not in steps:
        raise LookupError(f"there is no step {name!r} so far")
    return steps[name]


def _in_context(context: RecordContext, pointer: str) -> object:
    document = context.model_dump(mode="json")
    if pointer not in {where for where, _ in leaves(document)}:
        raise LookupError(f"the context has nothing at {pointer!r}")
    return resolve(document, pointer)
