"""Near tools cannot answer either: neighbours give nothing that is asked for, and what is lacking cannot be passed."""

import asyncio
from pathlib import Path

import pytest

from graph.context import Context
from graph.record import Record, Step, Turn
from graph.sources import UserSource
from tests.unit.toolgrad_data.conftest import Pool
from tests.unit.toolgrad_data.runs.helpers import settings
from tool_registry.json.schema import schema_at
from tool_registry.registry import get_registry
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.datasets.likeness import ToolIndex, families
from toolgrad_data.export.datasets.preferences import Preferences
from toolgrad_data.export.datasets.trials import Trials, covers, trials_of
from toolgrad_data.export.negative_kinds import DEFAULT_MIX, KINDS, parse_mix
from toolgrad_data.export.negatives.missing_tool import Withheld
from toolgrad_data.export.negatives.near_tools import lacking_forms
from toolgrad_data.export.negatives.stage import Negatives
from toolgrad_data.export.negatives.withholding import Helpers
from toolgrad_data.export.pipeline import examples_of
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.stages import tool_pool
from toolgrad_data.export.step_usage import told_values
from toolgrad_data.runs.runner import generate


@pytest.fixture(scope="module")
def singles(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Example], Pool]:
    """A real run of one call a record, which both kinds are made of."""
    folder = tmp_path_factory.mktemp("runs") / "singles"
    asyncio.run(generate(settings(folder, samples=50, seed=29, calls="1:100", turns="1:100")))
    specs = tool_pool([folder])
    index = ToolIndex(specs)
    return list(examples_of([folder], ExportReport("test"))), Pool(specs, index, families(index))


def made_of(singles: tuple[list[Example], Pool], mix: str, trials: Trials | None = None) -> list[Example]:
    examples, pool = singles
    stage = Negatives(pool.index, pool.families, 0.5, parse_mix(mix), 5, trials=trials)
    return [example for example in stage.stage(iter(examples), ExportReport("test")) if example.kind in KINDS]


def record_of(example: Example) -> Record:
    assert example.record is not None
    return example.record


@pytest.fixture(scope="module")
def near(singles: tuple[list[Example], Pool], trials: Trials) -> list[Example]:
    return made_of(singles, "near_tool", trials)


@pytest.fixture(scope="module")
def lacking(singles: tuple[list[Example], Pool], trials: Trials) -> list[Example]:
    return made_of(singles, "lacking_parameter", trials)


def test_a_near_tool_is_of_the_topic_and_gives_nothing_that_is_asked_for(
    near: list[Example], singles: tuple[list[Example], Pool], trials: Trials
) -> None:
    pool = singles[1]
    assert len(near) >= 15
    helpers = Helpers(pool.index, pool.families)
    for example in near:
        turn = record_of(example).turns[example.since]
        withheld = example.labels["withheld"]
        offered = {tool.name for tool in example.tools}
        assert withheld not in offered
        assert {step.tool for step in turn.steps} == {withheld}
        assert set(example.labels["near"]) <= offered
        assert all(helpers.same_job(name, withheld) for name in example.labels["near"])
        assert example.messages[-1].calls == ()
        for step in turn.steps:
            told = told_values(step, turn, pool.specs[withheld].output_schema)
            formats = {
                described["format"]
                for pointer in told
                if "format" in (described := schema_at(pool.specs[withheld].output_schema or {}, pointer))
            }
            for name in offered:
                assert {f"format:{format}" for format in formats}.isdisjoint(pool.index.kinds_given(name))
                assert not trials.answers_alike(name, step, turn)


def test_a_tool_lacks_the_parameter_that_takes_what_the_user_says(
    lacking: list[Example], singles: tuple[list[Example], Pool], trials: Trials
) -> None:
    pool = singles[1]
    assert len(lacking) >= 5
    for example in lacking:
        name, _, parameter = example.labels["lacks"].partition("/")
        (tool,) = (tool for tool in example.tools if tool.name == name)
        spec = pool.specs[name]
        assert parameter in spec.parameters["properties"]
        assert parameter not in tool.parameters["properties"]
        assert parameter not in tool.parameters.get("required", ())
        assert tool.parameters["properties"].keys() | {parameter} == spec.parameters["properties"].keys()
        turn = record_of(example).turns[example.since]
        for step in turn.steps:
            assert step.tool == name
            assert step.sources[f"/{parameter}"].kind == "user"
            rest = {key: value for key, value in step.arguments.items() if key != parameter}
            result = trials.answer_of(name, rest)
            assert result is not None
            assert not (result.ok and covers(result.content, step, turn))
        assert example.messages[-1].calls == ()


TOOLS = '''
from typing import TypedDict

from tool_registry.declare import annotate

class Size(TypedDict):
    width: int

@annotate(read_only=True)
def padded_line(wording: str, margin: int = 0) -> Size:
    """Measure a line."""
    return {"width": len(wording) + 2 * margin}

@annotate(read_only=True)
def plain_line(wording: str, margin: int = 0) -> Size:
    """Measure a line."""
    return {"width": len(wording)}
'''


@pytest.mark.parametrize(("tool", "lacking"), [("padded_line", {"wording", "margin"}), ("plain_line", {"wording"})])
def test_an_optional_parameter_is_taken_away_only_where_the_tool_then_answers_otherwise(
    tool: str, lacking: set[str], tmp_path: Path
) -> None:
    (tmp_path / "lines.py").write_text(TOOLS)
    context = Context(tools=[f"python:{tmp_path / 'lines.py'}:{tool}"])
    spec = asyncio.run(get_registry(context.tools)).specs[tool]
    arguments = {"wording": "abc", "margin": 2}
    said = UserSource(start=0, end=1, quote="2")
    width = 7 if tool == "padded_line" else 3
    sources = {"/wording": said, "/margin": said}
    step = Step(id="s1", tool=tool, arguments=arguments, result={"width": width}, sources=sources)
    turn = Turn(query="2", response="It is long.", steps=[step], chains=[["s1"]])
    withheld = Withheld(tool, (step,), turn, (), frozenset())
    with trials_of(context) as (trials, why):
        assert trials is not None, why
        assert {form.name for form in lacking_forms(withheld, turn, spec, trials)} == lacking
    assert {form.name for form in lacking_forms(withheld, turn, spec, None)} == {"wording"}


def test_near_negatives_are_made_only_where_they_are_asked_for(singles: tuple[list[Example], Pool]) -> None:
    kinds = {example.kind for example in made_of(singles, DEFAULT_MIX)}
    assert kinds.isdisjoint({"near_tool", "lacking_parameter"})


def test_pairs_of_near_negatives_prefer_the_words(near: list[Example], lacking: list[Example]) -> None:
    stage = Preferences(1, None)
    for example in (*near, *lacking):
        for pair in stage.pairs(example):
            assert pair.preference is not None
            (rejected,) = pair.preference.rejected
            offered = {tool.name: tool for tool in pair.tools}
            if pair.labels["rejected"] == "ignored_wish":
                call = rejected.calls[0]
                assert set(call.arguments) <= offered[call.tool].parameters["properties"].keys()
            else:
                assert pair.labels["rejected"] == "unoffered_tool"
                assert offered.keys().isdisjoint(call.tool for call in rejected.calls)
