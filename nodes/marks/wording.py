"""Words and texts, letter by letter: which other texts say a text, and what in words is a name, a code or a unit."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from babel.core import get_global
from babel.numbers import get_currency_name, get_currency_symbol

from nodes.marks.language import language_of
from nodes.marks.units import Unit, unit_named
from tool_registry.json import schema as json_schema

_WORD = re.compile(r"[^\W_]+")
#: A word, or a number with the signs in it: "12.3" is no part of "12.3.1".
_TOKEN = re.compile(r"[0-9]+(?:[.,:][0-9]+)+|[^\W_]+")
#: A word with a digit, or with signs inside it as an address has.
_CODED = re.compile(r"[0-9]|\w[@/_.:]\w")
_CODE = re.compile(r"[A-Z]{2,3}|[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_ZONE = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+)+")
_UNIT_WORD = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?|°[CFK]")
_UNIT_MAX = 24
_TOKENS_MAX = 400
#: Languages that write each noun with a capital, so that a capital makes no name.
_CAPITAL_NOUNS = ("de", "lb")


@lru_cache(maxsize=8192)
def fold_words(text: str) -> str:
    """Return the text's words without case, accents and signs: "Rear_Left" and "rear left" as " rear left "."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return f" {' '.join(_TOKEN.findall(text.casefold()))} "


def holds(words: str, value: str) -> bool:
    """Say whether the words hold the value, word for word, up to an s at their ends."""
    wanted, said = fold_words(value), fold_words(words)
    if not wanted.strip():
        return value.strip() in words  # signs alone
    return wanted in said or _singular(wanted) in _singular(said)


@lru_cache(maxsize=8192)
def _singular(text: str) -> str:
    """Return folded words without the s of a plural or genitive."""
    words = (word[:-1] if len(word) > 3 and word.endswith("s") else word for word in text.split() if word != "s")
    return f" {' '.join(words)} "


def titles_of(schema: dict[str, Any], value: Any) -> list[str]:
    """Return the titles that the schema gives to the value; none where the schema is broken."""
    try:
        return json_schema.titles_of(schema, value)
    except (TypeError, AttributeError):
        return []


def switch_words(schema: dict[str, Any], value: bool) -> list[str]:
    """Return how the tool's author says that a switch is on, or off: `yes` and `no` of its phrases, and its titles."""
    phrases = schema.get("x-phrases")
    said = phrases.get("yes" if value else "no") if isinstance(phrases, dict) else None
    return [*(map(str, said) if isinstance(said, list) else ()), *titles_of(schema, value)]


def wordings(value: str, schema: dict[str, Any], locale: str) -> Iterator[str]:
    """Yield texts that say the value: its titles, itself, what CLDR calls it, the place or land of a time zone."""
    yield from titles_of(schema, value)
    yield value
    yield from names_of(value, locale)
    if _ZONE.fullmatch(value):
        land = get_global("zone_territories").get(value, "")
        yield value.rsplit("/", 1)[-1]
        yield from names_of(land, locale)
        yield from ("UK",) if land == "GB" else (land,) if len(land) == 2 else ()


def says_text(words: str, value: str, schema: dict[str, Any], locale: str) -> bool:
    """Say whether the words hold one of its wordings, its letters, a part of its name, or a name of the unit it is."""
    if not value.strip() or any(holds(words, wording) for wording in wordings(value, schema, locale)):
        return True
    squeezed = _squeeze(value)  # "km/h" as kmh, "BA 2490" as ba2490
    if squeezed == _squeeze(words) or any(squeezed == _squeeze(word) for word in words.split()):
        return True
    parts_of = [*names_of(value, locale), *([] if value.islower() else [value])]
    return any(_is_part(words, whole) for whole in parts_of) or bool(unit_words(words, value, locale))


@lru_cache(maxsize=8192)
def _squeeze(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _is_part(words: str, value: str) -> bool:
    """Say whether all of the words are words of the value: a shorter form of a name."""
    whole = set(_singular(fold_words(value)).split())
    said = [
        word for word in _singular(fold_words(words)).split() if word not in ("the", "a", "an", "of", "in", "on", "at")
    ]
    return all(word in whole for word in said) and any(len(word) > 2 for word in said)


@lru_cache(maxsize=4096)
def names_of(value: str, locale: str) -> tuple[str, ...]:
    """Return what CLDR calls the land, language or currency of a code."""
    if not _CODE.fullmatch(value):
        return ()
    names = language_of(locale).names
    found = [names.languages.get(value.lower())] if value.islower() else []
    if value.isupper() or "-" not in value:
        found += [names.territories.get(value), names.languages.get(value.replace("-", "_"))]
    if len(value) == 3 and value.isupper() and value in names.currencies:
        found += [names.currencies[value], get_currency_name(value, count=2, locale=names)]
    return tuple(name for name in found if name)


@lru_cache(maxsize=16)
def _currencies(locale: str) -> dict[str, set[str]]:
    """Return the codes of the currencies that a sign or the last word of their name may mean: of "dollars", of "$"."""
    names = language_of(locale).names
    found: dict[str, set[str]] = {}
    for code in map(str, names.currencies):
        called = [get_currency_name(code, count=number, locale=names) for number in (1, 2)]
        for name in (*(each.split()[-1].casefold() for each in called), code, get_currency_symbol(code, names)[-1:]):
            found.setdefault(name, set()).add(code)
    return found


def is_other_currency(words: str, codes: set[str], locale: str) -> bool:
    """Say whether the words name currencies, by a word, a sign or a code, and none of these."""
    known = _currencies(language_of(locale).locale)
    spoken = [*re.findall(r"[$€£¥₹₩₽₺₫₪]", words), *re.findall(r"[^\W\d_]+", words)]
    named = [known.get(word) or known.get(word.casefold(), set()) for word in spoken]
    return any(named) and not any(codes & each for each in named)


def unit_words(words: str, value: str, locale: str = "en") -> list[tuple[int, int]]:
    """Return where the words name the unit that the value names, be it behind a number."""
    own = unit_named(value, locale) if len(value) <= _UNIT_MAX and not value[:1].isdigit() else None
    return [] if own is None else [(start, end) for start, end, unit in _units_in(words, locale) if unit == own]


def is_other_unit(words: str, value: str, locale: str = "en") -> bool:
    """Say whether the words name a unit of what the value is a unit of, but another one."""
    own = unit_named(value, locale) if len(value) <= _UNIT_MAX and not value.istitle() else None
    return own is not None and any(unit.dimension == own.dimension for _, _, unit in _units_in(words, locale))


def _units_in(words: str, locale: str) -> Iterator[tuple[int, int, Unit]]:
    tokens = list(_UNIT_WORD.finditer(words))
    for first, token in enumerate(tokens[:_TOKENS_MAX]):
        for last in tokens[first : first + 3]:
            stretch = words[token.start() : last.end()]
            if len(stretch) > 1 and (unit := unit_named(stretch, locale)) is not None:
                yield token.start(), last.end(), unit


def names_in(words: str, *, opening: bool, locale: str = "en") -> list[str]:
    """Return the words that are names by their capitals, and codes; `opening`: the first capital opens a sentence."""
    if locale[:2] in _CAPITAL_NOUNS:
        return []
    tokens = [match.group() for match in _WORD.finditer(words)]
    capitals = [word for position, word in enumerate(tokens) if word[0].isupper() and (position or not opening)]
    return [word for word in tokens if word != "I" and (word in capitals or any(map(str.isupper, word[1:])))]


def codes_in(words: str) -> list[str]:
    """Return the words with digits, or with signs inside them as addresses have."""
    return [word for word in words.split() if _CODED.search(word)]


def opens_sentence(text: str, start: int) -> bool:
    """Say whether a sentence begins there, so that a capital makes no name."""
    before = text[:start].rstrip(" \"'“(*_#")
    return not before or before[-1] in ".!?:;\n-–—•"
