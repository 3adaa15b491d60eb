"""The order of dates in one call: a start before an end."""

import random
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from nodes.policies.offline.reading.parameters import Parameters

#: Days between two moments of one call: hours are counted to the end of a trip, not of a year.
_MOMENTS_APART = 3
_STARTS, _ENDS = frozenset({"start", "begin", "since"}), frozenset({"end", "until", "finish"})


def sort_ranges(arguments: dict[str, Any], parameters: Parameters, found: Collection[str], rng: random.Random) -> None:
    """Put the dates of one call in the order of their parameters: a start before an end.

    `found` are the parameters that results fill. Made-up dates change places; one that is on the wrong side of a
    result's date moves to the right side of it.
    """
    names = [
        name
        for name, parameter in parameters.by_name.items()
        if isinstance(arguments.get(name), str) and parameter.format in ("date", "date-time")
    ]
    fixed = [name for name in names if name in found]
    made_up = [name for name in names if name not in fixed]
    for name, value in zip(made_up, sorted(arguments[name] for name in made_up), strict=True):
        arguments[name] = value
    for name in made_up:
        for other in fixed:
            before = names.index(name) < names.index(other)
            mine, theirs = arguments[name], arguments[other]
            moments = "T" in mine and "T" in theirs
            far = (
                moments and abs((date.fromisoformat(mine[:10]) - date.fromisoformat(theirs[:10])).days) > _MOMENTS_APART
            )
            if far or (_is_before(theirs, mine) if before else _is_before(mine, theirs)):
                days = rng.randint(*((1, _MOMENTS_APART) if moments else (5, 120))) * (-1 if before else 1)
                arguments[name] = (date.fromisoformat(theirs[:10]) + timedelta(days=days)).isoformat() + mine[10:]


def _is_before(first: str, second: str) -> bool:
    """Tell whether one date or moment is before another of the same notation, whatever their offsets from UTC."""
    if ("T" in first) != ("T" in second):
        return False
    try:
        return datetime.fromisoformat(first) < datetime.fromisoformat(second)
    except (ValueError, TypeError):  # no date after all, or only one of them has an offset
        return first < second


def runs_backwards(arguments: dict[str, Any], parameters: Parameters) -> bool:
    """Tell whether a start lies after its end, which results can be for each other: nobody asks for that time."""
    dated = [
        (parameter.words, arguments[name])
        for name, parameter in parameters.by_name.items()
        if isinstance(arguments.get(name), str) and parameter.format in ("date", "date-time")
    ]
    starts = [value for words, value in dated if words & _STARTS]
    ends = [value for words, value in dated if words & _ENDS]
    return len(starts) == len(ends) == 1 and _is_before(ends[0], starts[0])
