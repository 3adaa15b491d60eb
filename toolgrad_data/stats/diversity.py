"""How alike records are: of places, people, days and amounts, of openings, tools and wording.

The effective number of values is exp of the entropy of their shares: as many as would, if all came equally often, be as
mixed. 100 values of which one comes in every second record are hardly more than 10.
"""

import hashlib
import math
import re
from collections import Counter
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from graph.record import Record
from tool_registry.drawing.value_classes import ValueClass, class_of
from tool_registry.json.pointer import leaf_name, leaves
from tool_registry.json.schema import schema_at
from toolgrad_data.verify.printing import printable

_CLASSES: dict[ValueClass, str] = {"place": "places", "person": "people", "day": "days", "amount": "amounts"}
_MOST = 5
_VALUE_MAX = 80
_OPENING_WORDS = 3
#: Wording is compared among the first queries only: of these each n-gram is kept, as eight bytes.
_COMPARED_MAX = 5_000
_SIZES = (1, 2, 3)
_OVERLAP_SIZE = 4
_WORD = re.compile(r"\w+(?:['’.,:-]\w+)*")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Spread(_Model):
    """How things are spread over the records that have any."""

    things: int = 0
    different: int = 0
    effective: Annotated[
        float | None, Field(description="exp of the entropy of their shares, 1 to `different`; null without any.")
    ] = None
    most: Annotated[dict[str, int], Field(description="The most frequent, of those that repeat.")] = {}


class Diversity(_Model):
    """How alike records are. A value that a person says counts once a record."""

    values: Annotated[dict[str, Spread], Field(description="Of places, people, days and amounts.")] = {}
    openings: Annotated[Spread, Field(description="The first three words of the first query.")] = Spread()
    tools: Annotated[Spread, Field(description="Calls by tool.")] = Spread()
    distinct_ngrams: Annotated[
        dict[int, float], Field(description="Different n-grams of words among all of the queries' that are compared.")
    ] = {}
    overlap: Annotated[
        float | None,
        Field(description="Mean share of a query's 4-grams that stand in another one too; null below two queries."),
    ] = None
    compared: Annotated[int, Field(description="Queries whose wording is compared: the first ones.")] = 0
    with_ingredients: Annotated[int, Field(description="Records that were given ingredients.")] = 0
    taken: Annotated[int, Field(description="Of these, records in which the person says one of their values.")] = 0


class DiversityCounter:
    """Counts records for `Diversity`. Memory grows with the number of different values."""

    def __init__(self) -> None:
        self._values: dict[str, Counter[str]] = {name: Counter() for name in _CLASSES.values()}
        self._openings: Counter[str] = Counter()
        self._tools: Counter[str] = Counter()
        self._grams: dict[int, Counter[bytes]] = {size: Counter() for size in _SIZES}
        self._queries: list[frozenset[bytes]] = []
        self._given = self._taken = 0
        self._classes: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, record: Record) -> None:
        """Count an accepted record."""
        said = self._user_values(record)
        for name, values in said.items():
            self._values[name].update(values)
        for turn in record.turns:
            self._tools.update(step.tool for step in turn.steps)
            if len(self._queries) < _COMPARED_MAX:
                self._compare(turn.query)
        if record.turns:
            opening = " ".join(_words(record.turns[0].query)[:_OPENING_WORDS])
            self._openings[printable(opening, _VALUE_MAX)] += 1
        if record.ingredients is not None:
            self._given += 1
            given = {*record.ingredients.names, *(place.partition(",")[0] for place in record.ingredients.places)}
            self._taken += any(value.casefold() in said["places"] | said["people"] for value in given)

    def diversity(self) -> Diversity:
        """Return the figures."""
        shared = Counter(gram for query in self._queries for gram in query)
        overlaps = [sum(shared[gram] > 1 for gram in query) / len(query) for query in self._queries if query]
        return Diversity(
            values={name: spread_of(counts) for name, counts in self._values.items()},
            openings=spread_of(self._openings),
            tools=spread_of(self._tools),
            distinct_ngrams={
                size: round(len(grams) / grams.total(), 4) for size, grams in self._grams.items() if grams
            },
            overlap=round(sum(overlaps) / len(overlaps), 4) if len(overlaps) > 1 else None,
            compared=len(self._queries),
            with_ingredients=self._given,
            taken=self._taken,
        )

    def _user_values(self, record: Record) -> dict[str, set[str]]:
        """Return the values that the person says, by class, folded."""
        said: dict[str, set[str]] = {name: set() for name in _CLASSES.values()}
        parameters = {spec.name: spec.parameters for spec in record.tools}
        for turn in record.turns:
            for step in turn.steps:
                for pointer, value in leaves(step.arguments):
                    source = step.sources.get(pointer)
                    if source is None or not any(source.quotes()):
                        continue
                    schema = self._schema(step.tool, pointer, parameters)
                    class_ = class_of(leaf_name(pointer), schema, value)
                    if class_ is not None:
                        text = value[:10] if class_ == "day" else str(value)
                        said[_CLASSES[class_]].add(printable(text.casefold(), _VALUE_MAX))
        return said

    def _schema(self, tool: str, pointer: str, parameters: dict[str, dict[str, Any]]) -> dict[str, Any]:
        key = (tool, re.sub(r"/\d+(?=/|$)", "/0", pointer))
        if key not in self._classes:
            found = schema_at(parameters.get(tool, {}), pointer)
            self._classes[key] = {name: found[name] for name in ("format", "title") if name in found}
        return self._classes[key]

    def _compare(self, query: str) -> None:
        words = _words(query)
        for size, grams in self._grams.items():
            grams.update(_ngrams(words, size))
        self._queries.append(frozenset(_ngrams(words, _OVERLAP_SIZE)))


def spread_of(counts: Counter[str]) -> Spread:
    """Return how the counted things are spread."""
    total = counts.total()
    if not total:
        return Spread()
    entropy = -sum(count / total * math.log(count / total) for count in counts.values())
    repeated = sorted((item for item in counts.items() if item[1] > 1), key=lambda item: (-item[1], item[0]))
    return Spread(
        things=total, different=len(counts), effective=round(math.exp(entropy), 1), most=dict(repeated[:_MOST])
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _ngrams(words: list[str], size: int) -> list[bytes]:
    return [
        hashlib.blake2b(" ".join(words[start : start + size]).encode("utf-8", "replace"), digest_size=8).digest()
        for start in range(len(words) - size + 1)
    ]
