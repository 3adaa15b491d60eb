"""Formats of installed packages: written as ours are, and told where they cannot be used."""

import json
from pathlib import Path

import pytest

from tests.plugins import install
from tests.unit.toolgrad_data.export.records import dependent
from toolgrad_data.errors import CliError, UsageError
from toolgrad_data.export.formats import FORMATS, format_named
from toolgrad_data.export.pipeline import export

MODULE = """
from toolgrad_data.export.format import Format

class Turns(Format):
    name = "turns"
    about = "what is said, turn by turn"

    def rows(self, example, number):
        return [{"said": [turn.query for turn in example.record.turns]}]

    def calls(self, row):
        return []

class Breaks(Turns):
    name = "breaks"
    def rows(self, example, number):
        return [{"said": {1, 2}}]

class Fails(Turns):
    name = "fails"
    def rows(self, example, number):
        raise KeyError("steps")

class Leaves(Turns):
    name = "leaves"
    def rows(self, example, number):
        raise SystemExit(3)

class Named(Turns):
    name = "other"

class Half(Format):
    name = "half"
    about = "nothing"

VALUE = {}
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "records.jsonl").write_text(dependent().model_dump_json() + "\n")
    return tmp_path / "run"


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {
        "turns": "Turns",
        "breaks": "Breaks",
        "fails": "Fails()",
        "named": "Named",
        "half": "Half",
        "value": "VALUE",
    }
    names |= {"fails": "Fails", "leaves": "Leaves"}
    entries = {name: f"turn_formats:{value}" for name, value in names.items()}
    entries["trl"] = "turn_formats:Turns"
    install(tmp_path / "site", "turn-formats", {"toolgrad.formats": entries}, turn_formats=MODULE)
    monkeypatch.syspath_prepend(tmp_path / "site")


def test_a_packages_format_is_written(run: Path, tmp_path: Path) -> None:
    export([run], format_named("turns"), tmp_path / "out.jsonl")
    (row,) = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert row["said"] == [turn.query for turn in dependent().turns]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("turn", "no such format. Did you mean turns\\?"),
        ("named", "has the `name` 'other', which must be 'named'"),
        ("half", "turn-formats 1.0, entry point .half = .*TypeError: .*abstract"),
        ("value", "is of type dict; it must be a class derived from Format"),
    ],
)
def test_what_cannot_be_written_is_told_with_what_can(name: str, said: str) -> None:
    with pytest.raises(
        UsageError, match=rf"(?s)--format {name}: .*{said}.*There are:\n  trl .*turns +what is said"
    ) as caught:
        format_named(name)
    assert "trl is toolgrad's own export format" in str(caught.value)
    assert FORMATS.get("trl").about.startswith("TRL's SFTTrainer")


@pytest.mark.parametrize(
    ("name", "error"), [("fails", "KeyError: 'steps'"), ("breaks", "TypeError"), ("leaves", "SystemExit: 3")]
)
def test_a_format_that_breaks_off_is_told_by_its_package_and_leaves_nothing(
    run: Path, tmp_path: Path, name: str, error: str
) -> None:
    with pytest.raises(CliError, match=rf"{name}: turn-formats 1.0, .* broke off at .* {error}"):
        export([run], format_named(name), tmp_path / "out" / "data.jsonl")
    assert list((tmp_path / "out").iterdir()) == []
