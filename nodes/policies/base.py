"""The port between the nodes and whoever decides: plain validated models in, plain validated models out.

A third adapter is one module with a class that has these five methods. A policy holds no state of a sample:
all it may know is in its arguments, so that a resumed sample decides as an uninterrupted one would.
"""

from typing import Any, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from graph.mix import Shape, WantedArgument
from graph.record import (
    Attempt,
    Finding,
    Gradient,
    Ingredients,
    Note,
    PolicyRules,
    RecordContext,
    RefusedCall,
    RoleUsage,
    Step,
    TurnKind,
)
from graph.sources import StepSource
from nodes.dialogues.plan import ChangedCall as ChangedCall
from nodes.dialogues.plan import Plan as Plan
from nodes.dialogues.plan import PlannedTurn as PlannedTurn
from nodes.dialogues.plan import single_turn
from tool_registry.drawing.argument_kinds import has_argument_of_kind
from tool_registry.result import ToolError
from tool_registry.spec import ToolSpec

PolicyFailure = Literal[
    "failed",
    "invalid_answer",
    "cut_answer",
    "refused",
    "context_exceeded",
    "rate_limited",
    "timeout",
    "unavailable",
    "malformed_response",
    "bad_request",
]


class PolicyError(Exception):
    """A policy could not make a decision; the message says why and what to do. The sample goes on without it.

    `kind` types the failure and opens the message; `usage` is what was spent all the same.
    """

    def __init__(self, message: str, *, kind: PolicyFailure = "failed", usage: RoleUsage | None = None) -> None:
        super().__init__(message if kind == "failed" else f"{kind}: {message}")
        self.kind: PolicyFailure = kind
        self.usage = usage or RoleUsage()


class PolicySetupError(RuntimeError):
    """No decision of this run can be made until the user changes something; the message says what.

    Not a PolicyError: going on with the sample, or with the next one, has no sense. A RuntimeError, as `LoadError` is.
    """


class EndpointLimitError(PolicySetupError):
    """An endpoint asks to wait longer than a run does; the message says until when. Nothing has to be changed.

    The run ends as at a limit of its own: what was paid for is kept, and the same command goes on.
    """


class _Port(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Proposal(_Port):
    """A call with its arguments.

    `sources` names, by JSON Pointer, the leaves that come from an earlier step; every other leaf is meant to
    be said by the user or to be found in the context, and is traced when the query is written.
    The `step` of such a source may also be a call of the reserve (`r7`), which is then kept with this one.
    `references` names, by JSON Pointer, the arguments that another proposal of the same batch is to give: the
    `step` of such a source is a proposal's id, and a `{"$from": "p1", "pointer": "/lat"}` stands in
    `arguments` until that proposal has run.
    """

    id: str
    tool: str
    arguments: dict[str, Any]
    sources: dict[str, StepSource] = {}
    references: dict[str, StepSource] = {}
    rationale: str = ""


class CallReport(_Port):
    """A proposal and what came of it."""

    proposal: Proposal
    ok: bool
    result: Any = None
    empty: bool = False
    truncated: bool = False
    error: ToolError | None = None
    repairs: int = 0


class SampleView(_Port):
    """What every decision may look at. `seed` is already specific to the sample, iteration and purpose.

    `turn` says where the sample stands among the run's (see nodes/seeding.py).
    """

    seed: int
    turn: float = 0.0
    iteration: int
    target_calls: int
    target_turns: int = Field(default=1, description="Turns that the dialogue should have.")
    shape: Shape = Field(default="mixed", description="Whether calls are to use each other's results.")
    wants: WantedArgument = Field(default="any", description="What one call is to have among its arguments.")
    context: RecordContext
    policy: PolicyRules | None = Field(default=None, description="The rules that the assistant works under.")
    ingredients: Ingredients | None = Field(default=None, description="What the sample may be made of.")
    tools: dict[str, ToolSpec] = Field(description="Specs of the batch and of the chain's tools, by name.")
    steps: list[Step] = Field(description="The chain so far, in order of execution.")
    chains: list[list[str]]
    gradients: list[Gradient] = Field(description="Earlier critiques, the last one last.")

    @property
    def has_wanted(self) -> bool:
        """Whether some call of the chain has what `wants` asks for."""
        return any(self.is_wanted(step.tool, step.arguments) for step in self.steps)

    def is_wanted(self, tool: str, arguments: dict[str, Any]) -> bool:
        """Say whether the call has what `wants` asks for among its arguments, said and no default."""
        spec = self.tools.get(tool)
        return self.wants != "any" and spec is not None and has_argument_of_kind(arguments, spec, self.wants)


class ProposeRequest(SampleView):
    """Propose up to `count` calls of tools in `batch`.

    `reserve` are calls that worked and were not kept, the newest last. A proposal may use their results; one that
    repeats such a call asks for it to be kept.
    """

    batch: list[str]
    count: int
    attempts: list[Attempt] = Field(description="All calls executed so far in this sample.")
    reserve: list[CallReport] = []


class Proposals(_Port):
    """The answer to a ProposeRequest.

    `unfilled` names, by tool, a required parameter that no value could be found for. `dropped` is what was answered
    and cannot be a proposal.
    """

    proposals: list[Proposal]
    unfilled: dict[str, str] = {}
    dropped: list[Note] = []
    usage: RoleUsage = RoleUsage()


class RepairRequest(_Port):
    """Repair the arguments of a call that failed for them."""

    seed: int
    context: RecordContext
    spec: ToolSpec
    proposal: Proposal
    error: ToolError
    tried: list[dict[str, Any]] = Field(description="Arguments that failed, oldest first.")


class Repair(_Port):
    """The call with other arguments, or None to give up."""

    proposal: Proposal | None
    usage: RoleUsage = RoleUsage()


class CritiqueRequest(SampleView):
    """Judge the reports of one iteration; select at most `accept` of them and of the reserve.

    `reports` are of this iteration's proposals (`p1`), and of those calls of the reserve (`r7`) that were proposed
    again. `reserve` are its other calls. `notes` tell which proposals were dropped. From `conclude_from` calls on
    the chain may be concluded; None where it may not.
    """

    batch: list[str]
    reports: list[CallReport]
    accept: int
    attempts: list[Attempt] = Field(description="Calls executed in earlier iterations of this sample.")
    reserve: list[CallReport] = []
    notes: list[Note] = []
    conclude_from: int | None = None
    categories: list[str] = Field(default=[], description="Names of all categories of the library.")


class Selection(_Port):
    """A call to keep, by its id, and its place.

    `chain` is the number of a chain: one that stands is continued, with a number that none has yet a chain is opened,
    which the calls of the same critique with that number share. None: the call goes into the chain of the call whose
    result it uses; one that uses none opens a chain of its own.
    """

    proposal: str
    chain: int | None = None


class Critique(_Port):
    """The verdict on an iteration and the gradient, in words, for the next one.

    In the words `{p1}` or `{r7}` stands for a call: its name there is what it is called from then on.
    `tools` and `wishes` say what the next batch should hold: names of tools, and short words to search the library
    with ("distance between two cities"). `concluded` says that the person's concern is answered.
    """

    selected: list[Selection]
    gradient: str
    tools: list[str] = []
    wishes: list[str] = []
    concluded: bool = False
    usage: RoleUsage = RoleUsage()


class MarkedSpan(_Port):
    """Words of a text and what they refer to, such as `s2/date`; `verb` is given, an operation, or empty."""

    start: int
    end: int
    quote: str
    references: list[str]
    verb: str = ""


class MarkedText(_Port):
    """A text as it is read by people, and its marks beside it (`nodes/marks/parse.py`)."""

    text: str = ""
    marks: list[MarkedSpan] = []


class WrittenTurn(_Port):
    """A query and the response to it, with their marks."""

    query: MarkedText = MarkedText()
    response: MarkedText = MarkedText()


class Written(_Port):
    """The turns as they were written last, from the first one on: those that are still to be written are absent."""

    turns: list[WrittenTurn] = []
    thoughts: dict[str, str] | None = Field(default=None, description="By step id; null where none are wanted.")


class PlanRequest(SampleView):
    """Cut the finished chain into about `target_turns` turns; `steps` are in the order in which they were made.

    `turn_kinds` are the wanted shares of the kinds of later turns, all alike when empty. `refusable` are calls that a
    turn may ask for in vain; a plan takes its refusals from them. `turn` spreads the kinds over the run's samples.
    """

    turn_kinds: dict[TurnKind, float] = {}
    refusable: list[RefusedCall] = []


class PlanAnswer(_Port):
    """The plan. `dropped` is what could not be planned and why, such as turns that the chain cannot fill."""

    plan: Plan
    dropped: list[Note] = []
    usage: RoleUsage = RoleUsage()


class SynthesizeRequest(SampleView):
    """Write the turns `first` to `last` of the plan, `last` included: all of them, or a part of a long dialogue.

    `steps` are those of the whole plan, in its order; `tools` has the tools of refused calls too. `previous` is what
    has been written so far. On a rewrite that is these turns too, with the `findings` that the proofs have against
    them; else only the turns before, which stand as they are. `style_seed` chooses the manner of writing: the same in
    a draft and its rewrites, while `seed` differs. `repairs` counts the rewrites up to this one.

    Without a plan it is a single turn that all steps answer. `thoughts`: say before each call why it is made.
    """

    thoughts: bool = False
    plan: Plan = Plan(turns=[])
    first: int = 0
    last: int = -1
    style_seed: int = 0
    repairs: int = 0
    findings: list[Finding] = []
    previous: Written | None = None

    @model_validator(mode="after")
    def _fill_in_a_single_turn(self) -> Self:
        if not self.plan.turns:
            self.plan = single_turn([step.id for step in self.steps])
        if self.last < 0:
            self.last = len(self.plan.turns) - 1
        return self

    def last_draft(self) -> list[WrittenTurn]:
        """Return the turns that are to be mended; none of a first draft."""
        return self.previous.turns[self.first : self.last + 1] if self.previous is not None else []


class AddedMark(_Port):
    """A mark for words of turn `turn` that are written already: `target` as in a link, such as `s3` or `s2/date`."""

    turn: int = 0
    half: Literal["query", "response"]
    words: str
    target: str


class DraftTurn(_Port):
    """A query and the response to it, marked in the form of Markdown links: `[9 May](s2/date)`.

    On a rewrite a half that is None stays as it was.
    """

    query: str | None = None
    response: str | None = None


class Draft(_Port):
    """The turns that were asked for, in order; on a rewrite `marks` adds marks to what stays.

    `thoughts` are, by step, why its call is made; on a rewrite those that change.
    """

    turns: list[DraftTurn] = []
    marks: list[AddedMark] = []
    thoughts: dict[str, str] = {}
    usage: RoleUsage = RoleUsage()


class Policy(Protocol):
    """Who makes the five decisions. Each may raise PolicyError."""

    async def propose(self, request: ProposeRequest) -> Proposals:
        """Return at most `request.count` proposals; none when nothing sensible is left to call."""

    async def repair(self, request: RepairRequest) -> Repair:
        """Return the call with other arguments, or None."""

    async def critique(self, request: CritiqueRequest) -> Critique:
        """Return what to keep and the gradient."""

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        """Return how the chain is cut into turns."""

    async def synthesize(self, request: SynthesizeRequest) -> Draft:
        """Return the turns' queries and responses."""
