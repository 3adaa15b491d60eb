"""The moon against published phases, eclipses and meetings."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.moon import moon_at_moment, moon_rise_and_set, next_moon_meeting, next_moon_phase


@pytest.mark.parametrize(
    ("phase", "after", "moment"),
    [
        ("full", "2025-03-01", "2025-03-14T06:55"),
        ("new", "2025-03-01", "2025-03-29T10:58"),
        ("first_quarter", "2025-03-01", "2025-03-06T16:32"),
        ("last_quarter", "2025-03-01", "2025-03-22T11:29"),
        ("new", "2026-08-01", "2026-08-12T17:37"),
    ],
)
def test_published_phases(phase, after, moment):
    result = next_moon_phase(phase, after)
    assert result["date"] == moment[:10]
    assert result["moment"].startswith(moment[:15])


def test_a_total_lunar_eclipse_needs_a_full_moon_and_a_solar_one_a_new_moon():
    assert moon_at_moment("2025-03-14T06:59:00Z")["illuminated_percent"] > 99.8
    assert moon_at_moment("2024-04-08T18:17:00Z")["illuminated_percent"] < 0.3


def test_the_moon_waxes_between_new_and_full():
    assert moon_at_moment("2025-03-07T00:00:00Z")["is_waxing"] is True
    assert moon_at_moment("2025-03-20T00:00:00Z")["is_waxing"] is False


def test_offsets_are_respected():
    assert moon_at_moment("2025-03-14T08:00:00+02:00") == moon_at_moment("2025-03-14T06:00:00Z")


def test_the_supermoon_of_november_2025_was_at_356833_km():
    assert moon_at_moment("2025-11-05T22:30:00Z")["distance_km"] == pytest.approx(356_833, abs=150)


def test_a_full_moon_rises_near_sunset():
    # Paris, 14 March 2025: sunset is at 18:57 local time.
    result = moon_rise_and_set(48.8566, 2.3522, "2025-03-14", "Europe/Paris")
    assert "2025-03-14T19:00" <= result["rises"] <= "2025-03-14T19:40"
    assert result["sets"].startswith("2025-03-15T07:"), "it sets after it has risen"


def test_near_a_pole_the_moon_may_not_set():
    with pytest.raises(ToolkitError, match="nearer to the equator"):
        moon_rise_and_set(89.0, 0.0, "2025-03-14")


def test_the_moon_met_venus_on_1_february_2025():
    result = next_moon_meeting("Venus", "2025-01-05")
    assert result["moment"].startswith("2025-02-01")
    assert result["separation_degrees"] == pytest.approx(2.3, abs=0.5)
