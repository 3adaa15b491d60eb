"""Units of measure: CLDR names them in every locale, their sizes are below; what a number is in another unit."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from babel.units import UnknownUnitError, format_unit

from nodes.marks.language import language_of

#: Sizes by CLDR's names, each as against one unit of its dimension; prefixes (kilo) and "per" make more of them.
_SIZES = {
    "length": "meter 1 inch 0.0254 foot 0.3048 yard 0.9144 fathom 1.8288 furlong 201.168 mile 1609.344 "
    "nautical-mile 1852 astronomical-unit 149597870700 light-year 9460730472580800 parsec 3.0856775814913673e16",
    "mass": "gram 1 grain 0.06479891 carat 0.2 ounce 28.349523125 pound 453.59237 stone 6350.29318 ton 907184.74 "
    "tonne 1e6 ounce-troy 31.1034768",
    "volume": "liter 1 cubic-meter 1000 cubic-centimeter 0.001 cubic-foot 28.316846592 cubic-inch 0.016387064 "
    "teaspoon 0.00492892159375 tablespoon 0.01478676478125 fluid-ounce 0.0295735295625 cup 0.2365882365 "
    "pint 0.473176473 quart 0.946352946 gallon 3.785411784 gallon-imperial 4.54609 barrel 158.987294928",
    "duration": "second 1 minute 60 hour 3600 day 86400 night 86400 week 604800 fortnight 1209600",
    "months": "month 1 quarter 3 year 12 decade 120 century 1200",
    "temperature": "kelvin 1 celsius 1 fahrenheit 0.5555555555555555555555555556",
    "area": "square-meter 1 square-kilometer 1e6 square-centimeter 0.0001 hectare 10000 acre 4046.8564224 "
    "square-foot 0.09290304 square-yard 0.83612736 square-inch 0.00064516 square-mile 2589988.110336",
    "length/duration": "meter-per-second 1 kilometer-per-hour 0.27777777777778 mile-per-hour 0.44704 "
    "knot 0.51444444444444",
    "digital": "byte 1 bit 0.125",
    "pressure": "pascal 1 bar 1e5 millibar 100 atmosphere 101325 millimeter-ofhg 133.322387415 inch-ofhg 3386.389 "
    "pound-force-per-square-inch 6894.757293168",
    "energy": "joule 1 calorie 4.184 foodcalorie 4184 kilowatt-hour 3.6e6 british-thermal-unit 1055.05585262",
    "power": "watt 1 horsepower 745.69987158227",
    "frequency": "hertz 1",
    "angle": "degree 1 radian 57.29577951308232 arc-minute 0.01666666666667 arc-second 0.00027777777778",
    "consumption": "mile-per-gallon 1",
    "electric": "volt 1 ampere 1 ohm 1",
}
_NONE = Decimal(0)
_OFFSETS = {"celsius": Decimal("273.15"), "fahrenheit": Decimal("459.67") * 5 / 9}
_PREFIXED = frozenset("meter gram liter second bit byte pascal joule calorie watt hertz volt ampere".split())
_PREFIXES = {"pico": -12, "nano": -9, "micro": -6, "milli": -3, "centi": -2, "deci": -1, "hecto": 2, "kilo": 3} | {
    "mega": 6, "giga": 9, "tera": 12, "peta": 15
}  # fmt: skip
#: Names that CLDR does not have.
_ALSO = {
    "kilometer-per-hour": "kmh kph", "minute": "mins", "hour": "hrs", "second": "secs sec s", "pound": "lbs",
    "celsius": "c degc degreesc", "fahrenheit": "f degf", "fortnight": "fortnight fortnights", "day": "d", "liter": "l",
    "knot": "knots kn kt", "millisecond": "ms",
}  # fmt: skip
_NAME_MAX = 40
_EXPONENT_MAX = 200


class Unit(NamedTuple):
    """A unit; a number of it is `number * size + offset` of the unit that its dimension is measured in."""

    name: str
    dimension: str
    size: Decimal
    offset: Decimal = Decimal(0)


@lru_cache(maxsize=64)
def _units(locale: str) -> dict[str, Unit]:
    """Return the units by name: as it is written, and in lower case; in English, and as the locale writes them."""
    known: dict[str, Unit] = {}
    units = list(_all_units())
    for unit in units:
        known.update(dict.fromkeys(_ALSO.get(unit.name, "").split(), unit))
    for unit in units:
        written = (*_spellings(unit, "en"), *_spellings(unit, "en_GB"), *_spellings(unit, locale))
        for name in (unit.name.replace("-", " "), *written, *(name.replace("-", " ") for name in written)):
            known.setdefault(name, unit)
            if len(name) > 1:
                known.setdefault(name.casefold(), unit)
    return known


def _all_units() -> Iterator[Unit]:
    for dimension, sizes in _SIZES.items():
        words = sizes.split()
        for name, size in zip(words[::2], words[1::2], strict=True):
            yield Unit(name, dimension, Decimal(size), _OFFSETS.get(name, _NONE))
            for prefix, power in _PREFIXES.items() if name in _PREFIXED else ():
                yield Unit(prefix + name, dimension, Decimal(size).scaleb(power))


@lru_cache(maxsize=1024)
def _spellings(unit: Unit, locale: str) -> tuple[str, ...]:
    """Return how the locale writes the unit behind a number, in all widths."""
    group = {"length/duration": "speed", "months": "duration"}.get(unit.dimension, unit.dimension)
    names = []
    for number, width in product((1, 2), ("long", "short", "narrow")):
        try:
            written = format_unit(number, f"{group}-{unit.name}", width, locale=locale)  # type: ignore[arg-type]
        except UnknownUnitError:
            return ()
        names.append(re.sub(r"[\d\s\u00a0\u202f]+", " ", written).strip(" ."))
    return tuple(name for name in names if any(map(str.isalpha, name)))


@lru_cache(maxsize=4096)
def unit_named(name: str, locale: str = "en") -> Unit | None:
    """Return the unit of that name ("km/h", "miles per hour", "degrees Celsius"), or None."""
    name = " ".join(name.replace("_", " ").split())
    if not name or len(name) > _NAME_MAX:
        return None
    known = _units(language_of(locale).locale)
    bare = re.sub(r"(?i)\Adegrees?\s|\A°\s?(?=[CFK])", "", name)
    found = known.get(name) or known.get(bare) or known.get(bare.casefold())
    one, per, other = (
        re.split(r"(\s?/\s?|\sper\s)", name, maxsplit=1) if re.search(r"/|\sper\s", name) else (name, "", "")
    )
    if found or not per:
        return found
    above, below = unit_named(one, locale), unit_named(other, locale)
    if above is None or below is None:
        return None
    return Unit(f"{above.name}-per-{below.name}", f"{above.dimension}/{below.dimension}", above.size / below.size)


def learn_units(locale: str) -> None:
    """Read the names of units from babel's files, in English and as the locale writes them: not on an event loop."""
    unit_named("km")
    unit_named("km", locale)


def convert_number(value: Decimal, source: Unit, target: Unit) -> Decimal:
    """Return a number of one unit in another of the same dimension."""
    if value.adjusted() > _EXPONENT_MAX:
        return value
    return (value * source.size + source.offset - target.offset) / target.size
