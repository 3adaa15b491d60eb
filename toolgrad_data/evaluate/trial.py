"""A trial: one episode of one task by one model. A line of `trials.jsonl`."""

from typing import Any, Literal

from pydantic import Field

from graph.record import RoleUsage
from graph.strict_model import StrictModel
from toolgrad_data.tasks.reward import Reward
from toolgrad_data.tasks.trace import Trace

TRIAL_VERSION: Literal[1] = 1

#: `task`: a record's. `irrelevant`: no tool that is offered can help. `missing_argument`: the person left a value out.
ItemKind = Literal["task", "irrelevant", "missing_argument"]

FailureType = Literal[
    "wrong_tool",
    "wrong_value",
    "invented_value",
    "stopped_early",
    "forbidden_write",
    "untold",
    "called_anyway",
    "did_not_ask",
    "over_limit",
    "no_answer",
    "other",
]


class Failure(StrictModel):
    """What went wrong first, and what it was about, in words."""

    type: FailureType
    words: str


class Quality(StrictModel):
    """What a judge thinks of the answers."""

    model: str
    score: int = Field(ge=1, le=5)
    reason: str


class Trial(StrictModel):
    """What one trial was, and what came of it.

    `messages` is the trajectory, as the chat completions protocol has it. `temperature` is None where the endpoint's
    own was used. `tool_recall` is the share of the record's tools that were called; `calls_succeeded` of `calls` gave a
    result. `error` says why the model gave no usable answer.
    """

    version: Literal[1] = TRIAL_VERSION
    task: str
    kind: ItemKind
    trial: int = Field(ge=1)
    model: str
    temperature: float | None
    seed: int
    in_words: bool = Field(default=False, description="Tools were told and called in words, not natively.")
    passed: bool
    reward: Reward | None = None
    failure: Failure | None = None
    tool_recall: float | None = Field(default=None, ge=0, le=1)
    calls: int = 0
    calls_succeeded: int = 0
    quality: Quality | None = None
    messages: list[dict[str, Any]]
    trace: Trace
    error: str | None = None
    seconds: float = Field(ge=0)
    usage: RoleUsage = RoleUsage()

    @property
    def key(self) -> tuple[str, int]:
        """What it is known by."""
        return self.task, self.trial
