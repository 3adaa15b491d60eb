import asyncio
import random
import time
from typing import Any

import pytest

from tests.unit.tool_registry.making import raising, returning, run, tool
from tool_registry.builtin.declare import ToolkitError
from tool_registry.calling.failures import MESSAGE_MAX
from tool_registry.calling.threads import in_thread
from tool_registry.permissions import Permissions
from tool_registry.result import ToolError, ToolFailure
from tool_registry.sources.builtin import as_tool
from tool_registry.spec import Annotations

PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
    "required": ["city"],
    "additionalProperties": False,
}


async def test_an_answer_is_the_content() -> None:
    async def call(arguments: dict[str, Any]) -> Any:
        await asyncio.sleep(0.02)
        return {"city": arguments["city"], "temperature": 3.5}

    result = await run(tool(call, parameters=PARAMETERS), {"city": "Oslo"})
    assert result.ok
    assert result.content == {"city": "Oslo", "temperature": 3.5}
    assert (result.empty, result.truncated, result.error) == (False, False, None)
    assert 20 <= result.elapsed_ms < 5000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, '"city" is a required property'),
        ({"city": 3}, '/city: 3 is not of type "string"'),
        ({"city": "Oslo", "days": 0}, "/days: 0 is less than the minimum of 1"),
        ({"city": "Oslo", "day": 1}, "'day' was unexpected"),
        ({"city": "Oslo", "days": float("nan")}, "nan"),
        (["Oslo"], "an object, not list"),
    ],
)
async def test_wrong_arguments_never_reach_the_tool(arguments: Any, said: str) -> None:
    called: list[Any] = []

    async def call(given: dict[str, Any]) -> Any:
        called.append(given)

    result = await run(tool(call, parameters=PARAMETERS), arguments)
    assert result.error is not None
    assert result.error.kind == "invalid_arguments"
    assert said in result.error.message
    assert not result.error.retryable
    assert called == []


async def test_permission_comes_before_everything_else() -> None:
    called: list[Any] = []

    async def call(given: dict[str, Any]) -> Any:
        called.append(given)
        return 1

    writer = tool(call, parameters=PARAMETERS, annotations=Annotations(read_only=False))
    refused = await run(writer, {"nonsense": 1})
    assert refused.error is not None
    assert refused.error.kind == "not_allowed"
    assert "allow_writes" in refused.error.message
    assert called == []
    assert (await run(writer, {"city": "x"}, permissions=Permissions(allow_writes=True))).ok


async def test_the_tool_gets_a_copy_of_the_arguments() -> None:
    async def call(given: dict[str, Any]) -> Any:
        given["tags"].append("changed")
        return "done"

    arguments = {"tags": ["kept"]}
    assert (await run(tool(call), arguments)).ok
    assert arguments == {"tags": ["kept"]}


async def test_a_schema_that_cannot_be_applied_is_a_failure_not_a_crash() -> None:
    broken = returning(1, parameters={"type": "object", "$ref": "#/$defs/nowhere"})
    result = await run(broken)
    assert result.error is not None
    assert result.error.kind == "tool_error"


@pytest.mark.parametrize(
    ("error", "kind", "retryable", "message"),
    [
        (ValueError("unknown city 'Atlantis'"), "tool_error", False, "ValueError: unknown city 'Atlantis'"),
        (KeyError("x"), "tool_error", False, "KeyError: 'x'"),
        (ZeroDivisionError(), "tool_error", False, "ZeroDivisionError"),
        (TimeoutError("slow"), "timeout", True, "TimeoutError: slow"),
        (ConnectionRefusedError("no"), "unavailable", True, "ConnectionRefusedError: no"),
        (SystemExit(3), "tool_error", False, "SystemExit: 3"),
        (asyncio.CancelledError(), "tool_error", False, "CancelledError"),
        (RecursionError("deep"), "tool_error", False, "RecursionError: deep"),
        (
            ToolFailure(ToolError(kind="rate_limited", message="wait", retryable=True)),
            "rate_limited",
            True,
            "wait",
        ),
    ],
)
async def test_what_a_tool_raises_is_typed(error: BaseException, kind: str, retryable: bool, message: str) -> None:
    result = await run(raising(error))
    assert not result.ok
    assert result.content is None
    assert result.error == ToolError(kind=kind, message=message, retryable=retryable)


async def test_what_a_sync_tool_raises_in_its_thread_is_typed_too() -> None:
    for error in (StopIteration("end"), SystemExit(1), KeyboardInterrupt(), ValueError("no")):

        def raise_it(error: BaseException = error) -> None:
            raise error

        async def call(_: dict[str, Any], raise_it: Any = raise_it) -> Any:
            try:
                return await in_thread(raise_it)
            except KeyboardInterrupt as interrupt:
                raise ValueError("interrupted") from interrupt

        result = await run(tool(call))
        assert result.error is not None
        assert result.error.kind == "tool_error"


async def test_messages_are_bounded_and_the_same_in_every_run() -> None:
    class Thing:
        pass

    first = (await run(raising(ValueError(f"{Thing()!r} " + "x" * 5_000_000)))).error
    second = (await run(raising(ValueError(f"{Thing()!r} " + "x" * 5_000_000)))).error
    assert first is not None
    assert first == second
    assert len(first.message) <= MESSAGE_MAX
    assert "Traceback" not in first.message


async def test_a_tool_that_hangs_ends_in_time() -> None:
    async def hang(_: dict[str, Any]) -> Any:
        await asyncio.sleep(60)

    result = await run(tool(hang), timeout_s=0.1)
    assert result.error is not None
    assert (result.error.kind, result.error.retryable) == ("timeout", True)
    assert "0.1 s" in result.error.message
    assert result.elapsed_ms >= 100


async def test_a_sync_tool_that_hangs_does_not_hold_up_the_loop() -> None:
    async def hang(_: dict[str, Any]) -> Any:
        return await in_thread(time.sleep, 3)

    beats = 0

    async def heart() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    beating = asyncio.ensure_future(heart())
    results = await asyncio.gather(*(run(tool(hang), timeout_s=0.3) for _ in range(40)))
    beating.cancel()
    # Forty at once: more than the default executor has threads, so none waits for another.
    assert [each.error.kind for each in results if each.error] == ["timeout"] * 40
    assert beats >= 2


async def test_a_tool_that_ignores_its_cancellation_ends_in_time() -> None:
    go = asyncio.Event()

    async def stubborn(_: dict[str, Any]) -> Any:
        while not go.is_set():
            try:
                await go.wait()
            except asyncio.CancelledError:
                continue

    result = await asyncio.wait_for(run(tool(stubborn), timeout_s=0.05), timeout=60)
    assert result.error is not None
    assert result.error.kind == "timeout"
    go.set()
    await asyncio.sleep(0)


async def test_cancelling_the_caller_cancels_the_call() -> None:
    cancelled = asyncio.Event()
    running = asyncio.Event()

    async def call(_: dict[str, Any]) -> Any:
        running.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    task = asyncio.ensure_future(run(tool(call)))
    await running.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(cancelled.wait(), 60)


async def test_a_builtin_tool_that_cannot_answer_says_so_in_its_own_words() -> None:
    def refuse(city: str) -> str:
        raise ToolkitError(f"there is no airport in {city}")

    builtin = as_tool(refuse)
    result = await run(builtin, {"city": "Nowhere"})
    assert result.error == ToolError(kind="tool_error", message="there is no airport in Nowhere")


@pytest.mark.parametrize(
    "value", [10**400, 10**5000, -(2**70), "a\ud800b", "\x00", 1e308], ids=lambda value: type(value).__name__
)
async def test_odd_arguments_are_valid_or_refused_but_never_crash(value: Any) -> None:
    result = await run(returning("ok", parameters={"type": "object", "properties": {"x": {}}}), {"x": value})
    assert result.ok or (result.error is not None and result.error.kind == "invalid_arguments")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"error": "no such order"}, "no such order"),
        ({"error": {"code": 404, "message": "no such order"}}, "no such order"),
        ({"error": True}, "True"),
        ({"success": False, "message": "closed on Sundays"}, "closed on Sundays"),
        ({"success": False, "data": [1]}, "success: false"),
    ],
)
async def test_a_failure_that_the_answer_declares(content: Any, message: str) -> None:
    result = await run(returning(content))
    assert result.error == ToolError(kind="tool_error", message=message)


@pytest.mark.parametrize(
    "content",
    [
        "Error 404 is what a server says when a page is not found",
        {"title": "The invalid error", "status": "failed to qualify"},
        {"error": None, "data": 1},
        {"error": "", "data": 1},
        {"error": False, "data": 1},
        {"errors": ["a list of typos"], "success": True},
        {"items": [{"error": "inside"}, {"success": False}]},
        {"success": None, "x": 1},
        [{"error": "in a list"}],
    ],
)
async def test_a_word_inside_good_data_is_no_failure(content: Any) -> None:
    result = await run(returning(content))
    assert result.ok
    assert result.content == content


@pytest.mark.parametrize(
    ("content", "empty"),
    [
        (None, True),
        ("", True),
        ([], True),
        ({}, True),
        ({"items": [], "note": "", "next": None}, True),
        ([[], [{}]], True),
        (0, False),
        (False, False),
        (" ", False),
        ({"count": 0}, False),
        ([None, 0], False),
    ],
)
async def test_empty_answers_are_ok_and_marked(content: Any, empty: bool) -> None:
    result = await run(returning(content))
    assert (result.ok, result.empty, result.content) == (True, empty, content)


async def test_what_is_cut_is_marked_and_not_empty() -> None:
    result = await run(returning({"rows": list(range(10_000))}), max_result_bytes=1000)
    assert result.ok
    assert (result.truncated, result.empty) == (True, False)
    rows = result.content["rows"]
    assert 100 < len(rows) < 400
    assert rows == list(range(len(rows)))


async def test_an_answer_of_which_nothing_has_room_is_not_called_empty() -> None:
    result = await run(returning({"k" * 300: 1}), max_result_bytes=256)
    assert (result.content, result.truncated, result.empty) == ({}, True, False)


async def test_a_50_mb_string_is_cut() -> None:
    answer = "All work and no play makes Jack a dull boy. " * 1_200_000
    assert len(answer) > 50_000_000
    result = await run(returning(answer))
    assert result.truncated
    assert 60_000 < len(result.content) < 65_536
    assert answer.startswith(result.content)
    assert answer[len(result.content)] == " "


async def test_a_large_answer_is_read_off_the_loop() -> None:
    rows = [{"id": number, "name": f"row {number}"} for number in range(200_000)]
    beats = 0

    async def heart() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0)
            beats += 1

    beating = asyncio.ensure_future(heart())
    result = await run(returning(rows))
    beating.cancel()
    assert result.truncated
    # On the loop it would beat some three times: before the call, between its awaits and after it.
    assert beats > 10


async def test_an_endless_value_ends() -> None:
    tree: list[Any] = []
    for _ in range(60):
        tree = [tree, tree]
    result = await run(returning(tree), timeout_s=0.5)
    assert result.error is not None
    assert result.error.kind in ("timeout", "malformed_output")


async def test_many_calls_at_once_keep_their_own_answers() -> None:
    async def call(arguments: dict[str, Any]) -> Any:
        def work() -> int:
            time.sleep(random.random() / 100)
            return int(arguments["n"]) ** 2

        return await in_thread(work)

    results = await asyncio.gather(*(run(tool(call), {"n": n}) for n in range(200)))
    assert [each.content for each in results] == [n**2 for n in range(200)]
