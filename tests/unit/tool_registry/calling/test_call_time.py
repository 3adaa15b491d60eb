import asyncio
from typing import Any

from tests.unit.tool_registry.making import run, tool
from tool_registry.calling import background
from tool_registry.calling.call_time import not_counted


async def test_a_start_is_no_part_of_the_call() -> None:
    async def call(arguments: dict[str, Any]) -> str:
        async def on_the_background_loop() -> str:
            with not_counted():
                await asyncio.sleep(1.2)
            return "here"

        return await background.run(on_the_background_loop())

    result = await run(tool(call), timeout_s=1.0)
    assert result.content == "here"
    assert result.elapsed_ms < 1000


async def test_the_rest_of_the_call_counts() -> None:
    async def call(arguments: dict[str, Any]) -> str:
        with not_counted():
            await asyncio.sleep(0.1)
        await asyncio.sleep(60)
        return "late"

    result = await run(tool(call), timeout_s=0.2)
    assert result.error is not None
    assert result.error.kind == "timeout"
    assert result.elapsed_ms >= 190


async def test_without_a_call_nothing_is_measured() -> None:
    with not_counted():
        await asyncio.sleep(0)

    async def call(arguments: dict[str, Any]) -> str:
        return "here"

    result = await run(tool(call))
    assert (result.content, result.elapsed_ms >= 0) == ("here", True)  # nothing of before is taken off
