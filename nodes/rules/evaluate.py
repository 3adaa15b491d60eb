"""Whether a call breaks rules, in its situation: what was done before it, and the record's context.

A condition is true, false or unknown. Unknown is what needs a result that was not looked up, a fact that the context
does not tell, or values that cannot be compared. A call for which a rule is true is forbidden, and may be refused. One
for which it is unknown waits: it is not made, and it may not be refused either, as nothing is proved. With
`unknown = "allow"` it is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, assert_never

from graph.record import PolicyRules, RecordContext, Rule
from nodes.rules.language import (
    Argument,
    Comparison,
    Computed,
    Condition,
    Constant,
    Forbids,
    Found,
    FromContext,
    Joined,
    Made,
    Negated,
    Term,
    Where,
    forbids_of,
)
from nodes.rules.values import ABSENT, MismatchError, computed, holds
from tool_registry.json.pointer import MISSING, equal, resolve
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec


class Call(Protocol):
    """A call with its arguments: a step, a proposal, an attempt, or one that is refused."""

    @property
    def tool(self) -> str:
        """Its tool's name."""

    @property
    def arguments(self) -> dict[str, Any]:
        """Its arguments."""


class Executed(Call, Protocol):
    """A call that was made and worked."""

    @property
    def id(self) -> str:
        """Its id, such as `s2`."""

    @property
    def result(self) -> Any:
        """What came of it."""


@dataclass(frozen=True)
class Known:
    """The situation of a call: the steps before it in the dialogue, the context; `specs` tell arguments' defaults."""

    steps: Sequence[Executed] = ()
    context: RecordContext = field(default_factory=RecordContext)
    specs: Mapping[str, ToolSpec] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What a rule says of a call: `truth` is None where it is unknown, and `notes` say why.

    `used` are the ids of the steps whose results were looked at.
    """

    truth: bool | None
    notes: tuple[str, ...] = ()
    used: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Broken:
    """A rule for which a call may not be made: the number-th of the policy, from 0.

    `is_proved`: the rule is true for it. Otherwise it is unknown, and `notes` say what is missing.
    """

    number: int
    rule: Rule
    is_proved: bool
    notes: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """Why the call is not made, in words."""
        if self.is_proved:
            return f"the rule forbids it: {self.rule.text}"
        why = "; ".join(self.notes)
        return f"it is not known yet whether the rule forbids it: {self.rule.text} ({why})"


def broken_rules(policy: PolicyRules | None, call: Call, known: Known) -> list[Broken]:
    """Return the rules for which the call may not be made. Raises RuleError for a rule that cannot be read."""
    found = []
    for number, rule in enumerate(policy.rules if policy is not None else ()):
        verdict = verdict_of(rule, call, known)
        if verdict.truth or (verdict.truth is None and forbids_of(rule).unknown == "wait"):
            found.append(Broken(number, rule, verdict.truth is True, verdict.notes))
    return found


def looked_at(policy: PolicyRules | None, call: Call, known: Known) -> frozenset[str]:
    """Return the ids of the steps by whose results it is known that the call breaks no rule, or that it does."""
    rules = policy.rules if policy is not None else []
    return frozenset().union(*(verdict_of(rule, call, known).used for rule in rules))


def verdict_of(rule: Rule, call: Call, known: Known) -> Verdict:
    """Return whether the rule forbids the call. Raises RuleError for a rule that cannot be read."""
    forbids = forbids_of(rule)
    if call.tool not in forbids.tools:
        return Verdict(False)
    return _Situation(call, known).verdict(forbids)


def value_of(term: Term, call: Call, known: Known) -> Any:
    """Return the value of one part of a condition, ABSENT where it is not known."""
    try:
        return _Situation(call, known).value(term)
    except (_UnknownError, MismatchError):
        return ABSENT


class _UnknownError(Exception):
    """A value cannot be told. `is_missing`: it was not found, rather than found unfit."""

    def __init__(self, why: str, *, is_missing: bool = False) -> None:
        super().__init__(why)
        self.is_missing = is_missing


class _Situation:
    def __init__(self, call: Call, known: Known) -> None:
        self._call, self._known = call, known
        self._context = known.context.model_dump(mode="json")
        self._notes: list[str] = []
        self._used: set[str] = set()

    def verdict(self, forbids: Forbids) -> Verdict:
        truth = True if forbids.when is None else self._holds(forbids.when)
        notes = tuple(dict.fromkeys(self._notes)) if truth is None else ()
        return Verdict(truth, notes, frozenset(self._used))

    def _holds(self, condition: Condition) -> bool | None:
        match condition:
            case Negated(part=part):
                truth = self._holds(part)
                return None if truth is None else not truth
            case Joined(how=how, parts=parts):
                decisive = how == "any"
                truths = [self._holds(part) for part in parts]
                if decisive in truths:
                    return decisive
                return None if None in truths else not decisive
            case Comparison(term=term, tests=tests):
                try:
                    return self._compared(term, tests)
                except (_UnknownError, MismatchError) as why:
                    self._notes.append(str(why))
                    return None
            case _:
                assert_never(condition)

    def _compared(self, term: Term, tests: Sequence[tuple[Any, Term]]) -> bool:
        try:
            value = self.value(term)
        except _UnknownError as error:
            if not error.is_missing or any(operator != "exists" for operator, _ in tests):
                raise
            value = ABSENT
        for operator, other in tests:
            if operator == "exists":
                is_there = value is not ABSENT
                if is_there is not self.value(other):
                    return False
            elif not holds(operator, value, self.value(other)):
                return False
        return True

    def value(self, term: Term) -> Any:
        """Return the value, or ABSENT. Raises _UnknownError, MismatchError."""
        match term:
            case Constant(value=value):
                return value
            case Argument(pointer=pointer):
                return self._argument(pointer)
            case FromContext(pointer=pointer):
                found = resolve(self._context, pointer)
                if found is MISSING or found is None:
                    raise _UnknownError(f"the context does not tell {pointer}", is_missing=True)
                return found
            case Computed(operation=operation, of=of):
                return computed(operation, [self.value(each) for each in of])
            case Made(tool=tool, where=where):
                return len(self._fitting(tool, where))
            case Found(tool=tool, pointer=pointer, where=where):
                fitting = self._fitting(tool, where)
                if not fitting:
                    raise _UnknownError(f"{tool} was not called{_for(where)}", is_missing=True)
                self._used.add(fitting[-1].id)
                return _present(resolve(_whole(fitting[-1]), pointer))
            case _:
                assert_never(term)

    def _argument(self, pointer: str) -> Any:
        found = resolve(self._call.arguments, pointer)
        spec = self._known.specs.get(self._call.tool)
        if found is MISSING and spec is not None:
            try:
                found = schema_at(spec.parameters, pointer).get("default", MISSING)
            except (ValueError, TypeError, AttributeError, RecursionError):
                found = MISSING  # a schema that is none has no default
        return _present(found)

    def _fitting(self, tool: str, where: Sequence[Where]) -> list[Executed]:
        made = [step for step in self._known.steps if step.tool == tool]
        if not made:
            return []
        wanted = [(each.pointer, self.value(each.term)) for each in where]
        return [step for step in made if all(_stands(step, pointer, value) for pointer, value in wanted)]


def _stands(step: Executed, pointer: str, value: Any) -> bool:
    found = _present(resolve(_whole(step), pointer))
    return found is not ABSENT and value is not ABSENT and equal(found, value)


def _whole(step: Executed) -> dict[str, Any]:
    return {"arguments": step.arguments, "result": step.result}


def _present(found: Any) -> Any:
    """Return what was found; what is null says nothing."""
    return ABSENT if found is MISSING or found is None else found


def _for(where: Sequence[Where]) -> str:
    """Return which step is meant, in words: `with the same /ticket`."""
    same = [each.pointer.removeprefix("/arguments") for each in where if isinstance(each.term, Argument)]
    return f" with the same {' and '.join(same)}" if same else " so" if where else ""
