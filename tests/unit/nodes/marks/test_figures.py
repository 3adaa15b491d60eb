"""The figures of texts: where each begins and ends, and what it can mean."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.figures import _NAME, Ahead, Clock, Day, Length, Month, Number, Offset, Weekday, figures_of

#: A text with its figures.
FIGURES = [
    ("It is 12 km to Bergen.", ["12"]),
    ("12, 13 and 14", ["12", "13", "14"]),
    ("1,234.56 and 1 234", ["1,234.56", "1 234"]),
    ("3–5 days, 3-5 nights", ["3", "5", "3", "5"]),
    ("-5 to −3", ["-5", "−3"]),
    ("10 to 20", ["10", "20"]),
    ("12×8", ["12", "8"]),
    ("25 July 2026", ["25 July 2026"]),
    ("Saturday, 25 July 2026 at 5 am (UTC+01:00)", ["Saturday, 25 July 2026", "5 am", "UTC+01:00"]),
    ("15 and 16 July", ["15", "16 July"]),
    ("2026-07-25T05:00:00+01:00", ["2026-07-25", "05:00:00", "+01:00"]),
    ("05:30–06:15", ["05:30", "06:15"]),
    ("3 hours and 5 minutes", ["3 hours and 5"]),
    ("3h 5m", ["3h 5"]),
    ("15 and a half hours", ["15 and a half"]),
    ("half an hour", ["half"]),
    ("an hour and a half", ["an hour and a half"]),
    ("half past two", ["half past two"]),
    ("3.226 × 10^23 molecules", ["3.226 × 10^23"]),
    ("2.5 million euros", ["2.5 million"]),
    ("12 % and 13 per cent", ["12 %", "13 per cent"]),
    ("1½ cups, 3/4 full, 1 1/2 spoons", ["1½", "3/4", "1 1/2"]),
    ("4.5/5 stars", ["4.5", "5"]),
    ("the 3rd of May", ["the 3rd of May"]),
    ("the first one", ["first", "one"]),
    ("| Bergen | 12 °C | 80 % |", ["12", "80 %"]),
    ("- 3 eggs\n- 2 lemons", ["3", "2"]),
    ("It may rain. He will march.", []),
    ("NaHCO3, A-100, v2, 4ab2, COVID-19, B2B", []),
    ("9am-5pm, 10k-12k", ["9am", "5pm", "10", "12"]),
    ("https://example.org/12", []),
    ("", []),
    ("one", ["one"]),
    ("😀3😀", ["3"]),
    ("価格は3円", []),  # a script without spaces: nothing is cut out of it
]

#: A text that is one figure, its locale, and its first meaning.
MEANINGS = [
    ("9/5/2026", "en", Day(2026, 5, 9)),
    ("9/5/2026", "en_US", Day(2026, 9, 5)),
    ("9.5.2026", "de", Day(2026, 5, 9)),
    ("2026-05", "en", Month(2026, 5)),
    ("May 2026", "en", Month(2026, 5)),
    ("3. Mai 2026", "de", Day(2026, 5, 3)),
    ("3 de mayo de 2026", "es", Day(2026, 5, 3)),
    ("9 May '26", "en", Day(2026, 5, 9)),
    ("Saturday", "en", Weekday(5)),
    ("next Friday", "en", Weekday(4, 1)),
    ("tomorrow", "en", Ahead(days=1)),
    ("in three weeks", "en", Ahead(days=21)),
    ("two days ago", "en", Ahead(days=-2)),
    ("next month", "en", Ahead(months=1, whole=False)),
    ("8:30 pm", "en", Clock(20, 30)),
    ("noon", "en", Clock(12, 0)),
    ("quarter to nine", "en", Clock(8, 45, loose=True)),
    ("14h30", "fr", Clock(14, 30)),
    ("UTC+2", "en", Offset(120)),
    ("3 hours and 5", "en", Number(Decimal(3), unit="hours")),
    ("2 hours 5 minutes", "en", Length(Decimal(7500), Decimal(60))),
    ("1.234,5", "de", Number(Decimal("1234.5"), Decimal("0.1"))),
    ("1.234", "de", Number(Decimal(1234))),
    ("1.234", "en", Number(Decimal("1.234"), Decimal("0.001"))),
    ("2 Millionen", "de", Number(Decimal(2 * 10**6), Decimal(10**6))),
    ("2700", "en", Number(Decimal(2700), Decimal(1))),
    ("1e6", "en", Number(Decimal("1E+6"), Decimal("1E+6"))),
]


@pytest.mark.parametrize(("text", "expected"), FIGURES)
def test_figures_are_found_whole(text: str, expected: list[str]) -> None:
    assert [text[figure.start : figure.end] for figure in figures_of(text)] == expected


@pytest.mark.parametrize(("text", "locale", "meaning"), MEANINGS)
def test_figures_mean_what_the_locale_makes_of_them(text: str, locale: str, meaning: object) -> None:
    assert figures_of(text, locale)[0].readings[0] == meaning


def test_words_are_soft_and_digits_are_not() -> None:
    soft = {
        text: figures_of(text)[0].soft for text in ("two", "today", "Saturday", "May", "noon", "2", "2026", "9 May")
    }
    assert [text for text, is_soft in soft.items() if not is_soft] == ["2", "2026", "9 May"]


def test_an_ambiguous_date_has_both_meanings() -> None:
    assert set(figures_of("01/03/2026")[0].readings) == {Day(2026, 1, 3), Day(2026, 3, 1)}
    assert figures_of("01/03/2026", "fr")[0].readings == (Day(2026, 3, 1),)


pieces = st.sampled_from(
    "12 1,5 May 3rd of Saturday 10:30 pm at in two weeks and a half – / % € UTC +02:00 2026-05-09 × 10^3 past".split()
)


@given(st.lists(pieces, max_size=12).map(" ".join) | st.text(max_size=80), st.sampled_from(["en", "de", "fr", "hi"]))
def test_figures_lie_in_the_text_in_order_and_apart(text: str, locale: str) -> None:
    end = 0
    for figure in figures_of(text, locale):
        assert end <= figure.start < figure.end <= len(text)
        assert figure.readings
        end = figure.end


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_each_number_of_a_list_is_found(numbers: list[int]) -> None:
    text = "; ".join(map(str, numbers))
    assert [figure.readings[0].value for figure in figures_of(text)] == numbers  # type: ignore[union-attr]


@pytest.mark.parametrize("piece", ["twenty-five and ", "1 h ", "a day and ", "9/", "1,234,", "3 and a "])
def test_a_long_row_of_figures_is_read_in_one_pass(piece: str) -> None:
    figures = figures_of(piece * 3000)
    assert len(figures) > 500
    assert figures[-1].end > len(piece) * 2990


@pytest.mark.parametrize("piece", ["½", "½a", "11,", "11,11,111;", "1 ½", "111 "])
def test_no_figure_of_a_long_row_looks_far_ahead(piece: str) -> None:
    """What one figure reads is bounded: else a row of n figures is read n times to its end."""
    figures = figures_of(piece * 3000 + "111")
    numbers = [figure.readings[0] for figure in figures if isinstance(figure.readings[0], Number)]
    assert max((len(number.unit) for number in numbers), default=0) < 100
    assert max((figure.end - figure.start for figure in figures), default=0) < 500


def test_no_word_of_a_long_row_looks_far_ahead_for_a_digit() -> None:
    assert _NAME.match("a_" * 20 + "1") is not None
    assert _NAME.match("a_" * 3000 + "1") is None
    assert figures_of("a_" * 3000 + "1") == ()


def test_a_sign_of_a_part_is_no_letter_of_a_unit() -> None:
    figures = figures_of("½" * 3000)
    assert len(figures) == 3000
    assert {figure.readings[0].unit for figure in figures} == {""}  # type: ignore[union-attr]
