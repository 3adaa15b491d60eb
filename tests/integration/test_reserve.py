"""Calls that worked and were not kept: they wait, are built on, kept later, and leave where they hold no more."""

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graph.context import Context
from nodes.policies.base import Proposal
from tests.integration import linked_tools
from tests.integration.desk_samples import differences, history, settings
from tests.integration.scripted import Scripted, call, deciding, keeping, scripted, using
from tests.integration.workflow import Json, compiled, thread
from tests.integration.workflow import history as checkpoints
from tool_registry.registry import get_registry
from tool_registry.sessions.sample import end_sample

LINKED = ["python:tests.integration.linked_tools:TOOLS"]
AIRPORT = call("p1", "find_airport", iata="HND")
SUN = call(
    "p2",
    "sun_times",
    latitude={"$from": "p1", "pointer": "/place/latitude"},
    longitude={"$from": "p1", "pointer": "/place/longitude"},
    date="2026-03-01",
)
MONEY = call("p3", "money_of", currency={"$from": "p1", "pointer": "/currency"})


@pytest.fixture(autouse=True)
def nothing_called() -> None:
    linked_tools.CALLS.clear()


async def linked(
    monkeypatch: pytest.MonkeyPatch, *script: tuple[list[Proposal], Any], target: int = 3, **more: Any
) -> tuple[Json, Scripted]:
    """Return the final state of a sample of the linked tools, and who decided."""
    policy = Scripted(*script)
    deciding(monkeypatch, policy)
    graph = compiled()
    context = Context(tools=LINKED, **{"patience": 2, **more})
    given = {"seed": 1, "index": 0, "target_calls": target}
    await graph.ainvoke(given, thread(), context=context, interrupt_before=["synthesize_query"])
    # As the loop leaves them, also what nobody needs in the end.
    chains = (await graph.aget_state(thread())).values["chains"]
    await graph.ainvoke(None, thread(), context=context)
    return {**(await graph.aget_state(thread())).values, "chains": chains}, policy


def notes(state: Json) -> list[tuple[int, str, str]]:
    return [(g["iteration"], note["kind"], note["call"]) for g in state["gradients"] for note in g["notes"]]


async def test_a_call_that_was_not_kept_is_kept_later_and_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    state, policy = await linked(
        monkeypatch,
        ([AIRPORT, SUN, MONEY], ["p1"]),
        ([], ["r3"]),
        ([], ["r2"]),
    )
    assert [step["tool"] for step in state["steps"]] == ["find_airport", "money_of", "sun_times"]
    assert [
        step["sources"].get("/currency", step["sources"].get("/latitude"))["step"] for step in state["steps"][1:]
    ] == [
        "s1",
        "s1",
    ]
    assert len(linked_tools.CALLS) == 3
    assert state["chains"] == [["s1", "s2", "s3"]]
    assert [gradient["selected"] for gradient in state["gradients"]] == [["p1"], ["r3"], ["r2"]]
    assert [attempt["selected"] for attempt in state["record"]["attempts"]] == [True] * 3
    assert [[report.proposal.id for report in request.reserve] for request in policy.proposing[1:]] == [
        ["r2", "r3"],
        ["r2"],
    ]
    assert state["reserve"] == []


async def test_a_reserve_is_kept_with_what_builds_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    on_it = using(call("p1", "money_of", currency="JPY"), currency="r1/currency")
    state, policy = await linked(monkeypatch, ([AIRPORT], []), ([on_it], ["p1"]))
    assert [(step["tool"], [s["step"] for s in step["sources"].values()]) for step in state["steps"]] == [
        ("find_airport", []),
        ("money_of", ["s1"]),
    ]
    assert state["gradients"][1]["selected"] == ["r1", "p1"]
    assert policy.judging[1].reports[0].proposal.sources["/currency"].step == "r1"


async def test_what_uses_a_reserve_waits_beside_it_and_comes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    on_it = using(call("p1", "money_of", currency="JPY"), currency="r1/currency")
    state, _ = await linked(monkeypatch, ([AIRPORT], []), ([on_it], []), ([], ["r2"]), patience=3)
    assert [step["tool"] for step in state["steps"]] == ["find_airport", "money_of"]
    assert state["steps"][1]["sources"]["/currency"]["step"] == "s1"


async def test_a_proposal_that_repeats_a_reserve_has_it_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    again = [AIRPORT, call("p2", "money_of", currency={"$from": "p1", "pointer": "/currency"})]
    state, policy = await linked(monkeypatch, ([AIRPORT], []), (again, ["p1"]))
    asked = policy.judging[1]
    assert [report.proposal.id for report in asked.reports] == ["r1", "p1"]
    assert asked.reports[1].proposal.arguments == {"currency": "JPY"}
    assert asked.reserve == []
    assert [step["tool"] for step in state["steps"]] == ["find_airport", "money_of"]
    assert [name for name, _ in linked_tools.CALLS] == ["find_airport", "money_of"]
    assert notes(state) == []


async def test_what_repeats_a_step_is_told_and_what_refers_to_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    again = [AIRPORT, call("p2", "money_of", currency={"$from": "p1", "pointer": "/currency"})]
    state, policy = await linked(monkeypatch, ([AIRPORT], ["p1"]), (again, ["p1"]))
    assert [step["tool"] for step in state["steps"]] == ["find_airport", "money_of"]
    assert state["steps"][1]["sources"]["/currency"]["step"] == "s1"
    assert notes(state) == [(2, "repeated_call", "find_airport")]
    assert policy.judging[1].notes[0].message == "the call of find_airport that was proposed as p1 repeats s1"


async def test_nothing_is_dropped_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [
        call("p1", "teleport"),
        call("p2", "find_airport", iata="XXX"),
        call("p3", "money_of", currency={"$from": "p1", "pointer": "/currency"}),
        call("p4", "find_airport", iata=float("nan")),
        *(call(f"p{number}", "money_of", currency=f"AA{number}") for number in range(5, 9)),
    ]
    state, policy = await linked(
        monkeypatch, (answer, []), ([call("p1", "find_airport", iata="XXX")], ["p7", "r99", "{p1}"]), target=2
    )
    assert notes(state) == [
        (1, "unknown_tool", "teleport"),
        (1, "dangling_reference", "money_of"),
        (1, "unusable_call", "find_airport"),
        (1, "too_many_calls", "money_of"),
        (1, "too_many_calls", "money_of"),
        (2, "repeated_call", "find_airport"),
        (2, "unknown_call", "p7"),
        (2, "unknown_call", "r99"),
        (2, "unknown_call", "{p1}"),
    ]
    assert [note.kind for note in policy.judging[0].notes] == [
        "unknown_tool",
        "dangling_reference",
        "unusable_call",
    ] + ["too_many_calls"] * 2
    assert policy.proposing[0].count == 3


async def test_a_unit_goes_beyond_what_is_accepted_and_not_beyond_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    both = call(
        "p2",
        "sun_times",
        latitude={"$from": "p1", "pointer": "/place/latitude"},
        longitude=1,
        date="2026-03-01",
    )
    unit = ([AIRPORT, both], ["p1", "p2"])
    state, _ = await linked(monkeypatch, unit, accept_per_iteration=1)
    assert state["gradients"][0]["selected"] == ["p1", "p2"]
    state, _ = await linked(monkeypatch, unit, ([], ["r1"]), target=1)
    assert [gradient["selected"] for gradient in state["gradients"]] == [[], ["r1"]]
    assert notes(state)[0] == (1, "no_room", "p2")


@pytest.mark.parametrize(
    ("places", "chains"),
    [
        (("p1", "p2", "p3"), [["s1", "s2"], ["s3"]]),
        (("p1@0", "p2@0", "p3@0"), [["s1", "s2", "s3"]]),
        (("p1@0", "p2@1", "p3@1"), [["s1"], ["s2", "s3"]]),
        (("p1@7", "p2", "p3@7"), [["s1", "s2", "s3"]]),
    ],
)
async def test_a_number_that_no_chain_has_opens_one_for_all_that_have_it(
    monkeypatch: pytest.MonkeyPatch, places: tuple[str, ...], chains: list[list[str]]
) -> None:
    alone = call("p3", "money_of", currency="EUR")
    state, _ = await linked(monkeypatch, ([AIRPORT, SUN, alone], keeping(*places)))
    assert state["chains"] == chains


async def test_a_chain_that_stands_goes_on_and_none_is_that_of_the_result_used(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = call("p1", "money_of", currency="EUR")
    sun = call("p1", "sun_times", latitude=35.55231, longitude=1, date="2026-03-01")
    state, _ = await linked(
        monkeypatch,
        ([AIRPORT], ["p1"]),
        ([alone], ["p1"]),
        ([using(sun, latitude="s1/place/latitude")], ["p1"]),
        ([call("p1", "money_of", currency="USD")], keeping("p1@1")),
        target=4,
    )
    assert state["chains"] == [["s1", "s3"], ["s2", "s4"]]


async def test_words_call_a_call_what_it_is_called_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = call("p2", "find_airport", iata="XXX")
    told = "{p1}/currency is unused, {p3} waits, {p2} failed, { p1 } again, {p9} is nothing; p1 as it stands."
    state, policy = await linked(
        monkeypatch, ([AIRPORT, wrong, call("p3", "money_of", currency="EUR")], keeping("p1", gradient=told))
    )
    want = "s1/currency is unused, r3 waits, find_airport (p2) failed, s1 again, p9 is nothing; p1 as it stands."
    assert state["gradients"][0]["text"] == want
    assert policy.proposing[1].gradients[0].text == want


async def test_the_reserve_is_bounded_and_says_what_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    def some(iteration: int) -> list[Proposal]:
        return [call(f"p{n}", "money_of", currency=f"C{iteration}{n}") for n in range(1, 8)]

    state, policy = await linked(
        monkeypatch,
        (some(1), []),
        (some(2), []),
        ([call("p1", "money_of", currency="C11")], ["p1"]),
        target=9,
        proposals=8,
        patience=3,
    )
    assert [report.proposal.id for report in policy.proposing[2].reserve] == [f"r{n}" for n in range(3, 15)]
    assert notes(state)[:2] == [(2, "left_reserve", "r1"), (2, "left_reserve", "r2")]
    # What has left can be made again.
    assert [step["arguments"] for step in state["steps"]] == [{"currency": "C11"}]


# Where a critique ends a chain


async def test_a_chain_is_concluded_from_half_of_its_target_on(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = keeping("p1", concluded=True)
    script = (
        ([AIRPORT], ends),
        ([MONEY.model_copy(update={"id": "p1", "arguments": {"currency": "JPY"}, "references": {}})], ends),
    )
    state, policy = await linked(monkeypatch, *script, target=4)
    assert (state["stop_reason"], len(state["steps"])) == ("concluded", 2)
    assert notes(state) == [(1, "not_concluded", "")]
    assert policy.judging[0].conclude_from == 2
    assert state["record"]["meta"]["target_calls"] == 4
    state, policy = await linked(monkeypatch, *script, target=4, min_share=1)
    assert state["stop_reason"] == "no_progress"
    assert notes(state) == [(1, "not_concluded", ""), (2, "not_concluded", "")]
    assert policy.judging[0].conclude_from is None


async def test_an_empty_chain_is_not_concluded(monkeypatch: pytest.MonkeyPatch) -> None:
    state, _ = await linked(monkeypatch, ([AIRPORT], keeping(concluded=True)), ([], ["r1"]), target=2, min_share=0.01)
    assert state["gradients"][0]["notes"][0]["kind"] == "not_concluded"
    assert [step["tool"] for step in state["steps"]] == ["find_airport"]


# Tools that remember


async def test_a_read_that_a_write_made_wrong_leaves_and_another_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = [call("p1", "waiting_tickets"), call("p2", "agent_of_ticket", ticket="T-1002")]
    record = await scripted(
        monkeypatch,
        (reads, []),
        ([call("p1", "create_ticket", subject="no sound")], ["p1"]),
        ([], ["r1", "r2"]),
        patience=2,
    )
    assert [step["tool"] for step in history(record)] == ["create_ticket", "agent_of_ticket"]
    told = record["gradients"][1]["notes"]
    assert [(note["kind"], note["call"]) for note in told] == [("left_reserve", "r1")]
    assert told[0]["message"].startswith("waiting_tickets (r1) does not give the same after what was kept (differs at ")
    assert [(note["kind"], note["call"]) for note in record["gradients"][2]["notes"]] == [("unknown_call", "r1")]
    assert await differences(history(record), settings()) == []


async def test_a_read_of_the_same_iteration_as_the_write_is_looked_at_too(monkeypatch: pytest.MonkeyPatch) -> None:
    record = await scripted(
        monkeypatch,
        ([call("p1", "waiting_tickets"), call("p2", "create_ticket", subject="no sound")], ["p2"]),
        ([call("p1", "waiting_tickets")], ["p1"]),
    )
    assert record["gradients"][0]["notes"][0]["call"] == "p1"
    created, listed = history(record)
    assert created["result"]["ticket"] in listed["result"]["tickets"]


async def test_a_write_in_the_reserve_is_made_when_it_is_kept_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    record = await scripted(
        monkeypatch,
        ([call("p1", "create_ticket", subject="no sound")], []),
        ([call("p1", "waiting_tickets")], ["p1"]),
        ([], ["r1"]),
        ([call("p1", "waiting_tickets")], ["p1"]),
        patience=2,
    )
    first, created, second = history(record)
    assert created["result"]["ticket"] not in first["result"]["tickets"]
    assert created["result"]["ticket"] in second["result"]["tickets"]
    assert await differences(history(record), settings()) == []
    assert [attempt["tool"] for attempt in record["attempts"]].count("create_ticket") == 1


async def test_a_call_that_uses_a_write_in_the_reserve_is_made_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    new = using(call("p1", "get_ticket", ticket="T-1004"), ticket="r1/ticket")
    assign = using(call("p2", "assign_ticket", ticket="T-1004", agent="Bruno"), ticket="r1/ticket")
    record = await scripted(
        monkeypatch,
        ([call("p1", "create_ticket", subject="no sound")], []),
        ([new, assign], ["p1"]),
        ([], ["r3"]),
        patience=2,
    )
    steps = history(record)
    assert [step["tool"] for step in steps] == ["create_ticket", "get_ticket", "assign_ticket"]
    assert [[s["step"] for s in step["sources"].values() if s["kind"] == "step"] for step in steps] == [
        [],
        ["s1"],
        ["s1"],
    ]
    assert await differences(steps, settings()) == []
    assert record["gradients"][1]["selected"] == ["r1", "p1"]


async def test_of_two_writes_in_the_reserve_the_second_leaves_with_what_uses_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = [
        call("p1", "create_ticket", subject="no sound"),
        call("p2", "create_ticket", subject="no light"),
        call("p3", "assign_ticket", ticket={"$from": "p2", "pointer": "/ticket"}, agent="Bruno"),
    ]
    record = await scripted(monkeypatch, (made, []), ([], ["r1"]), ([], ["r3"]), patience=2)
    assert [step["tool"] for step in history(record)] == ["create_ticket"]
    left = [(note["kind"], note["call"]) for note in record["gradients"][1]["notes"]]
    # Both create the ticket with the next number; assigning it gives the same whoever has opened it.
    assert left == [("left_reserve", "r2"), ("left_reserve", "r3")]


async def test_a_reserve_survives_a_process_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped before and after each node, with nothing but the checkpoint left, it comes out the same."""
    new = using(call("p1", "get_ticket", ticket="T-1004"), ticket="r1/ticket")
    script = (
        ([call("p1", "create_ticket", subject="no sound"), call("p2", "waiting_tickets")], []),
        ([new], ["p1"]),
        ([call("p1", "agent_of_ticket", ticket="T-1002")], ["p1", "r2"]),
    )
    undisturbed = await scripted(monkeypatch, *script, patience=2)
    deciding(monkeypatch, Scripted(*script))
    graph, context = compiled(InMemorySaver()), settings(accept_per_iteration=3, patience=2)
    given: Json | None = {"seed": 1, "index": 0, "target_calls": 8}
    while given is not None or (await graph.aget_state(thread())).next:
        await graph.ainvoke(given, thread(), context=context, interrupt_after="*")
        given = None
        await end_sample(await get_registry(context.tools), 1, 0)
    record = (await graph.aget_state(thread())).values["record"]
    assert [step["result"] for step in history(record)] == [step["result"] for step in history(undisturbed)]
    assert record["gradients"] == undisturbed["gradients"]
    reserves = [snapshot.values.get("reserve", []) for snapshot in await checkpoints(graph)]
    assert max(map(len, reserves)) == 2
    assert all("result" not in entry for reserve in reserves for entry in reserve)


async def test_a_reserve_that_was_edited_to_nonsense_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = Scripted(([AIRPORT], []), ([], ["r1"]))
    deciding(monkeypatch, policy)
    graph, context = compiled(), Context(tools=LINKED, patience=2)
    given = {"seed": 1, "index": 0, "target_calls": 3}
    await graph.ainvoke(given, thread(), context=context, interrupt_after=["check_stop"])
    values = (await graph.aget_state(thread())).values
    nonsense = [{**values["reserve"][0], "id": id} for id in ("r0", "r77", "x", "p1")]
    fork = await graph.aupdate_state(thread(), {"reserve": [*nonsense, *values["reserve"]]}, as_node="check_stop")
    output = await graph.ainvoke(None, fork, context=context)
    assert [report.proposal.id for report in policy.judging[1].reserve] == ["r1"]
    assert [step["tool"] for turn in output["record"]["turns"] for step in turn["steps"]] == ["find_airport"]
