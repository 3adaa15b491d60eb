"""What a response tells: every number, date and time in it, and where the record has it from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from nodes.proofs.dates import MONTHS, scan_calendar
from nodes.proofs.numbers import parse_number
from nodes.proofs.origins import Origins
from nodes.proofs.shown import Shown, shown_numbers

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


@dataclass
class Told:
    """`steps` are those that something in the response comes from; `unfounded` are (text, reason) of the rest."""

    steps: set[str] = field(default_factory=set)
    unfounded: list[tuple[str, str, str]] = field(default_factory=list)


def told(response: str, origins: Origins) -> Told:
    """Trace each number, date and time of the response back; `unfounded` holds (code, text, reason)."""
    found = Told()
    covered = list(_moments(response, origins, found))
    later: list[Shown] = []
    numbers = list(shown_numbers(response))
    read = [*covered, *((shown.start, shown.end) for shown in numbers)]
    for token in _unread(response, read):
        _trace_token(token, origins, found)
    for shown in numbers:
        if any(start <= shown.start and shown.end <= end for start, end in covered):
            continue
        steps = origins.number(shown)
        if steps is None:
            later.append(shown)
        else:
            found.steps |= steps
            origins.also_shown(shown)
    for shown in later:
        # Once more, now that "1.2 kg" in the same response can be what "2.65 pounds" is converted from.
        steps = origins.number(shown) if shown.unit else None
        if steps is None:
            text = response[shown.start : shown.end]
            found.unfounded.append(("untraced_number", text, "a number that nothing in the record gives"))
        else:
            found.steps |= steps
    return found


def _unread(response: str, read: list[tuple[int, int]]) -> Iterator[str]:
    """Yield the words with digits that are neither a number nor of the calendar: codes, `007`, `15km`, `3/7`."""
    for match in _WITH_DIGITS.finditer(response):
        token = match.group().strip(_AROUND)
        start = match.start() + match.group().index(token)
        digits = [start + index for index, character in enumerate(token) if character.isdecimal()]
        if not all(any(begin <= digit < end for begin, end in read) for digit in digits):
            yield token


def _trace_token(token: str, origins: Origins, found: Told) -> None:
    if any(token.casefold() in text.casefold() for text in origins.texts):
        return  # whose text it is, `needed.py` sees
    glued = _GLUED.fullmatch(token)
    parts = [f"{glued[1]} {glued[2]}"] if glued else _JOINT.split(token) if _JOINED.fullmatch(token) else []
    numbers = [number for part in parts for number in shown_numbers(part)]
    traced = [steps for number in numbers if (steps := origins.number(number)) is not None]
    if parts and len(traced) == len(numbers) == len(parts):
        found.steps.update(*traced)
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
