"""The checkpointed state of one sample: JSON-native values only, validated at the nodes' doors.

The growing lists are delta channels: a checkpoint stores what a superstep added, not the whole list again, so
that the size of a thread grows linearly with its iterations. Their reducers merge by key: writing an item
again (a branch that ran twice, an edit in Studio) replaces it in place.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from langgraph.channels import DeltaChannel
from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict  # pydantic refuses typing.TypedDict before Python 3.12

Json = dict[str, Any]

#: Edition of the nodes and edges. A sample under way in another one is made anew: what it has done may stand
#: between two nodes that are not there any more.
WORKFLOW = 3


def merge_by(*key: str) -> Callable[[list[Json] | None, Sequence[list[Json]]], list[Json]]:
    """Return a reducer that appends items, or replaces the one whose `key` members are equal."""

    def merge(current: list[Json] | None, writes: Sequence[list[Json]]) -> list[Json]:
        merged = {tuple(item.get(member) for member in key): item for item in current or ()}
        for write in writes:
            for item in write:
                merged[tuple(item.get(member) for member in key)] = item
        return list(merged.values())

    return merge


class InputState(TypedDict, total=False):
    """What a caller gives: which sample of which run. Everything random follows from these two numbers."""

    seed: Annotated[
        int, Field(default=0, ge=0, lt=2**63, description="Run seed: the same seed gives the same records.")
    ]
    index: Annotated[int, Field(default=0, ge=0, lt=2**63, description="Number of the sample in its run.")]
    target_calls: Annotated[
        int | None,
        Field(
            default=None,
            ge=1,
            le=100,
            description="Calls the chain should have; drawn from the mix when absent.",
        ),
    ]
    target_turns: Annotated[
        int | None,
        Field(
            default=None,
            ge=1,
            le=100,
            description="Turns the dialogue should have; drawn from the mix when absent.",
        ),
    ]
    without: Annotated[list[str], Field(default=[], description="Tools that the sample does without, by name.")]


_INPUT: TypeAdapter[InputState] = TypeAdapter(InputState)


def check_input(given: Any) -> InputState:
    """Return what of the given state is input. Raises pydantic's ValidationError for what is not an `InputState`."""
    return _INPUT.validate_python({name: given[name] for name in InputState.__annotations__ if name in given})


class OutputState(TypedDict, total=False):
    """What a caller gets."""

    status: Literal["accepted", "rejected"]
    """Whether the record keeps every checked promise."""
    record: Json
    """The `Record`; of a rejected sample, a `RejectedRecord` as far as it came."""
    reasons: list[str]
    """Why the sample is rejected, in words; empty when accepted."""


class State(InputState, OutputState, total=False):
    """The evolving chain and all that decides its growth."""

    workflow: int
    """Edition of the workflow that began the sample (`WORKFLOW`)."""
    started_at: str
    """When the sample began, ISO 8601 in UTC."""
    ingredients: Json | None
    """What the sample may be made of (`Ingredients`), drawn when it began; None where they are off."""
    iteration: int
    """The iteration under way, from 1."""
    idle_iterations: int
    """Iterations in a row without a selected call."""
    batch: list[str]
    """Names of this iteration's tools: what the last gradient looks for, then those drawn."""
    offered: list[str]
    """Names of all tools drawn so far, in order of first appearance."""
    proposals: list[Json]
    """This iteration's `Proposal`s."""
    nominated: list[str]
    """Ids of the reserve's calls that this iteration's proposer asked for again: they are judged, not executed."""
    notes: list[Json]
    """What of this iteration's proposals was dropped, and why (`Note`)."""
    reserve: list[Json]
    """Calls that worked and were not kept, and still can be, the newest last: `id` (`r7` is the seventh of `attempts`),
    `tool`, `arguments`, and `sources`, whose steps are the chain's or the reserve's."""
    stateful: list[str]
    """Those tools of this iteration's proposals and of the chain that have a session; absent where there are none."""
    ruled: bool
    """Whether the sample has a policy, so that branches are told the chain; absent where it has none."""
    attempts: Annotated[list[Json], DeltaChannel(merge_by("iteration", "id"), list)]
    """Every executed proposal with its outcome (`Attempt`, the proposal's sources and the fork it ran in); merged by
    iteration and id."""
    selection: list[Json]
    """What the last critique selected and where each goes (`Selection`)."""
    unfilled: list[Json]
    """Parameters that kept the last iteration from proposing anything: `tool` and `parameter`."""
    gradients: Annotated[list[Json], DeltaChannel(merge_by("iteration"), list)]
    """One `Gradient` an iteration, in words and with what it looks for (`tools`, `wishes`); merged by iteration, so
    that an edited one replaces the old."""
    steps: Annotated[list[Json], DeltaChannel(merge_by("id"), list)]
    """The accepted calls (`Step`) in order; user-given leaves have no source until the query is written."""
    chains: list[list[str]]
    """Step ids of each chain."""
    pruned: list[str]
    """Ids of the steps that nothing needs: they stay in `steps`, but are no part of the chain any more."""
    stop_reason: str | None
    """Why the loop ended, or None while it goes on."""
    plan: Json | None
    """How the chain is cut into turns (`Plan`); None before that is decided."""
    draft: Json | None
    """What was `Written` last, turn by turn: queries and responses with their marks as spans."""
    findings: list[Json]
    """What the proofs found wrong with the last draft (`Finding`)."""
    repairs: int
    """Rewrites of the draft so far."""
    proved_turns: int
    """Turns, from the first one on, whose words are proved: of a long dialogue the next part is written after them."""
    repairs_before: int
    """Rewrites that those turns took: each part of a long dialogue may take as many."""
    figures_asked: bool
    """Whether the writer was asked, once, which value an unmarked small figure tells; that is no repair."""
    awaits: Literal["judge", "review"]
    """Who has still to see the proved record."""
    review: Json | None
    """What came of a person's last answer (`ReviewState`); None before there is one."""
    usage: Annotated[list[Json], DeltaChannel(merge_by("iteration", "role", "id"), list)]
    """Model usage (`RoleUsage`), one entry a decision; merged by iteration, role and id."""
    policy_failures: Annotated[list[Json], DeltaChannel(merge_by("iteration", "role"), list)]
    """Decisions that a policy failed to make, in words; merged by iteration and role."""
    call: Json
    """Only inside an `execute_call` branch: the proposals, their iteration, the sample's seed and index, the accepted
    calls of stateful tools where one is to be called, and the chain's calls under a policy."""


class SearchState(State, total=False):
    """What the query-first workflow (`graph/baseline.py`) knows beside it."""

    query: Json | None
    """The query that was written first: its `text`, and what its writer has in mind (`meant`, `Proposal`s)."""
    tree: list[Json]
    """The calls of the search as a tree (`nodes/search/tree.py`)."""
    at: int
    """Where in the tree the search is: the iteration of the call that led there, 0 at its root."""
    move: Literal["call", "again", "finish", "end"]
    """What the last decision came to: a call to execute, another decision, the response, the end without one."""
    answer: str
    """The response, as it was written last."""
    fruitless: int
    """Decisions in a row that could not be done."""
