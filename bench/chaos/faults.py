"""The kinds of fault of bench.chaos.trials, and what a run must be like in the end."""

import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.chaos.command import Command
from bench.chaos.relay import Relay
from bench.endpoint.server import Running
from bench.endpoint.stats import Stats
from bench.postgres_server import PostgresServer, binaries

_RUNS = 12


@dataclass(frozen=True)
class Reference:
    """An undisturbed run: its lines without times, its model calls and seconds, how often each point was passed."""

    settings: dict[str, Any]
    lines: dict[str, list[dict[str, Any]]]
    calls: int
    seconds: float
    points: dict[str, int]


@dataclass(frozen=True)
class Trial:
    """What a trial is given; `point` is where a signal of its own is to strike."""

    kind: str
    command: Command
    endpoint: Running
    reference: Reference
    folder: Path
    rng: random.Random
    point: str


@dataclass
class Disturbed:
    """What came of a trial: `places` are where it was struck, `repeated` the model calls paid twice, where known."""

    kind: str
    places: list[str] = field(default_factory=list)
    runs: int = 0
    repeated: int | None = None
    skipped: str = ""
    fault: str = ""

    @property
    def where(self) -> str:
        """Return where it was struck, in words."""
        return self.fault or self.skipped or "; ".join(self.places)


async def undisturbed(command: Command, endpoint: Running, folder: Path, samples: int, concurrency: int) -> Reference:
    """Make the run that all others are compared with."""
    settings = {
        "samples": samples,
        "seed": 1,
        "concurrency": concurrency,
        "tools": ["python:bench.workload:TOOLS"],
        "proposer": "openai:simulated",
        "critic": "openai:simulated",
        "writer": "openai:simulated",
        "tools_per_batch": 20,
        "proposals": 2,
        "calls": "1:60,2:40",
        "max_iterations": 4,
        "max_call_repairs": 0,
        "max_repairs": 0,
    }
    endpoint.chat.stats = Stats()
    os.makedirs(folder)
    counts = folder / "points.json"
    began = time.monotonic()
    code, told = await command(settings, endpoint.base_url, folder, {"counts": str(counts)})
    seconds = time.monotonic() - began
    assert code == 0, told
    calls = endpoint.chat.stats.as_json()["calls"]
    return Reference(settings, outcome(folder / "run", samples), calls, seconds, json.loads(counts.read_text()))


def outcome(run: Path, samples: int) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of a finished run without times. AssertionError unless each sample has exactly one."""
    lines: dict[str, list[dict[str, Any]]] = {}
    for name in ("records.jsonl", "rejected.jsonl"):
        content = (run / name).read_bytes()
        assert not content or content.endswith(b"\n"), f"{name} ends with a torn line"
        lines[name] = [timeless(json.loads(line)) for line in content.splitlines()]
    ids = sorted(line["id"] for own in lines.values() for line in own)
    assert ids == [f"s1-{index:06d}" for index in range(samples)], f"lost or doubled: {ids}"
    summary = json.loads((run / "summary.json").read_text())
    assert (summary["accepted"], summary["rejected"]) == tuple(map(len, lines.values())), "summary.json differs"
    assert not list(run.glob("*.tmp")), "something half-written is left"
    return lines


def timeless(value: Any) -> Any:
    """Return the value without what differs between any two runs."""
    if isinstance(value, dict):
        left_out = ("started_at", "finished_at", "elapsed_ms", "latency_ms")
        return {name: timeless(member) for name, member in value.items() if name not in left_out}
    return [timeless(item) for item in value] if isinstance(value, list) else value


async def _finished(
    trial: Trial,
    came: Disturbed,
    *options: str,
    url: str = "",
    same: bool = True,
    environment: Mapping[str, str] | None = None,
) -> Disturbed:
    """Run the same command until it is done, and check what it left; with `same` also the records.

    Where they are an undisturbed run's, so must be what was paid, but for what was in flight.
    """
    settings, samples = trial.reference.settings, trial.reference.settings["samples"]
    for _ in range(_RUNS):
        came.runs += 1
        code, told = await trial.command(
            settings, url or trial.endpoint.base_url, trial.folder, {}, *options, environment=environment
        )
        if code == 0:
            break
    assert code == 0, told
    lines = outcome(trial.folder / "run", samples)
    assert not same or lines == trial.reference.lines, f"{came.where}: other records than an undisturbed run's"
    if lines == trial.reference.lines:
        came.repeated = trial.endpoint.chat.stats.as_json()["calls"] - trial.reference.calls
        allowed = settings["concurrency"] * len(came.places)
        assert came.repeated <= allowed, f"{came.where}: {came.repeated} paid twice, {allowed} were in flight"
    return came


def _begun(trial: Trial) -> Disturbed:
    trial.folder.mkdir(parents=True)
    trial.endpoint.chat.stats = Stats()
    return Disturbed(trial.kind)


def signalled(number: signal.Signals) -> Callable[[Trial], Awaitable[Disturbed]]:
    """Return the kind of fault that strikes at the trial's point, and now and then a second time elsewhere."""

    async def strike(trial: Trial) -> Disturbed:
        came, points = _begun(trial), trial.reference.points
        point = trial.point
        # What is stopped in order ends as a person would see it; a second signal would end it at once.
        for _ in range(2 if number is signal.SIGKILL and trial.rng.random() < 0.3 else 1):
            chaos = {"point": point, "time": trial.rng.randint(1, max(points[point] * 2 // 3, 1)), "signal": number}
            came.runs += 1
            code, told = await trial.command(trial.reference.settings, trial.endpoint.base_url, trial.folder, chaos)
            if code == 0:
                break  # it was done before, or did not pass there once more
            assert code == -number or (number is not signal.SIGKILL and code == 130), told
            came.places.append(point)
            point = trial.rng.choice(list(points))
        return await _finished(trial, came)

    return strike


async def worker_killed(trial: Trial) -> Disturbed:
    """One of two workers, then the command itself, is killed at any moment."""
    came = _begun(trial)

    async def kill_a_worker(command: int) -> None:
        while len(workers := _children(command)) < 2:  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.05)
        # They load everything first, for as long as a short run takes.
        await asyncio.sleep(trial.rng.uniform(0, 1.5) * trial.reference.seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(trial.rng.choice(workers), signal.SIGKILL)
            came.places.append("a worker")
        await asyncio.sleep(trial.rng.uniform(0, 1) * trial.reference.seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(command, signal.SIGKILL)
            came.places.append("the command of two workers")

    came.runs += 1
    options = ("--workers", "2")
    await trial.command(
        trial.reference.settings, trial.endpoint.base_url, trial.folder, {}, *options, under_way=kill_a_worker
    )
    return await _finished(trial, came, "--workers", str(trial.rng.choice((1, 2, 3))))


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


async def full_disk(trial: Trial) -> Disturbed:
    """The run's file system has no room at a moment that its size gives, and later has."""
    came = _begun(trial)
    kilobytes = trial.rng.randint(60, 700)
    if not _mount(trial.folder, f"size={kilobytes}k"):
        came.skipped = "no file system can be mounted here"
        return came
    try:
        came.runs += 1
        code, told = await trial.command(trial.reference.settings, trial.endpoint.base_url, trial.folder, {})
        assert code == 0 or (code == 1 and "the disk is full" in told), told
        if code:
            came.places.append(f"{kilobytes} kB")
        _mount(trial.folder, "remount,size=256m")
        return await _finished(trial, came)
    finally:
        _unmount(trial.folder)


def _mount(folder: Path, options: str) -> bool:
    """Lay a file system in memory over the folder; say whether this process may."""
    if not shutil.which("mount"):
        return False
    return not subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True).returncode


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", folder], check=True)


async def dropped_network(trial: Trial) -> Disturbed:
    """All connections to the endpoint are cut and none can be made for a while, twice."""
    came = _begun(trial)
    async with Relay(trial.endpoint.server_url) as relay:

        async def cut(_: int) -> None:
            for _ in range(2):
                await relay.used()
                await asyncio.sleep(trial.rng.uniform(0, 2))
                seconds = trial.rng.uniform(0.1, 1.5)
                came.places.append(f"{seconds:.1f} s")
                await relay.cut(seconds)

        came.runs += 1
        code, told = await trial.command(trial.reference.settings, f"{relay.url}/v1", trial.folder, {}, under_way=cut)
        assert code in (0, 1), told
        # A decision that the network kept from being made may cost its sample: then there are other records.
        return await _finished(trial, came, url=f"{relay.url}/v1", same=False)


async def dead_database(trial: Trial) -> Disturbed:
    """The PostgreSQL server of checkpoints and ledger crashes, twice, and the command, now and then, as well.

    Then the server may still be away when the command is run again.
    """
    came = _begun(trial)
    if binaries() is None:
        came.skipped = "no PostgreSQL server is installed"
        return came
    with PostgresServer() as server:
        options = ("--store", "${TOOLGRAD_CHAOS_STORE}")
        environment = {"TOOLGRAD_CHAOS_STORE": server.url_with_password}

        async def crash(command: int) -> None:
            for _ in range(2):
                await asyncio.sleep(trial.rng.uniform(0.1, 0.5) * trial.reference.seconds)
                came.places.append("the server")
                await _to_its_end(server.kill)
                await asyncio.sleep(trial.rng.uniform(0, 1))
                await _to_its_end(server.start)
            if trial.rng.random() < 0.5:
                if trial.rng.random() < 0.5:
                    came.places.append("the server, for longer")
                    await _to_its_end(server.kill)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(command, signal.SIGKILL)
                    came.places.append("the command")

        async def come_back() -> None:
            await asyncio.sleep(trial.rng.uniform(0, 8))
            await _to_its_end(server.start)

        came.runs += 1
        code, told = await trial.command(
            trial.reference.settings,
            trial.endpoint.base_url,
            trial.folder,
            {},
            *options,
            under_way=crash,
            environment=environment,
        )
        assert code in (0, -signal.SIGKILL), told
        coming = None if server.running() else asyncio.create_task(come_back())
        await _finished(trial, came, *options, environment=environment)
        if coming is not None:
            await coming
        rows = server.query("SELECT count(*), count(DISTINCT id) FROM toolgrad_records")
        assert rows == [[str(trial.reference.settings["samples"])] * 2], f"the ledger differs: {rows}"
        left = server.query("SELECT count(*) FROM checkpoints")
        assert left == [["0"]], f"checkpoints of finished samples are left: {left}"
    return came


async def _to_its_end(action: Callable[[], None]) -> None:
    """Do it in a thread, and be cancelled only when it is done: it would go on, and nobody would know."""
    doing = asyncio.ensure_future(asyncio.to_thread(action))
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await doing
        raise


KINDS: dict[str, Callable[[Trial], Awaitable[Disturbed]]] = {
    "SIGKILL": signalled(signal.SIGKILL),
    "SIGTERM": signalled(signal.SIGTERM),
    "SIGINT": signalled(signal.SIGINT),
    "worker": worker_killed,
    "disk": full_disk,
    "database": dead_database,
    "network": dropped_network,
}
