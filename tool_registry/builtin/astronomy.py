"""The planets and the seasons: places in the sky, risings and settings, equinoxes and solstices (PyEphem)."""

from datetime import datetime
from math import degrees
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, array, obj
from tool_registry.builtin.ephemeris import (
    DAYS,
    KM_PER_AU,
    NAKED_EYE,
    PLANET,
    RISINGS,
    at_places,
    body_at,
    observer_at,
    rise_and_set,
    rising_output,
    utc,
)
from tool_registry.builtin.kinds import DATE, DISTANCE_KM, YEAR, kind, output
from tool_registry.builtin.local_time import MOMENT_TO_LOOK, PLACE, ZONE, clock, moment, solar_day, written
from tool_registry.builtin.phrasebook import phrases

KIT = Toolkit("astronomy")

CONSTELLATION: dict[str, Any] = {
    "type": "string",
    "title": "constellation",
    "description": "Latin name of the constellation.",
}


@KIT.tool(
    parameters=obj(
        {"planet": PLANET, "moment": MOMENT_TO_LOOK},
        examples=[
            {"planet": planet, "moment": f"{DAYS[i % len(DAYS)]}T{18 + i % 5}:00:00Z"}
            for i, planet in enumerate(("Jupiter", "Mars", "Saturn", "Venus", "Mercury", "Neptune"))
        ],
        x_phrases=phrases("""
? which constellation {planet} is in at {moment}
? the constellation where {planet} can be found at {moment}
? In which constellation is {planet} at {moment}?
? Where among the stars is {planet} at {moment}, by constellation?
? Find the constellation that {planet} stands in at {moment}.
= At {moment} {planet} is in {/constellation}.
= It stands in {/constellation}.

? how far {planet} is from the Earth at {moment}
? the distance between us and {planet} at {moment}, in kilometres
? How many kilometres away is {planet} at {moment}?
? What is the distance from the Earth to {planet} at {moment}?
? Work out how far away {planet} is at {moment}.
= At {moment} {planet} is {/distance_km} km from the Earth.
= It is {/distance_km} km away.

? the magnitude of {planet} at {moment}
? how bright {planet} is at {moment}, as a magnitude
? How bright does {planet} get at {moment}, in magnitudes?
? What is the apparent magnitude of {planet} at {moment}?
? Look up how bright {planet} is at {moment}, as a magnitude.
= At {moment} {planet} has a magnitude of {/magnitude}.
= Its magnitude is {/magnitude}.

? how long light takes from {planet} to us at {moment}
? How many minutes does the light of {planet} travel to reach the Earth at {moment}?
? the time light needs from {planet} to the Earth at {moment}, in minutes
? Work out the light travel time from {planet} at {moment}.
= At {moment} light from {planet} takes {/light_minutes} minutes to reach us.
= It takes {/light_minutes} minutes.

~ I got a telescope for my birthday.
~ My students are making posters of the solar system.
~ There is something bright in the sky and I'm guessing what it is.
~ I'm preparing a talk at the local observatory.
"""),
    ),
    output=obj(
        {
            "constellation": CONSTELLATION,
            "distance_km": output(
                DISTANCE_KM,
                title="distance to the planet",
                description="Distance from the Earth in kilometres.",
                x_phrases={
                    "refer": ["the distance from the Earth to {planet} at {moment}"],
                    "again": "that distance",
                },
            ),
            "light_minutes": {
                "type": "number",
                "title": "light travel time",
                "description": "Minutes that light takes from the planet to the Earth.",
            },
            "magnitude": {
                "type": "number",
                "title": "apparent magnitude",
                "description": "Apparent brightness; lower is brighter, 6 is the naked eye's limit.",
            },
        }
    ),
)
def planet_position(planet: str, moment: str) -> dict[str, Any]:
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


@KIT.tool(
    parameters=obj(
        {"planet": PLANET, **PLACE, "moment": MOMENT_TO_LOOK},
        examples=[
            {
                "planet": "Jupiter",
                "latitude": 48.8584,
                "longitude": 2.2945,
                "moment": "2026-01-10T22:00:00+01:00",
            },
            {
                "planet": "Venus",
                "latitude": 40.6892,
                "longitude": -74.0445,
                "moment": "2026-08-12T20:30:00-04:00",
            },
            {
                "planet": "Saturn",
                "latitude": -33.8568,
                "longitude": 151.2153,
                "moment": "2025-12-05T21:00:00+11:00",
            },
            {
                "planet": "Mars",
                "latitude": 35.6586,
                "longitude": 139.7454,
                "moment": "2025-01-16T23:00:00+09:00",
            },
        ],
        x_phrases=phrases("""
? whether {planet} is above the horizon at {moment}, seen from {latitude+longitude}
? if {planet} is up over {latitude+longitude} at {moment}
? Is {planet} above the horizon of {latitude+longitude} at {moment}?
? Can {planet} be up at {moment} for somebody at {latitude+longitude}?
? Check if {planet} is up at {moment} as seen from {latitude+longitude}.
= At {moment}, {planet} {/is_up?is above the horizon:is below the horizon} at {latitude+longitude}.
= {/is_up?Yes:No}, {planet} {/is_up?is:is not} up at {moment}.

? how high {planet} stands and in which direction at {moment}, seen from {latitude+longitude}
? the height and compass direction of {planet} for {latitude+longitude} at {moment}
? Where do I look for {planet} from {latitude+longitude} at {moment}: how high and which way?
? At {moment}, how many degrees up is {planet} at {latitude+longitude}, and in what direction?
? Give me the direction and the height of {planet} at {moment} from {latitude+longitude}.
= From {latitude+longitude} at {moment}, {planet} stands {/height_degrees} degrees high in the direction
    {/azimuth_degrees} degrees from north.
= It is {/height_degrees} degrees high, {/azimuth_degrees} degrees clockwise from north.

~ I want to show {planet} to my neighbours.
~ My phone's compass works better than its star map.
~ Trees block a good part of the sky around here.
~ I'm setting up the telescope in the dark.
"""),
    ),
    output=obj(
        {
            "is_up": {
                "type": "boolean",
                "title": "planet above the horizon",
                "description": "Whether the planet is above the horizon.",
            },
            "height_degrees": {
                "type": "number",
                "title": "height of the planet",
                "description": "Degrees above the horizon; negative when it is below.",
            },
            "azimuth_degrees": {
                "type": "number",
                "format": "direction-of-the-planet",
                "title": "direction of the planet",
                "description": "Compass bearing in degrees clockwise from north.",
                "minimum": 0,
                "maximum": 360,
                "x-phrases": {
                    "refer": [
                        "the compass bearing of {planet} at {moment}, seen from {latitude+longitude}",
                        "the direction of {planet} at {latitude+longitude} at {moment}",
                    ],
                    "again": "that bearing",
                },
            },
        }
    ),
)
def planet_in_the_sky(planet: str, latitude: float, longitude: float, moment: str) -> dict[str, Any]:
    """Find whether a planet is above the horizon at a place at one moment, how high and which way."""
    body = body_at(planet, observer_at(latitude, longitude, datetime.fromisoformat(moment)))
    height = round(degrees(body.alt), 1) + 0.0
    return {"is_up": height > 0, "height_degrees": height, "azimuth_degrees": round(degrees(body.az), 1)}


@KIT.tool(
    parameters=obj(
        {"planet": PLANET, **PLACE, "date": kind(DATE), "timezone": ZONE},
        optional=("timezone",),
        examples=at_places(planets=True),
        x_phrases=phrases(
            RISINGS.replace("{thing}", "{planet}")
            + """
~ I want to point my new telescope at {planet}.
~ We're doing a public star party.
~ I only have a free view of part of the sky.
~ I'd like to catch {planet} before going to bed.
"""
        ),
    ),
    output=rising_output("{planet}"),
)
def planet_rise_and_set(
    planet: str, latitude: float, longitude: float, date: str, timezone: str = "UTC"
) -> dict[str, Any]:
    """Find when a planet rises and sets at a place after the beginning of a date, in UTC or a time zone."""
    rising, setting, zone = rise_and_set(planet, latitude, longitude, date, timezone)
    return {"rises": written(rising, zone), "sets": written(setting, zone)}


@KIT.tool(
    parameters=obj(
        {**PLACE, "date": kind(DATE)},
        examples=[{key: e[key] for key in ("latitude", "longitude", "date")} for e in at_places()],
        x_phrases=phrases("""
? which planets can be seen from {latitude+longitude} on the evening of {date}
? the planets that are up in the evening of {date} at {latitude+longitude}
? Which planets are visible to the naked eye at {latitude+longitude} on the evening of {date}?
? What planets can I spot from {latitude+longitude} after sunset on {date}?
? List the planets that are up after dusk on {date} at {latitude+longitude}.
= On the evening of {date}, {/count} {/count?planet is:planets are} up at {latitude+longitude}: {/planets/*/planet}.
= Above the horizon of {latitude+longitude} on the evening of {date} {/count?is:are} {/planets/*|[planet] in
    [constellation]}.

? how many planets are above the horizon at {latitude+longitude} at nightfall on {date}
? How many naked-eye planets are up at {latitude+longitude} on the evening of {date}?
? how many planets are up once it gets dark on {date} at {latitude+longitude}
? Count the planets above the horizon at nightfall on {date} at {latitude+longitude}.
= At nightfall on {date}, {/count} {/count?planet is:planets are} above the horizon at {latitude+longitude}.
= The count of naked-eye planets at {latitude+longitude} that evening is {/count}.

~ The forecast promises a clear sky.
~ I'm hosting a stargazing evening.
~ My daughter wants to see a planet with her own eyes.
~ I carry binoculars on the trip.
"""),
    ),
    output=obj(
        {
            "count": {
                "type": "integer",
                "title": "number of planets",
                "description": "How many planets are up.",
            },
            "planets": array(
                obj(
                    {
                        "planet": {
                            "type": "string",
                            "format": "planet",
                            "title": "planet",
                            "description": "Name of the planet.",
                            "x-phrases": {
                                "refer": [
                                    "the {#} brightest planet in the evening sky at {latitude+longitude} on {date}"
                                ],
                                "again": "that planet",
                            },
                        },
                        "constellation": CONSTELLATION,
                        "height_degrees": {
                            "type": "number",
                            "title": "height",
                            "description": "Degrees above the horizon.",
                        },
                    },
                    title="planet",
                    description="One planet.",
                ),
                title="planets",
                description="Planets at least 5 degrees up when the sun is 6 degrees down, brightest first.",
            ),
        }
    ),
)
def planets_in_the_evening(latitude: float, longitude: float, date: str) -> dict[str, Any]:
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
            entry = {
                "planet": name,
                "constellation": ephem.constellation(body)[1],
                "height_degrees": round(height, 1),
            }
            found.append((body.mag, entry))
    return {"count": len(found), "planets": [entry for _, entry in sorted(found, key=lambda pair: pair[0])]}


SEASONS = {
    "march_equinox": "March equinox",
    "june_solstice": "June solstice",
    "september_equinox": "September equinox",
    "december_solstice": "December solstice",
}


@KIT.tool(
    parameters=obj(
        {"year": kind(YEAR, minimum=1900, maximum=2100, examples=list(range(2019, 2036)))},
        examples=[{"year": 2025}, {"year": 2026}, {"year": 2028}],
        x_phrases=phrases("""
? when the equinoxes are in {year}
? the moments of the March and the September equinox of {year}
? When do the two equinoxes of {year} happen?
? At what moments in {year} does the sun cross the equator?
? Look up both equinoxes of {year}.
= The equinoxes of {year} are at {/march_equinox} and {/september_equinox}.
= They fall at {/march_equinox} and {/september_equinox}.

? when the solstices are in {year}
? the moments of the June and the December solstice of {year}
? When are the two solstices of {year}?
? When do the June and December solstices happen in {year}?
? Find both solstices of {year}.
= The solstices of {year} are at {/june_solstice} and {/december_solstice}.
= They fall at {/june_solstice} and {/december_solstice}.

? when astronomical spring begins in {year} in the northern hemisphere
? When is the first moment of spring in {year}, north of the equator?
? At what moment of {year} does spring start in the north?
? Find when northern spring starts in {year}.
= In the north, spring of {year} begins at {/march_equinox}.
= It begins at {/march_equinox}.

~ I teach geography and want to show how the seasons come about.
~ Our yoga studio celebrates the turning of the year.
~ I'm making an almanac for {year}.
~ My garden calendar starts with the seasons.
"""),
    ),
    output=obj(
        {
            name: moment(title, f"Moment of the {title} in UTC.", f"the {title} of {{year}}", again="that moment")
            for name, title in SEASONS.items()
        }
    ),
)
def season_starts(year: int) -> dict[str, Any]:
    """Find the moments of the equinoxes and solstices of a year, in UTC."""
    import ephem

    zone = clock("UTC")
    moments = (
        ephem.next_vernal_equinox(f"{year}/1/1"),
        ephem.next_summer_solstice(f"{year}/1/1"),
        ephem.next_autumnal_equinox(f"{year}/1/1"),
        ephem.next_winter_solstice(f"{year}/1/1"),
    )
    return {name: written(utc(when), zone) for name, when in zip(SEASONS, moments, strict=True)}
