"""Servers in this process, of the hand-written dialogues as tasks, and a relay that keeps all that crosses the wire."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect

from graph.context import Context
from tests.fixtures.dialogues.building import TOOLS
from tests.unit.toolgrad_data.tasks.playing import environment, keyed, records
from toolgrad_data.serve.command import Served, bound_socket, serve
from toolgrad_data.serve.limits import ServeLimits
from toolgrad_data.serve.token import TOKEN_ENV
from toolgrad_data.tasks.mutants import Play, golden_play
from toolgrad_data.tasks.store import TasksReport, write_tasks
from toolgrad_data.tasks.target import find_target
from toolgrad_data.tasks.task import KeyedTask, TaskLimits

Json = dict[str, Any]
SECRET = "the-token-of-these-tests"
HEADERS = {"Authorization": f"Bearer {SECRET}"}
CONTEXT = Context().model_copy(update={"tools": TOOLS, "allow_writes": True})


async def make_tasks(limits: TaskLimits | None = None) -> list[KeyedTask]:
    own = await environment()
    made = [keyed(record, own) for record in records()]
    if limits is None:
        return made
    return [one.model_copy(update={"task": one.task.model_copy(update={"limits": limits})}) for one in made]


def write(folder: Path, tasks: Sequence[KeyedTask]) -> Path:
    report = TasksReport(tools=TOOLS, allow_unannotated=False, allow_writes=True, tasks=len(tasks))
    write_tasks(folder, tasks, report)
    return folder


async def own_play(one: KeyedTask) -> Play:
    return golden_play(await (await environment()).golden(one))


@dataclass
class Serving:
    """A server that runs, its tasks, and what it has said."""

    url: str
    tasks: list[KeyedTask]
    out: Path
    said: list[str] = field(default_factory=list)
    came: Served | None = None

    def http(self, **more: str) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(base_url=self.url, headers={**HEADERS, **more}, trust_env=False, timeout=60)

    @asynccontextmanager
    async def socket(self, headers: dict[str, str] | None = None) -> AsyncIterator["Player"]:
        address = f"{self.url.replace('http', 'ws', 1)}/openenv/ws"
        async with connect(address, additional_headers=headers or HEADERS, proxy=None, compression=None) as socket:
            yield Player(socket)


class Player:
    """OpenEnv's messages over a connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, message: Any) -> Json:
        await self.socket.send(message if isinstance(message, str | bytes) else json.dumps(message))
        answer: Json = json.loads(await self.socket.recv())
        return answer

    async def reset(self, **data: Any) -> Json:
        return seen(await self.say({"type": "reset", "data": data}))

    async def step(self, **action: Any) -> Json:
        return seen(await self.say({"type": "step", "data": action}))

    async def refused(self, **action: Any) -> str:
        answer = await self.say({"type": "step", "data": action})
        assert answer["type"] == "error", answer
        return str(answer["data"]["message"])

    async def play(self, script: Play) -> Json:
        """Play the turns; return the last observation."""
        last: Json = {}
        for turn in script:
            for call in turn.calls:
                await self.step(type="call_tool", tool_name=call.tool, arguments=call.arguments)
            last = await self.step(type="message", text=turn.message)
        return last


def seen(answer: Json) -> Json:
    assert answer["type"] == "observation", answer
    data: Json = answer["data"]
    return data


@asynccontextmanager
async def serving(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tasks: Sequence[KeyedTask] | None = None, **limits: Any
) -> AsyncIterator[Serving]:
    """Serve the tasks in this process while it is entered."""
    made = list(tasks) if tasks is not None else await make_tasks()
    monkeypatch.setenv(TOKEN_ENV, SECRET)
    target = find_target(write(folder / "tasks", made))
    stop, address = asyncio.Event(), asyncio.get_running_loop().create_future()
    running = Serving("", made, folder / "served")
    with bound_socket("127.0.0.1", 0) as listening:
        served = asyncio.create_task(
            serve(
                target,
                CONTEXT,
                listening,
                running.out,
                stop=stop,
                limits=ServeLimits(**limits),
                ready=address.set_result,
                say=running.said.append,
            )
        )
        await asyncio.wait([served, address], return_when=asyncio.FIRST_COMPLETED)
        if served.done():
            served.result()
        running.url = address.result()
        try:
            yield running
        finally:
            stop.set()
            running.came = await served


@asynccontextmanager
async def relay(url: str) -> AsyncIterator[tuple[str, bytearray]]:
    """Give an address that leads to the server, and all bytes that have crossed, both ways."""
    crossed = bytearray()
    host, port = url.removeprefix("http://").split(":")

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, masked: bool) -> None:
        with suppress(ConnectionError):
            while block := await reader.read(65536):
                if not masked:
                    crossed.extend(block)
                writer.write(block)
                await writer.drain()
        writer.close()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, int(port))
        # What clients of WebSockets send is masked, and their own; what the server says is plain.
        await asyncio.gather(pump(reader, back, masked=True), pump(there, writer, masked=False))

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    async with server:
        own = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{own}", crossed
