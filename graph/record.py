"""The record: what one sample leaves in `records.jsonl` or `rejected.jsonl` (schema version 2).

Members and their meaning are part of the file format: an addition raises `SCHEMA_VERSION`, but for a member that is
left out where it is null, so that older files say what they said. Version 1 is read too: its quotes become spans here,
its marks are inferred by `nodes/marks/infer.py`. Spans count Unicode code points of the plain text.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema, model_validator

from graph.marks import Ask, Decline, Question, Tell
from graph.marks import Awaited as Awaited
from graph.record_upgrade import upgrade_version_1
from graph.sources import Source
from graph.strict_model import StrictModel
from tool_registry.language_names import writing_locale
from tool_registry.result import ToolError
from tool_registry.spec import ToolSpec

SCHEMA_VERSION: Literal[2] = 2
#: Versions that are read.
READ_VERSIONS = (1, 2)

StopReason = Literal["target_reached", "max_iterations", "no_progress", "budget", "no_tools", "concluded"]
Role = Literal["propose", "repair", "critique", "plan", "synthesize", "solve", "judge"]
Promise = Literal["executed", "typed", "grounded", "replayed", "distinct", "cited", "natural", "faithful", "judged"]


class RecordContext(StrictModel):
    """What a system prompt would tell the assistant: the time, the place, the user's settings."""

    now: str | None = Field(default=None, description="ISO 8601 date-time, the sample's present.")
    timezone: str | None = Field(default=None, description="IANA time zone of the user.")
    locale: str = "en"
    language: str | None = Field(default=None, description="Language of the texts, where it is not the locale's.")
    user: dict[str, Any] = {}
    vars: dict[str, Any] = {}

    @property
    def writing_locale(self) -> str:
        """The locale by which the texts write figures and dates; the locale itself where the language is unknown."""
        try:
            return writing_locale(self.locale, self.language)
        except ValueError:
            return self.locale


class Ingredients(StrictModel):
    """What the sample was given to be made of. Nobody has to take any of it."""

    who: str | None = Field(default=None, description="Who may ask, such as a retired nurse.")
    topic: str | None = Field(default=None, description="What it may be about, such as moving an office.")
    places: list[str] = Field(default=[], description="A place or two, such as Graz, Austria.")
    names: list[str] = Field(default=[], description="Names of people.")
    day: str | None = Field(default=None, description="ISO 8601 date.")
    when: str | None = Field(default=None, description="The time in words, as against the record's present.")
    amount: float | None = Field(default=None, description="The size of amounts.")


class Step(StrictModel):
    """One executed call of the chain. `sources` maps a JSON Pointer of each argument leaf to its source."""

    id: str
    tool: str
    arguments: dict[str, Any]
    sources: dict[str, Source] = {}
    after: list[str] = Field(default=[], description="Steps whose effect this one needs.")
    result: Any
    empty: bool = False
    truncated: bool = False
    elapsed_ms: float = Field(default=0.0, ge=0, description="Milliseconds.")

    def uses(self) -> frozenset[str]:
        """Return the ids of the steps whose results its arguments use."""
        return frozenset(target for source in self.sources.values() for target in source.steps())


class Replacement(StrictModel):
    """A call of an earlier turn and the one that is made instead."""

    step: str
    by: str


class RefusedCall(StrictModel):
    """The call that a refused wish comes to, complete, and never made; asks and marks name it by `id` (`x1`).

    `rule` is the number of the policy's rule that forbids it; None: no tool that is offered can do it. `allowed` are
    the nearest arguments that the rule does not forbid.
    """

    id: str
    tool: str
    arguments: dict[str, Any]
    sources: dict[str, Source] = {}
    rule: int | None = Field(default=None, ge=0)
    allowed: dict[str, Any] | None = None


TurnKind = Literal["request", "follow_up", "clarification", "correction", "refusal", "chat"]


class Turn(StrictModel):
    """A query, the steps that answer it in order, the chains they form, and the final response.

    `kind` is of the person's message. `asks` and `tells` are null where nothing is stored of them: version 1, foreign
    data. `refuses` is written only where there is one, `declines` only beside it, `questions` only beside `awaits`:
    the words that decline, and those that name what is asked for. Without them it is not marked, as in older files.
    """

    kind: TurnKind = "request"
    awaits: list[Awaited] = []
    replaces: Replacement | None = None
    refuses: RefusedCall | None = Field(default=None, exclude_if=lambda refused: refused is None)
    query: str
    asks: list[Ask] | None = None
    steps: list[Step]
    chains: list[list[str]]
    thoughts: dict[str, str] | None = Field(default=None, description="By step id: why the call is made.")
    response: str
    tells: list[Tell] | None = None
    declines: list[Decline] | None = Field(default=None, exclude_if=lambda declines: declines is None)
    questions: list[Question] | None = Field(default=None, exclude_if=lambda questions: questions is None)


class Rule(StrictModel):
    """A rule of a policy in words, and as data what it forbids."""

    text: str
    forbids: dict[str, Any] = {}


class PolicyRules(StrictModel):
    """The rules that the assistant works under; `text` is the record's system prompt."""

    name: str = ""
    text: str
    rules: list[Rule] = []


NoteKind = Literal[
    "unknown_tool",
    "unusable_call",
    "repeated_call",
    "too_many_calls",
    "dangling_reference",
    "unknown_call",
    "failed_call",
    "no_room",
    "not_the_same",
    "left_reserve",
    "not_concluded",
    "not_allowed",
    "breaks_rule",
    "left_out",
    "nothing_found",
    "empty_wish",
    "cut_wish",
    "too_many_wishes",
    "few_turns",
    "not_corrected",
    "no_plan",
]


class Note(StrictModel):
    """Something that a policy answered and that was not done, and why; the next prompt says so.

    `call` is what it is about: a call's id (`p1`, `r2`, `s3`), a tool's name, or nothing.
    """

    kind: NoteKind
    call: str = ""
    message: str


class Gradient(StrictModel):
    """The critique of one iteration: which calls it selected, and its words to the next one.

    `selected` names this iteration's proposals, and calls of the reserve: `r7` is the seventh of the record's attempts.
    `tools` and `wishes` are what it looks for: names of tools, and short words to search the library with.
    `concluded` says that the person's concern is answered. `notes` tell what of the iteration's answers was not done.
    """

    iteration: int
    selected: list[str]
    text: str
    tools: list[str] = []
    wishes: list[str] = []
    concluded: bool = False
    notes: list[Note] = []


class Attempt(StrictModel):
    """One executed proposal, selected or not."""

    iteration: int
    id: str
    tool: str
    arguments: dict[str, Any]
    selected: bool = False
    ok: bool
    error: ToolError | None = None
    result: Any = None
    repairs: int = 0


class Finding(StrictModel):
    """What is wrong with a record, for a machine (`code`), a person (`message`) and an editor (`where`)."""

    promise: Promise
    code: str
    message: str
    where: str = Field(default="", description="JSON Pointer into the record, or empty.")
    because: str = Field(default="", description="What the record has instead.")

    @classmethod
    def of(cls, promise: Promise, code: str, message: str, where: str = "", *, because: str = "") -> "Finding":
        """Return a finding; for modules that make many."""
        return cls(promise=promise, code=code, message=message, where=where, because=because)


class Verification(StrictModel):
    """Each promise: true, false, or null where it was not checked."""

    executed: bool | None = None
    typed: bool | None = None
    grounded: bool | None = None
    replayed: bool | None = None
    distinct: bool | None = None
    cited: bool | None = None
    natural: bool | None = None
    faithful: bool | None = None
    findings: list[Finding] = []


class TrajectoryCall(StrictModel):
    """One call of a solver, and which of the record's steps it stands for.

    `how` is `same` (the step's tool and arguments) or `equivalent` (another call with the step's result).
    """

    tool: str
    arguments: dict[str, Any]
    result: Any = None
    error: ToolError | None = None
    step: str | None = None
    how: Literal["same", "equivalent"] | None = None


class TrajectoryTurn(StrictModel):
    """What a solver thought, and what it then called, all at once.

    `message` is the number of the person's message that it answers. What it answered to all but the last stands there.
    """

    reasoning: str
    calls: list[TrajectoryCall]
    message: int = Field(default=0, ge=0, exclude_if=lambda number: number == 0)
    answer: str | None = Field(default=None, exclude_if=lambda answer: answer is None)


class Trajectory(StrictModel):
    """One trial of a solver, who got the query, the context and tools, and nothing of the record.

    `same`: it made every step's call. `equivalent`: it got the result of every step whose result no other step
    uses. `different`: it did not. `failed`: the model gave no usable answer, so the trial does not count.
    """

    trial: int
    model: str
    outcome: Literal["same", "equivalent", "different", "failed"]
    turns: list[TrajectoryTurn]
    answer: str | None = None
    missing: list[str] = Field(default=[], description="Steps that none of its calls stands for.")
    error: str | None = None


class Judgement(StrictModel):
    """What a model judged: whether the query leads to the chain's results, and whether a person would send it."""

    model: str
    naturalness_reason: str
    naturalness: int = Field(ge=1, le=5, description="How natural the query is, 5 the most.")
    would_ask_reason: str
    would_ask: int = Field(ge=1, le=5, description="How likely a person would ask this, 5 the most.")
    trials: int = Field(default=0, ge=0, description="Trials that count.")
    solved: int = Field(default=0, ge=0, description="Those with the outcome same or equivalent.")
    disagreement: Literal["ambiguous_query", "wrong_chain"] | None = Field(
        default=None,
        description="Where too few solved it: wrong_chain when most trials made one and the same other set of calls.",
    )


class OriginalTurn(StrictModel):
    """A turn's words before a person mended them."""

    query: str
    response: str


class RecordReview(StrictModel):
    """What a person decided about the proved record before it became a line of the run."""

    decision: Literal["accept", "reject", "mend"]
    reviewer: str | None = None
    note: str = ""
    at: str = Field(description="ISO 8601 in UTC.")
    original: list[OriginalTurn] | None = Field(
        default=None,
        exclude_if=lambda turns: turns is None,
        description="The words of all turns before they were mended.",
    )


class RoleUsage(StrictModel):
    """What one role's model calls took. `cost_usd` is null when a price is unknown."""

    llm_calls: int = 0
    input_tokens: int = Field(default=0, description="Prompt tokens, cached ones included.")
    cached_tokens: int = Field(default=0, description="Part of `input_tokens` that the provider had cached.")
    output_tokens: int = Field(default=0, description="Completion tokens, reasoning ones included.")
    reasoning_tokens: int = Field(default=0, description="Part of `output_tokens` spent on reasoning.")
    latency_ms: float = Field(default=0.0, description="Sum of the calls' wall times in milliseconds.")
    cost_usd: float | None = 0.0

    def add(self, other: "RoleUsage") -> None:
        """Add what other calls took; an unknown cost makes the sum's unknown."""
        for name in RoleUsage.model_fields:
            if name != "cost_usd":
                setattr(self, name, getattr(self, name) + getattr(other, name))
        known = self.cost_usd is not None and other.cost_usd is not None
        self.cost_usd = (self.cost_usd or 0) + (other.cost_usd or 0) if known else None


class Usage(RoleUsage):
    """What all model calls of a sample took, and the same for each role."""

    by_role: dict[str, RoleUsage] = {}

    def add_to_role(self, role: str, usage: RoleUsage) -> None:
        """Add what calls of a role took, to the whole and to the role."""
        self.add(usage)
        self.by_role.setdefault(role, RoleUsage()).add(usage)


class Meta(StrictModel):
    """How the record came to be. Times are ISO 8601 in UTC."""

    run_seed: int
    index: int
    policies: dict[str, str]
    models: dict[str, str] = {}
    target_calls: int | None = Field(default=None, description="Calls that the chain should have; null where unknown.")
    target_turns: int | None = Field(
        default=None,
        exclude_if=lambda turns: turns is None,
        description="Turns that the dialogue should have; written where that is more than one.",
    )
    iterations: int
    stop_reason: StopReason
    repairs: int = 0
    usage: Usage = Usage()
    tool_calls: int
    tool_failures: int
    started_at: str
    finished_at: str
    versions: dict[str, str] = {}


class Record(StrictModel):
    """An accepted record."""

    # What is written: version 1 is read by what `upgrade_version_1` makes of it.
    schema_version: Annotated[Literal[1, 2], WithJsonSchema({"const": 2, "default": 2, "type": "integer"})] = 2
    id: str
    context: RecordContext = RecordContext()
    ingredients: Ingredients | None = Field(default=None, description="Null where none were given.")
    policy: PolicyRules | None = None
    turns: list[Turn]
    tools: list[ToolSpec]
    offered: list[str]
    gradients: list[Gradient] = []
    attempts: list[Attempt] = []
    pruned: list[Step] = []
    judge: Judgement | None = None
    trajectories: list[Trajectory] | None = None
    review: RecordReview | None = Field(
        default=None, exclude_if=lambda review: review is None, description="Written where a person was asked."
    )
    verification: Verification = Verification()
    warnings: list[Finding] = Field(default=[], description="What was noticed and refuses nothing.")
    meta: Meta

    @model_validator(mode="before")
    @classmethod
    def _read_version_1(cls, data: Any) -> Any:
        return upgrade_version_1(data)


class RejectedRecord(Record):
    """A sample that failed: the record as far as it came, and the reasons in words."""

    reasons: list[str]

    @classmethod
    def of(cls, record: Record, reasons: list[str]) -> "RejectedRecord":
        """Return the record as a rejected one."""
        return cls.model_validate({**record.model_dump(), "reasons": reasons})


def version_problem(data: Mapping[str, Any]) -> str | None:
    """Return why a file's object of that `schema_version` is not read, or None; without one it is of this version."""
    version = data.get("schema_version", SCHEMA_VERSION)
    if isinstance(version, int) and not isinstance(version, bool) and version in READ_VERSIONS:
        return None
    is_newer = isinstance(version, int) and not isinstance(version, bool) and version > SCHEMA_VERSION
    why = ": a newer toolgrad wrote it. Update this one" if is_newer else ""
    read = " and ".join(map(str, READ_VERSIONS))
    return f"schema_version is {json.dumps(version)[:40]}; this program reads {read}{why}"


def record_id(seed: int, index: int) -> str:
    """Return the id of a run's sample, such as `s7-000012`."""
    return f"s{seed}-{index:06d}"
