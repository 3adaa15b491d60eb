"""Distances, bearings and positions on the Earth, taken as a sphere of the mean radius.

Great-circle formulas after Chris Veness, "Calculate distance, bearing and more between
latitude/longitude points"; the error against the ellipsoid stays below 0.6 %.
"""

import math
from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import DistanceKm, Latitude, Longitude
from tool_registry.declare import Kind

tool = pure(category="maps and distance")

#: Mean radius R1 of the WGS 84 ellipsoid.
EARTH_RADIUS_KM = 6371.0088

Bearing = Annotated[
    float,
    Kind(
        "bearing",
        "Direction in degrees clockwise from true north.",
        format="bearing-degrees",
        minimum=0,
        maximum=360,
        examples=[10, 15, 30, 45, 60, 75, 90, 110, 135, 150, 180, 200, 225, 250, 270, 290, 300, 315, 330, 345],
        mention=["a bearing of {} degrees", "a heading of {}°"],
        again="that bearing",
    ),
]

AreaKm2 = Annotated[float, Kind("area", "Area in square kilometres.", format="area-km2", minimum=0)]

RadiusKm = Annotated[
    float,
    Kind(
        "radius",
        "Radius in kilometres.",
        format="radius-km",
        minimum=0.1,
        maximum=5000,
        examples=[0.5, 1, 2, 5, 8, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250, 300, 500, 1000],
        mention=["{} kilometres", "{} km"],
        again="that distance",
    ),
]


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


def _degrees(phi: float, lambda_: float) -> tuple[float, float]:
    """Return latitude and longitude."""
    longitude = (math.degrees(lambda_) + 540) % 360 - 180
    # Adding 0.0 turns the -0.0 that rounding can leave into 0.0.
    return round(math.degrees(phi), 5) + 0.0, round(longitude, 5) + 0.0


FromLongitude = Annotated[Longitude, Kind("longitude of the start", "Longitude of the first place.")]
ToLongitude = Annotated[Longitude, Kind("longitude of the end", "Longitude of the second place.")]
FromLatitude = Annotated[Latitude, Kind("latitude of the start", "Latitude of the first place.")]
ToLatitude = Annotated[Latitude, Kind("latitude of the end", "Latitude of the second place.")]


class _GreatCircleDistance(Result):
    distance_km: Annotated[DistanceKm, Kind(description="Shortest distance over the Earth's surface in kilometres.")]


@tool
def great_circle_distance(
    from_latitude: FromLatitude, from_longitude: FromLongitude, to_latitude: ToLatitude, to_longitude: ToLongitude
) -> _GreatCircleDistance:
    """Give the straight-line (great-circle) distance between two coordinates in kilometres; roads are longer."""
    angle = _central_angle(from_latitude, from_longitude, to_latitude, to_longitude)
    return {"distance_km": round(EARTH_RADIUS_KM * angle, 1)}


class _CompassBearing(Result):
    bearing: Annotated[
        Bearing, Kind("initial bearing", "Direction at the start, in degrees clockwise from true north.")
    ]
    return_bearing: Annotated[
        Bearing, Kind("return bearing", "Direction at the second place back to the first, in degrees.")
    ]
    compass_point: Annotated[
        str, Kind("compass point", "Nearest of the 16 compass points, such as NNE.", format="compass-point")
    ]


@tool
def compass_bearing(
    from_latitude: FromLatitude, from_longitude: FromLongitude, to_latitude: ToLatitude, to_longitude: ToLongitude
) -> _CompassBearing:
    """Give the direction to take from one coordinate to another along the shortest way, and the way back."""
    if (from_latitude, from_longitude) == (to_latitude, to_longitude):
        raise ToolkitError("The two places are the same, so there is no direction between them.")
    bearing = _bearing(from_latitude, from_longitude, to_latitude, to_longitude)
    points = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
    return {
        "bearing": round(bearing, 1) % 360,
        "return_bearing": round(_bearing(to_latitude, to_longitude, from_latitude, from_longitude), 1) % 360,
        "compass_point": points[round(bearing / 22.5) % 16],
    }


class _HalfwayPoint(Result):
    latitude: Annotated[Latitude, Kind(description="Latitude of the midpoint.")]
    longitude: Annotated[Longitude, Kind(description="Longitude of the midpoint.")]


@tool
def halfway_point(
    from_latitude: FromLatitude, from_longitude: FromLongitude, to_latitude: ToLatitude, to_longitude: ToLongitude
) -> _HalfwayPoint:
    """Give the coordinates halfway along the shortest way between two coordinates."""
    if math.pi - _central_angle(from_latitude, from_longitude, to_latitude, to_longitude) < 1e-6:
        raise ToolkitError("The places are exactly opposite on the globe, so every way round has a midpoint.")
    phi1, phi2 = math.radians(from_latitude), math.radians(to_latitude)
    dlambda = math.radians(to_longitude - from_longitude)
    x, y = math.cos(phi2) * math.cos(dlambda), math.cos(phi2) * math.sin(dlambda)
    phi = math.atan2(math.sin(phi1) + math.sin(phi2), math.hypot(math.cos(phi1) + x, y))
    latitude, longitude = _degrees(phi, math.radians(from_longitude) + math.atan2(y, math.cos(phi1) + x))
    return {"latitude": latitude, "longitude": longitude}


class _DestinationPoint(Result):
    latitude: Annotated[
        float, Kind("latitude", "Latitude of the point reached.", format="reached-latitude", minimum=-90, maximum=90)
    ]
    longitude: Annotated[
        float,
        Kind("longitude", "Longitude of the point reached.", format="reached-longitude", minimum=-180, maximum=180),
    ]


@tool
def destination_point(
    latitude: Latitude,
    longitude: Longitude,
    bearing: Bearing,
    distance_km: Annotated[DistanceKm, Kind(minimum=0.1, maximum=20_000)],
) -> _DestinationPoint:
    """Give the coordinates reached from a point by going a distance straight ahead on an initial bearing."""
    phi, theta, delta = math.radians(latitude), math.radians(bearing), distance_km / EARTH_RADIUS_KM
    sine = math.sin(phi) * math.cos(delta) + math.cos(phi) * math.sin(delta) * math.cos(theta)
    end = math.asin(max(-1.0, min(1.0, sine)))
    east = math.sin(theta) * math.sin(delta) * math.cos(phi)
    turn = math.atan2(east, math.cos(delta) - math.sin(phi) * math.sin(end))
    reached = _degrees(end, math.radians(longitude) + turn)
    return {"latitude": reached[0], "longitude": reached[1]}


class _BoundingBox(Result):
    north: Annotated[float, Kind("northern edge", "Latitude of the box's northern edge in decimal degrees.")]
    south: Annotated[float, Kind("southern edge", "Latitude of the box's southern edge in decimal degrees.")]
    east: Annotated[float, Kind("eastern edge", "Longitude of the box's eastern edge in decimal degrees.")]
    west: Annotated[float, Kind("western edge", "Longitude of the box's western edge in decimal degrees.")]


@tool
def bounding_box(latitude: Latitude, longitude: Longitude, radius_km: RadiusKm) -> _BoundingBox:
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


class _MapGridCodes(Result):
    maidenhead: Annotated[
        str, Kind("Maidenhead locator", "Six-character Maidenhead locator.", format="maidenhead-locator")
    ]
    geohash: Annotated[str, Kind("geohash", "Geohash of 7 characters, a cell of about 150 m.", format="geohash")]
    utm_zone: Annotated[int, Kind("UTM zone", "Number of the 6° wide UTM zone, without the exceptions around Norway.")]


@tool
def map_grid_codes(latitude: Latitude, longitude: Longitude) -> _MapGridCodes:
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


class _AreaWithinRadius(Result):
    area_km2: AreaKm2


@tool
def area_within_radius(radius_km: RadiusKm) -> _AreaWithinRadius:
    """Give the area of the Earth's surface within a radius of a point, in square kilometres."""
    return {"area_km2": round(2 * math.pi * EARTH_RADIUS_KM**2 * (1 - math.cos(radius_km / EARTH_RADIUS_KM)), 1)}


TOOLS = [
    great_circle_distance, compass_bearing, halfway_point, destination_point, bounding_box, map_grid_codes,
    area_within_radius,
]  # fmt: skip
