"""Units of measure by whatever name: whether two names mean the same, and what a number of one is in another."""

import re
from decimal import Decimal
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

#: Spellings that pint does not read.
_OTHERWISE = {"kmh": "km/h", "mpg": "mile/gallon", "°c": "degC", "c": "degC", "°f": "degF", "f": "degF", "l": "litre"}
_FORM = re.compile(r"[^\W\d_°µ²³%][\w°µ²³/ ·*^.-]{0,39}|°\s?[CFK]")
_DIGITS = 12


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    """Return the names and prefixes of pint's own file, read without pint, whose import takes a third of a second."""
    found = find_spec("pint")
    folder = Path((found.submodule_search_locations or [""])[0] if found else "")
    lines = (folder / "default_en.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines for name in re.findall(r"[^\W\d_]+", line.partition("#")[0].casefold()))


def _may_be_unit(name: str) -> bool:
    """Say whether each word of the name is one of pint's, behind a prefix or with a plural's ending too."""
    return all(
        word in _OTHERWISE
        or any(
            word[cut:stem] in _names() and (not cut or word[:cut] in _names())
            for cut in range(6)
            for stem in {len(word), len(word) - 1, len(word) - 2}
            if stem > cut
        )
        for word in re.findall(r"[^\W\d_]+", name.casefold())
        if word not in ("per", "square", "cubic", "degrees", "degree")
    )


@lru_cache(maxsize=1)
def registry() -> Any:
    """Return the units that pint knows."""
    import pint

    return pint.UnitRegistry(cache_folder=None)


@lru_cache(maxsize=4096)
def unit_named(name: str) -> Any:
    """Return pint's unit of that name ("km/h", "miles per hour", "degrees Celsius"), or None."""
    name = " ".join(name.replace("_", " ").split())
    if not _FORM.fullmatch(name) or not _may_be_unit(name):
        return None
    bare = re.sub(r"^degrees?\s+(?=[a-z])", "", name, flags=re.IGNORECASE)
    for spelt in dict.fromkeys(
        (_OTHERWISE.get(bare.casefold(), bare), bare.casefold(), bare.replace(" ", "_").casefold())
    ):
        try:
            found = registry().parse_units(spelt)
        except Exception:  # noqa: S112 - pint raises errors of many kinds for what is no unit
            continue
        if found.dimensionality:
            return found
    return None


@lru_cache(maxsize=4096)
def same_unit(one: str, other: str) -> bool:
    """Say whether both name one unit."""
    first, second = unit_named(one), unit_named(other)
    return first is not None and (first == second or _scale(one, other) == (Decimal(1), Decimal(0)))


def converted(value: Decimal, source: str, target: str) -> Decimal | None:
    """Return a number of one unit in another, or None where there is no way or nothing to convert."""
    scale = _scale(source, target)
    return None if scale is None or value.adjusted() > 200 else value * scale[0] + scale[1]


@lru_cache(maxsize=4096)
def _scale(source: str, target: str) -> tuple[Decimal, Decimal] | None:
    """Return factor and offset of the conversion."""
    one, other = unit_named(source), unit_named(target)
    if one is None or other is None or one == other or one.dimensionality != other.dimensionality:
        return None
    try:
        zero, thousand = (registry().Quantity(float(n), one).to(other).magnitude for n in (0, 1000))
    except Exception:
        return None
    start = Decimal(f"{zero:.{_DIGITS}g}")
    return (Decimal(f"{thousand:.{_DIGITS}g}") - start) / 1000, start
