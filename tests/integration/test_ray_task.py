"""A range of samples as a node of a Ray cluster makes it, in this process, with a board that is one."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from graph.context import Context
from tests.integration import desk_samples
from tests.integration.command import without_times
from tests.integration.workflow import settings as context
from tool_registry.sources import limits
from toolgrad_data.runs.engines.messages import record_to_json
from toolgrad_data.runs.engines.ray_task import Board, make_range
from toolgrad_data.runs.run_info import new_run_info
from toolgrad_data.runs.runner import load_tools, require_some
from toolgrad_data.runs.settings import RunSettings


class Remote:
    """The board as a task sees it: Ray gives each method a `remote`."""

    def __init__(self, *made: int) -> None:
        self.board = Board()
        self.board._made.update(made)
        self.told: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        method: Callable[..., Coroutine[Any, Any, Any]] = getattr(self.board, name)

        class Method:
            @staticmethod
            def remote(*values: Any) -> asyncio.Future[Any]:
                self.told += values
                return asyncio.ensure_future(method(*values))

        return Method


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(limits, "_processes", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def order(folder: Path, used: Context | None = None, **more: Any) -> dict[str, Any]:
    settings = RunSettings(out=folder / "run", samples=4, seed=5, context=used or context(calls="2:100"), **more)
    tools = require_some(asyncio.run(load_tools(settings.context)), settings.context)
    return {
        "settings": settings.model_dump_json(),
        "path": [],
        "workers": 2,
        "fingerprint": new_run_info(settings, tools).fingerprint,
        "session": "one",
        "folder": os.getcwd(),
        "earlier": {},
    }


def test_a_crash_is_told_and_a_tool_that_is_left_out_is_not_offered(tmp_path: Path) -> None:
    """The tool crashes in a process of its own: the library that refuses its results would do so to other tests."""
    code = f"""
from pathlib import Path
import json, sys
sys.path.insert(0, {str(Path.cwd())!r})
from tests.integration.test_ray_task import Remote, order, context, make_range
used = context(tools=["python:{Path(__file__).parent}/crashing_tools.py:TOOLS"], calls="1:100", allow_writes=True)
board = Remote()
wanted = {{**order(Path({str(tmp_path)!r}), used), "earlier": {{3: 1}}}}
assert make_range(wanted, [0, 1, 2, 3], board) is None
left = Remote()
left.board._left_out = ["water_bed"]
assert make_range(wanted, [0, 1, 2, 3], left) is None
print(json.dumps([board.told, left.told]))
"""
    environment = {**os.environ, "CALL_LOG": str(tmp_path / "calls.log")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told, without = json.loads(done.stdout)
    crashes = [message["of"] for message in told if "crash" in message]
    assert crashes
    assert {(crash["tool"], crash["then"]) for crash in crashes} == {("water_bed", "made_again")}
    assert not [message for message in without if "crash" in message]
    made = [message["record"] for message in without if "made" in message]
    assert len(made) == 4
    assert not [record for record in made if "water_bed" in record["offered"]]


def test_each_record_is_told_when_it_is_made_and_none_twice(tmp_path: Path) -> None:
    first = Remote()
    assert make_range(order(tmp_path), [0, 1, 2, 3], first) is None
    assert first.told[0] == {"begin": [0, 1, 2, 3]}
    made = {message["made"]: message["record"] for message in first.told if "made" in message}
    assert sorted(made) == [0, 1, 2, 3]
    assert limits._processes == 2, "it has its share of a source's limits"
    assert list(tmp_path.iterdir()) == [], "nothing is left on the node"
    # The node died when two had come: the task is done again elsewhere.
    again = Remote(0, 2)
    assert make_range(order(tmp_path), [0, 1, 2, 3], again) is None
    assert again.told[0] == {"begin": [1, 3]}
    rest = {message["made"]: message["record"] for message in again.told if "made" in message}
    assert {index: without_times(record) for index, record in rest.items()} == {
        index: without_times(made[index]) for index in (1, 3)
    }


def test_tools_with_state_have_sessions_where_the_sample_is_made(tmp_path: Path) -> None:
    used = desk_samples.settings()
    board = Remote()
    assert make_range(order(tmp_path, used), [0, 1, 2], board) is None
    made = [message["record"] for message in board.told if "made" in message]
    alone = [record_to_json(record) for record in asyncio.run(desk_samples.records(used, 3, seed=5))]
    by_id = sorted(made, key=lambda record: str(record["id"]))
    assert list(map(without_times, by_id)) == list(map(without_times, alone))
    assert any(step["after"] for record in made for step in record["turns"][0]["steps"])


def test_no_decision_begins_when_the_run_is_at_its_end(tmp_path: Path) -> None:
    board = Remote()
    board.board._over.set()
    assert make_range(order(tmp_path), [0, 1], board) is None
    assert [message for message in board.told if "made" in message] == [
        {"made": 0, "record": None},
        {"made": 1, "record": None},
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fingerprint": "another"}, "a node has loaded other tools than the command"),
        ({"settings": "{}"}, "Field required"),
    ],
)
def test_a_failure_ends_the_run_and_names_the_node(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    failure = make_range({**order(tmp_path), **change}, [0], Remote())
    assert failure is not None
    assert failure["fatal"] == "run"
    assert failure["words"].startswith(f"on the node {socket.gethostname()}: ")
    assert words in failure["words"]


def test_a_variable_that_only_the_node_lacks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_HERE", raising=False)
    failure = make_range(order(tmp_path, store="${NOT_HERE}"), [0], Remote())
    assert failure is not None
    assert "on the node " in failure["words"]
    assert "the environment variable NOT_HERE is not set" in failure["words"]
