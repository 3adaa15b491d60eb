"""Cities: places checked against a map, and the gazetteer against the airports of the same cities."""

from datetime import datetime
from zoneinfo import ZoneInfo

import airportsdata
import pytest

from tool_registry.builtin.cities import (
    TOOLS,
    cities_at_same_latitude,
    cities_of_country,
    city_antipode,
    city_location,
    distance_between_cities,
    nearest_cities,
)
from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.gazetteer import capital_of, cities, country_name, find_city, great_circle_km
from tool_registry.builtin.kinds import COMMON_CITIES, COMMON_COUNTRIES
from tool_registry.sources.builtin import tools_of


def test_location_of_a_city() -> None:
    lisbon = city_location("Lisbon")
    assert (lisbon["country"], lisbon["timezone"], lisbon["is_capital"]) == ("PT", "Europe/Lisbon", True)
    assert city_location("Sydney")["is_capital"] is False
    assert city_location("Washington")["latitude"] == pytest.approx(38.9, abs=0.1)


def test_names_are_found_without_accents_and_case() -> None:
    assert find_city("bogotá") is find_city("Bogota")
    assert find_city("TROMSØ") is find_city("Tromso")
    with pytest.raises(ToolkitError, match="No city named Gotham"):
        city_location("Gotham")


@pytest.mark.parametrize("name", COMMON_CITIES)
def test_every_example_is_on_record(name: str) -> None:
    assert find_city(name).name == name


@pytest.mark.parametrize("country", COMMON_COUNTRIES)
def test_common_countries_have_one_capital(country: str) -> None:
    assert sum(c.is_capital for c in cities().values() if c.country == country) == 1
    assert capital_of(country).country == country


def test_every_city_lies_near_an_airport_that_keeps_the_same_time() -> None:
    airports = list(airportsdata.load("IATA").values())
    for city in cities().values():
        near = [a for a in airports if abs(a["lat"] - city.latitude) < 1.2]
        km, airport = min(
            ((great_circle_km(city.latitude, city.longitude, a["lat"], a["lon"]), a) for a in near),
            key=lambda row: row[0],
        )
        assert km < 80, city
        for month in (1, 7):
            day = datetime(2025, month, 1)
            offsets = {ZoneInfo(zone).utcoffset(day) for zone in (city.timezone, airport["tz"])}
            assert len(offsets) == 1, city


def test_nearest_cities() -> None:
    everest = nearest_cities(27.99, 86.93)["cities"]
    assert everest[0]["city"] == "Kathmandu"
    assert [c["distance_km"] for c in everest] == sorted(c["distance_km"] for c in everest)


def test_distances_between_cities() -> None:
    paris = distance_between_cities("London", "Paris")
    assert paris["distance_km"] == pytest.approx(343, abs=12)
    assert paris["second_is_further_north"] is False
    assert distance_between_cities("Sydney", "Auckland")["distance_km"] == pytest.approx(2156, abs=15)
    with pytest.raises(ToolkitError, match="same city"):
        distance_between_cities("Rome", "rome")


def test_rome_and_chicago_are_level() -> None:
    found = cities_at_same_latitude("Rome")["cities"]
    assert found[0]["city"] == "Chicago"
    assert len({c["country"] for c in found}) == 5


def test_the_other_side_of_madrid_is_new_zealand() -> None:
    antipode = city_antipode("Madrid")
    assert antipode["city"] == "Wellington"
    assert antipode["latitude"] == -city_location("Madrid")["latitude"]
    assert -180 <= antipode["longitude"] <= 180


def test_cities_run_from_north_to_south() -> None:
    japan = cities_of_country("JP")["cities"]
    assert japan[0]["city"] == "Sapporo"
    assert [c["latitude"] for c in japan] == sorted((c["latitude"] for c in japan), reverse=True)
    assert len(cities_of_country("US")["cities"]) == 12 < cities_of_country("US")["on_record"]
    with pytest.raises(ToolkitError, match="No city of Antarctica"):
        cities_of_country("AQ")


def test_names_of_countries_read_like_names() -> None:
    assert country_name("FM") == "Federated States of Micronesia"
    assert country_name("KR") == "South Korea"
    assert country_name("BQ") == "Bonaire, Sint Eustatius and Saba"


def test_whole_argument_examples_run() -> None:
    for tool, function in zip(tools_of("cities"), TOOLS, strict=True):
        for arguments in tool.spec.parameters["examples"]:
            assert function(**arguments)
