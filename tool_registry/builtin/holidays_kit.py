"""Public holidays of a country, nationwide or of one of its regions (holidays)."""

from datetime import date
from functools import cache, lru_cache
from typing import Annotated, Any

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import CountryCode, Day, DurationDays, Month, PlainDate, PlainDay, Year
from tool_registry.declare import Kind

tool = pure(category="public holidays")

LAST_LISTED = 20

HolidayName = Annotated[str, Kind("name of the holiday", "Name in English where there is one.")]


#: Regions that people know by name; any other ISO 3166-2 code whose holidays are known is accepted too.
REGIONS = {
    "DE-BY": "Bavaria", "DE-BE": "Berlin", "DE-SN": "Saxony", "DE-HE": "Hesse", "DE-NW": "North Rhine-Westphalia",
    "AT-6": "Styria", "AT-7": "Tyrol", "CH-ZH": "the canton of Zurich", "CH-GE": "the canton of Geneva",
    "CH-TI": "Ticino", "ES-CT": "Catalonia", "ES-AN": "Andalusia", "ES-GA": "Galicia", "ES-MD": "the Madrid region",
    "GB-SCT": "Scotland", "GB-ENG": "England", "GB-NIR": "Northern Ireland", "GB-WLS": "Wales",
    "US-CA": "California", "US-TX": "Texas", "US-HI": "Hawaii", "US-MA": "Massachusetts",
    "CA-QC": "Quebec", "CA-ON": "Ontario", "CA-BC": "British Columbia", "CA-AB": "Alberta",
    "AU-NSW": "New South Wales", "AU-VIC": "the state of Victoria", "AU-QLD": "Queensland", "AU-TAS": "Tasmania",
    "BR-SP": "the state of São Paulo", "IN-KL": "Kerala", "IN-TN": "Tamil Nadu", "NZ-AUK": "the Auckland region",
}  # fmt: skip
_REGION_MAX = 3

Region = Annotated[
    str,
    Kind(
        "region",
        "ISO 3166-2 code of a region, such as GB-SCT.",
        format="region-code",
        labels=REGIONS,
        others=("^[A-Z]{2}-[A-Z0-9]{1,3}$", "any other ISO 3166-2 code"),
        examples=(
            "DE-BY DE-BE DE-SN DE-HE DE-NW AT-6 AT-7 CH-ZH CH-GE CH-TI ES-CT ES-AN ES-GA ES-MD GB-SCT GB-ENG "
            "GB-NIR GB-WLS US-CA US-TX US-HI US-MA CA-QC CA-ON CA-BC CA-AB AU-NSW AU-VIC AU-QLD AU-TAS BR-SP "
            "IN-KL IN-TN NZ-AUK"
        ).split(),
        again="that region",
    ),
]


def day_of(text: str) -> date:
    """Return the date: under another name, because parameters called `date` hide the class."""
    return date.fromisoformat(text)


@lru_cache(maxsize=256)
def national_calendar(country: str, year: int) -> Any:
    """Return the nationwide public holidays of a year, named in English where there are English names."""
    import holidays

    try:
        # Asked of the class: an instance would read the names in the country's own language first, and keep them.
        english = sorted(name for name in getattr(holidays, country).supported_languages if name.startswith("en"))
        # Countries that have no translations are in English already, or in the only names there are.
        language = "en_US" if "en_US" in english else (english[0] if english else None)
        return holidays.country_holidays(country, years=year, language=language)
    except (AttributeError, NotImplementedError) as error:
        raise ToolkitError(
            f"No public holidays are known for the country code {country!r}; use an ISO 3166-1 code like JP."
        ) from error


@cache
def _region(code: str) -> tuple[str, str]:
    """Return (country, subdivision) as the holidays' calendars call them. Raises ToolkitError with what is allowed."""
    import holidays

    country, _, part = code.partition("-")
    known = getattr(getattr(holidays, country, None), "subdivisions", ())
    if part not in known:
        allowed = ", ".join(f"{country}-{name}" for name in known if len(name) <= _REGION_MAX) or "none"
        raise ToolkitError(f"No regional holidays are known for {code}. Regions of {country} that are: {allowed}.")
    return country, part


@lru_cache(maxsize=256)
def _regional(code: str, year: int) -> list[tuple[date, str, bool]]:
    """Return the holidays of a region in a year, each with whether it is one of the whole country."""
    import holidays

    country, part = _region(code)
    nationwide = national_calendar(country, year)
    found = holidays.country_holidays(country, subdiv=part, years=year, language=nationwide.language)
    return sorted((day, name.replace("; ", " and "), day in nationwide) for day, name in found.items())


def _in_year(country: str, year: int) -> list[tuple[date, str]]:
    return sorted((day, name.replace("; ", " and ")) for day, name in national_calendar(country, year).items())


def is_working_day(country: str, day: date) -> bool:
    """Tell whether a day is neither on the country's weekend nor one of its public holidays."""
    # The calendar also knows the Saturdays on which a bridge day is made up for.
    return bool(national_calendar(country, day.year).is_working_day(day))


HolidayDate = Annotated[PlainDate, Kind("date of the holiday", "Date of the holiday.")]


class _Holiday(Result):
    date: HolidayDate
    name: HolidayName


def _listed(entries: list[tuple[date, str]]) -> list[_Holiday]:
    return [{"date": day.isoformat(), "name": name} for day, name in entries[:LAST_LISTED]]


class _PublicHolidaysInMonth(Result):
    count: Annotated[int, Kind("number of holidays", "Nationwide holidays in the month.")]
    holidays: Annotated[
        list[Annotated[_Holiday, Kind("holiday", "One public holiday.")]],
        Kind("holidays", "The nationwide holidays of the month in order; regions may have more."),
    ]


@tool
def public_holidays_in_month(country: CountryCode, month: Month, year: Year) -> _PublicHolidaysInMonth:
    """List a country's nationwide public holidays in one month of a year; regional ones are not among them."""
    found = [entry for entry in _in_year(country, year) if entry[0].month == month]
    return {"count": len(found), "holidays": _listed(found)}


class _RegionalHoliday(Result):
    date: HolidayDate
    name: HolidayName
    nationwide: Annotated[bool, Kind("nationwide", "Whether the whole country has the holiday.")]


class _RegionalPublicHolidays(Result):
    count: Annotated[int, Kind("number of holidays", "Holidays in the month, nationwide and regional ones.")]
    regional_count: Annotated[int, Kind("number of regional holidays", "Those that are not nationwide.")]
    holidays: Annotated[
        list[Annotated[_RegionalHoliday, Kind("holiday", "One public holiday.")]],
        Kind("holidays", "The holidays of the month in order."),
    ]


@tool
def regional_public_holidays(region: Region, month: Month, year: Year) -> _RegionalPublicHolidays:
    """List the public holidays of a state, canton or other region in a month, and say which are nationwide."""
    found = [entry for entry in _regional(region, year) if entry[0].month == month]
    return {
        "count": len(found),
        "regional_count": sum(not nationwide for _, _, nationwide in found),
        "holidays": [
            {"date": day.isoformat(), "name": name, "nationwide": nationwide} for day, name, nationwide in found
        ],
    }


class _CountPublicHolidays(Result):
    count: Annotated[int, Kind("number of public holidays", "Days that are nationwide public holidays.")]
    on_weekends: Annotated[int, Kind("holidays on weekends", "Public holidays that fall on the country's weekend.")]


@tool
def count_public_holidays(country: CountryCode, year: Year) -> _CountPublicHolidays:
    """Count a country's nationwide public holidays in a year, and how many of them fall on its weekend."""
    weekend = national_calendar(country, year).weekend
    days = [day for day, _ in _in_year(country, year)]
    return {"count": len(days), "on_weekends": sum(day.weekday() in weekend for day in days)}


class _CheckPublicHoliday(Result):
    is_public_holiday: Annotated[bool, Kind("public holiday", "Whether the date is a nationwide public holiday.")]
    is_working_day: Annotated[
        bool, Kind("working day", "Whether the date is neither on the weekend nor a nationwide public holiday.")
    ]
    names: Annotated[list[HolidayName], Kind("names", "Names of the holiday; empty if it is none.")]


@tool
def check_public_holiday(country: CountryCode, date: Day) -> _CheckPublicHoliday:
    """Check whether a date is a nationwide public holiday, and whether it is a working day, in a country."""
    day = day_of(date)
    name = national_calendar(country, day.year).get(day)
    return {
        "is_public_holiday": name is not None,
        "is_working_day": is_working_day(country, day),
        "names": name.split("; ") if name else [],
    }


class _NextPublicHoliday(Result):
    date: Annotated[PlainDay, Kind("date of the holiday", "Date of the next public holiday.")]
    name: HolidayName
    days_away: Annotated[
        DurationDays, Kind("days to the holiday", "Days from the given date to the holiday.", format="days-to-event")
    ]


@tool
def next_public_holiday(
    country: CountryCode, after: Annotated[Day, Kind(description="The day to start from.")]
) -> _NextPublicHoliday:
    """Find the first nationwide public holiday in a country after a date; holidays of regions do not count."""
    start = day_of(after)
    for year in (start.year, start.year + 1):
        for day, name in _in_year(country, year):
            if day > start:
                return {"date": day.isoformat(), "name": name, "days_away": (day - start).days}
    raise ToolkitError(f"No public holiday is known in {country} within a year of {after}; try another country.")


class _SharedPublicHolidays(Result):
    count: Annotated[int, Kind("shared holidays", "How many days they share.")]
    holidays: Annotated[
        list[Annotated[_Holiday, Kind("holiday", "One public holiday.")]],
        Kind("holidays", "The shared days in order, with the first country's names."),
    ]


@tool
def shared_public_holidays(
    country: CountryCode, other_country: Annotated[CountryCode, Kind("other country")], year: Year
) -> _SharedPublicHolidays:
    """List the days of a year that are nationwide public holidays in both of two countries."""
    other = national_calendar(other_country, year)
    found = [entry for entry in _in_year(country, year) if entry[0] in other]
    return {"count": len(found), "holidays": _listed(found)}


TOOLS = [
    public_holidays_in_month, regional_public_holidays, count_public_holidays, check_public_holiday,
    next_public_holiday, shared_public_holidays,
]  # fmt: skip
