"""The kinds of values that the built-in tools share, as types: a parameter or a member of a result is one of these.

An output and a parameter of the same type carry the same `format`, which is how the policies see that one can feed the
other. `Annotated[TYPE, Kind(…)]` is a type that says more or other things of the value.
"""

from calendar import day_name, month_name
from typing import Annotated

import pycountry

from tool_registry.declare import Kind


def words_by_value(table: str) -> dict[str, str]:
    """Return the words for each value of a table such as "EUR euros,USD US dollars"."""
    pairs = (entry.partition(" ") for entry in table.split(","))
    return {value: words for value, _, words in pairs}


#: What people call some countries, where ISO's name is another or goes without its article.
_COUNTRY_NAMES = {
    "AE": "the United Arab Emirates", "DO": "the Dominican Republic", "GB": "the United Kingdom",
    "NL": "the Netherlands", "PH": "the Philippines", "RU": "Russia", "TR": "Turkey", "US": "the United States",
}  # fmt: skip


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

_COUNTRIES = {code: _country_name(code) for code in [*COMMON_COUNTRIES, *_OTHER_COUNTRIES]}
CountryCode = Annotated[
    str,
    Kind(
        "country",
        "ISO 3166-1 alpha-2 country code, such as JP.",
        format="country-code",
        labels=_COUNTRIES,
        others=("^[A-Z]{2}$", "any other ISO 3166-1 alpha-2 code"),
        examples=COMMON_COUNTRIES,
        again="that country",
    ),
]
#: A country in a result that is an answer and no start for another tool: a country starts so many tools that it would
#: otherwise be in every chain.
PlainCountry = Annotated[CountryCode, Kind(format="plain-country")]

Latitude = Annotated[
    float,
    Kind(
        "latitude",
        "Latitude in decimal degrees, north positive.",
        format="latitude",
        minimum=-90,
        maximum=90,
        mention=["latitude {}"],
        again="that latitude",
    ),
]
Longitude = Annotated[
    float,
    Kind(
        "longitude",
        "Longitude in decimal degrees, east positive.",
        format="longitude",
        minimum=-180,
        maximum=180,
        mention=["longitude {}"],
        again="that longitude",
    ),
]

#: A date in a result.
PlainDay = Annotated[str, Kind("date", "Calendar date, YYYY-MM-DD.", format="date", again="that day")]
Day = Annotated[PlainDay, Kind(formatMinimum="2023-01-01", formatMaximum="2027-12-31")]

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

#: A time zone in a result, where a city is no label: it says something else before any word but "time".
ZoneName = Annotated[
    str, Kind("time zone", "IANA time zone name, such as Asia/Tokyo.", format="timezone", again="that time zone")
]
TimeZone = Annotated[
    ZoneName,
    Kind(
        labels={zone: zone.rpartition("/")[2].replace("_", " ") for zone in COMMON_ZONES},
        others=("^[A-Za-z]+([/_+-][A-Za-z0-9]+)*$", "any other IANA time zone"),
        examples=COMMON_ZONES,
    ),
]

DistanceKm = Annotated[
    float,
    Kind(
        "distance",
        "Distance in kilometres.",
        format="distance-km",
        minimum=0,
        mention=["{} kilometres", "{} km"],
        again="that distance",
    ),
]
#: What is driven, ridden, run or walked. A kind of its own, as a straight line over the sea is no way to drive.
RouteKm = Annotated[
    DistanceKm,
    Kind(format="route-km", description="Distance along the road or path in kilometres, not the straight line."),
]

Year = Annotated[
    int,
    Kind(
        "year",
        "Calendar year.",
        format="year",
        minimum=2020,
        maximum=2030,
        examples=[2023, 2024, 2025, 2026, 2027],
        again="that year",
    ),
]

CURRENCIES = words_by_value(
    "EUR euros,USD US dollars,GBP British pounds,JPY Japanese yen,CHF Swiss francs,SEK Swedish kronor,"
    "NOK Norwegian kroner,DKK Danish kroner,PLN Polish zloty,CZK Czech koruna,HUF Hungarian forint,"
    "AUD Australian dollars,CAD Canadian dollars,NZD New Zealand dollars,SGD Singapore dollars,"
    "HKD Hong Kong dollars,INR Indian rupees,BRL Brazilian reais,MXN Mexican pesos,ZAR South African rand,"
    "KRW South Korean won,THB Thai baht,IDR Indonesian rupiah,TRY Turkish lira,CNY Chinese yuan,"
    "MYR Malaysian ringgit,PHP Philippine pesos,ILS Israeli shekels,RON Romanian lei,ISK Icelandic kronur"
)
COMMON_CURRENCIES = ("EUR USD GBP JPY CHF SEK NOK DKK PLN CZK AUD CAD NZD SGD INR BRL MXN ZAR KRW THB TRY").split()
#: Currencies in which the amounts that people name are worth something: nobody earns twenty yen an hour.
EVERYDAY_CURRENCIES = [code for code in COMMON_CURRENCIES if code not in {"JPY", "KRW"}]
ANY_CURRENCY = ("^[A-Z]{3}$", "any other ISO 4217 code")
CurrencyCode = Annotated[
    str,
    Kind(
        "currency",
        "ISO 4217 currency code, such as EUR.",
        format="currency-code",
        labels=CURRENCIES,
        others=ANY_CURRENCY,
        examples=COMMON_CURRENCIES,
        again="that currency",
    ),
]

_LANGUAGES = (
    "en fr de es it pt nl sv da fi pl cs hu tr ja ko zh ar he hi id th vi uk ro bg sw ms ru el ta fa hr".split()
)
LanguageCode = Annotated[
    str,
    Kind(
        "language",
        "ISO 639-1 language code, such as ja.",
        format="language-code",
        labels={code: _language_name(code) for code in _LANGUAGES},
        others=("^[a-z]{2}$", "any other ISO 639-1 code"),
        again="that language",
    ),
]

AirportCode = Annotated[
    str,
    Kind(
        "airport",
        "Three-letter IATA airport code, such as HND.",
        format="iata-airport",
        pattern="^[A-Z]{3}$",
        examples=(
            "HND NRT KIX ICN PEK PVG HKG SIN BKK KUL CGK MNL SYD MEL AKL DEL BOM DXB DOH IST TLV CAI JNB CPT NBO LHR "
            "LGW EDI DUB CDG NCE AMS BRU FRA MUC BER HAM VIE ZRH GVA FCO MXP VCE MAD BCN LIS OPO ATH CPH ARN OSL HEL "
            "KEF WAW PRG BUD OTP SOF JFK EWR BOS IAD ATL MIA ORD DFW DEN LAX SFO SEA LAS HNL ANC YYZ YVR YUL MEX CUN "
            "GRU GIG EZE SCL BOG LIM"
        ).split(),
        mention=["{}", "{} airport"],
        again="that airport",
    ),
]

WholeNumber = Annotated[
    int, Kind("whole number", "A positive whole number.", format="whole-number", minimum=1, again="that number")
]
SpeedKmh = Annotated[
    float,
    Kind(
        "speed",
        "Speed in kilometres per hour.",
        format="speed-kmh",
        exclusiveMinimum=0,
        mention=["{} km/h", "{} kilometres per hour"],
        again="that speed",
    ),
]
MassG = Annotated[
    float, Kind("mass", "Mass in grams.", format="mass-g", minimum=0, mention=["{} grams", "{} g"], again="that mass")
]
TemperatureC = Annotated[
    float,
    Kind(
        "temperature",
        "Temperature in degrees Celsius.",
        format="temperature-c",
        minimum=-273.15,
        mention=["{} °C", "{} degrees Celsius"],
        again="that temperature",
    ),
]
Money = Annotated[
    float,
    Kind(
        "amount",
        "Amount of money, in whatever currency it is counted.",
        format="money-amount",
        minimum=0.01,
        maximum=1_000_000_000,
        examples=[20, 49.99, 75, 120, 250, 400, 650, 999, 1200, 1800, 2500, 4000, 7500, 12000, 20000],
        again="that amount",
    ),
]

#: An amount in a result, and one that explains another and that no tool goes on with.
MoneyResult = Annotated[Money, Kind(minimum=0)]
PlainMoney = Annotated[MoneyResult, Kind(format="plain-money")]
#: An amount that people know themselves and no tool results in.
OwnAmount = Annotated[Money, Kind(format=None)]
#: An amount that is worth a loan or a savings plan, which a share of a bill is not.
LargeAmount = Annotated[Money, Kind(minimum=100)]
#: A sum that is lent or invested: of a kind of its own, which no payment or price is.
Principal = Annotated[LargeAmount, Kind(format="principal")]

#: A moment in a result.
PlainMoment = Annotated[str, Kind("moment", format="date-time", again="that moment")]
Moment = Annotated[
    PlainMoment,
    Kind(
        description="Date and time with an offset from UTC, such as 2025-06-21T18:30:00Z.",
        formatMinimum="2023-01-01T00:00:00Z",
        formatMaximum="2027-12-31T23:59:59Z",
    ),
]
# No short name: "the first Sunday of that month 2025".
Month = Annotated[
    int,
    Kind(
        "month",
        "Month of the year, 1 for January to 12 for December.",
        format="month",
        labels={number: month_name[number] for number in range(1, 13)},
    ),
]
Weekday = Annotated[
    str,
    Kind(
        "weekday", "Day of the week by its English name.", format="weekday", enum=list(day_name), again="that weekday"
    ),
]
DurationDays = Annotated[
    int,
    Kind(
        "number of days",
        "A length of time in whole days.",
        format="duration-days",
        minimum=0,
        maximum=3650,
        examples=[3, 5, 7, 10, 14, 21, 28, 30, 42, 45, 60, 75, 90, 100, 120, 180, 250, 365, 500, 1000],
        mention=["{} days"],
        again="that many days",
    ),
]
DurationHours = Annotated[
    float,
    Kind(
        "number of hours",
        "A length of time in hours.",
        format="duration-hours",
        minimum=0,
        mention=["{} hours"],
        again="that long",
    ),
]

#: The kind of a date that answers a question and starts nothing, and not `date`: if every date led to every tool that
#: takes one, chains would be about little else. `PlainTime` is a time of day of the same sort.
PlainDate = Annotated[str, Kind(format="plain-date", pattern=r"^\d{4}-\d\d-\d\d$")]
PlainTime = Annotated[str, Kind(format="plain-time", pattern=r"^\d\d:\d\d$")]

COMMON_CITIES = (
    "Tokyo;Osaka;Seoul;Beijing;Shanghai;Hong Kong;Bangkok;Hanoi;Jakarta;Manila;New Delhi;Mumbai;Kathmandu;Dubai;"
    "Doha;Istanbul;Cairo;Casablanca;Nairobi;Lagos;Cape Town;Sydney;Melbourne;Auckland;Honolulu;Reykjavik;Dublin;"
    "London;Edinburgh;Paris;Lyon;Madrid;Barcelona;Lisbon;Porto;Rome;Milan;Venice;Athens;Vienna;Zurich;Geneva;"
    "Munich;Berlin;Hamburg;Amsterdam;Brussels;Copenhagen;Oslo;Stockholm;Helsinki;Tallinn;Riga;Warsaw;Krakow;"
    "Prague;Budapest;New York;Boston;Chicago;Denver;Seattle;San Francisco;Los Angeles;Miami;Toronto;Vancouver;"
    "Montreal;Havana;Bogota;Lima;Santiago;Buenos Aires;Rio de Janeiro;Sao Paulo"
).split(";")
CityName = Annotated[
    str,
    Kind(
        "city",
        "English name of a city, such as Lisbon.",
        format="city-name",
        minLength=2,
        maxLength=60,
        examples=COMMON_CITIES,
        again="that city",
    ),
]
_CLOCK_TIMES = (
    "06:15 07:00 08:30 09:00 09:45 10:30 11:15 12:00 13:20 14:00 15:30 16:45 17:00 18:10 19:30 20:00 21:25 22:40"
).split()
ClockTime = Annotated[
    str,
    Kind(
        "time of day",
        "Local time of day, 24-hour HH:MM.",
        format="clock-time",
        pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
        examples=_CLOCK_TIMES,
        again="that time",
    ),
]
