"""A task, which a policy may see, and its key, which nobody but the judge of its episodes may.

A line of `tasks.jsonl` holds both: `{"task": …, "key": …}`. The task is all that may cross a wire.
"""

import hashlib
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from graph.record import Record, RecordContext
from graph.strict_model import StrictModel
from tool_registry.json.pointer import equal
from tool_registry.spec import ToolSpec
from toolgrad_data.export.from_record import context_words
from toolgrad_data.export.offered import shown_schema, takes_the_same

#: Version of tasks and keys. Another one is refused: what is right may be told by other rules there.
TASK_VERSION: Literal[1] = 1


class TaskLimits(StrictModel):
    """What an episode may take; what goes beyond ends it. The same for all tasks of a file: they tell nothing."""

    calls: int = Field(default=60, ge=1, le=10_000, description="Calls of an episode.")
    seconds: float = Field(default=600.0, gt=0, description="Seconds from its start to its end.")
    call_seconds: float = Field(default=20.0, gt=0, description="Seconds of a call.")
    result_bytes: int = Field(default=64 * 1024, ge=256, description="Bytes of a result (JSON); what is beyond is cut.")
    message_characters: int = Field(default=20_000, ge=100, description="Characters of a message; the rest is cut.")


class Task(StrictModel):
    """What a policy is given: who it works for, what the person says turn by turn, and the tools.

    `policy` has the words of the rules that the assistant works under; `messages` are the person's, in order: the next
    one comes after each final message of the assistant. Nothing in it tells what is right.
    """

    version: Literal[1] = TASK_VERSION
    id: str
    context: RecordContext = RecordContext()
    policy: str = ""
    messages: list[str] = Field(min_length=1)
    offered: list[ToolSpec]
    limits: TaskLimits = TaskLimits()

    @property
    def system(self) -> str:
        """The system message: the policy's words and what is told of the context; empty when there is neither."""
        return "\n\n".join(filter(None, [self.policy, context_words(self.context)]))


class TaskKey(StrictModel):
    """What is right in the task of that id: the record's turns, with their steps, marks, rules and refusals.

    `record` is the record without how it came to be. `by_state`: states at the end can be compared; else the writes
    are, as where no state can be seen. It never crosses a wire.
    """

    version: Literal[1] = TASK_VERSION
    task: str
    record: Record
    by_state: bool = True


class KeyedTask(StrictModel):
    """A task with its key: a line of `tasks.jsonl`."""

    task: Task
    key: TaskKey


def make_task(record: Record, tools: Mapping[str, ToolSpec], limits: TaskLimits | None = None) -> KeyedTask:
    """Return the record as a task with its key. `tools` are those to offer, by name: the record's own among others."""
    kept = record.model_copy(
        update={
            "ingredients": None,
            "gradients": [],
            "attempts": [],
            "pruned": [],
            "judge": None,
            "trajectories": None,
            "warnings": [],
        }
    )
    id_ = _task_id(record)
    task = Task(
        id=id_,
        context=record.context,
        policy=record.policy.text if record.policy is not None else "",
        messages=[turn.query for turn in record.turns],
        offered=[offered_spec(tools[name]) for name in sorted(tools)],
        limits=limits or TaskLimits(),
    )
    return KeyedTask(task=task, key=TaskKey(task=id_, record=kept))


def offered_spec(spec: ToolSpec) -> ToolSpec:
    """Return the tool as a policy is shown it: without `x-…` keywords and examples, which may be the answer."""
    output = shown_schema(spec.output_schema, examples=0) if spec.output_schema is not None else None
    parameters = shown_schema(spec.parameters, examples=0)
    return spec.model_copy(update={"parameters": parameters, "output_schema": output})


def changed_tools(keyed: KeyedTask, tools: Mapping[str, ToolSpec]) -> dict[str, str]:
    """Return what is wrong with the task's tools among `tools`, in words, by name: gone, or with other parameters."""
    wrong: dict[str, str] = {}
    own = {spec.name: spec for spec in keyed.key.record.tools}
    for spec in keyed.task.offered:
        now = tools.get(spec.name)
        if now is None:
            wrong[spec.name] = "is not among the tools that are loaded"
        elif not equal(offered_spec(now).parameters, spec.parameters):
            wrong[spec.name] = "takes other parameters now"
        elif spec.name in own and not takes_the_same(now, own[spec.name]):
            wrong[spec.name] = "takes other parameters now than the record says"
    return wrong


def _task_id(record: Record) -> str:
    """Return an id that tells neither the record's nor its place in the run."""
    return f"task-{hashlib.blake2b(record.model_dump_json().encode(), digest_size=8).hexdigest()}"
