"""Distances, bearings and positions on the Earth, taken as a sphere of the mean radius.

Great-circle formulas after Chris Veness, "Calculate distance, bearing and more between
latitude/longitude points"; the error against the ellipsoid stays below 0.6 %.
"""

import math
from itertools import pairwise
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, obj
from tool_registry.builtin.kinds import DISTANCE_KM, LATITUDE, LONGITUDE, PLACES, kind, output
from tool_registry.builtin.phrasebook import phrases

KIT = Toolkit("maps and distance")

#: Mean radius R1 of the WGS 84 ellipsoid.
EARTH_RADIUS_KM = 6371.0088

BEARING: dict[str, Any] = {
    "type": "number",
    "format": "bearing-degrees",
    "title": "bearing",
    "description": "Direction in degrees clockwise from true north.",
    "minimum": 0,
    "maximum": 360,
    "examples": [10, 15, 30, 45, 60, 75, 90, 110, 135, 150, 180, 200, 225, 250, 270, 290, 300, 315, 330, 345],
    "x-phrases": {"mention": ["a bearing of {} degrees", "a heading of {}°"], "again": "that bearing"},
}

AREA_KM2: dict[str, Any] = {
    "type": "number",
    "format": "area-km2",
    "title": "area",
    "description": "Area in square kilometres.",
    "minimum": 0,
}

RADIUS_KM = kind(
    DISTANCE_KM,
    format="radius-km",
    title="radius",
    description="Radius in kilometres.",
    minimum=0.1,
    maximum=5000,
    examples=[0.5, 1, 2, 5, 8, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250, 300, 500, 1000],
)

FROM_TO: dict[str, Any] = {
    "from_latitude": kind(LATITUDE, title="latitude of the start", description="Latitude of the first place."),
    "from_longitude": kind(LONGITUDE, title="longitude of the start", description="Longitude of the first place."),
    "to_latitude": kind(LATITUDE, title="latitude of the end", description="Latitude of the second place."),
    "to_longitude": kind(LONGITUDE, title="longitude of the end", description="Longitude of the second place."),
}

POINT: dict[str, Any] = {"latitude": kind(LATITUDE), "longitude": kind(LONGITUDE)}

START, END = "{from_latitude+from_longitude}", "{to_latitude+to_longitude}"
AT = "{latitude+longitude}"

FROM_TO_EXAMPLES = [
    {"from_latitude": a[0], "from_longitude": a[1], "to_latitude": b[0], "to_longitude": b[1]}
    for a, b in pairwise(PLACES)
]
POINT_EXAMPLES = [{"latitude": latitude, "longitude": longitude} for latitude, longitude, _ in PLACES]


def _central_angle(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_dphi, half_dlambda = (phi2 - phi1) / 2, math.radians(lon2 - lon1) / 2
    haversine = math.sin(half_dphi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_dlambda) ** 2
    return 2 * math.asin(min(1.0, math.sqrt(haversine)))


def _bearing(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    phi1, phi2, dlambda = math.radians(lat1), math.radians(lat2), math.radians(lon2 - lon1)
    east = math.sin(dlambda) * math.cos(phi2)
    north = math.cos(phi1) * math.sin(phi2) - math.sin(phi1) * math.cos(phi2) * math.cos(dlambda)
    return math.degrees(math.atan2(east, north)) % 360


def _degrees(phi: float, lambda_: float) -> dict[str, float]:
    longitude = (math.degrees(lambda_) + 540) % 360 - 180
    # Adding 0.0 turns the -0.0 that rounding can leave into 0.0.
    return {"latitude": round(math.degrees(phi), 5) + 0.0, "longitude": round(longitude, 5) + 0.0}


def _position(refer: list[str], again: str, what: str, kind_of_place: str = "") -> dict[str, Any]:
    """Return the schema of a result that is a place; one of a kind of its own is no start for other tools."""
    spoken = {"refer": refer, "again": again}
    names = {name: f"{kind_of_place}{name}" for name in ("latitude", "longitude")}
    return obj(
        {
            "latitude": output(
                LATITUDE, format=names["latitude"], description=f"Latitude of the {what}.", x_phrases=spoken
            ),
            "longitude": output(
                LONGITUDE, format=names["longitude"], description=f"Longitude of the {what}.", x_phrases=spoken
            ),
        }
    )


@KIT.tool(
    parameters=obj(
        FROM_TO,
        examples=FROM_TO_EXAMPLES,
        x_phrases=phrases(f"""
? how far it is from {START} to {END} as the crow flies
? the straight-line distance between {START} and {END}
? How many kilometres lie between {START} and {END}?
? What's the distance from {START} to {END} in a straight line?
? Measure the great-circle distance between {START} and {END}.
? Work out how far apart {START} and {END} are.
= It is {{/distance_km}} km from {START} to {END} as the crow flies.
= {START} and {END} are {{/distance_km}} km apart in a straight line.

~ I'm settling a bet about which trip is longer.
~ I'm putting together a travel map for my blog.
~ We're planning a drone delivery route.
~ My nephew keeps asking how far away everything is.
~ I want to log the distance of a flight in my travel journal.
"""),
    ),
    output=obj(
        {
            "distance_km": output(
                DISTANCE_KM,
                description="Shortest distance over the Earth's surface in kilometres.",
                x_phrases={
                    "refer": [
                        f"the distance from {START} to {END}",
                        f"the straight-line distance between {START} and {END}",
                    ],
                    "again": "that distance",
                },
            )
        }
    ),
)
def great_circle_distance(
    from_latitude: float, from_longitude: float, to_latitude: float, to_longitude: float
) -> dict[str, Any]:
    """Give the straight-line (great-circle) distance between two coordinates in kilometres; roads are longer."""
    angle = _central_angle(from_latitude, from_longitude, to_latitude, to_longitude)
    return {"distance_km": round(EARTH_RADIUS_KM * angle, 1)}


@KIT.tool(
    parameters=obj(
        FROM_TO,
        examples=FROM_TO_EXAMPLES,
        x_phrases=phrases(f"""
? which compass direction {END} is in, seen from {START}
? which way to head from {START} to reach {END}
? In which direction does {END} lie from {START}?
? What bearing should I follow from {START} towards {END}?
? Give me the compass heading from {START} to {END}.
= From {START}, {END} is at a bearing of {{/bearing}}°, or {{/compass_point}}.
= Head {{/compass_point}}, on {{/bearing}}°, to go from {START} to {END}.

? the bearing from {START} to {END} and the bearing back
? the compass headings for going from {START} to {END} and for returning
? What are the initial course from {START} to {END} and the course for the way back?
? Work out the headings both ways between {START} and {END}.
= Set out from {START} to {END} on {{/bearing}}°; the way back starts on {{/return_bearing}}°.
= The bearing out is {{/bearing}}° and the one back is {{/return_bearing}}°.

~ I'm aiming a directional antenna.
~ I'm putting up a signpost with arrows to faraway places.
~ I'm learning to navigate with a map and compass.
~ We're plotting a sailing leg.
"""),
    ),
    output=obj(
        {
            "bearing": output(
                BEARING,
                title="initial bearing",
                description="Direction at the start, in degrees clockwise from true north.",
                x_phrases={
                    "refer": [
                        f"the bearing from {START} to {END}",
                        f"the compass heading from {START} to {END}",
                    ],
                    "again": "that bearing",
                },
            ),
            "return_bearing": output(
                BEARING,
                title="return bearing",
                description="Direction at the second place back to the first, in degrees.",
                x_phrases={
                    "refer": [f"the bearing back from {END} to {START}"],
                    "again": "that return bearing",
                },
            ),
            "compass_point": {
                "type": "string",
                "format": "compass-point",
                "title": "compass point",
                "description": "Nearest of the 16 compass points, such as NNE.",
            },
        }
    ),
)
def compass_bearing(
    from_latitude: float, from_longitude: float, to_latitude: float, to_longitude: float
) -> dict[str, Any]:
    """Give the direction to take from one coordinate to another along the shortest way, and the way back."""
    if (from_latitude, from_longitude) == (to_latitude, to_longitude):
        raise ToolkitError("The two places are the same, so there is no direction between them.")
    bearing = _bearing(from_latitude, from_longitude, to_latitude, to_longitude)
    points = (
        "N",
        "NNE",
        "NE",
        "ENE",
        "E",
        "ESE",
        "SE",
        "SSE",
        "S",
        "SSW",
        "SW",
        "WSW",
        "W",
        "WNW",
        "NW",
        "NNW",
    )
    return {
        "bearing": round(bearing, 1) % 360,
        "return_bearing": round(_bearing(to_latitude, to_longitude, from_latitude, from_longitude), 1) % 360,
        "compass_point": points[round(bearing / 22.5) % 16],
    }


@KIT.tool(
    parameters=obj(
        FROM_TO,
        examples=FROM_TO_EXAMPLES,
        x_phrases=phrases(f"""
? which point is halfway between {START} and {END}
? the coordinates of the midpoint between {START} and {END}
? Where exactly is the middle of the way from {START} to {END}?
? What's the halfway point between {START} and {END}?
? Find the spot that is equally far from {START} and {END}.
= The halfway point is at {{/latitude}}, {{/longitude}}.
= Halfway between {START} and {END} you are at {{/latitude}}, {{/longitude}}.

~ My best friend and I live far apart and want to meet in the middle.
~ We're looking for a fair place to hold the team meeting.
~ I'm curious where the plane will be halfway.
~ Our two families want to share a holiday somewhere in between.
"""),
    ),
    output=_position(
        [f"the midpoint between {START} and {END}", f"the point halfway between {START} and {END}"],
        "that midpoint",
        "midpoint",
    ),
)
def halfway_point(
    from_latitude: float, from_longitude: float, to_latitude: float, to_longitude: float
) -> dict[str, Any]:
    """Give the coordinates halfway along the shortest way between two coordinates."""
    if math.pi - _central_angle(from_latitude, from_longitude, to_latitude, to_longitude) < 1e-6:
        raise ToolkitError("The places are exactly opposite on the globe, so every way round has a midpoint.")
    phi1, phi2 = math.radians(from_latitude), math.radians(to_latitude)
    dlambda = math.radians(to_longitude - from_longitude)
    x, y = math.cos(phi2) * math.cos(dlambda), math.cos(phi2) * math.sin(dlambda)
    phi = math.atan2(math.sin(phi1) + math.sin(phi2), math.hypot(math.cos(phi1) + x, y))
    return _degrees(phi, math.radians(from_longitude) + math.atan2(y, math.cos(phi1) + x))


@KIT.tool(
    parameters=obj(
        {
            **POINT,
            "bearing": BEARING,
            "distance_km": kind(
                DISTANCE_KM,
                minimum=0.1,
                maximum=20000,
                examples=[0.8, 1.5, 3, 5, 10, 12.5, 20, 150, 200, 300, 500, 800, 1000, 2500],
            ),
        },
        examples=[
            {**point, "bearing": bearing, "distance_km": distance}
            for point, bearing, distance in zip(
                POINT_EXAMPLES,
                (45, 90, 225, 310, 180, 75, 270, 15),
                (100, 25, 300, 1000, 50, 12, 2500, 500),
                strict=False,
            )
        ],
        x_phrases=phrases(f"""
? where I end up after going {{distance_km}} from {AT} on {{bearing}}
? the coordinates you reach from {AT} by following {{bearing}} for {{distance_km}}
? Starting at {AT} on {{bearing}}, which point do I reach after {{distance_km}}?
? If I leave {AT} on {{bearing}} and go {{distance_km}}, where am I?
? Project a point from {AT} along {{bearing}} over {{distance_km}}.
= After {{distance_km}} you end up at latitude {{/latitude}}, longitude {{/longitude}}.
= Going {{distance_km}} from {AT} takes you to latitude {{/latitude}}, longitude {{/longitude}}.

~ I'm solving a geocaching puzzle.
~ We're estimating where a drifting balloon came down.
~ I'm setting up a waypoint for a sailing trip.
~ I'm planning a drone flight in a straight line.
"""),
    ),
    output=_position(
        [
            f"the point reached from {AT} by following {{bearing}} for {{distance_km}}",
            f"the place reached from {AT} on {{bearing}} after {{distance_km}}",
        ],
        "that point",
        "point reached",
        "reached-",
    ),
)
def destination_point(latitude: float, longitude: float, bearing: float, distance_km: float) -> dict[str, Any]:
    """Give the coordinates reached from a point by going a distance straight ahead on an initial bearing."""
    phi, theta, delta = math.radians(latitude), math.radians(bearing), distance_km / EARTH_RADIUS_KM
    sine = math.sin(phi) * math.cos(delta) + math.cos(phi) * math.sin(delta) * math.cos(theta)
    end = math.asin(max(-1.0, min(1.0, sine)))
    east = math.sin(theta) * math.sin(delta) * math.cos(phi)
    turn = math.atan2(east, math.cos(delta) - math.sin(phi) * math.sin(end))
    return _degrees(end, math.radians(longitude) + turn)


@KIT.tool(
    parameters=obj(
        {**POINT, "radius_km": RADIUS_KM},
        examples=[
            {**point, "radius_km": radius}
            for point, radius in zip(POINT_EXAMPLES, (5, 10, 25, 50, 100, 2, 250), strict=False)
        ],
        x_phrases=phrases(f"""
? the bounding box that takes in everything within {{radius_km}} of {AT}
? which latitudes and longitudes enclose a radius of {{radius_km}} around {AT}
? What map edges do I need to cover {{radius_km}} around {AT}?
? Which box on the map encloses a circle of {{radius_km}} around {AT}?
? Compute the bounding box around {AT} with a radius of {{radius_km}}.
= The box around {AT} spans {{/south}} to {{/north}} in latitude and {{/west}} to {{/east}} in longitude.
= Within {{radius_km}}, the box runs from latitude {{/south}} to {{/north}} and from longitude {{/west}} to
    {{/east}}.

~ I want to download an offline map before the trip.
~ I'm setting up a property alert.
~ I need to filter a table of places on a map.
~ We're preparing a wildlife survey.
"""),
    ),
    output=obj(
        {
            edge: {
                "type": "number",
                "title": f"{edge}ern edge",
                "description": f"{axis} of the box's {edge}ern edge in decimal degrees.",
            }
            for edge, axis in {
                "north": "Latitude",
                "south": "Latitude",
                "east": "Longitude",
                "west": "Longitude",
            }.items()
        }
    ),
)
def bounding_box(latitude: float, longitude: float, radius_km: float) -> dict[str, Any]:
    """Give the smallest box of latitudes and longitudes that encloses a circle around a point."""
    delta = math.degrees(radius_km / EARTH_RADIUS_KM)
    north, south = latitude + delta, latitude - delta
    if north >= 90 or south <= -90:
        raise ToolkitError("The circle takes in a pole, so no box encloses it; choose a smaller radius.")
    width = math.degrees(math.asin(math.sin(math.radians(delta)) / math.cos(math.radians(latitude))))
    return {
        "north": round(north, 4),
        "south": round(south, 4),
        "east": round((longitude + width + 540) % 360 - 180, 4),
        "west": round((longitude - width + 540) % 360 - 180, 4),
    }


@KIT.tool(
    parameters=obj(
        POINT,
        examples=POINT_EXAMPLES,
        x_phrases=phrases(f"""
? the Maidenhead locator for {AT}
? which grid square {AT} is in for ham radio
? What's the QTH locator of {AT}?
? Give me the amateur radio grid square for {AT}.
= The Maidenhead locator is {{/maidenhead}}.
= The grid square of {AT} is {{/maidenhead}}.

? the geohash and UTM zone of {AT}
? Which geohash and UTM zone belong to {AT}?
? Convert {AT} to a geohash and tell me the UTM zone as well.
? which UTM zone {AT} falls in, along with the geohash
= The geohash of {AT} is {{/geohash}} and its UTM zone is {{/utm_zone}}.

~ I got my amateur radio licence last week.
~ I'm filling in a logbook entry for a radio contact.
~ I'm indexing places in a spatial database.
~ The survey form wants a grid reference.
"""),
    ),
    output=obj(
        {
            "maidenhead": {
                "type": "string",
                "format": "maidenhead-locator",
                "title": "Maidenhead locator",
                "description": "Six-character Maidenhead locator.",
            },
            "geohash": {
                "type": "string",
                "format": "geohash",
                "title": "geohash",
                "description": "Geohash of 7 characters, a cell of about 150 m.",
            },
            "utm_zone": {
                "type": "integer",
                "title": "UTM zone",
                "description": "Number of the 6° wide UTM zone, without the exceptions around Norway.",
            },
        }
    ),
)
def map_grid_codes(latitude: float, longitude: float) -> dict[str, Any]:
    """Give the codes of the map grid cells around a coordinate: Maidenhead locator, geohash and UTM zone."""
    x, y = min((longitude + 180) / 360, 1 - 1e-12), min((latitude + 90) / 180, 1 - 1e-12)
    field, square, sub = (int(x * 18), int(x * 180) % 10, int(x * 4320) % 24)
    lat_field, lat_square, lat_sub = (int(y * 18), int(y * 180) % 10, int(y * 4320) % 24)
    bits = 0
    for i in range(35):
        # Geohash takes the bits of longitude and latitude in turn, longitude first.
        bits = bits << 1 | int((y if i % 2 else x) * 2 ** (i // 2 + 1)) & 1
    alphabet = "0123456789bcdefghjkmnpqrstuvwxyz"
    return {
        "maidenhead": f"{chr(65 + field)}{chr(65 + lat_field)}{square}{lat_square}{chr(97 + sub)}{chr(97 + lat_sub)}",
        "geohash": "".join(alphabet[bits >> shift & 31] for shift in range(30, -1, -5)),
        "utm_zone": int(x * 60) + 1,
    }


@KIT.tool(
    parameters=obj(
        {"radius_km": RADIUS_KM},
        examples=[{"radius_km": 5}, {"radius_km": 36}, {"radius_km": 500}],
        x_phrases=phrases("""
? how large the area within a radius of {radius_km} is
? how many square kilometres a circle with a radius of {radius_km} covers
? What area does a circle with a radius of {radius_km} take in?
? Compute the area that lies within a radius of {radius_km}.
= It covers {/area_km2} km².
= The area within {radius_km} comes to {/area_km2} square kilometres.

~ I'm sizing a delivery zone.
~ We're planning how many volunteers a search needs.
~ The council wants to know how large the exclusion zone would be.
~ I'm comparing the coverage of radio masts.
"""),
    ),
    output=obj({"area_km2": output(AREA_KM2, x_phrases={"refer": ["the area within {radius_km}"]})}),
)
def area_within_radius(radius_km: float) -> dict[str, Any]:
    """Give the area of the Earth's surface within a radius of a point, in square kilometres."""
    return {
        "area_km2": round(
            2 * math.pi * EARTH_RADIUS_KM**2 * (1 - math.cos(radius_km / EARTH_RADIUS_KM)),
            1,
        )
    }
