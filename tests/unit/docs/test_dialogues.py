"""docs/dialogues.md tells of turns what there is."""

import re
from pathlib import Path
from typing import get_args

from graph.context import Context
from graph.record import NoteKind, TurnKind
from nodes.dialogues.parts import STEPS_MAX

TURNS = (Path(__file__).parents[3] / "docs" / "dialogues.md").read_text(encoding="utf-8").split("## Rules\n")[0]


def test_its_table_has_each_kind() -> None:
    assert re.findall(r"^\| `(\w+)` \|", TURNS, re.MULTILINE) == list(get_args(TurnKind))


def test_its_settings_notes_and_numbers_are_those_of_the_code() -> None:
    options = {name.replace("-", "_") for name in re.findall(r"--([a-z][a-z-]*)", TURNS)}
    assert options - {"samples", "out", "seed"} <= Context.model_fields.keys()
    assert set(re.findall(r"`(few_turns|not_corrected|no_plan)`", TURNS)) <= set(get_args(NoteKind))
    assert f"at most {STEPS_MAX} calls" in TURNS
    for option, mix in re.findall(r"--(turns|turn-kinds) ([\w:,-]+:\d+)", TURNS):
        assert getattr(Context(**{option.replace("-", "_"): mix}), option.replace("-", "_")) == mix
