"""The source that marks, steps, query, context or schema afford for each argument of a chain."""

from collections.abc import Mapping, Sequence

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
from nodes.marks.find import find_words, quote_of
from nodes.marks.says import Place, says
from nodes.proofs.grounded import argument_leaves
from nodes.proofs.source_checks import Grounds, Leaf
from nodes.proofs.unsayable import unsayable
from tool_registry.json_pointer import equal, scalars, tokens
from tool_registry.spec import ToolSpec


def assign_sources(
    queries: Sequence[str],
    steps: list[Step],
    context: RecordContext,
    specs: Mapping[str, ToolSpec],
    marked: Mapping[str, Mapping[str, UserSource]],
    before: Sequence[Step] = (),
) -> list[Step]:
    """Return copies of the steps of the last query's turn with a source for every leaf that has one.

    In this order: the step or derived source it has, if that holds; the words marked for it (`marked`: step id, then
    pointer); words of the query that say it; the context; the schema default; marked words that do not say it, for the
    proof to tell. What cannot be assigned gets no source. Nothing that is passed in is changed.
    """
    results = [step.result for step in (*before, *steps)]
    assigned: list[Step] = []
    earlier: dict[str, Step] = {step.id: step for step in before}
    for step in steps:
        spec = specs.get(step.tool)
        grounds = Grounds(tuple(queries), dict(earlier), context, results=results)
        given = marked.get(step.id, {})
        sources: dict[str, Source] = {}
        for leaf in argument_leaves(step, spec.parameters if spec else {}):
            source = _source(leaf, step.sources.get(leaf.pointer), given.get(leaf.pointer), grounds)
            if source is not None:
                sources[leaf.pointer] = source
        copy = step.model_copy(update={"sources": sources})
        assigned.append(copy)
        earlier[step.id] = copy
    return assigned


def _source(leaf: Leaf, present: Source | None, marked: UserSource | None, grounds: Grounds) -> Source | None:
    if isinstance(present, StepSource | DerivedSource) and grounds.problem(present, leaf) is None:
        return present
    if marked is not None and grounds.problem(marked, leaf) is None:
        return marked
    found = said_source(leaf, grounds)
    if found is not None:
        return found
    pointer = _in_context(leaf, grounds.context)
    if pointer is not None:
        return ContextSource(pointer=pointer)
    default = DefaultSource()
    return default if grounds.problem(default, leaf) is None else marked


def said_source(leaf: Leaf, grounds: Grounds) -> UserSource | None:
    """Return the words that say the leaf in the last query, else in one before it, or None."""
    if unsayable(leaf.value, leaf.schema):
        return None
    place = Place(leaf.value, leaf.schema, leaf.name)
    for turn in range(len(grounds.queries) - 1, -1, -1):
        query = grounds.queries[turn]
        span = find_words(query, place, grounds.setting)
        if span is None:
            continue
        quote = quote_of(query, span)
        paraphrase = says(quote, place, grounds.setting, opening=True).verdict == "could"
        source = UserSource(turn=turn, start=span[0], end=span[1], quote=quote, paraphrase=paraphrase)
        if grounds.problem(source, leaf) is None:
            return source
    return None


def _in_context(leaf: Leaf, context: RecordContext) -> str | None:
    """Return where the context has the value; flags and numbers only under the parameter's name."""
    if leaf.value is None:
        return None
    for pointer, value in scalars(context.model_dump(mode="python")):
        named = tokens(pointer)[-1:] == [leaf.name]
        if equal(value, leaf.value) and (named or isinstance(value, str)):
            return pointer
    return None
