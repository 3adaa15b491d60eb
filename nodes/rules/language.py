"""The language of conditions: what `forbids` of a rule may hold, read from plain data into a tree.

    forbids = { tool = "refund", when = { days = [BOUGHT, NOW], gt = 30 } }

A condition is a table with one value and its comparisons, all of which hold (`argument = "/amount", gt = 100`), or
`any`, `all` or `not` of conditions. A value on the other side is a scalar, a list of scalars, or a table again. The
table of docs/dialogues.md names everything there is. The tree is bounded in depth and size, and a condition is
evaluated in time linear in its size and in the number of steps: there are no expressions, patterns or loops.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Literal

from graph.record import Rule
from tool_registry.json.pointer import tokens

Operator = Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "exists"]
Operation = Literal["days", "hours", "sum", "difference", "product", "count", "weekday", "hour"]
Unknown = Literal["wait", "allow"]

OPERATORS: dict[str, Operator] = {
    name: name for name in ("eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "exists")
}
#: How many values each takes: the fewest and the most.
OPERATIONS: dict[Operation, tuple[int, int]] = {
    "days": (2, 2),
    "hours": (2, 2),
    "sum": (1, 8),
    "difference": (2, 2),
    "product": (2, 8),
    "count": (1, 1),
    "weekday": (1, 1),
    "hour": (1, 1),
}
_SOURCES = ("argument", "step", "context", "calls")
_JOINS = ("all", "any", "not")
_WITH = {"step": ("at", "where"), "calls": ("where",)}
_PARTS = ("/result", "/arguments")

DEPTH_MAX = 8
PARTS_MAX = 100
TOOLS_MAX = 20
JOINED_MAX = 20
LIST_MAX = 200
TEXT_MAX = 1000
POINTER_MAX = 400


class RuleError(ValueError):
    """A rule cannot be read; the message says where and what is allowed."""


@dataclass(frozen=True)
class Constant:
    """A scalar or a list of scalars that the rule names itself."""

    value: Any


@dataclass(frozen=True)
class Argument:
    """What stands at `pointer` in the arguments of the call."""

    pointer: str


@dataclass(frozen=True)
class FromContext:
    """What stands at `pointer` in the record's context."""

    pointer: str


@dataclass(frozen=True)
class Computed:
    """What the operation makes of values."""

    operation: Operation
    of: tuple["Term", ...]


@dataclass(frozen=True)
class Where:
    """At `pointer` of a step, `/arguments/…` or `/result/…`, stands the value of `term`."""

    pointer: str
    term: "Term"


@dataclass(frozen=True)
class Found:
    """What stands at `pointer` of the last step of `tool` that fits `where`."""

    tool: str
    pointer: str
    where: tuple[Where, ...] = ()


@dataclass(frozen=True)
class Made:
    """How many steps of `tool` that fit `where` were made so far in the dialogue."""

    tool: str
    where: tuple[Where, ...] = ()


Term = Constant | Argument | FromContext | Computed | Found | Made


@dataclass(frozen=True)
class Comparison:
    """All of `tests` hold for the value of `term`. Of `exists` the other side is true or false."""

    term: Term
    tests: tuple[tuple[Operator, Term], ...]


@dataclass(frozen=True)
class Joined:
    """`all` or `any` of the parts hold."""

    how: Literal["all", "any"]
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Negated:
    """The part does not hold."""

    part: "Condition"


Condition = Comparison | Joined | Negated


@dataclass(frozen=True)
class Forbids:
    """What a rule forbids: calls of `tools`, all of them or those for which `when` is true.

    `unknown` says what becomes of a call for which it cannot be told: it waits, or is allowed.
    """

    tools: tuple[str, ...]
    when: Condition | None = None
    unknown: Unknown = "wait"

    def terms(self) -> Iterator[Term]:
        """Yield every value that the condition asks for, in its order."""
        return iter(()) if self.when is None else _terms_of(self.when)


def _terms_of(part: Condition | Term) -> Iterator[Term]:
    match part:
        case Joined(parts=parts):
            for each in parts:
                yield from _terms_of(each)
        case Negated(part=inner):
            yield from _terms_of(inner)
        case Comparison(term=term, tests=tests):
            yield from _terms_of(term)
            for _, other in tests:
                yield from _terms_of(other)
        case _:
            yield part
            inner_terms = part.of if isinstance(part, Computed) else ()
            where = part.where if isinstance(part, Found | Made) else ()
            for term in (*inner_terms, *(each.term for each in where)):
                yield from _terms_of(term)


def forbids_of(rule: Rule) -> Forbids:
    """Return what the rule forbids. Raises RuleError."""
    try:
        return _read_text(json.dumps(rule.forbids))
    except (TypeError, RecursionError) as error:
        raise RuleError(f"forbids: {error}") from error


@lru_cache(maxsize=512)
def _read_text(text: str) -> Forbids:
    return read_forbids(json.loads(text))


def read_forbids(data: Any) -> Forbids:
    """Return what the data say that a rule forbids. Raises RuleError."""
    if not isinstance(data, Mapping):
        raise RuleError(
            'forbids: write a table, such as { tool = "refund", when = { argument = "/amount", gt = 100 } }'
        )
    _known_keys(data, ("tool", "when", "unknown"), "forbids")
    if "tool" not in data:
        raise RuleError("forbids: tool is missing: the name of the tool, or a list of names")
    named = data["tool"] if isinstance(data["tool"], list) else [data["tool"]]
    if not named or len(named) > TOOLS_MAX or not all(isinstance(name, str) and name for name in named):
        raise RuleError(f"forbids.tool: write the name of a tool, or a list of 1 to {TOOLS_MAX} names")
    unknown = data.get("unknown", "wait")
    if unknown not in ("wait", "allow"):
        raise RuleError(f'forbids.unknown: {_show(unknown)} is not allowed; write "wait" or "allow"')
    when = _Reader().condition(data["when"], "when", 1) if "when" in data else None
    return Forbids(tuple(dict.fromkeys(named)), when, unknown)


class _Reader:
    """Reads one condition, and counts its parts."""

    def __init__(self) -> None:
        self._parts = 0

    def condition(self, data: Any, where: str, depth: int) -> Condition:
        self._count(where, depth)
        if not isinstance(data, Mapping) or not data:
            raise RuleError(f'{where}: write a condition as a table, such as {{ argument = "/amount", gt = 100 }}')
        joins = [name for name in _JOINS if name in data]
        if not joins:
            return self._comparison(data, where, depth)
        if len(data) > 1:
            others = ", ".join(str(name) for name in data if name != joins[0])
            raise RuleError(f"{where}: {joins[0]} stands alone in its table, without {others}; join them with all")
        (how,) = joins
        if how == "not":
            return Negated(self.condition(data["not"], f"{where}.not", depth + 1))
        parts = data[how]
        if not isinstance(parts, list) or not 1 <= len(parts) <= JOINED_MAX:
            raise RuleError(f"{where}.{how}: write a list of 1 to {JOINED_MAX} conditions")
        read = (self.condition(part, f"{where}.{how}[{number}]", depth + 1) for number, part in enumerate(parts))
        return Joined("all" if how == "all" else "any", tuple(read))

    def _comparison(self, data: Mapping[str, Any], where: str, depth: int) -> Condition:
        tests = {name: value for name, value in data.items() if name in OPERATORS}
        valued = {name: value for name, value in data.items() if name not in OPERATORS}
        if not valued:
            raise RuleError(f"{where}: nothing is compared; add one of {', '.join((*_SOURCES, *OPERATIONS))}")
        term = self._term(valued, where, depth, "compares")
        if not tests:
            raise RuleError(f"{where}: no comparison; add one of {', '.join(OPERATORS)}")
        if "exists" in tests and not isinstance(tests["exists"], bool):
            raise RuleError(f"{where}.exists: write true or false")
        if "exists" in tests and isinstance(term, Computed | Made):
            raise RuleError(f"{where}.exists: ask it of an argument, a step or the context")
        read = tuple(
            (OPERATORS[name], self._value(value, f"{where}.{name}", depth + 1)) for name, value in tests.items()
        )
        return Comparison(term, read)

    def _value(self, data: Any, where: str, depth: int) -> Term:
        """Read what may be a scalar, a list of scalars or a table."""
        self._count(where, depth)
        if isinstance(data, Mapping):
            return self._term(data, where, depth, "gives")
        return Constant(_constant(data, where))

    def _term(self, data: Mapping[str, Any], where: str, depth: int, does: str) -> Term:
        kinds = [name for name in data if name in _SOURCES or name in OPERATIONS]
        if len(kinds) != 1:
            allowed = (*_SOURCES, *OPERATIONS)
            unknown = [name for name in data if name not in (*allowed, *OPERATORS, "at", "where")]
            if unknown:
                raise RuleError(f"{where}: {_unknown_key(unknown[0], (*allowed, *OPERATORS, *_JOINS))}")
            found = " and ".join(kinds) or "none"
            raise RuleError(f"{where}: it {does} one value, of {', '.join(allowed)}; found {found}")
        (kind,) = kinds
        _known_keys(data, (kind, *_WITH.get(kind, ())), where, (*OPERATORS, *_JOINS))
        if kind in OPERATIONS:
            return self._computed(kind, data[kind], f"{where}.{kind}", depth)
        if not isinstance(data[kind], str) or len(data[kind]) > TEXT_MAX:
            wanted = "the name of a tool" if kind in _WITH else "a JSON Pointer, such as /amount"
            raise RuleError(f"{where}.{kind}: write {wanted}")
        if kind == "argument":
            return Argument(_pointer(data[kind], f"{where}.{kind}"))
        if kind == "context":
            return FromContext(_pointer(data[kind], f"{where}.{kind}"))
        fits = self._where(data.get("where", {}), f"{where}.where", depth)
        if kind == "calls":
            return Made(data[kind], fits)
        return Found(data[kind], _step_pointer(data.get("at", "/result"), f"{where}.at"), fits)

    def _computed(self, name: str, data: Any, where: str, depth: int) -> Computed:
        operation: Operation = next(each for each in OPERATIONS if each == name)
        fewest, most = OPERATIONS[operation]
        given = data if isinstance(data, list) else [data]
        if not fewest <= len(given) <= most:
            number = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise RuleError(f"{where}: {name} takes {number} values, not {len(given)}")
        of = (self._value(each, f"{where}[{number}]", depth + 1) for number, each in enumerate(given))
        return Computed(operation, tuple(of))

    def _where(self, data: Any, where: str, depth: int) -> tuple[Where, ...]:
        if not isinstance(data, Mapping):
            raise RuleError(f'{where}: write a table, such as {{ "/arguments/order" = {{ argument = "/order" }} }}')
        fits = []
        for name, value in data.items():
            pointer = _step_pointer(name, where)
            term = self._value(value, f"{where}.{name}", depth + 1)
            if any(isinstance(each, Found | Made) for each in _terms_of(term)):
                raise RuleError(f"{where}.{name}: compare with an argument, the context or a value, not with a step")
            fits.append(Where(pointer, term))
        return tuple(fits)

    def _count(self, where: str, depth: int) -> None:
        self._parts += 1
        if depth > DEPTH_MAX:
            raise RuleError(f"{where[:80]}…: conditions are nested at most {DEPTH_MAX} deep")
        if self._parts > PARTS_MAX:
            raise RuleError(f"{where}: a rule has at most {PARTS_MAX} conditions and values; split it into several")


def _known_keys(data: Mapping[str, Any], allowed: tuple[str, ...], where: str, more: tuple[str, ...] = ()) -> None:
    for name in data:
        if name not in allowed:
            raise RuleError(f"{where}: {_unknown_key(str(name), allowed, more)}")


def _unknown_key(name: str, allowed: tuple[str, ...], more: tuple[str, ...] = ()) -> str:
    if name in more:
        return f"{name} cannot stand here; allowed: {', '.join(allowed)}"
    close = get_close_matches(name.lower(), (*allowed, *more), n=1) or _SPELLED.get(name.lower(), [])
    meant = f" (did you mean {close[0]}?)" if close else ""
    return f"unknown key {name[:60]!r}{meant}; allowed: {', '.join(allowed)}"


#: How other languages call the operators.
_SPELLED = {
    **{name: ["eq"] for name in ("==", "=", "equals", "equal", "is")},
    **{name: ["ne"] for name in ("!=", "<>", "not_equal", "is_not", "neq")},
    **{name: ["gt"] for name in (">", "greater", "greater_than", "more", "above", "over")},
    **{name: ["lt"] for name in ("<", "less", "less_than", "below", "under")},
    **{name: ["ge"] for name in (">=", "gte", "at_least", "min")},
    **{name: ["le"] for name in ("<=", "lte", "at_most", "max")},
    **{name: ["all"] for name in ("and", "every")},
    **{name: ["any"] for name in ("or", "some")},
}


def _constant(data: Any, where: str) -> Any:
    if isinstance(data, list):
        if len(data) > LIST_MAX:
            raise RuleError(f"{where}: a list has at most {LIST_MAX} values")
        if any(isinstance(each, list | Mapping) for each in data):
            raise RuleError(f"{where}: a list holds texts, numbers, dates, true and false only")
        return [_constant(each, where) for each in data]
    if isinstance(data, date | datetime | time):
        return data.isoformat()
    if isinstance(data, str) and len(data) > TEXT_MAX:
        raise RuleError(f"{where}: a text has at most {TEXT_MAX} characters")
    if isinstance(data, float) and (data != data or abs(data) == float("inf")):
        raise RuleError(f"{where}: write a finite number")
    if not isinstance(data, str | int | float | bool):
        raise RuleError(f"{where}: write a text, a number, a date, true or false, a list of these, or a table")
    return data


def _pointer(text: str, where: str) -> str:
    if len(text) > POINTER_MAX:
        raise RuleError(f"{where}: a pointer has at most {POINTER_MAX} characters")
    try:
        tokens(text)
    except ValueError as error:
        raise RuleError(f"{where}: {error}; write /{text}") from error
    return text


def _step_pointer(text: Any, where: str) -> str:
    if not isinstance(text, str) or not any(text == part or text.startswith(f"{part}/") for part in _PARTS):
        raise RuleError(f"{where}: {_show(text)} must begin with /result or /arguments of the step")
    return _pointer(text, where)


def _show(value: Any) -> str:
    return repr(value)[:60]
