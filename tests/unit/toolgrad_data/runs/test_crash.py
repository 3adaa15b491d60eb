"""Exceptions in nodes, routers, policies and checkpointers: whose they are, where they were, what they leave."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph

from graph.context import Context
from graph.record import Attempt, Record, RejectedRecord, RoleUsage, Step
from graph.state import WORKFLOW, InputState, OutputState, State
from nodes.call_log import begin_call
from nodes.policies import kinds
from nodes.policies.base import (
    Critique,
    CritiqueRequest,
    Draft,
    Proposals,
    ProposeRequest,
    Repair,
    RepairRequest,
    SynthesizeRequest,
)
from nodes.policies.judge import RateRequest
from nodes.policies.offline.policy import OfflinePolicy
from nodes.verify_record import _prove
from tests.integration.workflow import compiled, settings
from tests.unit.toolgrad_data.runs.helpers import TOOLS, record, stub_factory
from tests.unit.toolgrad_data.runs.helpers import settings as run_settings
from tool_registry.calling.crashes import attributed_to, place_of, tool_of, traceback_of
from tool_registry.result import ToolResult
from toolgrad_data.runs.checkpoints import SERIALIZER
from toolgrad_data.runs.crash import Crash
from toolgrad_data.runs.runner import run_samples
from toolgrad_data.runs.sample import Graph, Watch, run_sample

BAD = "letter_postage"


class Heard(Watch):
    def __init__(self, decisions: int = 1_000_000) -> None:
        self.crashes: list[Crash] = []
        self.spent = RoleUsage()
        self.decisions = decisions

    def crash(self, index: int, crash: Crash) -> None:
        self.crashes.append(crash)

    def spend(self, index: int, usage: RoleUsage) -> None:
        self.spent.llm_calls += usage.llm_calls
        self.decisions -= usage.llm_calls

    def ending(self) -> bool:
        return self.decisions <= 0


class OddPolicy(OfflinePolicy):
    """Has a bug that only one tool's spec, call or result brings out, in one of its decisions."""

    def __init__(self, where: str, always: bool = False) -> None:
        self.where = where
        self.always = always

    def stumble(self, where: str, tools: Any) -> None:
        if self.where == where and (self.always or BAD in tools):
            raise LookupError("no word for it")

    async def propose(self, request: ProposeRequest) -> Proposals:
        self.stumble("propose", request.batch)
        answer = await super().propose(request)
        if self.where != "repair":
            return answer
        broken = [
            p.model_copy(update={"arguments": {"x": 1}, "sources": {}}) for p in answer.proposals if p.tool == BAD
        ]
        return Proposals(proposals=[*broken, *(p for p in answer.proposals if p.tool != BAD)])

    async def repair(self, request: RepairRequest) -> Repair:
        self.stumble("repair", [request.spec.name])
        return await super().repair(request)

    async def critique(self, request: CritiqueRequest) -> Critique:
        self.stumble("critique", [report.proposal.tool for report in request.reports])
        return await super().critique(request)

    async def synthesize(self, request: SynthesizeRequest) -> Draft:
        self.stumble("synthesize", [step.tool for step in request.steps])
        return await super().synthesize(request)


PLACE = f"tests/unit/toolgrad_data/runs/test_crash.py:{OddPolicy.stumble.__code__.co_firstlineno + 2}"


def decide(monkeypatch: pytest.MonkeyPatch, policy: OfflinePolicy) -> None:
    monkeypatch.setattr(kinds, "_offline", lambda: policy)


@pytest.mark.parametrize("where", ["propose", "critique", "synthesize"])
async def test_the_tool_that_a_policy_stumbles_over_is_found(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    decide(monkeypatch, OddPolicy(where))
    heard = Heard()
    context = settings(calls="4:100", max_iterations=8, proposals=8, accept_per_iteration=4)
    for index in range(8):
        made = await run_sample(compiled(InMemorySaver()), context, 3, index, resume=False, watch=heard)
        if heard.crashes:
            break
    (crash,) = heard.crashes
    assert (crash.tool, crash.error, crash.then) == (BAD, "LookupError: no word for it", "made_again")
    assert crash.place == PLACE
    assert isinstance(made, Record)
    assert BAD not in made.offered
    # What was done before it crashed is counted, and there to be read.
    assert made.meta.tool_calls == len(crash.calls) + sum(1 + attempt.repairs for attempt in made.attempts)
    assert bool(crash.calls) == (where != "propose")


async def test_what_a_policy_always_stumbles_over_is_no_tools_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    decide(monkeypatch, OddPolicy("critique", always=True))
    heard = Heard()
    made = await run_sample(compiled(InMemorySaver()), settings(), 3, 0, resume=False, watch=heard)
    assert [(crash.tool, crash.then) for crash in heard.crashes] == [(None, "rejected")]
    assert isinstance(made, RejectedRecord)
    assert made.reasons == [f"crashed with LookupError: no word for it (at {PLACE})"]
    # The first iteration's calls had been made.
    assert made.attempts
    assert made.meta.tool_calls == len(made.attempts)


async def test_a_branch_that_crashes_is_told_and_costs_its_call(monkeypatch: pytest.MonkeyPatch) -> None:
    decide(monkeypatch, OddPolicy("repair"))
    for index in range(20):  # the first sample in which a call of it is repaired
        heard = Heard()
        made = await run_sample(compiled(InMemorySaver()), settings(calls="2:100"), 3, index, resume=False, watch=heard)
        if heard.crashes:
            break
    assert type(made) is Record
    assert {(crash.tool, crash.then) for crash in heard.crashes} == {(BAD, "went_on")}
    failed = [attempt.error.message for attempt in made.attempts if attempt.error is not None]
    assert failed[0] == f"the branch crashed: LookupError: no word for it ({PLACE})"


def odd_graph(crash: Any, *, in_router: bool = False) -> Graph:
    """Return a graph that makes a call, then crashes in its second node or in the router behind it."""

    async def call(state: State) -> dict[str, Any]:
        made = begin_call(1, "p1", "double", {"number": 2})
        made.result = ToolResult(ok=True, content=4)
        usage = RoleUsage(llm_calls=1, input_tokens=10).model_dump()
        return {
            "workflow": WORKFLOW,
            "iteration": 1,
            "usage": [{"iteration": len(state.get("without", [])), "role": "propose", "usage": usage}],
        }

    async def work(state: State) -> dict[str, Any]:
        if not in_router:
            crash(state)
        return {}

    def route(state: State) -> str:
        if in_router:
            crash(state)
        return "verdict"

    async def verdict(state: State) -> dict[str, Any]:
        made = record(state["index"], seed=state["seed"])
        made.meta.usage = made.meta.usage.model_copy(
            update={"llm_calls": 1, "by_role": {"propose": RoleUsage(llm_calls=1)}}
        )
        return {"status": "accepted", "record": made.model_dump(mode="json")}

    builder = StateGraph(State, context_schema=Context, input_schema=InputState, output_schema=OutputState)
    builder.add_node("call", call)
    builder.add_node("work", work)
    builder.add_node("verdict", verdict)
    builder.add_edge(START, "call")
    builder.add_edge("call", "work")
    builder.add_conditional_edges("work", route, ["verdict"])
    builder.add_edge("verdict", END)
    return builder.compile(checkpointer=InMemorySaver())


def by_tool(state: State) -> None:
    if "double" not in state.get("without", []):
        with attributed_to("double"):
            raise KeyError("a spec of its own kind")


@pytest.mark.parametrize("in_router", [False, True], ids=["node", "router"])
async def test_the_sample_is_made_again_once_without_the_tool(in_router: bool) -> None:
    heard = Heard()
    made = await run_sample(odd_graph(by_tool, in_router=in_router), Context(), 3, 1, resume=False, watch=heard)
    (crash,) = heard.crashes
    assert (crash.tool, crash.then, [call.tool for call in crash.calls]) == ("double", "made_again", ["double"])
    assert type(made) is Record
    assert made.meta.tool_calls == record().meta.tool_calls + 1
    assert (made.meta.usage.llm_calls, made.meta.usage.by_role["propose"].llm_calls) == (2, 2)
    assert heard.spent.llm_calls == 2


async def test_a_second_tool_ends_it(tmp_path: Path) -> None:
    def two(state: State) -> None:
        with attributed_to("double" if "double" not in state.get("without", []) else "halve"):
            raise KeyError("x")

    heard = Heard()
    made = await run_sample(odd_graph(two), Context(), 3, 1, resume=False, watch=heard)
    assert [(crash.tool, crash.then) for crash in heard.crashes] == [("double", "made_again"), ("halve", "rejected")]
    assert isinstance(made, RejectedRecord)
    # Both trials' calls are counted and kept.
    assert [(attempt.iteration, attempt.id) for attempt in made.attempts] == [(0, "1.p1"), (1, "p1")]
    assert (made.meta.tool_calls, made.meta.usage.llm_calls) == (2, 2)


async def test_a_sample_that_is_resumed_after_it_was_begun_again_stays_so() -> None:
    """As if the process was killed between the second beginning and the end."""
    graph = odd_graph(by_tool)
    first = Heard(decisions=2)
    assert await run_sample(graph, Context(), 3, 1, resume=False, watch=first) is None
    assert [crash.then for crash in first.crashes] == ["made_again"]
    heard = Heard()
    made = await run_sample(graph, Context(), 3, 1, resume=True, watch=heard)
    assert heard.crashes == []
    whole = await run_sample(odd_graph(by_tool), Context(), 3, 1, resume=False)
    assert made is not None
    assert whole is not None
    assert made.meta.usage == whole.meta.usage
    assert made.meta.tool_calls == whole.meta.tool_calls
    assert heard.spent.llm_calls == 2


async def test_a_tool_that_crashes_two_samples_is_left_out(tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def crash(state: State) -> None:
        if state["index"] < 3 and "double" not in state.get("without", []):
            by_tool(state)
        seen.append(state.get("without", []))

    made = run_settings(tmp_path, samples=5, concurrency=1)
    summary = await run_samples(made, TOOLS, make_graph=lambda _: odd_graph(crash))
    assert summary.accepted == 5
    assert seen == [["double"]] * 5
    assert list(summary.left_out) == ["double"]


async def test_without_another_tool_it_is_rejected(tmp_path: Path) -> None:
    """And a crash of something that cancels itself, or that no line can hold, ends no run either."""

    def crash(state: State) -> None:
        with attributed_to("letter_postage"):
            if state["index"] == 1:
                raise asyncio.CancelledError
            raise ExceptionGroup("several", [ValueError("\ud800"), KeyError("x")])

    context = settings(tools=["python:tests.fixtures.parcels:letter_postage"])
    made = run_settings(tmp_path, samples=2).model_copy(update={"context": context})
    summary = await run_samples(made, TOOLS, make_graph=lambda _: odd_graph(crash))
    assert summary.rejected == 2
    assert summary.tool_calls == 2
    assert "crashed in letter_postage with ExceptionGroup" in (tmp_path / "rejected.jsonl").read_text()


def test_the_innermost_tool_counts_and_survives_what_wraps_it() -> None:
    def fail() -> None:
        with attributed_to("outer"):
            try:
                with attributed_to("inner"):
                    raise KeyError("x")
            except KeyError as error:
                raise RuntimeError("wrapped") from error

    with pytest.raises(RuntimeError) as failure:
        fail()
    assert tool_of(failure.value) == "inner"
    assert tool_of(ExceptionGroup("some", [OSError(), failure.value])) == "inner"
    assert tool_of(KeyError("x")) is None
    assert place_of(KeyError("x")) == ""


def test_a_place_names_our_line_where_a_library_raised() -> None:
    with pytest.raises(ValueError, match="date") as failure:
        Step.model_validate_json('{"id": "date"')
    assert place_of(failure.value).startswith("pydantic/main.py:")
    assert ", from tests/unit/toolgrad_data/runs/test_crash.py:" in place_of(failure.value)
    told = traceback_of(failure.value)
    assert str(Path(__file__).parent) not in told
    assert "Step.model_validate_json(" in told


def test_the_checkpointer_says_whose_value_it_refuses() -> None:
    class Odd:
        def __reduce__(self) -> Any:
            raise TypeError("not to be stored")

    good = {"tool": "good", "arguments": {}, "result": 1}
    bad = {"tool": "bad", "arguments": {}, "result": Odd()}
    for value in ([good, bad], {"channel_values": {"call": {"proposals": [good], "accepted": [bad]}}}):
        with pytest.raises(Exception, match=r".") as failure:
            SERIALIZER.dumps_typed(value)
        assert tool_of(failure.value) == "bad"


async def test_a_proof_that_raises_names_the_step() -> None:
    """Of a record that no node makes: its model was not asked."""
    odd = Step.model_construct(id="s2", tool="odd", arguments={}, sources=None, after=[], result=1, empty=False)  # type: ignore[arg-type]
    whole = record()
    turn = whole.turns[0].model_copy(update={"steps": [*whole.turns[0].steps, odd]})
    with pytest.raises(Exception, match=r".") as failure:
        await _prove(whole.model_copy(update={"turns": [turn]}))
    assert tool_of(failure.value) == "odd"


async def test_a_judge_with_a_bug_rejects_the_sample_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    class OddJudge:
        async def rate(self, request: RateRequest) -> Any:
            raise LookupError(f"no mark for {len(request.tools)} tools")

    monkeypatch.setattr("nodes.judge_record.judge_for", lambda _: OddJudge())
    heard = Heard()
    context = settings(calls="1:100", judge="openai:x")
    made = await run_sample(compiled(InMemorySaver()), context, 3, 0, resume=False, watch=heard)
    assert [(crash.tool, crash.then) for crash in heard.crashes] == [(None, "rejected")]
    assert isinstance(made, RejectedRecord)
    assert made.reasons[0].startswith(
        "crashed with LookupError: no mark for 1 tools (at tests/unit/toolgrad_data/runs/test_crash.py:"
    )
    assert made.meta.tool_calls == len(made.attempts) > 0


def test_a_crash_is_a_line_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    from toolgrad_data.runs.crash import crash_of

    monkeypatch.setenv("GARDEN_API_KEY", "hush-hush-12345")
    call = Attempt(iteration=1, id="p1", tool="water", arguments={}, ok=True, result="x")
    try:
        raise RuntimeError("key hush-hush-12345 was refused")
    except RuntimeError as error:
        crash = crash_of(error, "s1-000001", "rejected", [call])
    assert "hush" not in crash.model_dump_json()
    assert crash.reason.startswith(
        "crashed with RuntimeError: key [redacted] was refused (at tests/unit/toolgrad_data/runs/test_crash.py:"
    )


async def test_a_stub_graph_is_as_ever(tmp_path: Path) -> None:
    await run_samples(run_settings(tmp_path, samples=2), TOOLS, make_graph=stub_factory())
    assert not (tmp_path / "crashes.jsonl").exists()
    assert not (tmp_path / "rejected.earlier.jsonl").exists()
