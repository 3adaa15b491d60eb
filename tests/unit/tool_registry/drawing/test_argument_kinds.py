"""Kinds of arguments, and a run that is steered by them."""

import pytest

from graph.context import Context
from graph.mix import draw_argument, parse_arguments
from tool_registry.drawing.argument_kinds import has_argument_of_kind, kind_of_argument, parameters_of_kind
from tool_registry.sources.builtin import all_tools
from toolgrad_data.runs.tool_loading import unreachable_arguments

SPECS = {tool.spec.name: tool.spec for tool in all_tools()}


@pytest.mark.parametrize(
    ("value", "schema", "kind"),
    [
        ([1], {"type": "array"}, "array"),
        ({"x": 1}, {"type": "object"}, "object"),
        (True, {"type": "boolean"}, "switch"),
        ("a", {"enum": ["a", "b"]}, "choice"),
        (2.5, {"type": "number"}, "number"),
        ("Mum's birthday", {"type": "string"}, "words"),
        ("Oslo", {"type": "string"}, "text"),
    ],
)
def test_an_argument_is_of_one_kind(value: object, schema: dict[str, object], kind: str) -> None:
    assert kind_of_argument(value, schema, schema) == kind


def test_the_built_in_tools_take_each_kind() -> None:
    parameters = sum(len(spec.parameters["properties"]) for spec in SPECS.values())
    counts = {
        kind: sum(len(parameters_of_kind(spec, kind)) for spec in SPECS.values())
        for kind in ("array", "object", "switch", "choice", "words", "optional")
    }
    assert all(counts.values())
    assert counts["array"] >= 0.08 * parameters
    assert counts["switch"] >= 0.04 * parameters


def test_a_mix_is_drawn_by_its_shares() -> None:
    drawn = [draw_argument("array:30,switch:20,any:50", place / 100) for place in range(100)]
    assert (drawn.count("array"), drawn.count("switch"), drawn.count("any")) == (30, 20, 50)


@pytest.mark.parametrize("mix", ["arr:100", "array", "array:0", "array:1,array:2"])
def test_a_mix_that_cannot_be_read_is_refused(mix: str) -> None:
    with pytest.raises(ValueError, match="arguments"):
        parse_arguments(mix)


def test_what_no_tool_takes_is_told() -> None:
    [told] = unreachable_arguments(Context(arguments="array:50,number:50"), [SPECS["distance_between_cities"]] * 1)[:1]
    assert "no tool takes array" in told


def test_a_switch_that_stands_as_it_would_anyway_is_none() -> None:
    laps = {"laps": [{"kilometres": 5, "minutes": 24}]}
    spec = SPECS["lap_summary"]
    assert has_argument_of_kind({**laps, "without_first": True}, spec, "switch")
    assert not has_argument_of_kind({**laps, "without_first": False}, spec, "switch")
    assert has_argument_of_kind(laps, spec, "array")
