"""The planets and the seasons: places in the sky, risings and settings, equinoxes and solstices (PyEphem)."""

from datetime import datetime
from math import degrees
from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.ephemeris import KM_PER_AU, NAKED_EYE, Planet, body_at, observer_at, rise_and_set, utc
from tool_registry.builtin.kinds import Day, DistanceKm, Latitude, Longitude, PlainMoment, Year
from tool_registry.builtin.local_time import MomentToLook, Zone, clock, solar_day, written
from tool_registry.declare import Kind

tool = pure(category="astronomy")

Constellation = Annotated[str, Kind("constellation", "Latin name of the constellation.")]


class _PlanetPosition(Result):
    constellation: Constellation
    distance_km: Annotated[DistanceKm, Kind("distance to the planet", "Distance from the Earth in kilometres.")]
    light_minutes: Annotated[float, Kind("light travel time", "Minutes that light takes from the planet to the Earth.")]
    magnitude: Annotated[
        float, Kind("apparent magnitude", "Apparent brightness; lower is brighter, 6 is the naked eye's limit.")
    ]


@tool
def planet_position(planet: Planet, moment: MomentToLook) -> _PlanetPosition:
    """Find a planet's constellation, distance, brightness and how long its light takes at one moment."""
    import ephem

    body = body_at(planet, datetime.fromisoformat(moment))
    kilometres = body.earth_distance * KM_PER_AU
    return {
        "constellation": ephem.constellation(body)[1],
        "distance_km": int(round(kilometres, -3)),
        "light_minutes": round(kilometres / 299_792.458 / 60, 1),
        "magnitude": round(body.mag, 1),
    }


class _PlanetInTheSky(Result):
    is_up: Annotated[bool, Kind("planet above the horizon", "Whether the planet is above the horizon.")]
    height_degrees: Annotated[
        float, Kind("height of the planet", "Degrees above the horizon; negative when it is below.")
    ]
    azimuth_degrees: Annotated[
        float,
        Kind(
            "direction of the planet",
            "Compass bearing in degrees clockwise from north.",
            format="direction-of-the-planet",
            minimum=0,
            maximum=360,
        ),
    ]


@tool
def planet_in_the_sky(
    planet: Planet, latitude: Latitude, longitude: Longitude, moment: MomentToLook
) -> _PlanetInTheSky:
    """Find whether a planet is above the horizon at a place at one moment, how high and which way."""
    body = body_at(planet, observer_at(latitude, longitude, datetime.fromisoformat(moment)))
    height = round(degrees(body.alt), 1) + 0.0
    return {"is_up": height > 0, "height_degrees": height, "azimuth_degrees": round(degrees(body.az), 1)}


class _PlanetRiseAndSet(Result):
    rises: Annotated[
        PlainMoment, Kind("rising", "The first rising after the beginning of the day; it may fall on the next day.")
    ]
    sets: Annotated[PlainMoment, Kind("setting", "The setting that follows the rising; it may fall on the next day.")]


@tool
def planet_rise_and_set(
    planet: Planet, latitude: Latitude, longitude: Longitude, date: Day, timezone: Zone = "UTC"
) -> _PlanetRiseAndSet:
    """Find when a planet rises and sets at a place after the beginning of a date, in UTC or a time zone."""
    rising, setting, zone = rise_and_set(planet, latitude, longitude, date, timezone)
    return {"rises": written(rising, zone), "sets": written(setting, zone)}


class _Planet(Result):
    planet: Annotated[Planet, Kind(description="Name of the planet.", oneOf=None)]
    constellation: Constellation
    height_degrees: Annotated[float, Kind("height", "Degrees above the horizon.")]


class _PlanetsInTheEvening(Result):
    count: Annotated[int, Kind("number of planets", "How many planets are up.")]
    planets: Annotated[
        list[Annotated[_Planet, Kind("planet", "One planet.")]],
        Kind("planets", "Planets at least 5 degrees up when the sun is 6 degrees down, brightest first."),
    ]


@tool
def planets_in_the_evening(latitude: Latitude, longitude: Longitude, date: Day) -> _PlanetsInTheEvening:
    """List the naked-eye planets above the horizon at the end of civil twilight on an evening at a place."""
    import ephem

    day, meridian = solar_day(longitude, date, "UTC")
    observer = observer_at(latitude, longitude, datetime(day.year, day.month, day.day, 12, tzinfo=meridian))
    observer.horizon = "-6"
    try:
        observer.date = observer.next_setting(ephem.Sun(), use_center=True)
    except ephem.CircumpolarError as error:
        raise ToolkitError(
            f"At latitude {latitude} there is no dusk on {date}; try another date or a place nearer to the equator."
        ) from error
    found = []
    for name in NAKED_EYE:
        body = body_at(name, observer)
        height = degrees(body.alt)
        if height >= 5:
            entry: _Planet = {
                "planet": name,
                "constellation": ephem.constellation(body)[1],
                "height_degrees": round(height, 1),
            }
            found.append((body.mag, entry))
    return {"count": len(found), "planets": [entry for _, entry in sorted(found, key=lambda pair: pair[0])]}


class _SeasonStarts(Result):
    march_equinox: Annotated[PlainMoment, Kind("March equinox", "Moment of the March equinox in UTC.")]
    june_solstice: Annotated[PlainMoment, Kind("June solstice", "Moment of the June solstice in UTC.")]
    september_equinox: Annotated[PlainMoment, Kind("September equinox", "Moment of the September equinox in UTC.")]
    december_solstice: Annotated[PlainMoment, Kind("December solstice", "Moment of the December solstice in UTC.")]


@tool
def season_starts(year: Annotated[Year, Kind(minimum=1900, maximum=2100)]) -> _SeasonStarts:
    """Find the moments of the equinoxes and solstices of a year, in UTC."""
    import ephem

    zone = clock("UTC")
    new_year = f"{year}/1/1"
    return {
        "march_equinox": written(utc(ephem.next_vernal_equinox(new_year)), zone),
        "june_solstice": written(utc(ephem.next_summer_solstice(new_year)), zone),
        "september_equinox": written(utc(ephem.next_autumnal_equinox(new_year)), zone),
        "december_solstice": written(utc(ephem.next_winter_solstice(new_year)), zone),
    }


TOOLS = [planet_position, planet_in_the_sky, planet_rise_and_set, planets_in_the_evening, season_starts]
