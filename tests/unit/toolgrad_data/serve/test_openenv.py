"""OpenEnv's protocol as its messages have it, with all that a client can get wrong."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.toolgrad_data.serve.serving import Serving, own_play, serving
from tests.unit.toolgrad_data.tasks.playing import environment
from toolgrad_data.serve.limits import ServeLimits
from toolgrad_data.tasks.mutants import PlannedTurn
from toolgrad_data.tasks.proving import play


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Serving]:
    async with serving(tmp_path, monkeypatch) as made:
        yield made


async def test_each_episode_earns_what_it_earns_in_process(running: Serving) -> None:
    own = await environment()
    async with running.socket() as mine:
        for index, one in enumerate(running.tasks):
            script = await own_play(one)
            silent = tuple(PlannedTurn(turn.calls, "Done.") for turn in script)
            for turns in (script, silent, script[:1]):
                first = await mine.reset(index=index)
                assert first["observation"]["message"] == one.task.messages[0]
                assert first["observation"]["system"] == one.task.system
                assert [tool["name"] for tool in first["observation"]["tools"]] == [
                    spec.name for spec in one.task.offered
                ]
                await mine.play(turns)
                last = await mine.step(type="submit")
                assert last["done"] is True
                assert last["reward"] == (await own.score(one, await play(own, one.task, turns))).total
                assert last["metadata"]["episode_id"] == first["metadata"]["episode_id"]


async def test_the_next_message_comes_after_each_final_one(running: Serving) -> None:
    index, one = next((i, one) for i, one in enumerate(running.tasks) if len(one.task.messages) > 2)
    async with running.socket() as mine:
        await mine.reset(index=index)
        for number, message in enumerate(one.task.messages[1:], 1):
            said = await mine.step(type="message", text="Well.")
            assert (said["observation"]["message"], said["observation"]["turn"]) == (message, number)
            assert (said["reward"], said["done"]) == (None, False)
            assert said["observation"]["tools"] == []
        last = await mine.step(type="message", text=None)
        assert last["observation"]["message"] is None
        assert (last["done"], last["metadata"]["ending"]) == (True, "answered")
        state = await mine.say({"type": "state"})
        assert state["data"]["step_count"] == len(one.task.messages)
        assert state["data"]["done"] is True


async def test_what_is_wrong_is_told_and_the_episode_goes_on(running: Serving) -> None:
    call = (await own_play(running.tasks[0]))[0].calls[0]
    async with running.socket() as mine:
        assert "reset first" in await mine.refused(type="submit")
        await mine.reset(index=0)
        for message, code in (
            ("{", "INVALID_JSON"),
            (b"\xff\xfe", "INVALID_JSON"),
            ("[" * 100_000, "INVALID_JSON"),
            ("3", "VALIDATION_ERROR"),
            ({"type": "dance"}, "UNKNOWN_TYPE"),
            ({}, "UNKNOWN_TYPE"),
            ({"type": "step"}, "VALIDATION_ERROR"),
            ({"type": "step", "data": {"type": "reward"}}, "VALIDATION_ERROR"),
            ({"type": "step", "data": {"type": "message"}}, "VALIDATION_ERROR"),
            ({"type": "step", "data": {"type": "call_tool"}}, "VALIDATION_ERROR"),
            ({"type": "step", "data": {"type": "submit", "reward": 1}}, "VALIDATION_ERROR"),
            ({"type": "reset", "data": {"task": "task-none"}}, "VALIDATION_ERROR"),
            ({"type": "reset", "data": {"index": -1}}, "VALIDATION_ERROR"),
            ({"type": "reset", "data": {"index": 10**30}}, "VALIDATION_ERROR"),
            ({"type": "reset", "data": {"episode_id": "../x"}}, "VALIDATION_ERROR"),
            ({"type": "reset", "data": {"split": "test"}}, "VALIDATION_ERROR"),
            ({"type": "reset", "data": [1]}, "VALIDATION_ERROR"),
        ):
            answer = await mine.say(message)
            assert (answer["type"], answer["data"].get("code")) == ("error", code), (message, answer)
        await mine.reset(index=0)
        for name, arguments, kind in (
            ("no_such_tool", {}, "tool_not_found"),
            (call.tool.upper(), call.arguments, "tool_not_found"),
            (call.tool, "{", "invalid_args"),
            (call.tool, [1], "invalid_args"),
            (call.tool, None, "invalid_args"),
            (call.tool, {"none": 1}, "invalid_args"),
            ("reset", {}, "tool_not_found"),
            ("", {}, "tool_not_found"),
        ):
            came = await mine.step(type="call_tool", tool_name=name, arguments=arguments)
            assert came["observation"]["error"]["error_type"] == kind, (name, arguments, came)
            assert came["done"] is False
        came = await mine.step(type="call_tool", tool_name=call.tool, arguments=json.dumps(call.arguments))
        assert came["observation"]["error"] is None
        tools = await mine.step(type="list_tools")
        assert call.tool in {tool["name"] for tool in tools["observation"]["tools"]}
        # Nothing of all that has ended the episode, or made its end worth less.
        assert (await mine.play(await own_play(running.tasks[0])))["reward"] == 1


async def test_a_thousand_calls_end_at_the_limit(running: Serving) -> None:
    async with running.socket() as mine:
        await mine.reset(index=0)
        came = [await mine.say(_call("no_such_tool")) for _ in range(1000)]
        ended = [each for each in came if each["type"] == "observation" and each["data"]["done"]]
        assert len(ended) == 1
        assert ended[0]["data"]["metadata"]["ending"] == "calls"
        assert sum(each["type"] == "error" for each in came) == 1000 - running.tasks[0].task.limits.calls - 1
        assert (await mine.step(type="submit"))["reward"] == ended[0]["data"]["reward"] < 1


async def test_a_client_that_vanishes_leaves_room_and_no_reward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(tmp_path, monkeypatch, episodes=2) as running, running.http() as client:
        for _ in range(6):
            async with running.socket() as gone, running.socket() as other:
                await gone.reset(index=0, episode_id="gone")
                await other.reset(index=1)
                async with running.socket() as third:
                    full = await third.say({"type": "reset"})
                    assert full["data"]["code"] == "CAPACITY_REACHED"
                    assert (await client.post("/openenv/reset", json={})).status_code == 503
                gone.socket.transport.abort()
                await other.socket.send('{"type": "close"}')
            while (await client.get("/health")).json()["playing"]:  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.01)
            assert (await client.get("/episodes/gone")).status_code == 404
        async with running.socket() as mine:
            # One after the other on a connection: the one before makes room.
            for _ in range(5):
                await mine.reset()
    assert running.came is not None
    assert running.came.finished == 0


async def test_who_comes_again_is_told_the_reward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(tmp_path, monkeypatch) as running:
        async with running.socket() as mine:
            await mine.reset(index=0, episode_id="mine")
            async with running.http() as client:
                early = await client.get("/episodes/mine")
                assert early.status_code == 409
                assert "goes on" in early.json()["error"]
            last = await mine.play(await own_play(running.tasks[0]))
        tasks = running.tasks
    async with serving(tmp_path, monkeypatch) as running, running.socket() as mine, running.http() as client:
        again = await mine.reset(episode_id="mine")
        assert (again["done"], again["reward"], again["metadata"]) == (True, 1.0, last["metadata"])
        assert (await mine.step(type="submit"))["reward"] == 1
        other = await mine.say({"type": "reset", "data": {"episode_id": "mine", "task": tasks[1].task.id}})
        assert "was of the task" in other["data"]["message"]
        told = (await client.get("/episodes/mine")).json()
        assert told == {**last["metadata"], "reward": 1.0}
        assert (await client.get("/episodes/other")).status_code == 404
        assert any("1 episodes were finished before" in words for words in running.said)


async def test_requests_play_by_the_episodes_id(running: Serving) -> None:
    one = running.tasks[0]
    async with running.http() as client:
        first = (await client.post("/openenv/reset", json={"task": one.task.id})).json()
        id_ = first["metadata"]["episode_id"]
        last = first
        for turn in await own_play(one):
            for call in turn.calls:
                action = {"type": "call_tool", "tool_name": call.tool, "arguments": call.arguments}
                await client.post("/openenv/step", json={"episode_id": id_, "action": action})
            action = {"type": "message", "text": turn.message}
            last = (await client.post("/openenv/step", json={"episode_id": id_, "action": action})).json()
        assert (last["done"], last["reward"]) == (True, 1.0)
        state = (await client.get("/openenv/state", params={"episode_id": id_})).json()
        assert state["done"] is True
        assert (await client.get(f"/episodes/{id_}")).json()["reward"] == 1
        for body, status in (({}, 422), ({"episode_id": "none", "action": {}}, 404), ({"episode_id": id_}, 422)):
            assert (await client.post("/openenv/step", json=body)).status_code == status
        assert (await client.post("/openenv/reset", content=b"{")).status_code == 422
        assert (await client.post("/openenv/reset", content=b"[]")).status_code == 422


async def test_the_task_api_lists_ids_alone(running: Serving) -> None:
    ids = [one.task.id for one in running.tasks]
    async with running.http(**{"Content-Type": "application/json"}) as client:

        async def ask(name: str, **body: object) -> object:
            return (await client.post(f"/openenv/toolgrad/{name}", json={"split": "train", **body})).json()

        assert (await client.get("/openenv/list_environments")).json() == ["toolgrad"]
        assert (await client.get("/openenv/toolgrad/splits")).json() == [{"name": "train", "type": "train"}]
        assert await ask("num_tasks") == {"num_tasks": len(ids)}
        listed = [{"id": id_, "index": index} for index, id_ in enumerate(ids)]
        assert await ask("tasks") == {"tasks": listed, "env_name": "toolgrad"}
        assert await ask("task", index=2) == {"task": listed[2]}
        assert await ask("task_range", start=1, stop=3) == {"tasks": listed[1:3]}
        assert (await client.post("/openenv/toolgrad/task", json={"split": "train"})).status_code == 422
        assert (await client.post("/openenv/toolgrad/tasks", json={"split": "x"})).status_code == 422
        schema = (await client.get("/openenv/schema")).json()
        assert schema.keys() == {"action", "observation", "state", "reset_observation"}


async def test_tasks_are_given_in_turn_or_by_seed(running: Serving) -> None:
    ids = [one.task.id for one in running.tasks]
    async with running.socket() as mine:
        given = [(await mine.reset())["metadata"]["task"] for _ in range(len(ids) + 1)]
        assert given == [*ids, ids[0]]
        seeded = [(await mine.reset(seed=7))["metadata"]["task"] for _ in range(3)]
        assert len(set(seeded)) == 1
        assert len({(await mine.reset(seed=seed))["metadata"]["task"] for seed in range(20)}) > 3


def _call(name: str) -> object:
    return {"type": "step", "data": {"type": "call_tool", "tool_name": name, "arguments": {}}}


async def test_an_episode_of_requests_is_kept_while_it_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(tmp_path, monkeypatch, episodes=2) as running, running.http() as http:
        long = (await http.post("/openenv/reset", json={"index": 0})).json()["metadata"]["episode_id"]
        for _ in range(ServeLimits(episodes=2).connections + 4):
            short = (await http.post("/openenv/reset", json={"index": 1})).json()["metadata"]["episode_id"]
            ended = await http.post("/openenv/step", json={"episode_id": short, "action": {"type": "submit"}})
            assert ended.json()["done"] is True
        seen = await http.post("/openenv/step", json={"episode_id": long, "action": {"type": "list_tools"}})
        assert seen.status_code == 200, seen.text


async def test_half_a_character_in_a_name_is_an_answer(running: Serving) -> None:
    async with running.http() as http:
        id_ = (await http.post("/openenv/reset", json={"index": 0})).json()["metadata"]["episode_id"]
        for action in ({"type": "call_tool", "tool_name": "\ud800"}, {"type": "submit"}):
            body = json.dumps({"episode_id": id_, "action": action})
            came = await http.post("/openenv/step", content=body)
            assert came.status_code == 200, came.text
        assert came.json()["done"] is True
