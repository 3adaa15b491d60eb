"""Tasks: what may cross a wire, and what may not."""

import json

import pytest

from tests.unit.toolgrad_data.tasks.playing import environment, keyed, records
from toolgrad_data.tasks.golden import TaskError, check_tools
from toolgrad_data.tasks.task import KeyedTask


async def test_a_task_tells_neither_its_record_nor_what_is_right() -> None:
    own = await environment()
    for record in records():
        made = keyed(record, own)
        crosses = made.task.model_dump_json()
        for secret in (record.id, '"steps"', '"tells"', '"forbids"', '"sources"', "x-mention", '"examples"'):
            assert secret not in crosses, (record.id, secret)
        for turn in record.turns:
            assert json.dumps(turn.response)[1:-1] not in crosses
        assert made.task.messages == [turn.query for turn in record.turns]


async def test_the_system_message_has_the_rules_in_words_alone() -> None:
    own = await environment()
    task = keyed(records()[5], own).task
    assert "P1" in task.system
    assert "forbids" not in task.system


async def test_the_same_record_gives_the_same_task() -> None:
    own = await environment()
    assert keyed(records()[0], own) == keyed(records()[0], own)


async def test_tools_that_are_gone_or_changed_are_told() -> None:
    own = await environment()
    made = keyed(records()[0], own)
    data = made.model_dump(mode="json")
    data["task"]["offered"][0]["name"] = "gone_tool"
    data["task"]["offered"][1]["parameters"]["properties"].popitem()
    with pytest.raises(TaskError, match="gone_tool is not among the tools that are loaded") as told:
        check_tools(KeyedTask.model_validate(data), own.registry)
    assert "takes other parameters now" in str(told.value)
    assert "toolgrad tasks RUN" in str(told.value)
