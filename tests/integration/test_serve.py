"""`toolgrad serve` as a process of its own: found by its address, killed, stopped, and told what it cannot do."""

import json
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.integration.command import lines, run, start
from tests.integration.evaluated import make_run
from toolgrad_data.tasks.store import read_tasks
from toolgrad_data.tasks.task import KeyedTask


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run and its tasks."""
    folder = tmp_path_factory.mktemp("served")
    played = make_run(folder, 8, "--turns", "1:50,2:50")
    code, out, err = run(folder, "tasks", str(played), "--out", "tasks")
    assert code == 0, out + err
    return folder


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[tuple[str, dict[str, str], "subprocess.Popen[str]"]]:
    """Give the address, the headers that open it, and the process."""
    with start(folder, "serve", *arguments, "--port", "0") as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().strip()
            assert url, process.stderr and process.stderr.read()
            out = Path(arguments[arguments.index("--out") + 1]) if "--out" in arguments else Path("tasks/served")
            token = (folder / out / "token").read_text().strip()
            yield url, {"Authorization": f"Bearer {token}"}, process
        finally:
            process.kill()


def asked(socket: ClientConnection, kind: str, **data: object) -> dict[str, object]:
    socket.send(json.dumps({"type": kind, "data": data}))
    answer = json.loads(socket.recv())
    assert answer["type"] == "observation", answer
    return dict(answer["data"])


def played(socket: ClientConnection, keyed: KeyedTask, id_: str) -> object:
    """Play the record's calls and words, and return the reward."""
    asked(socket, "reset", task=keyed.task.id, episode_id=id_)
    seen: dict[str, object] = {}
    for turn in keyed.key.record.turns:
        for step in turn.steps:
            asked(socket, "step", type="call_tool", tool_name=step.tool, arguments=step.arguments)
        seen = asked(socket, "step", type="message", text=turn.response)
    return seen["reward"]


def opened(url: str, headers: dict[str, str]) -> ClientConnection:
    return connect(f"{url.replace('http', 'ws', 1)}/openenv/ws", additional_headers=headers, proxy=None)


def test_a_killed_server_loses_no_reward_that_was_told(made: Path, tmp_path: Path) -> None:
    tasks = list(read_tasks(made / "tasks"))
    out = str(tmp_path / "served")
    told: dict[str, object] = {}
    for kill in range(3):
        with serving(made, "tasks", "--out", out) as (url, headers, process), opened(url, headers) as socket:
            for number, keyed in enumerate(tasks):
                id_ = f"{kill}-{number}"
                told[id_] = played(socket, keyed, id_)
            asked(socket, "reset", index=0, episode_id="never-finished")
            process.send_signal(signal.SIGKILL)
            with pytest.raises(ConnectionClosed):
                socket.recv()
    assert set(told.values()) == {1.0}
    with serving(made, "tasks", "--out", out) as (url, headers, process):
        with httpx2.Client(headers=headers, trust_env=False, base_url=url) as client:
            assert {id_: client.get(f"/episodes/{id_}").json()["reward"] for id_ in told} == told
            assert client.get("/episodes/never-finished").status_code == 404
        process.send_signal(signal.SIGINT)
        said, told_in_words = process.communicate(timeout=60)
        assert process.returncode == 130, told_in_words
    assert f"0 episodes were finished; {len(told)} rewards are in" in told_in_words
    assert said == ""
    assert len(lines(tmp_path / "served" / "rewards.jsonl")) == len(told)


def test_a_run_is_served_with_a_token_that_nothing_tells(made: Path) -> None:
    out = "runs/played/served"
    with serving(made, "runs/played", "--offered", "4", "--out", out) as (url, headers, process):
        path = made / out / "token"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with opened(url, headers) as socket:
            first = asked(socket, "reset")
            observation = first["observation"]
            assert isinstance(observation, dict)
            assert 0 < len(observation["tools"]) <= 6
        process.send_signal(signal.SIGTERM)
        said, told = process.communicate(timeout=60)
        token = path.read_text().strip()
        assert len(token) >= 24
        assert token not in said + told
        assert "tasks, 256 episodes at once" in told
    # Another start makes another one.
    with serving(made, "runs/played", "--out", out) as (_, other, _process):
        assert other != headers


def test_what_it_cannot_do_is_told(made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    changed = [json.loads(line) for line in (made / "tasks" / "tasks.jsonl").read_text().splitlines()]
    for line in changed:
        line["task"]["version"] = 9
    (tmp_path / "newer.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in changed))
    (tmp_path / "none.jsonl").write_text("")
    for arguments, words in (
        (("nothing",), "does not exist"),
        (("tasks", "--host", "0.0.0.0"), "served on loopback alone"),
        (("tasks", "--host", "example.org"), "served on loopback alone"),
        (("tasks", "--tools", "builtin:text"), "is not among the tools that are loaded"),
        ((str(tmp_path / "newer.jsonl"),), "is of version 9"),
        ((str(tmp_path / "none.jsonl"), "--tools", "builtin"), "nothing can be played"),
    ):
        code, said, err = run(made, "serve", *arguments, "--port", "0")
        assert code == 2, (arguments, said, err)
        assert words in err, (arguments, err)
    monkeypatch.setenv("TOOLGRAD_SERVE_TOKEN", "short")
    code, _, err = run(made, "serve", "tasks", "--port", "0")
    assert (code, "16 characters" in err) == (2, True), err
    monkeypatch.delenv("TOOLGRAD_SERVE_TOKEN")
    with serving(made, "tasks") as (url, _, _process):
        code, _, err = run(made, "serve", "tasks", "--port", url.rpartition(":")[2])
        assert (code, "0 takes any that is free" in err) == (2, True), err
        code, _, err = run(made, "serve", "tasks", "--port", "0")
        assert (code, "another process" in err) == (1, True), err


def test_tasks_whose_tools_are_gone_are_left_out_and_told(made: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in (made / "tasks" / "tasks.jsonl").read_text().splitlines()]
    for spec in (rows[0]["task"]["offered"][0], *(t for t in rows[0]["key"]["record"]["tools"])):
        spec["parameters"]["properties"]["another"] = {"type": "string"}
    (tmp_path / "tasks.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (tmp_path / "report.json").write_text((made / "tasks" / "report.json").read_text())
    with serving(made, str(tmp_path), "--out", str(tmp_path / "served")) as (_, _headers, process):
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert "takes other parameters now" in told
    assert f"{len(rows) - 1} tasks" in told


def test_without_the_extra_it_is_told(made: Path) -> None:
    """The library is hidden from the import system, as where the extra is not installed."""
    program = (
        "import importlib.util as u, sys; find = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'uvicorn' else find(name, package)\n"
        "sys.argv = ['toolgrad', 'serve', 'tasks']\n"
        "from toolgrad_data.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=made, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "extra `serve`, which is not installed (uvicorn)" in done.stderr
