"""What `toolgrad serve` does: tasks loaded, a port taken, episodes served until it is stopped."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from graph.context import Context
from toolgrad_data.errors import CliError, UsageError
from toolgrad_data.serve.app import make_app
from toolgrad_data.serve.desk import EpisodeDesk
from toolgrad_data.serve.guard import LOOPBACK
from toolgrad_data.serve.limits import ServeLimits
from toolgrad_data.serve.loading import load_tasks
from toolgrad_data.serve.rewards import RewardLog
from toolgrad_data.serve.scoring import Scorer
from toolgrad_data.serve.shelf import Shelf
from toolgrad_data.serve.token import token_of
from toolgrad_data.stoppable_server import StoppableServer
from toolgrad_data.tasks.target import Target
from toolgrad_data.verify.workers import usable_cores

#: Where a target's rewards and token are, unless another folder is given.
SERVED = "served"
#: Seconds between two lines that tell how it goes, and those that a request may still take at the end.
_TELL_SECONDS, _STOP_SECONDS = 30.0, 20


@dataclass(frozen=True)
class Served:
    """What a command has done: episodes that were finished by it, and those of all that are in the file."""

    finished: int
    known: int
    path: Path


def bound_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises UsageError for a host that is not loopback, and a port that is taken."""
    if host not in LOOPBACK:
        raise UsageError(
            f"--host {host}: tasks are served on loopback alone (127.0.0.1, localhost, ::1): the tools run with the "
            "rights of this process.\nFrom another machine: ssh -L PORT:127.0.0.1:PORT THIS-MACHINE"
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(1024)
        except OSError:
            listening.close()
            raise
    except OSError as error:
        raise UsageError(
            f"--port {port}: {error.strerror or error}.\nGive another one; 0 takes any that is free."
        ) from error
    return listening


async def serve(
    target: Target,
    context: Context,
    listening: socket.socket,
    folder: Path,
    *,
    stop: asyncio.Event,
    limits: ServeLimits | None = None,
    offered: int = 20,
    calls: int | None = None,
    limit: int | None = None,
    ready: Callable[[str], None] = lambda _: None,
    say: Callable[[str], None] = lambda _: None,
) -> Served:
    """Serve until `stop` is set. `ready` is told the address, `say` what a person should know. Raises CliError."""
    environment, tasks = await load_tasks(target, context, offered=offered, calls=calls, limit=limit, say=say)
    limits = limits or ServeLimits()
    scorer = Scorer(environment, apart=usable_cores() > 1, goldens=limits.goldens)
    with RewardLog(folder) as log, scorer:
        for note in log.notes:
            say(note)
        token, where = token_of(folder)
        desk = EpisodeDesk(environment, log, limits, scorer)
        server = StoppableServer(_config(make_app(desk, Shelf(tasks), token), desk.limits))
        before = len(log)
        say(f"{len(tasks)} tasks, {desk.limits.episodes} episodes at once; the token is {where}")
        if before:
            say(f"{before} episodes were finished before; their rewards are told by their ids")
        ready(_address(listening))
        telling = asyncio.create_task(_tell(desk, log, say))
        try:
            await server.serve_until(stop, listening)
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
        if not stop.is_set():
            raise CliError("the server has ended by itself; see above")
        return Served(len(log) - before, len(log), log.path)


def _config(app: object, limits: ServeLimits) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_level="warning",
        access_log=False,  # an address may hold what a client should not have put there
        server_header=False,
        proxy_headers=False,
        limit_concurrency=limits.connections,
        ws_max_size=limits.body_bytes,
        ws_max_queue=limits.waiting,
        ws_per_message_deflate=False,  # on loopback it costs more than it spares, and 256 times its memory
        timeout_graceful_shutdown=_STOP_SECONDS,
        lifespan="on",
    )


async def _tell(desk: EpisodeDesk, log: RewardLog, say: Callable[[str], None]) -> None:
    """Say how it goes, where something has happened."""
    told = 0
    while True:
        await asyncio.sleep(_TELL_SECONDS)
        if desk.counts.begun == told:
            continue
        told = desk.counts.begun
        counts, mean = desk.counts, log.total / max(len(log), 1)
        say(
            f"{desk.playing} playing, {counts.finished} finished, {counts.left} left by their clients, "
            f"{counts.evicted} evicted, {counts.turned_away} turned away; mean reward {mean:.3f}"
        )


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
