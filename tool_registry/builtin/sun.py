"""Sun and daylight: rise and set, daylight, golden hour, twilight and the sun's place in the sky (astral)."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import Day, Latitude, Longitude, PlainDate, PlainMoment, Year
from tool_registry.builtin.local_time import MomentToLook, Zone, clock, solar_day, written
from tool_registry.declare import Kind

tool = pure(category="sun and daylight")

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


class _SunTimes(Result):
    sunrise: Annotated[PlainMoment, Kind("sunrise", "When the upper edge of the sun appears.")]
    solar_noon: Annotated[PlainMoment, Kind("solar noon", "When the sun is highest.")]
    sunset: Annotated[PlainMoment, Kind("sunset", "When the upper edge of the sun disappears.")]


@tool
def sun_times(latitude: Latitude, longitude: Longitude, date: Day, timezone: Zone = "UTC") -> _SunTimes:
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


class _DaylightLength(Result):
    daylight_hours: Annotated[
        float,
        Kind(
            "hours of daylight",
            "Hours from sunrise to sunset: 0 in polar night, 24 under the midnight sun.",
            format="daylight-hours",
            minimum=0,
        ),
    ]
    change_minutes: Annotated[
        float,
        Kind("change since the day before", "Minutes of daylight more (or, negative, less) than on the day before."),
    ]
    getting_longer: Annotated[bool, Kind("days getting longer", "Whether the day is longer than the day before.")]


@tool
def daylight_length(latitude: Latitude, longitude: Longitude, date: Day) -> _DaylightLength:
    """Work out how long it is light at a place on a date, and the change since the day before."""
    day = datetime.fromisoformat(date).date()
    today = _daylight(latitude, longitude, day)
    change = round(today - _daylight(latitude, longitude, day - timedelta(days=1)), 1)
    return {"daylight_hours": round(today / 60, 2), "change_minutes": change + 0.0, "getting_longer": change > 0}


class _GoldenHour(Result):
    # Kinds of their own: what begins or ends at a golden hour's edge is hard to say and seldom wanted.
    morning_start: Annotated[
        str,
        Kind(
            "start of the morning golden hour",
            "The start of the morning golden hour: the sun is 4 degrees below the horizon.",
            format="plain-date-time",
        ),
    ]
    morning_end: Annotated[
        str,
        Kind(
            "end of the morning golden hour",
            "The end of the morning golden hour: the sun is 6 degrees above the horizon.",
            format="plain-date-time",
        ),
    ]
    evening_start: Annotated[
        str,
        Kind(
            "start of the evening golden hour",
            "The start of the evening golden hour: the sun is 6 degrees above the horizon.",
            format="plain-date-time",
        ),
    ]
    evening_end: Annotated[
        str,
        Kind(
            "end of the evening golden hour",
            "The end of the evening golden hour: the sun is 4 degrees below the horizon.",
            format="plain-date-time",
        ),
    ]


@tool
def golden_hour(latitude: Latitude, longitude: Longitude, date: Day, timezone: Zone = "UTC") -> _GoldenHour:
    """Find the morning and evening golden hours at a place: sun from 4° below to 6° above the horizon."""
    zone = clock(timezone)
    low_dawn, low_dusk, high_morning, high_evening = _events(latitude, longitude, date, timezone, 4, -6)
    return {
        "morning_start": written(low_dawn, zone),
        "morning_end": written(high_morning, zone),
        "evening_start": written(high_evening, zone),
        "evening_end": written(low_dusk, zone),
    }


class _TwilightTimes(Result):
    civil_dawn: Annotated[PlainMoment, Kind("civil dawn", "Morning moment with the sun 6 degrees below the horizon.")]
    civil_dusk: Annotated[PlainMoment, Kind("civil dusk", "Evening moment with the sun 6 degrees below the horizon.")]
    night_begins: Annotated[
        PlainMoment, Kind("start of full darkness", "Evening moment with the sun 18 degrees below the horizon.")
    ]


@tool
def twilight_times(latitude: Latitude, longitude: Longitude, date: Day, timezone: Zone = "UTC") -> _TwilightTimes:
    """Find civil dawn, civil dusk and the start of full (astronomical) darkness at a place on a date."""
    zone = clock(timezone)
    dawn, dusk, _, night = _events(latitude, longitude, date, timezone, 6, 18)
    return {"civil_dawn": written(dawn, zone), "civil_dusk": written(dusk, zone), "night_begins": written(night, zone)}


class _SunPosition(Result):
    elevation_degrees: Annotated[
        float, Kind("height of the sun", "Degrees above the horizon; negative when the sun is down.")
    ]
    azimuth_degrees: Annotated[
        float,
        Kind(
            "direction of the sun",
            "Compass bearing in degrees clockwise from north.",
            format="direction-of-the-sun",
            minimum=0,
            maximum=360,
        ),
    ]
    is_up: Annotated[bool, Kind("sun above the horizon", "Whether the sun is above the horizon.")]


@tool
def sun_position(latitude: Latitude, longitude: Longitude, moment: MomentToLook) -> _SunPosition:
    """Find how high and in which compass direction the sun stands at a place at one moment."""
    from astral import Observer
    from astral.sun import azimuth, elevation

    when = datetime.fromisoformat(moment).astimezone(UTC)
    observer = Observer(latitude, longitude)
    height = round(elevation(observer, when), 1) + 0.0
    return {"elevation_degrees": height, "azimuth_degrees": round(azimuth(observer, when), 1), "is_up": height > 0}


class _LongestAndShortestDay(Result):
    longest_date: Annotated[
        PlainDate, Kind("longest day", "Date with the most daylight (the first one where several share it).")
    ]
    longest_hours: Annotated[
        float,
        Kind(
            "daylight on the longest day", "Hours of daylight on the longest day.", format="daylight-hours", minimum=0
        ),
    ]
    shortest_hours: Annotated[
        float,
        Kind(
            "daylight on the shortest day", "Hours of daylight on the shortest day.", format="daylight-hours", minimum=0
        ),
    ]


@tool
def longest_and_shortest_day(latitude: Latitude, longitude: Longitude, year: Year) -> _LongestAndShortestDay:
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


TOOLS = [sun_times, daylight_length, golden_hour, twilight_times, sun_position, longest_and_shortest_day]
