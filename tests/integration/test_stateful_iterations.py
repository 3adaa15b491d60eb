"""One iteration's calls of stateful tools, as a test scripts them: which are kept, in which order, and why not."""

import pytest

from nodes.propose_calls import Sound
from tests.integration.desk_samples import differences, history, settings
from tests.integration.scripted import call, scripted
from tool_registry.sources.config import SourceConfig


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
    assert [(note["kind"], note["call"]) for note in first["notes"]] == [("not_the_same", "p2")]
    why = "made again in the sample's session it does not give the same (differs at /ticket"
    assert first["notes"][0]["message"].startswith(f"create_ticket (p2) was not kept: {why}")
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
    text = "\n".join(note["message"] for note in record["gradients"][0]["notes"])
    assert "create_ticket (p1) was not kept: made again" in text
    assert "get_ticket (p2) was not kept: it uses the result of create_ticket (p1)" in text
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
        lambda answer, request: Sound(
            [p.model_copy(update={"id": f"p{n}"}) for n, p in enumerate(answer.proposals, 1)]
        ),
    )
    monkeypatch.setattr("tests.integration.desk_samples.desk", lambda target: reading(target))
    writes = [call("p1", "create_ticket", subject="no sound"), call("p2", "waiting_tickets")]
    record = await scripted(monkeypatch, (writes, ["p1", "p2"]))
    assert [step["tool"] for step in history(record)] == ["waiting_tickets"]
    assert record["attempts"][0]["error"]["kind"] == "not_allowed"
    assert history(record)[0]["result"] == {"tickets": ["T-1001", "T-1003"]}


def reading(target: str) -> str:
    return SourceConfig(kind="python", target=target, stateful=True).as_spec()


async def test_state_that_nobody_measures_puts_earlier_steps_in_order_too(monkeypatch: pytest.MonkeyPatch) -> None:
    record = await scripted(
        monkeypatch,
        ([call("p1", "write", text="one")], ["p1"]),
        ([call("p1", "write", text="two")], ["p1"]),
        ([call("p1", "read")], ["p1"]),
        target="tests.fixtures.undeclared:Folder",
        allow_unannotated=True,
    )
    # Two lines in a file change nothing in the object: only what is read shows that their order counts.
    assert [step["after"] for step in history(record)] == [[], ["s1"], ["s2"]]


async def test_undeclared_reads_of_one_iteration_wait_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    record = await scripted(
        monkeypatch,
        ([call("p1", "size", book="Emma"), call("p2", "titles"), call("p3", "lend", book="Emma")], ["p1", "p2", "p3"]),
        ([call("p1", "size", book="Ulysses")], ["p1"]),
        target="tests.fixtures.undeclared:Shelf",
        allow_unannotated=True,
    )
    assert [(step["tool"], step["after"]) for step in history(record)] == [
        ("size", []),
        ("titles", []),
        ("lend", []),
        ("size", []),
    ]
