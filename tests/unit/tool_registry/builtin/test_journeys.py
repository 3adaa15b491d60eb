"""Trips whose numbers can be worked out in the head."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.journeys import (
    arrival_time,
    distance_covered,
    hiking_time,
    horizon_distance,
    travel_time,
    walking_energy,
)


def test_travel_time() -> None:
    assert travel_time(150, 60) == {"hours": 2.5, "minutes": 150}


def test_distance_is_the_inverse_of_time() -> None:
    assert distance_covered(60, 2.5) == {"distance_km": 150.0}


def test_arrival_keeps_the_offset_and_passes_midnight() -> None:
    assert arrival_time("2024-12-31T22:00:00-05:00", 4) == {"arrival": "2025-01-01T02:00:00-05:00"}


def test_arrival_is_told_by_the_clock_of_the_arrival() -> None:
    landed = arrival_time("2026-08-14T10:15:00+01:00", 8.1, "Africa/Nairobi")
    assert landed == {"arrival": "2026-08-14T20:21:00+03:00"}
    with pytest.raises(ToolkitError, match="IANA"):
        arrival_time("2026-08-14T10:15:00+01:00", 8.1, "Mars/Olympus")


def test_arrival_in_utc_ends_in_z() -> None:
    assert arrival_time("2025-06-21T18:30:00Z", 2.5) == {"arrival": "2025-06-21T21:00:00Z"}


def test_arrival_on_a_leap_day() -> None:
    assert arrival_time("2024-02-28T23:30:00Z", 1) == {"arrival": "2024-02-29T00:30:00Z"}


def test_no_moment() -> None:
    with pytest.raises(ToolkitError, match="write it like"):
        arrival_time("tomorrow at nine", 2)


def test_naismith_gives_an_hour_for_5_km_and_one_for_600_m() -> None:
    assert hiking_time(5, 0)["hours"] == 1
    assert hiking_time(10, 600) == {"hours": 3.0, "minutes": 180}


def test_an_hour_of_walking_at_70_kg_takes_some_250_kilocalories() -> None:
    assert walking_energy(5, 70) == {"kilocalories": 248}


def test_energy_grows_with_weight_and_way() -> None:
    assert walking_energy(10, 70)["kilocalories"] == pytest.approx(2 * 248, abs=1)
    assert walking_energy(5, 140)["kilocalories"] == pytest.approx(2 * 248, abs=1)


def test_the_horizon_from_the_beach_is_some_5_km_away() -> None:
    assert horizon_distance(2) == {"distance_km": 5.0}


def test_the_horizon_from_everest_is_some_336_km_away() -> None:
    assert horizon_distance(8849)["distance_km"] == pytest.approx(336, abs=1)
