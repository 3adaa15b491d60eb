"""Which words say a text, and what in words is a name, a code, a unit or a currency."""

from typing import Any

import pytest

from nodes.marks.says import Holding
from nodes.marks.wording import (
    codes_in,
    fold_words,
    holds,
    is_other_currency,
    is_other_unit,
    names_in,
    names_of,
    opens_sentence,
    unit_words,
)
from tests.unit.nodes.marks.saying import held

TEXTS_SAID = [
    ("rear left", "rear_left"),
    ("Rear-Left", "rear_left"),
    ("miles", "mi"),
    ("km/h", "kmh"),
    ("Ljubljana", "Europe/Ljubljana"),
    ("euros", "EUR"),
    ("Germany", "DE"),
    ("German", "de"),
    ("London Heathrow", "London Heathrow Airport"),
    ("São Paulo", "Sao Paulo"),
    ("Sao Paulo", "São Paulo"),
    ("the café", "cafe"),
    ("table 12", "table 12"),
    ("version 2.1", "2.1"),
    ("flight LH 123", "LH123"),
    ("BA2490", "BA 2490"),
    ("room 12B", "12B"),
    ("東京", "東京"),
    ("Tokyo (東京)", "東京"),
    ("naïve", "naïve"),
    ("été", "été"),
    ("😀", "😀"),
    ("مرحبا", "مرحبا"),
    ("order #A-1009", "A-1009"),
    ("12 Main Street", "12 Main St"),
    ("10115 Berlin", "10115 Berlin"),
    ("Mondays", "Monday"),
    ("90 minutes", "PT1H30M"),
    ("an hour and a half", "PT1H30M"),
    ("three days", "P3D"),
    ("Gate B12", "B12"),
    ("seat 14C", "14C"),
    ("ISBN 978-3-16-148410-0", "978-3-16-148410-0"),
    ("+49 30 123456", "+49 30 123456"),
    ("https://example.org/a?b=1", "https://example.org/a?b=1"),
    ("anna@example.org", "anna@example.org"),
    ("`rear_left`", "rear_left"),
    ("**Bergen**", "Bergen"),
    ('"Bergen"', "Bergen"),
    ("Bergen's", "Bergen"),
    ("the Louvre", "Musée du Louvre"),
    ("Dr. Smith", "Dr. Anna Smith"),
    ("C++", "C++"),
    ("C#", "C#"),
    ("AT&T", "AT&T"),
    ("3M", "3M"),
    ("Boeing 737-800", "Boeing 737-800"),
    ("iPhone 15", "iPhone 15"),
    ("No. 10 Downing Street", "10 Downing Street"),
    ("192.168.0.1", "192.168.0.1"),
    ("#ff0000", "#ff0000"),
]

TEXTS_NOT_SAID = [
    ("12.3.1", "12.3"),
    ("kilometres", "mi"),
    ("Zagreb", "Europe/Ljubljana"),
    ("Hotel Ibis", "Hotel Adlon"),
    ("Bern", "Bergen"),
    ("flight LH 124", "LH123"),
    ("room 13B", "12B"),
    ("table 13", "table 12"),
    ("version 2.2", "2.1"),
    ("order #A-1010", "A-1009"),
    ("4471-AX", "4471-BQ"),
    ("4471-AX", "4471-AXx"),
    ("90,1.499 AU$", "1.499,90 AU$"),
    ("13 Main Street", "12 Main St"),
    ("Paris", "London"),
    ("Anna", "Hannah"),
    ("10117 Berlin", "10115 Berlin"),
    ("100 minutes", "PT1H30M"),
    ("four days", "P3D"),
    ("Gate B13", "B12"),
    ("seat 15C", "14C"),
    ("ISBN 978-3-16-148411-0", "978-3-16-148410-0"),
    ("+49 30 123457", "+49 30 123456"),
    ("Dr. Jones", "Dr. Anna Smith"),
    ("Boeing 737-900", "Boeing 737-800"),
    ("192.168.0.2", "192.168.0.1"),
    ("v1.2.4", "1.2.3"),
    ("#ff0001", "#ff0000"),
    ("anna@example.com", "anna@example.org"),
]


@pytest.mark.parametrize(("words", "values"), TEXTS_SAID)
def test_words_say_values(words: str, values: Any) -> None:
    assert held(words, values, opening=True) == Holding("")


@pytest.mark.parametrize(("words", "values"), TEXTS_NOT_SAID)
def test_other_words_do_not(words: str, values: Any) -> None:
    assert held(words, values).problem


def test_texts_are_compared_without_case_accents_and_signs_but_numbers_whole() -> None:
    assert fold_words("Rear_Left") == fold_words("rear left") == " rear left "
    assert fold_words("Łódź, Café") == " łodz cafe "
    assert fold_words("v 12.3.1") == " v 12.3.1 "
    assert holds("on Mondays", "Monday")
    assert holds("how? ++", "++")
    assert not holds("12.3.1", "12.3")
    assert not holds("anything", "++")


def test_codes_have_the_names_of_the_locale() -> None:
    assert names_of("DE", "en") == ("Germany",)
    assert names_of("DE", "fr") == ("Allemagne",)
    assert set(names_of("de", "en")) == {"German"}
    assert "euros" in names_of("EUR", "en")
    assert names_of("Rome", "en") == names_of("XQ", "en") == ()


def test_names_are_told_by_capitals_where_a_capital_makes_one() -> None:
    assert names_in("Ask Anna and I will, NASA too", opening=True) == ["Anna", "NASA"]
    assert names_in("Ask Anna", opening=False) == ["Ask", "Anna"]
    assert names_in("Frag die Anna", opening=True, locale="de_AT") == []


def test_codes_have_digits_or_signs_inside() -> None:
    assert codes_in("write a@b.example about A-1009 to-day") == ["a@b.example", "A-1009"]


@pytest.mark.parametrize(
    ("before", "opens"), [("", True), ("So. ", True), ("He said: “", True), ("- ", True), ("go to ", False)]
)
def test_a_sentence_opens_behind_its_signs(before: str, opens: bool) -> None:
    assert opens_sentence(before + "Rome", len(before)) is opens


def test_units_and_currencies_are_told_apart() -> None:
    assert unit_words("8 miles or more", "mi") == [(2, 7)]
    assert unit_words("8 km or more", "mi") == []
    assert is_other_unit("8 km", "mi")
    assert not is_other_unit("8 kg", "mi"), "of another kind"
    assert is_other_currency("12 dollars", {"EUR"}, "en")
    assert not is_other_currency("12 dollars", {"EUR", "CAD"}, "en"), "several are called so"
    assert not is_other_currency("12 apples", {"EUR"}, "en")
