"""What people write, and the values that it says; and what it does not say. The present is Wednesday, 6 May 2026."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.figures import figures_of
from nodes.marks.says import Holding, Place, Saying, Setting, hold, is_harmless, says, spells
from tests.unit.nodes.marks.saying import NOW, held

SEVERAL_SAID = [
    ("3–5 days", (3, 5)),
    ("between 10 and 20", (10, 20)),
    ("from 3 to 5", (3, 5)),
    ("3-5 days", (3, 5)),
    ("15–17 July", ("2026-07-15", "2026-07-17")),
    ("July 15-17", ("2026-07-15", "2026-07-17")),
    ("8 to 10 pm", ("20:00", "22:00")),
    ("8–10 pm", ("20:00", "22:00")),
    ("from 9 to 5", ("09:00", "17:00")),
    ("9am-5pm", ("09:00", "17:00")),
    ("10 or 20", (10, 20)),
    ("9:30 to 11:15", ("09:30", "11:15")),
    ("$10-$20", (10, 20)),
    ("-5 to 3 °C", (-5, 3)),
    ("−5 to −2", (-5, -2)),
    ("12 by 8 metres", (12, 8)),
    ("12×8", (12, 8)),
    ("12 x 8", (12, 8)),
    ("1,000–1,500", (1000, 1500)),
    ("48.86, 2.35", (48.8566, 2.3522)),
    ("2 May to 4 June", ("2026-05-02", "2026-06-04")),
    ("3 of 10", (3, 10)),
    ("10k–12k", (10000, 12000)),
    ("48.86°N, 2.35°E", (48.8566, 2.3522)),
    ("on the 1st and 15th", ("2026-05-01", "2026-05-15")),
    ("1st–3rd June", ("2026-06-01", "2026-06-03")),
    ("from the 1st to the 3rd of June", ("2026-06-01", "2026-06-03")),
    ("June 1–3, 2026", ("2026-06-01", "2026-06-03")),
    ("Mon–Fri", ("Monday", "Friday")),
    ("Mon 4 to Wed 6 May", ("2026-05-04", "2026-05-06")),
    ("one in three", (1, 3)),
    ("two out of three", (2, 3)),
    ("3 : 2", (3, 2)),
    ("3:2", (3, 2)),
    ("won 3-2", (3, 2)),
    ("3–2", (3, 2)),
    ("2x4", (2, 4)),
    ("1920×1080", (1920, 1080)),
    ("5'11\"", (5, 11)),
    ("5 ft 11 in", (5, 11)),
    ("52.52° N, 13.40° E", (52.52, 13.405)),
    ("52.5200, 13.4050", (52.52, 13.405)),
]

SEVERAL_NOT_SAID = [
    ("3–6 days", (3, 5)),
    ("between 10 and 30", (10, 20)),
    ("3-6 days", (3, 5)),
    ("15–18 July", ("2026-07-15", "2026-07-17")),
    ("8–11 pm", ("20:00", "22:00")),
    ("8 to 10 am", ("20:00", "22:00")),
    ("$10-$21", (10, 20)),
    ("12×9", (12, 8)),
    ("1,000–1,600", (1000, 1500)),
    ("48.86, 2.36", (48.8566, 2.3522)),
    ("2 May to 5 June", ("2026-05-02", "2026-06-04")),
    ("9 to 6", ("09:00", "17:00")),
    ("on the 1st and 16th", ("2026-05-01", "2026-05-15")),
    ("June 1–4, 2026", ("2026-06-01", "2026-06-03")),
    ("Mon–Thu", ("Monday", "Friday")),
    ("two out of four", (2, 3)),
    ("3:3", (3, 2)),
    ("1920×1081", (1920, 1080)),
    ("52.53° N, 13.40° E", (52.52, 13.405)),
]


@pytest.mark.parametrize(("words", "values"), SEVERAL_SAID)
def test_words_say_values(words: str, values: Any) -> None:
    assert held(words, values, opening=True) == Holding("")


@pytest.mark.parametrize(("words", "values"), SEVERAL_NOT_SAID)
def test_other_words_do_not(words: str, values: Any) -> None:
    assert held(words, values).problem


LISTS = [
    ("TBS, KUT and BUS", ["TBS", "KUT", "BUS"], "said"),
    ("TBS and 2 more", ["TBS", "KUT", "BUS"], "said"),
    ("TBS among others", ["TBS", "KUT", "BUS"], "said"),
    ("three airports", ["TBS", "KUT", "BUS"], "said"),
    ("TBS and KUT", ["TBS", "KUT", "BUS"], "no"),
    ("TBS and 3 more", ["TBS", "KUT", "BUS"], "no"),
    ("four airports", ["TBS", "KUT", "BUS"], "could"),  # the figure is what does not hold
    ("no airports", [], "could"),
    ("Anna and Ben", [{"name": "Anna", "age": 3}, {"name": "Ben", "age": 5}], "said"),
    ("Anna", [{"name": "Anna", "age": 3}, {"name": "Ben", "age": 5}], "no"),
]


@pytest.mark.parametrize(("words", "members", "verdict"), LISTS)
def test_lists_are_told_whole_or_as_a_part(words: str, members: list[Any], verdict: str) -> None:
    assert says(words, Place(members)).verdict == verdict


def test_a_figure_that_no_place_says_is_the_problem() -> None:
    assert hold("four airports", [Place(["TBS", "KUT", "BUS"])]).problem == "four"
    assert hold("12 °C and 80 %", [Place(12)]).problem == "80 %"
    assert hold("12 °C and 80 %", [Place(12), Place(80)]) == ("", False)


def test_figures_of_the_members_own_name_and_denominators_are_let_be() -> None:
    assert hold("the 5-day average of 227.11", [Place(227.11, name="MA(5)")]) == ("", False)
    assert hold("the 20-day average of 227.11", [Place(227.11, name="MA(5)")]).problem == "20"
    assert hold("6.73 litres per 100 km", [Place(6.73)]) == ("", False)
    assert hold("pasta 100 g", [Place(6.73)]).problem
    assert hold("4 out of 5", [Place(4, {"maximum": 5})]) == ("", False)
    assert hold("4 out of 6", [Place(4, {"maximum": 5})]).problem == "6"


PARAPHRASES = [
    ("with breakfast", Place(True)),
    ("it is still open", Place(False)),
    ("your dentist", Place("appointment with Dr Okafor at the clinic")),
    ("by the glass", Place("window", siblings=("front",))),
    ("last year's menu", Place("menu_last_year.txt")),  # a date that is part of a name
    ("I have moved last year's menu", Place("'menu_last_year.txt' moved to 'archive/menu_last_year.txt'")),
    ("the minutes of Monday", Place("minutes-monday.md")),
]
NO_PARAPHRASES = [
    ("with breakfast at 8", Place(True)),  # holds a figure
    ("Marie", Place("dentist")),  # a name that the value does not have
    ("the front one", Place("window", siblings=("front",))),  # says a member beside it
    ("order A-1010", Place("A-1009")),
    ("in kilometres", Place("mi")),  # another unit of the kind
    ("this year's menu", Place("menu_last_year.txt")),
    ("last year's menu of June", Place("menu_last_year.txt")),
    ("the minutes of Tuesday", Place("minutes-monday.md")),
    ("last year's menu at 3 pm", Place("menu_last_year.txt")),
]


@pytest.mark.parametrize(("words", "place"), PARAPHRASES)
def test_other_wordings_could_hold(words: str, place: Place) -> None:
    assert hold(words, [place], opening=True) == ("", True)


@pytest.mark.parametrize(("words", "place"), NO_PARAPHRASES)
def test_other_wordings_hold_no_figures_names_or_members_beside(words: str, place: Place) -> None:
    assert hold(words, [place]).problem


def test_titles_say_their_values() -> None:
    schema = {"oneOf": [{"const": 1, "title": "everyday"}, {"const": 2, "title": "at sea"}]}
    assert says("at sea", Place(2, schema)).verdict == "said"
    assert says("at sea", Place(1, schema)).verdict == "no"


numbers = st.one_of(
    st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 3))
)


@given(numbers)
def test_a_number_is_said_as_it_is_written(value: float) -> None:
    words = f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    assert says(words, Place(value)).verdict == "said"
    grouped = f"{value:,}" if isinstance(value, int) else words
    assert hold(grouped, [Place(value)]) == ("", False)


@given(st.integers(10, 10**9), st.data())
def test_a_changed_digit_is_never_said(value: int, data: st.DataObject) -> None:
    digits = str(value)
    at = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([digit for digit in "123456789" if digit != digits[at]]))
    assert hold(digits[:at] + other + digits[at + 1 :], [Place(value)]).problem


@given(st.dates(min_value=datetime(1990, 1, 1).date(), max_value=datetime(2090, 1, 1).date()), st.integers(1, 27))
def test_another_day_is_never_said(day: Any, apart: int) -> None:
    months = "January February March April May June July August September October November December".split()
    other = day.replace(day=(day.day - 1 + apart) % 28 + 1)
    written = f"{day.day} {months[day.month - 1]} {day.year}"
    assert hold(written, [Place(day.isoformat())]) == ("", False)
    if other != day:
        assert hold(written, [Place(other.isoformat())]).problem


@given(st.times())
def test_a_time_is_said_in_both_clocks(time: Any) -> None:
    time = time.replace(second=0, microsecond=0)
    for written in (f"{time:%H:%M}", f"{time:%I:%M %p}".lower().lstrip("0")):
        assert hold(written, [Place(f"{time:%H:%M}")]) == ("", False)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.text(max_size=60), anything, st.sampled_from(["en", "de", "fr", "ja", "ar", "xx", ""]))
def test_any_words_and_value_get_an_answer(words: str, value: Any, locale: str) -> None:
    holding = hold(words, [Place(value)], Setting(locale, NOW))
    assert holding.problem in (words, *(words[each.start : each.end] for each in figures_of(words, locale)), "")


def test_a_bare_one_and_denominators_are_harmless() -> None:
    def harmless(text: str) -> list[bool]:
        return [is_harmless(figure, text) for figure in figures_of(text)]

    assert harmless("1 euro") == [True]
    assert harmless("1% of it") == [False]
    assert harmless("litres per 100 km") == [True]
    assert harmless("100 km") == [False]
    assert harmless("the first of them") == [True]


def test_a_figure_of_a_title_is_said_by_the_title() -> None:
    period = Place(24, {"oneOf": [{"const": 12, "title": "a year"}, {"const": 24, "title": "two years"}]}, "period")
    assert hold("over the two years", [period]) == Holding("")
    assert hold("over the three years", [period]).problem == "three"


def test_nought_and_one_may_be_worded_but_not_by_a_name_or_a_figure() -> None:
    assert hold("the same day", [Place(0, name="days_later")]) == Holding("", paraphrase=True)
    assert hold("for free", [Place(0.0, name="fee")]) == Holding("", paraphrase=True)
    assert hold("to Lisbon", [Place(0)]).problem
    assert hold("two days later", [Place(0)]).problem == "two"
    assert hold("its only comment", [Place(1, name="comments")]) == Holding("", paraphrase=True)
    assert hold("the same day", [Place(2, name="days_later")]).problem
    arrival = [Place("10:17"), Place(0, name="days_later")]
    assert hold("10:17 the same day", arrival) == Holding("")
    assert hold("10:17 the next day", arrival).problem
    assert hold("10:18 the same day", arrival).problem
    assert hold("10:17 the same day", [Place("10:17"), Place(2, name="days_later")]).problem


LITRES = {"description": "Volume in litres."}
CITIES = Place(["Ankara", "Izmir", "Adana"], is_each=True)
CODE = Place("DUB", documents=({"iata": "DUB", "city": "Dublin"}, {"iata": "LHR", "city": "London"}))
KINDS_SAID = [
    ("5.2 gallons", Place(19.68, name="amount", siblings=("L", "litres"))),
    ("19.68 litres", Place(19.68, LITRES, "amount")),
    ("40.34bn", Place(40.34e9)),
    ("10:01 in the evening", Place("22:01")),
    ("EUR5512", Place(5512)),
    ("٣٤", Place(34)),
    ("75 %", Place(0.75, name="ratio")),
    ("just after 4 am", Place("04:03")),
    ("nearly 5 pm", Place("16:52")),
    ("365,000 km", Place(365043)),
    ("about a fifth", Place(20.9, name="share_percent")),
    ("Ankara and two others", CITIES),
    ("between 12 and 17", Place([12, 14, 17], is_each=True)),
    ("UTC+1", Place("+01:00")),
    ("UTC+2", Place("Europe/Berlin")),
    ("UTC+1", Place(1, name="utc_offset_hours")),
    ("12 pesos", Place(12, name="price", siblings=("MXN",))),
    ("an hour and a quarter", Place(1.25, name="hours")),
    ("five and three quarter hours", Place(5.77, name="shortest_hours")),
    ("an hour and 30 minutes", Place(1.5, name="hours")),
    ("about three hours and 20 minutes", Place(3.38, name="hours")),
    ("UK time", Place("Europe/London")),
    ("Dublin", CODE),
]
KINDS_NOT_SAID = [
    ("19.68 gallons", Place(19.68, name="litres")),
    ("19.68 gallons", Place(19.68, LITRES, "amount")),
    ("19.68 gallons", Place(19.68, name="amount", siblings=("litres",))),
    ("60 mph", Place(60, name="speed_kmh")),
    ("40.34bn", Place(40.34)),
    ("10:01 in the evening", Place("10:01")),
    ("EUR5512", Place(5513)),
    ("٣٥", Place(34)),
    ("0.75 %", Place(0.75, name="ratio")),
    ("12%", Place(0.12, name="humidity_percent")),
    ("just after 5 pm", Place("16:58")),
    ("about 5 pm", Place("16:30")),
    ("2,700", Place(2688)),
    ("Ankara and three others", CITIES),
    ("UTC+2", Place("+01:00")),
    ("12 dollars", Place(12, name="price", siblings=("MXN",))),
    ("€12", Place(12, name="price_usd")),
    ("One", Place(1.25)),
    ("London", CODE),
]


@pytest.mark.parametrize(("words", "place"), KINDS_SAID)
def test_units_zones_and_parts_are_said(words: str, place: Place) -> None:
    assert hold(words, [place], Setting("en", NOW)) == Holding("")


@pytest.mark.parametrize(("words", "place"), KINDS_NOT_SAID)
def test_other_units_zones_and_parts_are_not(words: str, place: Place) -> None:
    assert hold(words, [place], Setting("en", NOW)).problem


def test_names_are_no_paraphrase_where_capitals_make_names() -> None:
    assert hold("chez Marie", [Place("le dentiste")], Setting("fr", NOW)).problem
    assert hold("beim Arzt", [Place("der Zahnarzt")], Setting("de", NOW)) == Holding("", paraphrase=True)


def test_all_of_it_and_directions_may_be_worded_and_an_unknown_code_called() -> None:
    for words, place in (
        ("fully lit", Place(100.0, name="illuminated_percent")),
        ("just south of due west", Place(258.6, name="azimuth_degrees")),
        ("Dublin", Place("DUB", documents=({},))),
    ):
        assert hold(words, [place]) == Holding("", paraphrase=True)


SPELT = [
    "Iris 18594",
    "HIKE-1326",
    "2026-05-09",
    "2026-05-09T06:11:00+02:00",
    "06:11",
    "P3D",
    "km",
    "EUR",
    "5 pm",
    "a b",
]


@pytest.mark.parametrize("text", SPELT)
def test_a_text_that_is_spelt_need_not_be_read(text: str) -> None:
    read = says(text, Place(text))
    assert spells(text, text)
    assert read.verdict == "said"
    assert read.figures == frozenset(range(len(figures_of(text))))


@given(st.integers(0, 10**12) | st.decimals(0, 10**6, places=3).map(lambda each: abs(float(each))))
def test_a_number_that_is_spelt_need_not_be_read(value: float) -> None:
    words = repr(value)
    assert says(words, Place(value)) == Saying("said", frozenset({0})) if spells(words, value) else "e" in words
    assert not spells(words, value, "de_DE")


def test_nothing_else_is_spelt() -> None:
    near = [("3", 3.0), ("-3", -3), ("1e+16", 1e16), ("1", True), ("True", True), ("None", None), ("bergen", "Bergen")]
    assert not any(spells(words, value) for words, value in near)
