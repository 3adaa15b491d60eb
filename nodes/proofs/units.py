"""Units as people write them, and what a number of one is in another: only between units that are stated."""

import re
from decimal import Decimal
from functools import lru_cache

from nodes.proofs.derivations import DerivationError, recompute
from nodes.proofs.numbers import exact
from nodes.proofs.polarity import words

#: Everyday spellings of each unit, under the name that pint knows it by.
_SPELLINGS = {
    "kilometre": "km kilometre kilometres kilometer kilometers",
    "metre": "m metre metres meter meters",
    "centimetre": "cm centimetre centimetres centimeter centimeters",
    "millimetre": "mm millimetre millimetres millimeter millimeters",
    "mile": "mi mile miles",
    "nautical_mile": "nm nmi",
    "yard": "yd yard yards",
    "foot": "ft foot feet",
    "inch": "in inch inches",
    "kilogram": "kg kilo kilos kilogram kilograms kilogramme kilogrammes",
    "gram": "g gram grams gramme grammes",
    "milligram": "mg milligram milligrams",
    "metric_ton": "t tonne tonnes",
    "pound": "lb lbs pound pounds",
    "ounce": "oz ounce ounces",
    "stone": "stone",
    "litre": "l litre litres liter liters",
    "millilitre": "ml millilitre millilitres milliliter milliliters",
    "imperial_gallon": "",
    "gallon": "gal gallon gallons",
    "millisecond": "ms millisecond milliseconds",
    "second": "s sec secs second seconds",
    "minute": "min mins minute minutes",
    "hour": "h hr hrs hour hours",
    "day": "d day days",
    "week": "week weeks",
    "degC": "c °c celsius",
    "degF": "f °f fahrenheit",
    "kelvin": "k kelvin kelvins",
    "kilometre_per_hour": "km/h kmh kph",
    "mile_per_hour": "mph",
    "metre_per_second": "m/s",
    "knot": "kn knot knots",
    "hectare": "ha hectare hectares",
    "acre": "acre acres",
    "kilowatt_hour": "kwh",
    "megajoule": "mj",
    "kilojoule": "kj",
    "kilocalorie": "kcal calories",
    "hectopascal": "hpa",
    "megabyte": "mb megabyte megabytes",
    "gigabyte": "gb gigabyte gigabytes",
    "kilobyte": "kb kilobyte kilobytes",
}
UNITS = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_AFTER = re.compile(
    rf"[\s\u00a0-]?(?:degrees? )?({'|'.join(map(re.escape, sorted(UNITS, key=len, reverse=True)))})(?![\w/])",
    re.IGNORECASE,
)


def spellings_of(unit: str) -> list[str]:
    """Return how people write the unit."""
    return _SPELLINGS[unit].split()


def unit_after(text: str, end: int) -> str | None:
    """Return the unit that follows a number which ends at `end`, or None."""
    match = _AFTER.match(text, end)
    return UNITS[match[1].lower()] if match else None


def unit_of_name(name: str) -> str | None:
    """Return the unit that a member's name ends in: kilometres of `distance_km`; one letter only after a word."""
    parts = words(name)
    if not parts or (len(parts) == 1 and len(parts[0]) < 3):
        return None
    return UNITS.get(parts[-1])


@lru_cache(maxsize=4096)
def _scale(source: str, target: str) -> tuple[Decimal, Decimal] | None:
    """Return factor and offset of the conversion, or None where there is none."""
    params = {"from": source, "to": target}
    try:
        zero = exact(recompute("convert_unit", [0], params))
        return exact(recompute("convert_unit", [1000], params)) / 1000 - zero / 1000, zero
    except DerivationError:
        return None


def converted(value: Decimal, source: str, target: str) -> Decimal | None:
    """Return a number of one unit in another, or None where it is the same or not of that kind."""
    if source == target:
        return None
    scale = _scale(source, target)
    return None if scale is None else value * scale[0] + scale[1]
