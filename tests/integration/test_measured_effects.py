"""Records of stateful tools that declare nothing: reads wait for no reads, and each order that is allowed is right."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graph.context import Context
from graph.record import Record, RejectedRecord
from tests.fixtures import undeclared
from tests.integration.command import lines, run, without_times
from tests.integration.desk_samples import differences, records, steps_of
from tests.integration.desks import orders
from tests.integration.workflow import Json, compiled, sample, thread
from tool_registry.registry import get_registry
from tool_registry.sessions.sample import end_sample
from tool_registry.sources.config import SourceConfig

#: Of each class what it is known to change; all its other tools only read.
WRITES = {
    "tests.fixtures.undeclared:Shelf": {"put", "lend"},
    "tests.fixtures.bfcl_state:vehicle": {
        "activateParkingBrake",
        "adjustClimateControl",
        "fillFuelTank",
        "get_current_speed",  # It draws a random number from the object.
        "lockDoors",
        "pressBrakePedal",
        "releaseBrakePedal",
        "setCruiseControl",
        "setHeadlights",
        "set_navigation",
        "startEngine",
    },
    "tests.fixtures.bfcl_state:travel": {
        "authenticate_travel",
        "book_flight",
        "cancel_booking",
        "purchase_insurance",
        "register_credit_card",
        "set_budget_limit",
    },
    "tests.fixtures.bfcl_state:tickets": {
        "close_ticket",
        "create_ticket",
        "edit_ticket",
        "logout",
        "resolve_ticket",
        "ticket_login",
    },
}
CLASSES = [
    pytest.param(
        target,
        marks=pytest.mark.skipif(
            "bfcl" in target and importlib.util.find_spec("bfcl_eval") is None, reason="needs bfcl-eval"
        ),
    )
    for target in WRITES
]


def settings(target: str, **more: Any) -> Context:
    source = SourceConfig(kind="python", target=target, stateful=True, allow_unannotated=True)
    return Context(**{"tools": [source.as_spec()], "calls": "3-6:100", **more})


def waiting_reads(record: Record, writes: set[str]) -> list[str]:
    """The reads that come after a step that only reads, too."""
    tools = {step["id"]: step["tool"] for step in steps_of(record)}
    return [
        f"{step['tool']} after {tools[other]}"
        for step in steps_of(record)
        for other in step["after"]
        if other in tools and step["tool"] not in writes and tools[other] not in writes
    ]


@pytest.mark.parametrize("target", CLASSES)
async def test_reads_wait_for_no_reads_and_every_order_that_is_left_gives_the_same(target: str) -> None:
    context = settings(target, proposals=3)
    made = [record for record in await records(context, 8) if not isinstance(record, RejectedRecord)]
    assert len(made) >= 6
    moved = 0
    for record in made:
        steps = steps_of(record)
        assert waiting_reads(record, WRITES[target]) == []
        for order in [steps, *orders(steps, 5)]:
            moved += [step["id"] for step in order] != [step["id"] for step in steps]
            assert await differences(order, context) == [], [step["id"] for step in order]
    assert moved >= 2


async def test_a_session_that_was_built_again_measures_the_same() -> None:
    context = settings("tests.fixtures.undeclared:Shelf", calls="6:100")
    undisturbed = await sample(context)
    graph = compiled(InMemorySaver())
    await graph.ainvoke({"seed": 1, "index": 0}, thread(), context=context, interrupt_after=["update_chain"])
    stops = 1
    while (await graph.aget_state(thread())).next:
        await end_sample(await get_registry(context.tools), 1, 0)
        output: Json = await graph.ainvoke(None, thread(), context=context, interrupt_after=["update_chain"])
        stops += 1
    assert stops > 3
    assert without_times(output["record"]) == without_times(undisturbed["record"])


async def test_state_in_files_keeps_the_order_of_its_calls() -> None:
    context = settings("tests.fixtures.undeclared:Folder")
    for record in await records(context, 6):
        steps = steps_of(record)
        for order in orders(steps, 6):
            assert await differences(order, context) == [], [step["id"] for step in order]


def test_the_same_records_at_any_concurrency(tmp_path: Path) -> None:
    shelf, counted = (f"python:{Path(undeclared.__file__)}:{name}" for name in ("Shelf", "Counted"))
    (tmp_path / "run.toml").write_text(
        f"""\
calls = "3-6:100"
samples = 8
seed = 5
[[tools]]
spec = "{shelf}"
stateful = true
allow_unannotated = true
[[tools]]
spec = "{counted}"
stateful = true
allow_unannotated = true
"""
    )
    found = []
    for number in ("1", "8"):
        code, _, err = run(tmp_path, "generate", "--config", "run.toml", "--concurrency", number, "--out", number)
        assert code == 0, err
        found.append([without_times(record) for record in lines(tmp_path / number / "records.jsonl")])
    assert len(found[0]) >= 4
    assert found[0] == found[1]
    code, out, err = run(tmp_path, "verify", "8", "--replay", "--config", "run.toml")
    assert code == 0, out + err
