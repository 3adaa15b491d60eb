"""What a reference of a mark points at: in a query an argument of a step, in a response something of its result."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, assert_never

from graph.marks import ArgumentSource, DerivedTell, GivenSource, Tell, TellSource, ValueSource
from graph.record import RecordContext, Step
from graph.sources import ContextSource, StepSource
from nodes.marks.operations import DerivationError, derive
from nodes.marks.parse import Reference
from nodes.marks.says import Place, spells
from tool_registry.json.pointer import MISSING, escape, leaf_name, resolve, scalars, tokens
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec

Specs = Mapping[str, ToolSpec]

_SIBLINGS_MAX = 64
_ZONE = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+)+")
_ELEMENTS_MAX = 1000
#: Operations whose value is of the same kind as those that it is reckoned from.
_OF_ONE_KIND = ("sum", "difference", "min", "max")


class Found(NamedTuple):
    """A reference as it should be written, and the places that it names: one, with `*` one a list of elements."""

    reference: Reference
    places: tuple[Place, ...]


def in_result(step: Step, spec: ToolSpec | None, reference: Reference) -> Found | None:
    """Return what the reference names in the step's result, or None."""
    return _find(step.result, (spec.output_schema if spec else None) or {}, step, reference)


def in_arguments(step: Step, spec: ToolSpec | None, reference: Reference) -> Found | None:
    """Return what the reference names in the step's arguments, or None."""
    return _find(step.arguments, spec.parameters if spec else {}, step, reference)


def result_reference(step: Step, reference: Reference) -> Reference | None:
    """Return the reference into the step's result as it should be written, or None."""
    found = _pointers(step.result, reference.pointer)
    return Reference(reference.step, found[0]) if found else None


def arguments_reference(step: Step, reference: Reference) -> Reference | None:
    """Return the reference into the step's arguments as it should be written, or None."""
    found = _pointers(step.arguments, reference.pointer)
    return Reference(reference.step, found[0]) if found else None


def zones_of(step: Step) -> tuple[str, ...]:
    """Return the time zones (IANA names) that stand in the step's arguments or result."""
    values = (value for document in (step.arguments, step.result) for _, value in scalars(document))
    return tuple(dict.fromkeys(v for v in values if isinstance(v, str) and len(v) < 40 and _ZONE.fullmatch(v)))


def _find(document: Any, schema: dict[str, Any], step: Step, reference: Reference) -> Found | None:
    written = _pointers(document, reference.pointer)
    if written is None:
        return None
    pointer, expanded = written
    values = [resolve(document, each) for each in expanded]
    zones = zones_of(step) if any(map(_may_hold_time, values)) else ()
    place = _place(document, schema, expanded[0], zones)
    if expanded != [pointer]:
        place = Place(values, {"items": place.schema}, place.name, zones=zones, is_each=True)
    return Found(Reference(reference.step, pointer), (place,))


def _pointers(document: Any, pointer: str) -> tuple[str, list[str]] | None:
    """Return the pointer as it should be written, and those of the elements that it names, or None."""
    if _is_pointer(pointer) and resolve(document, pointer) is not MISSING:
        return pointer, [pointer]
    for reading in _readings(pointer, document):
        if expanded := list(_expand(document, reading)):
            return reading, expanded
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
    otherwise = [bare, ["/".join(bare)], [" ".join(bare)]]  # a key that holds a slash, or a space
    if len(bare) == 1:
        otherwise.append(bare[0].split("."))
    if bare[0] in ("result", "arguments") and not (isinstance(document, dict) and bare[0] in document):
        otherwise.append(bare[1:])
        yield "".join(f"/{escape(token)}" for token in bare[1:])
    yield from ("".join(f"/{escape(token)}" for token in each if token) for each in otherwise if any(each))


def _is_pointer(pointer: str) -> bool:
    return pointer.startswith("/") and not ("~" in pointer and re.search(r"~(?![01])", pointer))


def _expand(document: Any, pointer: str) -> Iterator[str]:
    """Yield the pointer with each `*` replaced by each element that is there."""
    if pointer and not _is_pointer(pointer):
        return
    before, star, after = pointer.partition("/*")
    if resolve(document, pointer) is not MISSING:
        yield pointer
    elif star and (not after or after.startswith("/")):
        outer = resolve(document, before)
        keys = list(outer) if isinstance(outer, dict) else range(len(outer)) if isinstance(outer, list) else ()
        for key in keys[:_ELEMENTS_MAX]:
            yield from _expand(document, f"{before}/{escape(str(key))}{after}")


def _place(document: Any, schema: dict[str, Any], pointer: str, zones: tuple[str, ...]) -> Place:
    above = resolve(document, pointer.rpartition("/")[0]) if pointer else None
    path = tokens(pointer)
    beside = list(above.items())[:_SIBLINGS_MAX] if isinstance(above, dict) else ()
    siblings = tuple(member for name, member in beside if name != path[-1])
    try:
        own = schema_at(schema, pointer)
    except (ValueError, TypeError, AttributeError, RecursionError):
        own = {}
    return Place(resolve(document, pointer), own, leaf_name(pointer), siblings, zones)


def is_verbatim(tell: Tell, steps: Mapping[str, Step], locale: str) -> bool:
    """Say whether the tell's words are the one value that it names, letter by letter: such a tell holds."""
    named = tell.source.of if isinstance(tell.source, GivenSource) else tell.source
    if tell.also or not isinstance(named, StepSource | ArgumentSource) or named.step not in steps:
        return False
    step = steps[named.step]
    document = step.result if isinstance(named, StepSource) else step.arguments
    return _is_pointer(named.pointer) and spells(tell.quote, resolve(document, named.pointer), locale)


def places_of(
    source: TellSource | ValueSource, steps: Mapping[str, Step], specs: Specs, context: RecordContext
) -> tuple[Place, ...]:
    """Return what a tell's source names. Raises LookupError in words where there is nothing."""
    match source:
        case StepSource(step=name, pointer=pointer) | ArgumentSource(step=name, pointer=pointer):
            if name not in steps:
                raise LookupError(f"there is no step {name!r} so far")
            step, is_result = steps[name], isinstance(source, StepSource)
            found = (in_result if is_result else in_arguments)(step, specs.get(step.tool), Reference(name, pointer))
            if found is None or found.reference.pointer != pointer:
                where = f"the result of {name} has" if is_result else f"the arguments of {name} have"
                raise LookupError(f"{where} nothing at {pointer!r}")
            documents = tuple(each.result for each in steps.values())
            return tuple(replace(place, documents=documents) for place in found.places)
        case ContextSource(pointer=pointer):
            known = dict(scalars(context.model_dump(mode="json")))
            if pointer not in known:
                raise LookupError(f"the context has nothing at {pointer!r}")
            return (Place(known[pointer]),)
        case GivenSource(of=of):
            return places_of(of, steps, specs, context)
        case DerivedTell(op=op, of=of_parts):
            if len({each.model_dump_json() for each in of_parts}) < len(of_parts):
                raise LookupError(f"{op} names a value twice")
            parts = [place for each in of_parts for place in places_of(each, steps, specs, context)]
            try:
                value = derive(op, [part.value for part in parts])
            except DerivationError as error:
                raise LookupError(str(error)) from error
            called = {"count": "", "product": "", "date": ""}.get(op, parts[0].name if op in _OF_ONE_KIND else op)
            return (Place(value, name=called),)
        case _:
            assert_never(source)
