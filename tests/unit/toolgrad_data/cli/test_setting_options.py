from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import typer
from pydantic import BaseModel, Field
from typer.testing import CliRunner

from graph.context import Context
from graph.option import Option, Panel, flag_of
from toolgrad_data.cli.group import load_command
from toolgrad_data.cli.setting_options import Given, option_parameters, options_of
from toolgrad_data.runs.settings import SETTINGS, RunSettings

# Tables of settings: they are given in a file.
FILE_ONLY = {"extra_body", "model_settings"}


class Taste(StrEnum):
    """How it tastes."""

    MILD = "mild"
    HOT = "hot"


class Kitchen(BaseModel):
    """Settings of all kinds, most of them without a word on their option."""

    cook: Annotated[str, Field(description="Who cooks."), Option(short="-c", metavar="NAME")]
    hobs: Annotated[int, Field(ge=1, description="Hobs."), Option(panel=Panel.LOOP)] = 4
    bake_s: Annotated[float, Field(description="Seconds of baking.")] = 1800.0
    vegan: Annotated[bool, Field(description="Without eggs."), Option(panel=Panel.TOOLS)] = True
    salted: Annotated[bool | None, Field(description="With salt."), Option(off="--plain")] = None
    heat: Annotated[Literal["low", "high"], Field(description="How hot.")] = "low"
    spices: Annotated[list[str], Field(description="A spice.")] = ["salt", "dill"]
    books: Annotated[tuple[Path, ...], Field(description="A book.")] = ()
    oven: Annotated[Annotated[int, Field(ge=0)] | None, Field(description="Degrees.")] = None
    share: Annotated[float | None, Field(description="Share"), Option(by_role=True)] = None
    stars: Annotated[Literal[1, 2, 3] | None, Field(description="As [guides] say.")] = None
    taste: Taste = Taste.MILD
    stock: Annotated[dict[str, int], Field(description="What is there.")] = {}
    neighbour: Context | None = None


def run(*arguments: str) -> tuple[int, str, dict[str, Any]]:
    app, got = typer.Typer(), {}

    @app.command()
    @options_of(Kitchen.model_fields)
    def cook(given: Given, loud: bool = False) -> None:
        got.update(given, loud=loud)

    ended = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "160"})
    return ended.exit_code, ended.output, got


def test_a_field_alone_makes_its_option() -> None:
    made = {one.name: one.default for one in option_parameters(Kitchen.model_fields)}
    assert {name: one.help for name, one in made.items()} == {
        "cook": "Who cooks.",
        "hobs": "Hobs (default: 4).",
        "bake_s": "Seconds of baking (default: 1800).",
        "vegan": "Without eggs (default: yes).",
        "salted": "With salt.",
        "heat": "How hot: low or high (default: low).",
        "spices": "A spice; repeatable (default: salt, dill).",
        "books": "A book; repeatable.",
        "oven": "Degrees.",
        "share": "Share; for all or one of proposer, repairer, critic, planner, writer, solver, judge; repeatable.",
        "stars": "As \\[guides] say: 1, 2 or 3.",
        "taste": "Taste: mild or hot (default: mild).",
    }
    assert {name: one.param_decls for name, one in made.items()} == {
        "cook": ("--cook", "-c"),
        "hobs": ("--hobs",),
        "bake_s": ("--bake",),
        "vegan": ("--vegan/--no-vegan",),
        "salted": ("--salted/--plain",),
        "heat": ("--heat",),
        "spices": ("--spices",),
        "books": ("--books",),
        "oven": ("--oven",),
        "share": ("--share",),
        "stars": ("--stars",),
        "taste": ("--taste",),
    }
    assert {name: one.metavar for name, one in made.items() if one.metavar} == {
        "cook": "NAME",
        "heat": "low|high",
        "share": "[WHO=]float",
        "stars": "1|2|3",
        "taste": "mild|hot",
    }


def test_a_field_is_listed_with_the_one_before_it_and_panels_in_their_order() -> None:
    made = {one.name: one.default.rich_help_panel for one in option_parameters(Kitchen.model_fields)}
    assert list(made) == "cook vegan salted heat spices books oven share stars taste hobs bake_s".split()
    assert list(made.values()) == [None, *[Panel.TOOLS] * 9, *[Panel.LOOP] * 2]


def test_a_command_gets_what_was_given_by_the_settings_names() -> None:
    words = ["--bake", "2.5", "--no-vegan", "--plain", "--spices", "a", "--spices", "b", "--books", "x", "--oven", "7"]
    words += ["--stars", "3", "--taste", "hot"]
    code, printed, got = run(*words, "--share", "writer=0.5", "--loud")
    assert code == 0, printed
    assert got == {
        "bake_s": 2.5,
        "vegan": False,
        "salted": False,
        "spices": ["a", "b"],
        "books": [Path("x")],
        "oven": 7,
        "share": ["writer=0.5"],
        "stars": 3,
        "taste": "hot",
        "loud": True,
    }
    assert run() == (0, "", {"loud": False})
    made = Kitchen.model_validate({**got, "cook": "me", "share": 0.5, "loud": None})
    assert (made.stars, made.taste, made.books) == (3, Taste.HOT, (Path("x"),))


def test_the_help_shows_what_a_description_says() -> None:
    _, printed, _ = run("--help")
    assert "As [guides] say: 1, 2 or 3." in printed


def test_some_of_the_fields_keep_their_panels() -> None:
    @options_of(Kitchen.model_fields, "bake_s", "heat")
    def cook(given: Given) -> None: ...

    import inspect

    made = inspect.signature(cook).parameters
    assert {name: one.default.rich_help_panel for name, one in made.items()} == {
        "heat": Panel.TOOLS,
        "bake_s": Panel.LOOP,
    }


@pytest.mark.parametrize("name", ["hob", "stock"])
def test_a_name_without_an_option_is_refused(name: str) -> None:
    with pytest.raises(LookupError, match=name):
        options_of(Kitchen.model_fields, "heat", name)


@pytest.mark.parametrize("arguments", [["--hobs", "many"], ["--oven", "hot"], ["--stock", "{}"], ["--neighbour", "x"]])
def test_what_cannot_be_read_is_refused(arguments: list[str]) -> None:
    code, printed, _ = run(*arguments)
    assert code == 2
    assert arguments[0] in printed


def test_an_option_leaves_the_json_schema_as_it_is() -> None:
    assert Kitchen.model_json_schema()["properties"]["cook"] == {
        "description": "Who cooks.",
        "title": "Cook",
        "type": "string",
    }


def generate_options() -> dict[str, Any]:
    return {parameter.name: parameter for parameter in load_command("generate").params}


def test_every_setting_has_its_option() -> None:
    options = generate_options()
    assert set(options) - {"config", "debug", "help"} == set(SETTINGS) - FILE_ONLY
    for name in set(SETTINGS) - FILE_ONLY:
        assert flag_of(name) in options[name].opts


def test_the_help_tells_the_true_defaults() -> None:
    defaults = {name: field.default for name, field in (RunSettings.model_fields | Context.model_fields).items()}
    told = {name: one.help.partition(" (default: ")[2].removesuffix(").") for name, one in generate_options().items()}
    assert {name: told[name] for name in ("calls", "tools", "seed", "judge_min_solved", "again")} == {
        "calls": "1:15,2:20,3-4:30,5-6:25,7-8:10",
        "tools": "builtin",
        "seed": "0",
        "judge_min_solved": "0.5",
        "again": "no",
    }
    silent = {name for name, default in defaults.items() if default in (None, "", [], ())} | {"samples", "out"}
    assert {name for name in told if name in defaults and not told[name]} == silent & set(told)


def test_every_setting_is_described() -> None:
    assert [name for name, field in SETTINGS.items() if not (field.description or "").endswith(".")] == []


def test_no_two_options_have_one_flag() -> None:
    flags = [flag for one in generate_options().values() for flag in (*one.opts, *one.secondary_opts)]
    assert sorted(flags) == sorted(set(flags))
