"""A call goes on from another where a person would: not by any date, not back by the same road, not out of size."""

import random
from typing import Any

import pytest

from graph.record import Step
from graph.sources import StepSource
from nodes.policies.offline.proposing.affinity import is_unrelated, takes_the_same
from nodes.policies.offline.proposing.filling import Filler, Plan, UserValue
from nodes.policies.offline.proposing.matching import match
from nodes.policies.offline.reading.offers import fresh_offers, offers_of
from nodes.policies.offline.reading.parameters import parameters_of
from nodes.policies.offline.weights import MATCH_MIN
from tool_registry.registry import get_registry
from tool_registry.spec import ToolSpec

CITIES = Step(
    id="s1",
    tool="cities_of_country",
    arguments={"country": "JP"},
    result={"cities": [{"city": "Sapporo", "latitude": 43.06}, {"city": "Tokyo", "latitude": 35.68}], "on_record": 2},
)
RESULTS: dict[str, Any] = {
    "arrival_time": {"arrival": "2026-03-01T19:15:00+01:00"},
    "next_moon_meeting": {"moment": "2026-03-01T19:15:00Z"},
    "next_public_holiday": {"date": "2026-05-01", "name": "Labour Day", "days_away": 30},
    "price_with_tax": {"gross_price": 120.0, "tax": 20.0},
    "shift_moment": {"end": "2026-03-01T19:15:00Z", "begin": "2026-03-01T09:15:00Z"},
    "city_location": {"latitude": 35.68, "longitude": 139.7},
}


@pytest.fixture
async def specs() -> dict[str, ToolSpec]:
    registry = await get_registry(["builtin"])
    return dict(registry.specs)


def plan(producer: str, consumer: str, specs: dict[str, ToolSpec]) -> tuple[Plan, dict[str, ToolSpec]]:
    step = Step(id="s1", tool=producer, arguments={}, result=RESULTS[producer])
    made = Filler(offers_of(step, specs[producer]), [], random.Random(1)).plan(specs[consumer], {})
    assert made is not None
    return made, {"s1": specs[producer]}


@pytest.mark.parametrize(
    ("producer", "consumer", "unrelated"),
    [
        ("arrival_time", "planet_position", True),
        ("next_public_holiday", "exchange_rate_change", True),
        ("next_moon_meeting", "planet_position", False),
        ("next_public_holiday", "add_working_days", False),
        ("arrival_time", "moment_in_zone", False),
        ("city_location", "sun_times", False),
    ],
)
async def test_a_date_alone_leads_nowhere(
    producer: str, consumer: str, unrelated: bool, specs: dict[str, ToolSpec]
) -> None:
    assert is_unrelated(*plan(producer, consumer, specs)) is unrelated


@pytest.mark.parametrize(
    ("producer", "consumer", "same"),
    [
        ("price_with_tax", "price_before_tax", True),
        ("shift_moment", "arrival_time", True),
        ("price_with_tax", "convert_currency", False),
        ("arrival_time", "hours_between", False),
    ],
)
async def test_what_takes_the_same_goes_back(
    producer: str, consumer: str, same: bool, specs: dict[str, ToolSpec]
) -> None:
    assert takes_the_same(*plan(producer, consumer, specs)) is same


async def test_numbers_go_where_their_size_makes_sense(specs: dict[str, ToolSpec]) -> None:
    drive = Step(id="s1", tool="road_distance_estimate", arguments={}, result={"road_km": 337})
    offer = next(o for o in offers_of(drive, specs["road_distance_estimate"]) if o.name == "road_km")
    for tool, fits in {"hiking_time": False, "running_pace": False, "travel_time": True}.items():
        parameter = parameters_of(specs[tool]).by_name["distance_km"]
        assert (match(offer, parameter) >= MATCH_MIN) is fits, tool


async def test_a_code_without_a_name_leads_nowhere(specs: dict[str, ToolSpec]) -> None:
    for code, fits in {"NZ": True, "PF": False}.items():
        place = Step(id="s1", tool="city_location", arguments={"city": "Papeete"}, result={"country": code})
        offer = next(o for o in offers_of(place, specs["city_location"]) if o.name == "country")
        assert (match(offer, parameters_of(specs["country_subdivisions"]).by_name["country"]) >= MATCH_MIN) is fits


async def test_the_first_of_a_list_can_be_gone_on_from_twice(specs: dict[str, ToolSpec]) -> None:
    first = Step(
        id="s2",
        tool="city_location",
        arguments={"city": "Sapporo"},
        sources={"/city": StepSource(step="s1", pointer="/cities/0/city")},
        result={"timezone": "Asia/Tokyo"},
    )
    fresh = {(offer.step, offer.pointer) for offer in fresh_offers([CITIES, first], specs, {})}
    assert ("s1", "/cities/0/city") in fresh
    said = first.model_copy(update={"sources": {}})
    assert ("s1", "/cities/0/city") not in {(o.step, o.pointer) for o in fresh_offers([CITIES, said], specs, {})}


async def test_nobody_asks_for_the_way_from_one_item_of_a_list_to_the_next(specs: dict[str, ToolSpec]) -> None:
    offers = offers_of(CITIES, specs["cities_of_country"])
    for seed in range(20):
        made = Filler(offers, [], random.Random(seed)).plan(specs["distance_between_cities"], {})
        assert made is not None
        assert len(made.from_results) == 1


async def test_a_number_is_not_said_again_of_what_came_out_of_it(specs: dict[str, ToolSpec]) -> None:
    shifted = Step(id="s1", tool="shift_moment", arguments={"hours": 8.3}, result=RESULTS["shift_moment"])
    said = [UserValue("duration-hours", 8.3, "s1")]
    for seed in range(20):
        filler = Filler(offers_of(shifted, specs["shift_moment"]), said, random.Random(seed))
        made = filler.plan(specs["arrival_time"], {})
        assert made is not None
        arguments = filler.fill(made)
        assert arguments is None or arguments["hours"] != 8.3
