"""The toolkits of everyday things: what they answer, and that each switch and choice of theirs makes a difference."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from nodes.policies.offline.proposing.values import drawn
from nodes.policies.offline.reading.parameters import parameters_of
from tool_registry.builtin import TOOLKITS
from tool_registry.builtin.declare import ToolkitError
from tool_registry.json.pointer import MISSING
from tool_registry.sources.builtin import tools_of

KITS = (
    "shared_costs meetings checklists text_tidying recipes household_money grading shapes polls simple_physics "
    "training_log tours"
).split()
FUNCTIONS: dict[str, Callable[..., Any]] = {each.__name__: each for kit in KITS for each in TOOLKITS.get(kit)}
SPECS = {tool.spec.name: tool.spec for kit in KITS for tool in tools_of(kit)}


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("share_gift", {"price": 90, "givers": ["Anna", "Ben"], "collected": 10}, {"each_gives": 40, "givers": 2}),
        ("meeting_end", {"title": "Lunch", "start": "11:50", "minutes": 30}, {"ends": "12:20"}),
        ("shopping_total", {"goods": [{"label": "tea", "price": 2, "quantity": 3}] * 2}, {"total": 12, "pieces": 6}),
        ("initials_of", {"name": "Maeve O'Brien", "with_dots": True}, {"initials": "M.O."}),
        ("stack_discounts", {"price": 100, "discounts": [10, 10]}, {"pays": 81, "saved": 19}),
        ("average_score", {"scores": [50, 70, 90], "drop_lowest": True}, {"average": 80, "counted": 2}),
        ("triangle_from_sides", {"sides": [3, 4, 5]}, {"area": 6, "largest_angle": 90}),
        ("tally_votes", {"votes": ["tea", "tea", "milk"]}, {"winner": "tea", "votes": 2, "share": 66.7}),
        ("combine_resistors", {"resistors": [100, 100], "wiring": "parallel"}, {"ohms": 50}),
        ("lap_summary", {"laps": [{"kilometres": 1, "minutes": 5}] * 2}, {"pace": "5:00", "total": 2}),
        ("kitchen_measure", {"amount": 2, "ingredient": "flour", "unit": "cups", "to": "grams"}, {"amount": 250}),
        ("tour_distance", {"legs": [{"to": "Bath", "kilometres": 5}] * 2, "unit": "kilometres"}, {"total": 10}),
    ],
)
def test_it_answers(name: str, arguments: dict[str, Any], expected: dict[str, Any]) -> None:
    result = FUNCTIONS[name](**arguments)
    assert {member: result[member] for member in expected} == pytest.approx(expected)


def outcome(name: str, arguments: dict[str, Any]) -> Any:
    try:
        return FUNCTIONS[name](**arguments)
    except ToolkitError as error:
        return str(error)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_parameter_makes_a_difference(name: str) -> None:
    """With other values of one parameter, and nothing else changed, some call gives another result."""
    parameters, rng = parameters_of(SPECS[name]), random.Random(7)
    for each in parameters.by_name.values():
        for example in parameters.examples * 12:
            value = drawn(each, rng)
            if value is not MISSING and outcome(name, {**example, each.name: value}) != outcome(name, example):
                break
        else:
            pytest.fail(f"{each.name} is not used")
