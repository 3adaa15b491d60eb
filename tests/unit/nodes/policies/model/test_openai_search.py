"""What a model is told when it works query first, and what comes of its answers."""

from typing import Any

import pytest

from graph.record import Attempt, Finding
from graph.sources import StepSource
from nodes.policies.base import PolicyError
from nodes.policies.openai_search import OpenAISearch
from nodes.policies.search import QueryRequest, RespondRequest, SearchRequest
from tests.model_server import ModelServer, answer
from tests.unit.nodes.policies.model.conftest import QUICK, TOOLS, settings, view_members
from tool_registry.result import ToolError

QUERY = "When does the sun rise at HND on 2 March?"
FAILED = Attempt(
    iteration=2,
    id="p1",
    tool="sun_times",
    arguments={"lat": 1, "lon": 2, "date": "2026-03-02"},
    ok=False,
    error=ToolError(kind="tool_error", message="polar night"),
)


def search(server: ModelServer) -> OpenAISearch:
    return OpenAISearch(settings(server.url), "propose", QUICK)


def search_request(**changes: Any) -> SearchRequest:
    members = {"query": QUERY, "batch": list(TOOLS), "meant": [], "failed": [], "tried": [], "notes": [], **changes}
    return SearchRequest(**view_members(**{"calls_left": 4, **members}))


async def test_a_query_is_written_of_tools_alone_and_kept_as_plain_words() -> None:
    async with ModelServer([answer({"query": " When does the [sun](s1/x) rise? "})]) as server:
        request = QueryRequest(**view_members(steps=[], chains=[]), batch=["sun_times"], style_seed=1)
        written = await search(server).write_query(request)
        told = server.asked[0].user
    assert written.query == "When does the sun rise?"
    assert "sun_times(" in told
    assert "airport_lookup(" not in told
    assert "It needs about 3 calls." in told


async def test_a_move_sees_the_query_the_way_and_what_was_tried() -> None:
    move = {"why": "no use", "action": "give up"}
    tried = FAILED.model_copy(update={"tool": "convert", "arguments": {"amount": 5, "to": "EUR"}})
    async with ModelServer([answer(move)]) as server:
        done = await search(server).search(search_request(failed=[FAILED], tried=[tried], calls_left=1))
        told = server.asked[0].user
    assert (done.action, done.why) == ("give_up", "no use")
    for words in (QUERY, "s1/lat=35.5523", "polar night", 'convert(amount=5, to="EUR")', "At most one call can still"):
        assert words in told


async def test_a_call_takes_results_by_reference() -> None:
    arguments = {"lat": {"$from": "s1", "pointer": "/lat"}, "lon": 2, "date": "2026-03-02"}
    async with ModelServer(
        [answer({"why": "", "action": "call", "tool": "sun_times", "arguments": arguments})]
    ) as server:
        move = await search(server).search(search_request())
    assert move.proposal is not None
    assert move.proposal.arguments["lat"] == 35.5523
    assert move.proposal.sources["/lat"] == StepSource(step="s1", pointer="/lat")


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ({"action": "call", "tool": "sun_clock", "arguments": {}}, "there is no tool 'sun_clock'"),
        ({"action": "call", "tool": FAILED.tool, "arguments": FAILED.arguments}, "with these arguments already"),
        ({"action": "finish", "response": " "}, "/response: it holds no text"),
        ({"action": "dance"}, "/action"),
    ],
)
async def test_a_move_that_is_none_is_told_once(move: dict[str, Any], words: str) -> None:
    async with ModelServer([answer({"why": "", **move})]) as server:
        with pytest.raises(PolicyError, match="invalid_answer") as caught:
            await search(server).search(search_request(failed=[FAILED]))
        assert words in server.asked[1].last
    assert caught.value.usage.llm_calls == 2


async def test_nothing_is_finished_that_has_found_nothing() -> None:
    async with ModelServer([answer({"why": "", "action": "finish", "response": "At 6."})]) as server:
        with pytest.raises(PolicyError):
            await search(server).search(search_request(steps=[], chains=[]))
        assert "nothing has been found yet" in server.asked[1].last


async def test_a_response_is_written_anew_for_what_is_wrong_with_it() -> None:
    findings = [Finding(promise="cited", code="no_mark", message="the response says '7'", where="/turns/0/response")]
    async with ModelServer([answer({"response": "At [6](s1/lat)."})]) as server:
        request = RespondRequest(**view_members(), query=QUERY, response="At 7.", findings=findings)
        response = await search(server).respond(request)
        told = server.asked[0].user
    assert response.response == "At [6](s1/lat)."
    for words in (QUERY, "At 7.", "the response says '7'", "s1/lat=35.5523"):
        assert words in told
