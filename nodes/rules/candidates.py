"""Values that an argument could have instead: those near the bounds that a rule names, and those of the schema."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from graph.record import Rule
from nodes.rules.evaluate import Call, Known, value_of
from nodes.rules.language import Argument, Computed, Found, Made, forbids_of
from nodes.rules.values import ABSENT, moment_of
from tool_registry.json.pointer import equal, resolve, scalars
from tool_registry.json.resolved import items_of
from tool_registry.json.schema import closed_values, schema_at, types_of
from tool_registry.spec import ToolSpec

_EACH_MAX = 400
_DAYS = (0, 1, 2, 3, 7, 14, 30, 60, 90, 180, 365)


def arguments_named(rule: Rule) -> list[str]:
    """Return the arguments that the rule's condition looks at, in its order."""
    return list(dict.fromkeys(term.pointer for term in forbids_of(rule).terms() if isinstance(term, Argument)))


def candidates(rules: Sequence[Rule], call: Call, pointer: str, spec: ToolSpec, known: Known) -> list[Any]:
    """Return other values for the argument at `pointer`, the nearest to its own first, by the rules and the schema."""
    own = resolve(call.arguments, pointer)
    schema = _schema_at(spec.parameters, pointer)
    near = [own] if moment_of(own) is not None else []
    ruled = [each for rule in rules for each in (*_bounds(rule, call, known), *_looked_up(rule, pointer, known))]
    offered = [*near, *ruled, *_of_schema(schema)]
    types = types_of(schema, spec.parameters)
    found: list[Any] = []
    for value in (each for one in offered for each in _around(one, own, types)):
        if not equal(value, own) and not any(equal(value, other) for other in found):
            found.append(value)
        if len(found) == _EACH_MAX:
            break
    return sorted(found, key=lambda value: _distance(own, value))


def values_of_schema(spec: ToolSpec, pointer: str) -> list[Any]:
    """Return values that the schema of an argument names."""
    return list(_of_schema(_schema_at(spec.parameters, pointer)))


def _schema_at(parameters: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    try:
        return schema_at(dict(parameters), pointer)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}  # a schema that is none names no value


def _bounds(rule: Rule, call: Call, known: Known) -> Iterator[Any]:
    """Yield what the condition compares with: its own values, and those that are known of others."""
    numbers: list[Any] = []
    moments: list[str] = []
    for term in forbids_of(rule).terms():
        if isinstance(term, Argument):
            continue
        value = value_of(term, call, known)
        for each in value if isinstance(value, list) else [value]:
            if each is ABSENT:
                continue
            yield each
            if isinstance(each, int | float) and not isinstance(each, bool) and abs(each) <= 100_000:
                numbers.append(each)
            elif moment_of(each) is not None:
                moments.append(each)
    for moment in moments:
        for count in (each for number in numbers for each in (number, -number)):
            yield _moved(moment, days=count)
            yield _moved(moment, days=count / 24)
    # For a bound on a sum, difference or product: its other part goes over to the other side.
    for term in forbids_of(rule).terms():
        if isinstance(term, Computed) and term.operation in ("sum", "difference", "product"):
            others = [value_of(each, call, known) for each in term.of if not isinstance(each, Argument)]
            others += [resolve(call.arguments, each.pointer) for each in term.of if isinstance(each, Argument)]
            for other in (each for each in others if isinstance(each, int | float) and not isinstance(each, bool)):
                yield from (number - other for number in numbers)
                yield from (number + other for number in numbers)
                if other and term.operation == "product":
                    yield from (int(number / other) for number in numbers)


def _looked_up(rule: Rule, pointer: str, known: Known) -> Iterator[Any]:
    """Yield what stands in steps where the condition looks for the value of the argument."""
    for term in forbids_of(rule).terms():
        for where in term.where if isinstance(term, Found | Made) else ():
            if where.term == Argument(pointer) and isinstance(term, Found | Made):
                for step in known.steps:
                    if step.tool == term.tool:
                        value = resolve({"arguments": step.arguments, "result": step.result}, where.pointer)
                        if isinstance(value, str | int | float):
                            yield value


def _of_schema(schema: Mapping[str, Any]) -> Iterator[Any]:
    yield from closed_values(dict(schema))
    if "default" in schema:
        yield schema["default"]
    yield from items_of(schema.get("examples"))
    for bound in ("minimum", "maximum"):
        if isinstance(schema.get(bound), int | float):
            yield schema[bound]
    if schema.get("type") == "boolean":
        yield from (False, True)


def _around(value: Any, own: Any, types: set[str]) -> Iterator[Any]:
    """Yield the value and its neighbours, as the type that the argument has."""
    if isinstance(value, bool) or isinstance(own, bool):
        yield value
    elif isinstance(value, int | float):
        is_whole = types == {"integer"} or (isinstance(own, int) and "number" not in types)
        for each in (value, value - 1, value + 1, value - 0.01, value + 0.01):
            if is_whole:
                yield int(each)
            else:
                yield int(each) if float(each).is_integer() else round(each, 6)
    elif moment_of(value) is not None and moment_of(own) is not None:
        for days in (sign * each for each in _DAYS for sign in (1, -1)):
            yield _written_as(_moved(value, days=days), own)
            yield _moved(own, days=days)
        for hours in range(-23, 24):
            yield _moved(own, days=hours / 24)
    elif isinstance(value, str | int | float):
        yield value


def _moved(moment: str, *, days: float) -> str:
    """Return the date or moment so many days later, written as it was."""
    found = moment_of(moment)
    try:
        if isinstance(found, datetime):
            return _text(found + timedelta(days=days), moment)
        return (found + timedelta(days=int(days))).isoformat() if found is not None else moment
    except OverflowError:
        return moment


def _written_as(moment: str, own: str) -> str:
    """Return the moment as a date where `own` is one, or at the hour of `own`."""
    found, shape = moment_of(moment), moment_of(own)
    if found is None or shape is None:
        return moment
    if not isinstance(shape, datetime):
        return (found.date() if isinstance(found, datetime) else found).isoformat()
    day: date = found.date() if isinstance(found, datetime) else found
    return _text(datetime.combine(day, shape.timetz()), own)


def _text(moment: datetime, like: str) -> str:
    text = moment.isoformat(timespec="minutes" if len(like) == len("2026-05-01T09:30") else "seconds")
    text = text.replace("T", " ") if " " in like else text
    return text.removesuffix("+00:00") + "Z" if like.endswith("Z") else text


def _distance(own: Any, value: Any) -> float:
    """Return how far a value is from the argument's own; 0 where there is no measure, so that order decides."""
    if isinstance(own, bool) or isinstance(value, bool):
        return 0.0
    if isinstance(own, int | float) and isinstance(value, int | float):
        return abs(float(value) - float(own))
    one, two = moment_of(own), moment_of(value)
    return 0.0 if one is None or two is None else abs(_day_number(two) - _day_number(one))


def _day_number(moment: date | datetime) -> float:
    hours = moment.hour + moment.minute / 60 if isinstance(moment, datetime) else 0
    return moment.toordinal() + hours / 24


def leaves_of(call: Call) -> list[str]:
    """Return the pointers of the scalars of the arguments."""
    return [pointer for pointer, _ in scalars(call.arguments) if pointer]
