"""Paces and costs that can be worked out by hand."""

from typing import Any

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.trips import (
    charging_for_trip,
    fuel_consumption_from_mpg,
    fuel_for_trip,
    race_finish_time,
    road_distance_estimate,
    running_pace,
)
from tool_registry.sources.builtin import all_tools


def test_ten_kilometres_in_fifty_minutes() -> None:
    assert running_pace(10, 50) == {"pace": "5:00", "speed": 12.0}


def test_a_pace_of_over_an_hour_is_still_a_time() -> None:
    assert running_pace(1, 61.5)["pace"] == "1:01:30"


def test_a_two_hour_marathon_needs_2_51() -> None:
    assert running_pace(42.195, 120)["pace"] == "2:51"


def test_finish_times() -> None:
    assert race_finish_time(10, "4:40") == {"finish_time": "46:40", "minutes": 46.67}
    assert race_finish_time(42.195, "5:41")["finish_time"] == "3:59:48"  # the pace for under four hours


def test_fuel_for_a_hundred_kilometres_is_the_consumption() -> None:
    assert fuel_for_trip(100, 6.4, 2) == {"litres": 6.4, "cost": 12.8}
    assert fuel_for_trip(580, 6.4, 1.72) == {"litres": 37.12, "cost": 63.85}


def test_a_straight_line_is_no_drive_and_a_road_estimate_is() -> None:
    assert road_distance_estimate(450) == {"road_km": 585}
    specs = {tool.spec.name: tool.spec for tool in all_tools()}

    def formats(schema: dict[str, Any] | None) -> set[str]:
        return {member["format"] for member in (schema or {})["properties"].values() if "format" in member}

    drives = ("fuel_for_trip", "charging_for_trip", "travel_time")
    for straight in ("distance_between_cities", "flight_distance", "great_circle_distance"):
        assert "straight-line" in specs[straight].description
        given = formats(specs[straight].output_schema)
        assert given & formats(specs["road_distance_estimate"].parameters)
        assert not any(given & formats(specs[drive].parameters) for drive in drives)
    road = formats(specs["road_distance_estimate"].output_schema)
    assert all(road & formats(specs[drive].parameters) for drive in drives)


def test_charging() -> None:
    assert charging_for_trip(200, 17, 0.5) == {"energy_kwh": 34.0, "cost": 17.0}


def test_miles_per_gallon() -> None:
    # 235.215 / mpg for US gallons, 282.481 / mpg for imperial ones.
    assert fuel_consumption_from_mpg(23.5215, "US") == {"consumption": 10.0}
    assert fuel_consumption_from_mpg(28.2481, "UK") == {"consumption": 10.0}


def test_an_unknown_gallon() -> None:
    with pytest.raises(ToolkitError, match="choose US or UK"):
        fuel_consumption_from_mpg(30, "FR")
