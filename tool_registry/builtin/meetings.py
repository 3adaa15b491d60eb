"""Planning of meetings: agendas, free times, series, orders of speaking, pairs."""

from datetime import date, timedelta
from typing import Annotated, Literal

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.everyday import ClockTime, Names, PlainText, clock_of, different, minutes_of
from tool_registry.builtin.kinds import Day, PlainDay
from tool_registry.declare import Kind

tool = pure(category="meetings")

Minutes = Annotated[int, Kind("minutes", "Length in minutes.", minimum=1, maximum=600)]
Title = Annotated[PlainText, Kind("title", "Title, in the person's own words.")]
PlainClock = Annotated[str, Kind("time", "Time of the day, HH:MM.", format="clock-time-told")]


class _Point(Result):
    topic: Annotated[str, Kind("topic", "What is talked about.", minLength=1)]
    minutes: Minutes


class _Busy(Result):
    start: ClockTime
    end: ClockTime


class _Slot(Result):
    topic: Annotated[str, Kind("topic", "What is talked about.", format="text-made")]
    begins: PlainClock


class _Agenda(Result):
    ends: PlainClock
    points: Annotated[list[_Slot], Kind("points", "When each point begins.")]


@tool
def plan_agenda(
    start: Annotated[ClockTime, Kind("start")],
    points: Annotated[list[_Point], Kind("points", "Points in order.", minItems=2, maxItems=10, again="those points")],
    break_minutes: Annotated[Minutes, Kind("break", "A break after each point but the last.")] = 0,
) -> _Agenda:
    """Tell when each point of an agenda begins and when the meeting ends, from the minutes that each point takes."""
    at, slots = minutes_of(start), list[_Slot]()
    for each in points:
        slots.append({"topic": each["topic"], "begins": clock_of(at)})
        at += each["minutes"] + break_minutes
    return {"ends": clock_of(at - break_minutes), "points": slots}


class _MeetingEnd(Result):
    title: Annotated[str, Kind("title", "The title as given.", format="text-made")]
    ends: PlainClock
    total_minutes: Annotated[int, Kind("length", "Minutes from start to end.", minimum=1)]


@tool
def meeting_end(
    title: Title,
    start: Annotated[ClockTime, Kind("start")],
    minutes: Minutes,
    with_setup: Annotated[bool, Kind("setup", "Add a quarter of an hour for setting up.")] = False,
) -> _MeetingEnd:
    """Tell when a meeting with a title ends, from its start and its length in minutes."""
    total = minutes + (15 if with_setup else 0)
    return {"title": title, "ends": clock_of(minutes_of(start) + total), "total_minutes": total}


class _Gap(Result):
    begins: PlainClock
    ends: PlainClock


class _FreeTimes(Result):
    gaps: Annotated[list[_Gap], Kind("free times", "The free times in order.")]
    free_minutes: Annotated[int, Kind("free minutes", "How many minutes are free in all.", minimum=0)]


@tool
def free_times(
    busy: Annotated[list[_Busy], Kind("busy times", "What is taken.", minItems=1, maxItems=10, again="those times")],
    day_start: Annotated[ClockTime, Kind("start of the day")] = "09:00",
    day_end: Annotated[ClockTime, Kind("end of the day")] = "17:00",
    shortest: Annotated[Minutes, Kind("shortest gap", "Gaps of fewer minutes do not count.")] = 1,
) -> _FreeTimes:
    """Find the free times of a working day, between 9:00 and 17:00 unless said otherwise, beside what is busy."""
    at, last, gaps = minutes_of(day_start), minutes_of(day_end), list[_Gap]()
    free = 0
    evening: _Busy = {"start": day_end, "end": day_end}
    for each in [*sorted(busy, key=lambda each: each["start"]), evening]:
        begins, ends = minutes_of(each["start"]), minutes_of(each["end"])
        if ends < begins:
            raise ToolkitError(f"{each['start']} is after {each['end']}; give the start of each time first.")
        if min(begins, last) - at >= shortest:
            gaps.append({"begins": clock_of(at), "ends": clock_of(min(begins, last))})
            free += min(begins, last) - at
        at = max(at, ends)
    return {"gaps": gaps, "free_minutes": free}


class _Series(Result):
    title: Annotated[str, Kind("title", "The title as given.", format="text-made")]
    last: Annotated[PlainDay, Kind(format="plain-date")]
    dates: Annotated[list[Annotated[PlainDay, Kind(format="plain-date")]], Kind("dates", "All dates of the series.")]


@tool
def series_of_dates(
    title: Title,
    first: Annotated[Day, Kind("first date", "First date, YYYY-MM-DD.")],
    times: Annotated[int, Kind("times", "How often it takes place.", minimum=2, maximum=26)],
    rhythm: Annotated[Literal["daily", "weekly", "fortnightly"], Kind("rhythm", "How often it comes.")],
    skip_weekends: Annotated[bool, Kind("weekends", "Move what falls on a weekend to Monday.")] = False,
) -> _Series:
    """List the dates of a series, such as a course or a club evening, that takes place a number of times."""
    step = {"daily": 1, "weekly": 7, "fortnightly": 14}[rhythm]
    found = [date.fromisoformat(first) + timedelta(days=step * number) for number in range(times)]
    if skip_weekends:
        found = [day + timedelta(days=max(7 - day.weekday(), 0) if day.weekday() > 4 else 0) for day in found]
    dates = [day.isoformat() for day in found]
    return {"title": title, "last": dates[-1], "dates": dates}


class _Place(Result):
    place: Annotated[int, Kind("place", "Place in the order, from 1.", minimum=1)]
    name: Annotated[str, Kind("name", "A name.", format="payer-name")]


class _Order(Result):
    order: Annotated[list[_Place], Kind("order", "Who comes when.")]


@tool
def speaking_order(
    names: Names,
    by: Annotated[Literal["alphabet", "length of name", "as given"], Kind("order", "What the order goes by.")],
    backwards: Annotated[bool, Kind("direction", "Turn the order round.")] = False,
) -> _Order:
    """Put people in an order of speaking: by the alphabet, by the length of their names or as they are given."""
    different(names)
    order = {"alphabet": sorted(names), "length of name": sorted(names, key=len), "as given": list(names)}[by]
    if backwards:
        order.reverse()
    return {"order": [{"place": place, "name": name} for place, name in enumerate(order, 1)]}


class _Pair(Result):
    one: Annotated[str, Kind("one", "One of the pair.", format="payer-name")]
    other: Annotated[str, Kind("other", "The other.", format="receiver-name")]


class _Pairs(Result):
    pairs: Annotated[list[_Pair], Kind("pairs", "Who is with whom.")]
    alone: Annotated[list[Annotated[str, Kind("name", "A name.", format="payer-name")]], Kind("alone", "Who is left.")]


@tool
def pair_up(
    names: Names,
    shift: Annotated[
        int, Kind("round", "Which round of pairs, from 1 on; each has others.", minimum=1, maximum=12)
    ] = 1,
) -> _Pairs:
    """Pair people up for talks, games or practice, each round otherwise; with an odd number one is left over."""
    different(names)
    seats: list[str | None] = [*names, *([None] if len(names) % 2 else [])]
    turned = [seats[0], *(seats[1 + (place + shift - 1) % (len(seats) - 1)] for place in range(len(seats) - 1))]
    both = [(turned[place], turned[-1 - place]) for place in range(len(turned) // 2)]
    pairs: list[_Pair] = [{"one": one, "other": other} for one, other in both if one and other]
    return {"pairs": pairs, "alone": [one or other or "" for one, other in both if not (one and other)]}


class _NoteOfDay(Result):
    line: Annotated[str, Kind("entry", "The entry as it stands in a calendar.", format="text-made")]
    days_ahead: Annotated[int, Kind("days ahead", "Days from today's date to the event.")]


@tool
def calendar_entry(
    title: Title,
    today: Annotated[Day, Kind("today", "Date from which the days are counted, YYYY-MM-DD.")],
    day: Annotated[Day, Kind("date", "Date of the event, YYYY-MM-DD.")],
    note: Annotated[PlainText, Kind("note", "A note in the person's own words.")] = "",
    all_day: Annotated[bool, Kind("all day", "Mark the entry as going on all day.")] = False,
) -> _NoteOfDay:
    """Write a calendar entry with a title and a note if there is one, and count the days until then."""
    ahead = (date.fromisoformat(day) - date.fromisoformat(today)).days
    line = f"{title}{f' ({note})' if note else ''}{', all day' if all_day else ''}"
    return {"line": line, "days_ahead": ahead}


TOOLS = [plan_agenda, meeting_end, free_times, series_of_dates, speaking_order, pair_up, calendar_entry]
