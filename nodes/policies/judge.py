"""The port to who judges: solves a query like a stranger, and rates it. Holds no state of a sample."""

from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from graph.record import PolicyRules, RecordContext, RoleUsage
from tool_registry.result import ToolError
from tool_registry.spec import ToolSpec


class _Port(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SolverCall(_Port):
    """A call that the solver made, and what came of it."""

    tool: str
    arguments: dict[str, Any]
    result: Any = None
    error: ToolError | None = None


class SolverTurn(_Port):
    """One answer of the solver: its reasoning, and the calls that it made at once.

    Without calls, what it said, and what the person said then: the next message of the dialogue.
    """

    reasoning: str
    calls: list[SolverCall]
    answer: str | None = None
    next_message: str | None = None


class SolveRequest(_Port):
    """Answer the query with the tools: make the next calls, or say the answer. Nothing of the record is in it.

    Of a dialogue `query` is the first message; the later ones stand in `turns`, each behind the answer before it.
    `turns_left` are those for the last message.

    All turns of a trial have the same `seed`; what they are told begins alike, so that a provider's cache hits.
    """

    seed: int
    context: RecordContext
    policy: PolicyRules | None = Field(default=None, description="The rules that the assistant works under.")
    query: str
    tools: dict[str, ToolSpec] = Field(description="The tools that are offered, by name, in the trial's order.")
    turns: list[SolverTurn] = Field(description="The answers so far, in order.")
    turns_left: int


class WantedCall(_Port):
    """A call that the solver wants to be made."""

    tool: str
    arguments: dict[str, Any]


class Move(_Port):
    """What the solver does next: calls, all at once, or without calls its answer."""

    reasoning: str
    calls: list[WantedCall] = []
    answer: str | None = None
    usage: RoleUsage = RoleUsage()


class RateRequest(_Port):
    """Rate a query: is it natural, and would a person ask it? Of a dialogue it is all of it, line by line."""

    seed: int
    context: RecordContext
    policy: PolicyRules | None = Field(default=None, description="The rules that the assistant works under.")
    query: str
    tools: dict[str, ToolSpec] = Field(description="The tools that answered it, by name.")


class Rating(_Port):
    """Scores from 1 to 5, the reasons before them."""

    naturalness_reason: str
    naturalness: int = Field(ge=1, le=5)
    would_ask_reason: str
    would_ask: int = Field(ge=1, le=5)
    usage: RoleUsage = RoleUsage()


class Judge(Protocol):
    """Who judges. Both methods may raise PolicyError."""

    async def solve(self, request: SolveRequest) -> Move:
        """Return the next move."""

    async def rate(self, request: RateRequest) -> Rating:
        """Return the scores."""
