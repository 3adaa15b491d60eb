"""The kinds of values that the built-in tools share: one JSON Schema fragment a kind.

An output and a parameter made from the same fragment carry the same `format`, which is how the policies
see that one can feed the other. `kind(FRAGMENT, …)` returns a copy with members added or replaced.
"""

from calendar import day_name, month_name
from copy import deepcopy
from typing import Any

import pycountry


def kind(fragment: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Return a deep copy of a fragment with `members` set; `x_phrases` is written `x-phrases`."""
    phrases = members.pop("x_phrases", None)
    schema = {**deepcopy(fragment), **members}
    if phrases is not None:
        schema["x-phrases"] = phrases
    return schema


def output(fragment: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Return a fragment for a result: without examples, which only arguments need.

    Labels stay, for whoever tells the result in words: "Japan" for JP. Those of a time zone go: its title is
    only a city, which says something else before any word but "time".
    """
    unused = {"examples", "x-phrases"} | ({"anyOf"} if fragment.get("format") == "timezone" else set())
    return kind({name: member for name, member in fragment.items() if name not in unused}, **members)


def also_labelled(fragment: dict[str, Any], **titles: str) -> dict[str, Any]:
    """Return a copy of a fragment with an open set of labels that names further values by their titles."""
    *named, others = fragment["anyOf"]
    return kind(
        fragment, anyOf=[*named, *({"const": value, "title": title} for value, title in titles.items()), others]
    )


def plain_country(description: str) -> dict[str, Any]:
    """Return the schema of a country in a result that is an answer and no start for another tool.

    A kind of its own, because a country starts so many tools that it would otherwise be in every chain.
    """
    return output(COUNTRY, format="plain-country", description=description)


#: What people call some countries, where ISO's name is another or goes without its article.
_COUNTRY_NAMES = {
    "AE": "the United Arab Emirates",
    "DO": "the Dominican Republic",
    "GB": "the United Kingdom",
    "NL": "the Netherlands",
    "PH": "the Philippines",
    "RU": "Russia",
    "TR": "Turkey",
    "US": "the United States",
}


def _country_name(code: str) -> str:
    """Return the country's name as it stands after "in"."""
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        raise KeyError(code)
    return _COUNTRY_NAMES.get(code) or str(getattr(country, "common_name", country.name))


def _language_name(code: str) -> str:
    language = pycountry.languages.get(alpha_2=code)
    if language is None:
        raise KeyError(code)
    # "Malay (macrolanguage)", "Modern Greek (1453-)".
    return str(language.name).partition(" (")[0].removeprefix("Modern ")


#: Countries that examples name.
COMMON_COUNTRIES = (
    "AR AU AT BE BR BG CA CL CN CO HR CZ DK EG EE FI FR DE GR HU IS IN ID IE IL IT JP KE LV LT LU MY MX MA NL NZ "
    "NO PE PH PL PT RO SG SK SI ZA ES SE CH TH GB US"
).split()

#: Countries that the common places lead to, named in labels as well; any other ISO 3166-1 code is accepted too.
_OTHER_COUNTRIES = (
    "AE AF AL AM AO AS AZ BA BD BH BO BW BY CD CI CM CR CU CY DO DZ EC ET FJ GE GH GT HK HN JM JO KG KH KR KW KZ "
    "LA LB LI LK ME MG MK MN MT MU MZ NC NG NI NP OM PA PG PK PR PY QA RS RU RW SA SN TJ TM TN TR TW TZ UA UG UY "
    "UZ VE VN ZW"
).split()

COUNTRY: dict[str, Any] = {
    "type": "string",
    "format": "country-code",
    "title": "country",
    "description": "ISO 3166-1 alpha-2 country code, such as JP.",
    "anyOf": [
        *({"const": code, "title": _country_name(code)} for code in [*COMMON_COUNTRIES, *_OTHER_COUNTRIES]),
        {"pattern": "^[A-Z]{2}$", "title": "any other ISO 3166-1 alpha-2 code"},
    ],
    "examples": COMMON_COUNTRIES,
    "x-phrases": {"again": "that country"},
}

LATITUDE: dict[str, Any] = {
    "type": "number",
    "format": "latitude",
    "title": "latitude",
    "description": "Latitude in decimal degrees, north positive.",
    "minimum": -90,
    "maximum": 90,
    "x-phrases": {"mention": ["latitude {}"], "again": "that latitude"},
}

LONGITUDE: dict[str, Any] = {
    "type": "number",
    "format": "longitude",
    "title": "longitude",
    "description": "Longitude in decimal degrees, east positive.",
    "minimum": -180,
    "maximum": 180,
    "x-phrases": {"mention": ["longitude {}"], "again": "that longitude"},
}

DATE: dict[str, Any] = {
    "type": "string",
    "format": "date",
    "title": "date",
    "description": "Calendar date, YYYY-MM-DD.",
    "formatMinimum": "2023-01-01",
    "formatMaximum": "2027-12-31",
    "x-phrases": {"again": "that day"},
}

#: Zones whose city is what people call them by: "Tokyo time".
COMMON_ZONES = (
    "Europe/London Europe/Dublin Europe/Lisbon Europe/Paris Europe/Madrid Europe/Berlin Europe/Rome Europe/Zurich "
    "Europe/Vienna Europe/Stockholm Europe/Warsaw Europe/Athens Europe/Helsinki Europe/Istanbul Africa/Cairo "
    "Africa/Johannesburg Africa/Lagos Africa/Nairobi Asia/Dubai Asia/Karachi Asia/Kolkata Asia/Kathmandu Asia/Bangkok "
    "Asia/Singapore Asia/Hong_Kong Asia/Shanghai Asia/Manila Asia/Seoul Asia/Tokyo Australia/Perth "
    "Australia/Adelaide Australia/Brisbane Australia/Sydney Pacific/Auckland Pacific/Honolulu America/Anchorage "
    "America/Los_Angeles America/Denver America/Phoenix America/Chicago America/Mexico_City America/New_York "
    "America/Toronto America/Halifax America/St_Johns America/Bogota America/Lima America/Sao_Paulo"
).split()

TIMEZONE: dict[str, Any] = {
    "type": "string",
    "format": "timezone",
    "title": "time zone",
    "description": "IANA time zone name, such as Asia/Tokyo.",
    "anyOf": [
        *({"const": zone, "title": zone.rpartition("/")[2].replace("_", " ")} for zone in COMMON_ZONES),
        {"pattern": "^[A-Za-z]+([/_+-][A-Za-z0-9]+)*$", "title": "any other IANA time zone"},
    ],
    "examples": COMMON_ZONES,
    "x-phrases": {"again": "that time zone"},
}

DISTANCE_KM: dict[str, Any] = {
    "type": "number",
    "format": "distance-km",
    "title": "distance",
    "description": "Distance in kilometres.",
    "minimum": 0,
    "x-phrases": {"mention": ["{} kilometres", "{} km"], "again": "that distance"},
}

#: What is driven, ridden, run or walked. A kind of its own, as a straight line over the sea is no way to drive.
ROUTE_KM: dict[str, Any] = {
    **DISTANCE_KM,
    "format": "route-km",
    "description": "Distance along the road or path in kilometres, not the straight line.",
}

YEAR: dict[str, Any] = {
    "type": "integer",
    "format": "year",
    "title": "year",
    "description": "Calendar year.",
    "minimum": 2020,
    "maximum": 2030,
    "examples": [2023, 2024, 2025, 2026, 2027],
    "x-phrases": {"again": "that year"},
}

CURRENCY: dict[str, Any] = {
    "type": "string",
    "format": "currency-code",
    "title": "currency",
    "description": "ISO 4217 currency code, such as EUR.",
    "anyOf": [
        *(
            {"const": code, "title": title}
            for code, title in {
                "EUR": "euros",
                "USD": "US dollars",
                "GBP": "British pounds",
                "JPY": "Japanese yen",
                "CHF": "Swiss francs",
                "SEK": "Swedish kronor",
                "NOK": "Norwegian kroner",
                "DKK": "Danish kroner",
                "PLN": "Polish zloty",
                "CZK": "Czech koruna",
                "HUF": "Hungarian forint",
                "AUD": "Australian dollars",
                "CAD": "Canadian dollars",
                "NZD": "New Zealand dollars",
                "SGD": "Singapore dollars",
                "HKD": "Hong Kong dollars",
                "INR": "Indian rupees",
                "BRL": "Brazilian reais",
                "MXN": "Mexican pesos",
                "ZAR": "South African rand",
                "KRW": "South Korean won",
                "THB": "Thai baht",
                "IDR": "Indonesian rupiah",
                "TRY": "Turkish lira",
                "CNY": "Chinese yuan",
                "MYR": "Malaysian ringgit",
                "PHP": "Philippine pesos",
                "ILS": "Israeli shekels",
                "RON": "Romanian lei",
                "ISK": "Icelandic kronur",
            }.items()
        ),
        {"pattern": "^[A-Z]{3}$", "title": "any other ISO 4217 code"},
    ],
    "examples": [
        "EUR",
        "USD",
        "GBP",
        "JPY",
        "CHF",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "AUD",
        "CAD",
        "NZD",
        "SGD",
        "INR",
        "BRL",
        "MXN",
        "ZAR",
        "KRW",
        "THB",
        "TRY",
    ],
    "x-phrases": {"again": "that currency"},
}

#: Currencies in which the amounts that people name are worth something: nobody earns twenty yen an hour.
EVERYDAY_CURRENCIES = [code for code in CURRENCY["examples"] if code not in {"JPY", "KRW"}]

LANGUAGE: dict[str, Any] = {
    "type": "string",
    "format": "language-code",
    "title": "language",
    "description": "ISO 639-1 language code, such as ja.",
    "anyOf": [
        *(
            {"const": code, "title": _language_name(code)}
            for code in (
                "en fr de es it pt nl sv da fi pl cs hu tr ja ko zh ar he hi id th vi uk ro bg sw ms ru el ta fa hr"
            ).split()
        ),
        {"pattern": "^[a-z]{2}$", "title": "any other ISO 639-1 code"},
    ],
    "x-phrases": {"again": "that language"},
}

AIRPORT: dict[str, Any] = {
    "type": "string",
    "format": "iata-airport",
    "title": "airport",
    "description": "Three-letter IATA airport code, such as HND.",
    "pattern": "^[A-Z]{3}$",
    "examples": [
        "HND",
        "NRT",
        "KIX",
        "ICN",
        "PEK",
        "PVG",
        "HKG",
        "SIN",
        "BKK",
        "KUL",
        "CGK",
        "MNL",
        "SYD",
        "MEL",
        "AKL",
        "DEL",
        "BOM",
        "DXB",
        "DOH",
        "IST",
        "TLV",
        "CAI",
        "JNB",
        "CPT",
        "NBO",
        "LHR",
        "LGW",
        "EDI",
        "DUB",
        "CDG",
        "NCE",
        "AMS",
        "BRU",
        "FRA",
        "MUC",
        "BER",
        "HAM",
        "VIE",
        "ZRH",
        "GVA",
        "FCO",
        "MXP",
        "VCE",
        "MAD",
        "BCN",
        "LIS",
        "OPO",
        "ATH",
        "CPH",
        "ARN",
        "OSL",
        "HEL",
        "KEF",
        "WAW",
        "PRG",
        "BUD",
        "OTP",
        "SOF",
        "JFK",
        "EWR",
        "BOS",
        "IAD",
        "ATL",
        "MIA",
        "ORD",
        "DFW",
        "DEN",
        "LAX",
        "SFO",
        "SEA",
        "LAS",
        "HNL",
        "ANC",
        "YYZ",
        "YVR",
        "YUL",
        "MEX",
        "CUN",
        "GRU",
        "GIG",
        "EZE",
        "SCL",
        "BOG",
        "LIM",
    ],
    "x-phrases": {"mention": ["{}", "{} airport"], "again": "that airport"},
}

WHOLE_NUMBER: dict[str, Any] = {
    "type": "integer",
    "format": "whole-number",
    "title": "whole number",
    "description": "A positive whole number.",
    "minimum": 1,
    "x-phrases": {"again": "that number"},
}

SPEED_KMH: dict[str, Any] = {
    "type": "number",
    "format": "speed-kmh",
    "title": "speed",
    "description": "Speed in kilometres per hour.",
    "exclusiveMinimum": 0,
    "x-phrases": {"mention": ["{} km/h", "{} kilometres per hour"], "again": "that speed"},
}

MASS_G: dict[str, Any] = {
    "type": "number",
    "format": "mass-g",
    "title": "mass",
    "description": "Mass in grams.",
    "minimum": 0,
    "x-phrases": {"mention": ["{} grams", "{} g"], "again": "that mass"},
}

TEMPERATURE_C: dict[str, Any] = {
    "type": "number",
    "format": "temperature-c",
    "title": "temperature",
    "description": "Temperature in degrees Celsius.",
    "minimum": -273.15,
    "x-phrases": {"mention": ["{} °C", "{} degrees Celsius"], "again": "that temperature"},
}

MONEY: dict[str, Any] = {
    "type": "number",
    "format": "money-amount",
    "title": "amount",
    "description": "Amount of money, in whatever currency it is counted.",
    "minimum": 0.01,
    "maximum": 1_000_000_000,
    "examples": [20, 49.99, 75, 120, 250, 400, 650, 999, 1200, 1800, 2500, 4000, 7500, 12000, 20000],
    "x-phrases": {"again": "that amount"},
}

MOMENT: dict[str, Any] = {
    "type": "string",
    "format": "date-time",
    "title": "moment",
    "description": "Date and time with an offset from UTC, such as 2025-06-21T18:30:00Z.",
    "formatMinimum": "2023-01-01T00:00:00Z",
    "formatMaximum": "2027-12-31T23:59:59Z",
    "x-phrases": {"again": "that moment"},
}

MONTH: dict[str, Any] = {
    "type": "integer",
    "format": "month",
    "title": "month",
    "description": "Month of the year, 1 for January to 12 for December.",
    # No short name: "the first Sunday of that month 2025".
    "oneOf": [{"const": number, "title": month_name[number]} for number in range(1, 13)],
}

WEEKDAY: dict[str, Any] = {
    "type": "string",
    "format": "weekday",
    "title": "weekday",
    "description": "Day of the week by its English name.",
    "enum": list(day_name),
    "x-phrases": {"again": "that weekday"},
}

DURATION_DAYS: dict[str, Any] = {
    "type": "integer",
    "format": "duration-days",
    "title": "number of days",
    "description": "A length of time in whole days.",
    "minimum": 0,
    "maximum": 3650,
    "examples": [3, 5, 7, 10, 14, 21, 28, 30, 42, 45, 60, 75, 90, 100, 120, 180, 250, 365, 500, 1000],
    "x-phrases": {"mention": ["{} days"], "again": "that many days"},
}

DURATION_HOURS: dict[str, Any] = {
    "type": "number",
    "format": "duration-hours",
    "title": "number of hours",
    "description": "A length of time in hours.",
    "minimum": 0,
    "x-phrases": {"mention": ["{} hours"], "again": "that long"},
}

#: Places that people ask about, for whole sets of arguments: latitude, longitude and the zone they keep.
PLACES: tuple[tuple[float, float, str], ...] = (
    (48.8584, 2.2945, "Europe/Paris"),
    (40.6892, -74.0445, "America/New_York"),
    (35.6586, 139.7454, "Asia/Tokyo"),
    (-33.8568, 151.2153, "Australia/Sydney"),
    (41.8902, 12.4922, "Europe/Rome"),
    (-22.9519, -43.2105, "America/Sao_Paulo"),
    (37.8199, -122.4783, "America/Los_Angeles"),
    (64.1466, -21.9426, "Atlantic/Reykjavik"),
    (-1.2921, 36.8219, "Africa/Nairobi"),
    (25.1972, 55.2744, "Asia/Dubai"),
    (19.4326, -99.1332, "America/Mexico_City"),
    (1.2834, 103.8607, "Asia/Singapore"),
)

CITY: dict[str, Any] = {
    "type": "string",
    "format": "city-name",
    "title": "city",
    "description": "English name of a city, such as Lisbon.",
    "minLength": 2,
    "maxLength": 60,
    "examples": (
        "Tokyo;Osaka;Seoul;Beijing;Shanghai;Hong Kong;Bangkok;Hanoi;Jakarta;Manila;New Delhi;Mumbai;Kathmandu;Dubai;"
        "Doha;Istanbul;Cairo;Casablanca;Nairobi;Lagos;Cape Town;Sydney;Melbourne;Auckland;Honolulu;Reykjavik;Dublin;"
        "London;Edinburgh;Paris;Lyon;Madrid;Barcelona;Lisbon;Porto;Rome;Milan;Venice;Athens;Vienna;Zurich;Geneva;"
        "Munich;Berlin;Hamburg;Amsterdam;Brussels;Copenhagen;Oslo;Stockholm;Helsinki;Tallinn;Riga;Warsaw;Krakow;"
        "Prague;Budapest;New York;Boston;Chicago;Denver;Seattle;San Francisco;Los Angeles;Miami;Toronto;Vancouver;"
        "Montreal;Havana;Bogota;Lima;Santiago;Buenos Aires;Rio de Janeiro;Sao Paulo"
    ).split(";"),
    "x-phrases": {"again": "that city"},
}

CLOCK_TIME: dict[str, Any] = {
    "type": "string",
    "format": "clock-time",
    "title": "time of day",
    "description": "Local time of day, 24-hour HH:MM.",
    "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
    "examples": (
        "06:15 07:00 08:30 09:00 09:45 10:30 11:15 12:00 13:20 14:00 15:30 16:45 17:00 18:10 19:30 20:00 21:25 22:40"
    ).split(),
    "x-phrases": {"again": "that time"},
}
