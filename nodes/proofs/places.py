"""Where a number of the record stands, and the words that belong to it there: what it counts, measures or names.

Of a value in a result or an argument these are the member's name, its unit, what the schema says of it, the labels
that stand beside it, and what the query says around the quote. Of a number in a text they are the words around it.
Besides, a step is about words: the tool's name and description, its arguments, the names and labels of its result, and
the sentences of the query that it quotes.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, Literal, NamedTuple

from graph.record import Step
from nodes.proofs.dates import MONTHS, WEEKDAYS
from nodes.proofs.executed import quotes
from nodes.proofs.numbers import scan_numbers
from nodes.proofs.polarity import stems
from nodes.proofs.schemas import leaf_schema, titles_of
from nodes.proofs.units import spellings_of, unit_of_name
from tool_registry.json_pointer import escape, scalars, tokens
from tool_registry.spec import ToolSpec

Steps = frozenset[str]
Words = frozenset[str]

Kind = Literal["context", "said", "argument", "result", "count", "ordinal", "derived", "span", "converted", "anywhere"]

_STEM = 6
_AROUND = 4
_STRINGS_MAX = 40
_SHORT = 4
_LABEL_MAX = 80
_LABELS_MAX = 12
_SYMBOLS = {
    "€": "euro eur",
    "$": "dollar usd",
    "£": "pound gbp",
    "¥": "yen jpy yuan cny",
    "%": "percent share rate",
    "°": "degree",
    "×": "product times multiple factor",
    "+": "sum plus",
}
#: Words of measures and abbreviations, with the noun of the same root.
_SAME = {
    stem: stems(noun)
    for noun, words in {
        "weight": "weigh weighs weighed heavy",
        "height": "tall",
        "width": "wide",
        "depth": "deep",
        "age": "old",
        "distance": "far dist",
        "price": "cost costs",
        "rating": "rated stars",
        "duration": "takes lasts dur",
        "average": "avg mean",
        "temperature": "temp warm cold",
        "quantity": "qty",
        "percent": "pct",
        "altitude": "alt",
        "previous": "prev",
    }.items()
    for word in words.split()
    for stem in stems(word)
}
_EMPTY = stems("here now then yes okay sure please thanks hello")
#: Words that say nothing of what a number is of.
_VAGUE_WORDS = (
    "number numbers figure value result answer time times day days date year month both new come comes take takes add "
    "adds one two three four five six seven eight nine ten total all over there find found tell know need want show "
    "let way make makes give gives given go goes going went get gets run runs much many more less most least than "
    "about around out exact exactly same different following name names called like long per"
)
_CALENDAR = " ".join((*MONTHS, *WEEKDAYS, *(name[:3] for name in (*MONTHS, *WEEKDAYS))))
_VAGUE = frozenset(stem.replace("y", "i") for stem in stems(f"{_VAGUE_WORDS} {_CALENDAR}"))


def anchor_words_of(found: Iterable[str]) -> Words:
    """Return what of the stems can be an anchor, cut to six letters."""
    return frozenset(stem[:_STEM] for stem in found if stem not in _VAGUE and not stem.isdecimal())


@lru_cache(maxsize=16384)
def anchor_words(text: str) -> Words:
    """Return the content words of a text as anchors are compared: stems of at most six letters, symbols by name."""
    return anchor_words_of(named_stems(text))


@lru_cache(maxsize=16384)
def named_stems(text: str) -> frozenset[str]:
    """Return the stems of a text's words that are no numbers, and of the names of its symbols."""
    found = stems(text) - _EMPTY
    for symbol, names in _SYMBOLS.items():
        if symbol in text:
            found |= stems(names)
    for stem in found & _SAME.keys():
        found |= _SAME[stem]
    return frozenset(stem.replace("y", "i") for stem in found if not stem.isdecimal())


class Topic:
    """What a step is about, in anchor words."""

    def __init__(self, step: Step, spec: ToolSpec | None, query: str) -> None:
        self.step = step
        self.spec = spec
        self.query = query
        self._words: Words | None = None

    @cached_property
    def tool_words(self) -> Words:
        """The words of the tool's name and description."""
        return anchor_words(f"{self.step.tool.replace('-', ' ')} {self.spec.description if self.spec else ''}")

    @property
    def words(self) -> Words:
        """The words of the tool's name and description, of the arguments, and around the quotes in the query."""
        if self._words is None:
            texts = [self.step.tool.replace("-", " ")]
            if self.spec is not None:
                texts.append(self.spec.description)
            for pointer, value in scalars(self.step.arguments):
                texts.append(" ".join(token for token in tokens(pointer) if not token.isdecimal()))
                if isinstance(value, str):
                    texts.append(value[:_LABEL_MAX])
            texts.extend(self._asked())
            names = (token for pointer, _ in islice(scalars(self.step.result), 60) for token in tokens(pointer))
            texts.append(" ".join(token for token in dict.fromkeys(names) if not token.isdecimal()))
            strings = (value for _, value in scalars(self.step.result) if isinstance(value, str))
            texts.extend(value for value in islice(strings, _STRINGS_MAX) if len(value) <= _LABEL_MAX)
            self._words = frozenset().union(*map(named_stems, texts))
        return self._words

    def _asked(self) -> Iterator[str]:
        said = [quote.casefold() for source in self.step.sources.values() for quote in quotes(source)]
        for sentence in re.split(r"(?<=[.?!])\s", self.query):
            if any(quote in sentence.casefold() for quote in said):
                yield sentence


class Place(NamedTuple):
    """A place of a number: `document` is the result or arguments of the topic's step, or a text at `at`."""

    kind: Kind
    steps: Steps
    document: Any
    pointer: str
    topic: Topic | None
    at: tuple[int, int] | None = None
    of: tuple["Place", ...] = ()

    def texts(self, *, labels: bool = True) -> Iterator[str]:
        """Yield what says what this very number is."""
        for place in self.of:
            yield from place.texts(labels=labels)
        if self.at is not None:
            yield _around(self.text, *self.at)
        yield self.name
        if self.unit:
            yield " ".join(spellings_of(self.unit))
        if self.topic is None:
            return
        schema = self._schema
        if schema:
            leaf = leaf_schema(schema, self.pointer)
            yield f"{leaf.get('title') or ''} {leaf.get('description') or ''}"
        if self.kind == "argument" and labels:
            source = self.topic.step.sources.get(self.pointer)
            for quote in quotes(source) if source is not None else ():
                at = self.topic.query.find(quote)
                yield _around(self.topic.query, at, at + len(quote))
        if labels:
            yield from _labels(self.document, self.pointer, schema)

    @property
    def sentence(self) -> str:
        """The sentence of the text that it stands in."""
        start, end = self.at or (0, 0)
        begin = max(self.text.rfind(mark, 0, start) for mark in ".?!") + 1
        ends = [at for mark in ".?!" if (at := self.text.find(mark, end)) >= 0]
        return self.text[begin : min(ends, default=len(self.text))]

    @property
    def name(self) -> str:
        """The name of the member, "" where there is none."""
        return (
            next((token for token in reversed(tokens(self.pointer)) if not token.isdecimal()), "")
            if self.pointer
            else ""
        )

    @property
    def title(self) -> str:
        """What the schema calls it, "" where it does not say."""
        return str(leaf_schema(self._schema, self.pointer).get("title") or "")

    @property
    def _schema(self) -> dict[str, Any]:
        """The schema of the document, {} where none is known."""
        spec = self.topic.spec if self.topic is not None else None
        if spec is None:
            return {}
        return spec.parameters if self.kind == "argument" else spec.output_schema or {}

    @property
    def unit(self) -> str | None:
        """The unit that the member's name ends in."""
        return unit_of_name(self.name)

    @property
    def text(self) -> str:
        """The text that it stands in."""
        value = self.document
        for token in tokens(self.pointer):
            value = value[int(token)] if isinstance(value, list) else value[token]
        return str(value)

    def constants(self) -> frozenset[Decimal]:
        """Return the numbers that the schema names where it describes this one."""
        spec = self.topic.spec if self.topic is not None else None
        leaf = leaf_schema(spec.output_schema or {}, self.pointer) if spec is not None else {}
        return frozenset(span.value for span in scan_numbers(str(leaf.get("description") or "")))

    @property
    def is_passage(self) -> bool:
        """A number among the words of a text."""
        return self.at is not None and len(self.text.split()) > _SHORT

    @property
    def topics(self) -> list[Topic]:
        """The topics of the steps that it comes from."""
        own = [self.topic] if self.topic is not None else []
        return [*own, *(topic for place in self.of for topic in place.topics)]


#: Of a number that needs no place, such as the third of a list.
ANYWHERE = Place("anywhere", frozenset(), None, "", None)


def _around(text: str, start: int, end: int) -> str:
    before = text[max(0, start - 120) : start].split()[-_AROUND:]
    return " ".join((*before, *text[end : end + 120].split()[:_AROUND]))


def _labels(document: Any, pointer: str, schema: dict[str, Any]) -> Iterator[str]:
    """Yield the short texts that stand in the innermost object around the pointer, and what the schema calls them."""
    value, inner, path = document, None, ""
    at = ""
    for token in tokens(pointer):
        if isinstance(value, dict):
            inner, path = value, at
            value = value.get(token)
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return
        at = f"{at}/{escape(token)}"
    if inner is None:
        return
    texts = ((name, text) for name, text in inner.items() if isinstance(text, str) and len(text) <= _LABEL_MAX)
    for name, text in islice(texts, _LABELS_MAX):
        yield text
        yield from titles_of(leaf_schema(schema, f"{path}/{escape(name)}"), text)
