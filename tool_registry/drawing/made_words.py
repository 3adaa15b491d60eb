"""Words of a person's own, made up: "return Ines's ladder", "trip to Graz". Lists are files of one entry a line.

An entry may name other lists in braces, so that a few hundred entries say some millions of things: `{gathering}`, or
`{Gathering}` for one that begins with a capital.
"""

import random
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

_SLOT = re.compile(r"\{([A-Za-z][a-z-]*)\}")
#: Lists within lists: deeper than this nothing has to go.
_DEPTH_MAX = 6


@cache
def word_list(name: str) -> tuple[str, ...]:
    """Return the entries of a list, such as "given-name" or "city". Raises KeyError for a list that is none."""
    if name not in list_names():
        raise KeyError(name)
    text = files(__package__).joinpath("words", f"{name}.txt").read_text(encoding="utf-8")
    return tuple(text.split("\n")[:-1])


@cache
def list_names() -> frozenset[str]:
    """Return the names of all lists."""
    folder = files(__package__).joinpath("words")
    return frozenset(each.name.removesuffix(".txt") for each in folder.iterdir() if each.name.endswith(".txt"))


def unknown_lists(forms: Iterable[str]) -> list[str]:
    """Return the names in braces that are no lists."""
    return [name for form in forms for name in _SLOT.findall(form) if name.lower() not in list_names()]


def make_words(forms: Sequence[str], rng: random.Random) -> str:
    """Return one of the forms, each name in braces replaced by an entry of that list."""
    text = rng.choice(forms)
    for _ in range(_DEPTH_MAX):
        if not _SLOT.search(text):
            break
        text = _SLOT.sub(lambda slot: _entry(slot[1], rng), text)
    return text


def _entry(name: str, rng: random.Random) -> str:
    text = rng.choice(word_list(name.lower()))
    if name[0].islower():
        return text
    # An entry may begin with a list itself.
    return text[:2].upper() + text[2:] if text.startswith("{") else text[0].upper() + text[1:]
