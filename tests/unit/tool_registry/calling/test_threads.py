"""What the dev server and the end of the process ask for: nothing blocks the loop or the exit."""

import asyncio
import contextvars
import gc
import subprocess
import sys
import time
import weakref
from pathlib import Path

import pytest

from tool_registry.calling.threads import in_thread, start

ROOT = Path(__file__).parents[4]

BLOCKING = """
import asyncio
from blockbuster import BlockBuster, BlockingError
from tool_registry.calling.execution import execute
from tool_registry.permissions import Permissions
from tool_registry.registry import get_registry

async def main():
    import os
    try:
        os.getcwd()
    except BlockingError:
        pass
    else:
        raise SystemExit("the guard is not on")
    for spec in (["builtin"], ["python:slow_tools.py:TOOLS"]):
        registry = await get_registry(spec)
        for name in registry.names:
            example = (registry.specs[name].parameters.get("examples") or [{}])[0]
            result = await execute(
                registry.get(name), example, permissions=Permissions(allow_unannotated=True),
                timeout_s=60, max_result_bytes=65536,
            )
            assert result.ok, (name, example, result.error)
            print(name)

guard = BlockBuster(excluded_modules=[])
guard.activate()
asyncio.run(main())
"""

SLOW_TOOLS = """
import time
import weakref
from langchain_core.tools import tool
def plain() -> str:
    time.sleep(0.01)
    return open(__file__).read()[:5]
@tool
def chained() -> str:
    "Read."
    time.sleep(0.01)
    return open(__file__).read()[:5]
TOOLS = [plain, chained]
"""

HANGING = """
import asyncio, sys
from tool_registry.calling.execution import execute
from tool_registry.permissions import Permissions
from tool_registry.registry import load_registry

async def main():
    registry = load_registry(["python:hang_tools.py:TOOLS"])
    for name in registry.names:
        result = await execute(
            registry.get(name), {}, permissions=Permissions(allow_unannotated=True),
            timeout_s=0.2, max_result_bytes=65536,
        )
        print(name, result.error.kind)

asyncio.run(main())
print("end")
"""

HANG_TOOLS = """
import time
import weakref
from langchain_core.tools import tool
def plain() -> str:
    time.sleep(600)
@tool
def chained() -> str:
    "Hang."
    time.sleep(600)
TOOLS = [plain, chained]
"""


def python(code: str, cwd: Path, timeout: float) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", code],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_loading_and_calling_never_block_the_loop(tmp_path: Path) -> None:
    pytest.importorskip("blockbuster")
    (tmp_path / "slow_tools.py").write_text(SLOW_TOOLS)
    lines = python(BLOCKING, tmp_path, 120).split()
    assert len(lines) > 60
    assert {"plain", "chained"} <= set(lines)


def test_a_tool_that_hangs_does_not_keep_the_process(tmp_path: Path) -> None:
    (tmp_path / "hang_tools.py").write_text(HANG_TOOLS)
    assert python(HANGING, tmp_path, 60).split() == ["chained", "timeout", "plain", "timeout", "end"]


async def test_context_variables_reach_the_thread() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="outer")
    variable.set("inner")
    assert await in_thread(variable.get) == "inner"


async def test_a_stop_iteration_does_not_hang_its_waiter() -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await asyncio.wait_for(in_thread(next, iter(())), 5)


async def test_workers_are_used_again() -> None:
    import threading

    seen = {await in_thread(threading.get_ident) for _ in range(50)}
    assert len(seen) <= 3


async def test_cancelling_stops_the_waiting_only() -> None:
    future = start(time.sleep, 0.1)
    waiting = asyncio.wrap_future(future)
    waiting.cancel()
    await asyncio.sleep(0)
    assert not future.cancelled()
    assert future.result(5) is None


async def test_a_call_that_failed_keeps_nothing_until_the_collector_comes() -> None:
    class Kept:
        """What the call's frames hold."""

    def fail(held: Kept) -> None:
        raise ValueError(str(held))

    async def call() -> weakref.ref[Kept]:
        held = Kept()
        with pytest.raises(ValueError, match="Kept"):
            await in_thread(fail, held)
        return weakref.ref(held)

    gc.collect()
    gc.disable()
    try:
        gone = await call()
        for _ in range(200):  # the thread lets go a moment later
            if gone() is None:
                break
            await asyncio.sleep(0.01)
        assert gone() is None
    finally:
        gc.enable()
