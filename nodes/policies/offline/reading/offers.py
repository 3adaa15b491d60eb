"""What a value means, read off names, titles, formats and descriptions; how well two meanings match."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graph.record import Step
from graph.sources import StepSource
from nodes.policies.offline.reading.best_item import Best, best_at
from nodes.policies.offline.reading.text_values import values_in
from tool_registry.calling.crashes import attributed_to
from tool_registry.drawing.things import Identity, agrees, identity_in_result, identity_in_text
from tool_registry.drawing.value_kinds import NOTATIONS, format_of
from tool_registry.drawing.value_words import words_of
from tool_registry.json.pointer import comparable, scalars
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec

if TYPE_CHECKING:
    from nodes.policies.offline.reading.parameters import Parameter

#: Parameters that are made to take anything of their type.
_OPEN_WORDS = set(
    "a b c x y z n m k s t value values number numbers text string word sentence input data base amount left right "
    "first second operand".split()
)
_OFFERS_MAX = 60
_ITEMS_SEEN = 3
_CALCULABLE_MAX = 1_000_000
_BY_NAME = 0.1
STRONG, SAME_KIND, FAIR, WEAK = 1.0, 0.75, 0.7, 0.35


@dataclass(frozen=True)
class Offer:
    """A scalar in a step's result that a later call could use.

    `parent` is the pointer of its container: what stands in one container belongs together. `span` is the
    value's text where it stands inside a longer one at `pointer`, `position` then counts the text's values of
    the same noun. `is_best`: it stands in the item of a list that a number singles out.
    """

    step: str
    pointer: str
    value: Any
    parent: str
    name: str
    format: str | None
    words: frozenset[str]
    span: str | None = None
    position: int = 0
    identity: Identity | None = None
    is_best: bool = False

    @property
    def place(self) -> tuple[str, str, str | None]:
        """What tells this offer from others: step, pointer and span."""
        return self.step, self.pointer, self.span

    @cached_property
    def item(self) -> str | None:
        """The pointer of the item of a list that the value is or stands in, the innermost; None outside lists."""
        if not any(map(str.isdecimal, self.pointer)):
            return None
        tokens = self.pointer.split("/")
        last = max((number for number, token in enumerate(tokens) if token.isdecimal()), default=None)
        return None if last is None else "/".join(tokens[: last + 1])


def offers_of(step: Step, spec: ToolSpec | None) -> list[Offer]:
    """Return what the step's result offers: its scalars, of long lists those of the first few items."""
    schema = (spec.output_schema if spec else None) or {}
    found: list[Offer] = []
    bests: dict[str, Best | None] = {}
    for pointer, value in scalars(step.result):
        if value is None or isinstance(value, bool) or value == "" or len(found) >= _OFFERS_MAX:
            continue
        described = schema_at(schema, pointer) if schema else {}
        # Where the author says how an item is spoken of, it is by its place.
        is_best = "x-phrases" not in described and best_at(step.result, pointer, bests) is not None
        if not is_best and any(token.isdecimal() and int(token) >= _ITEMS_SEEN for token in pointer.split("/")):
            continue
        parent, _, name = pointer.rpartition("/")
        title = str(described.get("title", ""))
        found.append(
            Offer(
                step=step.id,
                pointer=pointer,
                value=value,
                parent=parent,
                name=name,
                format=format_of(described),
                words=words_of(name if not name.isdecimal() else parent.rpartition("/")[2]) | words_of(title),
                identity=identity_in_result(spec, pointer, step.result) if spec else None,
                is_best=is_best,
            )
        )
        if isinstance(value, str) and _is_open_text(value, described):
            found.extend(_offers_in(value, step, pointer, spec))
    return found[:_OFFERS_MAX]


def _is_open_text(value: str, described: dict[str, Any]) -> bool:
    """Tell whether a string may hold values: nothing says what it is, or it goes over several lines."""
    if any(keyword in described for keyword in ("format", "enum", "const", "oneOf", "anyOf", "x-phrases")):
        return False
    return "\n" in value.strip() or "title" not in described


def _offers_in(text: str, step: Step, pointer: str, spec: ToolSpec | None) -> Iterator[Offer]:
    """Yield what stands inside a text. What has no name of its own is called as its tool is: `list_branches`."""
    about = words_of(step.tool)
    for inside in values_in(text):
        yield Offer(
            step=step.id,
            pointer=pointer,
            value=inside.value,
            parent=f"{pointer}#{inside.line}",
            name=inside.noun,
            format=inside.format,
            words=words_of(inside.label) or about,
            # What is the whole text needs no span: the pointer says it.
            span=None if inside.span == text else inside.span,
            position=inside.position,
            identity=identity_in_text(spec, inside.label, is_listed=not inside.is_only) if spec else None,
        )


def match(offer: Offer, parameter: "Parameter") -> float:
    """Return how well the offer fits the parameter, 0 to 1: by kind, else by words, else by type alone."""
    if not _type_fits(offer.value, parameter.types) or (parameter.choices and offer.value not in parameter.choices):
        return 0.0
    both, same = bool(parameter.format and offer.format), parameter.format == offer.format
    if both and (not same or parameter.format not in NOTATIONS):
        score = _match_kinds(offer, parameter) if same else 0.0
    elif (agreed := _match_things(offer, parameter)) is not None:
        score = (STRONG if both else FAIR) if agreed else 0.0
        if score and not parameter.identity.keys and offer.identity and offer.identity.keys == {"name"}:
            score -= _BY_NAME  # who has a login as well is asked for by that
    else:
        score = _match_kinds(offer, parameter) if both else _match_words(offer, parameter)
    if not score or not parameter.is_usual(offer.value) or not parameter.has_name_for(offer.value):
        return 0.0
    return score if parameter.is_valid(offer.value) else 0.0


def _match_kinds(offer: Offer, parameter: "Parameter") -> float:
    """Return the match of two values of one kind: full when words agree too (a price with a price, not a wage)."""
    if parameter.words & (offer.words | words_of(str(offer.format))):
        return STRONG
    return 0.0 if offer.format in NOTATIONS else SAME_KIND


def _match_things(offer: Offer, parameter: "Parameter") -> bool | None:
    """Tell whether what identifies something does so for what the parameter asks for; None where neither identifies."""
    offered, taken = offer.identity, parameter.identity
    if parameter.choices:
        return None  # the few values that there are say enough
    if offered is None:
        # What has a name and no identity stands in a text or in a result that nothing describes.
        return False if taken.keys and offer.words and not parameter.found & offer.words else None
    if not offered.keys and not taken.keys and offer.words:
        return None
    return agrees(offered, taken, offer.value)


def _match_words(offer: Offer, parameter: "Parameter") -> float:
    """Return the match of two values that do not both tell their kind.

    Sharing a word is not enough: "exchange rate" is no "tax rate", and miles are no kilometres. Where one side
    tells its kind and the other does not, they have to be called exactly alike.
    """
    if parameter.found & offer.words and not offer.format and not parameter.format:
        return FAIR
    common = parameter.words & offer.words
    if common:
        overlap = len(common) / max(len(parameter.words), len(offer.words))
        needed = 1.0 if parameter.format or offer.format else 0.5
        return FAIR * overlap if overlap >= needed else 0.0
    name = parameter.name.lower()
    is_open = name in _OPEN_WORDS or name.rstrip("0123456789") in _OPEN_WORDS
    # A number of many digits is a code or a checksum rather than something to go on calculating with.
    is_code = isinstance(offer.value, int | float) and abs(offer.value) > _CALCULABLE_MAX
    return WEAK if is_open and not parameter.format and not offer.words and not is_code else 0.0


def _type_fits(value: Any, types: frozenset[str]) -> bool:
    if not types:
        return True
    if isinstance(value, str):
        return "string" in types
    return bool(types & {"number", "integer"}) if not isinstance(value, float) else "number" in types


def fresh_offers(steps: list[Step], specs: dict[str, ToolSpec], known: Mapping[str, Any]) -> Iterator[Offer]:
    """Yield the offers of all steps but echoes: values that somebody has given a call, or the context's (`known`).

    What a call took from a result is none where it stands there: one goes on from the first city of a list twice.
    """
    given = {comparable(value) for _, value in scalars(dict(known))}
    passed_on: dict[Any, set[tuple[str, str, str | None]]] = {}
    for step in steps:
        for pointer, value in scalars(step.arguments):
            source = step.sources.get(pointer)
            if isinstance(source, StepSource):
                passed_on.setdefault(comparable(value), set()).add((source.step, source.pointer, source.span))
            else:
                given.add(comparable(value))
    for step in steps:
        with attributed_to(step.tool):
            offers = list(offers_of(step, specs.get(step.tool)))
        for offer in offers:
            value = comparable(offer.value)
            if value not in given and (value not in passed_on or offer.place in passed_on[value]):
                yield offer
