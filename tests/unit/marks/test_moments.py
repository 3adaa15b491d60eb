"""What dates, times and moments show, and whether figures say them."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.figures import figures_of
from nodes.marks.moments import Face, faces_of, says_moment

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
