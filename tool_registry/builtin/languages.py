"""Languages: their codes and names, and how each writes dates, numbers and amounts of money (CLDR)."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date as Date
from decimal import Decimal
from typing import Any

import pycountry

from tool_registry.builtin.countries import language_name, official_languages
from tool_registry.builtin.declare import Toolkit, ToolkitError, array, obj
from tool_registry.builtin.gazetteer import country_name
from tool_registry.builtin.kinds import COUNTRY, CURRENCY, DATE, EVERYDAY_CURRENCIES, LANGUAGE, MONEY, kind
from tool_registry.builtin.phrasebook import phrases, told

KIT = Toolkit("languages")

LIST_MAX = 12

COMMON_LANGUAGES = ("fr de es it pt nl sv da fi pl cs hu tr ja ko zh ar he hi id th vi uk ro bg en").split()

SPOKEN = kind(LANGUAGE, examples=COMMON_LANGUAGES)
#: What a language calls something is asked of languages other than English.
FOREIGN = kind(LANGUAGE, title="language to write in", examples=COMMON_LANGUAGES[:-1])

TEXT: dict[str, Any] = {
    "type": "string",
    "format": "foreign-text",
    "title": "text",
    "description": "The text as it is written in that language.",
}


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


@KIT.tool(
    parameters=obj(
        {"language": SPOKEN},
        examples=[{"language": "fi"}, {"language": "ar"}, {"language": "ja"}],
        x_phrases=phrases("""
? what {language} is called by those who speak it
? What do speakers of {language} call their own language?
? Write the name of {language} in the language itself.
? How is {language} written in its own language menu?
= Those who speak {language} call it {/own_name}.
= In its own words, {language} is {/own_name}.

? whether {language} is written from right to left
? Is {language} written from right to left?
? Check if {language} runs right to left on the page.
? Do I have to mirror my page layout for {language}?
= {/is_right_to_left?Yes:No}, {language} {/is_right_to_left?is:is not} written from right to left.
= Writing in {language} {/is_right_to_left?runs:does not run} from right to left.

? the three-letter ISO code of {language}
? What is the three-letter code of {language}?
? Look up the ISO 639-3 code for {language}.
? Which three letters stand for {language} in library catalogues that use ISO 639-3?
= The three-letter code of {language} is {/alpha_3}.
= ISO 639-3 lists {language} as {/alpha_3}.

~ I'm adding a language menu to our website.
~ I'm labelling books in the school library.
~ I'm starting to learn {language}.
~ We're laying out a flyer in several languages.
"""),
    ),
    output=obj(
        {
            "own_name": kind(TEXT, title="own name", description="Name in the language itself."),
            "alpha_3": {
                "type": "string",
                "format": "iso-639-3",
                "title": "three-letter code",
                "description": "ISO 639-3 code.",
            },
            "is_right_to_left": {
                "type": "boolean",
                "title": "right to left",
                "description": "Whether it is written from right to left.",
            },
        }
    ),
)
def language_details(language: str) -> dict[str, Any]:
    """Look up what a language is called by its speakers, its ISO 639-3 code and its writing direction."""
    with _locale(language) as locale:
        return {
            "own_name": str(locale.get_display_name(language)),
            "alpha_3": str(getattr(pycountry.languages.get(alpha_2=language), "alpha_3", "")),
            "is_right_to_left": locale.text_direction == "rtl",
        }


@KIT.tool(
    parameters=obj(
        {"language": kind(SPOKEN, title="language to name"), "in_language": FOREIGN},
        examples=[
            {"language": "de", "in_language": "fr"},
            {"language": "ja", "in_language": "es"},
            {"language": "nl", "in_language": "pl"},
        ],
        x_phrases=phrases("""
? what {language} is called in {in_language}
? What is the word for {language} in {in_language}?
? How do you say the name of {language} in {in_language}?
? Translate the name of {language} into {in_language}.
= In {in_language}, {language} is called {/text}.
= The word for {language} in {in_language} is {/text}.

~ I'm writing my CV in another language.
~ I have to fill in a form abroad that asks for my languages.
~ I'm making flash cards.
~ The interpreter's badge needs a label.
"""),
    ),
    output=obj({"text": TEXT}),
)
def language_name_in_language(language: str, in_language: str) -> dict[str, Any]:
    """Tell what one language is called in another."""
    language_name(language)
    with _locale(in_language) as locale:
        name = locale.languages.get(language)
    if name is None:
        raise ToolkitError(f"No name in {language_name(in_language)} is on record for {language_name(language)}.")
    return {"text": _plain(str(name))}


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY), "language": FOREIGN},
        examples=[
            {"country": "DE", "language": "fr"},
            {"country": "JP", "language": "pl"},
            {"country": "FI", "language": "es"},
        ],
        x_phrases=phrases("""
? what {country} is called in {language}
? What is the name of {country} in {language}?
? How do you write {country} in {language}?
? Give me the name of {country} as written in {language}.
? the word for {country} in {language}
= In {language}, {country} is called {/text}.
= The name of {country} in {language} is {/text}.

~ I'm addressing a parcel.
~ I'm labelling a map for an exhibition.
~ I'd like to follow the sports results on foreign television.
~ We're printing place cards for an international dinner.
"""),
    ),
    output=obj({"text": TEXT}),
)
def country_name_in_language(country: str, language: str) -> dict[str, Any]:
    """Tell what a country is called in a language."""
    english = country_name(country)
    with _locale(language) as locale:
        name = locale.territories.get(country)
    if name is None:
        raise ToolkitError(f"No name in {language_name(language)} is on record for {english}.")
    return {"text": _plain(str(name))}


@KIT.tool(
    parameters=obj(
        {"date": kind(DATE), "language": FOREIGN},
        examples=[
            {"date": "2025-05-12", "language": "fr"},
            {"date": "2026-12-24", "language": "sv"},
            {"date": "2025-03-01", "language": "ja"},
        ],
        x_phrases=phrases("""
? how to write {date} out in {language}, with the weekday
? How do you write {date} in {language}, weekday included?
? Write out {date} in full in {language}, with the day of the week.
? What does {date} look like in a formal letter in {language}, including the weekday?
= Written out in {language}, {date} is {/full}.
= In full, {date} is {/full} in {language}.

? how {date} is written in figures in {language}
? How do people abbreviate {date} with numbers in {language}?
? Give me {date} in the short numeric style of {language}.
? What is the short form of {date} in {language}, in figures?
= The short form of {date} in {language} is {/short}.
= In figures, {date} is {/short} in {language}.

~ I'm writing a wedding invitation for relatives abroad.
~ I'm dating a formal letter.
~ I'm putting a date on a sign in our shop window.
~ A translation I'm checking has dates in it.
"""),
    ),
    output=obj(
        {
            "full": kind(TEXT, title="date in full", description="The date with weekday, written out."),
            "short": {"type": "string", "title": "short form", "description": "The date in figures."},
        }
    ),
)
def date_in_language(date: str, language: str) -> dict[str, Any]:
    """Write a date in a language, in full with the weekday and in the short form in figures."""
    from tool_registry.builtin.cldr import format_date

    day = Date.fromisoformat(date)
    with _locale(language) as locale:
        return {
            "full": _plain(format_date(day, "full", locale=locale)),
            "short": _plain(format_date(day, "short", locale=locale)),
        }


@KIT.tool(
    parameters=obj(
        {"amount": kind(MONEY), "currency": kind(CURRENCY, examples=EVERYDAY_CURRENCIES), "language": FOREIGN},
        examples=[
            {"amount": 1499.9, "currency": "EUR", "language": "de"},
            {"amount": 250, "currency": "CHF", "language": "fr"},
            {"amount": 12000, "currency": "JPY", "language": "ja"},
        ],
        x_phrases=phrases("""
? how an amount of {amount} in {currency} is written in {language}
? How do you write {amount} as an amount in {currency} in {language}?
? Write the amount of {amount}, in {currency}, the way it is done in {language}.
? What should a price tag of {amount} in {currency} look like in {language}?
= In {language} that amount in {currency} is written {/text}.
= For {amount} in {currency}, write {/text} in {language}.

~ I'm writing an offer to a customer abroad.
~ I'm printing a price list.
~ I'm making a donation certificate.
~ Our invoices must look right to the people who get them.
"""),
    ),
    output=obj({"text": TEXT}),
)
def amount_in_language(amount: float, currency: str, language: str) -> dict[str, Any]:
    """Write an amount of money the way a language does, with its separators and currency sign."""
    from tool_registry.builtin.cldr import format_currency

    if pycountry.currencies.get(alpha_3=currency) is None:
        raise ToolkitError(f"{currency} is not an ISO 4217 currency code. Use a code such as EUR.")
    with _locale(language) as locale:
        return {"text": _plain(format_currency(Decimal(str(amount)), currency, locale=locale))}


@KIT.tool(
    parameters=obj(
        {"currency": kind(CURRENCY), "language": FOREIGN},
        examples=[
            {"currency": "GBP", "language": "fr"},
            {"currency": "JPY", "language": "it"},
            {"currency": "USD", "language": "fi"},
        ],
        x_phrases=phrases("""
? what word {language} has for {currency}
? What is the name for {currency} in {language}?
? How do you say {currency} in {language}?
? Translate the name of {currency} into {language} for me.
= In {language}, the word for {currency} is {/text}.
= The name for {currency} in {language} is {/text}.

~ I'm practising for a trip to the bank abroad.
~ I'm translating a contract.
~ I write crosswords and need foreign words for money.
~ I'd like to ask for the right money at the exchange counter.
"""),
    ),
    output=obj({"text": TEXT}),
)
def currency_name_in_language(currency: str, language: str) -> dict[str, Any]:
    """Tell what a currency is called in a language."""
    with _locale(language) as locale:
        name = locale.currencies.get(currency)
    if name is None:
        raise ToolkitError(f"No name in {language_name(language)} is on record for the currency {currency}.")
    return {"text": _plain(str(name))}


@KIT.tool(
    parameters=obj(
        {"language": kind(SPOKEN, examples="en fr de es it pt nl sv zh ar sw ms ru tr ro da el ta fa ko hr".split())},
        examples=[{"language": "pt"}, {"language": "de"}, {"language": "sv"}],
        x_phrases=phrases("""
? in how many countries and territories {language} is official
? How many countries and territories have {language} as an official language?
? Count the countries and territories where {language} is official nationwide.
? the number of countries and territories with {language} as an official language
= Officially, {language} is spoken in {/count} {/count?country or territory:countries and territories}.
= There {/count?is:are} {/count} {/count?country or territory:countries and territories} with {language} as an
    official language.

? which countries have {language} as an official language
? Where is {language} an official language?
? List countries where {language} is official.
? In which countries could I get by with {language} at the town hall?
= The {/count} {/count?country or territory:countries and territories} with {language} as an official language
    {/count?is:include} {/countries/*/name}.
= Officially, {language} is spoken in {/countries/*/name}; the count is {/count}.

~ I'd like to practise {language} on holiday.
~ I'm a translator looking for new markets.
~ I can't decide which language to learn.
~ We're choosing where to open a call centre.
"""),
    ),
    output=obj(
        {
            "countries": array(
                obj(
                    {
                        "country": told(
                            COUNTRY,
                            "the {#} country listed with {language} as an official language",
                            "the {#} country on the list of those where {language} is official",
                        ),
                        "name": {"type": "string", "title": "name", "description": "Common English name."},
                    }
                ),
                title="countries",
                description="At most twelve countries and territories, in the order of their names.",
            ),
            "count": {
                "type": "integer",
                "title": "number of countries",
                "description": "How many countries and territories in all.",
            },
        }
    ),
)
def countries_speaking_language(language: str) -> dict[str, Any]:
    """List the countries and territories where a language is officially used nationwide."""
    english = language_name(language)
    found = sorted(
        (country_name(c.alpha_2), str(c.alpha_2))
        for c in pycountry.countries
        if language in official_languages(c.alpha_2)
    )
    if not found:
        raise ToolkitError(f"No country on record has {english} as a nationwide official language.")
    return {
        "countries": [{"country": code, "name": name} for name, code in found[:LIST_MAX]],
        "count": len(found),
    }
