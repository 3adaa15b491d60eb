"""Tracing a chain back: the source that query, steps, context or schema afford for each argument."""

from collections.abc import Mapping

from graph.record import (
    ContextSource,
    DefaultSource,
    DerivedSource,
    RecordContext,
    Source,
    Step,
    StepSource,
    UserSource,
)
from nodes.proofs.finding_quotes import find_quote
from nodes.proofs.grounded import argument_leaves
from nodes.proofs.sources import Grounds, Leaf
from tool_registry.crashes import attributed_to
from tool_registry.json_pointer import equal, scalars, tokens
from tool_registry.spec import ToolSpec


def trace(
    query: str,
    steps: list[Step],
    context: RecordContext,
    specs: dict[str, ToolSpec],
    quotes: dict[str, dict[str, str]],
) -> list[Step]:
    """Return copies of the steps with a source for every leaf that has one.

    In this order: the step or derived source it has, if that holds; the quote given in `quotes` (step id,
    then pointer); a quote found in the query; the context; the schema default. What cannot be traced gets
    no source, for the proof to find. Nothing that is passed in is changed.
    """
    traced: list[Step] = []
    earlier: dict[str, Step] = {}
    for step in steps:
        spec = specs.get(step.tool)
        grounds = Grounds((query,), dict(earlier), context)
        given = quotes.get(step.id, {})
        sources: dict[str, Source] = {}
        with attributed_to(step.tool):
            for leaf in argument_leaves(step, spec.parameters if spec else {}):
                source = _source(leaf, step.sources.get(leaf.pointer), given, grounds)
                if source is not None:
                    sources[leaf.pointer] = source
        copy = step.model_copy(update={"sources": sources})
        traced.append(copy)
        earlier[step.id] = copy
    return traced


def _source(leaf: Leaf, present: Source | None, quotes: Mapping[str, str], grounds: Grounds) -> Source | None:
    candidates: list[Source] = []
    if isinstance(present, StepSource | DerivedSource):
        candidates.append(present)
    if leaf.pointer in quotes:
        candidates.append(UserSource(quote=quotes[leaf.pointer]))
    for candidate in candidates:
        if grounds.problem(candidate, leaf) is None:
            return candidate
    found = find_quote(grounds.queries[-1], leaf.value, leaf.schema, leaf.name)
    if found is not None:
        return UserSource(quote=found)
    pointer = _in_context(leaf, grounds.context)
    if pointer is not None:
        return ContextSource(pointer=pointer)
    default = DefaultSource()
    return default if grounds.problem(default, leaf) is None else None


def _in_context(leaf: Leaf, context: RecordContext) -> str | None:
    """Return where the context has the value; flags and numbers only under the parameter's name."""
    if leaf.value is None:
        return None
    for pointer, value in scalars(context.model_dump(mode="python")):
        named = tokens(pointer)[-1:] == [leaf.name]
        if equal(value, leaf.value) and (named or isinstance(value, str)):
            return pointer
    return None
