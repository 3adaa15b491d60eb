import json
import re
from pathlib import Path

import pytest

from graph.record import Record
from tests.unit.toolgrad_data.export.own_formats import FORMATS, PREFERENCES
from tests.unit.toolgrad_data.export.records import dependent, parallel, record, step
from toolgrad_data.cli.group import load_command
from toolgrad_data.export.conversation import Example, UnfitError, calling, says, single_turn, tool_answer, user
from toolgrad_data.export.formats.trl_completion import TrlCompletion
from toolgrad_data.export.from_record import example_of
from toolgrad_data.export.waves import waves_of


def waves(example: Example) -> list[list[str]]:
    return [[call.arguments.get("city") or call.tool for call in wave] for wave in example.waves()]


def test_waves_are_as_early_and_as_wide_as_dependence_lets_them() -> None:
    example = example_of(dependent())
    assert waves(example) == [["Rome", "Oslo"], ["7"], ["book-table"]]
    assert [message.role for message in example.messages] == [
        *("system", "user", "assistant", "tool", "tool"),
        *("assistant", "tool", "assistant", "tool", "assistant"),
    ]
    assert [call.id for call in example.calls()] == ["call00000", "call00001", "call00002", "call00003"]


def test_each_result_follows_its_call_as_text() -> None:
    example = example_of(dependent())
    results = {message.call_id: message.content for message in example.messages if message.role == "tool"}
    assert results == {
        "call00000": '{"city": {"id": 7}}',
        "call00001": "sunny",
        "call00002": "[1]",
        "call00003": "null",
    }


def test_sources_inside_derivations_and_compositions_count() -> None:
    inner = {"kind": "step", "step": "s1", "pointer": ""}
    for source in (
        {"kind": "derived", "op": "count", "of": [{"kind": "derived", "op": "first", "of": [inner]}]},
        {"kind": "composed", "of": [inner]},
    ):
        made = record(
            step("s1", "weather", {"city": "Rome"}), step("s2", "weather", {"city": "x"}, sources={"/city": source})
        )
        assert [len(wave) for wave in waves_of(made.turns[0])] == [1, 1]


def test_a_step_that_needs_a_later_one_is_no_conversation() -> None:
    with pytest.raises(UnfitError, match="comes later"):
        example_of(record(step("s1", "weather", {"city": "a"}, after=["s2"]), step("s2", "weather", {"city": "b"})))


def test_context_is_what_the_system_says() -> None:
    assert example_of(dependent()).system == (
        "Current date and time: 2026-03-01T10:00:00+01:00\nThe user's time zone: Europe/Rome\nThe user's name: Ada"
    )
    assert example_of(parallel()).system == ""


def test_defaults_are_left_out_unless_asked_for() -> None:
    lean, full = example_of(parallel()), example_of(parallel(), defaults=True)
    assert next(lean.calls()).arguments == {"city": "Żółć “x”"}
    assert next(full.calls()).arguments == {"city": "Żółć “x”", "unit": "C"}
    assert list(lean.calls())[1].arguments["guest"] == {"name": "O'Neil </tool_call>", "seat": {}}
    assert list(lean.calls())[1].defaults == {"/guest/vip": False, "/guest/seat/row": 1}
    assert parallel().turns[0].steps[0].arguments["unit"] == "C"


def test_a_default_that_the_schema_requires_stays() -> None:
    made = record(step("s1", "weather", {"city": "Rome"}, sources={"/city": {"kind": "default"}}))
    assert next(example_of(made).calls()).arguments == {"city": "Rome"}


def test_tools_are_shown_without_what_only_we_read() -> None:
    (tool,) = example_of(record(step("s1", "weather", {"city": "Rome"}))).tools
    assert "x-phrases" not in tool.parameters
    assert "examples" not in tool.parameters
    # A parameter may be named like an extension keyword.
    assert set(tool.parameters["properties"]) == {"city", "unit", "days", "x-trace"}
    assert tool.parameters["properties"]["city"]["examples"] == ["Rome", "Oslo", "Bonn"]


def test_single_turn_formats_take_records_without_dependence() -> None:
    query, calls, words = single_turn(example_of(parallel()))
    assert (query, len(calls), words) == ("What now?", 2, "")
    with pytest.raises(UnfitError, match="needs another's result"):
        single_turn(example_of(dependent()))


def test_a_record_without_calls_or_specs_is_unfit() -> None:
    with pytest.raises(UnfitError, match="no calls"):
        example_of(record())
    lacking = parallel().model_copy(update={"tools": []})
    with pytest.raises(UnfitError, match="lacks the spec"):
        example_of(lacking)


def test_a_real_run_becomes_conversations(real_records: list[Record]) -> None:
    for made in real_records:
        example = example_of(made)
        calls = [(call.tool, call.arguments) for call in example.calls()]
        steps = [(step.tool, step.arguments) for turn in made.turns for step in turn.steps]
        assert len(calls) == len(steps)
        assert {name for name, _ in calls} == {name for name, _ in steps}
        assert json.dumps([tool.parameters for tool in example.tools]).count('"x-') == 0


def test_what_is_not_to_be_learned_goes_into_the_prompt() -> None:
    example = example_of(parallel())
    failed, right = example.calls()
    messages = (
        user("Book."),
        calling(failed, train=False),
        tool_answer(failed, {"error": "no such day"}),
        calling(right),
        tool_answer(right, "fine"),
        says("Done."),
    )
    recovery = Example("x", messages, example.tools, kind="recovery")
    (row,) = TrlCompletion().rows(recovery, 0)
    assert [len(row["prompt"]), len(row["completion"])] == [3, 3]
    assert row["completion"][0]["tool_calls"][0]["function"]["name"] == right.tool
    for name in ("trl", "hermes", "llamafactory", "toolllama", "xlam"):
        with pytest.raises(UnfitError, match="not to be trained on"):
            FORMATS[name].rows(recovery, 0)
    with pytest.raises(UnfitError, match="ends with a message"):
        TrlCompletion().rows(Example("x", messages[:3], example.tools), 0)
    (marked,) = FORMATS["axolotl"].rows(recovery, 0)
    assert [message["train"] for message in marked["messages"]] == [False, False, False, True, False, True]


def test_the_order_of_tools_does_not_tell_the_order_of_calls() -> None:
    made = record(step("s1", "weather", {"city": "Rome"}), step("s2", "book-table", {"from": "x"}))
    assert [tool.name for tool in example_of(made).tools] == ["book-table", "weather"]


def test_the_page_of_formats_has_each() -> None:
    page = (Path(__file__).parents[4] / "docs" / "datasets.md").read_text(encoding="utf-8")
    command = load_command("export")
    known = {option for parameter in command.params for option in parameter.opts}
    assert {
        option for line in re.findall(r"toolgrad export .*", page) for option in re.findall(r"--[a-z-]+", line)
    } <= known
    for name in [*FORMATS, *PREFERENCES]:
        assert f"| `{name}` |" in page
