"""Airports by their IATA code: where they are, how far apart, and how long a flight takes."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from tool_registry.builtin.declare import Toolkit, ToolkitError, array, obj
from tool_registry.builtin.gazetteer import cities, folded, great_circle_km
from tool_registry.builtin.kinds import (
    AIRPORT,
    CITY,
    CLOCK_TIME,
    COUNTRY,
    DATE,
    DISTANCE_KM,
    DURATION_HOURS,
    LATITUDE,
    LONGITUDE,
    MOMENT,
    TIMEZONE,
    kind,
)
from tool_registry.builtin.local_time import plain_date
from tool_registry.builtin.phrasebook import phrases, told

KIT = Toolkit("air travel")

METRES_PER_FOOT = 0.3048

#: Cruising speed of common jets, and what taxiing, climb and approach add to a flight.
CRUISE_KMH = 850
FIXED_HOURS = 0.5

#: Cities whose airport lies in a suburb, or is listed under the local name.
_CITY_KNOWN_AS = {
    "VCE": "Venice", "FLR": "Florence", "TRN": "Turin", "SVQ": "Seville", "FRA": "Frankfurt", "DFW": "Dallas",
    "YYZ": "Toronto", "YVR": "Vancouver", "YUL": "Montreal", "EZE": "Buenos Aires", "LED": "Saint Petersburg",
    "TLS": "Toulouse", "BOD": "Bordeaux", "RAK": "Marrakesh", "DPS": "Denpasar", "BEG": "Belgrade",
    "PNH": "Phnom Penh", "BSL": "Basel", "RDU": "Raleigh", "SJU": "San Juan",
}  # fmt: skip

#: Fields with an IATA code that a traveller cannot fly from, told by their names.
_NOT_FOR_TRAVELLERS = (
    "air base", "afb", "army", "heliport", "helipad", "seaplane", "naval", "air force", "railway",
    "raf ", "raaf ", "cfb ",
)  # fmt: skip

#: Airports that passengers cannot use any more, though their codes are still listed.
_CLOSED = frozenset(("TXL", "ISL", "HEW", "NAY", "DIA", "GSE", "DOK", "LBG", "CVT", "BLK", "SIP"))

#: Beyond this hardly anybody flies without a stop: three routes in the world are longer.
LONGEST_KM = 14_000


@cache
def _airports() -> dict[str, dict[str, Any]]:
    import airportsdata

    return {code: dict(airport) for code, airport in airportsdata.load("IATA").items()}


def _airport(iata: str) -> dict[str, Any]:
    found = _airports().get(iata)
    if found is None:
        raise ToolkitError(f"No airport has the IATA code {iata}. Check the three letters, such as HND.")
    return found


def _for_travellers(airport: dict[str, Any]) -> bool:
    name = airport["name"].lower()
    return not any(word in name for word in _NOT_FOR_TRAVELLERS)


@cache
def _travellers_airports() -> dict[str, dict[str, Any]]:
    """Return the airports that people can fly from: not military ones, heliports or those that have closed."""
    return {code: airport for code, airport in _airports().items() if code not in _CLOSED and _for_travellers(airport)}


@cache
def _codes_by_city() -> dict[str, list[str]]:
    """Return the codes of the travellers' airports for each name of a city, folded."""
    codes: dict[str, list[str]] = {}
    for code, airport in _travellers_airports().items():
        for name in {folded(_city(code)), folded(airport["city"])}:
            codes.setdefault(name, []).append(code)
    return codes


def _distance(a: dict[str, Any], b: dict[str, Any]) -> int:
    return round(great_circle_km(a["lat"], a["lon"], b["lat"], b["lon"]))


def _city(iata: str) -> str:
    airport = _airports()[iata]
    # "Arnavutköy, Istanbul": the last part is the city that travellers know.
    return _CITY_KNOWN_AS.get(iata) or airport["city"].rpartition(",")[2].strip() or airport["subd"]


def _metres(airport: dict[str, Any]) -> int:
    return round(float(airport["elevation"]) * METRES_PER_FOOT)


NAME: dict[str, Any] = {"type": "string", "title": "name", "description": "Official name of the airport."}
ELEVATION: dict[str, Any] = {
    "type": "integer",
    "format": "elevation-m",
    "title": "elevation",
    "description": "Height above sea level in metres.",
}
DATES = kind(DATE, description="Local calendar date of the departure, YYYY-MM-DD.")
ORIGIN = kind(AIRPORT, title="departure airport", description="IATA code of the airport of departure, such as LHR.")
DESTINATION = kind(AIRPORT, title="arrival airport", description="IATA code of the airport of arrival, such as JFK.")


@KIT.tool(
    parameters=obj(
        {"iata": kind(AIRPORT)},
        examples=[{"iata": "HND"}, {"iata": "LIS"}, {"iata": "DEN"}],
        x_phrases=phrases("""
? which city and country {iata} serves
? What city and country is {iata} in?
? Find out which city {iata} belongs to, and the country it is in.
? Where would I actually land at {iata}, city and country?
? the city and the country of {iata}
= {iata} serves {/city} in {/country}.
= {iata} is {/name} in {/city}, {/country}.

? the full name of {iata}
? What is {iata} officially called?
? what {iata} is called in full
? Give me the official name of {iata}, please.
= {iata} is officially called {/name}.
= Its full name is {/name}.

? how high above sea level {iata} is
? How many metres above sea level is {iata}?
? Look up the elevation of {iata} in metres.
? What is the elevation of {iata}?
= {iata} is {/elevation_m} metres above sea level.
= Its elevation is {/elevation_m} m.

? which time zone {iata} is in
? What time zone do I need to set my watch to at {iata}?
? Look up the time zone of {iata}.
? What time zone does {iata} keep?
= {iata} is in the {/timezone} time zone.
= The time zone there is {/timezone}.

~ I'm flying into {iata} late in the evening.
~ My ticket only shows airport codes.
~ I'm picking a friend up from a flight next week.
~ I'm filling in a travel form.
~ We have a layover and I want to know where we'll be.
"""),
    ),
    output=obj(
        {
            "name": NAME,
            "city": told(
                CITY,
                "the city that {iata} serves",
                "{iata}'s city",
                description="City that the airport serves.",
            ),
            "country": told(
                COUNTRY,
                "the country where {iata} is",
                "{iata}'s country",
                description="Country the airport is in, ISO 3166-1 alpha-2.",
            ),
            "latitude": told(LATITUDE, "the location of {iata}", "the coordinates of {iata}", again="that location"),
            "longitude": told(LONGITUDE, "the location of {iata}", "the coordinates of {iata}", again="that location"),
            "timezone": told(TIMEZONE, "the local time zone at {iata}", "the time zone of {iata}"),
            "elevation_m": told(ELEVATION, "the elevation of {iata}", again="that height"),
            "icao": {"type": "string", "title": "ICAO code", "description": "Four-letter ICAO code."},
        }
    ),
)
def airport_details(iata: str) -> dict[str, Any]:
    """Look up an airport by its IATA code: name, city, country, coordinates, time zone and elevation."""
    airport = _airport(iata)
    return {
        "name": airport["name"],
        "city": _city(iata),
        "country": airport["country"],
        "latitude": airport["lat"],
        "longitude": airport["lon"],
        "timezone": airport["tz"],
        "elevation_m": _metres(airport),
        "icao": airport["icao"],
    }


@KIT.tool(
    parameters=obj(
        {
            "latitude": kind(LATITUDE, examples=[35.68, 48.85, 51.5, 40.71, -33.87, 1.35, 64.14, 41.9, 52.52, 37.77]),
            "longitude": kind(
                LONGITUDE, examples=[139.76, 2.35, -0.12, -74.0, 151.2, 103.82, -21.94, 12.5, 13.4, -122.42]
            ),
        },
        examples=[
            {"latitude": 35.68, "longitude": 139.76},
            {"latitude": 46.02, "longitude": 7.75},
            {"latitude": -33.87, "longitude": 151.2},
            {"latitude": 36.1, "longitude": -112.11},
            {"latitude": 43.77, "longitude": 11.26},
        ],
        x_phrases=phrases("""
? which airport is closest to {latitude+longitude} and how far away it is
? What is the nearest airport to {latitude+longitude}, and how far is it?
? Find me the airport closest to {latitude+longitude} with its distance.
? Which airport is nearest to {latitude+longitude}, and how many kilometres away?
? how far it is from {latitude+longitude} to the nearest airport, and which one that is
= The airport nearest to {latitude+longitude} is {/airports/0/name} ({/airports/0/iata}), {/airports/0/distance_km} km
    away.
= Closest to {latitude+longitude} is {/airports/0/name}, code {/airports/0/iata}, at {/airports/0/distance_km} km.

? which airports are around {latitude+longitude}
? What airports are there near {latitude+longitude}?
? List the airports nearest to {latitude+longitude} with their distances.
? Which airports could I fly to for {latitude+longitude}?
= The airports nearest to {latitude+longitude} are {/airports/*|[name] ([iata], [distance_km] km)}.
= Around {latitude+longitude} there are, nearest first, {/airports/*|[name] ([iata], [distance_km] km away)}.

~ I'm hiking somewhere remote and have to plan the way there.
~ We've rented a house and still need flights.
~ I'm planning a road trip with a flight home at the end.
~ I'd like to keep the drive to the airport short.
"""),
    ),
    output=obj(
        {
            "airports": array(
                obj(
                    {
                        "iata": told(
                            AIRPORT,
                            "the {#} closest airport to {latitude+longitude}",
                            "the {#} nearest airport to {latitude+longitude}",
                        ),
                        "name": NAME,
                        "distance_km": told(
                            DISTANCE_KM, "the distance from {latitude+longitude} to the {#} closest airport"
                        ),
                    }
                ),
                title="airports",
                description="The six nearest open airports, nearest first, with straight-line distances.",
            )
        }
    ),
)
def nearest_airports(latitude: float, longitude: float) -> dict[str, Any]:
    """Find the six open airports with an IATA code that are nearest to a pair of coordinates, nearest first.

    Distances are straight lines. A small airport may have no scheduled flights.
    """
    ranked = sorted(
        (great_circle_km(latitude, longitude, a["lat"], a["lon"]), code) for code, a in _travellers_airports().items()
    )
    return {
        "airports": [
            {"iata": code, "name": _airports()[code]["name"], "distance_km": round(km, 1)} for km, code in ranked[:6]
        ]
    }


@KIT.tool(
    parameters=obj(
        {"origin": ORIGIN, "destination": DESTINATION},
        examples=[
            {"origin": "LHR", "destination": "JFK"},
            {"origin": "HND", "destination": "SIN"},
            {"origin": "MAD", "destination": "EZE"},
            {"origin": "CPH", "destination": "KEF"},
        ],
        x_phrases=phrases("""
? how far it is to fly from {origin} to {destination}
? How many kilometres is a flight from {origin} to {destination}?
? What's the distance between {origin} and {destination} as the crow flies?
? Calculate the flight distance from {origin} to {destination}.
? the great-circle distance between {origin} and {destination}
= From {origin} to {destination} it is {/distance_km} km.
= The flight distance is {/distance_km} kilometres.

? whether a flight from {origin} to {destination} is domestic
? Is flying from {origin} to {destination} a domestic trip?
? Check if {origin} and {destination} are in the same country.
? Do I stay within one country when I fly from {origin} to {destination}?
= {/is_domestic?Yes:No}, {origin} and {destination} are in {/is_domestic?the same country:different countries}.
= A flight from {origin} to {destination} {/is_domestic?is:is not} domestic.

~ I'm working out the emissions of a business trip.
~ I'm collecting frequent-flyer miles.
~ We're comparing a few holiday destinations.
~ My kids asked how far we are going to fly.
"""),
    ),
    output=obj(
        {
            "distance_km": told(DISTANCE_KM, "the flight distance from {origin} to {destination}"),
            "is_domestic": {
                "type": "boolean",
                "title": "domestic flight",
                "description": "Whether both airports are in the same country.",
            },
        }
    ),
)
def flight_distance(origin: str, destination: str) -> dict[str, Any]:
    """Compute the straight-line (great-circle) distance between two airports, and whether a flight is domestic."""
    a, b = _airport(origin), _airport(destination)
    if origin == destination:
        raise ToolkitError("The two airports are the same. Give two different IATA codes.")
    return {"distance_km": _distance(a, b), "is_domestic": a["country"] == b["country"]}


@KIT.tool(
    parameters=obj(
        {"city": kind(CITY, description="English name of the city to fly to or from, such as London.")},
        examples=[{"city": "London"}, {"city": "Tokyo"}, {"city": "Milan"}, {"city": "New York"}],
        x_phrases=phrases("""
? which airports serve {city}
? What airports does {city} have?
? List the airports of {city} with their codes.
? What are the airport codes for {city}?
? which airports I can choose from when flying to {city}
= {city} is served by {/airports/*|[name] ([iata])}.
= For {city} you can fly to {/airports/*|[name] ([iata])}.

~ I'm looking for cheap flights to {city}.
~ I'm booking a weekend in {city}.
~ My meeting in {city} starts early.
~ Friends are visiting me in {city} and don't know where to land.
"""),
    ),
    output=obj(
        {
            "airports": array(
                obj(
                    {
                        "iata": told(AIRPORT, "the {#} airport listed for {city}"),
                        "name": NAME,
                    }
                ),
                title="airports",
                description="At most eight airports, nearest to the city centre first where that is known.",
            )
        }
    ),
)
def airports_of_city(city: str) -> dict[str, Any]:
    """List the open airports that serve a city, given by its English name, nearest to its centre first.

    The first is often a small one for domestic flights.
    """
    wanted = folded(city)
    place = cities().get(wanted)
    named = [(code, _airports()[code]) for code in _codes_by_city().get(wanted, ())]
    if place is not None:
        # Cities share names: London is in Ontario and Kentucky, too.
        near = [(great_circle_km(place.latitude, place.longitude, a["lat"], a["lon"]), code, a) for code, a in named]
        named = [(code, a) for km, code, a in sorted(near, key=lambda row: row[:2]) if km <= 100]
    if not named:
        raise ToolkitError(f"No airport is on record for {city}. Use the English name of a larger city.")
    return {"airports": [{"iata": code, "name": a["name"]} for code, a in named[:8]]}


@KIT.tool(
    parameters=obj(
        {
            "distance_km": kind(
                DISTANCE_KM,
                minimum=100,
                maximum=20100,
                examples=[350, 480, 620, 900, 1250, 1800, 2400, 3600, 5500, 7200, 9500, 12000],
                title="flight distance",
            )
        },
        examples=[{"distance_km": 5540}, {"distance_km": 860}, {"distance_km": 1250}],
        x_phrases=phrases("""
? roughly how many hours a flight over {distance_km} takes
? How many hours does a jet need for {distance_km}?
? Estimate the flight time in hours for {distance_km}.
? About how many hours would I be in the air for {distance_km}?
? the typical flying time in hours for {distance_km}
= A flight of {distance_km} takes about {/hours} hours.
= Reckon with roughly {/hours} hours from gate to gate for {distance_km}.

? how many minutes a flight over {distance_km} takes
? How many minutes is a flight of {distance_km}?
? Tell me the approximate flight time in minutes for {distance_km}.
? About how many minutes long would a flight over {distance_km} be?
= A flight of {distance_km} takes about {/minutes} minutes.
= It is roughly {/minutes} minutes for {distance_km}.

~ I'm a nervous flyer and like to know how long I'll be in the air.
~ I'm choosing films for the flight.
~ I'm weighing the train against the plane.
~ We're travelling with a baby.
"""),
    ),
    output=obj(
        {
            "hours": told(
                DURATION_HOURS,
                "the estimated flight time for {distance_km}",
                "the usual flying time over {distance_km}",
                title="flight time",
                description="Estimated time from gate to gate in hours.",
                again="that flight time",
            ),
            "minutes": {
                "type": "integer",
                "format": "duration-minutes",
                "title": "flight time in minutes",
                "description": "The same time in whole minutes.",
                "x-phrases": {
                    "refer": ["the estimated flight time in minutes for {distance_km}"],
                    "again": "that many minutes",
                },
            },
        }
    ),
)
def flight_time_estimate(distance_km: float) -> dict[str, Any]:
    """Estimate how long a jet flight over a distance takes: at 850 km/h, plus half an hour on the ground."""
    hours = distance_km / CRUISE_KMH + FIXED_HOURS
    return {"hours": round(hours, 2), "minutes": round(hours * 60)}


@KIT.tool(
    parameters=obj(
        {
            "origin": ORIGIN,
            "destination": DESTINATION,
            "date": DATES,
            "time": kind(
                CLOCK_TIME,
                title="departure time",
                description="Local departure time, 24-hour HH:MM.",
                examples=[
                    "06:15",
                    "07:40",
                    "09:05",
                    "10:30",
                    "12:20",
                    "14:45",
                    "16:10",
                    "18:55",
                    "21:30",
                    "23:10",
                ],
            ),
        },
        examples=[
            {
                "origin": "LHR",
                "destination": "JFK",
                "date": "2025-06-14",
                "time": "10:30",
            },
            {
                "origin": "HND",
                "destination": "LAX",
                "date": "2026-03-02",
                "time": "23:10",
            },
            {
                "origin": "FRA",
                "destination": "SIN",
                "date": "2025-11-20",
                "time": "21:30",
            },
        ],
        x_phrases=phrases("""
? the local date and time at which I would land if I leave {origin} for {destination} on {date} at {time}
? If my flight leaves {origin} on {date} at {time}, about when do I land at {destination} in local time?
? About when will I arrive at {destination}, local date and time, leaving {origin} at {time} on {date}?
? Estimate the local date and time of landing at {destination} for a nonstop departure from {origin} on {date} at
    {time}.
= You land at {destination} at about {/time} local time on {/date}, after {/flight_hours} hours in the air.
= The arrival at {destination} is at about {/time} local time on {/date}.

~ My brother is picking me up and wants to know when.
~ I'm booking the hotel for the night I arrive.
~ I have to be at work the morning after I land.
~ I'd like to arrange an airport transfer.
"""),
    ),
    output=obj(
        {
            "date": plain_date("arrival date", "Local date of the arrival."),
            "time": told(
                CLOCK_TIME,
                "the local arrival time at {destination}",
                format="time-at-place",
                title="arrival time",
                description="Local time of the arrival.",
            ),
            "moment": told(
                MOMENT,
                "the moment that flight lands at {destination}",
                "the landing at {destination}",
                title="moment of landing",
                description="The arrival with its offset from UTC.",
            ),
            "flight_hours": {
                "type": "number",
                "title": "estimated flight time",
                "description": "Estimated hours from gate to gate: at 850 km/h, plus half an hour on the ground.",
            },
            "days_later": {
                "type": "integer",
                "title": "change of date",
                "description": "How many calendar days the local arrival is after the local departure.",
            },
        }
    ),
)
def flight_arrival_time(origin: str, destination: str, date: str, time: str) -> dict[str, Any]:
    """Estimate the local date and time of arrival of a nonstop flight from its local departure.

    The flight time follows from the distance, at 850 km/h plus half an hour on the ground.
    """
    a, b = _airport(origin), _airport(destination)
    if origin == destination:
        raise ToolkitError("The two airports are the same. Give two different IATA codes.")
    distance = _distance(a, b)
    if distance > LONGEST_KM:
        raise ToolkitError(f"From {origin} to {destination} it is {distance} km: too far to fly without a stop.")
    hours = round(distance / CRUISE_KMH + FIXED_HOURS, 1)
    departure = datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=ZoneInfo(a["tz"]))
    flown = departure.astimezone(ZoneInfo("UTC")) + timedelta(minutes=round(hours * 60))
    landed = flown.astimezone(ZoneInfo(b["tz"]))
    return {
        "date": landed.date().isoformat(),
        "time": landed.strftime("%H:%M"),
        "moment": landed.isoformat(),
        "flight_hours": hours,
        "days_later": (landed.date() - departure.date()).days,
    }


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY)},
        examples=[{"country": "CH"}, {"country": "PE"}, {"country": "JP"}],
        x_phrases=phrases("""
? which airport in {country} is the highest, and how high it lies
? What is the highest airport in {country}, and at what elevation?
? Look up the highest-lying airport of {country} and its elevation in metres.
? Which airport of {country} sits highest above sea level, and how many metres up is it?
= The highest airport in {country} is {/name} ({/iata}), {/elevation_m} metres above sea level.
= In {country}, {/name} ({/iata}) lies highest, at {/elevation_m} metres.

? how many airports {country} has
? How many airports are there in {country}?
? Count the airports in {country}, please.
? the number of airports in {country} that have a three-letter code
= There {/airport_count?is:are} {/airport_count} {/airport_count?airport:airports} with an IATA code in {country}.
= In {country}, {/airport_count} {/airport_count?airport has:airports have} a three-letter code.

~ I'm writing quiz questions about aviation.
~ I get altitude sickness easily.
~ I'm planning a trip through the mountains.
~ I collect odd facts about airports.
"""),
    ),
    output=obj(
        {
            "iata": told(AIRPORT, "the highest airport in {country}", description="IATA code of the highest airport."),
            "name": NAME,
            "elevation_m": told(ELEVATION, "the elevation of the highest airport in {country}"),
            "airport_count": {
                "type": "integer",
                "title": "number of airports",
                "description": "How many airports with an IATA code the country has.",
            },
        }
    ),
)
def highest_airport_in_country(country: str) -> dict[str, Any]:
    """Find the highest airport of a country, and how many airports with an IATA code the country has."""
    own = [(a["elevation"], code) for code, a in _airports().items() if a["country"] == country and _for_travellers(a)]
    if not own:
        raise ToolkitError(f"No airport is on record for country code {country}.")
    _, code = max(own)
    airport = _airports()[code]
    return {
        "iata": code,
        "name": airport["name"],
        "elevation_m": _metres(airport),
        "airport_count": len(own),
    }
