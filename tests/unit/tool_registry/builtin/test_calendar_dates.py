"""Facts of the calendar that hold on any wall."""

import pytest

from tool_registry.builtin.calendar_dates import (
    dates_of_week,
    easter_date,
    nth_weekday_of_month,
    weekday_of_date,
    weekdays_in_month,
)
from tool_registry.builtin.declare import ToolkitError


def test_the_moon_landing_was_on_a_sunday():
    assert weekday_of_date("1969-07-20") == {"weekday": "Sunday", "week": 29, "day_of_year": 201}


def test_the_last_days_of_a_year_may_be_in_week_one():
    assert weekday_of_date("2024-12-31") == {"weekday": "Tuesday", "week": 1, "day_of_year": 366}


@pytest.mark.parametrize(
    ("year", "western", "orthodox"),
    [
        (2023, "2023-04-09", "2023-04-16"),
        (2024, "2024-03-31", "2024-05-05"),
        (2025, "2025-04-20", "2025-04-20"),
        (2026, "2026-04-05", "2026-04-12"),
    ],
)
def test_easter(year, western, orthodox):
    assert easter_date(year)["easter_sunday"] == western
    assert easter_date(year, "orthodox")["easter_sunday"] == orthodox


def test_good_friday_is_two_days_before():
    assert easter_date(2025)["good_friday"] == "2025-04-18"


def test_thanksgiving_and_memorial_day():
    assert nth_weekday_of_month(4, "Thursday", 11, 2025) == {"date": "2025-11-27"}
    assert nth_weekday_of_month(-1, "Monday", 5, 2026) == {"date": "2026-05-25"}


def test_mondays_in_a_short_month():
    assert weekdays_in_month("Monday", 2, 2025) == {
        "count": 4,
        "dates": ["2025-02-03", "2025-02-10", "2025-02-17", "2025-02-24"],
    }
    assert weekdays_in_month("Saturday", 2, 2020)["count"] == 5


def test_the_first_week_may_start_in_the_old_year():
    assert dates_of_week(1, 2026) == {"monday": "2025-12-29", "sunday": "2026-01-04"}


def test_only_long_years_have_a_week_53():
    assert dates_of_week(53, 2026)["monday"] == "2026-12-28"
    with pytest.raises(ToolkitError, match="2025 has no week 53"):
        dates_of_week(53, 2025)
