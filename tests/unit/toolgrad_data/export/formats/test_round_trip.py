"""What is written is read back as the same calls, in every format, for real and for awkward records."""

import json

import pytest

from graph.record import Record
from tests.unit.toolgrad_data.export.own_formats import FORMATS
from tests.unit.toolgrad_data.export.records import dependent, parallel
from toolgrad_data.export.conversation import Example, UnfitError
from toolgrad_data.export.format import NamedCall, named_calls
from toolgrad_data.export.formats.toolllama import for_category
from toolgrad_data.export.from_record import example_of
from toolgrad_data.export.renaming import as_python

SINGLE = {name for name, format in FORMATS.items() if format.one_turn}


def test_which_formats_hold_calls_made_at_once() -> None:
    assert {"bfcl", "python-calls", "xlam"} == SINGLE


def waves_written(name: str, example: Example) -> list[list[NamedCall]]:
    """What the format should hold: the example's waves with the names that the format admits."""
    if name in ("bfcl", "python-calls"):
        example = as_python(example)
    if name == "toolllama":
        return [[call] for call in named_calls(tuple(for_category(example).calls()))]
    return [named_calls(wave) for wave in example.waves()]


def read_back(name: str, example: Example) -> list[list[NamedCall]]:
    format = FORMATS[name]
    rows = json.loads(json.dumps(format.rows(example, 0)))
    return format.calls(rows[-1])


@pytest.mark.parametrize("name", FORMATS)
def test_a_real_run_is_read_back(name: str, real_records: list[Record]) -> None:
    taken = 0
    for record in real_records:
        example = example_of(record)
        if name in SINGLE and len(example.waves()) > 1:
            with pytest.raises(UnfitError):
                FORMATS[name].rows(example, 0)
            continue
        assert read_back(name, example) == waves_written(name, example)
        taken += 1
    assert taken == len(real_records) if name not in SINGLE else taken > 5


@pytest.mark.parametrize("defaults", [False, True])
@pytest.mark.parametrize("name", FORMATS)
def test_awkward_values_are_read_back(name: str, defaults: bool) -> None:
    example = example_of(parallel(), defaults=defaults)
    expected = waves_written(name, example)
    if name == "bfcl":
        # Which of both accepted forms is read back does not depend on which is asked for.
        expected = waves_written(name, example_of(parallel()))
        expected[0][1][1]["guest"] = {"name": "O'Neil </tool_call>", "seat": {"row": 1}}
    assert read_back(name, example) == expected


@pytest.mark.parametrize("name", sorted(set(FORMATS) - SINGLE))
def test_waves_are_read_back(name: str) -> None:
    example = example_of(dependent())
    assert read_back(name, example) == waves_written(name, example)


def test_toolllama_has_a_row_an_action() -> None:
    rows = FORMATS["toolllama"].rows(example_of(dependent()), 0)
    assert len(rows) == 5
    assert [len(row["conversations"]) for row in rows] == [3, 5, 7, 9, 11]
    assert all(row["conversations"][-1]["from"] == "assistant" for row in rows)
    assert "Action: Finish\n" in rows[-1]["conversations"][-1]["value"]
