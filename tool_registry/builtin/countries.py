"""Countries: names and codes (ISO 3166), capitals, currencies, languages, regions and customs (CLDR)."""

from calendar import day_name
from functools import cache
from typing import Annotated, Any

import pycountry

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.gazetteer import capital_of, country_name
from tool_registry.builtin.kinds import (
    ANY_CURRENCY,
    COMMON_COUNTRIES,
    CURRENCIES,
    CityName,
    CountryCode,
    CurrencyCode,
    LanguageCode,
    Latitude,
    Longitude,
    Weekday,
    ZoneName,
)
from tool_registry.declare import Kind

tool = pure(category="countries")

LIST_MAX = 12

#: Changes of currency that the installed CLDR data does not have yet.
_NEWER_CURRENCY = {"BG": "EUR"}

#: CLDR's codes for what ISO 639-1 lists under another code.
_TWO_LETTERS = {"fil": "tl"}

#: A capital named like its country would be no answer to anybody.
_CAPITAL_EXAMPLES = [code for code in COMMON_COUNTRIES if code not in ("SG", "LU", "MX")]


#: Currencies that several countries and territories pay in.
SharedCurrency = Annotated[
    CurrencyCode,
    Kind(
        labels={
            **CURRENCIES,
            "XOF": "West African CFA francs",
            "XAF": "Central African CFA francs",
            "XCD": "East Caribbean dollars",
            "XPF": "CFP francs",
        },
        others=ANY_CURRENCY,
        examples="EUR USD GBP CHF AUD NZD DKK NOK ZAR ILS XOF XAF XCD XPF".split(),
    ),
]


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


class _CountryDetails(Result):
    name: Annotated[str, Kind("name", "Common English name.")]
    official_name: Annotated[str, Kind("official name", "Formal name.")]
    alpha_3: Annotated[str, Kind("three-letter code", "ISO 3166-1 alpha-3.")]
    numeric: Annotated[str, Kind("numeric code", "ISO 3166-1 numeric code.")]
    flag: Annotated[str, Kind("flag", "Flag emoji.")]


@tool
def country_details(country: CountryCode) -> _CountryDetails:
    """Look up a country's common and official names, its ISO 3166-1 codes and its flag emoji."""
    found = _country(country)
    return {
        "name": country_name(country),
        "official_name": str(getattr(found, "official_name", found.name)),
        "alpha_3": str(found.alpha_3),
        "numeric": str(found.numeric),
        "flag": str(found.flag),
    }


class _CountryCapital(Result):
    city: Annotated[CityName, Kind("capital")]
    latitude: Latitude
    longitude: Longitude
    timezone: ZoneName


@tool
def country_capital(country: Annotated[CountryCode, Kind(examples=_CAPITAL_EXAMPLES)]) -> _CountryCapital:
    """Look up the capital of a country, with its coordinates and time zone."""
    _country(country)
    city = capital_of(country)
    return {"city": city.name, "latitude": city.latitude, "longitude": city.longitude, "timezone": city.timezone}


class _CurrencyOfCountry(Result):
    currency: CurrencyCode
    name: Annotated[str, Kind("currency name", "ISO 4217 English name.")]
    is_euro: Annotated[bool, Kind("euro", "Whether the currency is the euro.")]


@tool
def currency_of_country(country: CountryCode) -> _CurrencyOfCountry:
    """Look up the currency that is legal tender in a country."""
    _country(country)
    found = _currencies(country)
    if not found:
        raise ToolkitError(f"No currency is on record for {country_name(country)}.")
    # Where two circulate (Bhutan, Lesotho, Namibia), CLDR lists the country's own last.
    code = found[-1] if country in ("BT", "LS", "NA", "ZW") else found[0]
    return {"currency": code, "name": _currency_name(code), "is_euro": code == "EUR"}


class _Country(Result):
    country: CountryCode
    name: Annotated[str, Kind("name", "Common English name.")]


class _CountriesUsingCurrency(Result):
    countries: Annotated[
        list[_Country], Kind("countries", "At most twelve countries and territories, in the order of their names.")
    ]
    count: Annotated[int, Kind("number of countries", "How many countries and territories use it in all.")]


@tool
def countries_using_currency(currency: SharedCurrency) -> _CountriesUsingCurrency:
    """List the countries and territories where a currency is legal tender."""
    found = sorted(
        (country_name(c.alpha_2), str(c.alpha_2)) for c in pycountry.countries if currency in _currencies(c.alpha_2)
    )
    if not found:
        raise ToolkitError(f"No country on record uses {currency}. Use an ISO 4217 code such as EUR.")
    return {"countries": [{"country": code, "name": name} for name, code in found[:LIST_MAX]], "count": len(found)}


class _Language(Result):
    language: LanguageCode
    name: Annotated[str, Kind("language name", "English name.")]
    population_percent: Annotated[
        float, Kind("share of the population", "Percentage of the population that uses it, as CLDR estimates.")
    ]


class _OfficialLanguagesOfCountry(Result):
    languages: Annotated[
        list[_Language], Kind("languages", "Languages with a two-letter code, the most widely used first.")
    ]


@tool
def official_languages_of_country(country: CountryCode) -> _OfficialLanguagesOfCountry:
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
    languages: list[_Language] = [
        {"language": code, "name": language_name(code), "population_percent": round(shares.get(code, 0.0), 1)}
        for code in found
    ]
    return {"languages": sorted(languages, key=lambda row: -row["population_percent"])}


class _Region(Result):
    code: Annotated[str, Kind("code", "ISO 3166-2 code.")]
    name: Annotated[str, Kind("name", "Name of the region.")]


class _CountrySubdivisions(Result):
    count: Annotated[int, Kind("number of regions", "How many first-level subdivisions ISO 3166-2 lists.")]
    regions: Annotated[list[_Region], Kind("regions", "At most twelve of them, in the order of their names.")]


@tool
def country_subdivisions(country: CountryCode) -> _CountrySubdivisions:
    """Count the first-level subdivisions (states, provinces, regions) of a country and list some."""
    _country(country)
    found = sorted(
        (str(region.name), str(region.code))
        for region in pycountry.subdivisions
        if region.country_code == country and region.parent_code is None
    )
    if not found:
        raise ToolkitError(f"ISO 3166-2 lists no subdivisions of {country_name(country)}.")
    return {"count": len(found), "regions": [{"code": code, "name": name} for name, code in found[:LIST_MAX]]}


class _WeekCustomsOfCountry(Result):
    week_starts_on: Annotated[Weekday, Kind("first day of the week")]
    weekend_starts_on: Annotated[Weekday, Kind("start of the weekend")]
    weekend_ends_on: Annotated[Weekday, Kind("end of the weekend")]


@tool
def week_customs_of_country(country: CountryCode) -> _WeekCustomsOfCountry:
    """Look up on which day the week starts in a country and which days are its weekend."""
    from tool_registry.builtin.cldr import locale_of

    _country(country)
    with locale_of(f"{'en' if country in ('US', 'GB') else 'und'}_{country}") as locale:
        return {
            "week_starts_on": day_name[locale.first_week_day],
            "weekend_starts_on": day_name[locale.weekend_start],
            "weekend_ends_on": day_name[locale.weekend_end],
        }


TOOLS = [
    country_details, country_capital, currency_of_country, countries_using_currency, official_languages_of_country,
    country_subdivisions, week_customs_of_country,
]  # fmt: skip
