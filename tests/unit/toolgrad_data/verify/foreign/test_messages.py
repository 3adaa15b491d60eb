"""Conversations of several turns from elsewhere: read turn by turn, sources over turns, errors found where they are."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from graph.record import Record
from graph.sources import StepSource, UserSource
from tests.fixtures.dialogues import dialogues
from tests.unit.toolgrad_data.export.own_formats import FORMATS
from tests.unit.toolgrad_data.verify.files import verified, wrongs
from toolgrad_data.export.from_record import example_of
from toolgrad_data.verify.foreign.rows import read_rows
from toolgrad_data.verify.reading import Read, read_line

RECORDS = {record.id: record for record in dialogues()}
TRIP = "s0-000012"


def row_of(id: str, name: str) -> dict[str, Any]:
    (row,) = FORMATS[name].rows(example_of(RECORDS[id]), 0)
    return copy.deepcopy(row)


def write(folder: Path, *rows: Any) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def read(folder: Path, row: Any, name: str) -> Record:
    (line,) = read_rows(write(folder, row))
    found = read_line(line, name)
    assert isinstance(found, Read)
    return found.record


@pytest.mark.parametrize("name", ["trl", "openai"])
@pytest.mark.parametrize("made", RECORDS.values(), ids=RECORDS)
def test_turns_come_back_with_their_calls(made: Record, name: str, tmp_path: Path) -> None:
    found = read(tmp_path, row_of(made.id, name), name)
    assert [turn.query for turn in found.turns] == [turn.query for turn in made.turns]
    assert [turn.response for turn in found.turns] == [turn.response for turn in made.turns]
    for turn, mine in zip(found.turns, made.turns, strict=True):
        assert sorted(step.tool for step in turn.steps) == sorted(step.tool for step in mine.steps)


def test_sources_are_found_in_earlier_turns(tmp_path: Path) -> None:
    found = read(tmp_path, row_of(TRIP, "openai"), "openai")
    (correction,) = found.turns[4].steps
    assert isinstance(correction.sources["/distance_km"], StepSource)
    consumption = correction.sources["/consumption"]
    assert isinstance(consumption, UserSource)
    assert (consumption.turn, consumption.quote) == (3, "6.2")


def test_what_was_never_said_and_what_comes_later_is_found_in_its_turn(tmp_path: Path) -> None:
    invented = row_of(TRIP, "trl")
    calls = [message for message in invented["messages"] if message.get("tool_calls")]
    calls[2]["tool_calls"][0]["function"]["arguments"]["consumption"] = 7.9
    early = row_of(TRIP, "trl")
    calls = [message for message in early["messages"] if message.get("tool_calls")]
    calls[2]["tool_calls"][0]["function"]["arguments"]["price_per_litre"] = 1.8  # said a turn later
    report = verified(write(tmp_path, row_of(TRIP, "trl"), invented, early), format="trl")
    grounded = {(line, code) for line, _, code in wrongs(report) if code == "no_source"}
    assert grounded == {(2, "no_source"), (3, "no_source")}
    places = [finding.where for finding in report.findings if finding.code == "no_source"]
    assert places == ["/turns/3/steps/0/arguments/consumption", "/turns/3/steps/0/arguments/price_per_litre"]
