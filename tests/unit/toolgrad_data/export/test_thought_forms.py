"""Thoughts before calls in a data set: dropped, in tags, or in the format's own place."""

from pathlib import Path

import pytest

from graph.record import Record
from tests.unit.nodes.proofs.records import example
from tests.unit.nodes.proofs.test_thoughts import BOTH, thinking
from tests.unit.toolgrad_data.export.exporting import export_to, rows_of
from toolgrad_data.errors import UsageError
from toolgrad_data.export.formats import FORMATS
from toolgrad_data.export.formats.python_calls import PythonCalls
from toolgrad_data.export.from_record import example_of
from toolgrad_data.export.renaming import rename_example
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.thought_forms import ThoughtForms, check_form


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    records: list[Record] = [thinking(BOTH), example().model_copy(update={"id": "plain"})]
    text = "".join(record.model_dump_json() + "\n" for record in records)
    (folder / "records.jsonl").write_text(text, encoding="utf-8")
    return folder


def test_thoughts_are_dropped_unless_asked_for(run: Path) -> None:
    report, out = export_to(run, "trl")
    assert "reasoning_content" not in out.read_text(encoding="utf-8")
    assert "with_thoughts" not in report.notes


def test_reasoning_stands_beside_the_calls_that_it_is_before(run: Path) -> None:
    report, out = export_to(run, "trl", thoughts="reasoning")
    first, second = rows_of(out)
    said = [message.get("reasoning_content") for message in first["messages"] if message.get("tool_calls")]
    assert said == [BOTH["s1"], BOTH["s2"]]
    assert not any("reasoning_content" in message for message in second["messages"])
    assert report.notes["with_thoughts"] == 1


def test_toolllama_has_a_place_for_them(run: Path) -> None:
    _, out = export_to(run, "toolllama", thoughts="reasoning")
    actions = [row["conversations"][-1]["value"] for row in rows_of(out)]
    assert actions[0].startswith(f"\nThought: {BOTH['s1']}\nAction: airport_lookup_for_")


@pytest.mark.parametrize("name", ["sharegpt", "hermes", "openai", "axolotl"])
def test_tags_stand_before_the_calls(run: Path, name: str) -> None:
    _, out = export_to(run, name, thoughts="think")
    row = rows_of(out)[0]
    text = out.read_text(encoding="utf-8")
    assert f"<think>\\n{BOTH['s1']}\\n</think>" in text
    assert [[call[0] for call in wave] for wave in FORMATS.get(name).calls(row)] == [
        ["airport_lookup"],
        ["sun_times"],
    ]


def test_python_calls_are_read_behind_a_thought() -> None:
    record = thinking(BOTH)
    turn = record.turns[0]
    first = turn.model_copy(update={"steps": turn.steps[:1], "chains": [["s1"]]})
    made = example_of(record.model_copy(update={"turns": [first]}))
    (thought,) = ThoughtForms("think").stage(iter([made]), ExportReport("python-calls"))
    (row,) = PythonCalls().rows(thought, 0)
    assert row["messages"][-1]["content"] == f"<think>\n{BOTH['s1']}\n</think>\n[airport_lookup(iata='HND')]"
    assert PythonCalls().calls(row) == [[("airport_lookup", {"iata": "HND"})]]


def test_parallel_calls_have_their_thoughts_in_one_message() -> None:
    record = thinking({"s1": "One.", "s2": "Two."})
    turn = record.turns[0]
    apart = turn.steps[1].model_copy(update={"sources": {}})
    parallel = turn.model_copy(update={"steps": [turn.steps[0], apart], "chains": [["s1"], ["s2"]]})
    made = example_of(record.model_copy(update={"turns": [parallel]}))
    assert [message.thought for message in made.messages if message.calls] == ["One. Two."]


def test_tools_that_are_named_anew_are_so_in_thoughts() -> None:
    made = example_of(thinking({**BOTH, "s1": "airport_lookup does it, not airport_lookup_2."}))
    renamed = rename_example(made, {"airport_lookup": "AirportLookup"}, {})
    assert [message.thought for message in renamed.messages if message.calls] == [
        "AirportLookup does it, not airport_lookup_2.",
        BOTH["s2"],
    ]


def test_a_format_without_a_place_says_what_has_one() -> None:
    with pytest.raises(UsageError, match="openai has no place of its own for it") as caught:
        check_form("reasoning", FORMATS.get("openai"))
    assert "--thoughts think" in str(caught.value)
