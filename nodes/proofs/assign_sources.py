"""The source that marks, steps, query, context or schema afford for each argument of a chain."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from graph.record import RecordContext, Step
from graph.sources import ContextSource, DefaultSource, DerivedSource, Source, StepSource, UserSource
from nodes.proofs.grounded import argument_leaves
from nodes.proofs.own_names import may_be_known
from nodes.proofs.source_checks import Grounds, Leaf
from tool_registry.json.pointer import equal, scalars, tokens
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

    The first that holds of: the words marked for it (`marked`: step id, then pointer) where they are a name that the
    person may know; the step or derived source it has; the words marked for it; words of the query that say it; those
    that gave it to an earlier call of the tool; words of earlier queries; the context; the schema default. Where none
    does, marked words that do not say it, for the proof to tell. What cannot be assigned gets no source. Nothing that
    is passed in is changed.
    """
    earlier = {step.id: step for step in before}
    grounds = Grounds(queries, earlier, context, results=[step.result for step in (*before, *steps)])
    assigned: list[Step] = []
    for step in steps:
        sources: dict[str, Source] = {}
        for leaf in argument_leaves(step, specs[step.tool].parameters if step.tool in specs else {}):
            words = marked.get(step.id, {}).get(leaf.pointer)
            present = step.sources.get(leaf.pointer)
            alike = (other.sources.get(leaf.pointer) for other in reversed(before) if other.tool == step.tool)
            carried = [source for source in alike if isinstance(source, UserSource)]
            candidates = _candidates(leaf, present, words, carried, grounds)
            if words is not None and not words.paraphrase and may_be_known(leaf.value, present, earlier, context):
                candidates = chain([words], candidates)
            source = next((each for each in candidates if grounds.problem(each, leaf) is None), words)
            if source is not None:
                sources[leaf.pointer] = source
        earlier[step.id] = step.model_copy(update={"sources": sources})
        assigned.append(earlier[step.id])
    return assigned


def _candidates(
    leaf: Leaf, present: Source | None, marked: UserSource | None, carried: Sequence[UserSource], grounds: Grounds
) -> Iterator[Source]:
    if isinstance(present, StepSource | DerivedSource):
        yield present
    if marked is not None:
        yield marked
    for said in grounds.quotes_for(leaf):
        if said.turn < len(grounds.queries) - 1:
            yield from carried
        yield said
    yield from carried
    for pointer, value in scalars(grounds.context.model_dump(mode="python")):
        is_named = tokens(pointer)[-1:] == [leaf.place.name]
        if equal(value, leaf.value) and (is_named or isinstance(value, str)):  # a flag is told by its name alone
            yield ContextSource(pointer=pointer)
    yield DefaultSource()
