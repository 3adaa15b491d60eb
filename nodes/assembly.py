"""From a sample's state to its record."""

from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version

from graph.context import Context
from graph.record import Meta, Record, RejectedRecord, record_id
from graph.state import State
from nodes.drafts import turn_of
from nodes.plugins import plugin_versions
from nodes.policies.base import Written
from nodes.policies.lookup import model_names, policy_names
from nodes.rules.loading import policy_of
from nodes.usage import total_usage
from nodes.views import attempts_of, gradients_of, ingredients_of, pruned_of, record_context, specs_of, steps_of
from tool_registry.registry import ToolRegistry


def assemble(state: State, context: Context, registry: ToolRegistry) -> Record:
    """Return the record as far as the sample has come; without a draft it has no turn.

    Marks become spans here, and sources are completed: leaves that no step gives are the query's, the context's or
    defaults.
    """
    steps = steps_of(state)
    attempts = attempts_of(state)
    specs = specs_of(registry, [step.tool for step in steps])
    setting = record_context(context)
    turns = []
    if state.get("draft"):
        written = Written.model_validate(state["draft"])
        turns = [turn_of(written, steps, state.get("chains", []), setting, specs)]
    return Record(
        id=record_id(state.get("seed", 0), state.get("index", 0)),
        context=setting,
        ingredients=ingredients_of(state),
        policy=policy_of(context),
        turns=turns,
        tools=list(specs.values()),
        offered=sorted(state.get("offered", [])),
        gradients=gradients_of(state),
        attempts=attempts,
        pruned=pruned_of(state),
        meta=Meta(
            run_seed=state.get("seed", 0),
            index=state.get("index", 0),
            policies=policy_names(context),
            models=model_names(context),
            target_calls=state.get("target_calls"),
            iterations=state.get("iteration", 0),
            stop_reason=state.get("stop_reason") or "no_progress",
            repairs=state.get("repairs", 0),
            usage=total_usage(state),
            tool_calls=sum(1 + attempt.repairs for attempt in attempts),
            tool_failures=sum(attempt.repairs + (not attempt.ok) for attempt in attempts),
            started_at=state.get("started_at", ""),
            finished_at=datetime.now(UTC).isoformat(),
            versions={**_versions(), **plugin_versions(context)},
        ),
    )


def rejected(record: Record, reasons: list[str]) -> RejectedRecord:
    """Return the record as a rejected one."""
    return RejectedRecord.model_validate({**record.model_dump(), "reasons": reasons})


@cache
def _versions() -> dict[str, str]:
    return {"toolgrad": version("toolgrad-langgraph"), "langgraph": version("langgraph")}
