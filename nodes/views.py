"""From state to the validated models that decisions and the record are made of: the nodes' common door."""

from collections.abc import Collection
from typing import Any

from graph.context import Context
from graph.record import Attempt, Gradient, Ingredients, RecordContext, Step
from graph.state import Json, State
from nodes.policies.base import CallReport
from nodes.reserve import kept_calls, latest, nominated_ids, reserve_by_id
from nodes.rules.loading import make_ready, policy_of, user_of
from nodes.seeding import derive_seed, turn_of
from tool_registry.calling.crashes import attributed_to
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry, get_registry
from tool_registry.sources.parse import context_values
from tool_registry.spec import ToolSpec

_OF_STATE_ONLY = ("sources", "empty", "truncated", "elapsed_ms", "rationale", "fork")


async def registry_of(context: Context) -> ToolRegistry:
    """Return the process-wide registry of the context's tools; the rules are read and tried against it.

    Raises LoadError, RulesFileError.
    """
    registry = await get_registry(context.tools)
    await make_ready(context, registry)
    return registry


async def any_tool(context: Context, without: Collection[str]) -> bool:
    """Say whether a tool may run that is not among these."""
    registry = await registry_of(context)
    mine = frozenset(name for name in without if name in registry)
    pool = registry.pool(permissions_of(context), mine)
    return len(pool) > sum(name in pool for name in mine)


def permissions_of(context: Context) -> Permissions:
    """Return what the user allows to run."""
    return Permissions(allow_unannotated=context.allow_unannotated, allow_writes=context.allow_writes)


def record_context(context: Context) -> RecordContext:
    """Return the context that a record of this run carries."""
    return RecordContext(
        now=context.now,
        timezone=context.timezone,
        locale=context.locale,
        language=context.language,
        user=user_of(context),
        vars=context_values(tuple(context.tools)),
    )


def ingredients_of(state: State) -> Ingredients | None:
    """Return what the sample may be made of."""
    given = state.get("ingredients")
    return None if given is None else Ingredients.model_validate(given)


def steps_of(state: State) -> list[Step]:
    """Return the chain's steps, without those that nothing needs."""
    pruned = state.get("pruned") or []
    return [_step(step) for step in state.get("steps", []) if step["id"] not in pruned]


def pruned_of(state: State) -> list[Step]:
    """Return the steps that left the chain because nothing needs them."""
    pruned = state.get("pruned") or []
    return [_step(step) for step in state.get("steps", []) if step["id"] in pruned]


def _step(data: dict[str, Any]) -> Step:
    with attributed_to(str(data.get("tool"))):
        return Step.model_validate(data)


def gradients_of(state: State) -> list[Gradient]:
    """Return the critiques so far, the last one last."""
    return [Gradient.model_validate(gradient) for gradient in state.get("gradients", [])]


def attempts_of(state: State, attempts: list[dict[str, Any]] | None = None) -> list[Attempt]:
    """Return every executed proposal, or those given of them, marked with whether a critique selected it."""
    selected = kept_calls(state)
    found = []
    for attempt in state.get("attempts", []) if attempts is None else attempts:
        members = {name: value for name, value in attempt.items() if name not in _OF_STATE_ONLY}
        chosen = (attempt["iteration"], attempt["id"]) in selected
        with attributed_to(attempt["tool"]):
            found.append(Attempt.model_validate({**members, "selected": chosen}))
    return found


def reports_of(state: State) -> list[CallReport]:
    """Return what came of this iteration's proposals, and those calls of the reserve that were proposed again."""
    reserve = reserve_by_id(state)
    again = [reserve[name] for name in nominated_ids(state) if name in reserve]
    return [_report(call) for call in [*again, *latest(state).values()]]


def reserve_of(state: State) -> list[CallReport]:
    """Return the reserve, the newest last, without what `reports_of` gives."""
    again = nominated_ids(state)
    return [_report(call) for name, call in reserve_by_id(state).items() if name not in again]


def _report(call: Json) -> CallReport:
    proposal = {name: call[name] for name in ("id", "tool", "arguments", "sources", "rationale") if name in call}
    outcome = {name: call[name] for name in ("ok", "result", "empty", "truncated", "error", "repairs") if name in call}
    return CallReport.model_validate({"proposal": proposal, **outcome})


def sample_view(state: State, context: Context, registry: ToolRegistry, purpose: str) -> dict[str, Any]:
    """Return the members of a `SampleView` for one decision."""
    iteration = state.get("iteration", 0)
    steps = steps_of(state)
    return {
        "seed": derive_seed(state.get("seed", 0), state.get("index", 0), iteration, purpose),
        "turn": turn_of(state.get("seed", 0), state.get("index", 0)),
        "iteration": iteration,
        "target_calls": state.get("target_calls") or 1,
        "context": record_context(context),
        "policy": policy_of(context),
        "ingredients": ingredients_of(state),
        "tools": specs_of(
            registry,
            [
                *state.get("batch", []),
                *(step.tool for step in steps),
                *(call["tool"] for call in reserve_by_id(state).values()),
            ],
        ),
        "steps": steps,
        "chains": state.get("chains", []),
        "gradients": gradients_of(state),
    }


def specs_of(registry: ToolRegistry, names: list[str]) -> dict[str, ToolSpec]:
    """Return the specs of those names that the registry still has."""
    specs = {}
    for name in dict.fromkeys(names):
        with attributed_to(name):
            if name in registry:
                specs[name] = registry.get(name).spec
    return specs
