"""Time zones: dates and offsets that were in the news, or that a clock abroad confirms."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.kinds import COMMON_ZONES
from tool_registry.builtin.timezones import (
    CHANGING,
    TOOLS,
    clock_changes_in_year,
    convert_between_zones,
    moment_in_zone,
    next_clock_change,
    utc_offset_on_date,
    working_hours_overlap,
    zone_time_difference,
    zones_of_country,
)
from tool_registry.sources.builtin import tools_of


@pytest.mark.parametrize(
    ("zone", "day", "offset", "summer"),
    [
        ("Asia/Kathmandu", "2025-05-01", "+05:45", False),
        ("America/St_Johns", "2026-01-10", "-03:30", False),
        ("Europe/Berlin", "2025-07-15", "+02:00", True),
        ("Europe/Berlin", "2025-03-30", "+02:00", True),
        ("Europe/Berlin", "2025-03-29", "+01:00", False),
        ("Australia/Sydney", "2025-01-15", "+11:00", True),
        ("Europe/Dublin", "2025-07-15", "+01:00", True),
        ("Europe/Dublin", "2025-12-15", "+00:00", False),
    ],
)
def test_offsets(zone: str, day: str, offset: str, summer: bool) -> None:
    found = utc_offset_on_date(zone, day)
    assert (found["utc_offset"], found["is_summer_time"]) == (offset, summer)


def test_conversion_crosses_midnight() -> None:
    there = convert_between_zones("2026-02-12", "17:30", "Europe/London", "Asia/Tokyo")
    assert there == {"date": "2026-02-13", "time": "02:30", "day_shift": 1}


def test_conversion_there_and_back() -> None:
    there = convert_between_zones("2025-09-03", "09:00", "America/New_York", "Asia/Kolkata")
    back = convert_between_zones(there["date"], there["time"], "Asia/Kolkata", "America/New_York")
    assert (back["date"], back["time"]) == ("2025-09-03", "09:00")


def test_a_moment_in_a_zone() -> None:
    assert moment_in_zone("2025-07-04T18:00:00-04:00", "Asia/Tokyo") == {
        "date": "2025-07-05",
        "time": "07:00",
    }
    assert moment_in_zone("2025-12-31T11:00:00Z", "Pacific/Auckland")["date"] == "2026-01-01"


def test_next_clock_changes() -> None:
    assert next_clock_change("Europe/London", "2025-02-01") == {
        "date": "2025-03-30",
        "goes_forward": True,
        "shift_minutes": 60,
    }
    # The day of the change itself is not "after" it.
    assert next_clock_change("Europe/London", "2025-03-30")["date"] == "2025-10-26"
    with pytest.raises(ToolkitError, match="do not change"):
        next_clock_change("Asia/Tokyo", "2025-02-01")


def test_clock_changes_of_a_year() -> None:
    paris = clock_changes_in_year("Europe/Paris", 2025)
    assert paris == {"forward_on": "2025-03-30", "back_on": "2025-10-26", "summer_days": 210}
    sydney = clock_changes_in_year("Australia/Sydney", 2025)
    assert sydney["back_on"] < sydney["forward_on"]
    # 1 January to 5 April and 5 October to 31 December.
    assert sydney["summer_days"] == 95 + 88
    with pytest.raises(ToolkitError, match="once each"):
        clock_changes_in_year("Asia/Kolkata", 2025)


@pytest.mark.parametrize("zone", CHANGING)
@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026, 2027])
def test_zones_that_are_offered_as_changing_do_change(zone: str, year: int) -> None:
    assert 120 < clock_changes_in_year(zone, year)["summer_days"] < 250 or zone == "Africa/Cairo"


def test_time_differences() -> None:
    assert zone_time_difference("Europe/London", "Asia/Tokyo", "2025-07-01") == {
        "difference_hours": 8.0,
        "second_is_ahead": True,
    }
    # For a fortnight in March America is on summer time already and Europe is not.
    assert zone_time_difference("Europe/Berlin", "America/New_York", "2026-03-15")["difference_hours"] == 5.0
    assert zone_time_difference("Europe/Berlin", "America/New_York", "2026-02-15")["difference_hours"] == 6.0


def test_shared_working_hours() -> None:
    assert working_hours_overlap("Europe/London", "America/New_York", "2025-05-06") == {
        "overlaps": True,
        "starts_at": "14:00",
        "ends_at": "17:00",
        "overlap_hours": 3.0,
    }
    # That there are none is an answer.
    none = working_hours_overlap("Asia/Tokyo", "America/New_York", "2025-05-06")
    assert none == {"overlaps": False, "overlap_hours": 0.0}


@pytest.mark.parametrize(("country", "count"), [("US", 6), ("ID", 3), ("ES", 2), ("RU", 11), ("IN", 1), ("CA", 6)])
def test_zones_of_countries(country: str, count: int) -> None:
    assert zones_of_country(country)["count"] == count


def test_zones_are_named_after_the_largest_city() -> None:
    assert [z["timezone"] for z in zones_of_country("ES")["zones"]] == ["Europe/Madrid", "Atlantic/Canary"]
    with pytest.raises(ToolkitError, match="ISO 3166-1"):
        zones_of_country("ZZ")


@pytest.mark.parametrize("zone", COMMON_ZONES)
def test_every_common_zone_exists(zone: str) -> None:
    assert utc_offset_on_date(zone, "2025-01-01")["utc_offset"]


def test_an_unknown_zone_says_what_to_use() -> None:
    with pytest.raises(ToolkitError, match="Asia/Tokyo"):
        utc_offset_on_date("Mars/Olympus", "2025-01-01")


def test_whole_argument_examples_run() -> None:
    for tool, function in zip(tools_of("timezones"), TOOLS, strict=True):
        for arguments in tool.spec.parameters["examples"]:
            assert function(**arguments)
