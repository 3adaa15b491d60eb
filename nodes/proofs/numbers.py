"""Numbers as people write them in English: digits, groups, number words, ordinals, and back.

Read are `10`, `1,000`, `1 000`, `-2.5`, `.5`, `6.02e23`, `ten`, `twenty-five`, `a hundred and five`, `2.5
million`, `two dozen`, `two point five`, `two and a half`, `½`, `1½`, `minus five`, and as ordinals `3rd` and `third`.
Not read, because they can mean two things or are no number: a decimal comma (`2,5`), `250k`, leading zeros
(`007`), fractions (`3/4`, `one third`), `half` alone, and years said in pairs.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_UNITS = "zero one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_UNIT = {word: value for value, word in enumerate(_UNITS)}
_TEEN = {word: 10 + value for value, word in enumerate(_TEENS)}
_TEN = {word: 20 + 10 * value for value, word in enumerate(_TENS)}
_ORDINAL = {
    **{
        word: value
        for value, word in enumerate("first second third fourth fifth sixth seventh eighth ninth".split(), start=1)
    },
    **{word: value for value, word in enumerate("tenth eleventh twelfth".split(), start=10)},
    **{word + "th": value for word, value in _TEEN.items() if value > 12},
    **{word[:-1] + "ieth": value for word, value in _TEN.items()},
}

_TOKEN = re.compile(
    r"""
    (?P<ordinal>(?<![\w.,:/])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:st|nd|rd|th)(?!\w))
    | (?P<digits>
        (?<!\w)(?<![0-9][.,:/])
        (?: (?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)[ \u00a0\u2009\u202f]?)?[½¼¾⅕⅖⅗⅘⅛⅜⅝⅞]
          | (?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:[ \u00a0\u2009\u202f'’][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?
          | \.[0-9]+ )
        (?:e[+-]?[0-9]{1,3})?
        (?!\w)(?![.,:/'’][0-9])
      )
    | (?P<word>(?<!\w)[a-z]+(?!\w))
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: Those whose decimals end: a third is no decimal number.
_FRACTIONS = dict(zip("½¼¾⅕⅖⅗⅘⅛⅜⅝⅞", "0.5 0.25 0.75 0.2 0.4 0.6 0.8 0.125 0.375 0.625 0.875".split(), strict=True))
_GAP = re.compile(r"\s+|-|‑|\s*–\s*")
_PERCENT = re.compile(r"\s?(?:%|percent|per cent)\Z", re.IGNORECASE)


class NumberSpan(NamedTuple):
    """A number in a text: `text[start:end]`, its exact value, and how it was written."""

    start: int
    end: int
    value: Decimal
    ordinal: bool
    digits: bool


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def ordinal_suffix(number: int) -> str:
    """Return `st`, `nd`, `rd` or `th` as it follows the number."""
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def ordinal_words(number: int) -> str:
    """Return an ordinal from 1 to 99 in words: `first`, `thirty-first`."""
    for word, value in _ORDINAL.items():
        if value == number:
            return word
    tens, rest = divmod(number, 10)
    return f"{_TENS[tens - 2]}-{ordinal_words(rest)}"


def _digits_value(text: str) -> Decimal | None:
    plain = re.sub(r"[,\s'’\u00a0\u2009\u202f]", "", text)
    if re.match(r"0[0-9]", plain):
        return None
    if plain[-1:] in _FRACTIONS:
        return Decimal(plain[:-1] or 0) + Decimal(_FRACTIONS[plain[-1]])
    return Decimal(plain)


class _Words:
    """The greedy reading of a run of number words: `take` says whether a word continues the number."""

    def __init__(self) -> None:
        self.total = 0
        self.group: int | None = None
        self.room = 1000  # what may still be added to the group is smaller than this
        self.scale = 10**15
        self.hundred = False
        self.ended = False

    @property
    def value(self) -> int:
        return self.total + (self.group or 0)

    @property
    def takes_and(self) -> bool:
        return not self.ended and ((self.hundred and self.room == 100) or (self.group is None and self.total > 0))

    def take(self, word: str) -> bool:
        if self.ended:
            return False
        if word in _UNIT:
            return self._add(_UNIT[word], needs=10, leaves=1)
        if word in _TEEN:
            return self._add(_TEEN[word], needs=100, leaves=1)
        if word in _TEN:
            return self._add(_TEN[word], needs=100, leaves=10)
        if word in ("hundred", "hundredth"):
            return self._multiply_group(100, ends=word == "hundredth")
        if word == "dozen":
            return self._multiply_group(12, ends=True)
        if word in _SCALES:
            return self._scale_up(_SCALES[word])
        if word in _ORDINAL:
            value = _ORDINAL[word]
            taken = self._add(value, needs=10 if value < 10 else 100, leaves=1)
            self.ended = self.ended or taken
            return taken
        return False

    def _add(self, value: int, *, needs: int, leaves: int) -> bool:
        if value == 0:
            if self.group is not None or self.total:
                return False
            self.group, self.room, self.ended = 0, 1, True
            return True
        if self.group is not None and self.room < needs:
            return False
        self.group = (self.group or 0) + value
        self.room = leaves
        return True

    def _multiply_group(self, factor: int, *, ends: bool) -> bool:
        if self.group is None or not 1 <= self.group < 100 or self.hundred:
            return False
        self.group *= factor
        self.room, self.hundred, self.ended = 100, True, ends
        return True

    def _scale_up(self, scale: int) -> bool:
        if not self.group or scale >= self.scale:
            return False
        self.total += self.group * scale
        self.group, self.room, self.hundred, self.scale = None, 1000, False, scale
        return True


def _is_ordinal_word(word: str) -> bool:
    return word in _ORDINAL or word == "hundredth"


class _Scanner:
    """Reads the longest number that begins at a token."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [
            _Token(match.lastgroup or "", match.group().lower(), match.start(), match.end())
            for match in _TOKEN.finditer(text)
        ]

    def word(self, position: int, *, after: int | None = None) -> str:
        """Return the word token at `position`, or "" when there is none that continues the one before."""
        if position >= len(self.tokens) or self.tokens[position].kind != "word":
            return ""
        if after is not None and not self.joined(after, position):
            return ""
        return self.tokens[position].text

    def joined(self, left: int, right: int) -> bool:
        if right >= len(self.tokens):
            return False
        return _GAP.fullmatch(self.text[self.tokens[left].end : self.tokens[right].start]) is not None

    def read(self, position: int) -> tuple[int, Decimal, bool, bool] | None:
        """Return (position after the number, value, ordinal, written in digits), or None."""
        token = self.tokens[position]
        if token.kind == "ordinal":
            number = int(token.text[:-2].replace(",", ""))
            right = ordinal_suffix(number) == token.text[-2:] and not re.match(r"0[0-9]", token.text)
            return (position + 1, Decimal(number), True, True) if right else None
        if token.kind == "digits":
            return self._read_digits(position)
        if token.text in ("minus", "negative") and self.joined(position, position + 1):
            inner = self.read(position + 1) if self.word(position + 1) not in ("minus", "negative") else None
            if inner is None or inner[2]:
                return None
            return inner[0], inner[1].copy_negate(), False, inner[3]
        return self._read_words(position)

    def _read_digits(self, position: int) -> tuple[int, Decimal, bool, bool] | None:
        value = _digits_value(self.tokens[position].text)
        if value is None:
            return None
        position += 1
        while True:
            scale = {**_SCALES, "hundred": 100, "dozen": 12}.get(self.word(position, after=position - 1))
            if scale is None:
                break
            value *= scale
            position += 1
        position, half = self._and_a_half(position)
        return position, value + half, False, True

    def _read_words(self, position: int) -> tuple[int, Decimal, bool, bool] | None:
        words = _Words()
        current = position
        if self.word(current) in ("a", "an"):
            following = self.word(current + 1, after=current)
            if following not in _SCALES and following not in ("hundred", "dozen"):
                return None
            words.take("one")
            current += 1
        start = current
        ordinal = False
        while True:
            after = current - 1 if current > start else (current - 1 if current > position else None)
            word = self.word(current, after=after)
            if word == "and" and current > start and words.takes_and:
                following = self.word(current + 1, after=current)
                if following in _UNIT or following in _TEEN or following in _TEN or following in _ORDINAL:
                    word = following
                    current += 1
                else:
                    break
            if not word or not words.take(word):
                break
            ordinal = _is_ordinal_word(word)
            current += 1
            if ordinal:
                break
        if current == start:
            return None
        value = Decimal(words.value)
        if ordinal:
            return current, value, True, False
        current, value = self._point(current, value)
        current, half = self._and_a_half(current)
        return current, value + half, False, False

    def _point(self, position: int, value: Decimal) -> tuple[int, Decimal]:
        if self.word(position, after=position - 1) != "point":
            return position, value
        digits = ""
        current = position + 1
        while self.word(current, after=current - 1) in _UNIT:
            digits += str(_UNIT[self.tokens[current].text])
            current += 1
        return (current, value + Decimal(f"0.{digits}")) if digits else (position, value)

    def _and_a_half(self, position: int) -> tuple[int, Decimal]:
        words = [self.word(position + step, after=position + step - 1) for step in range(3)]
        return (position + 3, Decimal("0.5")) if words == ["and", "a", "half"] else (position, Decimal(0))


@lru_cache(maxsize=1024)
def scan_numbers(text: str) -> tuple[NumberSpan, ...]:
    """Return the numbers in the text, each as long as it can be read, in order and without overlap."""
    scanner = _Scanner(text)
    spans: list[NumberSpan] = []
    position = 0
    while position < len(scanner.tokens):
        found = scanner.read(position)
        if found is None:
            position += 1
            continue
        following, value, ordinal, digits = found
        first = scanner.tokens[position]
        between = text[spans[-1].end : first.start] if spans else "x"
        if first.text in ("minus", "negative") and not between.strip():
            # "5 minus 3" is an operation between two numbers, not a negative three.
            position += 1
            continue
        position = following
        start, end = first.start, scanner.tokens[following - 1].end
        if ordinal and not digits and spans and spans[-1].end + 1 == start and not spans[-1].digits:
            spans.pop()  # "one third", "two fifth": neither the number nor the ordinal is what is said
            continue
        is_minus = start > 0 and text[start - 1] in "-−" and (start == 1 or not re.match(r"[\w)\]]", text[start - 2]))
        if is_minus and digits and not ordinal and value >= 0:
            start, value = start - 1, value.copy_negate()
        spans.append(NumberSpan(start, end, value, ordinal, digits))
    return tuple(spans)


def parse_number(text: str) -> NumberSpan | None:
    """Return the number that the whole text is, or None; a percentage counts as its number ("10 %" is 10)."""
    bare = _PERCENT.sub("", text.strip())
    spans = scan_numbers(bare)
    return spans[0] if len(spans) == 1 and (spans[0].start, spans[0].end) == (0, len(bare)) else None


def exact(value: float) -> Decimal:
    """Return the number that JSON writes: 0.1 is one tenth, not its nearest binary fraction."""
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def decimals(value: float) -> int:
    """Return how many decimals the number shows; 0 for what is not finite."""
    number = exact(value)
    if not number.is_finite():
        return 0
    exponent = number.normalize().as_tuple().exponent if isinstance(value, float) else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


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
        return f"{_UNITS[hundreds]} hundred" + (f" and {number_words(rest)}" if rest else "")
    if number >= 20:
        tens, rest = divmod(number, 10)
        return _TENS[tens - 2] + (f"-{_UNITS[rest]}" if rest else "")
    return (_UNITS + _TEENS)[number]
