"""The numbers of a text as they are shown: their value, to which digit, and in what."""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from nodes.proofs.dates import scan_calendar
from nodes.proofs.numbers import NumberSpan, scan_numbers
from nodes.proofs.units import unit_after

_MANTISSA = re.compile(r"-?[0-9][0-9,.'’\u00a0\u2009\u202f ]*|-?\.[0-9]+")
_HEDGE = re.compile(
    r"(?:about|around|roughly|approximately|approx\.?|nearly|almost|some|over|under|more than|less than|circa|ca\.|~|≈)"
    r"\s?\Z",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\s?(?:%|per ?cent\b)", re.IGNORECASE)
_HOURS_MINUTES = re.compile(
    r"(?<![\w.:])(\d{1,4})\s?(?:h|hrs?|hours?),?\s?(?:and\s)?(\d{1,2})\s?(?:m|mins?|minutes?)(?!\w)", re.IGNORECASE
)
_LARGE = 20
_SMALL = 100
_PART_OF_WORD = re.compile(r"-(?:letter|digit|way|dimensional|character|bit|fold)s?\b", re.IGNORECASE)
_CODE = re.compile(r"[0-9]-\Z")


class Shown(NamedTuple):
    """A number at `text[start:end]`; `exponent` is the power of ten of its last meaningful digit."""

    start: int
    end: int
    value: Decimal
    exponent: int
    unit: str | None = None
    percent: bool = False
    ordinal: bool = False
    hedged: bool = False

    @property
    def is_coarse(self) -> bool:
        """A bare digit, which is near to something in any record, so that only the very number is its origin."""
        return not self.hedged and abs(self.value) < 10 and self.exponent >= 0

    @property
    def is_small(self) -> bool:
        """A number of one or two digits, or of three with a decimal: any record has so many that it says little."""
        digits = abs(self.value).scaleb(-self.exponent)
        return digits < _SMALL or (self.exponent < 0 and digits < 10 * _SMALL)

    def is_part_of_word(self, text: str) -> bool:
        """A number that belongs to a compound and counts nothing: "a three-letter code", "ISO 639-3"."""
        return bool(_PART_OF_WORD.match(text, self.end) or _CODE.search(text, max(0, self.start - 3), self.start))


def shown_numbers(text: str) -> Iterator[Shown]:
    """Yield the numbers that are no part of a date or a time of day; "2 h 5 min" is one of 125 minutes."""
    covered = [(span.start, span.end) for span in scan_calendar(text)]
    for match in _HOURS_MINUTES.finditer(text):
        covered.append(match.span())
        yield Shown(*match.span(), Decimal(60 * int(match[1]) + int(match[2])), 0, "minute")
    covered.sort()
    passed = covered_to = 0
    for span in scan_numbers(text):
        while passed < len(covered) and covered[passed][0] <= span.start:
            covered_to = max(covered_to, covered[passed][1])
            passed += 1
        if span.end <= covered_to:
            continue
        if span.value == 1 and not span.digits:
            continue  # "one" is a pronoun more often than a number
        yield Shown(
            span.start,
            span.end,
            span.value,
            _exponent(text, span),
            None if span.ordinal else unit_after(text, span.end),
            _PERCENT.match(text, span.end) is not None,
            span.ordinal,
            _HEDGE.search(text, max(0, span.start - 16), span.start) is not None,
        )


def _exponent(text: str, span: NumberSpan) -> int:
    smallest = span.value.as_tuple().exponent
    exponent = smallest if isinstance(smallest, int) else 0
    last = text[span.end - 1]
    is_fraction = last.isnumeric() and not last.isdecimal()  # "1½" shows the digits of 1.5
    mantissa = _MANTISSA.match(text, span.start, span.end) if span.digits and not is_fraction else None
    if mantissa:
        digits = mantissa.group().rstrip(" ,.'")
        exponent = -len(digits.partition(".")[2])
        size = Decimal(re.sub(r"[^0-9.-]", "", digits) or 0)
        scale = span.value / size if size else Decimal(1)
        exponent += scale.adjusted() if scale in (10**3, 10**6, 10**9, 10**12) else 0
    if exponent == 0 and _HEDGE.search(text, max(0, span.start - 16), span.start):
        plain = str(int(abs(span.value)))
        # "About 12,000" is rounded to where its zeros begin, but two digits are meant.
        exponent = max(0, min(len(plain) - len(plain.rstrip("0")), len(plain) - 2))
    return exponent


def rounded(value: Decimal, exponent: int) -> set[Decimal]:
    """Return the value as it may be written to that digit, with or without its sign; halves either way."""
    own = value.as_tuple().exponent
    if not isinstance(own, int) or value.adjusted() > _LARGE:
        return {value} if value.is_finite() else set()
    ways = {value}
    if own < exponent:
        step = Decimal(1).scaleb(exponent)
        ways = {value.quantize(step, ROUND_HALF_EVEN), value.quantize(step, ROUND_HALF_UP)}
    return ways | {abs(way) for way in ways}
