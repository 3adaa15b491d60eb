"""Airports: facts that a map or a timetable confirms, and failures that say what to do."""

import pytest

from tool_registry.builtin.airports import (
    TOOLS,
    airport_details,
    airports_of_city,
    flight_arrival_time,
    flight_distance,
    flight_time_estimate,
    highest_airport_in_country,
    nearest_airports,
)
from tool_registry.builtin.cities import city_location
from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.kinds import COMMON_CITIES
from tool_registry.sources.builtin import tools_of


def test_details_of_an_airport() -> None:
    haneda = airport_details("HND")
    assert (haneda["city"], haneda["country"], haneda["timezone"]) == ("Tokyo", "JP", "Asia/Tokyo")
    assert haneda["icao"] == "RJTT"
    assert haneda["latitude"] == pytest.approx(35.55, abs=0.02)


def test_elevation_is_in_metres() -> None:
    assert airport_details("DEN")["elevation_m"] == 1656  # 5434 ft, the "mile-high city"
    assert airport_details("AMS")["elevation_m"] == -3  # Schiphol lies below the sea


@pytest.mark.parametrize(("iata", "city"), [("VCE", "Venice"), ("YVR", "Vancouver"), ("EZE", "Buenos Aires")])
def test_suburbs_and_local_names_give_the_city_that_travellers_know(iata: str, city: str) -> None:
    assert airport_details(iata)["city"] == city
    assert city_location(city)["country"] == airport_details(iata)["country"]


def test_an_unknown_airport_says_what_to_check() -> None:
    with pytest.raises(ToolkitError, match="Check the three letters"):
        airport_details("QQQ")


def test_nearest_airport_first() -> None:
    near = nearest_airports(43.77, 11.26)["airports"]
    assert near[0]["iata"] == "FLR"
    assert [a["distance_km"] for a in near] == sorted(a["distance_km"] for a in near)
    assert len(near) == 6


@pytest.mark.parametrize(("a", "b", "km"), [("LHR", "JFK", 5540), ("HND", "SIN", 5300), ("SYD", "LAX", 12060)])
def test_flight_distances_as_timetables_give_them(a: str, b: str, km: int) -> None:
    assert flight_distance(a, b)["distance_km"] == pytest.approx(km, rel=0.01)
    assert flight_distance(a, b) == flight_distance(b, a)


def test_domestic_flights() -> None:
    assert flight_distance("JFK", "LAX")["is_domestic"] is True
    assert flight_distance("JFK", "YYZ")["is_domestic"] is False
    with pytest.raises(ToolkitError, match="same"):
        flight_distance("LHR", "LHR")


def test_airports_of_the_right_london() -> None:
    codes = {a["iata"] for a in airports_of_city("London")["airports"]}
    assert {"LHR", "LGW", "LCY", "STN", "LTN"} <= codes
    assert "YXU" not in codes  # London, Ontario
    assert [a["iata"] for a in airports_of_city("Tokyo")["airports"]] == ["HND", "NRT"]
    with pytest.raises(ToolkitError, match="larger city"):
        airports_of_city("Atlantis")


@pytest.mark.parametrize("city", [c for c in COMMON_CITIES if c != "Kyoto"])
def test_every_example_city_has_an_airport(city: str) -> None:
    assert airports_of_city(city)["airports"]


def test_flight_time_grows_with_distance() -> None:
    assert flight_time_estimate(850) == {"hours": 1.5, "minutes": 90}
    assert flight_time_estimate(8500)["hours"] == 10.5


def test_arrival_is_in_local_time() -> None:
    # London to New York: five hours back, so seven hours of flight take two on the clock.
    landed = flight_arrival_time("LHR", "JFK", "2025-06-14", "10:30")
    assert landed["flight_hours"] == 7.0
    assert (landed["date"], landed["time"], landed["days_later"]) == ("2025-06-14", "12:30", 0)
    assert landed["moment"] == "2025-06-14T12:30:00-04:00"
    # Across the date line one lands before the departure.
    assert flight_arrival_time("HND", "LAX", "2026-03-02", "00:30")["days_later"] == -1


def test_nobody_flies_from_the_chatham_islands_to_doha_without_a_stop() -> None:
    with pytest.raises(ToolkitError, match="too far"):
        flight_arrival_time("CHT", "DOH", "2026-03-29", "23:10")
    with pytest.raises(ToolkitError, match="the same"):
        flight_arrival_time("LHR", "LHR", "2026-03-29", "23:10")


def test_closed_airports_are_neither_near_nor_of_a_city() -> None:
    assert [a["iata"] for a in airports_of_city("Berlin")["airports"]] == ["BER"]
    assert "ISL" not in {a["iata"] for a in airports_of_city("Istanbul")["airports"]}
    assert "DIA" not in {a["iata"] for a in nearest_airports(25.28, 51.53)["airports"]}
    assert airport_details("TXL")["city"] == "Berlin"


def test_highest_airports() -> None:
    assert highest_airport_in_country("CN")["iata"] == "DCY"  # Daocheng Yading, the highest on Earth
    assert highest_airport_in_country("CN")["elevation_m"] == 4411
    assert highest_airport_in_country("CH")["iata"] == "SMV"
    with pytest.raises(ToolkitError, match="No airport"):
        highest_airport_in_country("XX")


def test_whole_argument_examples_run() -> None:
    for tool, function in zip(tools_of("airports"), TOOLS, strict=True):
        for arguments in tool.spec.parameters["examples"]:
            assert function(**arguments)
