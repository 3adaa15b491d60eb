"""What qualifies a value: the currency of an amount, the unit of a number, the zone of a clock time, a text's language.

It belongs to the value and goes with it from call to call: what came out in Polish zloty is not put into the next
call as Japanese yen. A call says it by a parameter: one alone speaks of all its values, of two one speaks of what goes
in and the other of what comes out. A call that says nothing hands on what its arguments have. Where nobody has said
it yet the first call that does decides for those after it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graph.record import Step
from graph.sources import StepSource
from nodes.marks.quantities import unit_of_name
from nodes.marks.units import unit_named
from nodes.policies.offline.reading.parameters import Parameter, parameters_of
from tool_registry.drawing.value_kinds import format_of
from tool_registry.json.by_identity import ByIdentity
from tool_registry.json.pointer import escape, leaf_name, resolve, scalars
from tool_registry.json.schema import labels, schema_at
from tool_registry.spec import ToolSpec

Quality = Literal["currency", "unit", "timezone", "language"]

_FORMATS: dict[str, Quality] = {"currency-code": "currency", "timezone": "timezone", "language-code": "language"}
_NAMES: tuple[tuple[frozenset[str], Quality], ...] = (
    (frozenset({"currency"}), "currency"),
    (frozenset({"currencies"}), "currency"),
    (frozenset({"unit"}), "unit"),
    (frozenset({"units"}), "unit"),
    (frozenset({"timezone"}), "timezone"),
    (frozenset({"tz"}), "timezone"),
    (frozenset({"time", "zone"}), "timezone"),
    (frozenset({"language"}), "language"),
    (frozenset({"lang"}), "language"),
)
_INTO = frozenset({"to", "into", "target", "output", "destination", "dest", "desired", "new"})
_OUT_OF = frozenset({"from", "source", "base", "input", "original", "origin", "current"})
_MONEY = frozenset(
    "amount price prices cost costs sum fee fees salary wage wages pay income payment deposit balance budget bill tip "
    "total tax saving savings loan principal money goal revenue profit spend spending rent money".split()
)
_NO_MONEY = frozenset("rate percent percentage years months weeks days hours people count number ratio".split())
_TEXTS = frozenset("text sentence phrase content message translation translated paragraph string".split())
_CLOCKS = frozenset({"time", "datetime", "clock"})
_OFFSET = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")
_RESULT_SCALARS_MAX = 60


@dataclass(frozen=True)
class Known:
    """What qualifies a value, and the result that said so; None where the user did or a name does."""

    value: Any
    source: StepSource | None = None


@dataclass(frozen=True)
class _Roles:
    """Of one quality: the parameters that say it of what goes in and of what comes out, and the values that have it."""

    said_in: str | None
    said_out: str | None
    values: tuple[str, ...]


#: A value of a result, by step, pointer and span, or one that the user says, by its text.
_Thing = tuple[str, ...]

_roles: ByIdentity[dict[Quality, _Roles]] = ByIdentity(5_000)


class Qualifiers:
    """What qualifies the values of a chain, and so the arguments of a call that takes some of them."""

    def __init__(self, steps: list[Step], specs: Mapping[str, ToolSpec]) -> None:
        self._specs = specs
        self._steps = {step.id: step for step in steps}
        self._same: dict[tuple[Quality, _Thing], tuple[Quality, _Thing]] = {}
        self._known: dict[tuple[Quality, _Thing], Known] = {}
        for step in steps:
            if (spec := specs.get(step.tool)) is not None:
                self._read(step, spec)

    def settle(
        self, spec: ToolSpec, arguments: Mapping[str, Any], sources: Mapping[str, StepSource]
    ) -> dict[str, Known] | None:
        """Return the arguments that have to qualify what the call takes; None where it cannot be qualified so.

        `sources` are those of the arguments that come from results, by JSON Pointer. What is not known yet the call
        decides: it holds for the calls that are settled after it.
        """
        by_name = parameters_of(spec).by_name
        settled: dict[str, Known] = {}
        decided: list[tuple[Quality, _Thing, Known]] = []
        for pointer, source in sources.items():
            parameter = by_name.get(pointer[1:])
            told = _unit(unit_of_name(parameter.name)) if parameter else None
            known = self._find("unit", _from(source))
            if told and known and _unit(known.value) not in (told, None):
                return None
        for quality, roles in _roles_of(spec).items():
            things = [_thing(name, arguments, sources) for name in roles.values if name in arguments]
            found = [known for thing in things if (known := self._find(quality, thing)) is not None]
            if len({_unit(known.value) or str(known.value) for known in found}) > 1:
                return None
            if roles.said_in is None:
                continue
            if found:
                fitting = _fitting(by_name[roles.said_in], found[0], quality)
                if fitting is None:
                    return None
                settled[roles.said_in] = fitting
            elif roles.said_in in arguments:
                own = Known(arguments[roles.said_in], sources.get(f"/{escape(roles.said_in)}"))
                decided += [(quality, thing, own) for thing in things]
        for name, known in settled.items():
            if any(known.value == arguments.get(other) for other in _partners(spec, name)):
                return None  # from a currency into itself
        for quality, thing, own in decided:
            self._know(quality, thing, own)
        return settled

    def _read(self, step: Step, spec: ToolSpec) -> None:
        sources = {pointer: source for pointer, source in step.sources.items() if isinstance(source, StepSource)}
        for quality, roles in _roles_of(spec).items():
            taken = [_thing(name, step.arguments, sources) for name in roles.values if name in step.arguments]
            given = list(_given(step, spec, quality, alone=bool(roles.said_in or roles.said_out)))
            for name, things in ((roles.said_in, taken), (roles.said_out, given)):
                if name is not None and isinstance(step.arguments.get(name), str):
                    known = Known(step.arguments[name], sources.get(f"/{escape(name)}"))
                    for thing in things:
                        self._know(quality, thing, known)
            if roles.said_in is None and roles.said_out is None and quality != "unit":
                for thing in [*taken, *given][1:]:
                    self._join(quality, [*taken, *given][0], thing)
        for quality, thing, known in _qualities_in_result(step, spec):
            self._know(quality, thing, known)

    def _root(self, quality: Quality, thing: _Thing) -> tuple[Quality, _Thing]:
        place = (quality, thing)
        while (above := self._same.get(place)) is not None:
            place = above
        return place

    def _join(self, quality: Quality, one: _Thing, other: _Thing) -> None:
        first, second = self._root(quality, one), self._root(quality, other)
        if first != second:
            self._same[second] = first
            known = self._known.get(first) or self._known.get(second)
            if known is not None:
                self._known[first] = known

    def _know(self, quality: Quality, thing: _Thing, known: Known) -> None:
        self._known.setdefault(self._root(quality, thing), known)

    def _find(self, quality: Quality, thing: _Thing) -> Known | None:
        known = self._known.get(self._root(quality, thing))
        if known is None and quality == "unit" and thing[0] == "result":
            unit = _unit(unit_of_name(leaf_name(thing[2])))
            known = Known(unit) if unit else None
        if known is not None and quality == "timezone" and thing[0] == "result":
            step = self._steps.get(thing[1])
            value = resolve(step.result, thing[2]) if step else None
            if isinstance(value, str) and _OFFSET.search(value):
                return None  # the moment says itself what it is
        return known


def _from(source: StepSource) -> _Thing:
    return "result", source.step, source.pointer, source.span or ""


def _thing(name: str, arguments: Mapping[str, Any], sources: Mapping[str, StepSource]) -> _Thing:
    source = sources.get(f"/{escape(name)}")
    value = arguments[name]
    return ("said", str(value)) if source is None else _from(source)


def _given(step: Step, spec: ToolSpec, quality: Quality, *, alone: bool) -> Iterator[_Thing]:
    """Yield the values of the result that have the quality; where a parameter says it, also one without a name."""
    schema = spec.output_schema or {}
    found = list(scalars(step.result))[:_RESULT_SCALARS_MAX]
    for pointer, value in found:
        if isinstance(value, bool) or value is None:
            continue
        name = leaf_name(pointer)
        kind = "number" if isinstance(value, int | float) else "string"
        described = schema_at(schema, pointer) if schema else {}
        if _has(quality, name, described, kind) or (alone and len(found) == 1 and _could_have(quality, kind)):
            yield "result", step.id, pointer, ""


def _qualities_in_result(step: Step, spec: ToolSpec) -> Iterator[tuple[Quality, _Thing, Known]]:
    """Yield what the result itself says of its values: {"amount": 12, "currency": "EUR"}."""
    schema = spec.output_schema or {}
    found = list(scalars(step.result))[:_RESULT_SCALARS_MAX]
    for pointer, value in found:
        parent, _, name = pointer.rpartition("/")
        quality = _quality(name, schema_at(schema, pointer) if schema else {}) if isinstance(value, str) else None
        if quality is None:
            continue
        for other, beside in found:
            if other.rpartition("/")[0] != parent or isinstance(beside, bool) or beside is None:
                continue
            kind = "number" if isinstance(beside, int | float) else "string"
            if _has(quality, other.rpartition("/")[2], schema_at(schema, other) if schema else {}, kind):
                known = Known(value, StepSource(step=step.id, pointer=pointer))
                yield quality, ("result", step.id, other, ""), known


def _roles_of(spec: ToolSpec) -> dict[Quality, _Roles]:
    return _roles.get(spec.parameters, None, lambda: dict(_read_roles(spec)))


def _read_roles(spec: ToolSpec) -> Iterator[tuple[Quality, _Roles]]:
    by_name = parameters_of(spec).by_name
    saying: dict[Quality, list[str]] = {"currency": [], "unit": [], "timezone": [], "language": []}
    for name, parameter in by_name.items():
        quality = _quality(name, parameter.schema)
        if quality is not None and (not parameter.types or parameter.types & {"string", "array"}):
            saying[quality].append(name)
    for quality, names in saying.items():
        values = tuple(
            name
            for name, parameter in by_name.items()
            if name not in names
            and any(_has(quality, name, parameter.schema, kind) for kind in _kinds(parameter))
            and not (quality == "unit" and unit_of_name(name))
        )
        numbers = [name for name, each in by_name.items() if "number" in _kinds(each) and not each.format]
        if quality == "currency" and names and not values and len(numbers) == 1:
            values = tuple(numbers)
        if len(names) > 2:
            continue
        yield quality, _Roles(*_directions(names), values)


def _directions(names: list[str]) -> tuple[str | None, str | None]:
    """Return which parameter speaks of what goes in and which of what comes out."""
    into = [name for name in names if _tokens(name) & _INTO]
    out_of = [name for name in names if _tokens(name) & _OUT_OF and name not in into]
    if len(names) == 2:
        said_out = into[0] if len(into) == 1 else next((n for n in reversed(names) if n not in out_of), names[1])
        return next(name for name in names if name != said_out), said_out
    if not names:
        return None, None
    return (None if into else names[0]), (None if out_of else names[0])


def _partners(spec: ToolSpec, name: str) -> list[str]:
    """Return the parameter that speaks of what comes out where this one speaks of what goes in."""
    found = [roles.said_out for roles in _roles_of(spec).values() if roles.said_in == name]
    return [other for other in found if other is not None and other != name]


def _quality(name: str, schema: Mapping[str, Any]) -> Quality | None:
    if (format_ := format_of(schema)) is not None:
        return _FORMATS.get(str(format_))
    tokens = _tokens(name)
    if tokens and tokens <= _INTO | _OUT_OF | {"code"}:
        # "from" and "to" alone: what their description says first.
        tokens |= _tokens(str(schema.get("description") or "").partition(".")[0])
    return next((quality for words, quality in _NAMES if words <= tokens), None)


def _has(quality: Quality, name: str, schema: Mapping[str, Any], kind: str) -> bool:
    """Tell whether a value of that name is one that a currency, a unit, a zone or a language belongs to."""
    if not _could_have(quality, kind):
        return False
    tokens, format_ = _tokens(f"{name} {schema.get('title', '')}"), format_of(schema) or ""
    match quality:
        case "currency":
            tokens = _tokens(format_) if format_ else tokens | _tokens(str(schema.get("description"))) & _NO_MONEY
            return bool(tokens & _MONEY) and not tokens & _NO_MONEY
        case "unit":
            return not format_ and not tokens & {"latitude", "longitude", "lat", "lon", "lng"}
        case "timezone":
            return (
                format_ in ("", "time", "clock-time", "date-time") and bool(tokens & _CLOCKS) and "zone" not in tokens
            )
        case "language":
            return not format_ and bool(tokens & _TEXTS)


def _could_have(quality: Quality, kind: str) -> bool:
    return kind == ("number" if quality in ("currency", "unit") else "string")


def _kinds(parameter: Parameter) -> set[str]:
    return {"number" if type_ == "integer" else type_ for type_ in parameter.types}


def _tokens(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower()))


def _unit(value: Any) -> str | None:
    """Return the unit that a code, a word or a unit's own name stands for."""
    found = unit_named(str(value)) if value is not None else None
    return found.name if found is not None else None


def _fitting(parameter: Parameter, known: Known, quality: Quality) -> Known | None:
    """Return what the parameter has to be to say the same; None where it cannot."""
    if quality == "unit" and (unit := _unit(known.value)):
        labelled = [(value, str(label)) for value, label in labels(parameter.schema)]
        plain = [*(parameter.schema.get("enum") or ()), *(parameter.schema.get("examples") or ())]
        choices = [*labelled, *((value, str(value)) for value in plain)]
        for value, label in choices:
            if unit in (_unit(value), _unit(label)):
                return Known(value, known.source if value == known.value else None)
        if choices:
            return None
    return known if parameter.is_valid(known.value) else None
