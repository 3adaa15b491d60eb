"""How people write a value in English: what a writer may choose from. Each spelling is read back by `says`."""

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from nodes.marks.language import language_of
from nodes.marks.language.en import ENGLISH
from nodes.marks.moments import Face, faces_of
from nodes.marks.quantities import exact
from nodes.marks.says import Place, says
from nodes.marks.wording import switch_words
from nodes.proofs.unsayable import unsayable
from tool_registry.json.by_identity import ByIdentity
from tool_registry.json.pointer import equal
from tool_registry.json.schema import titles_of

#: Up to here a whole number is as often written as a word.
WORD_MAX = 12
_OPENINGS = frozenset("include includes including included with show shows use uses is has have enable enabled".split())


_known: ByIdentity[list[str]] = ByIdentity(4096)
_sayable: ByIdentity[bool] = ByIdentity(4096)


def spellings(value: Any, schema: dict[str, Any], name: str = "") -> list[str]:
    """Return everyday ways to write the value, the most usual first; each one says it.

    Empty for what a user may not say: containers, null, long texts, UUIDs, long hexadecimals, many decimals. The list
    is remembered, and not to be changed: a value is spelt in many drafts and tried in many calls.
    """
    if isinstance(value, dict | list):
        return []
    # By its type too: 1.0 is spelt as 1 is not.
    return _known.get(schema, (name, type(value), value), lambda: list(_spellings(value, schema, name)))


def has_spelling(value: Any, schema: dict[str, Any], name: str = "") -> bool:
    """Tell whether there is a spelling, without making all of them."""
    if isinstance(value, dict | list):
        return False
    return _sayable.get(schema, (name, type(value), value), lambda: _has_spelling(value, schema, name))


def _has_spelling(value: Any, schema: dict[str, Any], name: str) -> bool:
    if _is_number_or_moment(value):
        return not unsayable(value, schema)
    return any(True for _ in _spellings(value, schema, name))


def _is_number_or_moment(value: Any) -> bool:
    """Say whether each way to write the value is known to say it, as a test tries; a text may be called anything."""
    if isinstance(value, str):
        return faces_of(value, (), None).is_calendar
    return isinstance(value, int | float) and not isinstance(value, bool)


def _spellings(value: Any, schema: dict[str, Any], name: str) -> Iterator[str]:
    if unsayable(value, schema):
        return
    candidates = dict.fromkeys([*titles_of(schema, value), *_spell_plainly(value, schema, name)])
    if _is_number_or_moment(value):
        yield from candidates
        return
    place = Place(value, schema, name)
    wanted = ("said", "could") if isinstance(value, bool) else ("said",)
    yield from (spelt for spelt in candidates if says(spelt, place).verdict in wanted)


def _spell_plainly(value: Any, schema: dict[str, Any], name: str) -> list[str]:
    match value:
        case bool():
            # What its author says goes before what its name may mean: "with weekends" is not to skip them.
            return switch_words(schema, value) or _flag(value, schema, name)
        case int() | float():
            return _number(value, schema, name)
        case str():
            written = written_moment(value) if _is_of_the_calendar(value, schema) else []
            if written:
                return [*written, value]
            if "_" in value and any(equal(value, member) for member in _members(schema)):
                return [" ".join(re.sub(r"[_-]", " ", value).split())]  # the tool's way to write it is no person's
            return [value.strip()]
        case _:
            return []


def _is_of_the_calendar(value: str, schema: dict[str, Any]) -> bool:
    """Tell a clock time from figures that only look like one: a pace of 5:30 a kilometre is at no hour of the day.

    The format decides; without one, a clock time is written with two figures of the hour, as ISO 8601 has it.
    """
    faces = faces_of(value, (), None).faces
    if not faces or faces[0].clock is None or faces[0].day is not None:
        return True
    declared = schema.get("format")
    return "time" in declared or "clock" in declared if isinstance(declared, str) else value[1:2].isdigit()


def _members(schema: dict[str, Any]) -> list[Any]:
    members = schema.get("enum")
    return members if isinstance(members, list) else []


def written_moment(value: str) -> list[str]:
    """Return everyday ways to write a date, time, month or moment, the most usual first; none of another text."""
    faces = faces_of(value, (), None).faces
    if not faces or faces[0].weekday is not None:
        return []
    face = faces[0]
    if face.month is not None:
        year, month = face.month
        return [f"{_month(month)} {year:04d}", f"{_month(month)[:3]} {year:04d}"] if year else []
    if face.day is None:
        return _clock(face.clock) if face.clock else []
    if face.clock is None:
        return _day(face.day)
    return _moment(face)


def _moment(face: Face) -> list[str]:
    day, clock = face.day, face.clock
    if day is None or clock is None:
        return []
    zone = "" if face.offset is None else f" {_zone(face.offset)}"
    return [
        *(f"{spelt} at {spoken}{zone}" for spoken in _clock(clock) for spelt in _day(day)[:2]),
        *(f"{spoken}{zone} on {spelt}" for spoken in _clock(clock)[:2] for spelt in _day(day)[:2]),
        f"{day.isoformat()} {_digital(clock)}{zone}",
    ]


def _zone(offset: int) -> str:
    if offset == 0:
        return "UTC"
    sign, minutes = ("+", offset) if offset > 0 else ("-", -offset)
    return f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def _digital(clock: time) -> str:
    return f"{clock.hour:02d}:{clock.minute:02d}" + (f":{clock.second:02d}" if clock.second else "")


def _clock(clock: time) -> list[str]:
    digital = _digital(clock)
    if clock.second:
        return [digital]
    hour, half = clock.hour % 12 or 12, "am" if clock.hour < 12 else "pm"
    spoken = f"{hour} {half}" if clock.minute == 0 else f"{hour}:{clock.minute:02d} {half}"
    words = [word for word, at in ENGLISH.clock_words.items() if at == (clock.hour, clock.minute)]
    return [spoken, digital, *words]


def _month(month: int) -> str:
    return str(language_of("en").names.months["format"]["wide"][month])


def _day(day: date) -> list[str]:
    month, year = _month(day.month), f"{day.year:04d}"
    ordinal = f"{day.day}{ordinal_suffix(day.day)}"
    weekday = str(language_of("en").names.days["format"]["wide"][day.weekday()])
    return [
        f"{day.day} {month} {year}",
        f"{month} {day.day}, {year}",
        f"{ordinal} of {month} {year}",
        f"{month} {ordinal}, {year}",
        f"{day.day} {month[:3]} {year}",
        f"{weekday} {day.day} {month} {year}",
        f"{weekday}, {month} {day.day}, {year}",
        day.isoformat(),
    ]


def ordinal_suffix(number: int) -> str:
    """Return `st`, `nd`, `rd` or `th` as it follows the number."""
    return "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _number(value: float, schema: dict[str, Any], name: str) -> list[str]:
    number = exact(value)
    plain = f"{number.normalize():f}" if isinstance(value, float) else str(value)
    grouped = f"{number.normalize():,f}"
    if number != number.to_integral_value():
        return [grouped, plain]
    if abs(number) < 1000:
        return [plain, *([number_words(int(value))] if 0 <= number <= WORD_MAX else [])]
    about = f"{name} {schema.get('title') or ''} {schema.get('format') or ''}".casefold()
    if "year" in about and number < 10_000:
        return [plain]
    millions = number / 1_000_000
    return [
        grouped,
        plain,
        *([f"{millions.normalize():f} million"] if 1 <= millions < 1000 and number % 100_000 == 0 else []),
    ]


def number_words(number: int) -> str:
    """Return a whole number from 0 to 999,999 in words: `one hundred and five`."""
    if not 0 <= number < 10**6:
        raise ValueError(f"{number} is not from 0 to 999,999")
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        tail = f" {'and ' if rest < 100 else ''}{number_words(rest)}" if rest else ""
        return f"{number_words(thousands)} thousand{tail}"
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        return f"{number_words(hundreds)} hundred" + (f" and {number_words(rest)}" if rest else "")
    small = list(ENGLISH.numbers)
    if number < 20:
        return small[number]
    tens, rest = divmod(number, 10)
    return small[18 + tens] + (f"-{small[rest]}" if rest else "")


def _flag(value: bool, schema: dict[str, Any], name: str) -> list[str]:
    about = re.findall(r"[a-z0-9]+", str(schema.get("title") or re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name)).lower())
    while about and about[0] in _OPENINGS:
        about = about[1:]
    phrase = " ".join(about)
    if not phrase:
        return []
    return [f"with {phrase}", f"including {phrase}"] if value else [f"without {phrase}", f"no {phrase}"]
