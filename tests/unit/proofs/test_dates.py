from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.proofs.dates import Clock, Moment, Month, calendar_value, parse_calendar, scan_calendar, written

FIRST = date(2026, 3, 1)


@pytest.mark.parametrize(
    "text",
    ["2026-03-01", "2026/03/01", "1 March 2026", "March 1, 2026", "March 1st, 2026", "1st of March 2026",
     "the 1st of March 2026", "1 Mar 2026", "Mar. 1, 2026", "Sunday 1 March 2026", "Sunday, March 1, 2026",
     "Sun 1 march 2026", "1 MARCH, 2026"],
)  # fmt: skip
def test_reads_a_date(text: str) -> None:
    assert parse_calendar(text) == [FIRST]


@pytest.mark.parametrize(
    "text",
    ["01/03/2026", "1 March", "Monday 1 March 2026", "1nd March 2026", "30 February 2026", "March 2026 1",
     "1 March 26", "on 1 March 2026", "2026-13-01", "1 Marchy 2026", "11 March 20261"],
)  # fmt: skip
def test_does_not_read_what_is_wrong_or_ambiguous(text: str) -> None:
    assert date(2026, 3, 1) not in parse_calendar(text)
    assert not any(isinstance(value, date) for value in parse_calendar(text))


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:30", Clock(14, 30)),
        ("2:30 pm", Clock(14, 30)),
        ("2:30PM", Clock(14, 30)),
        ("2.30 p.m.", Clock(14, 30)),
        ("2 am", Clock(2, 0)),
        ("12 am", Clock(0, 0)),
        ("12 pm", Clock(12, 0)),
        ("noon", Clock(12, 0)),
        ("midnight", Clock(0, 0)),
        ("9:05", Clock(9, 5)),
        ("14:30:15", Clock(14, 30, "15")),
    ],
)
def test_reads_a_time(text: str, clock: Clock) -> None:
    assert parse_calendar(text) == [clock]


@pytest.mark.parametrize("text", ["25:00", "14:60", "half past two", "14", "13 pm", "1:2"])
def test_does_not_read_what_is_no_time(text: str) -> None:
    assert parse_calendar(text) == []


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2026-03-01T14:30:00", None),
        ("2026-03-01T14:30:00Z", 0),
        ("2026-03-01T14:30+02:00", 120),
        ("1 March 2026 at 14:30", None),
        ("1 March 2026, 14:30", None),
        ("March 1st, 2026 at 2:30 pm UTC", 0),
        ("2:30 pm on 1 March 2026", None),
        ("14:30 UTC+02:00 on March 1, 2026", 120),
        ("1 March 2026 at 14:30 -0530", -330),
    ],
)
def test_reads_a_moment(text: str, offset: int | None) -> None:
    assert Moment(FIRST, Clock(14, 30), offset) in parse_calendar(text)


def test_scans_what_stands_inside_a_sentence() -> None:
    text = "Leave on 1 March 2026 at 2:30 pm, or in April 2027."
    found = {text[span.start : span.end]: span.value for span in scan_calendar(text)}
    assert found["1 March 2026"] == FIRST
    assert found["1 March 2026 at 2:30 pm"] == Moment(FIRST, Clock(14, 30), None)
    assert found["April 2027"] == Month(2027, 4)


def test_a_wrong_weekday_hides_its_date() -> None:
    assert not any(isinstance(span.value, date) for span in scan_calendar("on Monday 1 March 2026, please"))


@pytest.mark.parametrize("value", ["2026-02-30", "yesterday", "14:30pm", "2026-3-1", "", "x" * 100])
def test_other_strings_have_no_calendar_value(value: str) -> None:
    assert calendar_value(value) is None


@given(st.dates(min_value=date(1000, 1, 1)))
def test_written_dates_read_back(day: date) -> None:
    for text in written(day):
        assert parse_calendar(text) == [day]


clocks = st.builds(Clock, st.integers(0, 23), st.integers(0, 59), st.sampled_from(["0", "7", "42", "5.25"]))


@given(clocks)
def test_written_times_read_back(clock: Clock) -> None:
    for text in written(clock):
        assert parse_calendar(text) == [clock]


@given(st.builds(Moment, st.dates(min_value=date(1000, 1, 1)), clocks, st.sampled_from([None, 0, 60, -570, 345])))
def test_written_moments_read_back(moment: Moment) -> None:
    for text in written(moment):
        assert moment in parse_calendar(text), text
