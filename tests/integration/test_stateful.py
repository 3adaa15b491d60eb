"""Stateful tools in the workflow: nothing leaks, what is kept can be made again, and order is where it matters."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graph.context import Context
from graph.record import RejectedRecord
from nodes.sample import call_limits
from tests.integration.command import lines, run, start, wait_for, without_times
from tests.integration.desk_samples import desk, differences, history, records, settings, steps_of
from tests.integration.desks import CountedDesk, orders
from tests.integration.workflow import compiled, sample, thread
from tool_registry.registry import get_registry
from tool_registry.sessions import sample as sample_sessions
from tool_registry.sessions.sample import end_sample

READS = ("get_ticket", "agent_of_ticket", "waiting_tickets", "agent_tickets")


# The offline policy on a desk


async def test_the_offline_policy_writes_then_reads_and_all_of_it_replays() -> None:
    context = settings(proposals=6, accept_per_iteration=2)
    made = await records(context, 14)
    accepted = [record for record in made if not isinstance(record, RejectedRecord)]
    assert len(accepted) >= 12
    reads_after_writes = parallel = 0
    for record in accepted:
        steps = steps_of(record)
        assert await differences(steps, context) == []
        reads_after_writes += any(step["after"] and step["tool"] in READS for step in steps)
        # What neither sources nor `after` order may run in any order.
        for order in orders(steps, 6):
            parallel += [step["id"] for step in order] != [step["id"] for step in steps]
            assert await differences(order, context) == [], [step["id"] for step in order]
    assert reads_after_writes >= 3
    assert parallel >= 5


# Leaks


async def leaks(context: Context, count: int) -> list[str]:
    """What shows that effects of proposals that nobody selected have reached a sample's session.

    One call is kept an iteration, so that two writes cannot interfere: then nothing may be refused.
    """
    found = []
    for record in await records(context.model_copy(update={"accept_per_iteration": 1}), count):
        notes = [note for gradient in record.gradients for note in gradient.notes]
        found += [note.message for note in notes if note.kind == "not_the_same"]
        found += await differences(steps_of(record), context)
        found += [reason for reason in getattr(record, "reasons", []) if reason.startswith("replayed: ")]
    return found


async def test_no_effect_of_what_is_not_selected_reaches_the_sample() -> None:
    assert await leaks(settings(), 10) == []


async def test_the_leak_is_seen_when_nothing_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodes.stateful.branches.needs_fork", lambda registry, names: False)
    assert len(await leaks(settings(), 4)) > 2


async def test_the_leak_is_seen_when_samples_share_an_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    context = settings().model_copy(update={"tools": [desk(name="one desk for all")]})
    source = (await get_registry(context.tools)).get("create_ticket").binding.source  # type: ignore[union-attr]
    shared = await source.open()

    async def the_same() -> Any:
        return shared

    monkeypatch.setattr(type(shared), "close", lambda self: asyncio.sleep(0))
    object.__setattr__(source, "open", the_same)  # of a registry that only this test has
    assert await leaks(context, 3)


# Going on


async def test_a_sample_whose_session_is_gone_goes_on_as_if_nothing_had_happened() -> None:
    context = settings(calls="6:100", accept_per_iteration=2)
    undisturbed = await sample(context)
    graph = compiled(InMemorySaver())
    await graph.ainvoke({"seed": 1, "index": 0}, thread(), context=context, interrupt_after=["update_chain"])
    stops = 1
    while (await graph.aget_state(thread())).next:
        # As after a crash, or in another process.
        await end_sample(await get_registry(context.tools), 1, 0)
        output = await graph.ainvoke(None, thread(), context=context, interrupt_after=["update_chain", "execute_call"])
        stops += 1
    assert stops > 6
    assert without_times(output["record"]) == without_times(undisturbed["record"])
    assert [step for step in history(output["record"]) if step["after"]]


async def test_a_fork_of_a_thread_has_the_state_of_its_own_past() -> None:
    context = settings(calls="5:100")
    graph = compiled(InMemorySaver())
    done = await sample(context, graph)
    past = [state async for state in graph.aget_state_history(thread()) if state.next == ("sample_tools",)]
    assert len(past) >= 3
    for state in past:
        again = await graph.ainvoke(None, state.config, context=context)
        assert without_times(again["record"]) == without_times(done["record"])


async def test_a_chain_that_cannot_be_built_again_says_so() -> None:
    context = settings(calls="6:100")
    graph = compiled(InMemorySaver())
    await graph.ainvoke({"seed": 1, "index": 0}, thread(), context=context, interrupt_after=["update_chain"])
    steps = (await graph.aget_state(thread())).values["steps"]
    edited = [{**steps[0], "result": {"made": "up"}}]
    await graph.aupdate_state(thread(), {"steps": edited}, as_node="update_chain")
    output = await graph.ainvoke(None, thread(), context=context)
    failed = [attempt for attempt in output["record"]["attempts"] if attempt["iteration"] > 1]
    assert failed
    assert not any(attempt["ok"] for attempt in failed)
    assert all("cannot be built again: s1 differs" in attempt["error"]["message"] for attempt in failed)
    assert len((await graph.aget_state(thread())).values["steps"]) == 1


async def test_no_desk_stays_open() -> None:
    context = settings("tests.integration.desks:CountedDesk")
    made = await records(context, 6)
    assert CountedDesk.most > 1
    assert CountedDesk.open_desks == 0
    assert not sample_sessions.any_kept()
    assert len(made) == 6


async def test_what_nobody_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    context = settings("tests.integration.desks:CountedDesk")
    registry = await get_registry(context.tools)
    monkeypatch.setattr(sample_sessions, "KEPT_MAX", 3)
    for index in range(8):
        async with sample_sessions.sample_session(registry, 77, index) as session:
            assert (await session.execute("waiting_tickets", {}, [], call_limits(context))).ok
        assert CountedDesk.open_desks <= 3
    monkeypatch.setattr(sample_sessions, "KEPT_S", 0.0)
    async with sample_sessions.sample_session(registry, 77, 99):
        pass
    assert CountedDesk.open_desks == 0
    await end_sample(registry, 77, 99)


# Whole runs


def config(folder: Path, target: str, **more: Any) -> list[str]:
    (folder / "run.toml").write_text(
        f"""\
calls = "3-6:100"
[[tools]]
kind = "python"
target = "{target}"
stateful = true
allow_writes = true
"""
    )
    return ["generate", "--config", "run.toml", "--seed", "5", *(f"--{k}={v}" for k, v in more.items())]


SLOW = str(Path(__file__).with_name("desks.py")) + ":SlowDesk"


def test_the_same_records_at_any_concurrency_after_kill_9_and_by_two_processes(tmp_path: Path) -> None:
    command = config(tmp_path, SLOW, samples=6)
    code, _, err = run(tmp_path, *command, "--concurrency", "1", "--out", "alone")
    assert code == 0, err
    whole = [without_times(record) for record in lines(tmp_path / "alone/records.jsonl")]
    assert len(whole) >= 5
    assert any(step["after"] for record in whole for step in record["turns"][0]["steps"])

    process = start(tmp_path, *command, "--concurrency", "3", "--out", "killed", seconds=0.15)
    wait_for(process, lambda: len(lines(tmp_path / "killed/records.jsonl")) >= 1)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(lines(tmp_path / "killed/records.jsonl")) < len(whole)
    code, _, err = run(tmp_path, *command, "--concurrency", "3", "--workers", "2", "--out", "killed")
    assert code == 0, err
    assert [without_times(record) for record in lines(tmp_path / "killed/records.jsonl")] == whole

    code, out, err = run(tmp_path, "verify", "alone", "--replay", "--json", "--config", "run.toml")
    assert code == 0, out + err
    assert json.loads(out)
