"""Is this a place in a sentence where a number can stand? The words to its left and right say so."""

import re
from typing import NamedTuple

from nodes.proofs.numbers import number_words
from nodes.proofs.units import UNITS

#: Words after which an amount, a rank or a measure is said.
_LEADS = frozenset(
    "is are was were be been being of to at by with as has have had about around roughly approximately nearly almost "
    "over under than equals equal makes make made gives give gave counts count totals total totalling reaches reach "
    "reached lasts last takes take took costs cost scores score scored got get only just exactly some up from between "
    "in for plus minus times after before within every your the all these those another both either neither past "
    "until till since versus vs behind below above beyond against through into onto near toward towards like that off "
    "given out on which".split()
)
#: Words with which another phrase begins.
_OPENERS = _LEADS | frozenset(
    "and or nor you we i he she so but while when who where per each ago later apart again there here today tomorrow "
    "it they because if although though not will can would should".split()
)
_PLURALS = frozenset(
    "people children men women feet percent them these those in more other others additional different hours "
    "dozen hundred thousand million billion euro yen won rand baht zloty lira yuan data points stars mol kcal lux "
    "pax".split()
)
_ABBREVIATED_UNIT = re.compile(r"[bcdfghj-np-tv-xz]{2,5}")
_NO_PLURALS = frozenset(
    "is was has its as this us less plus minus across does thus perhaps always his besides yes gets takes makes gives "
    "comes goes lies starts begins ends runs shows adds rises leaves opens closes says means keeps needs wants stands "
    "serves includes uses falls sits holds lists sends drops works speaks pays lives helps offers provides contains "
    "allows covers measures weighs equals remains becomes happens looks".split()
)
_EACH = UNITS.keys() | set("night person head piece item share ticket page visit guest month year".split())
_FINDS = frozenset("found find finds see show shows list lists includes include contains returned".split())
_RATES = frozenset("by at is of costs makes".split())
_NUMBER_WORDS = frozenset(number_words(number) for number in (*range(2, 21), *range(30, 100, 10)))
_AROUND = "*_\"'“”‘’()[]€$£¥~≈#"
_STARTS_AFTER = tuple(".;!?=:(-–,/|×#№")
_ENDS_BEFORE = tuple(".,;:!?)]|")
_ROW = re.compile(r"\d[%°]?,?\s+(?:and|or|to|nor|by|&)\s+\Z")
_PAIR = re.compile(r"\s?(?:(?:to|out of|of)\s|[-–:×x/])\s?[0-9]")
_AFTER = re.compile(r"[*_\"'”’%°)\]]*(\s*)([^\w\s]?)\s*([\w'’]*)[\s]*([\w'’]*)")
_CLOSED = re.compile(r"[*_\"'”’%°]*[)\]]")


class Slot(NamedTuple):
    """What stands around a number: a word to its left, two to its right, "" where there is none, the marks between.

    `in_row` says that the number before it is joined by "and" or the like, `opens_pair` that one follows so; `is_one`
    that it is one, which counts a singular.
    """

    left: str
    right: str
    following: str
    left_mark: str
    right_mark: str
    in_row: bool
    is_one: bool
    opens_pair: bool

    @property
    def is_between_numbers(self) -> bool:
        """Another number stands directly before or after it, as in "7 15 km"."""
        return (_is_number(self.left) and not self.left_mark) or (_is_number(self.right) and not self.right_mark)

    @property
    def is_fit(self) -> bool:
        """A number can stand here."""
        return not self.is_between_numbers and (self.heads_noun or self.ends_phrase)

    @property
    def heads_noun(self) -> bool:
        """It counts what follows: "6 divisors", "2 public holidays", "7-day", "10 an hour", "5 of"."""
        if self.right_mark == "-":
            return self.right.isalpha()
        if self.right_mark or not self.right[:1].islower():
            return False
        if self.right in ("a", "an", "per"):
            return self.following.lower() in _EACH or (self.left.lower() in _RATES and self.following.islower())
        if self.is_one:
            return not opens_phrase(self.right)
        if self.right == "of":
            return self.starts or self.left in _FINDS
        return _is_plural(self.right) or (_is_plural(self.following) and self.right not in _LEADS)

    @property
    def ends_phrase(self) -> bool:
        """It is what is said of something: "is 6.", "of -3", "by 2 and"."""
        if self.right_mark in _ENDS_BEFORE or self.left_mark in ("#", "№") or self.opens_pair:
            return True
        return self.starts and self.ends

    @property
    def starts(self) -> bool:
        """What comes before asks for an amount, or is another phrase."""
        return self.in_row or self.is_led or not self.left or self.left_mark in _STARTS_AFTER

    @property
    def ends(self) -> bool:
        """What follows begins another phrase."""
        return (bool(self.right_mark) and self.right_mark != "[") or not self.right or opens_phrase(self.right)

    @property
    def is_led(self) -> bool:
        """The word before it is one after which amounts are said."""
        return self.left.lower() in _LEADS or self.left in ("a", "an")

    @property
    def noun(self) -> str:
        """The two words after it."""
        return f"{self.right} {self.following}"

    @property
    def label(self) -> str:
        """The word that names it, as in "floor 3,"; "" where there is none."""
        named = self.ends and not self.left_mark and not _is_plural(self.left) and self.left not in UNITS
        return self.left if named else ""


def opens_phrase(word: str) -> bool:
    """Say whether another phrase begins with the word."""
    return word in _OPENERS or word in _NO_PLURALS


def slot(text: str, start: int, end: int) -> Slot:
    """Return what stands around `text[start:end]`."""
    before = text[max(0, start - 40) : start]
    token = (before.split() or [""])[-1]
    word, mark = token.strip(_AROUND), ""
    if token.endswith(("(", "#", "№")) or not word:
        mark = token[-1:]
    elif not word[-1].isalnum() and word[-1] not in "%°":
        mark, word = word[-1], word.rstrip(".,;:!?=|×–—/+-")
    after = _AFTER.match(text[end : end + 60])
    right_mark, right, following = (after[2], after[3], after[4]) if after else ("", "", "")
    if _CLOSED.match(text, end):
        right_mark = ")"
    is_one = text[start:end].lower() in ("1", "one")
    return Slot(
        word,
        right,
        following,
        mark,
        right_mark,
        _ROW.search(before) is not None,
        is_one,
        _PAIR.match(text, end) is not None,
    )


def _is_number(word: str) -> bool:
    return word[:1].isdigit() or word.lower() in _NUMBER_WORDS


def _is_plural(word: str) -> bool:
    lower = word.lower()
    if _ABBREVIATED_UNIT.fullmatch(word):
        return True
    regular = len(lower) > 2 and lower.endswith("s") and not lower.endswith("ss") and lower not in _NO_PLURALS
    return lower in _PLURALS or regular
