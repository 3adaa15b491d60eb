"""Figures as other locales write them: by CLDR, and by the words of the languages that have a file."""

from typing import Any

import pytest

from nodes.marks.language import language_of
from nodes.marks.says import Holding, Place
from tests.unit.nodes.marks.saying import held

LOCALES_SAID = [
    ("de", "1.234,56 €", 1234.56),
    ("de", "1.234,56", 1234.56),
    ("de", "1234,56", 1234.56),
    ("de", "3. Mai 2026", "2026-05-03"),
    ("de", "3. Mai", "2026-05-03"),
    ("de", "03.05.2026", "2026-05-03"),
    ("de", "3.5.2026", "2026-05-03"),
    ("de", "Sonntag, 3. Mai", "2026-05-03"),
    ("de", "14:30 Uhr", "14:30"),
    ("de", "14.30 Uhr", "14:30"),
    ("de", "14 Uhr", "14:00"),
    ("de", "12,5 %", 12.5),
    ("de", "12,5 Prozent", 12.5),
    ("de", "-3,5 °C", -3.5),
    ("de", "2 Millionen", 2000000),
    ("de", "1,2 Mio.", 1200000),
    ("de", "am 3.5.", "2026-05-03"),
    ("de", "3 km", 3),
    ("fr", "14h30", "14:30"),
    ("fr", "14 h 30", "14:30"),
    ("fr", "14h", "14:00"),
    ("fr", "3 mai 2026", "2026-05-03"),
    ("fr", "le 1er mai", "2026-05-01"),
    ("fr", "1 234,56 €", 1234.56),
    ("fr", "1\u202f234,56 €", 1234.56),
    ("fr", "12,5 %", 12.5),
    ("fr", "dimanche 3 mai", "2026-05-03"),
    ("fr", "03/05/2026", "2026-05-03"),
    ("fr", "18 °C", 18),
    ("es", "3 de mayo de 2026", "2026-05-03"),
    ("es", "1.234,56 €", 1234.56),
    ("es", "14:30", "14:30"),
    ("es", "domingo, 3 de mayo", "2026-05-03"),
    ("es", "el 3 de mayo", "2026-05-03"),
    ("es", "12,5%", 12.5),
    ("es", "3/5/2026", "2026-05-03"),
    ("es", "2,5 millones", 2500000),
    ("en_GB", "3/5/2026", "2026-05-03"),
    ("en_GB", "£1,234", 1234),
    ("de", "3–5 Tage", (3, 5)),
    ("de", "10,5 bis 12,5", (10.5, 12.5)),
    ("de", "Mittwoch, den 6. Mai", "2026-05-06"),
    ("de", "6.5.", "2026-05-06"),
    ("de", "1.500", 1500),
    ("de", "1'500", 1500),
    ("de", "3,50 Euro", 3.5),
    ("de", "20 %", 0.2),
    ("de", "16:30 Uhr", "16:30"),
    ("de", "8-10 Uhr", ("08:00", "10:00")),
    ("de", "1,5 km", Place(1.5, name="distance_km")),
    ("de_CH", "1’234.50", 1234.5),
    ("de_CH", "CHF 12.50", 12.5),
    ("it", "3 maggio 2026", "2026-05-03"),
    ("it", "1.234,56", 1234.56),
    ("pt_BR", "3 de maio de 2026", "2026-05-03"),
    ("pt_BR", "R$ 1.234,56", 1234.56),
    ("pt_BR", "14h30", "14:30"),
    ("nl", "3 mei 2026", "2026-05-03"),
    ("nl", "€ 1.234,56", 1234.56),
    ("sv", "3 maj 2026", "2026-05-03"),
    ("sv", "1 234,56 kr", 1234.56),
    ("fr", "mercredi 6 mai à 14h", "2026-05-06T14:00"),
    ("fr", "3,5 millions", 3500000),
    ("fr", "1er mai 2026", "2026-05-01"),
    ("en_IN", "1,23,456", 123456),
    ("ja", "2026年5月3日", "2026-05-03"),
    ("ja", "14:30", "14:30"),
    ("ja", "12個", 12),
]

LOCALES_NOT_SAID = [
    ("de", "1.235,56 €", 1234.56),
    ("de", "1,234", 1234),
    ("de", "4. Mai 2026", "2026-05-03"),
    ("de", "05.03.2026", "2026-05-03"),
    ("de", "14.31 Uhr", "14:30"),
    ("de", "15 Uhr", "14:00"),
    ("de", "12,6 %", 12.5),
    ("de", "3,5", 35),
    ("de", "3 Millionen", 2000000),
    ("de", "1.234", 1.234),
    ("fr", "14h31", "14:30"),
    ("fr", "15h", "14:00"),
    ("fr", "4 mai 2026", "2026-05-03"),
    ("fr", "1 235,56 €", 1234.56),
    ("fr", "05/03/2026", "2026-05-03"),
    ("fr", "12,6 %", 12.5),
    ("es", "4 de mayo de 2026", "2026-05-03"),
    ("es", "3 de junio", "2026-05-03"),
    ("es", "1.235,56 €", 1234.56),
    ("es", "2,6 millones", 2500000),
    ("de", "7.5.", "2026-05-06"),
    ("de", "1.501", 1500),
    ("de", "3,51 Euro", 3.5),
    ("de", "8-11 Uhr", ("08:00", "10:00")),
    ("de_CH", "1’235.50", 1234.5),
    ("it", "4 maggio 2026", "2026-05-03"),
    ("pt_BR", "14h31", "14:30"),
    ("nl", "€ 1.235,56", 1234.56),
    ("en_IN", "1,23,457", 123456),
    ("ja", "2026年5月4日", "2026-05-03"),
    ("ja", "13個", 12),
    ("fr", "mercredi 7 mai", "2026-05-06"),
    ("fr", "4,5 millions", 3500000),
]


@pytest.mark.parametrize(("locale", "words", "values"), LOCALES_SAID)
def test_words_of_other_locales_say_values(locale: str, words: str, values: Any) -> None:
    assert held(words, values, locale, opening=True) == Holding("")


@pytest.mark.parametrize(("locale", "words", "values"), LOCALES_NOT_SAID)
def test_other_words_of_other_locales_do_not(locale: str, words: str, values: Any) -> None:
    assert held(words, values, locale).problem


def test_small_numbers_have_names_with_hyphen_and_space() -> None:
    names = language_of("en").small_numbers
    assert names["twenty-five"] == names["twenty five"] == 25
    assert sorted(set(names.values())) == list(range(1, 100))
    assert language_of("en").ordinals["thirty-first"] == 31


@pytest.mark.parametrize(
    ("locale", "decimal", "day_first", "has_words"),
    [("en", ".", None, True), ("en_US", ".", False, True), ("en-GB", ".", True, True), ("de", ",", True, False)],
)
def test_a_locale_has_its_signs_and_order(locale: str, decimal: str, day_first: bool | None, has_words: bool) -> None:
    language = language_of(locale)
    assert (language.decimal, language.day_first, language.has_words) == (decimal, day_first, has_words)


def test_a_locale_that_is_none_is_read_as_english() -> None:
    assert language_of("no such").locale == language_of("").locale == "en"


def test_months_and_scales_are_those_of_the_locale() -> None:
    assert language_of("de").months["märz"] == language_of("de").months["mär"] == 3
    assert language_of("de").scales["millionen"] == 10**6
