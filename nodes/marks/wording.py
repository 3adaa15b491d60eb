"""Words and texts, letter by letter: which other texts say a text, and what in words is a name, a code or a unit."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from babel.numbers import get_currency_name

from nodes.marks.language import language_of
from nodes.marks.units import unit_named
from tool_registry import json_schema

_WORD = re.compile(r"[^\W_]+")
#: A word, or a number with the signs in it: "12.3" is no part of "12.3.1".
_TOKEN = re.compile(r"[0-9]+(?:[.,:][0-9]+)+|[^\W_]+")
#: A word with a digit, or with signs inside it as an address has.
_CODED = re.compile(r"[0-9]|\w[@/_.:]\w")
_CODE = re.compile(r"[A-Z]{2,3}|[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_ZONE = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+)+")
_UNIT_NAME = re.compile(r"[^\W\d]+(?:[/_ ][^\W\d]+){0,3}|°[CFK]")
_UNIT_WORD = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?|°[CFK]")
_UNIT_MAX = 24
_TOKENS_MAX = 400


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return the text's words without case, accents and signs: "Rear_Left" and "rear left" as " rear left "."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return f" {' '.join(_TOKEN.findall(text.casefold()))} "


def holds(words: str, value: str) -> bool:
    """Say whether the words hold the value, word for word, up to an s at their ends."""
    wanted = folded(value)
    if wanted.strip():
        said = folded(words)
        return wanted in said or _singular(wanted) in _singular(said)
    return value.strip() in words  # signs alone


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


def wordings(value: str, schema: dict[str, Any], locale: str) -> Iterator[str]:
    """Yield texts that say the value: its titles, itself, what CLDR calls it, the place of a time zone."""
    yield from titles_of(schema, value)
    yield value
    yield from names_of(value, locale)
    if _ZONE.fullmatch(value):
        yield value.rsplit("/", 1)[-1]


def says_text(words: str, value: str, schema: dict[str, Any], locale: str) -> bool:
    """Say whether the words hold one of its wordings, its letters, a part of its name, or a name of the unit it is."""
    if not value.strip():
        return True  # nothing to be said
    if any(holds(words, wording) for wording in wordings(value, schema, locale)):
        return True
    if _squeezed(value) in {_squeezed(words), *map(_squeezed, words.split())}:
        return True
    parts_of = [*names_of(value, locale), *([] if value.islower() else [value])]
    return any(_is_part(words, whole) for whole in parts_of) or next(unit_words(words, value), None) is not None


def _squeezed(text: str) -> str:
    """Return the text's letters and digits: "km/h" as kmh, "BA 2490" as ba2490."""
    return "".join(filter(str.isalnum, text.casefold()))


def _is_part(words: str, value: str) -> bool:
    """Say whether all of the words are words of the value: a shorter form of a name."""
    said, whole = _singular(folded(words)).split(), set(_singular(folded(value)).split())
    said = [word for word in said if word not in ("the", "a", "an", "of", "in", "on", "at")]
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


def unit_words(words: str, value: str) -> Iterator[tuple[int, int]]:
    """Yield where the words name the unit that the value names, be it behind a number."""
    if not _is_unit(value):
        return
    tokens = list(_UNIT_WORD.finditer(words))
    for first, token in enumerate(tokens[:_TOKENS_MAX]):
        for last in tokens[first : first + 3]:
            stretch = words[token.start() : last.end()]
            if len(stretch) < 2 or not re.fullmatch(r"[^\W\d_]+(?:[ /][^\W\d_]+)*|°[CFK]", stretch):
                break
            if unit_named(stretch) == unit_named(value):
                yield token.start(), last.end()


def is_other_unit(words: str, value: str) -> bool:
    """Say whether the words name a unit of what the value is a unit of, but another one."""
    if not _is_unit(value) or value.istitle():
        return False
    named = [unit_named(word.group()) for word in _UNIT_WORD.finditer(words) if len(word.group()) > 1]
    own = unit_named(value)
    return any(each is not None and own is not None and each.dimension == own.dimension for each in named)


def _is_unit(value: str) -> bool:
    return len(value) <= _UNIT_MAX and bool(_UNIT_NAME.fullmatch(value)) and unit_named(value) is not None


def names_in(words: str, *, opening: bool) -> list[str]:
    """Return the words that are names by their capitals, and codes; `opening`: the first capital opens a sentence."""
    names = []
    for position, match in enumerate(_WORD.finditer(words)):
        word = match.group()
        if word != "I" and ((word[0].isupper() and (position or not opening)) or any(map(str.isupper, word[1:]))):
            names.append(word)
    return names


def codes_in(words: str) -> list[str]:
    """Return the words with digits, or with signs inside them as addresses have."""
    return [word for word in words.split() if _CODED.search(word)]


def opens_sentence(text: str, start: int) -> bool:
    """Say whether a sentence begins there, so that a capital makes no name."""
    before = text[:start].rstrip(" \"'“(*_#")
    return not before or before[-1] in ".!?:;\n-–—•"
