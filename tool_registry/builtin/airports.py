"""Airports by their IATA code: where they are, how far apart, and how long a flight takes."""

from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.gazetteer import cities, folded, great_circle_km
from tool_registry.builtin.kinds import (
    AirportCode,
    CityName,
    ClockTime,
    CountryCode,
    Day,
    DistanceKm,
    DurationHours,
    Latitude,
    Longitude,
    Moment,
    PlainDate,
    ZoneName,
)
from tool_registry.declare import Kind

tool = pure(category="air travel")

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


Name = Annotated[str, Kind("name", "Official name of the airport.")]
Elevation = Annotated[int, Kind("elevation", "Height above sea level in metres.", format="elevation-m")]
Dates = Annotated[Day, Kind(description="Local calendar date of the departure, YYYY-MM-DD.")]
Origin = Annotated[AirportCode, Kind("departure airport", "IATA code of the airport of departure, such as LHR.")]
Destination = Annotated[AirportCode, Kind("arrival airport", "IATA code of the airport of arrival, such as JFK.")]


class _AirportDetails(Result):
    name: Name
    city: Annotated[CityName, Kind(description="City that the airport serves.")]
    country: Annotated[CountryCode, Kind(description="Country the airport is in, ISO 3166-1 alpha-2.")]
    latitude: Latitude
    longitude: Longitude
    timezone: ZoneName
    elevation_m: Elevation
    icao: Annotated[str, Kind("ICAO code", "Four-letter ICAO code.")]


@tool
def airport_details(iata: AirportCode) -> _AirportDetails:
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


class _Airport(Result):
    iata: AirportCode
    name: Name
    distance_km: DistanceKm


class _NearestAirports(Result):
    airports: Annotated[
        list[_Airport], Kind("airports", "The six nearest open airports, nearest first, with straight-line distances.")
    ]


@tool
def nearest_airports(latitude: Latitude, longitude: Longitude) -> _NearestAirports:
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


class _FlightDistance(Result):
    distance_km: DistanceKm
    is_domestic: Annotated[bool, Kind("domestic flight", "Whether both airports are in the same country.")]


@tool
def flight_distance(origin: Origin, destination: Destination) -> _FlightDistance:
    """Compute the straight-line (great-circle) distance between two airports, and whether a flight is domestic."""
    a, b = _airport(origin), _airport(destination)
    if origin == destination:
        raise ToolkitError("The two airports are the same. Give two different IATA codes.")
    return {"distance_km": _distance(a, b), "is_domestic": a["country"] == b["country"]}


class _AirportsOfCityAirport(Result):
    iata: AirportCode
    name: Name


class _AirportsOfCity(Result):
    airports: Annotated[
        list[_AirportsOfCityAirport],
        Kind("airports", "At most eight airports, nearest to the city centre first where that is known."),
    ]


@tool
def airports_of_city(
    city: Annotated[CityName, Kind(description="English name of the city to fly to or from, such as London.")],
) -> _AirportsOfCity:
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


class _FlightTimeEstimate(Result):
    hours: Annotated[DurationHours, Kind("flight time", "Estimated time from gate to gate in hours.")]
    minutes: Annotated[
        int, Kind("flight time in minutes", "The same time in whole minutes.", format="duration-minutes")
    ]


@tool
def flight_time_estimate(
    distance_km: Annotated[DistanceKm, Kind("flight distance", minimum=100, maximum=20_100)],
) -> _FlightTimeEstimate:
    """Estimate how long a jet flight over a distance takes: at 850 km/h, plus half an hour on the ground."""
    hours = distance_km / CRUISE_KMH + FIXED_HOURS
    return {"hours": round(hours, 2), "minutes": round(hours * 60)}


class _FlightArrivalTime(Result):
    date: Annotated[PlainDate, Kind("arrival date", "Local date of the arrival.")]
    time: Annotated[ClockTime, Kind("arrival time", "Local time of the arrival.", format="time-at-place")]
    moment: Annotated[Moment, Kind("moment of landing", "The arrival with its offset from UTC.")]
    flight_hours: Annotated[
        float,
        Kind(
            "estimated flight time", "Estimated hours from gate to gate: at 850 km/h, plus half an hour on the ground."
        ),
    ]
    days_later: Annotated[
        int, Kind("change of date", "How many calendar days the local arrival is after the local departure.")
    ]


@tool
def flight_arrival_time(
    origin: Origin,
    destination: Destination,
    date: Dates,
    time: Annotated[ClockTime, Kind("departure time", "Local departure time, 24-hour HH:MM.")],
) -> _FlightArrivalTime:
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


class _HighestAirportInCountry(Result):
    iata: Annotated[AirportCode, Kind("airport", "IATA code of the highest airport.")]
    name: Name
    elevation_m: Elevation
    airport_count: Annotated[int, Kind("number of airports", "How many airports with an IATA code the country has.")]


@tool
def highest_airport_in_country(country: CountryCode) -> _HighestAirportInCountry:
    """Find the highest airport of a country, and how many airports with an IATA code the country has."""
    own = [(a["elevation"], code) for code, a in _airports().items() if a["country"] == country and _for_travellers(a)]
    if not own:
        raise ToolkitError(f"No airport is on record for country code {country}.")
    _, code = max(own)
    airport = _airports()[code]
    return {"iata": code, "name": airport["name"], "elevation_m": _metres(airport), "airport_count": len(own)}


TOOLS = [
    airport_details, nearest_airports, flight_distance, airports_of_city, flight_time_estimate, flight_arrival_time,
    highest_airport_in_country,
]  # fmt: skip
