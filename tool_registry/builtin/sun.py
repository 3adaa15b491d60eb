"""Sun and daylight: rise and set, daylight, golden hour, twilight and the sun's place in the sky (astral)."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, obj
from tool_registry.builtin.kinds import DATE, DURATION_HOURS, PLACES, YEAR, kind, output
from tool_registry.builtin.local_time import (
    MOMENT_TO_LOOK,
    PLACE,
    ZONE,
    clock,
    moment,
    plain_date,
    solar_day,
    written,
)
from tool_registry.builtin.phrasebook import phrases

KIT = Toolkit("sun and daylight")

DAYS = ("2025-06-21", "2025-12-24", "2026-03-29", "2024-10-05", "2026-08-12", "2025-02-14")


def _examples(**more: Any) -> list[dict[str, Any]]:
    return [
        {"latitude": latitude, "longitude": longitude, "date": DAYS[i % len(DAYS)], **more}
        for i, (latitude, longitude, _) in enumerate(PLACES)
    ]


def _zoned_examples() -> list[dict[str, Any]]:
    plain = _examples()
    # Every other one asks for local time, as people do about half of the time.
    return [{**plain[i], "timezone": place[2]} if i % 2 else plain[i] for i, place in enumerate(PLACES)]


HORIZON = 16 / 60  # degrees below the horizon at rise and set: the sun's radius; astral adds the refraction


def _crossings(latitude: float, longitude: float, day: date, depression: float) -> list[datetime]:
    """Return when the sun crosses a height before and after the solar noon of a day; empty if it does not."""
    from astral import Observer, SunDirection
    from astral.sun import noon, time_of_transit

    observer = Observer(latitude, longitude)
    top = noon(observer, day, tzinfo=timezone(timedelta(minutes=round(longitude * 4))))
    crossings: list[datetime] = []
    for direction in (SunDirection.RISING, SunDirection.SETTING):
        rising = direction is SunDirection.RISING
        near: list[datetime] = []
        # astral's days are those of UTC, where a rising may fall on the day before. Close to midnight UTC it
        # can skip one: then the one of the day before or after, moved by 24 hours, is right to two minutes.
        for shift in (0, -1, 1):
            try:
                event = time_of_transit(observer, day + timedelta(days=shift), 90 + depression, direction)
            except ValueError:
                continue
            if shift == 0 and event.hour > 0 and _is_of_day(event, top, rising):
                crossings.append(event)
                break
            near.append(event)
        else:
            # Moved ones come after those that are as computed; soon after midnight there may be two of those.
            near.sort()
            ordered = [event + timedelta(days=move) for move in (0, 1, -1) for event in near]
            crossings += [event for event in ordered if _is_of_day(event, top, rising)][:1]
    return crossings if len(crossings) == 2 else []


def _is_of_day(event: datetime, noon: datetime, rising: bool) -> bool:
    return (event < noon) is rising and abs(event - noon) < timedelta(hours=18)


def _events(latitude: float, longitude: float, day: str, zone: str, *depressions: float) -> list[datetime]:
    """Return the morning and the evening moment at each of the sun's depressions, in degrees."""
    when, _ = solar_day(longitude, day, zone)
    moments: list[datetime] = []
    for depression in depressions:
        found = _crossings(latitude, longitude, when, depression)
        if not found:
            raise ToolkitError(
                f"At latitude {latitude} the sun does not cross that height on {day}: near the poles it "
                "stays up or down for weeks, and in high summer the sky does not get dark. Try another date."
            )
        moments += found
    return moments


@KIT.tool(
    parameters=obj(
        {**PLACE, "date": kind(DATE), "timezone": ZONE},
        optional=("timezone",),
        examples=_zoned_examples(),
        x_phrases=phrases("""
? when the sun rises and sets at {latitude+longitude} on {date}[, given in {timezone}]
? the sunrise and sunset times at {latitude+longitude} for {date}[ in {timezone}]
? When do sunrise and sunset happen at {latitude+longitude} on {date}[, going by {timezone}]?
? What time does the sun come up and go down on {date} at {latitude+longitude}[ in {timezone}]?
? Look up sunrise and sunset on {date} at {latitude+longitude}[ and give them in {timezone}].
= At {latitude+longitude}, the sun rises at {/sunrise} and sets at {/sunset}.
= Sunrise is at {/sunrise} and sunset at {/sunset}.

? when the sun goes down at {latitude+longitude} on {date}[ in {timezone}]
? how late the sun sets on {date} at {latitude+longitude}[, given in {timezone}]
? When is sunset at {latitude+longitude} on {date}[ in {timezone}]?
? What time will the sun set on {date} at {latitude+longitude}[, going by {timezone}]?
? Find the sunset time on {date} at {latitude+longitude}[ in {timezone}].
= Sunset at {latitude+longitude} is at {/sunset}.
= It sets at {/sunset}.

? when the sun is at its highest at {latitude+longitude} on {date}[ in {timezone}]
? When is solar noon at {latitude+longitude} on {date}[, going by {timezone}]?
? At what time on {date} does the sun peak at {latitude+longitude}[ in {timezone}]?
? Work out solar noon on {date} at {latitude+longitude}[ in {timezone}].
= At {latitude+longitude}, the sun is highest at {/solar_noon}.
= The sun is highest at {/solar_noon}.

~ I'd like to watch the sun come up over the water.
~ I'm planning a picnic on {date} and want to be home before dark.
~ My flight lands late and I want to know how much of the day is left.
~ I'm setting the timer for the garden lights.
~ We're hiking on {date} and nobody has a headlamp.
"""),
    ),
    output=obj(
        {
            "sunrise": moment(
                "sunrise",
                "When the upper edge of the sun appears.",
                "sunrise at {latitude+longitude} on {date}",
                "the moment the sun rises at {latitude+longitude} on {date}",
                again="that sunrise",
            ),
            "solar_noon": moment(
                "solar noon",
                "When the sun is highest.",
                "solar noon at {latitude+longitude} on {date}",
                again="that noon",
            ),
            "sunset": moment(
                "sunset",
                "When the upper edge of the sun disappears.",
                "sunset at {latitude+longitude} on {date}",
                "the moment the sun sets at {latitude+longitude} on {date}",
                again="that sunset",
            ),
        }
    ),
)
def sun_times(latitude: float, longitude: float, date: str, timezone: str = "UTC") -> dict[str, Any]:
    """Find sunrise, solar noon and sunset at a place on a date, in UTC or in a given time zone."""
    from astral import Observer
    from astral.sun import noon

    zone = clock(timezone)
    rise, down = _events(latitude, longitude, date, timezone, HORIZON)
    day, meridian = solar_day(longitude, date, timezone)
    top = noon(Observer(latitude, longitude), day, tzinfo=meridian)
    return {"sunrise": written(rise, zone), "solar_noon": written(top, zone), "sunset": written(down, zone)}


def _daylight(latitude: float, longitude: float, day: date) -> float:
    """Return the minutes between sunrise and sunset: 0 in polar night, 1440 under the midnight sun."""
    from astral import Observer
    from astral.sun import elevation, noon

    if found := _crossings(latitude, longitude, day, HORIZON):
        return (found[1] - found[0]).total_seconds() / 60
    top = noon(Observer(latitude, longitude), day)
    return 1440.0 if elevation(Observer(latitude, longitude), top) > -HORIZON else 0.0


@KIT.tool(
    parameters=obj(
        {**PLACE, "date": kind(DATE)},
        examples=_examples(),
        x_phrases=phrases("""
? how many hours of daylight there are at {latitude+longitude} on {date}
? the length of the day at {latitude+longitude} on {date}
? How long is it light at {latitude+longitude} on {date}?
? How much daylight does {date} bring at {latitude+longitude}?
? Work out the hours between sunrise and sunset on {date} at {latitude+longitude}.
= There are {/daylight_hours} hours of daylight at {latitude+longitude} on {date}.
= The day is {/daylight_hours} hours long.

? by how many minutes the daylight on {date} differs from the day before at {latitude+longitude}
? whether the days are getting longer or shorter at {latitude+longitude} around {date}, and by how many
    minutes
? Are the days drawing out or in at {latitude+longitude} on {date}, and by how many minutes?
? Compare the daylight at {latitude+longitude} on {date} with that of the day before.
= Against the day before, {date} has a change of {/change_minutes} minutes of daylight at
    {latitude+longitude}, so the days are {/getting_longer?getting longer:not getting longer}.
= The daylight changes by {/change_minutes} minutes: the days are {/getting_longer?growing:not growing}.

~ I'm working out how much my solar panels can catch.
~ Winter is getting to me and I want to see some progress.
~ I'm planning a long bike ride on {date}.
~ We are scheduling an outdoor shoot and pay the crew by the hour.
"""),
    ),
    output=obj(
        {
            "daylight_hours": output(
                DURATION_HOURS,
                format="daylight-hours",
                title="hours of daylight",
                description="Hours from sunrise to sunset: 0 in polar night, 24 under the midnight sun.",
                x_phrases={
                    "refer": [
                        "the hours of daylight at {latitude+longitude} on {date}",
                        "the length of the day at {latitude+longitude} on {date}",
                    ],
                    "again": "that daylight",
                },
            ),
            "change_minutes": {
                "type": "number",
                "title": "change since the day before",
                "description": "Minutes of daylight more (or, negative, less) than on the day before.",
            },
            "getting_longer": {
                "type": "boolean",
                "title": "days getting longer",
                "description": "Whether the day is longer than the day before.",
            },
        }
    ),
)
def daylight_length(latitude: float, longitude: float, date: str) -> dict[str, Any]:
    """Work out how long it is light at a place on a date, and the change since the day before."""
    day = datetime.fromisoformat(date).date()
    today = _daylight(latitude, longitude, day)
    change = round(today - _daylight(latitude, longitude, day - timedelta(days=1)), 1)
    return {
        "daylight_hours": round(today / 60, 2),
        "change_minutes": change + 0.0,
        "getting_longer": change > 0,
    }


@KIT.tool(
    parameters=obj(
        {**PLACE, "date": kind(DATE), "timezone": ZONE},
        optional=("timezone",),
        # In Iceland's winter the sun never gets as high as the golden hour's end.
        examples=[example for example in _zoned_examples() if abs(example["latitude"]) < 60],
        x_phrases=phrases("""
? when the evening golden hour starts and ends at {latitude+longitude} on {date}[, by the clock of {timezone}]
? When is the golden hour on the evening of {date} at {latitude+longitude}[ in {timezone}]?
? From when until when is the evening light golden at {latitude+longitude} on {date}[, going by {timezone}]?
? Give me the start and end of the evening golden hour on {date} at {latitude+longitude}[ in {timezone}].
= The evening golden hour at {latitude+longitude} runs from {/evening_start} to {/evening_end}.
= In the evening it lasts from {/evening_start} until {/evening_end}.

? when the morning golden hour starts and ends at {latitude+longitude} on {date}[, by the clock of {timezone}]
? When is the golden hour after sunrise on {date} at {latitude+longitude}[ in {timezone}]?
? Between which times is the morning light soft at {latitude+longitude} on {date}[, going by {timezone}]?
? Look up the morning golden hour at {latitude+longitude} for {date}[ in {timezone}].
= The morning golden hour at {latitude+longitude} runs from {/morning_start} to {/morning_end}.
= In the morning it lasts from {/morning_start} until {/morning_end}.

~ I'm shooting an engagement session outdoors.
~ We want the wedding portraits in warm light.
~ I just bought a new lens and want to try it on {date}.
~ I fly a drone for real-estate pictures.
"""),
    ),
    output=obj(
        {
            # A kind of its own: what begins or ends at the edge of a golden hour is hard to say and seldom wanted.
            f"{part}_{edge}": {
                "type": "string",
                "format": "plain-date-time",
                "title": f"{edge} of the {part} golden hour",
                "description": f"The {edge} of the {part} golden hour: the sun is {height}.",
            }
            for part, edge, height in (
                ("morning", "start", "4 degrees below the horizon"),
                ("morning", "end", "6 degrees above the horizon"),
                ("evening", "start", "6 degrees above the horizon"),
                ("evening", "end", "4 degrees below the horizon"),
            )
        }
    ),
)
def golden_hour(latitude: float, longitude: float, date: str, timezone: str = "UTC") -> dict[str, Any]:
    """Find the morning and evening golden hours at a place: sun from 4° below to 6° above the horizon."""
    zone = clock(timezone)
    low_dawn, low_dusk, high_morning, high_evening = _events(latitude, longitude, date, timezone, 4, -6)
    return {
        "morning_start": written(low_dawn, zone),
        "morning_end": written(high_morning, zone),
        "evening_start": written(high_evening, zone),
        "evening_end": written(low_dusk, zone),
    }


@KIT.tool(
    parameters=obj(
        {**PLACE, "date": kind(DATE), "timezone": ZONE},
        optional=("timezone",),
        examples=[
            example
            for example in _zoned_examples()
            # No astronomical night in Iceland's summer nor in Paris at the solstice.
            if abs(example["latitude"]) < 45
        ],
        x_phrases=phrases("""
? when it gets properly dark at {latitude+longitude} on {date}[, given in {timezone}]
? when the last trace of twilight is gone at {latitude+longitude} on {date}[ in {timezone}]
? At what time is the sky fully dark at {latitude+longitude} on {date}[ in {timezone}]?
? How late does astronomical night begin on {date} at {latitude+longitude}[, going by {timezone}]?
? Find out when real darkness starts on {date} at {latitude+longitude}[ in {timezone}].
= At {latitude+longitude} the sky is fully dark from {/night_begins}.
= True night begins at {/night_begins}.

? when civil dawn and dusk are at {latitude+longitude} on {date}[ in {timezone}]
? the civil twilight limits at {latitude+longitude} for {date}[, given in {timezone}]
? When do civil dawn and civil dusk fall on {date} at {latitude+longitude}[, going by {timezone}]?
? Between what times can one see outdoors without lamps at {latitude+longitude} on {date}[ in {timezone}]?
? Look up civil dawn and dusk on {date} at {latitude+longitude}[ in {timezone}].
= Civil dawn at {latitude+longitude} is at {/civil_dawn} and civil dusk at {/civil_dusk}.
= From {/civil_dawn} to {/civil_dusk} there is light enough.

~ I want to photograph the Milky Way.
~ My drone licence only covers daylight and civil twilight.
~ I'm taking my daughter stargazing on {date}.
~ I run before work and don't like the dark.
"""),
    ),
    output=obj(
        {
            "civil_dawn": moment(
                "civil dawn",
                "Morning moment with the sun 6 degrees below the horizon.",
                "civil dawn at {latitude+longitude} on {date}",
                again="that dawn",
            ),
            "civil_dusk": moment(
                "civil dusk",
                "Evening moment with the sun 6 degrees below the horizon.",
                "civil dusk at {latitude+longitude} on {date}",
                again="that dusk",
            ),
            "night_begins": moment(
                "start of full darkness",
                "Evening moment with the sun 18 degrees below the horizon.",
                "the start of full darkness at {latitude+longitude} on {date}",
                "the moment it is fully dark at {latitude+longitude} on {date}",
                again="that nightfall",
            ),
        }
    ),
)
def twilight_times(latitude: float, longitude: float, date: str, timezone: str = "UTC") -> dict[str, Any]:
    """Find civil dawn, civil dusk and the start of full (astronomical) darkness at a place on a date."""
    zone = clock(timezone)
    dawn, dusk, _, night = _events(latitude, longitude, date, timezone, 6, 18)
    return {
        "civil_dawn": written(dawn, zone),
        "civil_dusk": written(dusk, zone),
        "night_begins": written(night, zone),
    }


@KIT.tool(
    parameters=obj(
        {
            **PLACE,
            "moment": MOMENT_TO_LOOK,
        },
        examples=[
            {"latitude": 48.8584, "longitude": 2.2945, "moment": "2025-06-21T14:00:00+02:00"},
            {"latitude": 40.6892, "longitude": -74.0445, "moment": "2026-07-04T18:00:00-04:00"},
            {"latitude": 35.6586, "longitude": 139.7454, "moment": "2024-09-15T08:00:00+09:00"},
            {"latitude": -33.8568, "longitude": 151.2153, "moment": "2025-12-25T13:00:00+11:00"},
            {"latitude": 64.1466, "longitude": -21.9426, "moment": "2025-06-21T23:00:00Z"},
            {"latitude": -1.2921, "longitude": 36.8219, "moment": "2026-03-20T12:30:00+03:00"},
        ],
        x_phrases=phrases("""
? how high the sun stands at {latitude+longitude} at {moment}
? the sun's height above the horizon at {moment}, seen from {latitude+longitude}
? How many degrees up is the sun at {latitude+longitude} at {moment}?
? Work out the solar elevation at {moment} for {latitude+longitude}.
= At {moment} the sun stands {/elevation_degrees} degrees above the horizon at {latitude+longitude}.
= The sun's height is {/elevation_degrees} degrees.

? in which compass direction the sun is at {moment}, seen from {latitude+longitude}
? the sun's compass bearing at {latitude+longitude} at {moment}
? From {latitude+longitude}, which way do I look to see the sun at {moment}?
? What is the azimuth of the sun at {latitude+longitude} at {moment}?
? Find the direction of the sun at {moment} from {latitude+longitude}, in degrees from north.
= At {moment} the sun is in the direction {/azimuth_degrees} degrees, clockwise from north, seen from
    {latitude+longitude}.
= Look towards {/azimuth_degrees} degrees from north.

~ I'm checking whether the balcony gets any sun.
~ I'm aligning solar panels on a roof.
~ We're building a set and need to know where the shadows fall.
~ My telescope has a solar filter and I'd like to use it.
"""),
    ),
    output=obj(
        {
            "elevation_degrees": {
                "type": "number",
                "title": "height of the sun",
                "description": "Degrees above the horizon; negative when the sun is down.",
            },
            "azimuth_degrees": {
                "type": "number",
                "format": "direction-of-the-sun",
                "title": "direction of the sun",
                "description": "Compass bearing in degrees clockwise from north.",
                "minimum": 0,
                "maximum": 360,
                "x-phrases": {
                    "refer": [
                        "the compass bearing of the sun at {latitude+longitude} at {moment}",
                        "the sun's direction at {moment}, seen from {latitude+longitude}",
                    ],
                    "again": "that bearing",
                },
            },
            "is_up": {
                "type": "boolean",
                "title": "sun above the horizon",
                "description": "Whether the sun is above the horizon.",
            },
        }
    ),
)
def sun_position(latitude: float, longitude: float, moment: str) -> dict[str, Any]:
    """Find how high and in which compass direction the sun stands at a place at one moment."""
    from astral import Observer
    from astral.sun import azimuth, elevation

    when = datetime.fromisoformat(moment).astimezone(UTC)
    observer = Observer(latitude, longitude)
    height = round(elevation(observer, when), 1) + 0.0
    return {
        "elevation_degrees": height,
        "azimuth_degrees": round(azimuth(observer, when), 1),
        "is_up": height > 0,
    }


@KIT.tool(
    parameters=obj(
        {**PLACE, "year": kind(YEAR)},
        examples=[
            {"latitude": latitude, "longitude": longitude, "year": 2023 + i % 5}
            for i, (latitude, longitude, _) in enumerate(PLACES)
        ],
        x_phrases=phrases("""
? how many hours of light the longest and the shortest day of {year} have at {latitude+longitude}
? the daylight on the longest and on the shortest day of {year} at {latitude+longitude}
? How long are the longest and the shortest day of {year} at {latitude+longitude}?
? Compare the longest day of {year} with the shortest at {latitude+longitude}.
= In {year} the longest day at {latitude+longitude} has {/longest_hours} hours of daylight and the shortest
    {/shortest_hours} hours.
= The longest day has {/longest_hours} hours of light, the shortest {/shortest_hours}.

? on which date the day is longest at {latitude+longitude} in {year}
? which day of {year} brings the most daylight at {latitude+longitude}
? When is the longest day of {year} at {latitude+longitude}?
? Find the date with the most sunlight hours in {year} at {latitude+longitude}.
= The longest day of {year} at {latitude+longitude} is {/longest_date}.
= It is {/longest_date}.

~ We are thinking of moving and the dark winters worry me.
~ I'm sizing the battery for an off-grid cabin.
~ We'd like to throw a midsummer party in {year}.
~ I'm comparing places for a greenhouse.
"""),
    ),
    output=obj(
        {
            "longest_date": plain_date(
                "longest day", "Date with the most daylight (the first one where several share it)."
            ),
            "longest_hours": output(
                DURATION_HOURS,
                format="daylight-hours",
                title="daylight on the longest day",
                description="Hours of daylight on the longest day.",
                x_phrases={
                    "refer": ["the daylight hours of the longest day of {year} at {latitude+longitude}"],
                    "again": "those hours of daylight",
                },
            ),
            "shortest_hours": output(
                DURATION_HOURS,
                format="daylight-hours",
                title="daylight on the shortest day",
                description="Hours of daylight on the shortest day.",
                x_phrases={
                    "refer": ["the daylight hours of the shortest day of {year} at {latitude+longitude}"],
                    "again": "those hours of daylight",
                },
            ),
        }
    ),
)
def longest_and_shortest_day(latitude: float, longitude: float, year: int) -> dict[str, Any]:
    """Find the longest day of a year at a place, and the daylight of the longest and the shortest day."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    minutes = [_daylight(latitude, longitude, day) for day in days]
    longest = max(range(len(days)), key=minutes.__getitem__)
    return {
        "longest_date": days[longest].isoformat(),
        "longest_hours": round(minutes[longest] / 60, 2),
        "shortest_hours": round(min(minutes) / 60, 2),
    }
