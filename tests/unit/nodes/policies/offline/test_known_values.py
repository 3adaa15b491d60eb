"""A call that only repeats the chain in other words is not selected, and nothing is asked for twice."""

from typing import Any

import pytest

from graph.record import Step
from graph.sources import StepSource
from nodes.policies.offline.asks import asks_of
from nodes.policies.offline.known_values import KnownValues
from nodes.policies.offline.proposing.matching import match
from nodes.policies.offline.reading.offers import offers_of
from nodes.policies.offline.reading.parameters import parameters_of
from nodes.policies.offline.weights import MATCH_MIN
from tool_registry.registry import get_registry

ANTIPODE = Step(
    id="s1",
    tool="city_antipode",
    arguments={"city": "Bangkok"},
    result={"latitude": -13.75, "longitude": -79.4167, "city": "Lima", "distance_km": 326},
)
NEAREST = Step(
    id="s2",
    tool="nearest_cities",
    arguments={"latitude": -13.75, "longitude": -79.4167},
    result={
        "cities": [
            {"city": "Lima", "country": "PE", "distance_km": 326.3},
            {"city": "Cusco", "country": "PE", "distance_km": 805.0},
        ]
    },
)
COVERED = Step(
    id="s1", tool="distance_covered", arguments={"speed_kmh": 20, "hours": 1.5}, result={"distance_km": 30.0}
)


@pytest.fixture
async def specs() -> dict[str, Any]:
    registry = await get_registry(["builtin"])
    return dict(registry.specs)


async def test_the_nearest_city_is_not_asked_for_again(specs: dict[str, Any]) -> None:
    told = KnownValues([ANTIPODE], specs)
    spec = specs["nearest_cities"]
    old = [ask for ask in asks_of(NEAREST, spec) if not told.has_news(ask, NEAREST, spec)]
    assert old
    assert all("/cities/0/city" in ask.told for ask in old)
    assert not told.adds_news(NEAREST, spec)
    assert KnownValues([], specs).adds_news(NEAREST, spec)


async def test_a_place_that_was_found_is_not_looked_up(specs: dict[str, Any]) -> None:
    capital = Step(
        id="s1",
        tool="country_capital",
        arguments={"country": "AR"},
        result={"city": "Buenos Aires", "latitude": -34.6, "longitude": -58.38, "timezone": "America/Buenos_Aires"},
    )
    city = Step(
        id="s2",
        tool="city_location",
        arguments={"city": "Buenos Aires"},
        result={"country": "AR", **capital.result, "is_capital": True},
    )
    assert not KnownValues([capital], specs).adds_news(city, specs["city_location"])


async def test_new_values_are_news(specs: dict[str, Any]) -> None:
    sun = Step(
        id="s2",
        tool="daylight_length",
        arguments={"latitude": -13.75, "longitude": -79.4167, "date": "2027-01-14"},
        result={"daylight_hours": 12.85, "change_minutes": -0.4, "getting_longer": False},
    )
    assert KnownValues([ANTIPODE], specs).adds_news(sun, specs["daylight_length"])


async def test_equal_numbers_of_other_kinds_are_news(specs: dict[str, Any]) -> None:
    fuel = Step(
        id="s2",
        tool="fuel_for_trip",
        arguments={"distance_km": 30.0, "consumption": 5, "price_per_litre": 20},
        result={"litres": 1.5, "cost": 30.0},
    )
    assert KnownValues([COVERED], specs).adds_news(fuel, specs["fuel_for_trip"])


async def test_a_tool_without_phrases_is_left_to_its_result(specs: dict[str, Any]) -> None:
    bare = specs["nearest_cities"].model_copy(update={"parameters": {"type": "object", "properties": {}}})
    assert KnownValues([ANTIPODE], specs).adds_news(NEAREST, bare)


async def test_counts_of_things_are_no_numbers_of_another_kind(specs: dict[str, Any]) -> None:
    letters = Step(
        id="s1",
        tool="anagram_check",
        arguments={"first": "night", "second": "thing"},
        result={"is_anagram": True, "letters_in_common": 5},
    )
    element = Step(
        id="s2", tool="element_details", arguments={"symbol": "He"}, result={"atomic_number": 2, "period": 1}
    )
    hours = Step(id="s3", tool="hours_between", arguments={}, result={"hours": 5.5})
    offers = [offer for step in (letters, element, hours) for offer in offers_of(step, specs[step.tool])]
    assert offers
    for tool in ("element_by_number", "exchange_rate_change", "flight_arrival_time", "number_in_base", "loan_payment"):
        for parameter in parameters_of(specs[tool]).by_name.values():
            assert not [offer.pointer for offer in offers if match(offer, parameter) >= MATCH_MIN], (
                tool,
                parameter.name,
            )


async def test_what_led_to_a_result_is_no_news(specs: dict[str, Any]) -> None:
    miles = Step(
        id="s1",
        tool="convert_length",
        arguments={"value": 5, "unit": "mi", "target_unit": "km"},
        result={"converted": 8.04672, "kilometres": 8.04672},
    )
    back = Step(
        id="s2",
        tool="distance_in_miles",
        arguments={"distance_km": 8.04672},
        sources={"/distance_km": StepSource(step="s1", pointer="/kilometres")},
        result={"miles": 5.0, "nautical_miles": 4.34488},
    )
    told, spec = KnownValues([miles], specs), specs["distance_in_miles"]
    news = {ask.told: told.has_news(ask, back, spec) for ask in asks_of(back, spec)}
    assert news == {frozenset({"/miles"}): False, frozenset({"/nautical_miles"}): True}
    two = Step(id="s1", tool="number_in_base", arguments={"number": 2, "base": 12}, result={"digits": "2"})
    plain = [ask for ask in asks_of(two, specs["number_in_base"]) if ask.told == {"/digits"}]
    assert plain
    assert not any(KnownValues([], specs).has_news(ask, two, specs["number_in_base"]) for ask in plain)


async def test_a_moment_in_the_zone_that_it_is_in_is_no_news(specs: dict[str, Any]) -> None:
    step = Step(
        id="s2",
        tool="moment_in_zone",
        arguments={"moment": "2026-11-22T07:17:00+01:00", "timezone": "Europe/Madrid"},
        result={"date": "2026-11-22", "time": "07:17"},
    )
    assert not KnownValues([], specs).adds_news(step, specs["moment_in_zone"])
    abroad = step.model_copy(update={"result": {"date": "2026-11-22", "time": "15:17"}})
    assert KnownValues([], specs).adds_news(abroad, specs["moment_in_zone"])
