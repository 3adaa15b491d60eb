"""The nearest call that a rule allows: the same with one argument changed, as little as can be found."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graph.record import Rule
from nodes.rules.candidates import arguments_named, candidates, leaves_of
from nodes.rules.evaluate import Call, Known, verdict_of
from nodes.rules.language import forbids_of
from tool_registry.json.pointer import MISSING, resolve, tokens
from tool_registry.json.schema import compile_schema
from tool_registry.spec import ToolSpec


@dataclass(frozen=True)
class _Changed:
    tool: str
    arguments: dict[str, Any]


def nearest_allowed(
    rule: Rule, call: Call, spec: ToolSpec, known: Known, others: Sequence[Rule] = ()
) -> dict[str, Any] | None:
    """Return the arguments of the same call with the least change for which the rule is false, or None.

    Tried are first the arguments that the rule looks at, each with values near its bounds, those that earlier steps
    looked up, and those of the schema; an optional one may also be left out. They are valid by the schema, and none of
    `others` is true for them or lets them wait. The same for the same input. Raises RuleError.
    """
    try:
        validator = compile_schema(spec.parameters)
    except ValueError:
        return None
    for arguments in _changed([rule, *others], call, spec, known):
        tried = _Changed(call.tool, arguments)
        if verdict_of(rule, tried, known).truth is not False or any(_stops(other, tried, known) for other in others):
            continue
        if validator.is_valid(arguments):
            return arguments
    return None


def _changed(rules: Sequence[Rule], call: Call, spec: ToolSpec, known: Known) -> Iterator[dict[str, Any]]:
    named = [each for each in arguments_named(rules[0]) if each]
    leaves = leaves_of(call)
    for pointer in dict.fromkeys([*named, *leaves]):
        for value in candidates(rules, call, pointer, spec, known):
            if (arguments := _with(call.arguments, pointer, value)) is not None:
                yield arguments
    for pointer in named:
        if resolve(call.arguments, pointer) is not MISSING and (left := _without(call.arguments, pointer)) is not None:
            yield left


def _stops(rule: Rule, call: Call, known: Known) -> bool:
    truth = verdict_of(rule, call, known).truth
    return truth is True or (truth is None and forbids_of(rule).unknown == "wait")


def _with(arguments: dict[str, Any], pointer: str, value: Any) -> dict[str, Any] | None:
    """Return the arguments with another value there, or None where there is no place for one."""
    changed = copy.deepcopy(arguments)
    above, last = resolve(changed, pointer.rpartition("/")[0]), tokens(pointer)[-1]
    if isinstance(above, list) and last.isdecimal() and int(last) < len(above):
        above[int(last)] = value
    elif isinstance(above, dict):
        above[last] = value
    else:
        return None
    return changed


def _without(arguments: dict[str, Any], pointer: str) -> dict[str, Any] | None:
    changed = copy.deepcopy(arguments)
    above = resolve(changed, pointer.rpartition("/")[0])
    if not isinstance(above, dict):
        return None
    above.pop(tokens(pointer)[-1], None)
    return changed
