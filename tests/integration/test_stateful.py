"""Stateful tools in the workflow: nothing leaks, what is kept can be made again, and order is where it matters."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graph.context import Context
from graph.record import Record, RejectedRecord
from nodes.policies.base import Critique, CritiqueRequest, Proposal, Proposals, ProposeRequest, Selection
from nodes.policies.lookup import policy_for
from nodes.policies.offline.policy import OfflinePolicy
from nodes.stateful import limits_of, recorded
from nodes.views import registry_of
from tests.integration.command import lines, run, start, wait_for, without_times
from tests.integration.desks import CountedDesk, orders
from tests.integration.workflow import Json, compiled, sample, thread
from tool_registry import sample_sessions
from tool_registry.replay import replay
from tool_registry.sample_sessions import end_sample
from tool_registry.sessions import open_session
from tool_registry.sources.config import SourceConfig
from toolgrad_data.sample import run_sample

DESK = "tool_registry.toolkits.ticket_desk:TicketDesk"
READS = ("get_ticket", "agent_of_ticket", "waiting_tickets", "agent_tickets")


def desk(target: str = DESK, **more: Any) -> str:
    return SourceConfig(kind="python", target=target, stateful=True, allow_writes=True, **more).as_spec()


def settings(target: str = DESK, **more: Any) -> Context:
    return Context(**{"tools": [desk(target)], "calls": "2-6:100", **more})


async def records(context: Context, count: int, seed: int = 3) -> list[Record]:
    graph = compiled()
    made = [run_sample(graph, context, seed, index, resume=False) for index in range(count)]
    return [record for record in await asyncio.gather(*made) if record is not None]


async def differences(steps: list[Json], context: Context) -> list[str]:
    """What a replay of the steps in a fresh session does not give again."""
    registry = await registry_of(context)
    async with await open_session(registry) as session:
        outcomes = await replay(session, recorded(steps), **limits_of(context))
    return [f"{o.id} {o.verdict} {o.where} {o.message}" for o in outcomes if o.verdict != "same"]


def steps_of(record: Record) -> list[Json]:
    return [step for turn in record.model_dump(mode="json")["turns"] for step in turn["steps"]]


# The offline policy on a desk


async def test_the_offline_policy_writes_then_reads_and_all_of_it_replays() -> None:
    context = settings()
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
        found += [gradient.text for gradient in record.gradients if "made again" in gradient.text]
        found += await differences(steps_of(record), context)
        found += [reason for reason in getattr(record, "reasons", []) if reason.startswith("replayed: ")]
    return found


async def test_no_effect_of_what_is_not_selected_reaches_the_sample() -> None:
    assert await leaks(settings(), 10) == []


async def test_the_leak_is_seen_when_nothing_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodes.stateful.needs_fork", lambda registry, names: False)
    assert len(await leaks(settings(), 4)) > 2


async def test_the_leak_is_seen_when_samples_share_an_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    context = settings().model_copy(update={"tools": [desk(name="one desk for all")]})
    source = (await registry_of(context)).get("create_ticket").home.source  # type: ignore[union-attr]
    shared = await source.open()

    async def the_same() -> Any:
        return shared

    monkeypatch.setattr(type(shared), "close", lambda self: asyncio.sleep(0))
    object.__setattr__(source, "open", the_same)  # of a registry that only this test has
    assert await leaks(context, 3)


# One iteration's calls, as a test wants them


class Scripted(OfflinePolicy):
    """Proposes and selects by script, one entry an iteration."""

    def __init__(self, *script: tuple[list[Proposal], list[str]]) -> None:
        self.script = script

    async def propose(self, request: ProposeRequest) -> Proposals:
        return Proposals(proposals=self.script[request.iteration - 1][0] if self._goes_on(request.iteration) else [])

    async def critique(self, request: CritiqueRequest) -> Critique:
        names = self.script[request.iteration - 1][1] if self._goes_on(request.iteration) else []
        return Critique(selected=[Selection(proposal=name) for name in names], gradient="kept what was asked for")

    def _goes_on(self, iteration: int) -> bool:
        return iteration <= len(self.script)


def call(id: str, tool: str, /, **arguments: Any) -> Proposal:
    references = {
        f"/{name}": {"step": value["$from"], "pointer": value["pointer"]}
        for name, value in arguments.items()
        if isinstance(value, dict)
    }
    return Proposal.model_validate({"id": id, "tool": tool, "arguments": arguments, "references": references})


async def scripted(
    monkeypatch: pytest.MonkeyPatch, *script: tuple[list[Proposal], list[str]], target: str = DESK, **more: Any
) -> Json:
    policy = Scripted(*script)
    for node in ("propose_calls", "critique_calls"):
        monkeypatch.setattr(
            f"nodes.{node}.policy_for",
            lambda role, context: policy if role in ("propose", "critique") else policy_for(role, context),
        )
    context = settings(target, **{"accept_per_iteration": 3, "patience": 1, **more})
    record: Json = (await sample(context, target_calls=8))["record"]
    return record


def history(record: Json) -> list[Json]:
    """The chain as it grew, also what nobody needed in the end."""
    steps = [*(step for turn in record["turns"] for step in turn["steps"]), *record["pruned"]]
    return sorted(steps, key=lambda step: int(step["id"][1:]))


async def test_of_two_writes_that_interfere_the_second_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    record = await scripted(
        monkeypatch,
        (
            [call("p1", "create_ticket", subject="no sound"), call("p2", "create_ticket", subject="no light")],
            ["p1", "p2"],
        ),
        ([call("p1", "waiting_tickets")], ["p1"]),
    )
    created, listed = history(record)
    assert created["arguments"] == {"subject": "no sound"}
    assert listed["result"] == {"tickets": ["T-1001", "T-1003", "T-1004"]}
    assert listed["after"] == ["s1"]
    first = record["gradients"][0]
    assert first["selected"] == ["p1"]
    assert (
        "p2 was not kept: made again in the sample's session it does not give the same (differs at /ticket"
        in (first["text"])
    )
    assert [(attempt["id"], attempt["ok"], attempt["selected"]) for attempt in record["attempts"][:2]] == [
        ("p1", True, True),
        ("p2", True, False),
    ]
    # Both were made in a fork of their own.
    assert [attempt["result"]["ticket"] for attempt in record["attempts"][:2]] == ["T-1004", "T-1004"]


async def test_writes_that_do_not_interfere_are_both_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    record = await scripted(
        monkeypatch,
        (
            [
                call("p1", "comment_on_ticket", ticket="T-1001", comment="one"),
                call("p2", "comment_on_ticket", ticket="T-1003", comment="two"),
                call("p3", "get_ticket", ticket="T-1001"),
            ],
            ["p1", "p2", "p3"],
        ),
        ([call("p1", "get_ticket", ticket="T-1001")], ["p1"]),
    )
    steps = history(record)
    # The read ran before the writes, so it stands before them, and the comment that changes it comes after.
    assert [(step["tool"], step["arguments"]["ticket"]) for step in steps] == [
        ("get_ticket", "T-1001"),
        ("comment_on_ticket", "T-1001"),
        ("comment_on_ticket", "T-1003"),
        ("get_ticket", "T-1001"),
    ]
    assert [step["after"] for step in steps] == [[], ["s1"], ["s2"], ["s2"]]
    assert [steps[0]["result"]["comments"], steps[3]["result"]["comments"]] == [0, 1]
    assert await differences(steps, settings()) == []


async def test_linked_proposals_share_a_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    new = {"$from": "p1", "pointer": "/ticket"}
    record = await scripted(
        monkeypatch,
        (
            [
                call("p1", "create_ticket", subject="no sound"),
                call("p2", "assign_ticket", ticket=new, agent="Bruno"),
                call("p3", "agent_of_ticket", ticket=new),
            ],
            ["p3", "p2", "p1"],
        ),
    )
    steps = history(record)
    assert [step["tool"] for step in steps] == ["create_ticket", "assign_ticket", "agent_of_ticket"]
    assert steps[2]["result"] == {"agent": "Bruno"}
    assert [step["after"] for step in steps] == [[], [], ["s2"]]
    assert await differences(steps, settings()) == []


async def test_what_is_not_reproducible_is_refused_with_what_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    record = await scripted(
        monkeypatch,
        (
            [
                call("p1", "create_ticket", subject="no sound"),
                call("p2", "get_ticket", ticket={"$from": "p1", "pointer": "/ticket"}),
                call("p3", "waiting_tickets"),
            ],
            ["p1", "p2", "p3"],
        ),
        target="tests.integration.desks:RandomDesk",
        allow_unannotated=True,
    )
    assert [step["tool"] for step in history(record)] == ["waiting_tickets"]
    text = record["gradients"][0]["text"]
    assert "p1 was not kept: made again" in text
    assert "p2 was not kept: it uses the result of p1" in text
    assert record["gradients"][0]["selected"] == ["p3"]


async def test_a_tool_that_lies_about_reading_spoils_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    record = await scripted(
        monkeypatch,
        ([call("p1", "waiting_tickets")], []),
        ([call("p1", "get_ticket", ticket="T-1001")], ["p1"]),
        target="tests.integration.desks:LyingDesk",
        patience=2,
    )
    assert record["reasons"] == ["replayed: s1 get_ticket at /is_closed: True was recorded, now it is False"]


async def test_a_read_may_be_made_again_once_something_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = [call("p1", "waiting_tickets")]
    closing = [call("p1", "close_ticket", ticket="T-1001"), call("p2", "assign_ticket", ticket="T-1001", agent="Bruno")]
    record = await scripted(monkeypatch, (listing, ["p1"]), (closing, ["p1"]), (listing, ["p1"]), (closing, ["p2"]))
    assert [step["result"] for step in history(record) if step["tool"] == "waiting_tickets"] == [
        {"tickets": ["T-1001", "T-1003"]},
        {"tickets": ["T-1003"]},
    ]
    # The write that was kept is not proposed again; the other one is, and fails now.
    assert [(a["iteration"], a["tool"], a["ok"]) for a in record["attempts"][3:]] == [
        (3, "waiting_tickets", True),
        (4, "assign_ticket", False),
    ]


async def test_writes_need_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "nodes.propose_calls.sound_proposals",
        lambda answer, request: [p.model_copy(update={"id": f"p{n}"}) for n, p in enumerate(answer.proposals, 1)],
    )
    monkeypatch.setattr("tests.integration.test_stateful.desk", lambda target: reading(target))
    writes = [call("p1", "create_ticket", subject="no sound"), call("p2", "waiting_tickets")]
    record = await scripted(monkeypatch, (writes, ["p1", "p2"]))
    assert [step["tool"] for step in history(record)] == ["waiting_tickets"]
    assert record["attempts"][0]["error"]["kind"] == "not_allowed"
    assert history(record)[0]["result"] == {"tickets": ["T-1001", "T-1003"]}


def reading(target: str) -> str:
    return SourceConfig(kind="python", target=target, stateful=True).as_spec()


# Going on


async def test_a_sample_whose_session_is_gone_goes_on_as_if_nothing_had_happened() -> None:
    context = settings(calls="6:100")
    undisturbed = await sample(context)
    graph = compiled(InMemorySaver())
    await graph.ainvoke({"seed": 1, "index": 0}, thread(), context=context, interrupt_after=["update_chain"])
    stops = 1
    while (await graph.aget_state(thread())).next:
        # As after a crash, or in another process.
        await end_sample(await registry_of(context), 1, 0)
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
    registry = await registry_of(context)
    monkeypatch.setattr(sample_sessions, "KEPT_MAX", 3)
    for index in range(8):
        async with sample_sessions.sample_session(registry, 77, index) as session:
            assert (await session.execute("waiting_tickets", {}, [], limits_of(context))).ok
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


def test_the_same_records_at_any_concurrency_and_after_kill_9(tmp_path: Path) -> None:
    command = config(tmp_path, SLOW, samples=6)
    code, _, err = run(tmp_path, *command, "--concurrency", "1", "--out", "alone")
    assert code == 0, err
    whole = [without_times(record) for record in lines(tmp_path / "alone/records.jsonl")]
    assert len(whole) >= 5
    assert any(step["after"] for record in whole for step in record["turns"][0]["steps"])

    process = start(tmp_path, *command, "--concurrency", "3", "--out", "killed", seconds=0.05)
    wait_for(process, lambda: len(lines(tmp_path / "killed/records.jsonl")) >= 1)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(lines(tmp_path / "killed/records.jsonl")) < len(whole)
    code, _, err = run(tmp_path, *command, "--concurrency", "3", "--out", "killed")
    assert code == 0, err
    assert [without_times(record) for record in lines(tmp_path / "killed/records.jsonl")] == whole

    code, out, err = run(tmp_path, "verify", "alone", "--replay", "--json", "--config", "run.toml")
    assert code == 0, out + err
    assert json.loads(out)
