"""Countries: names and codes (ISO 3166), capitals, currencies, languages, regions and customs (CLDR)."""

from calendar import day_name
from functools import cache
from typing import Any

import pycountry

from tool_registry.builtin.declare import Toolkit, ToolkitError, array, obj
from tool_registry.builtin.gazetteer import capital_of, country_name
from tool_registry.builtin.kinds import (
    CITY,
    COMMON_COUNTRIES,
    COUNTRY,
    CURRENCY,
    LANGUAGE,
    LATITUDE,
    LONGITUDE,
    TIMEZONE,
    WEEKDAY,
    also_labelled,
    kind,
)
from tool_registry.builtin.phrasebook import phrases, told

KIT = Toolkit("countries")

LIST_MAX = 12

#: Changes of currency that the installed CLDR data does not have yet.
_NEWER_CURRENCY = {"BG": "EUR"}

#: CLDR's codes for what ISO 639-1 lists under another code.
_TWO_LETTERS = {"fil": "tl"}

#: A capital named like its country would be no answer to anybody.
_CAPITAL_EXAMPLES = [code for code in COMMON_COUNTRIES if code not in ("SG", "LU", "MX")]


#: Currencies that several countries and territories pay in.
_SHARED_CURRENCY = kind(
    also_labelled(
        CURRENCY,
        XOF="West African CFA francs",
        XAF="Central African CFA francs",
        XCD="East Caribbean dollars",
        XPF="CFP francs",
    ),
    examples="EUR USD GBP CHF AUD NZD DKK NOK ZAR ILS XOF XAF XCD XPF".split(),
)


def _country(code: str) -> Any:
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        raise ToolkitError(f"No country has the ISO 3166-1 code {code}. Use a two-letter code such as JP.")
    return country


@cache
def _currencies(code: str) -> tuple[str, ...]:
    from tool_registry.builtin.cldr import get_territory_currencies

    if code in _NEWER_CURRENCY:
        return (_NEWER_CURRENCY[code],)
    return tuple(str(currency) for currency in get_territory_currencies(code))


def _currency_name(code: str) -> str:
    currency = pycountry.currencies.get(alpha_3=code)
    return code if currency is None else str(currency.name)


def language_name(code: str) -> str:
    """Return the English name of a language; an unknown code raises ToolkitError."""
    language = pycountry.languages.get(alpha_2=code)
    if language is None:
        raise ToolkitError(f"No language has the ISO 639-1 code {code}. Use a two-letter code such as ja.")
    # "Modern Greek (1453-)": the years are for librarians.
    return str(language.name).partition(" (")[0]


@cache
def official_languages(code: str) -> tuple[str, ...]:
    """Return the two-letter codes of a country's nationwide languages, the most spoken first."""
    from tool_registry.builtin.cldr import get_official_languages

    found = (str(name).partition("_")[0] for name in get_official_languages(code, de_facto=True))
    codes = (_TWO_LETTERS.get(name, name) for name in found)
    return tuple(dict.fromkeys(name for name in codes if len(name) == 2))


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY)},
        examples=[{"country": "GR"}, {"country": "CH"}, {"country": "BR"}],
        x_phrases=phrases("""
? the full official name of {country}
? What is {country} officially called?
? Look up the formal name of {country}.
? What is the full name of {country} as the UN would write it?
= The official name of {country} is {/official_name}.
= Officially, {country} is called {/official_name}.

? the three-letter and the numeric ISO code of {country}
? What are the ISO three-letter code and the numeric code of {country}?
? Give me the three-letter ISO code for {country} and its number.
? Which three letters and which number does ISO assign to {country}?
= The codes of {country} are {/alpha_3} and {/numeric}.
= ISO gives {country} the code {/alpha_3} and the number {/numeric}.

? what the flag of {country} looks like as an emoji
? Which emoji is the flag of {country}?
? Send me the flag emoji of {country}, please.
? Can you give me the flag of {country} as a character I can paste?
= The flag of {country} is {/flag}.
= Here is the flag of {country}: {/flag}.

~ I'm filling in a customs form.
~ I'm cleaning up a list of addresses.
~ I'm writing an invitation to an embassy.
~ I'm decorating the programme of a conference.
"""),
    ),
    output=obj(
        {
            "name": {"type": "string", "title": "name", "description": "Common English name."},
            "official_name": {"type": "string", "title": "official name", "description": "Formal name."},
            "alpha_3": {"type": "string", "title": "three-letter code", "description": "ISO 3166-1 alpha-3."},
            "numeric": {"type": "string", "title": "numeric code", "description": "ISO 3166-1 numeric code."},
            "flag": {"type": "string", "title": "flag", "description": "Flag emoji."},
        }
    ),
)
def country_details(country: str) -> dict[str, Any]:
    """Look up a country's common and official names, its ISO 3166-1 codes and its flag emoji."""
    found = _country(country)
    return {
        "name": country_name(country),
        "official_name": str(getattr(found, "official_name", found.name)),
        "alpha_3": str(found.alpha_3),
        "numeric": str(found.numeric),
        "flag": str(found.flag),
    }


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY, examples=_CAPITAL_EXAMPLES)},
        examples=[{"country": "AU"}, {"country": "CA"}, {"country": "NZ"}],
        x_phrases=phrases("""
? what the capital of {country} is
? What is the capital of {country}?
? Which city is the capital of {country}?
? Name the capital of {country}.
? the capital city of {country}
= The capital of {country} is {/city}.
= {/city} is the capital of {country}.

? where the capital of {country} is, in latitude and longitude
? What are the coordinates of the capital of {country}?
? Look up latitude and longitude of the capital of {country}.
? At which coordinates does the capital of {country} lie?
= The capital of {country}, {/city}, is at latitude {/latitude}, longitude {/longitude}.
= {/city}, the capital of {country}, lies at {/latitude}, {/longitude}.

~ I'm revising for a geography test.
~ I have to visit an embassy.
~ I keep mixing up capitals and largest cities.
~ We're doing a pub quiz tonight.
"""),
    ),
    output=obj(
        {
            "city": told(CITY, "the capital of {country}", "the capital city of {country}", title="capital"),
            "latitude": told(LATITUDE, "the location of the capital of {country}", again="that location"),
            "longitude": told(LONGITUDE, "the location of the capital of {country}", again="that location"),
            "timezone": told(TIMEZONE, "the time zone of the capital of {country}"),
        }
    ),
)
def country_capital(country: str) -> dict[str, Any]:
    """Look up the capital of a country, with its coordinates and time zone."""
    _country(country)
    city = capital_of(country)
    return {
        "city": city.name,
        "latitude": city.latitude,
        "longitude": city.longitude,
        "timezone": city.timezone,
    }


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY)},
        examples=[{"country": "CZ"}, {"country": "TH"}, {"country": "HR"}],
        x_phrases=phrases("""
? which currency people pay with in {country}
? What currency does {country} use?
? Which money do I need in {country}?
? Look up the currency of {country}.
? the currency of {country} and its code
= People in {country} pay with {/currency}.
= The currency of {country} is {/name}.

? whether {country} uses the euro
? Is the euro used in {country}?
? Check if {country} pays in euros.
? Can I pay with euros in {country}?
= {/is_euro?Yes, the euro is:No, the euro is not} the currency of {country}.
= The currency of {country} {/is_euro?is:is not} the euro.

~ I'm packing for a trip and need cash.
~ A client abroad asked for an invoice.
~ I found foreign coins in a drawer.
~ I'm setting prices for an online shop.
"""),
    ),
    output=obj(
        {
            "currency": told(CURRENCY, "the currency of {country}", "the currency used in {country}"),
            "name": {"type": "string", "title": "currency name", "description": "ISO 4217 English name."},
            "is_euro": {
                "type": "boolean",
                "title": "euro",
                "description": "Whether the currency is the euro.",
            },
        }
    ),
)
def currency_of_country(country: str) -> dict[str, Any]:
    """Look up the currency that is legal tender in a country."""
    _country(country)
    found = _currencies(country)
    if not found:
        raise ToolkitError(f"No currency is on record for {country_name(country)}.")
    # Where two circulate (Bhutan, Lesotho, Namibia), CLDR lists the country's own last.
    code = found[-1] if country in ("BT", "LS", "NA", "ZW") else found[0]
    return {"currency": code, "name": _currency_name(code), "is_euro": code == "EUR"}


@KIT.tool(
    parameters=obj(
        {"currency": _SHARED_CURRENCY},
        examples=[{"currency": "EUR"}, {"currency": "CHF"}, {"currency": "AUD"}],
        x_phrases=phrases("""
? in how many countries and territories {currency} can be used as official money
? How many countries and territories have {currency} as their currency?
? Count the countries and territories that use {currency}.
? the number of countries and territories that pay in {currency}
= In {/count} {/count?country or territory:countries and territories}, {currency} can be used as official money.
= As official money, {currency} can be used in {/count} {/count?country or territory:countries and territories}.

? which countries use {currency}
? Where do people officially pay with {currency}?
? List countries and territories that pay with {currency}.
? In which countries could I spend {currency}?
= Among the {/count} that use {currency} are {/countries/*/name}.
= You can pay with {currency} in {/count} {/count?country or territory:countries and territories}:
    {/countries/*/name}.

~ I have some {currency} left over from a trip.
~ I'm deciding which currency to keep my savings in.
~ I collect banknotes from all over the world.
~ I'm paid in {currency} and looking for a place to move.
"""),
    ),
    output=obj(
        {
            "countries": array(
                obj(
                    {
                        "country": told(
                            COUNTRY,
                            "the {#} country listed as using {currency}",
                            "the {#} country on the list of those that pay in {currency}",
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
                "description": "How many countries and territories use it in all.",
            },
        }
    ),
)
def countries_using_currency(currency: str) -> dict[str, Any]:
    """List the countries and territories where a currency is legal tender."""
    found = sorted(
        (country_name(c.alpha_2), str(c.alpha_2)) for c in pycountry.countries if currency in _currencies(c.alpha_2)
    )
    if not found:
        raise ToolkitError(f"No country on record uses {currency}. Use an ISO 4217 code such as EUR.")
    return {
        "countries": [{"country": code, "name": name} for name, code in found[:LIST_MAX]],
        "count": len(found),
    }


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY)},
        examples=[{"country": "CH"}, {"country": "BE"}, {"country": "CA"}],
        x_phrases=phrases("""
? which languages are official in {country}
? What are the official languages of {country}?
? Which languages do officials speak in {country}?
? List the nationwide official languages of {country}.
? what language I'd need for official matters in {country}
= In {country}, {/languages/*/name} {#/languages?is:are} official.
= The official {#/languages?language:languages} of {country} {#/languages?is:are} {/languages/*/name}.

? the most widely known official language of {country} and what share of people know it
? Which official language do most people in {country} know, and what percentage do?
? Tell me the leading official language of {country} and how many percent of the people use it.
? What is the main language of {country}, and what share of the population speaks it?
= The most widely known official language of {country} is {/languages/0/name}, at about
    {/languages/0/population_percent} percent.
= About {/languages/0/population_percent} % of the people in {country} use {/languages/0/name}.

~ I'm moving abroad and want to take a language course first.
~ My sister is moving to {country} and I'm helping her plan.
~ We're translating our website.
~ I need a document certified and translated.
"""),
    ),
    output=obj(
        {
            "languages": array(
                obj(
                    {
                        "language": told(
                            LANGUAGE,
                            "the {#} official language of {country}",
                            "the official language that comes {#} in {country} by speakers",
                        ),
                        "name": {"type": "string", "title": "language name", "description": "English name."},
                        "population_percent": {
                            "type": "number",
                            "title": "share of the population",
                            "description": "Percentage of the population that uses it, as CLDR estimates.",
                        },
                    }
                ),
                title="languages",
                description="Languages with a two-letter code, the most widely used first.",
            )
        }
    ),
)
def official_languages_of_country(country: str) -> dict[str, Any]:
    """List the nationwide official languages of a country with the share of people who use each."""
    from tool_registry.builtin.cldr import get_territory_language_info

    _country(country)
    found = official_languages(country)
    if not found:
        raise ToolkitError(f"No official language is on record for {country_name(country)}.")
    shares: dict[str, float] = {}
    for code, facts in get_territory_language_info(country).items():
        two = str(code).partition("_")[0]
        two = _TWO_LETTERS.get(two, two)
        shares[two] = max(shares.get(two, 0.0), float(facts["population_percent"] or 0))
    languages = [
        {
            "language": code,
            "name": language_name(code),
            "population_percent": round(shares.get(code, 0.0), 1),
        }
        for code in found
    ]
    return {"languages": sorted(languages, key=lambda row: -row["population_percent"])}


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY)},
        examples=[{"country": "DE"}, {"country": "CA"}, {"country": "JP"}],
        x_phrases=phrases("""
? how many states, provinces or regions {country} is divided into
? How many top-level regions does {country} have?
? Count the states or provinces of {country} at the highest level.
? Into how many first-level divisions is {country} split?
= At the highest level, {country} is divided into {/count} {/count?region:regions}.
= {country} has {/count} {/count?region:regions} at the highest level.

? what the regions of {country} are called, the first ones by name
? What are some of the states, provinces or regions of {country}?
? Give me the alphabetical list of regions of {country}, or its beginning if it is long.
? Which names are on the list of states or provinces of {country}?
= {country} has {/count} {/count?region:regions}, beginning with {/regions/*/name}.
= The {/count} {/count?region:regions} of {country} begin with {/regions/*|[name] ([code])}.

~ I'm building an address form with a drop-down list.
~ I'm sorting our customers by region.
~ I'm colouring in a map for school.
~ We're planning where to open branches.
"""),
    ),
    output=obj(
        {
            "count": {
                "type": "integer",
                "title": "number of regions",
                "description": "How many first-level subdivisions ISO 3166-2 lists.",
            },
            "regions": array(
                obj(
                    {
                        "code": {"type": "string", "title": "code", "description": "ISO 3166-2 code."},
                        "name": {"type": "string", "title": "name", "description": "Name of the region."},
                    }
                ),
                title="regions",
                description="At most twelve of them, in the order of their names.",
            ),
        }
    ),
)
def country_subdivisions(country: str) -> dict[str, Any]:
    """Count the first-level subdivisions (states, provinces, regions) of a country and list some."""
    _country(country)
    found = sorted(
        (str(region.name), str(region.code))
        for region in pycountry.subdivisions
        if region.country_code == country and region.parent_code is None
    )
    if not found:
        raise ToolkitError(f"ISO 3166-2 lists no subdivisions of {country_name(country)}.")
    return {
        "count": len(found),
        "regions": [{"code": code, "name": name} for name, code in found[:LIST_MAX]],
    }


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY)},
        examples=[{"country": "EG"}, {"country": "US"}, {"country": "IL"}],
        x_phrases=phrases("""
? on which day the week starts in {country}
? What is the first day of the week in {country}?
? Which day do calendars in {country} start with?
? Look up the first day of the week for {country}.
= In {country} the week starts on {/week_starts_on}.
= Calendars in {country} start with {/week_starts_on}.

? when the weekend is in {country}
? Which days are the weekend in {country}?
? From which day to which day does the weekend last in {country}?
? Find out the first and the last day of the weekend in {country}.
= In {country} the weekend runs from {/weekend_starts_on} to {/weekend_ends_on}.
= The weekend in {country} starts on {/weekend_starts_on} and ends on {/weekend_ends_on}.

~ I'm printing wall calendars for clients abroad.
~ I'm scheduling calls with a new supplier.
~ I start a job there next month.
~ Our app shows the wrong week for some users.
"""),
    ),
    output=obj(
        {
            "week_starts_on": told(
                WEEKDAY,
                "the first day of the week in {country}",
                "the day the week starts in {country}",
                title="first day of the week",
            ),
            "weekend_starts_on": told(
                WEEKDAY,
                "the first day of the weekend in {country}",
                title="start of the weekend",
            ),
            "weekend_ends_on": told(WEEKDAY, "the last day of the weekend in {country}", title="end of the weekend"),
        }
    ),
)
def week_customs_of_country(country: str) -> dict[str, Any]:
    """Look up on which day the week starts in a country and which days are its weekend."""
    from tool_registry.builtin.cldr import locale_of

    _country(country)
    with locale_of(f"{'en' if country in ('US', 'GB') else 'und'}_{country}") as locale:
        return {
            "week_starts_on": day_name[locale.first_week_day],
            "weekend_starts_on": day_name[locale.weekend_start],
            "weekend_ends_on": day_name[locale.weekend_end],
        }
