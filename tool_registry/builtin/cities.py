"""Cities: where the world's capitals and other large cities are, and how they lie to one another."""

from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, array, obj
from tool_registry.builtin.gazetteer import City, cities, country_name, find_city, great_circle_km
from tool_registry.builtin.kinds import CITY, COUNTRY, DISTANCE_KM, LATITUDE, LONGITUDE, TIMEZONE, kind, plain_country
from tool_registry.builtin.phrasebook import phrases, told

#: Countries of which two or more cities are on record.
_WITH_CITIES = (
    "US GB CA AU DE FR IT ES JP CN IN BR MX CH NO NZ ZA CO MA PL AT PK SA AE NG NL TR BE GR TH KR PE ID SE VN IL PT"
).split()

KIT = Toolkit("cities")

LIST_MAX = 12


def _nearest(latitude: float, longitude: float, count: int) -> list[tuple[float, City]]:
    ranked = sorted(
        ((great_circle_km(latitude, longitude, city.latitude, city.longitude), city) for city in cities().values()),
        key=lambda row: (row[0], row[1].name),
    )
    return ranked[:count]


@KIT.tool(
    parameters=obj(
        {"city": kind(CITY)},
        examples=[{"city": "Lisbon"}, {"city": "Kathmandu"}, {"city": "Vancouver"}],
        x_phrases=phrases("""
? which country {city} is in
? What country is {city} in?
? Find the country that {city} belongs to.
? which country I'd be in if I went to {city}
= {city} is in {/country}.
= The country that {city} belongs to is {/country}.

? where {city} is on the map, in degrees of latitude and longitude
? What are the coordinates of {city}?
? Look up the latitude and longitude of {city}.
? Where exactly is {city}, in coordinates?
= {city} is at latitude {/latitude}, longitude {/longitude}.
= Its coordinates are {/latitude}, {/longitude}.

? which time zone {city} is in
? What time zone does {city} use?
? Look up the time zone of {city}, please.
? Which time zone should I pick in my calendar for {city}?
= {city} is in the {/timezone} time zone.
= The time zone is {/timezone}.

? whether {city} is a national capital
? Is {city} the capital of its country?
? Check if {city} is a capital city.
? Does {city} happen to be a national capital?
= {/is_capital?Yes, it is:No, it is not} the capital of its country.
= {city} {/is_capital?is:is not} a national capital.

~ I'm moving to {city} in autumn.
~ A new colleague works from {city}.
~ I'm setting up a sundial for a friend in {city}.
~ I'm putting together a geography quiz.
~ We're thinking of {city} for the next company meeting.
"""),
    ),
    output=obj(
        {
            "country": told(COUNTRY, "the country {city} is in", "the country that {city} belongs to"),
            "latitude": told(LATITUDE, "the location of {city}", "the coordinates of {city}", again="that location"),
            "longitude": told(LONGITUDE, "the location of {city}", "the coordinates of {city}", again="that location"),
            "timezone": told(TIMEZONE, "the time zone of {city}", "the local time zone in {city}"),
            "is_capital": {
                "type": "boolean",
                "title": "capital",
                "description": "Whether the city is the capital of its country.",
            },
        }
    ),
)
def city_location(city: str) -> dict[str, Any]:
    """Look up a large city by name: its country, coordinates, time zone and whether it is a capital."""
    found = find_city(city)
    return {
        "country": found.country,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "timezone": found.timezone,
        "is_capital": found.is_capital,
    }


@KIT.tool(
    parameters=obj(
        {
            "latitude": kind(
                LATITUDE, examples=[46.5, 36.1, 44.0, 20.0, -22.0, 55.9, 61.2, -41.3, 9.9, 33.4, 50.1, 28.2]
            ),
            "longitude": kind(LONGITUDE, examples=[7.9, -112.1, 11.0, -101.0, -48.0, 14.2, 24.5, 173.2, -84.1, 35.9]),
        },
        examples=[
            {"latitude": 46.56, "longitude": 7.98},
            {"latitude": 36.1, "longitude": -112.11},
            {"latitude": 27.99, "longitude": 86.93},
            {"latitude": -13.16, "longitude": -72.55},
            {"latitude": 51.18, "longitude": -1.83},
        ],
        x_phrases=phrases("""
? which large city is closest to {latitude+longitude}
? What is the nearest big city to {latitude+longitude}?
? Which city would I reach first from {latitude+longitude}?
? Find the large city nearest to {latitude+longitude}.
= The large city closest to {latitude+longitude} is {/cities/0/city}, {/cities/0/distance_km} km away.
= From {latitude+longitude}, {/cities/0/city} is the closest, at {/cities/0/distance_km} km.

? which big cities are around {latitude+longitude}
? What large cities lie near {latitude+longitude}, and how far off are they?
? List the large cities closest to {latitude+longitude} with their distances.
? Which cities can I visit from {latitude+longitude}, nearest first with distances?
= The cities nearest to {latitude+longitude} are {/cities/*|[city] ([distance_km] km)}.
= Around {latitude+longitude} there are, nearest first, {/cities/*|[city] ([distance_km] km)}.

~ I have a pin on a map and no idea what's nearby.
~ I'm tracing an old photo by its coordinates.
~ A friend sent me only their position.
~ We're choosing a base for day trips.
"""),
    ),
    output=obj(
        {
            "cities": array(
                obj(
                    {
                        "city": told(
                            CITY,
                            "the {#} closest large city to {latitude+longitude}",
                            "the {#} nearest city to {latitude+longitude}",
                        ),
                        "country": plain_country("Country of the city."),
                        "distance_km": told(
                            DISTANCE_KM,
                            "the distance from {latitude+longitude} to the {#} closest large city",
                        ),
                    }
                ),
                title="cities",
                description="The five nearest cities on record, nearest first.",
            )
        }
    ),
)
def nearest_cities(latitude: float, longitude: float) -> dict[str, Any]:
    """Find the five capitals or large cities on record that are nearest to coordinates, in a straight line."""
    return {
        "cities": [
            {"city": city.name, "country": city.country, "distance_km": round(km, 1)}
            for km, city in _nearest(latitude, longitude, 5)
        ]
    }


@KIT.tool(
    parameters=obj(
        {
            "first_city": kind(CITY, title="first city"),
            "second_city": kind(CITY, title="second city"),
        },
        examples=[
            {"first_city": "London", "second_city": "Paris"},
            {"first_city": "Madrid", "second_city": "Buenos Aires"},
            {"first_city": "Sydney", "second_city": "Auckland"},
            {"first_city": "Chicago", "second_city": "New Orleans"},
        ],
        x_phrases=phrases("""
? how far apart {first_city} and {second_city} are
? How many kilometres is it from {first_city} to {second_city}?
? What's the straight-line distance between {first_city} and {second_city}?
? Measure the distance from {first_city} to {second_city} as the crow flies.
? how far {second_city} is from {first_city}
= From {first_city} to {second_city} it is {/distance_km} km in a straight line.
= They are {/distance_km} kilometres apart.

? whether {second_city} lies further north than {first_city}
? Is {second_city} further north than {first_city}?
? Check if {second_city} is to the north of {first_city}.
? Would I be heading north, going from {first_city} to {second_city}?
= {/second_is_further_north?Yes, it is:No, it is not} further north.
= {second_city} {/second_is_further_north?is:is not} further north than {first_city}.

~ We're in a long-distance relationship.
~ I'm drawing a map of where my friends live.
~ We're arguing about which of our home towns is further away.
~ I'm settling a bet about geography.
"""),
    ),
    output=obj(
        {
            "distance_km": told(
                DISTANCE_KM,
                "the distance between {first_city} and {second_city}",
                "the distance from {first_city} to {second_city}",
            ),
            "second_is_further_north": {
                "type": "boolean",
                "title": "second city further north",
                "description": "Whether the second city is at a more northern latitude than the first.",
            },
        }
    ),
)
def distance_between_cities(first_city: str, second_city: str) -> dict[str, Any]:
    """Measure the straight-line (great-circle) distance between two cities in km, and tell which is further north."""
    a, b = find_city(first_city), find_city(second_city)
    if a == b:
        raise ToolkitError("Both names are the same city. Give two different cities.")
    return {
        "distance_km": round(great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude)),
        "second_is_further_north": b.latitude > a.latitude,
    }


@KIT.tool(
    parameters=obj(
        {"city": kind(CITY)},
        examples=[{"city": "Rome"}, {"city": "Edinburgh"}, {"city": "Cape Town"}],
        x_phrases=phrases("""
? which cities lie at about the same latitude as {city}
? What other cities are as far north or south as {city}?
? Which cities in other countries share their latitude with {city}?
? Name cities abroad on roughly the same parallel as {city}.
? which foreign cities are level with {city} on the globe
= At about the same latitude as {city} are {/cities/*/city}.
= Level with {city} are {/cities/*|[city] ([latitude]°)}.

~ I'm curious how the daylight compares with other places.
~ I'd like to know where the sun is as high as in {city}.
~ I'm making a geography quiz for my class.
~ My daughter asked what's straight across the ocean.
"""),
    ),
    output=obj(
        {
            "cities": array(
                obj(
                    {
                        "city": told(
                            CITY,
                            "the {#} closest city abroad in latitude to {city}",
                            "the {#} city abroad most level with {city}",
                            again="that foreign city",
                        ),
                        "country": plain_country("Country of the city."),
                        "latitude": {
                            "type": "number",
                            "title": "latitude",
                            "description": "Degrees, north positive.",
                        },
                    }
                ),
                title="cities",
                description="Five cities in other countries, closest in latitude first.",
            )
        }
    ),
)
def cities_at_same_latitude(city: str) -> dict[str, Any]:
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


@KIT.tool(
    parameters=obj(
        {"city": kind(CITY)},
        examples=[{"city": "Madrid"}, {"city": "Honolulu"}, {"city": "Beijing"}],
        x_phrases=phrases("""
? which big city is closest to the exact opposite side of the world from {city}
? What large city is nearest to the point opposite {city} on the globe?
? If I dug straight through the Earth from {city}, which big city would be nearest to where I come out?
? Find the large city closest to the antipode of {city}.
= {/city} is closest, {/distance_km} km from the point opposite {city}.
= The large city nearest to the antipode of {city} is {/city}, {/distance_km} km from it.

? the coordinates of the antipode of {city}
? What are the coordinates of the point opposite {city} on the globe?
? Work out latitude and longitude of the spot exactly on the other side of the world from {city}.
? where exactly the other end of the Earth is as seen from {city}, in coordinates
= The point opposite {city} is at latitude {/latitude}, longitude {/longitude}.
= The antipode of {city} lies at latitude {/latitude}, longitude {/longitude}.

~ My son wants to dig a hole to the other side of the Earth.
~ I'd like to travel as far from {city} as I can.
~ I'm writing a children's book about the globe.
~ We were wondering about this over dinner.
"""),
    ),
    output=obj(
        {
            "latitude": told(
                LATITUDE,
                "the point opposite {city} on the globe",
                "the antipode of {city}",
                again="that point",
            ),
            "longitude": told(
                LONGITUDE,
                "the point opposite {city} on the globe",
                "the antipode of {city}",
                again="that point",
            ),
            "city": told(
                CITY,
                "the large city nearest to the antipode of {city}",
                "the big city closest to the other side of the world from {city}",
                again="that far-off city",
            ),
            # A kind of its own: nobody drives or walks the distance from a point in the sea.
            "distance_km": told(
                DISTANCE_KM,
                "the distance from the antipode of {city} to the nearest large city",
                format="distance-to-city",
            ),
        }
    ),
)
def city_antipode(city: str) -> dict[str, Any]:
    """Find the point on the globe opposite a city, and the large city nearest to that point."""
    origin = find_city(city)
    latitude = round(-origin.latitude, 4)
    longitude = round(origin.longitude - 180 if origin.longitude > 0 else origin.longitude + 180, 4)
    km, nearest = _nearest(latitude, longitude, 1)[0]
    return {
        "latitude": latitude,
        "longitude": longitude,
        "city": nearest.name,
        "distance_km": round(km),
    }


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY, examples=_WITH_CITIES)},
        examples=[{"country": "DE"}, {"country": "US"}, {"country": "JP"}],
        x_phrases=phrases("""
? some large cities of {country}, from north to south
? What are some big cities of {country}, going north to south?
? List a few large cities in {country}, from north to south.
? Name some major cities of {country} in order from north to south.
= From north to south, large cities of {country} are, among others, {/cities/*/city}.
= Some large cities of {country}, going south: {/cities/*/city}.

~ We're planning a round trip and don't know where to start.
~ I'm looking for a city to study in.
~ I have to learn the map for a geography test.
~ We're moving and are open to any big city.
"""),
    ),
    output=obj(
        {
            "cities": array(
                obj(
                    {
                        "city": told(
                            CITY,
                            "the {#} city on a list of large cities of {country} from north to south",
                            "the {#} of some big cities of {country}, going south",
                        ),
                        "latitude": {
                            "type": "number",
                            "title": "latitude",
                            "description": "Degrees, north positive.",
                        },
                    }
                ),
                title="cities",
                description="At most twelve of the large cities on record, from north to south; there are others.",
            ),
            "on_record": {
                "type": "integer",
                "title": "number of cities",
                "description": "How many cities of the country this tool knows; the country has more.",
            },
        }
    ),
)
def cities_of_country(country: str) -> dict[str, Any]:
    """List some large cities of a country, those on record here, from north to south; the list is not complete."""
    own = sorted((c for c in cities().values() if c.country == country), key=lambda c: -c.latitude)
    if not own:
        raise ToolkitError(f"No city of {country_name(country)} is on record.")
    listed = own[:LIST_MAX]
    return {
        "cities": [{"city": c.name, "latitude": round(c.latitude, 2)} for c in listed],
        "on_record": len(own),
    }
