"""Languages: their codes and names, and how each writes dates, numbers and amounts of money (CLDR)."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date as Date
from decimal import Decimal
from typing import Annotated, Any

import pycountry

from tool_registry.builtin.countries import language_name, official_languages
from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.gazetteer import country_name
from tool_registry.builtin.kinds import EVERYDAY_CURRENCIES, CountryCode, CurrencyCode, Day, LanguageCode, Money
from tool_registry.declare import Kind

tool = pure(category="languages")

LIST_MAX = 12

COMMON_LANGUAGES = ("fr de es it pt nl sv da fi pl cs hu tr ja ko zh ar he hi id th vi uk ro bg en").split()

Spoken = Annotated[LanguageCode, Kind(examples=COMMON_LANGUAGES)]
#: What a language calls something is asked of languages other than English.
Foreign = Annotated[
    Spoken,
    Kind(
        "language to write in",
        examples="fr de es it pt nl sv da fi pl cs hu tr ja ko zh ar he hi id th vi uk ro bg".split(),
    ),
]

Text = Annotated[str, Kind("text", "The text as it is written in that language.", format="foreign-text")]


@contextmanager
def _locale(code: str) -> Iterator[Any]:
    from tool_registry.builtin.cldr import UnknownLocaleError, locale_of

    name = language_name(code)
    with ExitStack() as stack:
        try:
            locale = stack.enter_context(locale_of(code))
        except (UnknownLocaleError, ValueError) as error:
            raise ToolkitError(f"How {name} writes things is not on record. Try a larger language.") from error
        yield locale


def _plain(text: str) -> str:
    """Return a text with ordinary spaces and without marks of direction, as people type it."""
    return " ".join("".join(c for c in text if c not in "\u200e\u200f\u061c").split())


class _LanguageDetails(Result):
    own_name: Annotated[Text, Kind("own name", "Name in the language itself.")]
    alpha_3: Annotated[str, Kind("three-letter code", "ISO 639-3 code.", format="iso-639-3")]
    is_right_to_left: Annotated[bool, Kind("right to left", "Whether it is written from right to left.")]


@tool
def language_details(language: Spoken) -> _LanguageDetails:
    """Look up what a language is called by its speakers, its ISO 639-3 code and its writing direction."""
    with _locale(language) as locale:
        return {
            "own_name": str(locale.get_display_name(language)),
            "alpha_3": str(getattr(pycountry.languages.get(alpha_2=language), "alpha_3", "")),
            "is_right_to_left": locale.text_direction == "rtl",
        }


class _LanguageNameInLanguage(Result):
    text: Text


@tool
def language_name_in_language(
    language: Annotated[Spoken, Kind("language to name")], in_language: Foreign
) -> _LanguageNameInLanguage:
    """Tell what one language is called in another."""
    language_name(language)
    with _locale(in_language) as locale:
        name = locale.languages.get(language)
    if name is None:
        raise ToolkitError(f"No name in {language_name(in_language)} is on record for {language_name(language)}.")
    return {"text": _plain(str(name))}


@tool
def country_name_in_language(country: CountryCode, language: Foreign) -> _LanguageNameInLanguage:
    """Tell what a country is called in a language."""
    english = country_name(country)
    with _locale(language) as locale:
        name = locale.territories.get(country)
    if name is None:
        raise ToolkitError(f"No name in {language_name(language)} is on record for {english}.")
    return {"text": _plain(str(name))}


class _DateInLanguage(Result):
    full: Annotated[Text, Kind("date in full", "The date with weekday, written out.")]
    short: Annotated[str, Kind("short form", "The date in figures.")]


@tool
def date_in_language(date: Day, language: Foreign) -> _DateInLanguage:
    """Write a date in a language, in full with the weekday and in the short form in figures."""
    from tool_registry.builtin.cldr import format_date

    day = Date.fromisoformat(date)
    with _locale(language) as locale:
        return {
            "full": _plain(format_date(day, "full", locale=locale)),
            "short": _plain(format_date(day, "short", locale=locale)),
        }


@tool
def amount_in_language(
    amount: Money, currency: Annotated[CurrencyCode, Kind(examples=EVERYDAY_CURRENCIES)], language: Foreign
) -> _LanguageNameInLanguage:
    """Write an amount of money the way a language does, with its separators and currency sign."""
    from tool_registry.builtin.cldr import format_currency

    if pycountry.currencies.get(alpha_3=currency) is None:
        raise ToolkitError(f"{currency} is not an ISO 4217 currency code. Use a code such as EUR.")
    with _locale(language) as locale:
        return {"text": _plain(format_currency(Decimal(str(amount)), currency, locale=locale))}


@tool
def currency_name_in_language(currency: CurrencyCode, language: Foreign) -> _LanguageNameInLanguage:
    """Tell what a currency is called in a language."""
    with _locale(language) as locale:
        name = locale.currencies.get(currency)
    if name is None:
        raise ToolkitError(f"No name in {language_name(language)} is on record for the currency {currency}.")
    return {"text": _plain(str(name))}


class _Country(Result):
    country: CountryCode
    name: Annotated[str, Kind("name", "Common English name.")]


class _CountriesSpeakingLanguage(Result):
    countries: Annotated[
        list[_Country], Kind("countries", "At most twelve countries and territories, in the order of their names.")
    ]
    count: Annotated[int, Kind("number of countries", "How many countries and territories in all.")]


@tool
def countries_speaking_language(language: Spoken) -> _CountriesSpeakingLanguage:
    """List the countries and territories where a language is officially used nationwide."""
    english = language_name(language)
    found = sorted(
        (country_name(c.alpha_2), str(c.alpha_2))
        for c in pycountry.countries
        if language in official_languages(c.alpha_2)
    )
    if not found:
        raise ToolkitError(f"No country on record has {english} as a nationwide official language.")
    return {"countries": [{"country": code, "name": name} for name, code in found[:LIST_MAX]], "count": len(found)}


TOOLS = [
    language_details, language_name_in_language, country_name_in_language, date_in_language, amount_in_language,
    currency_name_in_language, countries_speaking_language,
]  # fmt: skip
