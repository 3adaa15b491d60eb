"""Query first: the words come before the calls, a way is undone whole, and the same proofs hold."""

from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from bench.endpoint.server import sensible_endpoint
from graph.baseline import build_baseline
from graph.context import Context
from graph.record import Record, RejectedRecord
from nodes.policies import lookup
from nodes.policies.base import Proposal
from nodes.policies.offline.search import OfflineSearch
from nodes.policies.search import RespondRequest, Response, SearchMove, SearchRequest
from nodes.proofs import prove
from tests.integration.command import without_times
from tests.integration.desk_samples import differences, steps_of
from tests.integration.desk_samples import settings as desk_settings
from tests.integration.scripted import call
from tests.integration.simulated import close, forget_endpoints
from tests.integration.workflow import Json, settings, thread
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.observer import Observer
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.settings import run_settings


async def made(context: Context, index: int = 0) -> Json:
    return dict(await build_baseline().compile().ainvoke({"seed": 1, "index": index}, context=context))


class Scripted(OfflineSearch):
    """Makes the moves of a script, then finishes with the offline writer's words; remembers what it was asked."""

    def __init__(self, *script: SearchMove | Proposal) -> None:
        self.script = script
        self.asked: list[SearchRequest] = []
        self.mending: list[RespondRequest] = []

    async def search(self, request: SearchRequest) -> SearchMove:
        self.asked.append(request)
        if len(self.asked) > len(self.script):
            return await super().search(request.model_copy(update={"meant": [], "failed": []}))
        move = self.script[len(self.asked) - 1]
        return SearchMove(action="call", proposal=move) if isinstance(move, Proposal) else move

    async def respond(self, request: RespondRequest) -> Response:
        self.mending.append(request)
        return await super().respond(request)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(*script: SearchMove | Proposal) -> Scripted:
        search = Scripted(*script)
        monkeypatch.setattr(lookup, "_offline_search", lambda: search)
        return search

    return use


ONE = settings(calls="1:100")
GIVE_UP = SearchMove(action="give_up", why="this leads nowhere")
DETOUR = call("p1", "depot_opening", depot="North Depot")


async def first_call(context: Context) -> Proposal:
    """The call that the offline writer has in mind for a query of one."""
    step = (await made(context))["record"]["turns"][0]["steps"][0]
    return call("p1", step["tool"], **step["arguments"])


# The words first


async def test_the_query_stands_before_anything_is_called_and_is_the_record_s() -> None:
    order, query = [], None
    stream = build_baseline().compile().astream({"seed": 1, "index": 0}, context=settings(), stream_mode="updates")
    async for update in stream:
        for node, values in update.items():
            order.append(node)
            query = values["query"]["text"] if node == "write_query" else query
            record = values.get("record") if values else None
    assert order.index("write_query") < order.index("execute_call")
    assert order[-1] == "verify_record"
    assert record is not None
    assert record["turns"][0]["query"] == query


async def test_its_records_hold_by_the_same_proofs() -> None:
    states = [await made(Context(), index) for index in range(12)]
    accepted = [Record.model_validate(state["record"]) for state in states if state["status"] == "accepted"]
    assert len(accepted) >= 11
    assert all(not prove(record).findings for record in accepted)
    asks = [ask for record in accepted for turn in record.turns for ask in turn.asks or ()]
    assert len(asks) >= len(accepted)


# The search


async def test_a_way_that_is_given_up_leaves_the_chain_and_is_told(scripted: Any) -> None:
    wanted = await first_call(ONE)
    search = scripted(DETOUR, GIVE_UP, wanted)
    state = await made(ONE)
    assert state["status"] == "accepted", state["reasons"]
    record = Record.model_validate(state["record"])
    assert [step["tool"] for step in steps_of(record)] == [wanted.tool]
    tried = [(attempt.tool, attempt.selected) for attempt in record.attempts]
    assert tried == [(DETOUR.tool, False), (wanted.tool, True)]
    assert record.gradients[0].text.endswith("worked. Undone (this leads nowhere).")
    assert [attempt.tool for attempt in search.asked[2].tried] == [DETOUR.tool]


async def test_what_was_tried_here_is_not_made_again(scripted: Any) -> None:
    search = scripted(DETOUR, GIVE_UP, DETOUR, GIVE_UP)
    state = await made(ONE)
    assert [note.kind for note in search.asked[3].notes] == ["repeated_call"]
    assert len(state["record"]["attempts"]) == 1
    assert state["reasons"] == ["the search gave up: this leads nowhere"]


async def test_a_sample_that_gives_up_before_any_call_is_rejected_with_its_query(scripted: Any) -> None:
    scripted(GIVE_UP)
    state = await made(settings())
    record = RejectedRecord.model_validate(state["record"])
    assert record.reasons == ["the search gave up: this leads nowhere"]
    assert record.turns[0].query
    assert not record.attempts


async def test_the_limits_are_the_settings_own(scripted: Any) -> None:
    unknown = call("p1", "no_such_tool")
    scripted(*[unknown] * 9)
    state = await made(settings(patience=3))
    assert (state["record"]["meta"]["stop_reason"], state["record"]["meta"]["iterations"]) == ("no_progress", 4)
    search = scripted(DETOUR, GIVE_UP)
    state = await made(settings(max_tool_calls=1))
    assert state["record"]["meta"]["stop_reason"] == "budget"
    assert len(search.asked) == 1
    scripted(*[unknown] * 9)
    state = await made(settings(max_iterations=1, proposals=2))
    assert state["record"]["meta"]["stop_reason"] == "max_iterations"


async def test_a_response_that_makes_something_up_is_mended_and_the_query_stands(scripted: Any) -> None:
    before, wanted = await made(ONE), await first_call(ONE)
    search = scripted(wanted, SearchMove(action="finish", response="That makes 8,841 kilometres."))
    state = await made(ONE)
    assert state["status"] == "accepted", state["reasons"]
    assert len(search.mending) == 1
    assert state["record"]["meta"]["repairs"] == 1
    assert state["record"]["turns"][0]["query"] == before["record"]["turns"][0]["query"]


async def test_a_write_that_is_undone_is_in_no_session(scripted: Any) -> None:
    context = desk_settings(calls="1:100")
    opened = call("p1", "create_ticket", subject="the printer is out of toner")
    search = scripted(opened, call("p1", "waiting_tickets"), GIVE_UP, GIVE_UP, call("p1", "waiting_tickets"))
    await made(context)
    seen = search.asked[2].steps[-1].result
    after = search.asked[5].steps[-1].result
    assert len(seen["tickets"]) == len(after["tickets"]) + 1
    assert await differences([step.model_dump(mode="json") for step in search.asked[5].steps], context) == []


async def test_what_was_begun_goes_on_where_it_was() -> None:
    whole = await made(Context())
    graph = build_baseline().compile(checkpointer=InMemorySaver())
    for node in ("write_query", "execute_call", "keep_call"):
        given: Json | None = {"seed": 1, "index": 0}
        name = thread(node)
        await graph.ainvoke(given, name, context=Context(), interrupt_after=[node])
        state = dict(await graph.ainvoke(None, name, context=Context()))
        assert without_times(state["record"]) == without_times(whole["record"])


# By a model


async def test_the_simulated_endpoint_answers_its_prompts(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_endpoints(monkeypatch)
    async with sensible_endpoint(["builtin"]) as running:
        roles = dict.fromkeys(("proposer", "critic", "writer"), "openai:simulated")
        context = Context(base_url=running.base_url, **roles)  # type: ignore[arg-type]
        states = [await made(context, index) for index in range(5)]
        await close()
    assert [state["status"] for state in states] == ["accepted"] * 5
    roles_used = {role for state in states for role in state["record"]["meta"]["usage"]["by_role"]}
    assert roles_used == {"propose", "synthesize"}
    calls = sum(state["record"]["meta"]["usage"]["llm_calls"] for state in states)
    assert calls == running.chat.stats.requests


async def test_bad_decisions_cost_samples_and_get_nothing_through(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_endpoints(monkeypatch)
    async with sensible_endpoint(["builtin"], bad_decisions=0.5) as running:
        roles = dict.fromkeys(("proposer", "critic", "writer"), "openai:simulated")
        context = Context(base_url=running.base_url, **roles)  # type: ignore[arg-type]
        states = [await made(context, index) for index in range(8)]
        await close()
    assert {state["status"] for state in states} >= {"rejected"}
    assert running.chat.stats.planted
    for state in states:
        if state["status"] == "accepted":
            assert not prove(Record.model_validate(state["record"])).findings
        else:
            assert state["reasons"]


# As a run


async def test_a_run_is_made_resumed_and_kept_apart(tmp_path: Path) -> None:
    def asked(**more: Any) -> Any:
        return run_settings({"out": tmp_path / "run", "seed": 1, "method": "dfs", "samples": 3, **more})

    await generate(asked(), observer=Observer())
    summary = await generate(asked(samples=6), observer=Observer())
    assert (summary.accepted, summary.missing) == (6, 0)
    with pytest.raises(UsageError, match=r"method +dfs +answer-first"):
        await generate(asked(method="answer-first"), observer=Observer())
    with pytest.raises(UsageError, match=r"query first .dfs. makes single turns"):
        await generate(asked(out=tmp_path / "other", turns="2:100"), observer=Observer())
