"""Nothing of a record crosses the wire but what its task says: all that a server tells is kept and searched."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.toolgrad_data.serve.serving import Serving, own_play, relay, serving
from tests.unit.toolgrad_data.serve.test_mcp import played, session
from toolgrad_data.serve.rewards import REWARDS
from toolgrad_data.tasks.mutants import PlannedTurn

#: Members of records, keys and rewards that no answer has.
MEMBERS = ("sources", "tells", "asks", "quote", "paraphrase", "steps", "step", "pointer", "key", "record", "response")
MEMBERS += ("query", "meta", "thoughts", "awaits", "replaces", "by_state", "reason", "golden", "policy", "span")


def pointers_of(value: Any) -> Iterator[str]:
    """What stands under `pointer`, and as a name of `sources`, anywhere in the record."""
    match value:
        case dict():
            for name, each in value.items():
                if name == "pointer" and isinstance(each, str):
                    yield each
                if name == "sources" and isinstance(each, dict):
                    yield from each
                yield from pointers_of(each)
        case list():
            for each in value:
                yield from pointers_of(each)


async def play_all(running: Serving, url: str) -> None:
    """Play each task well, ill and not at all, over each protocol, and ask for what there is beside."""
    there = Serving(url, running.tasks, running.out)
    for index, one in enumerate(running.tasks):
        script = await own_play(one)
        scripts = (tuple(PlannedTurn(turn.calls, "Done.") for turn in script), script[:1], ())
        async with there.socket() as mine:
            for turns in (script, *scripts):
                await mine.reset(index=index)
                await mine.play(turns)
                await mine.say({"type": "step", "data": {"type": "call_tool", "tool_name": "x", "arguments": "["}})
                await mine.step(type="submit")
                await mine.say({"type": "state"})
        async with session(there, f"?index={index}") as client:
            await client.list_tools()
            for turns in scripts:
                await client.call_tool("reset", {})
                await played(client, turns)
                await client.call_tool("submit", {"message": "Done.", "end": True})
    async with there.http() as client:
        for line in (running.out / REWARDS).read_text().splitlines():
            await client.get(f"/episodes/{json.loads(line)['episode']}")
        for path in ("/health", "/openenv/metadata", "/openenv/schema", "/openenv/toolgrad/splits", "/none"):
            await client.get(path)
        for name in ("tasks", "num_tasks", "task_range"):
            await client.post(f"/openenv/toolgrad/{name}", json={"split": "train"})


async def test_all_that_crosses_tells_nothing_of_what_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(tmp_path, monkeypatch) as running, relay(running.url) as (url, crossed):
        await play_all(running, url)
    text = crossed.decode("utf-8", "replace")
    # MCP's results hold JSON in a text.
    text += text.replace('\\"', '"')
    assert len(text) > 1_000_000
    assert text.count('"reward"') > 4 * len(running.tasks)
    records = [one.key.record for one in running.tasks]
    assert [record.id for record in records if record.id in text] == []
    offered = json.dumps([spec.model_dump() for one in running.tasks for spec in one.task.offered])
    told = [name for name in MEMBERS if re.search(rf'"{name}":', text)]
    # A tool may call a parameter or a member of its results so; the protocol's schemas describe nothing so.
    results = json.dumps([step.result for record in records for turn in record.turns for step in turn.steps])
    assert [name for name in told if f'"{name}":' not in offered + results] == []
    assert not re.search(r"\]\((?:given |difference |count |sum )?s\d+(?:/|\)|\s)", text)
    pointers = {pointer for record in records for pointer in pointers_of(record.model_dump(mode="json")) if pointer}
    assert len(pointers) > 20
    assert [pointer for pointer in pointers if f'"{pointer}"' in text] == []
    # The reasons of rewards stay with the server, and so do the assistant's own words of the records.
    reasons = {
        part["reason"]
        for line in (running.out / REWARDS).read_text().splitlines()
        for part in json.loads(line)["reward"].values()
        if isinstance(part, dict) and part["reason"]
    }
    assert len(reasons) > 10
    assert [reason for reason in reasons if reason in text] == []
    responses = {turn.response for record in records for turn in record.turns}
    assert [response for response in responses if json.dumps(response, ensure_ascii=False)[1:-1] in text] == []
    assert '"x-' not in text
    assert "the-token-of-these-tests" not in text
