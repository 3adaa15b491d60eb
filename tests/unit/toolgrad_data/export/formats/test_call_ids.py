"""Ids of calls: in every row that can hold them, each the result's and no other's."""

import importlib.util
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.record import Record, ToolError
from tests.unit.toolgrad_data.export.own_formats import FORMATS, PREFERENCES
from tests.unit.toolgrad_data.export.records import dependent, parallel
from tests.unit.toolgrad_data.export.test_command import call, lines, run_of
from toolgrad_data.export.conversation import Call, Example, Preference, calling, says, tool_answer, user
from toolgrad_data.export.datasets.mistakes import Mistake
from toolgrad_data.export.datasets.preferences import Preferences
from toolgrad_data.export.datasets.recovery import with_mistake
from toolgrad_data.export.formats.call_ids import with_ids
from toolgrad_data.export.formats.row_form import RowForm
from toolgrad_data.export.formats.sequential import sequential
from toolgrad_data.export.from_record import example_of
from toolgrad_data.export.pipeline import examples_of
from toolgrad_data.export.report import ExportReport

Row = dict[str, Any]


def recovery(record: Record) -> Example:
    """The record as an example in which its last call fails first."""
    step = record.turns[0].steps[-1]
    error = ToolError(kind="tool_error", message="There is no such time.")
    mistake = Mistake(step, {**step.arguments, "from": "then"}, error, "attempt")
    made = with_mistake(example_of(record), mistake)
    assert made is not None
    return made


def conversations(row: Row) -> list[list[Row]]:
    """The conversations that a row of any chat format holds."""
    if "messages" in row:
        return [row["messages"]]
    ends = [row[name] for name in ("completion", "chosen", "rejected") if name in row]
    return [[*row["prompt"], *end] for end in ends]


def paired(messages: list[Row]) -> list[tuple[str, str]]:
    """Ids of calls and of results, each in their order; all ids of calls differ."""
    calls = [call["id"] for message in messages for call in message.get("tool_calls") or ()]
    results = [message["tool_call_id"] for message in messages if message["role"] == "tool"]
    assert len(set(calls)) == len(calls)
    return list(zip(calls, results, strict=False))


@pytest.mark.parametrize("name", [name for name, format in {**FORMATS, **PREFERENCES}.items() if format.has_ids])
def test_each_call_has_an_id_and_its_result_names_it(name: str, real_records: list[Record]) -> None:
    examples = [example_of(record) for record in [*real_records, parallel(), dependent()]]
    if name == "trl-preference":
        wrong = calling(Call("x", "weather", {"city": "Bonn"}))
        examples = [
            with_ids(replace(made, preference=Preference(at, (wrong,)), messages=made.messages[: at + 1]))
            for made in examples
            for at in [max(n for n, message in enumerate(made.messages) if message.calls)]
        ]
    seen = 0
    for example in [*examples, *map(sequential, examples[:5])]:
        for row in FORMATS.get(name, PREFERENCES.get(name)).rows(example, 0):  # type: ignore[union-attr]
            for messages in conversations(row):
                for call_id, result_id in paired(messages):
                    assert re.fullmatch(r"[a-zA-Z0-9]{9}", call_id)
                    assert call_id == result_id
                    seen += 1
    assert seen > 10


def test_a_call_that_fails_is_numbered_as_any_other() -> None:
    example = recovery(dependent())
    assert [call.id for call in example.calls()] == [f"call0000{n}" for n in range(5)]
    assert [message.call_id for message in example.messages if message.role == "tool"] == [
        f"call0000{n}" for n in range(5)
    ]
    (row,) = FORMATS["trl-completion"].rows(example, 0)
    assert paired([*row["prompt"], *row["completion"]]) == [(f"call0000{n}",) * 2 for n in range(5)]


def test_functions_are_counted_through_the_conversation() -> None:
    example = with_ids(recovery(dependent()), "functions")
    ids = ["weather:0", "weather:1", "weather:2", "book-table:3", "book-table:4"]
    assert [call.id for call in example.calls()] == [f"functions.{id}" for id in ids]
    assert [message.call_id for message in example.messages if message.call_id] == [f"functions.{id}" for id in ids]
    assert with_ids(example) == recovery(dependent())


def test_a_rejected_call_counts_on_from_the_prompt() -> None:
    first, right, wrong = Call("p", "a", {}), Call("q", "b", {}), Call("q", "c", {})
    messages = (user("Go."), calling(first), tool_answer(first, 1), calling(right))
    pair = with_ids(Example("x", messages, (), preference=Preference(3, (calling(wrong), says("So.")))), "functions")
    assert [call.id for call in pair.calls()] == ["functions.a:0", "functions.b:1"]
    assert pair.preference is not None
    assert [call.id for message in pair.preference.rejected for call in message.calls] == ["functions.c:1"]


def test_preferences_of_a_run_have_ids_on_both_sides(real_folder: Path) -> None:
    made = list(Preferences(1, None).stage(examples_of([real_folder], ExportReport("")), ExportReport("")))
    assert made
    for pair in made:
        (row,) = PREFERENCES["trl-preference"].rows(pair, 0)
        for messages in conversations(row):
            paired(messages)


@pytest.mark.parametrize("name", ["trl", "trl-completion", "openai", "axolotl"])
def test_the_command_writes_ids_of_kimi(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(tmp_path / "run", parallel(), dependent())
    assert call(monkeypatch, run, "-f", name, "-o", tmp_path / "x", "--ids", "functions") == 0
    rows = lines(tmp_path / "x")
    assert paired(conversations(rows[0])[0]) == [("functions.weather:0",) * 2, ("functions.book-table:1",) * 2]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("-f", "hermes", "--ids", "functions"), "calls have no ids in hermes"),
        (("-f", "openai", "--arguments", "text"), "--arguments text: openai has one form"),
        (("-f", "parquet", "--tools", "text"), "--tools text: parquet has one form"),
        (("-f", "trl", "--ids", "short"), "'short' is not one of"),
    ],
)
def test_what_a_format_cannot_do_is_refused(
    options: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = run_of(tmp_path / "run", parallel())
    assert call(monkeypatch, run, *options, "-o", tmp_path / "x") == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "x").exists()


TEXT = RowForm(arguments_as_text=True, tools_as_text=True)


@pytest.mark.parametrize("name", ["trl", "trl-completion"])
def test_text_is_the_same_calls_and_tools(name: str, real_records: list[Record]) -> None:
    format = FORMATS[name]
    for record in [*real_records, parallel(), dependent()]:
        (usual,), (text,) = format.rows(example_of(record), 0), format.in_form(TEXT).rows(example_of(record), 0)
        assert isinstance(text["tools"], str)
        assert json.loads(text["tools"]) == usual["tools"]
        assert format.calls(json.loads(json.dumps(text))) == format.calls(usual)
        for messages in conversations(text):
            arguments = [one["function"]["arguments"] for m in messages for one in m.get("tool_calls", ())]
            assert all(isinstance(one, str) for one in arguments)


def test_no_tools_are_null_as_text_too() -> None:
    (row,) = FORMATS["trl"].in_form(TEXT).rows(Example("x", (user("Hi"), says("Hello.")), ()), 0)
    assert row["tools"] is None


@pytest.mark.skipif(importlib.util.find_spec("mistral_common") is None, reason="needs mistral-common")
@pytest.mark.parametrize("form", [RowForm(), TEXT])
def test_mistral_takes_every_row(form: RowForm, real_records: list[Record]) -> None:
    from mistral_common.protocol.instruct import validator
    from mistral_common.protocol.instruct.request import ChatCompletionRequest

    kinds = [kind for name, kind in vars(validator).items() if name.startswith("MistralRequestValidatorV")]
    assert len(kinds) > 3
    for example in [*map(example_of, real_records), recovery(dependent())]:
        (row,) = FORMATS["trl-completion"].in_form(form).rows(example, 0)
        tools = json.loads(row["tools"]) if isinstance(row["tools"], str) else row["tools"]
        request = ChatCompletionRequest(messages=[*row["prompt"], *row["completion"]], tools=tools)
        for kind in kinds:
            kind(mode=validator.ValidationMode.finetuning).validate_request(request)
