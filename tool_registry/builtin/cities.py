"""Cities: where the world's capitals and other large cities are, and how they lie to one another."""

from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.gazetteer import City, cities, country_name, find_city, great_circle_km
from tool_registry.builtin.kinds import CityName, CountryCode, DistanceKm, Latitude, Longitude, PlainCountry, ZoneName
from tool_registry.declare import Kind

#: Countries of which two or more cities are on record.
_WITH_CITIES = (
    "US GB CA AU DE FR IT ES JP CN IN BR MX CH NO NZ ZA CO MA PL AT PK SA AE NG NL TR BE GR TH KR PE ID SE VN IL PT"
).split()

tool = pure(category="cities")

LIST_MAX = 12


def _nearest(latitude: float, longitude: float, count: int) -> list[tuple[float, City]]:
    ranked = sorted(
        ((great_circle_km(latitude, longitude, city.latitude, city.longitude), city) for city in cities().values()),
        key=lambda row: (row[0], row[1].name),
    )
    return ranked[:count]


Country = Annotated[PlainCountry, Kind(description="Country of the city.")]


class _CityLocation(Result):
    country: CountryCode
    latitude: Latitude
    longitude: Longitude
    timezone: ZoneName
    is_capital: Annotated[bool, Kind("capital", "Whether the city is the capital of its country.")]


@tool
def city_location(city: CityName) -> _CityLocation:
    """Look up a large city by name: its country, coordinates, time zone and whether it is a capital."""
    found = find_city(city)
    return {
        "country": found.country,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "timezone": found.timezone,
        "is_capital": found.is_capital,
    }


class _City(Result):
    city: CityName
    country: Country
    distance_km: DistanceKm


class _NearestCities(Result):
    cities: Annotated[list[_City], Kind("cities", "The five nearest cities on record, nearest first.")]


@tool
def nearest_cities(latitude: Latitude, longitude: Longitude) -> _NearestCities:
    """Find the five capitals or large cities on record that are nearest to coordinates, in a straight line."""
    return {
        "cities": [
            {"city": city.name, "country": city.country, "distance_km": round(km, 1)}
            for km, city in _nearest(latitude, longitude, 5)
        ]
    }


class _DistanceBetweenCities(Result):
    distance_km: DistanceKm
    second_is_further_north: Annotated[
        bool,
        Kind("second city further north", "Whether the second city is at a more northern latitude than the first."),
    ]


@tool
def distance_between_cities(
    first_city: Annotated[CityName, Kind("first city")], second_city: Annotated[CityName, Kind("second city")]
) -> _DistanceBetweenCities:
    """Measure the straight-line (great-circle) distance between two cities in km, and tell which is further north."""
    a, b = find_city(first_city), find_city(second_city)
    if a == b:
        raise ToolkitError("Both names are the same city. Give two different cities.")
    return {
        "distance_km": round(great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude)),
        "second_is_further_north": b.latitude > a.latitude,
    }


class _CitiesAtSameLatitudeCity(Result):
    city: CityName
    country: Country
    latitude: Annotated[float, Kind("latitude", "Degrees, north positive.")]


class _CitiesAtSameLatitude(Result):
    cities: Annotated[
        list[_CitiesAtSameLatitudeCity], Kind("cities", "Five cities in other countries, closest in latitude first.")
    ]


@tool
def cities_at_same_latitude(city: CityName) -> _CitiesAtSameLatitude:
    """Find five cities, each in another country, whose latitude is closest to that of a given city."""
    origin = find_city(city)
    found: dict[str, City] = {}
    for other in sorted(cities().values(), key=lambda c: (abs(c.latitude - origin.latitude), c.name)):
        if other.country != origin.country:
            found.setdefault(other.country, other)
    return {
        "cities": [
            {"city": c.name, "country": c.country, "latitude": round(c.latitude, 2)} for c in list(found.values())[:5]
        ]
    }


class _CityAntipode(Result):
    latitude: Latitude
    longitude: Longitude
    city: CityName
    # A kind of its own: nobody drives or walks the distance from a point in the sea.
    distance_km: Annotated[DistanceKm, Kind(format="distance-to-city")]


@tool
def city_antipode(city: CityName) -> _CityAntipode:
    """Find the point on the globe opposite a city, and the large city nearest to that point."""
    origin = find_city(city)
    latitude = round(-origin.latitude, 4)
    longitude = round(origin.longitude - 180 if origin.longitude > 0 else origin.longitude + 180, 4)
    km, nearest = _nearest(latitude, longitude, 1)[0]
    return {"latitude": latitude, "longitude": longitude, "city": nearest.name, "distance_km": round(km)}


class _CitiesOfCountryCity(Result):
    city: CityName
    latitude: Annotated[float, Kind("latitude", "Degrees, north positive.")]


class _CitiesOfCountry(Result):
    cities: Annotated[
        list[_CitiesOfCountryCity],
        Kind("cities", "At most twelve of the large cities on record, from north to south; there are others."),
    ]
    on_record: Annotated[
        int, Kind("number of cities", "How many cities of the country this tool knows; the country has more.")
    ]


@tool
def cities_of_country(country: Annotated[CountryCode, Kind(examples=_WITH_CITIES)]) -> _CitiesOfCountry:
    """List some large cities of a country, those on record here, from north to south; the list is not complete."""
    own = sorted((c for c in cities().values() if c.country == country), key=lambda c: -c.latitude)
    if not own:
        raise ToolkitError(f"No city of {country_name(country)} is on record.")
    listed = own[:LIST_MAX]
    return {"cities": [{"city": c.name, "latitude": round(c.latitude, 2)} for c in listed], "on_record": len(own)}


TOOLS = [
    city_location, nearest_cities, distance_between_cities, cities_at_same_latitude, city_antipode, cities_of_country,
]  # fmt: skip
