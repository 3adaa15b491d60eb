"""The golden replay: the record's own calls and words, played as any policy's are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.record import Record, Step
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry
from tool_registry.result import ToolResult
from tool_registry.sessions.replay import RecordedCall, Rule, compare_results, rule_of
from tool_registry.spec import ToolSpec
from toolgrad_data.errors import CliError
from toolgrad_data.tasks.episode import CallAnswer, Episode
from toolgrad_data.tasks.task import KeyedTask, changed_tools
from toolgrad_data.tasks.trace import Trace


class TaskError(CliError):
    """A task cannot be played with the tools that are loaded; the message says why."""


@dataclass(frozen=True)
class Golden:
    """What an episode is held to.

    `record` has the results that its calls gave this time; `trace` is the episode in which they were made. `by_state`
    is that of the key. By tool: `specs`, `rules` (how two results are compared), `labels` (of its stateful source).
    """

    record: Record
    trace: Trace
    by_state: bool
    specs: Mapping[str, ToolSpec]
    rules: Mapping[str, Rule]
    labels: Mapping[str, str]
    #: What is to be told, found when it is first asked for (`answer.py`).
    told: list[Any] = field(default_factory=list)


def check_tools(keyed: KeyedTask, registry: ToolRegistry) -> None:
    """Raise TaskError when a tool of the task is gone, or takes other parameters now."""
    tools = {spec.name: registry.get(spec.name).spec for spec in keyed.task.offered if spec.name in registry}
    wrong = changed_tools(keyed, tools)
    if wrong:
        some = "; ".join(f"{name} {why}" for name, why in list(wrong.items())[:3])
        more = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise TaskError(
            f"{keyed.task.id}: {some}{more}.\nName the tools that the tasks were made with (--tools), or make them "
            "anew: toolgrad tasks RUN --out DIR"
        )


async def replay_golden(keyed: KeyedTask, registry: ToolRegistry, permissions: Permissions) -> Golden:
    """Play the record's own calls and words. Raises TaskError when the tools have changed, or do not give the same."""
    check_tools(keyed, registry)
    record = keyed.key.record
    turns = []
    async with Episode(keyed.task, registry, permissions) as episode:
        await episode.reset()
        for turn in record.turns:
            steps = []
            for step in turn.steps:
                answer = await episode.call(step.tool, step.arguments)
                steps.append(step.model_copy(update={"result": _checked(step, answer, registry, keyed.task.id)}))
            turns.append(turn.model_copy(update={"steps": steps}))
            await episode.message(turn.response)
        trace = await episode.submit()
    names = [spec.name for spec in keyed.task.offered]
    labels = {name: source.label for name in names if (source := registry.stateful_source(name)) is not None}
    return Golden(
        record=record.model_copy(update={"turns": turns}),
        trace=trace,
        by_state=keyed.key.by_state,
        specs={name: registry.get(name).spec for name in names},
        rules={name: rule_of(registry.get(name)) for name in names},
        labels=labels,
    )


def _checked(step: Step, answer: CallAnswer, registry: ToolRegistry, task: str) -> object:
    """Return what the step's call gave now. Raises TaskError when that is not what the record has."""
    if answer.done:
        raise TaskError(f"{task}: its own calls are more than its limits allow")
    if step.tool not in registry:
        raise TaskError(f"{task}: {step.tool} is not offered")
    result = ToolResult(ok=answer.ok, content=answer.content, error=answer.error, truncated=answer.truncated)
    call = RecordedCall.model_validate(step.model_dump())
    outcome = compare_results(call, result, rule_of(registry.get(step.tool)))
    if outcome.verdict != "same":
        what = f"{step.tool} does not give what the record has"
        raise TaskError(f"{task}: {what}: {outcome.message}")
    return answer.content
