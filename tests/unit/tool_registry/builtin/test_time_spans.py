"""Spans of time that can be counted by hand."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.time_spans import (
    age_on_date,
    days_between,
    hours_between,
    shift_date,
    shift_moment,
)


def test_days_between_counts_the_leap_day():
    assert days_between("2024-02-28", "2024-03-01") == {"days": 2, "weeks": 0, "extra_days": 2}
    assert days_between("2025-02-28", "2025-03-01")["days"] == 1


def test_days_between_does_not_mind_the_order():
    assert days_between("2025-12-25", "2025-01-01") == {"days": 358, "weeks": 51, "extra_days": 1}


def test_shift_date_goes_both_ways():
    assert shift_date("2024-02-15", 14) == {"later": "2024-02-29", "earlier": "2024-02-01"}
    assert shift_date("2025-12-31", 1)["later"] == "2026-01-01"


def test_the_age_changes_on_the_birthday():
    assert age_on_date("1984-10-08", "2025-10-07")["age"] == 40
    assert age_on_date("1984-10-08", "2025-10-08") == {
        "age": 41,
        "days_to_birthday": 365,
        "birthday_weekday": "Thursday",
    }


def test_a_leap_day_birthday():
    assert age_on_date("1996-02-29", "2025-02-28") == {
        "age": 28,
        "days_to_birthday": 1,
        "birthday_weekday": "Saturday",
    }
    assert age_on_date("1996-02-29", "2028-02-01")["days_to_birthday"] == 28


def test_nobody_has_an_age_before_birth():
    with pytest.raises(ToolkitError, match="later date"):
        age_on_date("2018-08-08", "2017-01-01")


def test_a_birth_date_that_does_not_exist():
    with pytest.raises(ToolkitError, match="1997-02-29"):
        age_on_date("1997-02-29", "2025-01-01")


def test_hours_between_respects_offsets():
    assert hours_between("2025-01-01T12:00:00+01:00", "2025-01-01T12:00:00-05:00") == {"hours": 6.0}
    assert hours_between("2025-06-21T19:58:00Z", "2025-06-21T03:48:00Z") == {"hours": 16.17}


def test_shift_moment_crosses_midnight_and_keeps_the_offset():
    assert shift_moment("2025-06-21T21:58:00+02:00", 7.5) == {
        "end": "2025-06-22T05:28:00+02:00",
        "begin": "2025-06-21T14:28:00+02:00",
    }
    assert shift_moment("2026-10-10T12:00:00Z", 36)["end"] == "2026-10-12T00:00:00Z"
