"""Proofs of tasks, and what is left out."""

import pytest

from tests.unit.toolgrad_data.tasks.playing import environment, keyed, records
from toolgrad_data.tasks.making import keyed_task, make_tasks
from toolgrad_data.tasks.mutants import MUTANTS
from toolgrad_data.tasks.proving import prove_task


async def test_the_dialogues_prove_themselves_and_every_mutant_is_refused() -> None:
    own = await environment()
    made: set[str] = set()
    for record in records():
        proof = await prove_task(keyed(record, own), own)
        assert proof.problems == [], record.id
        made |= proof.mutants.keys()
        assert all(total < 1 for totals in proof.mutants.values() for total in totals)
    assert made == MUTANTS.keys()


async def test_a_record_that_does_not_hold_is_left_out_with_the_reason() -> None:
    own = await environment()
    bergen = records()[0]
    lying = bergen.model_copy(deep=True)
    lying.turns[0].steps[1].result["sunrise"] = "2026-05-09T06:14:00+02:00"
    no_calls = bergen.model_copy(update={"turns": [turn.model_copy(update={"steps": []}) for turn in bergen.turns]})
    gone = bergen.model_copy(deep=True)
    gone.tools[0] = gone.tools[0].model_copy(update={"name": "gone_tool"})
    reasons = [made.reason async for made in make_tasks([bergen, lying, no_calls, gone], own)]
    assert reasons[0] == ""
    assert "sun_times does not give what the record has" in reasons[1]
    assert reasons[2] == "it has no calls"
    assert reasons[3] == "gone_tool is not among the tools that are loaded"


async def test_a_task_offers_its_own_tools_among_as_many_as_wanted() -> None:
    own = await environment()
    record = records()[0].model_copy(update={"offered": [*own.registry.names[:40], "city_location", "sun_times"]})
    for count, wanted in ((1, 2), (10, 10)):
        made = keyed_task(record, own.registry, own.permissions, offered=count)
        assert not isinstance(made, str)
        names = [spec.name for spec in made.task.offered]
        assert len(names) == wanted
        assert {"city_location", "sun_times"} <= set(names)
        assert names == sorted(names)


@pytest.mark.parametrize("number", [0, 6])
async def test_a_state_that_is_another_each_time_is_not_compared(number: int) -> None:
    own = await environment()
    task = keyed(records()[number], own)
    by_writes = task.model_copy(update={"key": task.key.model_copy(update={"by_state": False})})
    assert (await prove_task(by_writes, own)).problems == []
