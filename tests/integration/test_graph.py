"""The workflow as a whole: a sample from its two numbers to its record, with the savers that scripts use."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from pydantic import ValidationError

from graph.record import Record
from nodes.proofs import prove
from tests.fixtures.parcels import TOOLS
from tests.integration.command import without_times
from tests.integration.workflow import NODES, SOMETIMES, Json, compiled, history, sample, settings, thread, tools

TARGET = 4


@pytest.fixture(params=["memory", "sqlite"])
async def saver(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    if request.param == "memory":
        yield InMemorySaver()
        return
    async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "checkpoints.sqlite")) as saver:
        yield saver


def test_the_phases_are_nodes() -> None:
    assert {name for name in compiled().get_graph().nodes if not name.startswith("__")} == {*NODES, *SOMETIMES}


async def test_a_sample_ends_in_an_accepted_record(saver: BaseCheckpointSaver[Any]) -> None:
    output = await sample(settings(), compiled(saver), index=3, target_calls=TARGET)
    assert (output["status"], output["reasons"]) == ("accepted", [])
    record = Record.model_validate(output["record"])
    turn = record.turns[0]
    assert record.id == "s1-000003"
    assert [step.id for step in turn.steps] == ["s1", "s2", "s3", "s4"]
    assert sorted(step for chain in turn.chains for step in chain) == ["s1", "s2", "s3", "s4"]
    assert turn.query
    assert turn.response
    assert record.meta.stop_reason == "target_reached"
    assert not prove(record).findings
    kept = {(gradient.iteration, id) for gradient in record.gradients for id in gradient.selected}
    assert len(kept) == TARGET
    assert {(a.iteration, a.id) for a in record.attempts if a.selected} == kept


async def test_results_are_what_the_tools_return() -> None:
    output = await sample(settings(), index=3, target_calls=TARGET)
    functions = {tool.__name__: tool for tool in TOOLS}
    steps = output["record"]["turns"][0]["steps"]
    assert len(steps) == TARGET
    for step in steps:
        assert step["result"] == await functions[step["tool"]](**step["arguments"])


async def test_the_target_is_drawn_from_the_mix_when_not_given() -> None:
    graph = compiled()
    context = settings(calls="2:50,3:50")
    outputs = [await sample(context, graph, str(index), index=index) for index in range(6)]
    assert {len(output["record"]["turns"][0]["steps"]) for output in outputs} == {2, 3}


async def test_the_chain_grows_over_the_history(saver: BaseCheckpointSaver[Any]) -> None:
    graph = compiled(saver)
    await sample(settings(accept_per_iteration=1), graph, target_calls=TARGET)
    states = [snapshot.values for snapshot in await history(graph)]
    for name in ("steps", "gradients", "attempts"):
        for older, newer in pairwise(state.get(name, []) for state in states):
            # The words of a critique name its calls as steps once they are.
            same = max(len(older) - (name == "gradients"), 0)
            assert newer[:same] == older[:same]
    lengths = [len(state.get("steps", [])) for state in states]
    assert sorted(set(lengths)) == [0, 1, 2, 3, 4]
    assert len(states[-1]["gradients"]) == states[-1]["iteration"] >= TARGET


async def test_every_checkpoint_holds_json_only(saver: BaseCheckpointSaver[Any]) -> None:
    graph = compiled(saver)
    await sample(settings(), graph, target_calls=TARGET)
    snapshots = await history(graph)
    results = [task.result for snapshot in snapshots for task in snapshot.tasks if task.result]
    assert {task.name for snapshot in snapshots for task in snapshot.tasks} >= set(NODES)
    for value in [*(snapshot.values for snapshot in snapshots), *results]:
        # Tuples, models and sets would not come back as what they were.
        assert json.loads(json.dumps(value, allow_nan=False)) == value


async def test_a_fan_out_is_one_superstep() -> None:
    graph = compiled()
    await sample(settings(), graph, target_calls=TARGET)
    fans = [s for s in await history(graph) if s.tasks and s.tasks[0].name == "execute_call"]
    assert len(fans) == (await graph.aget_state(thread())).values["iteration"]
    assert all(len(fan.tasks) == len(fan.values["proposals"]) for fan in fans)
    assert max(len(fan.tasks) for fan in fans) == 4


async def test_the_same_numbers_give_the_same_record() -> None:
    first, again = [await sample(settings(), index=5, target_calls=3) for _ in range(2)]
    other = await sample(settings(), index=6, target_calls=3)
    assert without_times(first["record"]) == without_times(again["record"])
    assert without_times(first["record"])["turns"] != without_times(other["record"])["turns"]


async def test_other_samples_at_the_same_time_change_nothing() -> None:
    graph, context = compiled(), settings()
    together = await asyncio.gather(*(sample(context, graph, str(index), index=index) for index in range(12)))
    alone: list[Json] = [await sample(context, index=index) for index in range(12)]
    assert [without_times(one["record"]) for one in together] == [without_times(one["record"]) for one in alone]


async def test_a_thread_that_is_used_again_starts_afresh(saver: BaseCheckpointSaver[Any]) -> None:
    graph, context = compiled(saver), settings()
    await sample(context, graph, index=1, target_calls=TARGET)
    second = await sample(context, graph, index=2)
    alone = await sample(context, index=2)
    assert without_times(second["record"]) == without_times(alone["record"])
    values = (await graph.aget_state(thread())).values
    assert [step["tool"] for step in values["steps"]] == [s["tool"] for s in second["record"]["turns"][0]["steps"]]
    assert len(values["attempts"]) == len(second["record"]["attempts"])


@pytest.mark.parametrize("given", [{"seed": 2**63}, {"seed": 2**80}, {"seed": -1}, {"index": 2**80}])
async def test_numbers_that_no_checkpoint_holds_are_refused_at_the_door(
    saver: BaseCheckpointSaver[Any], given: dict[str, int]
) -> None:
    (name,) = given
    with pytest.raises(ValidationError, match=f"{name}\n.*(less|greater) than"):
        await sample(settings(), compiled(saver), **given)
    output = await sample(settings(calls="1:100"), compiled(saver), "two", seed=2**63 - 1)
    assert output["status"] == "accepted"


async def test_without_a_context_the_defaults_hold() -> None:
    output = await compiled().ainvoke({"seed": 1, "index": 0, "target_calls": 1}, thread())
    assert output["status"] == "accepted"
    assert {tool["source"] for tool in output["record"]["tools"]} == {"builtin"}


async def test_tools_from_several_specs_work_together() -> None:
    both = [*tools(), *tools("RAISING", "trouble")]
    output = await sample(settings(tools=both), target_calls=TARGET)
    assert output["status"] == "accepted"
    assert "raising_scale" in output["record"]["offered"]
