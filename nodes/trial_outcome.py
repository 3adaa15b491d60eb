"""A solver's calls beside the record's: the same, another way to the same results, or different."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from graph.record import Record, Step, Trajectory, TrajectoryCall, TrajectoryTurn
from graph.sources import StepSource
from nodes.proofs.schemas import specs_of
from tool_registry.json.pointer import MISSING, equal, resolve
from tool_registry.json.resolved import properties_of, resolve_schema
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec

TrialOutcome = Literal["same", "equivalent", "different"]

#: A shorter result (bytes of JSON) of another tool may be alike by chance: `true`, `{"ok": true}`.
_TELLING = 20
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)")


class Compared(NamedTuple):
    """What came of a trial, its turns with the step that each call stands for, and the steps that are missing."""

    outcome: TrialOutcome
    turns: list[TrajectoryTurn]
    missing: list[str]


def compare(turns: list[TrajectoryTurn], record: Record) -> Compared:
    """Compare a trial's calls with the record's steps.

    A call is a step's own when tool and arguments are the same, arguments that are the schema's default counting
    like ones left out. It is equivalent when it worked and gave the step's result, moments being the same in any zone;
    or when it is a read with the step's own values in other places ("from Vienna to Lisbon" the other way round) and
    gave the same of all that the record tells and uses of the step. The trial is `same` when every step has its own
    call, `equivalent` when every step whose result or effect no other of its turn uses has either.

    Of a dialogue a step's call answers its own message; a read may come earlier. A refused wish (by its id) is missing
    where it was granted: its call was made, or anything was changed.
    """
    specs = specs_of(record)
    steps = [step for turn in record.turns for step in turn.steps]
    made_in = {step.id: number for number, turn in enumerate(record.turns) for step in turn.steps}
    turns = [turn.model_copy(update={"calls": list(turn.calls)}) for turn in turns]
    matched: dict[str, str] = {}
    needed = _needed_places(record)

    def is_turned(call: TrajectoryCall, step: Step, specs: Mapping[str, ToolSpec]) -> bool:
        return not _writes(step.tool, specs) and _is_turned(call, step, needed.get(step.id, ()))

    for how, fits in (("same", _is_same), ("equivalent", _is_equivalent), ("equivalent", is_turned)):
        for step in steps:
            if step.id not in matched and (place := _find(turns, step, fits, specs, made_in[step.id])):
                turn, position = place
                update = {"step": step.id, "how": how}
                turns[turn].calls[position] = turns[turn].calls[position].model_copy(update=update)
                matched[step.id] = how
    missing = [step.id for step in steps if step.id not in matched]
    if granted := list(_granted(turns, record, specs)):
        return Compared("different", turns, [*missing, *granted])
    if not missing and set(matched.values()) == {"same"}:
        return Compared("same", turns, missing)
    ends = set().union(*(end_steps(turn.steps) for turn in record.turns))
    return Compared("equivalent" if ends <= matched.keys() else "different", turns, missing)


def end_steps(steps: list[Step]) -> set[str]:
    """Return the ids of the steps whose result or effect no other step uses."""
    used = {target for step in steps for target in step.uses()}
    used.update(target for step in steps for target in step.after)
    return {step.id for step in steps} - used


def disagreement(
    trajectories: list[Trajectory], specs: Mapping[str, ToolSpec]
) -> Literal["ambiguous_query", "wrong_chain"]:
    """Return what it means that too few trials came to the record's results.

    `wrong_chain` when more than half of the trials, and at least two, made the same calls with one another: readers
    who do not know each other understand the query alike, and not as the chain does. Else `ambiguous_query`.
    """
    others = [
        frozenset(_key(call, specs) for turn in trajectory.turns for call in turn.calls if call.error is None)
        for trajectory in trajectories
        if trajectory.outcome == "different"
    ]
    counted = sum(trajectory.outcome != "failed" for trajectory in trajectories)
    alike = max(Counter(calls for calls in others if calls).values(), default=0)
    return "wrong_chain" if alike >= 2 and 2 * alike > counted else "ambiguous_query"


def _granted(turns: list[TrajectoryTurn], record: Record, specs: Mapping[str, ToolSpec]) -> Iterator[str]:
    """Yield the refused calls that were made, or in whose turn something was changed."""
    for number, turn in enumerate(record.turns):
        refused = turn.refuses
        if refused is None:
            continue
        wanted = Step(id=refused.id, tool=refused.tool, arguments=refused.arguments, result=None)
        calls = [call for each in turns if each.message == number for call in each.calls if call.error is None]
        if any(_is_same(call, wanted, specs) or _writes(call.tool, specs) for call in calls):
            yield refused.id


def _writes(tool: str, specs: Mapping[str, ToolSpec]) -> bool:
    return tool in specs and effective(specs[tool]).read_only is not True


def _find(
    turns: list[TrajectoryTurn], step: Step, fits: Any, specs: Mapping[str, ToolSpec], made_in: int
) -> tuple[int, int] | None:
    for number, turn in enumerate(turns):
        if turn.message > made_in or (turn.message < made_in and _writes(step.tool, specs)):
            continue
        for position, call in enumerate(turn.calls):
            if call.step is None and call.error is None and fits(call, step, specs):
                return number, position
    return None


def _is_same(call: TrajectoryCall, step: Step, specs: Mapping[str, ToolSpec]) -> bool:
    spec = specs.get(step.tool)
    return call.tool == step.tool and equal(
        without_defaults(call.arguments, spec), without_defaults(step.arguments, spec)
    )


def _is_equivalent(call: TrajectoryCall, step: Step, _: Mapping[str, ToolSpec]) -> bool:
    if step.empty or not equal(_in_utc(call.result), _in_utc(step.result)):
        return False
    return call.tool == step.tool or len(json.dumps(step.result)) >= _TELLING


def _in_utc(document: Any) -> Any:
    """Return the document with each moment that has an offset as the same moment in UTC."""
    match document:
        case dict():
            return {name: _in_utc(value) for name, value in document.items()}
        case list():
            return [_in_utc(value) for value in document]
        case str() if _MOMENT.fullmatch(document):
            try:
                return datetime.fromisoformat(document).astimezone(UTC).isoformat()
            except (ValueError, OverflowError):
                return document
    return document


def _is_turned(call: TrajectoryCall, step: Step, places: Collection[str]) -> bool:
    """Say whether the call has the step's values in other places, and gave the same at the places of its result."""
    if call.tool != step.tool or not places or call.arguments.keys() != step.arguments.keys():
        return False
    values = (sorted(json.dumps(value) for value in each.arguments.values()) for each in (call, step))
    if len({tuple(each) for each in values}) > 1:
        return False
    found = ((resolve(call.result, place), resolve(step.result, place)) for place in places)
    return all(mine is not MISSING and theirs is not MISSING and equal(mine, theirs) for mine, theirs in found)


def _needed_places(record: Record) -> dict[str, set[str]]:
    """Return, by step, the pointers of what the record tells of its result and uses of it."""
    found: dict[str, set[str]] = {}
    told = [source for turn in record.turns for tell in turn.tells or () for source in tell.sources()]
    used = [source for turn in record.turns for step in turn.steps for source in step.sources.values()]
    for source in (part for each in (*told, *used) for part in each.whole()):
        if isinstance(source, StepSource) and source.pointer.startswith("/"):
            found.setdefault(source.step, set()).add(source.pointer)
    return found


def without_defaults(arguments: dict[str, Any], spec: ToolSpec | None) -> dict[str, Any]:
    """Return the arguments without those that are their schema's default."""
    if spec is None:
        return arguments
    schemas = {name: resolve_schema(schema, spec.parameters) for name, schema in properties_of(spec.parameters).items()}
    defaults = {name: schema["default"] for name, schema in schemas.items() if "default" in schema}
    return {
        name: value for name, value in arguments.items() if name not in defaults or not equal(defaults[name], value)
    }


def _key(call: TrajectoryCall, specs: Mapping[str, ToolSpec]) -> str:
    return json.dumps([call.tool, without_defaults(call.arguments, specs.get(call.tool))], sort_keys=True)
