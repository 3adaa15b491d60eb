"""What is wrong with rules before any call is made: names that the tools have not, and rules that leave nothing.

What can be mended in the file is an error; what may be meant, but makes a tool or a rule useless, is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Any

from graph.record import RecordContext, Rule
from nodes.rules.candidates import arguments_named, candidates, values_of_schema
from nodes.rules.evaluate import Known, verdict_of
from nodes.rules.language import Argument, Forbids, Found, FromContext, Made, RuleError, forbids_of
from nodes.rules.reading import RulesFile, RulesFileError
from tool_registry.json.pointer import MISSING, resolve, tokens
from tool_registry.json.resolved import items_of, properties_of
from tool_registry.json.schema import compile_schema, schema_at
from tool_registry.spec import ToolSpec

_TRIED_MAX = 200
_VALUES_MAX = 12


@dataclass(frozen=True)
class _Call:
    tool: str
    arguments: dict[str, Any]


def check_rules(
    file: RulesFile, tools: Mapping[str, ToolSpec], may_run: Sequence[str], context: RecordContext
) -> list[str]:
    """Return what is told of the rules, in words; `tools` are all that were loaded, `may_run` those that may run.

    Raises RulesFileError for a tool, argument or fact that there is not, and for rules that leave no tool.
    """
    told: list[str] = []
    for number, rule in enumerate(file.policy.rules, start=1):
        try:
            forbids = forbids_of(rule)
            told += [f"rule {number}: {words}" for words in _named(forbids, tools, context)]
        except RuleError as error:
            raise RulesFileError(f"{file.path}: rule {number}: {error}") from error
        told += [
            f"rule {number} is about {name}, which may not run here"
            for name in forbids.tools
            if name not in may_run and name in tools
        ]
    ruled = [name for name in may_run if any(name in forbids_of(rule).tools for rule in file.policy.rules)]
    useless: list[str] = []
    for name in ruled:
        found = _Tried(file.policy.rules, tools[name], Known((), context, tools))
        told += found.told()
        useless += [name] if found.leaves_none else []
    if may_run and len(useless) == len(may_run):
        raise RulesFileError(f"{file.path}: the rules forbid every call of every tool: {'; '.join(told)}")
    return list(dict.fromkeys(told))


def _named(forbids: Forbids, tools: Mapping[str, ToolSpec], context: RecordContext) -> Iterator[str]:
    """Yield what is told of the names in a rule. Raises RuleError for one that there is not."""
    for name in forbids.tools:
        _check_tool(name, tools)
    for term in forbids.terms():
        match term:
            case Argument(pointer=pointer):
                for name in forbids.tools:
                    _check_argument(pointer, tools[name])
            case FromContext(pointer=pointer):
                yield from _context(pointer, context)
            case Found(tool=tool, pointer=pointer, where=where):
                _check_tool(tool, tools)
                for place in (pointer, *(each.pointer for each in where)):
                    yield from _step(place, tools[tool])
            case Made(tool=tool, where=where):
                _check_tool(tool, tools)
                for place in (each.pointer for each in where):
                    yield from _step(place, tools[tool])
            case _:
                pass


def _check_tool(name: str, tools: Mapping[str, ToolSpec]) -> None:
    if name in tools:
        return
    close = get_close_matches(name, tools, n=1, cutoff=0.5)
    meant = f" (did you mean {close[0]}?)" if close else ""
    some = ", ".join(sorted(tools)[:8])
    more = f" and {len(tools) - 8} more" if len(tools) > 8 else ""
    raise RuleError(f"there is no tool {name!r}{meant}. Loaded are {some}{more}; add its source with --tools")


def _check_argument(pointer: str, spec: ToolSpec) -> None:
    """Raise RuleError for a member that the parameters of the tool have not, where they say which they have."""
    above = ""
    for token in tokens(pointer):
        schema = schema_at(spec.parameters, above)
        members = properties_of(schema)
        is_open = schema.get("additionalProperties") or schema.get("patternProperties")
        if members and not is_open and token not in members:
            close = get_close_matches(token, members, n=1)
            meant = f" (did you mean {above}/{close[0]}?)" if close else ""
            raise RuleError(f"{spec.name} has no argument {pointer}{meant}; it has {', '.join(members)}")
        above += f"/{token}"


def _step(place: str, spec: ToolSpec) -> Iterator[str]:
    _, part, *rest = place.split("/", 2)
    below = f"/{rest[0]}" if rest else ""
    if part == "arguments":
        _check_argument(below, spec)
    elif spec.output_schema is not None and below and not schema_at(spec.output_schema, below):
        yield f"the results of {spec.name} are not known to have {below}"


def _context(pointer: str, context: RecordContext) -> Iterator[str]:
    first, *_ = [*tokens(pointer), ""]
    if first not in RecordContext.model_fields:
        allowed = ", ".join(f"/{name}" for name in RecordContext.model_fields)
        raise RuleError(f"the context has no {pointer!r}; it has {allowed}")
    found = resolve(context.model_dump(mode="json"), pointer)
    if found is MISSING or found is None:
        how = {"now": "set --now", "user": "write it under [user]"}.get(first, "set it")
        yield f"the context does not tell {pointer}, so that the calls it is about wait for ever; {how}"


class _Tried:
    """What the rules say of some calls of a tool, made up from its schema and their bounds."""

    def __init__(self, rules: Sequence[Rule], spec: ToolSpec, known: Known) -> None:
        self._spec = spec
        self._rules = {number: rule for number, rule in enumerate(rules, 1) if spec.name in forbids_of(rule).tools}
        self._always = [number for number, rule in self._rules.items() if forbids_of(rule).when is None]
        calls = list(islice(_calls(spec, list(self._rules.values()), known), _TRIED_MAX))
        self._verdicts = [
            {number: verdict_of(rule, call, known) for number, rule in self._rules.items()} for call in calls
        ]
        self.leaves_none = bool(self._always) or (
            bool(self._verdicts)
            and all(any(verdict.truth for verdict in verdicts.values()) for verdicts in self._verdicts)
        )

    def told(self) -> Iterator[str]:
        """Yield what makes the tool or a rule useless."""
        name, tried = self._spec.name, len(self._verdicts)
        if self._always:
            yield f"rule {self._always[0]} forbids every call of {name}: it is only ever refused"
        elif self.leaves_none:
            numbers = [str(n) for n in self._rules if any(verdicts[n].truth for verdicts in self._verdicts)]
            are = f"rules {' and '.join(numbers)} leave" if len(numbers) > 1 else f"rule {numbers[0]} leaves"
            yield f"{are} no call of {name} among {tried} that were tried: it is only ever refused"
        for number, rule in self._rules.items():
            if not tried or number in self._always or not _is_static(forbids_of(rule)):
                continue
            verdicts = [verdicts[number] for verdicts in self._verdicts]
            if all(verdict.truth is None for verdict in verdicts):
                yield f"rule {number} cannot be told for any call of {name}: {verdicts[0].notes[0]}"
            elif not any(verdict.truth for verdict in verdicts):
                yield f"rule {number} forbids none of {tried} calls of {name} that were tried"


def _is_static(forbids: Forbids) -> bool:
    """Say whether the condition needs nothing but arguments and the context."""
    return not any(isinstance(term, Found | Made) for term in forbids.terms())


def _calls(spec: ToolSpec, rules: Sequence[Rule], known: Known) -> Iterator[_Call]:
    """Yield calls that the schema admits: its examples, and these with other values of one argument."""
    try:
        validator = compile_schema(spec.parameters)
    except ValueError:
        return
    bases = [each for each in items_of(spec.parameters.get("examples")) if isinstance(each, dict)][:_VALUES_MAX]
    first: dict[str, Any] = {}
    for name in items_of(spec.parameters.get("required")):
        values = values_of_schema(spec, f"/{name}")
        if not values:
            empty = _Call(spec.name, {})
            values = candidates(rules, empty, f"/{name}", spec, known)
        first |= {str(name): values[0]} if values else {}
    for base in [*bases, first]:
        if not validator.is_valid(base):
            continue
        yield _Call(spec.name, base)
        for pointer in dict.fromkeys(each for rule in rules for each in arguments_named(rule)):
            if pointer.count("/") != 1:
                continue
            for value in candidates(rules, _Call(spec.name, base), pointer, spec, known):
                changed = {**base, tokens(pointer)[0]: value}
                if validator.is_valid(changed):
                    yield _Call(spec.name, changed)
