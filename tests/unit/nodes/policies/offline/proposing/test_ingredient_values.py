"""What the offline policy takes of a sample's ingredients: only what the parameter admits and a person would say."""

import random
from typing import Any

import pytest

from graph.record import Ingredients, RecordContext
from nodes.policies.base import ProposeRequest
from nodes.policies.offline.proposing.ingredient_values import IngredientValues
from nodes.policies.offline.proposing.propose import propose
from nodes.policies.offline.reading.parameters import parameters_of
from tool_registry.json.pointer import MISSING
from tool_registry.spec import ToolSpec

GIVEN = Ingredients(
    places=["Graz, Austria", "Quito, Ecuador"], names=["Ida Berg", "Kofi Ali"], day="2026-05-14", amount=3400
)


def tool(**properties: Any) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return ToolSpec(name="hold_table", description="Hold a table.", parameters=parameters, source="python")


def values(name: str, taken: tuple[Any, ...] = (), given: Ingredients = GIVEN, **schema: Any) -> set[Any]:
    """Return what comes of twenty tries."""
    parameter = parameters_of(tool(**{name: schema})).by_name[name]
    return {IngredientValues(given, random.Random(seed)).value(parameter, taken) for seed in range(20)}


def test_places_are_towns_countries_or_the_choice_of_that_name() -> None:
    assert values("city", type="string") == {"Graz", "Quito"}
    assert values("city", ("Graz",), type="string") == {"Quito"}
    assert values("country", type="string") == {"Austria", "Ecuador"}
    labelled = [{"const": "AT", "title": "Austria"}, {"const": "FR", "title": "France"}]
    assert values("country", oneOf=labelled) == {"AT"}
    assert values("city", type="string", enum=["graz", "Paris"]) == {"graz"}
    assert values("city", type="string", enum=["Paris"]) == {MISSING}
    assert values("airport", type="string", pattern="^[A-Z]{3}$") == {MISSING}


def test_town_and_country_of_a_call_are_of_one_place_and_two_towns_of_two() -> None:
    codes = [{"const": "AT", "title": "Austria"}, {"const": "EC", "title": "Ecuador"}]
    spec = tool(city={"type": "string"}, country={"oneOf": codes}, second_city={"type": "string"})
    city, country, second = parameters_of(spec).by_name.values()
    for seed in range(20):
        given = IngredientValues(GIVEN, random.Random(seed))
        first = given.value(city, [])
        code = given.value(country, [first])
        assert (first, code) in {("Graz", "AT"), ("Quito", "EC")}
        assert given.value(city, [code]) == first
        assert given.value(second, [first]) == ({"Graz", "Quito"} - {first}).pop()


def test_people_are_named() -> None:
    assert values("guest", type="string") == {"Ida Berg", "Kofi Ali"}
    assert values("surname", type="string") == {"Berg", "Ali"}
    assert values("guest", type="string", maxLength=4) == {"Ida", "Kofi"}
    assert values("title", type="string") == {MISSING}


def test_days_are_around_the_given_one_and_within_bounds() -> None:
    found = values("date", type="string", format="date")
    assert min(found) >= "2026-05-04"
    assert max(found) <= "2026-05-24"
    assert len(found) > 5
    bounded = values("date", type="string", format="date", formatMinimum="2026-05-20")
    assert {day for day in bounded if day is not MISSING and day < "2026-05-20"} == set()
    assert values("date", given=Ingredients(day="9999-12-31"), type="string", format="date") >= {MISSING}


@pytest.mark.parametrize(
    ("schema", "low", "high"),
    [
        ({"type": "number", "examples": [100, 2000, 5000]}, 50, 10_000),
        ({"type": "number", "examples": [1.5, 3.0, 8.0]}, 0.7, 16),
        ({"type": "integer", "minimum": 1, "maximum": 12}, 1, 12),
    ],
)
def test_amounts_are_of_the_size_that_people_use(schema: dict[str, Any], low: float, high: float) -> None:
    found = values("amount", **schema)
    assert MISSING not in found
    assert len(found) > 3
    assert low <= min(found) <= max(found) <= high
    if schema["type"] == "integer":
        assert all(isinstance(value, int) for value in found)


def test_what_is_no_amount_and_has_no_bounds_is_left() -> None:
    assert values("latitude", type="number", minimum=-90, maximum=90) == {MISSING}
    assert values("price", type="number") == {MISSING}
    assert values("price", type="number", minimum=0, maximum=50, multipleOf=5) == {MISSING}


def test_proposals_mostly_take_what_is_given() -> None:
    spec = tool(city={"type": "string"}, guest={"type": "string"})
    members: dict[str, Any] = {
        "iteration": 1,
        "target_calls": 2,
        "context": RecordContext(),
        "tools": {spec.name: spec},
        "steps": [],
        "chains": [],
        "gradients": [],
        "batch": [spec.name],
        "count": 1,
        "attempts": [],
    }

    def taken(given: Ingredients | None) -> int:
        asked = (ProposeRequest(**members, seed=seed, ingredients=given) for seed in range(50))
        arguments = [propose(each).proposals[0].arguments for each in asked]
        return sum(each["city"] in ("Graz", "Quito") for each in arguments)

    assert 25 < taken(GIVEN) < 50
    assert taken(None) == taken(Ingredients()) == 0
