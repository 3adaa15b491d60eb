"""Planets and seasons against published ephemerides."""

import pytest

from tool_registry.builtin.astronomy import (
    planet_in_the_sky,
    planet_position,
    planet_rise_and_set,
    planets_in_the_evening,
    season_starts,
)
from tool_registry.builtin.declare import ToolkitError


def test_equinoxes_and_solstices_of_2025():
    # US Naval Observatory: 20 March 09:01, 21 June 02:42, 22 September 18:19, 21 December 15:03.
    assert season_starts(2025) == {
        "march_equinox": "2025-03-20T09:01:00Z",
        "june_solstice": "2025-06-21T02:42:00Z",
        "september_equinox": "2025-09-22T18:19:00Z",
        "december_solstice": "2025-12-21T15:03:00Z",
    }


def test_mars_at_its_opposition_of_january_2025():
    # Closest approach on 12 January: 96.08 million km; opposition on 16 January: in Gemini, magnitude -1.4.
    assert planet_position("Mars", "2025-01-12T14:00:00Z")["distance_km"] == pytest.approx(96_080_000, rel=0.001)
    opposition = planet_position("Mars", "2025-01-16T02:00:00Z")
    assert opposition["constellation"] == "Gemini"
    assert opposition["magnitude"] == pytest.approx(-1.4, abs=0.25)


def test_light_time_follows_from_the_distance():
    result = planet_position("Neptune", "2026-01-10T20:00:00Z")
    assert result["light_minutes"] == pytest.approx(result["distance_km"] / 299_792.458 / 60, abs=0.1)
    assert 240 < result["light_minutes"] < 260


def test_jupiter_rises_at_sunset_at_opposition():
    # Opposition on 10 January 2026; the sun sets at 17:15 in Paris.
    result = planet_rise_and_set("Jupiter", 48.8566, 2.3522, "2026-01-10", "Europe/Paris")
    assert "2026-01-10T16:40" < result["rises"] < "2026-01-10T17:20"
    # It sets after it has risen: on the next morning.
    assert "2026-01-11T08:30" < result["sets"] < "2026-01-11T09:20"


def test_jupiter_is_due_south_and_high_at_midnight_at_opposition():
    # Declination 22.3 degrees north: 90 - 48.86 + 22.3.
    result = planet_in_the_sky("Jupiter", 48.8566, 2.3522, "2026-01-11T00:50:00+01:00")
    assert result["is_up"] is True
    assert result["height_degrees"] == pytest.approx(63.4, abs=0.5)
    assert result["azimuth_degrees"] == pytest.approx(180, abs=6)
    assert planet_in_the_sky("Jupiter", 48.8566, 2.3522, "2026-01-10T12:00:00+01:00")["is_up"] is False


def test_a_planet_that_stays_up_is_reported():
    with pytest.raises(ToolkitError, match="does not rise and set"):
        planet_rise_and_set("Jupiter", 85.0, 0.0, "2026-01-10")


def test_the_planet_parade_of_early_2025():
    # In late February 2025 Venus, Jupiter and Mars stood high and Mercury low in the evening sky.
    result = planets_in_the_evening(40.71, -74.01, "2025-02-28")
    names = [planet["planet"] for planet in result["planets"]]
    assert names[:2] == ["Venus", "Jupiter"]
    assert set(names) >= {"Venus", "Jupiter", "Mars", "Mercury"}
    assert result["count"] == len(names)


def test_no_evening_under_the_midnight_sun():
    with pytest.raises(ToolkitError, match="no dusk"):
        planets_in_the_evening(70.0, 20.0, "2025-06-21")
