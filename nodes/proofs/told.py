"""What a response tells: every number, date and time in it, and where the record has it from."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from nodes.proofs.anchoring import anchored
from nodes.proofs.clauses import markers
from nodes.proofs.dates import MONTHS, Calendar, Moment, scan_calendar
from nodes.proofs.numbers import parse_number
from nodes.proofs.origins import Origins, Quantity
from nodes.proofs.places import Place
from nodes.proofs.shown import Shown, shown_numbers
from nodes.proofs.subjects import Evidence, Subjects

_MONTH = "|".join(sorted((*MONTHS, *(name[:3] for name in MONTHS), "Sept"), key=len, reverse=True))
_DAY_OF_YEAR = re.compile(
    rf"(?<![\w.:])(?P<day1>[0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month1>{_MONTH})\b"
    rf"|\b(?P<month2>{_MONTH})\.?\s+(?:the\s+)?(?P<day2>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![\w:]|[.,][0-9])",
    re.IGNORECASE,
)
_HOUR = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|1[0-2]|[1-9]"
_SPOKEN_CLOCK = re.compile(
    rf"\b(?:(?P<part>half|(?:a )?quarter) (?P<side>past|to) (?P<hour1>{_HOUR})\b|(?P<hour2>{_HOUR}) o['’]clock)",
    re.IGNORECASE,
)
_WITH_DIGITS = re.compile(r"\S*\d\S*")
_AROUND = ".,;:!?()[]{}\"'“”‘’«»*_`…"
_JOINT = re.compile(r"[/:×x–-]")
_JOINED = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?(?:[/:×x–-][0-9][0-9,]*(?:\.[0-9]+)?)+")
_GLUED = re.compile(r"([-+]?[0-9][0-9.,]*)-?([a-zA-Zµ°%]{1,12})")

_REMAINING = re.compile(r"\b(?:other|remaining)\s+\Z", re.IGNORECASE)
_LEFT = re.compile(r" (?:more|others?)\b(?! than\b)")
_SCALE = re.compile(r"\bout of (5|10|100)\b")


@dataclass
class Told:
    """`steps` are those that something in the response comes from; `unfounded` are (text, reason) of the rest."""

    steps: set[str] = field(default_factory=set)
    unfounded: list[tuple[str, str, str]] = field(default_factory=list)
    moments: list[Evidence] = field(default_factory=list)


def told(
    response: str,
    origins: Origins,
    is_open: Callable[[str], bool],
) -> Told:
    """Trace each number, date and time of the response back; `unfounded` holds (code, text, reason).

    `is_open` says of a step whether its result is still to be told, for all the words of the response.
    """
    found = Told()
    covered = list(_moments(response, origins, found))
    later: list[Shown] = []
    numbers = list(shown_numbers(response))
    of_moments = {index for span in covered for index in range(*span)}
    read = of_moments.union(index for shown in numbers for index in range(shown.start, shown.end))
    idle = markers(response) | {match.start(1) for match in _SCALE.finditer(response)}
    numbers = [shown for shown in numbers if shown.start not in idle]
    for token in _unread(response, read):
        _trace_token(token, origins, found)
    traced: list[tuple[Shown, list[Place]]] = []
    beside: list[Quantity] = []
    for shown in numbers:
        if shown.start in of_moments:
            continue
        is_left = _REMAINING.search(response, max(0, shown.start - 16), shown.start) or _LEFT.match(response, shown.end)
        if is_left and 0 < shown.value < origins.largest_count:
            continue  # "the other two" of a list, "and 5 more": how many they are `parts.py` sees
        places = origins.number(shown, beside)
        if places:
            traced.append((shown, places))
            if shown.unit:
                beside.append(Quantity(shown.value, shown.unit, places[0]._replace(steps=frozenset())))
        else:
            later.append(shown)
    for shown in later:
        # Once more, now that "1.2 kg" in the same response can be what "2.65 pounds" is converted from.
        places = origins.number(shown, beside) if shown.unit else []
        parts = [(part, origins.number(part)) for part in _parts(shown, response)]
        if places:
            traced.append((shown, places))
        elif parts and all(found for _, found in parts):
            traced.extend(parts)
        else:
            text = response[shown.start : shown.end]
            found.unfounded.append(("untraced_number", text, "a number that nothing in the record gives"))
    for shown, places in traced:
        if not shown.is_small:
            found.steps.update(*(place.steps for place in places))
    if any(shown.is_small for shown, _ in traced):
        subjects = Subjects(response, list(origins.topics.values()), traced, found.moments)
        small, adrift = anchored(subjects, found.steps, is_open)
        found.steps.update(*(place.steps for places in small for place in places))
        for shown in adrift:
            text = response[shown.start : shown.end]
            found.unfounded.append(("untraced_number", text, "a number that the record gives only for something else"))
    return found


def _parts(shown: Shown, response: str) -> list[Shown]:
    """Return the hours and the minutes of "2 h 5 min"; nothing of any other number."""
    found = list(re.finditer(r"\d+", response[shown.start : shown.end]))
    if shown.unit != "minute" or len(found) != 2 or "." in response[shown.start : shown.end]:
        return []
    return [
        Shown(shown.start + match.start(), shown.start + match.end(), Decimal(match.group()), 0, unit)
        for match, unit in zip(found, ("hour", "minute"), strict=True)
    ]


def _unread(response: str, read: set[int]) -> Iterator[str]:
    """Yield the words with digits that are neither a number nor of the calendar: codes, `007`, `15km`, `3/7`."""
    for match in _WITH_DIGITS.finditer(response):
        token = match.group().strip(_AROUND)
        start = match.start() + match.group().index(token)
        if not read.issuperset(start + index for index, character in enumerate(token) if character.isdecimal()):
            yield token


def _trace_token(token: str, origins: Origins, found: Told) -> None:
    if "".join(filter(str.isalnum, token)).casefold() in origins.member_names:
        return
    if any(token.casefold() in text.casefold() for text in origins.texts):
        return  # whose text it is, `needed.py` sees
    glued = _GLUED.fullmatch(token)
    parts = [f"{glued[1]} {glued[2]}"] if glued else _JOINT.split(token) if _JOINED.fullmatch(token) else []
    numbers = [number for part in parts for number in shown_numbers(part)]
    traced = [places for number in numbers if (places := origins.number(number))]
    if parts and len(traced) == len(numbers) == len(parts):
        found.steps.update(*(place.steps for places in traced for place in places))
        return
    if any(character.isalpha() for character in token) and not glued:
        found.unfounded.append(("untraced_name", token, "a code that nothing in the record gives"))
    else:
        found.unfounded.append(("untraced_number", token, "a number that nothing in the record gives"))


def _moments(response: str, origins: Origins, found: Told) -> Iterator[tuple[int, int]]:
    """Trace dates and times and yield where they stand."""
    taken: list[tuple[int, int]] = []
    for span in sorted(scan_calendar(response), key=lambda span: span.start - span.end):
        inside = any(start <= span.start and span.end <= end for start, end in taken)
        steps = origins.moment(span.value)
        if steps is not None:
            found.steps |= steps
            found.moments.append(Evidence(span.start, frozenset(_topics(span.value, origins)), steps))
        elif not inside:
            text = response[span.start : span.end]
            found.unfounded.append(("untraced_date", text, "a date or time that nothing in the record gives"))
        if not inside:
            taken.append((span.start, span.end))
            yield span.start, span.end
    for match in (*_DAY_OF_YEAR.finditer(response), *_SPOKEN_CLOCK.finditer(response)):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        steps = _spoken(match, origins)
        if steps is None:
            reason = "a date or time that nothing in the record gives"
            found.unfounded.append(("untraced_date", match.group(), reason))
        else:
            found.steps |= steps
        yield match.span()


def _topics(value: Calendar, origins: Origins) -> set[str]:
    found = set(origins.moment_topics.get(value, ()))
    if isinstance(value, Moment):
        found |= origins.moment_topics.get(value.day, set()) & origins.moment_topics.get(value.clock, set())
    return found


def _spoken(match: re.Match[str], origins: Origins) -> frozenset[str] | None:
    parts = match.groupdict()
    if "side" not in parts:
        name = (parts["month1"] or parts["month2"])[:3].lower()
        month = next(number for number, month in enumerate(MONTHS, start=1) if month[:3].lower() == name)
        return origins.day_of_year(month, int(parts["day1"] or parts["day2"]))
    number = parse_number(parts["hour1"] or parts["hour2"])
    hour = int(number.value) if number else 0
    if not parts["part"]:
        return origins.clock_face(hour, 0)
    minutes = 30 if parts["part"].lower() == "half" else 15
    return (
        origins.clock_face(hour, minutes)
        if parts["side"].lower() == "past"
        else origins.clock_face(hour - 1, 60 - minutes)
    )
