"""What of a query is the user's own: the stretches that say values; and the words that the tools' field has anyway."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from graph.record import DerivedSource, Record, Source, Turn, UserSource
from nodes.proofs.schemas import closed_values, leaf_schema, specs_of
from nodes.proofs.text import occurrences
from tool_registry.json_pointer import MISSING, equal, resolve

Span = tuple[int, int]

_FIELD_WORD = re.compile(r"\w+(?:[-.]\w+)*")


class Said(NamedTuple):
    """A quote, the value it says (MISSING in a derivation), and whether the schema lists that value."""

    quote: str
    value: Any
    member: bool

    @property
    def is_flag(self) -> bool:
        """Whether it says yes, no or nothing: such a quote is a phrase, which may hold anything."""
        return isinstance(self.value, bool) or self.value is None


def said_in(record: Record, turn: Turn) -> Iterator[Said]:
    """Yield what the turn's arguments quote of the user."""
    specs = specs_of(record)
    for step in turn.steps:
        for pointer, source in step.sources.items():
            try:
                value = resolve(step.arguments, pointer)
            except ValueError:
                continue
            spec = specs.get(step.tool)
            schema = leaf_schema(spec.parameters, pointer) if spec and value is not MISSING else {}
            if isinstance(source, UserSource):
                member = any(equal(value, member) for member in closed_values(schema))
                yield Said(source.quote, value, member)
            else:
                yield from (Said(quote, MISSING, False) for quote in _quotes(source))


def _quotes(source: Source) -> Iterator[str]:
    if isinstance(source, UserSource):
        yield source.quote
    elif isinstance(source, DerivedSource):
        for part in source.of:
            yield from _quotes(part)


def covered(query: str, said: list[Said]) -> list[Span]:
    """Return the stretches that are values in the user's words, which a tool's identifier for one is not."""
    spans: list[Span] = []
    for each in said:
        if not each.is_flag and not (each.member and "_" in each.quote):
            spans.extend(occurrences(each.quote, query))
    return spans


def is_inside(span: Span, spans: list[Span]) -> bool:
    """Say whether the span lies in one of the others."""
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def words_of_field(record: Record) -> frozenset[str]:
    """Return, in lower case and without hyphens, the words by which the tools' descriptions speak of their field.

    What stands there in prose ("GitHub", "SHA-256") a person of that field says as well.
    """
    texts = (spec.description for spec in record.tools)
    return frozenset(word.replace("-", "").casefold() for text in texts for word in _FIELD_WORD.findall(text))
