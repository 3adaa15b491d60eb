"""What a record does with its steps: which tools it calls, who takes their results, and what its response tells."""

from collections.abc import Collection, Iterable
from typing import Any

from graph.record import Record, Step, Turn
from graph.sources import StepSource
from nodes.marks.find import find_words
from nodes.marks.says import Place
from nodes.proofs.executed import steps_needed
from tool_registry.json.pointer import scalars, tokens
from tool_registry.json.schema import schema_at
from toolgrad_data.export.datasets.likeness import content_words

_STEM = 5


def tools_called(record: Record) -> list[str]:
    """Return the names of the tools that the record calls, each once, in order."""
    return list(dict.fromkeys(step.tool for turn in record.turns for step in turn.steps))


def tools_needed(record: Record) -> list[str]:
    """Return the tools that have to be offered: those that are called, and those whose call a rule forbids."""
    refused = [turn.refuses for turn in record.turns if turn.refuses is not None]
    return list(dict.fromkeys([*tools_called(record), *(call.tool for call in refused if call.rule is not None)]))


def tools_lacking(record: Record) -> list[str]:
    """Return the tools whose calls are refused because no tool that is offered can make them."""
    refused = [turn.refuses for turn in record.turns if turn.refuses is not None]
    return list(dict.fromkeys(call.tool for call in refused if call.rule is None))


def descendants(turn: Turn, roots: Iterable[str]) -> set[str]:
    """Return the steps that need a result or an effect of the roots, directly or not; the roots themselves not."""
    reached = set(roots)
    found: set[str] = set()
    for step in turn.steps:
        if step.id not in reached and steps_needed(step) & reached:
            reached.add(step.id)
            found.add(step.id)
    return found


def values_taken(turn: Turn, of: Collection[str]) -> dict[tuple[str, str], list[tuple[Step, str]]]:
    """Return what other steps take straight from the results of the steps `of`: (step, pointer) to who takes it."""
    taken: dict[tuple[str, str], list[tuple[Step, str]]] = {}
    for step in turn.steps:
        if step.id in of:
            continue
        for where, source in step.sources.items():
            if isinstance(source, StepSource) and source.step in of:
                taken.setdefault((source.step, source.pointer), []).append((step, where))
    return taken


def told_values(step: Step, turn: Turn, schema: dict[str, Any] | None = None) -> set[str]:
    """Return the pointers of the result's scalars that the turn's response tells or seems to; `schema` is the result's.

    By its marks, and by its words, for what is let be unmarked: a yes or a no is told where a word of its name or title
    stands (`is_valid` in "The number is valid.").
    """
    found = _marked_pointers(step, turn)
    said = words_in(turn.response)
    for pointer, value in scalars(step.result):
        described = schema_at(schema, pointer) if schema else {}
        name = pointer.rpartition("/")[2]
        if isinstance(value, bool):
            if words_in(f"{name} {described.get('title', '')}") & said:
                found.add(pointer)
        elif value is not None and len(str(value)) >= 2 and find_words(turn.response, Place(value, described, name)):
            found.add(pointer)
    return found


def _marked_pointers(step: Step, turn: Turn) -> set[str]:
    """Return the pointers of the scalars at or below what the response's marks name; `*` stands for any member."""
    named = [
        tokens(source.pointer)
        for tell in turn.tells or ()
        for origin in tell.sources()
        for source in origin.whole()
        if isinstance(source, StepSource) and source.step == step.id and f"{source.pointer}/".startswith("/")
    ]
    return {pointer for pointer, _ in scalars(step.result) if any(_is_below(tokens(pointer), above) for above in named)}


def _is_below(path: list[str], above: list[str]) -> bool:
    return len(path) >= len(above) and all(one in (own, "*") for own, one in zip(path, above, strict=False))


def words_in(text: str) -> frozenset[str]:
    """Return the stems of the content words of a text: its first five letters say what a word is about."""
    return frozenset(word.lower()[:_STEM] for word in content_words(text) if len(word) > 3)
