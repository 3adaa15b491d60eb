"""What a tell's source names in a record."""

from collections.abc import Mapping
from typing import assert_never

from graph.record import (
    ArgumentSource,
    ContextSource,
    DerivedTell,
    GivenSource,
    RecordContext,
    Step,
    StepSource,
    TellSource,
)
from nodes.marks.derive import UnderivableError, derive
from nodes.marks.parse import Reference
from nodes.marks.places import in_arguments, in_result
from nodes.marks.says import Place
from tool_registry.json_pointer import leaves, resolve
from tool_registry.spec import ToolSpec

Specs = Mapping[str, ToolSpec]


def places_of(source: TellSource, steps: Mapping[str, Step], specs: Specs, context: RecordContext) -> tuple[Place, ...]:
    """Return what a tell's source names. Raises LookupError in words where there is nothing."""
    match source:
        case StepSource(step=name, pointer=pointer):
            step = _known(name, steps)
            found = in_result(step, specs.get(step.tool), Reference(name, pointer))
            if found is None or found.reference.pointer != pointer:
                raise LookupError(f"the result of {name} has nothing at {pointer!r}")
            return found.places
        case GivenSource(of=ContextSource(pointer=pointer)):
            return (Place(_in_context(context, pointer)),)
        case GivenSource(of=ArgumentSource(step=name, pointer=pointer)):
            step = _known(name, steps)
            found = in_arguments(step, specs.get(step.tool), Reference(name, pointer))
            if found is None or found.reference.pointer != pointer:
                raise LookupError(f"the arguments of {name} have nothing at {pointer!r}")
            return found.places
        case DerivedTell(op=op, of=of):
            parts: list[Place] = []
            for each in of:
                whole: TellSource = each if isinstance(each, StepSource) else GivenSource(of=each)
                parts.extend(places_of(whole, steps, specs, context))
            try:
                value = derive(op, [part.value for part in parts])
            except UnderivableError as error:
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
