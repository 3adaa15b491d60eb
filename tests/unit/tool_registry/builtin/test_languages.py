"""Languages: what a dictionary or a letter from abroad confirms."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.languages import (
    COMMON_LANGUAGES,
    TOOLS,
    amount_in_language,
    countries_speaking_language,
    country_name_in_language,
    currency_name_in_language,
    date_in_language,
    language_details,
    language_name_in_language,
)
from tool_registry.sources.builtin import tools_of


def test_details() -> None:
    assert language_details("fi") == {"own_name": "suomi", "alpha_3": "fin", "is_right_to_left": False}
    assert language_details("ja")["own_name"] == "日本語"


@pytest.mark.parametrize("language", COMMON_LANGUAGES)
def test_arabic_and_hebrew_alone_run_right_to_left(language: str) -> None:
    assert language_details(language)["is_right_to_left"] == (language in ("ar", "he"))


def test_unknown_and_rare_languages_fail_with_advice() -> None:
    with pytest.raises(ToolkitError, match="two-letter code"):
        language_details("xx")
    with pytest.raises(ToolkitError, match="larger language"):
        date_in_language("2025-01-01", "aa" if _has_no_locale("aa") else "ho")


def _has_no_locale(code: str) -> bool:
    from babel.localedata import exists

    return not exists(code)


def test_names_in_other_languages() -> None:
    assert language_name_in_language("de", "fr") == {"text": "allemand"}
    assert country_name_in_language("DE", "fr") == {"text": "Allemagne"}
    assert country_name_in_language("JP", "pl") == {"text": "Japonia"}
    assert currency_name_in_language("GBP", "fr") == {"text": "livre sterling"}
    with pytest.raises(ToolkitError, match="ISO 3166-1"):
        country_name_in_language("ZZ", "fr")
    with pytest.raises(ToolkitError, match="on record"):
        currency_name_in_language("QQQ", "fr")


def test_dates() -> None:
    assert date_in_language("2025-05-12", "fr") == {"full": "lundi 12 mai 2025", "short": "12/05/2025"}
    assert date_in_language("2026-12-24", "sv")["full"] == "torsdag 24 december 2026"
    assert date_in_language("2025-03-01", "ja")["full"] == "2025年3月1日土曜日"


def test_amounts_use_plain_spaces() -> None:
    assert amount_in_language(1499.9, "EUR", "de") == {"text": "1.499,90 €"}
    assert amount_in_language(1234567, "EUR", "fr") == {"text": "1 234 567,00 €"}
    with pytest.raises(ToolkitError, match="ISO 4217"):
        amount_in_language(1, "QQQ", "de")


@pytest.mark.parametrize("language", COMMON_LANGUAGES)
def test_every_common_language_writes_dates_and_money(language: str) -> None:
    assert "2025" in date_in_language("2025-05-12", language)["full"] or language in ("th", "ar")
    assert amount_in_language(50, "EUR", language)["text"].isprintable()


def test_countries_of_a_language() -> None:
    assert [c["country"] for c in countries_speaking_language("sv")["countries"]] == ["FI", "SE", "AX"]
    assert countries_speaking_language("pt")["count"] >= 9
    with pytest.raises(ToolkitError, match="No country"):
        countries_speaking_language("eo")


def test_whole_argument_examples_run() -> None:
    for tool, function in zip(tools_of("languages"), TOOLS, strict=True):
        for arguments in tool.spec.parameters["examples"]:
            assert function(**arguments)


def test_few_locales_are_kept_and_those_of_others_are_left_alone() -> None:
    from babel import Locale, localedata

    from tool_registry.builtin import cldr

    theirs = Locale("pl")
    assert theirs.languages["de"] == "niemiecki"
    for language in COMMON_LANGUAGES:
        assert date_in_language("2025-01-01", language)["full"]
        assert len(cldr._ours) <= cldr._KEPT
    assert theirs.territories["DE"] == "Niemcy"
    assert localedata._cache is not cldr._ours
    assert "pl" in localedata._cache
    with pytest.raises(ToolkitError):
        date_in_language("2025-01-01", "ho")
    assert localedata._cache is not cldr._ours
