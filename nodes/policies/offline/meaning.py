"""What a value means, read off names, titles, formats and descriptions; how well two meanings match."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graph.record import Step
from tool_registry.json_pointer import equal, scalars
from tool_registry.json_schema import schema_at
from tool_registry.spec import ToolSpec

if TYPE_CHECKING:
    from nodes.policies.offline.parameters import Parameter

#: Formats that say how a value is written rather than what it is: the words have to agree as well.
_NOTATIONS = {"uri", "email", "uuid", "hostname", "regex", "json-pointer"}
_SAME_WORD = {
    "lat": "latitude", "lon": "longitude", "lng": "longitude", "tz": "timezone", "qty": "quantity",
    "num": "number", "temp": "temperature", "addr": "address", "id": "identifier", "sha": "commit",
    "filename": "file", "filepath": "path", "directory": "folder", "dir": "folder", "url": "link", "uri": "link",
    "str": "text", "string": "text", "content": "text", "sentence": "text",
}  # fmt: skip
_WEAK_WORDS = set(
    "a an the of in on at to for from by with and or is as code name value result output input data given number "
    "text list item first second string integer float which that this be it its used use such".split()
)
#: Parameters that are made to take anything of their type.
_OPEN_WORDS = set(
    "a b c x y z n m k s t value values number numbers text string word sentence input data base amount left right "
    "first second operand".split()
)
_OFFERS_MAX = 60
_ITEMS_SEEN = 3
STRONG, SAME_KIND, FAIR, WEAK = 1.0, 0.75, 0.7, 0.35


@dataclass(frozen=True)
class Offer:
    """A scalar in a step's result that a later call could use. `parent` is the pointer of its container."""

    step: str
    pointer: str
    value: Any
    parent: str
    name: str
    format: str | None
    words: frozenset[str]


@lru_cache(maxsize=8192)
def words_of(text: str) -> frozenset[str]:
    """Return the content words of a name or sentence, with common abbreviations spelled out."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    found = re.findall(r"[A-Za-z]+", spaced)
    return frozenset(_SAME_WORD.get(word.lower(), word.lower()) for word in found) - _WEAK_WORDS


def offers_of(step: Step, spec: ToolSpec | None) -> list[Offer]:
    """Return what the step's result offers: its scalars, of long lists those of the first few items."""
    schema = (spec.output_schema if spec else None) or {}
    found: list[Offer] = []
    for pointer, value in scalars(step.result):
        if value is None or isinstance(value, bool) or value == "" or len(found) >= _OFFERS_MAX:
            continue
        if any(token.isdecimal() and int(token) >= _ITEMS_SEEN for token in pointer.split("/")):
            continue
        described = schema_at(schema, pointer) if schema else {}
        parent, _, name = pointer.rpartition("/")
        title = str(described.get("title", ""))
        found.append(
            Offer(
                step=step.id,
                pointer=pointer,
                value=value,
                parent=parent,
                name=name,
                format=described.get("format"),
                words=words_of(name if not name.isdecimal() else parent.rpartition("/")[2]) | words_of(title),
            )
        )
    return found


def match(offer: Offer, parameter: "Parameter") -> float:
    """Return how well the offer fits the parameter, 0 to 1: by kind, else by words, else by type alone."""
    if not _type_fits(offer.value, parameter.types):
        return 0.0
    if parameter.format and offer.format:
        score = _match_kinds(offer, parameter) if parameter.format == offer.format else 0.0
    else:
        score = _match_words(offer, parameter)
    return score if score and parameter.is_valid(offer.value) else 0.0


def _match_kinds(offer: Offer, parameter: "Parameter") -> float:
    """Return the match of two values of one kind: full when words agree too (a price with a price, not a wage)."""
    if parameter.words & (offer.words | words_of(str(offer.format))):
        return STRONG
    return 0.0 if offer.format in _NOTATIONS else SAME_KIND


def _match_words(offer: Offer, parameter: "Parameter") -> float:
    """Return the match of two values that do not both tell their kind.

    Sharing a word is not enough: "exchange rate" is no "tax rate", and miles are no kilometres. Where one side
    tells its kind and the other does not, they have to be called exactly alike.
    """
    common = parameter.words & offer.words
    if common:
        overlap = len(common) / max(len(parameter.words), len(offer.words))
        needed = 1.0 if parameter.format or offer.format else 0.5
        return FAIR * overlap if overlap >= needed else 0.0
    name = parameter.name.lower()
    is_open = name in _OPEN_WORDS or name.rstrip("0123456789") in _OPEN_WORDS
    return WEAK if is_open and not parameter.format and not offer.words else 0.0


def _type_fits(value: Any, types: frozenset[str]) -> bool:
    if not types:
        return True
    if isinstance(value, str):
        return "string" in types
    return bool(types & {"number", "integer"}) if not isinstance(value, float) else "number" in types


def fresh_offers(steps: list[Step], specs: dict[str, ToolSpec]) -> Iterator[Offer]:
    """Yield the offers of all steps but echoes: values that are already somebody's arguments."""
    arguments = [value for step in steps for _, value in scalars(step.arguments)]
    for step in steps:
        for offer in offers_of(step, specs.get(step.tool)):
            if not any(equal(offer.value, value) for value in arguments):
                yield offer
