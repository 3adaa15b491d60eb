"""What dates, times and moments show, and whether figures say them."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.figures import figures_of
from nodes.marks.moments import Face, faces_of, says_moment
from nodes.marks.says import Holding, Place
from tests.unit.nodes.marks.saying import held

NOW = datetime.fromisoformat("2026-05-06T10:00:00+02:00")

FACES = [
    ("2026-05-09", Face(day=date(2026, 5, 9))),
    ("06:11", Face(clock=time(6, 11))),
    ("06:11:30", Face(clock=time(6, 11, 30))),
    ("2026-05", Face(month=(2026, 5))),
    ("Saturday", Face(weekday=5)),
    ("2026-05-09T17:00:00Z", Face(date(2026, 5, 9), time(17), offset=0)),
    ("2026-05-09 17:00 UTC+02:00", Face(date(2026, 5, 9), time(17), offset=120)),
    ("9 May 2026", Face(day=date(2026, 5, 9))),
]


@pytest.mark.parametrize(("value", "face"), FACES)
def test_a_value_shows_its_parts(value: str, face: Face) -> None:
    assert faces_of(value, (), NOW).faces[0] == face


@pytest.mark.parametrize(
    "value", ["", "12", "Bergen", "9 May in Bergen", "version 1.2", "2026-13-45", "x" * 1000, "😀"]
)
def test_other_texts_are_of_no_calendar(value: str) -> None:
    assert not faces_of(value, (), NOW).is_calendar


@pytest.mark.parametrize(("value", "seconds"), [("PT3H5M", 11100), ("P1D", 86400), ("P2W", 1209600), ("PT0.5S", "0.5")])
def test_durations_have_a_length(value: str, seconds: int | str) -> None:
    assert faces_of(value, (), NOW).length == Decimal(seconds)


def test_a_moment_has_a_face_in_each_zone() -> None:
    faces = faces_of("2026-05-09T23:30:00Z", ("Europe/Berlin", "No/Where"), NOW).faces
    assert faces[1] == Face(date(2026, 5, 10), time(1, 30), offset=120)
    assert faces[2] == Face()


def said(words: str, value: str, zones: tuple[str, ...] = ()) -> bool:
    figures = figures_of(words)
    return says_moment(figures, faces_of(value, zones, NOW), words, NOW, "en") == frozenset(range(len(figures)))


def test_words_of_one_mark_say_one_face() -> None:
    assert said("10 May at 1:30 am", "2026-05-09T23:30:00Z", ("Europe/Berlin",))
    assert not said("9 May at 1:30 am", "2026-05-09T23:30:00Z", ("Europe/Berlin",))
    assert said("9 May, 23:30 UTC", "2026-05-09T23:30:00Z", ("Europe/Berlin",))
    assert not said("10 May, 1:30 am UTC", "2026-05-09T23:30:00Z", ("Europe/Berlin",))


def test_the_half_of_the_day_is_told_by_words_beside() -> None:
    assert said("8 in the afternoon or evening", "20:00")
    assert said("at 8 in the evening", "20:00")
    assert said("at 2 at night", "02:00")
    assert not said("at 8 in the morning", "20:00")
    assert said("at 8", "20:00")


def test_seconds_are_rounded_or_cut() -> None:
    assert said("6:11", "06:11:40")
    assert said("6:12", "06:11:40")
    assert not said("6:12", "06:11:20")
    assert not said("06:11:41", "06:11:40")


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_a_moment_says_itself(moment: datetime) -> None:
    written = moment.replace(microsecond=0).isoformat()
    assert said(written, written)


@given(st.text(max_size=50))
def test_any_text_has_faces_or_none(value: str) -> None:
    assert isinstance(faces_of(value, ("Europe/Berlin",), NOW).is_calendar, bool)


@pytest.mark.parametrize(
    ("value", "words", "is_said"),
    [
        ("1:06:40", "1 hour, 6 minutes and 40 seconds", True),
        ("1:06:40", "about 67 minutes", True),
        ("1:06:40", "1 hour, 6 minutes and 41 seconds", False),
        ("05:40", "5 minutes and 40 seconds", True),
        ("05:40", "5 hours and 40 minutes", True),
        ("05:40", "5 minutes and 30 seconds", False),
        ("05:40", "in 40 seats", False),
        ("2026-05-09T05:40:00Z", "5 hours and 40 minutes", False),
    ],
)
def test_what_a_clock_shows_may_be_a_length_of_time(value: str, words: str, is_said: bool) -> None:
    figures = figures_of(words)
    found = says_moment(figures, faces_of(value, (), NOW), words, NOW, "en")
    assert (len(found) == len(figures)) is is_said


DATES_SAID = [
    ("9 May", "2026-05-09"),
    ("May 9", "2026-05-09"),
    ("May 9th", "2026-05-09"),
    ("the 9th of May", "2026-05-09"),
    ("Saturday", "2026-05-09"),
    ("this Saturday", "2026-05-09"),
    ("Sat 9 May", "2026-05-09"),
    ("9/5/2026", "2026-05-09"),
    ("5/9/2026", "2026-05-09"),
    ("05/09/26", "2026-05-09"),
    ("2026-05-09", "2026-05-09"),
    ("the 9th", "2026-05-09"),
    ("tomorrow", "2026-05-07"),
    ("the day after tomorrow", "2026-05-08"),
    ("in three days", "2026-05-09"),
    ("3 days from now", "2026-05-09"),
    ("next Friday", "2026-05-15"),
    ("next Friday", "2026-05-08"),
    ("last Monday", "2026-05-04"),
    ("a week from today", "2026-05-13"),
    ("in a week", "2026-05-13"),
    ("a fortnight from now", "2026-05-20"),
    ("May 2026", "2026-05"),
    ("next month", "2026-06"),
    ("next month", "2026-06-15"),
    ("yesterday", "2026-05-05"),
    ("Tuesday, 3 March 2026", "2026-03-03"),
    ("3 Mar. 2026", "2026-03-03"),
    ("March the 3rd", "2026-03-03"),
    ("3rd March", "2026-03-03"),
    ("Sept 4", "2026-09-04"),
    ("9.5.2026", "2026-05-09"),
    ("the ninth of May", "2026-05-09"),
    ("May twenty-third", "2026-05-23"),
    ("9 May '26", "2026-05-09"),
    ("9-May-2026", "2026-05-09"),
    ("2026/05/09", "2026-05-09"),
    ("Saturday the 9th", "2026-05-09"),
    ("Sat, 9", "2026-05-09"),
    ("the 5th", "2026-05-05"),
    ("early May", "2026-05-03"),
    ("mid-May", "2026-05-15"),
    ("the end of May", "2026-05-31"),
    ("spring 2026", "2026-05-01"),
    ("2026", "2026-05-09"),
    ("in 2026", "2026-05-09"),
    ("10 days ago", "2026-04-26"),
    ("a month ago", "2026-04-06"),
    ("in six months", "2026-11-06"),
    ("a year from now", "2027-05-06"),
]

DATES_NOT_SAID = [
    ("10 May", "2026-05-09"),
    ("June 9", "2026-05-09"),
    ("Sunday", "2026-05-09"),
    ("Sunday, 9 May", "2026-05-09"),
    ("9 May 2025", "2026-05-09"),
    ("9/6/2026", "2026-05-09"),
    ("2026-05-08", "2026-05-09"),
    ("the 8th", "2026-05-09"),
    ("tomorrow", "2026-05-08"),
    ("today", "2026-05-07"),
    ("in three days", "2026-05-10"),
    ("next Friday", "2026-05-22"),
    ("last Monday", "2026-05-11"),
    ("in a week", "2026-05-14"),
    ("June 2026", "2026-05"),
    ("next month", "2026-07-15"),
    ("9 May", "2031-05-09"),
    ("the tenth of May", "2026-05-09"),
    ("9 May '25", "2026-05-09"),
    ("the 6th", "2026-05-05"),
    ("10 days ago", "2026-04-27"),
    ("a month ago", "2026-03-06"),
    ("2027", "2026-05-09"),
]

TIMES_SAID = [
    ("06:11", "06:11"),
    ("6:11 am", "06:11"),
    ("6.11am", "06:11"),
    ("6:11 a.m.", "06:11"),
    ("half past six", "06:30"),
    ("half past six", "18:30"),
    ("half past 6", "18:30"),
    ("half six", "06:30"),
    ("quarter to nine", "08:45"),
    ("a quarter past 9 in the evening", "21:15"),
    ("8 o'clock", "20:00"),
    ("eight at night", "20:00"),
    ("8 pm", "20:00"),
    ("8pm", "20:00:00"),
    ("noon", "12:00"),
    ("midnight", "00:00"),
    ("20:00", "20:00"),
    ("ten past five", "17:10"),
    ("twenty to six", "17:40"),
    ("twenty-five past 3", "15:25"),
    ("5 pm", "2026-05-09T17:00:00Z"),
    ("9 May at 5 pm", "2026-05-09T17:00:00Z"),
    ("7 pm (Berlin time)", Place("2026-05-09T17:00:00Z", zones=("Europe/Berlin",))),
    ("8 tonight", "2026-05-06T20:00"),
    ("eight tonight", "2026-05-06T20:00"),
    ("seven thirty", "07:30"),
    ("6 in the morning", "06:00"),
    ("16:30h", "16:30"),
    ("at 4.30 pm", "16:30"),
    ("4:30PM", "16:30"),
    ("4:30 P.M.", "16:30"),
    ("half four", "16:30"),
    ("12:30 am", "00:30"),
    ("12 am", "00:00"),
    ("12 noon", "12:00"),
    ("ten to five", "16:50"),
    ("5 past 3", "15:05"),
    ("9 a.m. sharp", "09:00"),
    ("09:00:30", "09:00:30"),
    ("at nine", "09:00"),
    ("around nine", "09:00"),
]

TIMES_NOT_SAID = [
    ("06:12", "06:11"),
    ("6:11 pm", "06:11"),
    ("half past six", "06:00"),
    ("half past six", "07:30"),
    ("quarter to nine", "09:45"),
    ("8 o'clock", "09:00"),
    ("8 pm", "08:00"),
    ("noon", "00:00"),
    ("midnight", "12:00"),
    ("20:01", "20:00"),
    ("ten past five", "17:20"),
    ("twenty to six", "17:20"),
    ("eight tonight", "2026-05-06T08:00"),
    ("eight in the morning", "20:00"),
    ("5 pm UTC", "2026-05-09T16:00:00Z"),
    ("6 pm (UTC+01:00)", "2026-05-09T18:00:00Z"),
    ("8 pm", Place("2026-05-09T17:00:00Z", zones=("Europe/Berlin",))),
    ("seven thirty", "07:13"),
    ("14h31", "14:30"),
    ("12 am", "12:00"),
    ("4:31PM", "16:30"),
    ("ten to five", "17:10"),
    ("5 past 3", "15:50"),
    ("at nine", "10:00"),
]


@pytest.mark.parametrize(("words", "values"), [*DATES_SAID, *TIMES_SAID])
def test_words_say_values(words: str, values: Any) -> None:
    assert held(words, values, opening=True) == Holding("")


@pytest.mark.parametrize(("words", "values"), [*DATES_NOT_SAID, *TIMES_NOT_SAID])
def test_other_words_do_not(words: str, values: Any) -> None:
    assert held(words, values).problem
