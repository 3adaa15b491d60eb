"""Values that a sample's ingredients have for parameters: a place, a person's name, a day, an amount of that size."""

import math
import random
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

from graph.record import Ingredients
from nodes.policies.offline.proposing.values import is_sayable
from nodes.policies.offline.reading.parameters import Parameter
from tool_registry.drawing.value_classes import ValueClass, class_of
from tool_registry.json.pointer import MISSING
from tool_registry.json.resolved import items_of
from tool_registry.json.schema import labels

#: How far from the given day and amount people go.
_DAYS_AROUND = 10
_SIZES_AROUND = (0.6, 1.7)
#: How much nearer to the examples they are than what is still usual.
_NEAR = 1.6
#: Of a value of each type, what class it would be of.
_TRIED: tuple[Any, ...] = ("2026-05-14", "Graz", 1.0)


class IngredientValues:
    """Makes values of ingredients, those that the parameter's schema admits and a person would say."""

    def __init__(self, given: Ingredients, rng: random.Random) -> None:
        self._given, self._rng = given, rng
        #: Of what is said of a place: the place, and whether it is the country's.
        self._halves: dict[Any, tuple[str, bool]] = {
            half: (place, is_country)
            for place in given.places
            for half, is_country in zip(_town_and_country(place), (False, True), strict=True)
            if half
        }

    def value(self, parameter: Parameter, taken: Collection[Any]) -> Any:
        """Return a value that is not among those taken, or MISSING."""
        if parameter.found:
            return MISSING
        for made in self._made(parameter, taken):
            if made not in taken and parameter.is_valid(made) and is_sayable(made, parameter):
                return made
        return MISSING

    def _made(self, parameter: Parameter, taken: Collection[Any]) -> Iterator[Any]:
        match _class_of(parameter):
            case "place":
                yield from self._places(parameter, taken)
            case "person":
                for name in self._rng.sample(self._given.names, len(self._given.names)):
                    yield from [name.rpartition(" ")[2]] if "surname" in parameter.words else [name, name.split()[0]]
            case "day" if parameter.format == "date" and self._given.day is not None:
                yield _day(self._given.day, parameter, self._rng)
            case "amount" if self._given.amount is not None:
                yield _amount(self._given.amount, parameter, self._rng)

    def _places(self, parameter: Parameter, taken: Collection[Any]) -> Iterator[str]:
        """Yield towns, or countries: where the call has the one of a place, the other of the same place."""
        is_country = "country" in parameter.words
        used = [self._halves[value] for value in taken if value in self._halves]
        same = [place for place, was_country in used if was_country != is_country]
        places = same or [place for place in self._given.places if place not in dict(used)]
        for place in self._rng.sample(places, len(places)):
            for value in _said_as(place, parameter):
                self._halves[value] = (place, is_country)
                yield value


def _class_of(parameter: Parameter) -> ValueClass | None:
    """Return the class of the values that the parameter takes."""
    if "string" in parameter.types:
        is_day = parameter.format in ("date", "date-time")
        return class_of(parameter.name, parameter.schema, _TRIED[0] if is_day else _TRIED[1])
    if parameter.types & {"number", "integer"}:
        return class_of(parameter.name, parameter.schema, _TRIED[2])
    return None


def _said_as(place: str, parameter: Parameter) -> Iterator[str]:
    """Yield what the place may be given as: a labelled choice, its town, its country."""
    town, country = _town_and_country(place)
    choices = {title.casefold(): value for value, title in labels(parameter.schema)}
    choices |= {value.casefold(): value for value in items_of(parameter.schema.get("enum")) if isinstance(value, str)}
    names = [country, town] if "country" in parameter.words else [town, country]
    yield from (choices[name.casefold()] for name in names if name.casefold() in choices)
    if not choices and names[0]:
        yield names[0]


def _town_and_country(place: str) -> tuple[str, str]:
    town, _, country = place.partition(",")
    return town.strip(), country.strip()


def _day(day: str, parameter: Parameter, rng: random.Random) -> Any:
    try:
        around = date.fromisoformat(day) + timedelta(days=rng.randint(-_DAYS_AROUND, _DAYS_AROUND))
    except (ValueError, OverflowError):
        return MISSING
    text = around.isoformat()
    first, last = (str(parameter.schema.get(word) or "")[:10] for word in ("formatMinimum", "formatMaximum"))
    return text if (not first or first <= text) and (not last or text <= last) else MISSING


def _amount(amount: float, parameter: Parameter, rng: random.Random) -> Any:
    """Return a number about as large as the amount, or of its digits where people use smaller or larger ones."""
    low, high = _bounds(parameter)
    if parameter.usual is not None:  # people's own amounts stay near the examples
        low, high = parameter.usual[0] * _NEAR, parameter.usual[1] / _NEAR
    if "multipleOf" in parameter.schema or amount <= 0 or high <= 0 or low >= high:
        return MISSING
    value = amount * math.exp(rng.uniform(*map(math.log, _SIZES_AROUND)))
    if not low <= value <= high:
        lowest = max(low, high / 1000)
        if lowest >= high:
            return MISSING
        # Its place between the bounds, on a logarithmic scale, from its digits: 3,400 is to 10–500 as 34 is.
        share = math.log10(value) % 1.0
        value = lowest * (high / lowest) ** share
    if "integer" in parameter.types and "number" not in parameter.types:
        return round(float(f"{value:.2g}"))
    rounded = float(f"{value:.3g}")
    return int(rounded) if rounded.is_integer() else rounded


def _bounds(parameter: Parameter) -> tuple[float, float]:
    low = parameter.schema.get("minimum", parameter.schema.get("exclusiveMinimum", 1))
    high = parameter.schema.get("maximum", parameter.schema.get("exclusiveMaximum", 0))
    return (low, high) if isinstance(low, int | float) and isinstance(high, int | float) else (0, 0)
