"""MCP over streamable HTTP: a session is a task's, with `reset` and `submit` beside its tools."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

from tests.unit.toolgrad_data.serve.serving import SECRET, Serving, own_play, serving
from toolgrad_data.serve.mcp import own_names
from toolgrad_data.tasks.mutants import Play


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Serving]:
    async with serving(tmp_path, monkeypatch) as made:
        yield made


@asynccontextmanager
async def session(running: Serving, asked: str = "", token: str = SECRET) -> AsyncIterator[Client[Any]]:
    async with Client(StreamableHttpTransport(f"{running.url}/mcp{asked}", auth=token)) as client:
        yield client


async def given(client: Client[Any], tool: str, **arguments: Any) -> Any:
    return (await client.call_tool(tool, arguments)).structured_content


async def failed(client: Client[Any], tool: str, **arguments: Any) -> str:
    came = await client.call_tool(tool, arguments, raise_on_error=False)
    assert came.is_error, came
    return str(came.content[0].text)


async def played(client: Client[Any], script: Play) -> Any:
    last = None
    for turn in script:
        for call in turn.calls:
            await client.call_tool(call.tool, call.arguments)
        last = await given(client, "submit", message=turn.message)
    return last


async def test_each_task_is_played_to_all_of_its_reward(running: Serving) -> None:
    for index, one in enumerate(running.tasks):
        async with session(running, f"?index={index}") as client:
            names = [tool.name for tool in await client.list_tools()]
            assert names == ["reset", "submit", *(spec.name for spec in one.task.offered)]
            first = await given(client, "reset")
            assert (first["system"], first["message"]) == (one.task.system, one.task.messages[0])
            last = await played(client, await own_play(one))
            assert (last["done"], last["reward"], last["task"]) == (True, 1.0, one.task.id)
            # Two submits are one.
            assert await given(client, "submit", message="Or so.") == last


async def test_out_of_order_and_wrong_calls_are_told(running: Serving) -> None:
    call = (await own_play(running.tasks[0]))[0].calls[0]
    async with session(running, "?index=0") as client:
        assert "call reset first" in await failed(client, call.tool, **call.arguments)
        assert "call reset first" in await failed(client, "submit", message="x")
        await given(client, "reset")
        assert "there is no tool" in await failed(client, "no_such_tool")
        assert "there is no tool" in await failed(client, call.tool.upper(), **call.arguments)
        assert await failed(client, call.tool, none=1)
        for wrong in ({}, {"message": 3}, {"message": "x", "reward": 1}, {"message": "x", "end": "yes"}):
            assert "takes message, a text" in await failed(client, "submit", **wrong)
        assert "takes no arguments" in await failed(client, "reset", index=1)
        assert (await played(client, await own_play(running.tasks[0])))["reward"] == 1
        # Begun anew, it is another episode with another reward.
        again = await given(client, "reset")
        ended = await given(client, "submit", message="I do not know.", end=True)
        assert ended["done"] is True
        assert ended["episode_id"] == again["episode_id"]
        assert ended["reward"] < 1


async def test_sessions_are_apart_and_go_with_their_clients(running: Serving) -> None:
    async with session(running, "?index=0") as one, session(running, "?index=0") as other, running.http() as client:
        ids = {(await given(each, "reset"))["episode_id"] for each in (one, other)}
        assert len(ids) == 2
        await given(one, "submit", message="I do not know.", end=True)
        assert (await client.get("/health")).json()["playing"] == 1
        assert (await played(other, await own_play(running.tasks[0])))["reward"] == 1
        await given(other, "reset")
        await other.close()
        while (await client.get("/health")).json()["playing"]:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)


async def test_a_limit_ends_the_episode_with_its_reward(running: Serving) -> None:
    async with session(running, "?index=0") as client:
        await given(client, "reset")
        for _ in range(running.tasks[0].task.limits.calls):
            await failed(client, "no_such_tool")
        assert '"ending": "calls"' in await failed(client, "no_such_tool")
        assert (await given(client, "submit", message="x"))["ending"] == "calls"


async def test_wrong_tasks_are_told_and_wrong_tokens_refused(running: Serving) -> None:
    for asked in ("?task=none", "?index=1000", "?index=x"):
        async with session(running, asked) as client:
            assert "there is no" in (said := await failed(client, "reset")) or "no whole number" in said
    with pytest.raises(Exception, match="error response"):
        async with session(running, token="wrong"):
            pass


async def test_newer_clients_that_have_no_session_are_told_to_begin_one(running: Serving) -> None:
    headers = {"mcp-protocol-version": "2026-07-28", "Accept": "application/json, text/event-stream"}
    async with running.http(**headers) as client:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        answer = await client.post("/mcp", json=body)
        assert answer.status_code == 400
        assert "begin with initialize" in answer.json()["error"]["message"]


def test_tools_of_a_task_keep_their_names() -> None:
    assert own_names(["a"]) == ("reset", "submit")
    assert own_names(["Reset", "submit", "task_submit"]) == ("task_reset", "task_task_submit")
