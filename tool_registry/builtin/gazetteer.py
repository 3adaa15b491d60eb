"""The cities that several toolkits share: name, country, coordinates, time zone and which are capitals.

Most come from astral's geocoder. Its entries that are wrong, twice there, or that name two well-known
cities at once are left out; `_MORE_CITIES` adds large cities it lacks, to about a kilometre.
"""

import math
import unicodedata
from dataclasses import dataclass
from functools import cache

import pycountry

from tool_registry.builtin.declare import ToolkitError

EARTH_RADIUS_KM = 6371.0088

#: Regions of astral's geocoder that pycountry does not know by that name; "" leaves the region out.
_REGIONS = {
    "UAE": "", "USA": "US", "England": "GB", "Scotland": "GB", "Wales": "GB", "Northern Ireland": "GB",
    "Tasmania": "AU", "Democratic People's Republic of Korea": "KP", "Democratic Republic of the Congo": "CD",
    "Dominica Republic": "DO", "East Timor": "TL", "Cape Verde": "CV", "Cote d'Ivoire": "CI", "Falkland Islands": "",
    "Libyan Arab Jamahiriya": "LY", "Macao": "MO", "Netherlands Antilles": "CW", "Norfolk Island": "",
    "Priciplality Of Monaco": "MC", "Republic of China (Taiwan)": "TW", "Republic of Korea": "KR",
    "Republic of Singapore": "SG", "Swaziland": "SZ", "The Former Yugoslav Republic of Macedonia": "MK",
    "Turkey": "TR", "United Republic of Tanzania": "TZ", "United States of Virgin Islands": "VI",
    "British Virgin Islands": "VG", "Yugoslavia": "RS", "Cook Islands": "", "Jersey": "", "Grenada": "", "Tonga": "",
    "Mauritania": "", "Yemen": "", "Micronesia": "FM", "Isle Of Man": "IM", "Brunei Darussalam": "BN", "Burundi": "",
    "Equatorial Guinea": "", "Republic of Moldova": "MD", "Djibouti": "", "Guadeloupe": "",
}  # fmt: skip

_LEFT_OUT = {
    "Pristina", "Tirane", "St. John's", "W. Indies", "T'bilisi", "Bucuresti", "Moskva", "Ulan Bator", "Masqat",
    "Al Jubail", "Jubail", "Dammam", "Makkah", "Madinah", "El Aaiun", "Koror", "Newcastle", "Reading", "Male",
    "Augusta", "Birmingham", "Manchester", "Portland", "Columbia", "Concord", "Wilmington", "Springfield", "Salem",
    "Richmond", "Jackson", "Lincoln", "Dover", "Frankfort", "Charleston", "Burlington", "Bridgeport", "Pierre",
    "Barrow-In-Furness", "Crawley", "Greenwich", "Swindon", "Bolton", "Kingstown", "Kansas City", "Toledo", "Sucre",
}  # fmt: skip

_RENAMED = {
    "Kiev": "Kyiv", "Mexico": "Mexico City", "Guatemala": "Guatemala City", "Panama": "Panama City",
    "Kuwait": "Kuwait City", "Washington DC": "Washington", "Quebec": "Quebec City", "P'yongyang": "Pyongyang",
    "Newcastle Upon Tyne": "Newcastle", "Port-Vila": "Port Vila",
}  # fmt: skip

#: Where the geocoder is off by more than ten kilometres.
_CORRECTED = {
    "Washington": (38.9, -77.04), "Buenos Aires": (-34.6, -58.38), "Miami": (25.76, -80.19),
    "Ashgabat": (37.95, 58.38), "Thimphu": (27.47, 89.64), "Yangon": (16.84, 96.17),
    "Kuwait City": (29.38, 47.98),
    "Baghdad": (33.31, 44.37), "Porto-Novo": (6.5, 2.61), "Cotonou": (6.37, 2.43), "Harare": (-17.83, 31.05),
}  # fmt: skip

#: Old names of zones in the geocoder, with the name in use.
_ZONES = {
    "US/Eastern": "America/New_York", "US/Central": "America/Chicago", "US/Mountain": "America/Denver",
    "US/Pacific": "America/Los_Angeles", "US/Alaska": "America/Anchorage", "US/Hawaii": "Pacific/Honolulu",
    "America/Montreal": "America/Toronto", "Asia/Harbin": "Asia/Shanghai", "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Asia/Rangoon": "Asia/Yangon", "Brazil/East": "America/Sao_Paulo", "America/Virgin": "America/St_Thomas",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires", "America/Godthab": "America/Nuuk",
    "Pacific/Ponape": "Pacific/Pohnpei", "Europe/Kiev": "Europe/Kyiv", "Asia/Qyzylorda": "Asia/Almaty",
    "Europe/Belfast": "Europe/London", "Australia/Canberra": "Australia/Sydney",
    "America/Yellowknife": "America/Edmonton",
}  # fmt: skip

#: Capitals of the countries with several cities here; elsewhere the only city of a country is its capital.
_CAPITALS = {
    "AU": "Canberra", "BE": "Brussels", "BJ": "Porto-Novo", "BO": "Sucre", "BR": "Brasilia", "CA": "Ottawa",
    "CH": "Bern", "CN": "Beijing", "CO": "Bogota", "DE": "Berlin", "ES": "Madrid", "FR": "Paris",
    "GB": "London",
    "IN": "New Delhi", "IT": "Rome", "JP": "Tokyo", "KR": "Seoul", "MM": "Naypyidaw", "MX": "Mexico City",
    "NL": "Amsterdam", "NZ": "Wellington", "PL": "Warsaw", "PT": "Lisbon", "SA": "Riyadh", "SE": "Stockholm",
    "TR": "Ankara", "US": "Washington", "ZA": "Pretoria", "AT": "Vienna", "NO": "Oslo", "GR": "Athens",
    "AE": "Abu Dhabi", "VN": "Hanoi", "TH": "Bangkok", "PK": "Islamabad", "PE": "Lima", "MA": "Rabat",
    "NG": "Abuja", "IL": "Jerusalem", "RU": "Moscow", "ID": "Jakarta", "HK": "", "MO": "",
}  # fmt: skip

#: country: city latitude longitude; … A zone is given where the country's capital keeps another time.
_MORE_CITIES = """
ES: Barcelona 41.39 2.17; Valencia 39.47 -0.38; Seville 37.39 -5.98; Bilbao 43.26 -2.93
IT: Milan 45.46 9.19; Naples 40.85 14.27; Venice 45.44 12.33; Florence 43.77 11.26; Turin 45.07 7.69
DE: Munich 48.14 11.58; Hamburg 53.55 9.99; Frankfurt 50.11 8.68; Cologne 50.94 6.96; Stuttgart 48.78 9.18
FR: Lyon 45.76 4.84; Marseille 43.30 5.37; Bordeaux 44.84 -0.58; Toulouse 43.60 1.44
NL: Rotterdam 51.92 4.48
BE: Antwerp 51.22 4.40
CH: Geneva 46.20 6.15; Basel 47.56 7.59
AT: Salzburg 47.80 13.04; Innsbruck 47.27 11.39
PT: Porto 41.15 -8.61
PL: Krakow 50.06 19.94; Gdansk 54.35 18.65
SE: Gothenburg 57.71 11.97
NO: Bergen 60.39 5.32; Trondheim 63.43 10.40; Tromso 69.65 18.96
GR: Thessaloniki 40.64 22.94
RU: Saint Petersburg 59.94 30.31
TR: Istanbul 41.01 28.98
AE: Dubai 25.20 55.27
IL: Tel Aviv 32.08 34.78
JP: Osaka 34.69 135.50; Kyoto 35.01 135.77; Sapporo 43.06 141.35; Fukuoka 33.59 130.40
KR: Busan 35.18 129.08
CN: Shanghai 31.23 121.47; Guangzhou 23.13 113.26; Shenzhen 22.54 114.06
VN: Ho Chi Minh City 10.82 106.63
TH: Chiang Mai 18.79 98.98
IN: Bangalore 12.97 77.59; Chennai 13.08 80.27; Kolkata 22.57 88.36; Hyderabad 17.39 78.49
PK: Karachi 24.86 67.01; Lahore 31.55 74.34
ID: Denpasar -8.65 115.22 Asia/Makassar
NZ: Auckland -36.85 174.76; Christchurch -43.53 172.64; Queenstown -45.03 168.66
BR: Sao Paulo -23.55 -46.63; Rio de Janeiro -22.91 -43.17
CO: Medellin 6.25 -75.56; Cartagena 10.40 -75.51
PE: Cusco -13.53 -71.97
MX: Guadalajara 20.67 -103.35; Monterrey 25.67 -100.31; Cancun 21.16 -86.85 America/Cancun
MA: Casablanca 33.57 -7.59; Marrakesh 31.63 -8.00
NG: Lagos 6.52 3.38
BO: Sucre -19.05 -65.26
ZA: Johannesburg -26.20 28.05; Durban -29.86 31.03
US: Pittsburgh 40.44 -80.00; Tampa 27.95 -82.46; San Antonio 29.42 -98.49 America/Chicago
"""


@dataclass(frozen=True)
class City:
    """A city; `country` is its ISO 3166-1 alpha-2 code and `timezone` an IANA name."""

    name: str
    country: str
    latitude: float
    longitude: float
    timezone: str
    is_capital: bool = False


def folded(name: str) -> str:
    """Return a name as it is compared: without accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ø", "o").replace("ł", "l"))
    return "".join(c for c in plain if c.isalnum())


def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the haversine distance on the mean sphere, in kilometres; arguments in degrees."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def country_name(code: str) -> str:
    """Return the common English name of a country; an unknown code raises ToolkitError."""
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        raise ToolkitError(f"No country has the ISO 3166-1 code {code}. Use a two-letter code such as JP.")
    name = str(getattr(country, "common_name", country.name))
    head, comma, tail = name.partition(", ")
    # "Micronesia, Federated States of" is turned round; "Bonaire, Sint Eustatius and Saba" is a list.
    return f"{tail} {head}" if comma and " and " not in name else name


def _from_astral() -> list[tuple[str, str, float, float, str]]:
    from astral.geocoder import all_locations, database

    found = []
    for place in all_locations(database()):
        country = _REGIONS.get(place.region)
        if country is None:
            country = pycountry.countries.lookup(place.region).alpha_2
        if place.name == "Hong Kong":
            country = "HK"
        if not country or place.name in _LEFT_OUT:
            continue
        name = _RENAMED.get(place.name, place.name)
        latitude, longitude = _CORRECTED.get(name, (round(place.latitude, 4), round(place.longitude, 4)))
        zone = _ZONES.get(place.timezone, place.timezone)
        # Ontario's clocks go by Toronto, not by the geocoder's US/Eastern.
        found.append((name, country, latitude, longitude, "America/Toronto" if name == "Ottawa" else zone))
    return found


@cache
def cities() -> dict[str, City]:
    """Return the cities by `folded` name, in alphabetical order."""
    rows = _from_astral()
    zones = {(country, name): zone for name, country, _, _, zone in rows}
    only = {country: name for name, country, *_ in rows}
    for line in _MORE_CITIES.strip().splitlines():
        country, _, entries = line.partition(": ")
        zone_of_capital = zones.get((country, _CAPITALS.get(country, only[country])), zones[country, only[country]])
        for entry in entries.split("; "):
            words = entry.split(" ")
            zone = words.pop() if "/" in words[-1] else zone_of_capital
            *names, north, east = words
            rows.append((" ".join(names), country, float(north), float(east), zone))
    found: dict[str, City] = {}
    for name, country, lat, lon, zone in sorted(rows):
        is_capital = name == _CAPITALS.get(country, only[country])
        found[folded(name)] = City(name, country, lat, lon, zone, is_capital)
    return found


def find_city(name: str) -> City:
    """Return the city of that name; accents and case do not matter."""
    city = cities().get(folded(name))
    if city is None:
        raise ToolkitError(
            f"No city named {name} is on record. Use the English name of a capital or another large city."
        )
    return city


@cache
def capital_of(country: str) -> City:
    """Return the capital of a country given by its ISO 3166-1 alpha-2 code."""
    for city in cities().values():
        if city.country == country and city.is_capital:
            return city
    raise ToolkitError(f"The capital of {country_name(country)} is not on record.")
