"""Whether a record's calls depend on each other by data, not by echo."""

from collections.abc import Iterator
from typing import Any, assert_never

from graph.record import Record, Step
from graph.sources import ComposedSource, ContextSource, DefaultSource, DerivedSource, Source, StepSource, UserSource
from nodes.marks.find import find_words
from nodes.marks.infer import setting_of
from nodes.marks.says import Place, Setting
from nodes.proofs.schemas import leaf_schema, specs_of
from nodes.proofs.source_checks import readings
from tool_registry.json.pointer import MISSING, equal, leaf_name, leaves, resolve


def is_dependent(record: Record) -> bool:
    """Say whether some step source gives a value that is in no earlier step's arguments and not in the query.

    A step source inside a derivation counts as well: by the scalar it points at, or, where it points at a
    list or an object, by what the derivation gives.
    """
    specs, setting = specs_of(record), setting_of(record.context)
    queries: list[str] = []
    earlier: list[Step] = []
    for turn in record.turns:
        queries.append(turn.query)
        for step in turn.steps:
            spec = specs.get(step.tool)
            for pointer, source in step.sources.items():
                schema = leaf_schema(spec.parameters, pointer) if spec and pointer.startswith("/") else {}
                name = leaf_name(pointer) if pointer.startswith("/") else ""
                for value in _values_from_steps(source, _at(step.arguments, pointer), earlier, setting):
                    in_arguments = any(equal(value, known) for done in earlier for _, known in leaves(done.arguments))
                    place = Place(value, schema, name)
                    if not in_arguments and not any(find_words(query, place, setting) for query in queries):
                        return True
            earlier.append(step)
    return False


def _at(document: Any, pointer: str) -> Any:
    try:
        return resolve(document, pointer)
    except ValueError:
        return MISSING


def _values_from_steps(source: Source, value: Any, earlier: list[Step], setting: Setting) -> Iterator[Any]:
    """Yield the values that step sources give towards `value`, the leaf."""
    if value is MISSING:
        return
    match source:
        case StepSource():
            yield value
        case DerivedSource():
            for part in source.of:
                if isinstance(part, StepSource):
                    yield from _input(part, value, earlier, setting)
                else:
                    yield from _values_from_steps(part, value, earlier, setting)
        case UserSource() | ContextSource() | DefaultSource() | ComposedSource():
            return
        case _:
            assert_never(source)


def _input(source: StepSource, value: Any, earlier: list[Step], setting: Setting) -> Iterator[Any]:
    result = next((step.result for step in earlier if step.id == source.step), MISSING)
    found = _at(result, source.pointer) if result is not MISSING else MISSING
    if isinstance(found, dict | list):
        yield value
    elif found is not MISSING:
        yield readings(source.span, setting)[0] if source.span else found
