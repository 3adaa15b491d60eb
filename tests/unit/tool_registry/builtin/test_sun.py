"""The sun's times against almanac values and against what must hold everywhere."""

from datetime import datetime, timedelta

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.sun import (
    daylight_length,
    golden_hour,
    longest_and_shortest_day,
    sun_position,
    sun_times,
    twilight_times,
)

PARIS = (48.8566, 2.3522)


def near(moment: str, expected: str, minutes: int = 2) -> bool:
    return abs(datetime.fromisoformat(moment) - datetime.fromisoformat(expected)) <= timedelta(minutes=minutes)


def test_paris_at_midsummer():
    # Almanac: sunrise 05:47, sunset 21:58 on 21 June.
    result = sun_times(*PARIS, "2025-06-21", "Europe/Paris")
    assert near(result["sunrise"], "2025-06-21T05:47:00+02:00")
    assert near(result["sunset"], "2025-06-21T21:58:00+02:00")


def test_auckland_is_ahead_of_utc():
    # Almanac: sunrise 07:33, sunset 17:11; in UTC the morning is still the day before.
    assert near(sun_times(-36.85, 174.76, "2025-06-21", "Pacific/Auckland")["sunrise"], "2025-06-21T07:33:00+12:00")
    assert sun_times(-36.85, 174.76, "2025-06-21")["sunrise"].startswith("2025-06-20T19:3")


def test_the_day_is_the_one_on_the_calendar_of_the_zone():
    # Kiritimati is west of the date line by its sun but keeps the date of the east.
    result = sun_times(1.87, -157.43, "2025-06-21", "Pacific/Kiritimati")
    assert {moment[:10] for moment in result.values()} == {"2025-06-21"}


@pytest.mark.parametrize("longitude", [-179.9, -90.0, 0.0, 89.46, 179.9])
def test_the_sun_rises_before_noon_and_sets_after(longitude):
    result = sun_times(-20.97, longitude, "2025-09-14")
    assert result["sunrise"] < result["solar_noon"] < result["sunset"]


def test_no_sunset_under_the_midnight_sun():
    with pytest.raises(ToolkitError, match="Try another date"):
        sun_times(69.65, 18.96, "2025-06-21")


def test_an_unknown_zone_is_named():
    with pytest.raises(ToolkitError, match="Europe/Pariss"):
        sun_times(*PARIS, "2025-06-21", "Europe/Pariss")


def test_daylight_at_the_poles_and_the_equator():
    assert daylight_length(69.65, 18.96, "2025-06-21")["daylight_hours"] == 24
    assert daylight_length(69.65, 18.96, "2025-12-21")["daylight_hours"] == 0
    assert daylight_length(0, 0, "2025-03-20")["daylight_hours"] == pytest.approx(12.1, abs=0.05)


def test_days_get_longer_in_spring_and_shorter_in_autumn():
    spring, autumn = daylight_length(*PARIS, "2025-03-20"), daylight_length(*PARIS, "2025-09-22")
    assert spring["getting_longer"] is True
    assert autumn["getting_longer"] is False
    assert spring["change_minutes"] > 3
    assert autumn["change_minutes"] < -3


def test_golden_hours_surround_sunrise_and_sunset():
    golden, sun = golden_hour(*PARIS, "2025-09-22"), sun_times(*PARIS, "2025-09-22")
    assert golden["morning_start"] < sun["sunrise"] < golden["morning_end"]
    assert golden["evening_start"] < sun["sunset"] < golden["evening_end"]


def test_twilight_in_new_york():
    # Almanac: civil dusk 21:04 and astronomical dusk 22:37 on 21 June.
    result = twilight_times(40.71, -74.01, "2025-06-21", "America/New_York")
    assert near(result["civil_dusk"], "2025-06-21T21:04:00-04:00")
    assert near(result["night_begins"], "2025-06-21T22:37:00-04:00", minutes=3)


def test_no_full_darkness_in_paris_at_the_solstice():
    with pytest.raises(ToolkitError, match="does not get dark"):
        twilight_times(*PARIS, "2025-06-21")


def test_the_sun_is_overhead_at_the_equator_on_the_equinox():
    result = sun_position(0, 0, "2025-03-20T12:07:00Z")
    assert result["elevation_degrees"] > 89
    assert result["is_up"] is True


def test_the_sun_is_in_the_south_at_noon_in_paris_and_down_at_midnight():
    assert sun_position(*PARIS, "2025-06-21T13:53:00+02:00")["azimuth_degrees"] == pytest.approx(180, abs=1.5)
    # 90 - 48.86 + 23.44
    assert sun_position(*PARIS, "2025-06-21T13:53:00+02:00")["elevation_degrees"] == pytest.approx(64.6, abs=0.2)
    assert sun_position(*PARIS, "2025-06-21T00:00:00Z")["is_up"] is False


def test_london_has_its_longest_day_at_the_june_solstice():
    # Almanac: 16 h 38 min and 7 h 50 min.
    result = longest_and_shortest_day(51.5074, -0.1278, 2025)
    assert result["longest_date"] == "2025-06-21"
    assert result["longest_hours"] == pytest.approx(16.63, abs=0.03)
    assert result["shortest_hours"] == pytest.approx(7.83, abs=0.03)


def test_sydney_has_its_longest_day_in_december():
    assert longest_and_shortest_day(-33.87, 151.21, 2025)["longest_date"].startswith("2025-12-2")
