"""Presets: options by name, which win over nothing that is given."""

import json
from pathlib import Path

import pytest

from toolgrad_data.cli.group import load_command
from toolgrad_data.errors import UsageError
from toolgrad_data.export.data_options import data_options
from toolgrad_data.export.formats import format_named
from toolgrad_data.presets import preset_options, presets
from toolgrad_data.runs.run_info import new_run_info
from toolgrad_data.runs.settings import run_settings


@pytest.mark.parametrize("name", presets())
def test_a_preset_is_valid_for_both_commands(name: str, tmp_path: Path) -> None:
    settings = run_settings({"preset": name, "out": tmp_path})
    assert settings.preset == name
    export = preset_options(name, "export")
    assert format_named(export.pop("format"))
    data_options(export, "export")


@pytest.mark.parametrize("command", ["generate", "baseline", "export"])
def test_the_help_lists_them(command: str) -> None:
    option = next(one for one in load_command(command).params if one.name == "preset")
    assert all(name in (getattr(option, "help", "") or "") for name in presets())


def test_the_paper_s_set_is_what_its_script_says(tmp_path: Path) -> None:
    settings = run_settings({"preset": "toolgrad-500", "out": tmp_path})
    context = settings.context
    assert (settings.samples, context.tools_per_batch, context.max_iterations) == (500, 50, 10)
    assert (context.proposals, context.accept_per_iteration, context.sampling) == (3, 1, "uniform")
    share = preset_options("toolgrad-500", "export")["negatives"]
    assert share / (1 - share) == pytest.approx(0.2, abs=1e-4), "20 for 100 records"


def test_what_is_given_beside_wins_over_the_preset(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    file.write_text('preset = "toolgrad-500"\nmax_iterations = 7\nproposals = 5\n')
    settings = run_settings({"samples": 3, "proposals": 2, "out": tmp_path / "run"}, file)
    assert (settings.samples, settings.context.max_iterations, settings.context.proposals) == (3, 7, 2)
    assert settings.context.tools_per_batch == 50


def test_an_unknown_one_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--preset paper: there is no such preset\. Allowed: toolgrad-500"):
        run_settings({"preset": "paper", "out": tmp_path})


def test_the_run_says_which_it_was_and_is_the_same_run_without_its_name(tmp_path: Path) -> None:
    named = new_run_info(run_settings({"preset": "toolgrad-500", "out": tmp_path}), {})
    spelt = {**preset_options("toolgrad-500", "generate"), "out": tmp_path}
    assert named.preset == "toolgrad-500"
    assert new_run_info(run_settings(spelt), {}).fingerprint == named.fingerprint
    assert json.loads(named.model_dump_json())["method"] == "answer-first"
