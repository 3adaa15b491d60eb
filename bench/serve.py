"""Episodes a second of `toolgrad serve`, in process and over the wire, how many at once in how much memory, and kills.

Episodes are the records' own: reset, each call, each turn's message, and the reward. `in process`: one after the
other in one process, by `Episode` and `Environment.score`; `at the desk`: 64 at a time as the server plays them, each
reward synced to the disk, without a wire; `over the wire`: a server and a client, each a process of its own,
OpenEnv's messages over WebSockets of `--connections`. All after a first round, in which each task's own replay is
found. Beside the rate by the clock stands the time of a core that an episode takes, which others on the machine do
not change. `at once`: so many episodes are begun and held, and then played to their ends; told is the server's
memory. `killed`: the server is killed in mid-load so many times; each reward that a client was told has to be there.

Run: python -m bench.serve [TASKS] [--samples 120] [--seconds 10] [--connections 64] [--at-once 256] [--kills 5]
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tool_registry.permissions import Permissions
from tool_registry.registry import get_registry
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.settings import run_settings
from toolgrad_data.serve.desk import EpisodeDesk
from toolgrad_data.serve.rewards import RewardLog
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.store import read_tasks
from toolgrad_data.tasks.task import KeyedTask

TOKEN = "of-this-measurement"


def main(argv: list[str]) -> None:
    """Measure, and print what was found. Exits with 1 when a reward that was told is lost."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("tasks", type=Path, nargs="?", help="a folder of tasks; else some are made")
    options.add_argument("--samples", type=int, default=120)
    options.add_argument("--seconds", type=float, default=10.0)
    options.add_argument("--connections", type=int, default=64)
    options.add_argument("--at-once", type=int, default=256)
    options.add_argument("--kills", type=int, default=5)
    arguments = options.parse_args(argv)
    with tempfile.TemporaryDirectory() as place:
        folder = arguments.tasks or made_tasks(Path(place), arguments.samples)
        tasks = list(read_tasks(folder))
        calls = sum(len(turn.steps) for keyed in tasks for turn in keyed.key.record.turns)
        print(f"tasks          {len(tasks)}, {calls / len(tasks):.1f} calls each")
        print(f"in process     {asyncio.run(in_process(tasks, arguments.seconds))}")
        print(f"at the desk    {asyncio.run(at_the_desk(tasks, arguments.seconds, Path(place)))}")
        with serving(folder, Path(place) / "speed") as (url, process):
            rates, wrong = asyncio.run(over_the_wire(url, tasks, arguments.seconds, arguments.connections, process.pid))
            for name, rate in rates.items():
                print(f"{name:14} {rate}")
            print(f"below 1        {wrong}, {arguments.connections} connections")
            print(f"memory then    {memory(process.pid):.0f} MB")
        with serving(folder, Path(place) / "many", "--episodes", str(arguments.at_once)) as (url, process):
            before = memory(process.pid)
            held, solved = asyncio.run(at_once(url, tasks, arguments.at_once, process.pid))
            print(
                f"at once        {arguments.at_once} episodes in {held:.0f} MB (none: {before:.0f}); {solved} earned 1"
            )
        told, lost = killed(folder, tasks, Path(place) / "killed", arguments.kills, arguments.connections)
        print(f"killed         {arguments.kills} times, {told} rewards were told, {lost} lost")
        if lost:
            sys.exit(1)


def made_tasks(place: Path, samples: int) -> Path:
    """Make tasks of a run of built-in tools."""
    asyncio.run(generate(run_settings({"samples": samples, "seed": 5, "out": place / "run"})))
    command = [sys.executable, "-m", "toolgrad_data", "tasks", str(place / "run"), "--out", str(place / "tasks")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return place / "tasks"


class Rate(NamedTuple):
    """Episodes, the seconds that they took by the clock, and those of a core."""

    episodes: int
    seconds: float
    core_seconds: float

    def __str__(self) -> str:
        return (
            f"{self.episodes / self.seconds:.0f} episodes a second, "
            f"{1000 * self.core_seconds / self.episodes:.1f} ms of a core each"
        )


async def in_process(tasks: list[KeyedTask], seconds: float) -> Rate:
    """Return the rate of episodes that are played one after the other."""
    environment = Environment(await get_registry(["builtin"]), Permissions())

    async def play(keyed: KeyedTask) -> None:
        async with environment.open(keyed.task) as episode:
            await episode.reset()
            for turn in keyed.key.record.turns:
                for step in turn.steps:
                    await episode.call(step.tool, step.arguments)
                await episode.message(turn.response)
            assert (await environment.score(keyed, await episode.submit())).solved

    for keyed in tasks:
        await play(keyed)
    count, began, core = 0, time.perf_counter(), time.process_time()
    given = itertools.cycle(tasks)
    while time.perf_counter() - began < seconds:
        await play(next(given))
        count += 1
    return Rate(count, time.perf_counter() - began, time.process_time() - core)


async def at_the_desk(tasks: list[KeyedTask], seconds: float, place: Path) -> Rate:
    """Return the rate of episodes, 64 at a time, each reward on the disk."""
    environment = Environment(await get_registry(["builtin"]), Permissions())
    with RewardLog(place / "desk") as log:
        async with EpisodeDesk(environment, log) as desk:
            given = itertools.cycle(tasks)

            async def play(keyed: KeyedTask) -> None:
                id_, _ = await desk.begin(keyed)
                for turn in keyed.key.record.turns:
                    for step in turn.steps:
                        await desk.call(id_, step.tool, step.arguments)
                    _, finished = await desk.message(id_, turn.response)
                assert finished is not None
                assert finished.reward.solved

            for keyed in tasks:
                await play(keyed)
            began, core = time.perf_counter(), time.process_time()

            async def work() -> int:
                count = 0
                while time.perf_counter() - began < seconds:
                    await play(next(given))
                    count += 1
                return count

            counts = await asyncio.gather(*(work() for _ in range(64)))
            return Rate(sum(counts), time.perf_counter() - began, time.process_time() - core)


@contextmanager
def serving(folder: Path, out: Path, *options: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Give the address of a server of the tasks, and its process."""
    command = [sys.executable, "-m", "toolgrad_data", "serve", str(folder), "--port", "0", "--out", str(out), *options]
    environment = {**os.environ, "TOOLGRAD_SERVE_TOKEN": TOKEN}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.kill()


class Player:
    """A connection that plays by OpenEnv's messages."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def ask(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """Send a message, and return what it gave."""
        await self._socket.send(json.dumps({"type": kind, "data": data}))
        said = json.loads(await self._socket.recv())
        assert said["type"] == "observation", said
        answer: dict[str, Any] = said["data"]
        return answer

    async def begin(self, index: int) -> str:
        """Begin an episode of the task of that index, and return its id."""
        seen = await self.ask("reset", {"index": index})
        return str(seen["metadata"]["episode_id"])

    async def end(self, keyed: KeyedTask) -> dict[str, Any]:
        """Play the record's calls and words, and return the end."""
        seen: dict[str, Any] = {}
        for turn in keyed.key.record.turns:
            for step in turn.steps:
                call = {"type": "call_tool", "tool_name": step.tool, "arguments": step.arguments}
                await self.ask("step", call)
            seen = await self.ask("step", {"type": "message", "text": turn.response})
        return seen


@asynccontextmanager
async def player(url: str) -> AsyncIterator[Player]:
    """Give a connection."""
    address = f"{url.replace('http', 'ws', 1)}/openenv/ws"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with connect(address, additional_headers=headers, proxy=None, compression=None) as socket:
        yield Player(socket)


async def over_the_wire(
    url: str, tasks: list[KeyedTask], seconds: float, connections: int, pid: int
) -> tuple[dict[str, Rate], int]:
    """Return the rates with the core's time of the server and of the client, and how many earned less than all."""
    async with player(url) as first:
        for index, keyed in enumerate(tasks):
            await first.begin(index)
            await first.end(keyed)
    given = itertools.cycle(range(len(tasks)))
    wrong, began, core, server = 0, time.perf_counter(), time.process_time(), core_seconds(pid)

    async def work() -> int:
        nonlocal wrong
        count = 0
        async with player(url) as mine:
            while time.perf_counter() - began < seconds:
                index = next(given)
                await mine.begin(index)
                wrong += (await mine.end(tasks[index]))["reward"] != 1
                count += 1
        return count

    count = sum(await asyncio.gather(*(work() for _ in range(connections))))
    took = time.perf_counter() - began
    server, client = core_seconds(pid) - server, time.process_time() - core
    return {"over the wire": Rate(count, took, server), "its client": Rate(count, took, client)}, wrong


async def at_once(url: str, tasks: list[KeyedTask], number: int, pid: int) -> tuple[float, int]:
    """Hold so many episodes at once, and return the server's memory then, and how many earned all at their end."""
    all_begun, begun, held = asyncio.Event(), 0, 0.0

    async def work(index: int) -> bool:
        nonlocal begun, held
        async with player(url) as mine:
            await mine.begin(index)
            begun += 1
            if begun == number:
                held = memory(pid)
                all_begun.set()
            await all_begun.wait()
            return bool((await mine.end(tasks[index]))["reward"] == 1)

    solved = sum(await asyncio.gather(*(work(number % len(tasks)) for number in range(number))))
    return max(held, memory(pid)), solved


def killed(folder: Path, tasks: list[KeyedTask], out: Path, kills: int, connections: int) -> tuple[int, int]:
    """Kill servers in mid-load, and return how many rewards were told, and how many of them the last one lost."""
    told: dict[str, float] = {}
    for kill in range(kills):
        with serving(folder, out) as (url, process):
            asyncio.run(load(url, tasks, told, connections, process.pid, 100 + 37 * kill))
    with serving(folder, out) as (url, _):
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx2.Client(headers=headers, trust_env=False) as client:
            lost = 0
            for id_, reward in told.items():
                answer = client.get(f"{url}/episodes/{id_}")
                lost += answer.status_code != 200 or answer.json()["reward"] != reward
    return len(told), lost


async def load(
    url: str, tasks: list[KeyedTask], told: dict[str, float], connections: int, pid: int, rewards: int
) -> None:
    """Play, and kill the server when so many rewards were told; `told` gets each that came."""
    draw, enough = random.Random(rewards), len(told) + rewards

    async def work() -> None:
        with suppress(ConnectionClosed, OSError):
            async with player(url) as mine:
                while True:
                    index = draw.randrange(len(tasks))
                    id_ = await mine.begin(index)
                    told[id_] = (await mine.end(tasks[index]))["reward"]
                    if len(told) == enough:
                        os.kill(pid, signal.SIGKILL)

    await asyncio.gather(*(work() for _ in range(connections)))


def core_seconds(pid: int) -> float:
    """Return the seconds of a core that the process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """Return the process's resident memory in MB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the process tells no memory")


if __name__ == "__main__":
    main(sys.argv[1:])
