"""Working days that can be counted on a calendar."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.working_days import (
    add_working_days,
    count_working_days,
    long_weekends,
    working_time_in_month,
)


def test_a_week_without_holidays_has_five():
    assert count_working_days("DE", "2025-03-10", "2025-03-16") == {"working_days": 5, "holidays": 0}


def test_both_ends_count_and_their_order_does_not():
    assert count_working_days("DE", "2025-03-10", "2025-03-10")["working_days"] == 1
    assert count_working_days("DE", "2025-03-16", "2025-03-10")["working_days"] == 5


def test_the_week_of_christmas_2025():
    assert count_working_days("DE", "2025-12-22", "2025-12-28") == {"working_days": 3, "holidays": 2}


def test_spans_of_decades_are_refused():
    with pytest.raises(ToolkitError, match="shorter span"):
        count_working_days("DE", "2005-01-01", "2026-01-01")


def test_the_swiss_national_day_is_skipped():
    assert add_working_days("CH", "2024-07-29", 3) == {"date": "2024-08-02", "weekday": "Friday"}


def test_a_working_day_after_friday_is_monday():
    assert add_working_days("SE", "2025-03-14", 1) == {"date": "2025-03-17", "weekday": "Monday"}


def test_may_2025_in_germany():
    # 22 weekdays without 1 May (Labour Day) and 29 May (Ascension).
    assert working_time_in_month("DE", 5, 2025) == {"working_days": 20, "hours": 160}
    assert working_time_in_month("DE", 5, 2025, 7.5)["hours"] == 150


def test_golden_week_of_2026_is_one_long_weekend():
    result = long_weekends("JP", 2026)
    assert {"start": "2026-05-02", "days": 5} in result["weekends"]
    assert result["count"] == len(result["weekends"])


def test_easter_is_a_long_weekend_in_germany():
    assert {"start": "2026-04-03", "days": 4} in long_weekends("DE", 2026)["weekends"]
