"""Public holidays of a country, nationwide or of one of its regions (holidays)."""

from datetime import date
from functools import cache, lru_cache
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, array, obj
from tool_registry.builtin.kinds import COUNTRY, DATE, DURATION_DAYS, MONTH, YEAR, kind, output
from tool_registry.builtin.local_time import a_date, plain_date
from tool_registry.builtin.phrasebook import phrases

KIT = Toolkit("public holidays")

LAST_LISTED = 20

HOLIDAY_NAME: dict[str, Any] = {
    "type": "string",
    "title": "name of the holiday",
    "description": "Name in English where there is one.",
}


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

REGION: dict[str, Any] = {
    "type": "string",
    "format": "region-code",
    "title": "region",
    "description": "ISO 3166-2 code of a region, such as GB-SCT.",
    "anyOf": [
        *({"const": code, "title": title} for code, title in REGIONS.items()),
        {"pattern": "^[A-Z]{2}-[A-Z0-9]{1,3}$", "title": "any other ISO 3166-2 code"},
    ],
    "examples": list(REGIONS),
    "x-phrases": {"again": "that region"},
}


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


def _listed(entries: list[tuple[date, str]]) -> list[dict[str, str]]:
    return [{"date": day.isoformat(), "name": name} for day, name in entries[:LAST_LISTED]]


def _list_schema(description: str) -> dict[str, Any]:
    item = obj(
        {
            "date": plain_date("date of the holiday", "Date of the holiday."),
            "name": HOLIDAY_NAME,
        },
        title="holiday",
        description="One public holiday.",
    )
    return array(item, title="holidays", description=description)


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY), "month": kind(MONTH, examples=list(range(1, 13))), "year": kind(YEAR)},
        examples=[
            {"country": "JP", "month": 5, "year": 2025},
            {"country": "DE", "month": 12, "year": 2026},
            {"country": "US", "month": 11, "year": 2024},
            {"country": "PL", "month": 5, "year": 2027},
            {"country": "BR", "month": 11, "year": 2025},
        ],
        x_phrases=phrases("""
? which public holidays {country} has in {month} {year}
? on which days of {month} {year} it is a public holiday in {country}
? What public holidays are there in {country} in {month} {year}?
? Are there nationwide bank holidays in {country} in {month} {year}, and when?
? Which days are off in {month} {year} in {country}?
? List the nationwide public holidays of {month} {year} in {country}.
= In {month} {year}, {country} has {/count} nationwide public {/count?holiday:holidays}: {/holidays/*|[name] on [date]}.
= Nationwide public holidays in {country} in {month} {year}: {/holidays/*|[date], [name]}.

? how many public holidays {month} {year} has in {country}
? How many public holidays does {country} have in {month} {year}?
? How many days off does {month} {year} bring in {country}?
? Count the public holidays in {country} in {month} {year}.
= {country} has {/count} nationwide public {/count?holiday:holidays} in {month} {year}.
= The number of nationwide public holidays in {country} in {month} {year} is {/count}.

~ I'm scheduling calls with a partner in {country}.
~ We're planning a trip and don't want to stand before closed shops.
~ A supplier there keeps going quiet around holidays.
~ I'm moving to {country} for a new job.
"""),
    ),
    output=obj(
        {
            "count": {
                "type": "integer",
                "title": "number of holidays",
                "description": "Nationwide holidays in the month.",
            },
            "holidays": _list_schema("The nationwide holidays of the month in order; regions may have more."),
        }
    ),
)
def public_holidays_in_month(country: str, month: int, year: int) -> dict[str, Any]:
    """List a country's nationwide public holidays in one month of a year; regional ones are not among them."""
    found = [entry for entry in _in_year(country, year) if entry[0].month == month]
    return {"count": len(found), "holidays": _listed(found)}


@KIT.tool(
    parameters=obj(
        {"region": kind(REGION), "month": kind(MONTH, examples=list(range(1, 13))), "year": kind(YEAR)},
        examples=[
            {"region": "DE-BY", "month": 11, "year": 2026},
            {"region": "GB-SCT", "month": 1, "year": 2025},
            {"region": "ES-CT", "month": 9, "year": 2026},
            {"region": "CA-QC", "month": 6, "year": 2025},
        ],
        x_phrases=phrases("""
? which public holidays {region} has in {month} {year}, regional ones included
? What public holidays are there in {region} in {month} {year}, counting those of the region?
? On which days of {month} {year} are shops and offices in {region} closed for a holiday?
? List the public holidays of {month} {year} in {region}, the region's own as well.
= In {month} {year}, {region} has {/count} public {/count?holiday:holidays}: {/holidays/*|[name] on [date]}.
= Public holidays in {region} in {month} {year}: {/holidays/*|[date], [name]}.

? how many of the public holidays of {month} {year} in {region} are not nationwide
? How many public holidays in {month} {year} does {region} have to itself?
? Count the holidays of {month} {year} in {region} that the rest of the country does not have.
= Of the public holidays in {region} in {month} {year}, {/regional_count} {/regional_count?is:are} not nationwide.
= In {month} {year}, {region} has {/regional_count} public {/regional_count?holiday:holidays} to itself.

~ My supplier is in {region} and everything depends on whether they work.
~ I'm planning a visit to {region}.
~ Our branch in {region} keeps another calendar.
~ I'm moving to {region} and want to know what changes.
"""),
    ),
    output=obj(
        {
            "count": {
                "type": "integer",
                "title": "number of holidays",
                "description": "Holidays in the month, nationwide and regional ones.",
            },
            "regional_count": {
                "type": "integer",
                "title": "number of regional holidays",
                "description": "Those that are not nationwide.",
            },
            "holidays": array(
                obj(
                    {
                        "date": plain_date("date of the holiday", "Date of the holiday."),
                        "name": HOLIDAY_NAME,
                        "nationwide": {
                            "type": "boolean",
                            "title": "nationwide",
                            "description": "Whether the whole country has the holiday.",
                        },
                    },
                    title="holiday",
                    description="One public holiday.",
                ),
                title="holidays",
                description="The holidays of the month in order.",
            ),
        }
    ),
)
def regional_public_holidays(region: str, month: int, year: int) -> dict[str, Any]:
    """List the public holidays of a state, canton or other region in a month, and say which are nationwide."""
    found = [entry for entry in _regional(region, year) if entry[0].month == month]
    return {
        "count": len(found),
        "regional_count": sum(not nationwide for _, _, nationwide in found),
        "holidays": [
            {"date": day.isoformat(), "name": name, "nationwide": nationwide} for day, name, nationwide in found
        ],
    }


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY), "year": kind(YEAR)},
        examples=[
            {"country": "JP", "year": 2025},
            {"country": "GB", "year": 2026},
            {"country": "IN", "year": 2024},
            {"country": "FR", "year": 2027},
        ],
        x_phrases=phrases("""
? how many public holidays {country} has in {year}
? the number of public holidays in {country} in {year}
? How many public holidays are there in {country} in {year}?
? How many bank holidays does {year} have in {country}?
? Count the public holidays of {year} in {country}.
= {country} has {/count} nationwide public holidays in {year}.
= In {year} there are {/count}.

? how many of the public holidays of {year} are lost to the weekend in {country}
? how many public holidays fall on a weekend in {country} in {year}
? How many of the public holidays in {country} in {year} land on a day off anyway?
? Is {year} a bad year for holidays in {country}: how many fall on weekends?
? Check how many public holidays are on weekends in {country} in {year}.
= In {country}, {/on_weekends} of {/count} nationwide public holidays of {year} {/on_weekends?falls:fall} on a weekend.
= Of the {/count} nationwide public holidays in {country} in {year}, {/on_weekends} {/on_weekends?is:are} on a weekend.

~ I'm comparing job offers in different countries.
~ We budget the production days for the year.
~ I'm writing a leave policy for the {country} office.
~ My calendar for {year} still looks very empty.
"""),
    ),
    output=obj(
        {
            "count": {
                "type": "integer",
                "title": "number of public holidays",
                "description": "Days that are nationwide public holidays.",
            },
            "on_weekends": {
                "type": "integer",
                "title": "holidays on weekends",
                "description": "Public holidays that fall on the country's weekend.",
            },
        }
    ),
)
def count_public_holidays(country: str, year: int) -> dict[str, Any]:
    """Count a country's nationwide public holidays in a year, and how many of them fall on its weekend."""
    weekend = national_calendar(country, year).weekend
    days = [day for day, _ in _in_year(country, year)]
    return {"count": len(days), "on_weekends": sum(day.weekday() in weekend for day in days)}


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY), "date": kind(DATE)},
        examples=[
            {"country": "FR", "date": "2025-07-14"},
            {"country": "US", "date": "2026-11-26"},
            {"country": "JP", "date": "2025-02-11"},
            {"country": "DE", "date": "2024-10-04"},
        ],
        x_phrases=phrases("""
? whether {date} is a public holiday in {country}
? if {date} counts as a public holiday in {country}
? Is {date} a public holiday in {country}?
? Does {country} have a public holiday on {date}?
? Check whether {date} is a bank holiday in {country}.
= In {country}, {date} {/is_public_holiday?is a nationwide public holiday:is no nationwide public holiday}.
= {/is_public_holiday?Yes:No}, {date} {/is_public_holiday?is a:is no} nationwide public holiday in {country}.

? whether people work on {date} in {country}
? if {date} is a normal working day in {country}
? Is {date} a working day in {country}?
? Will offices in {country} be open on {date}, going by weekends and public holidays?
? Check if {date} is a working day in {country}.
= In {country}, {date} {/is_working_day?is a working day:is not a working day}.
= {/is_working_day?Yes:No}, {date} {/is_working_day?is:is not} a working day in {country}.

~ I need to reach an office in {country} by phone.
~ We land on {date} and want to go shopping.
~ I'm waiting for a bank transfer from {country}.
~ The embassy only opens on working days.
"""),
    ),
    output=obj(
        {
            "is_public_holiday": {
                "type": "boolean",
                "title": "public holiday",
                "description": "Whether the date is a nationwide public holiday.",
            },
            "is_working_day": {
                "type": "boolean",
                "title": "working day",
                "description": "Whether the date is neither on the weekend nor a nationwide public holiday.",
            },
            "names": array(HOLIDAY_NAME, title="names", description="Names of the holiday; empty if it is none."),
        }
    ),
)
def check_public_holiday(country: str, date: str) -> dict[str, Any]:
    """Check whether a date is a nationwide public holiday, and whether it is a working day, in a country."""
    day = day_of(date)
    name = national_calendar(country, day.year).get(day)
    return {
        "is_public_holiday": name is not None,
        "is_working_day": is_working_day(country, day),
        "names": name.split("; ") if name else [],
    }


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY), "after": kind(DATE, title="date", description="The day to start from.")},
        examples=[
            {"country": "IT", "after": "2025-08-20"},
            {"country": "JP", "after": "2026-01-02"},
            {"country": "MX", "after": "2024-05-02"},
            {"country": "SE", "after": "2025-06-06"},
        ],
        x_phrases=phrases("""
? when the next public holiday in {country} after {after} is, and what it is called
? the name and date of the first public holiday in {country} after {after}
? What is the next public holiday in {country} after {after}, and when is it?
? Which public holiday comes next in {country} after {after}, and on what date?
? Look up the name and the date of the first public holiday after {after} in {country}.
= The next nationwide public holiday in {country} after {after} is {/name} on {/date}.
= It is {/name}, on {/date}.

? how many days it is from {after} to the next public holiday in {country}
? How many days after {after} is the next public holiday in {country}?
? Counting from {after}, how long is it to the next public holiday in {country}?
? Count the days from {after} to the next public holiday in {country}.
= From {after} it is {/days_away} {/days_away?day:days} to the next nationwide public holiday in {country}.
= The next nationwide public holiday in {country} comes {/days_away} {/days_away?day:days} after {after}.

~ I could do with a day off.
~ We want to launch before everyone leaves for a holiday.
~ I'm visiting friends in {country} and hope to catch a celebration.
~ My visa papers are stuck at an office in {country}.
"""),
    ),
    output=obj(
        {
            "date": a_date(
                "date of the holiday",
                "Date of the next public holiday.",
                "the next public holiday in {country} after {after}",
                "the date of the first public holiday in {country} after {after}",
                again="that holiday",
            ),
            "name": HOLIDAY_NAME,
            "days_away": output(
                DURATION_DAYS,
                format="days-to-event",
                title="days to the holiday",
                description="Days from the given date to the holiday.",
                x_phrases={
                    "refer": ["as many days as it is from {after} to the next public holiday in {country}"],
                    "again": "that many days",
                },
            ),
        }
    ),
)
def next_public_holiday(country: str, after: str) -> dict[str, Any]:
    """Find the first nationwide public holiday in a country after a date; holidays of regions do not count."""
    start = day_of(after)
    for year in (start.year, start.year + 1):
        for day, name in _in_year(country, year):
            if day > start:
                return {"date": day.isoformat(), "name": name, "days_away": (day - start).days}
    raise ToolkitError(f"No public holiday is known in {country} within a year of {after}; try another country.")


@KIT.tool(
    parameters=obj(
        {
            "country": kind(COUNTRY),
            "other_country": kind(COUNTRY, title="other country"),
            "year": kind(YEAR),
        },
        examples=[
            {"country": "FR", "other_country": "DE", "year": 2025},
            {"country": "US", "other_country": "GB", "year": 2026},
            {"country": "JP", "other_country": "KE", "year": 2025},
        ],
        x_phrases=phrases("""
? which public holidays {country} and {other_country} both have in {year}
? the days of {year} that are public holidays in {country} as well as in {other_country}
? Which days in {year} are public holidays both in {country} and in {other_country}?
? When in {year} is everybody off in {country} and in {other_country}?
? List the public holidays that {country} and {other_country} share in {year}.
= In {year}, {country} and {other_country} share {/count} {/count?holiday:holidays}: {/holidays/*|[name] on [date]}.
= {country} and {other_country} have {/count} nationwide public {/count?holiday:holidays} of {year} in common:
    {/holidays/*|[date], [name]}.

~ I work with two offices and nobody ever answers on holidays.
~ My family is spread over two countries and we want a common day off.
~ We're picking a date for a release.
~ I'm drawing up a shared team calendar for {year}.
"""),
    ),
    output=obj(
        {
            "count": {
                "type": "integer",
                "title": "shared holidays",
                "description": "How many days they share.",
            },
            "holidays": _list_schema("The shared days in order, with the first country's names."),
        }
    ),
)
def shared_public_holidays(country: str, other_country: str, year: int) -> dict[str, Any]:
    """List the days of a year that are nationwide public holidays in both of two countries."""
    other = national_calendar(other_country, year)
    found = [entry for entry in _in_year(country, year) if entry[0] in other]
    return {"count": len(found), "holidays": _listed(found)}
