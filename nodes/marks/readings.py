"""What a figure can mean: a number, a day, a time, a length of time."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

Near = Literal["", "about", "over", "under"]


class Number(NamedTuple):
    """A number; `step` is the size of the last digit that it shows."""

    value: Decimal
    step: Decimal = Decimal(1)
    near: Near = ""
    unit: str = ""
    percent: bool = False
    ordinal: bool = False


class Day(NamedTuple):
    """A day of a month, of a year where that is told."""

    year: int | None
    month: int
    day: int
    weekday: int | None = None


class Month(NamedTuple):
    """A month, of a year where that is told."""

    year: int | None
    month: int


class Clock(NamedTuple):
    """A time of day or a length in hours, minutes and seconds; `loose` where the half of the day is not told."""

    hour: int
    minute: int
    second: Decimal | None = None
    loose: bool = False
    near: Near = ""


class Offset(NamedTuple):
    """Minutes east of UTC."""

    minutes: int


class Weekday(NamedTuple):
    """0 is Monday; `which` is 1 of "next", -1 of "last", 0 of "this", where that is told."""

    weekday: int
    which: int | None = None


class Ahead(NamedTuple):
    """So many days, or months, from now; not `whole`: some day of the week or month that is so far away."""

    days: int = 0
    months: int = 0
    whole: bool = True


class Length(NamedTuple):
    """A length of time in seconds that is told in several units; `step` is one of the smallest."""

    seconds: Decimal
    step: Decimal
    near: Near = ""


Reading = Number | Day | Month | Clock | Offset | Weekday | Ahead | Length


@dataclass(frozen=True)
class Figure:
    """A figure at `text[start:end]` and what it can mean. `soft`: a word in running prose, which needs no mark."""

    start: int
    end: int
    readings: tuple[Reading, ...]
    soft: bool = False

    @property
    def small(self) -> bool:
        """A number of one or two digits: any record has so many that its value alone says little."""
        number = self.readings[0]
        return isinstance(number, Number) and abs(number.value) < 100 and number.step >= 1
