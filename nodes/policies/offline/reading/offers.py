"""What the chain has found that a later call could use, and what each value means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graph.record import Step
from graph.sources import StepSource
from nodes.policies.offline.reading.best_item import Best, best_at, item_pointer
from nodes.policies.offline.reading.text_values import values_in
from tool_registry.calling.crashes import attributed_to
from tool_registry.drawing.things import Identity, identity_in_result, identity_in_text
from tool_registry.drawing.value_kinds import format_of
from tool_registry.drawing.value_words import words_of
from tool_registry.json.pointer import comparable, scalars
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec

_OFFERS_MAX = 60
_ITEMS_SEEN = 3


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
        return item_pointer(self.pointer)


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
