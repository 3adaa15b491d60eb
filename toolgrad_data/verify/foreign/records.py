"""From a foreign sample to a record: sources found where they can be, and what the format cannot show."""

import re
from collections.abc import Iterator, Mapping

from graph.record import Meta, Record, RecordContext, Step, Turn
from graph.sources import ContextSource, DefaultSource, Source, StepSource
from graph.spans import occurrences
from nodes.marks.figures import Number, figures_of
from nodes.marks.find import find_words
from nodes.marks.quantities import exact
from nodes.proofs.grounded import argument_leaves
from nodes.proofs.source_checks import Grounds, Leaf
from tool_registry.json.pointer import MISSING, equal, scalars, tokens
from tool_registry.spec import ToolSpec, mapped_name
from toolgrad_data.verify.foreign.sample import ForeignSample, ForeignTool, ForeignTurn

#: A text inside a longer one is a source from this length on; shorter ones stand anywhere by chance.
_SPAN_MIN = 4

_LETTERS = ("s", "step", "call", "s_")

_NO_SCHEMA = "the file holds no schema of the tools; --tools gives them"
_NO_RESULTS = "the file holds no results of the calls"
_SOME_RESULTS = "some calls have no result in the file"
_NO_RESPONSE = "the file holds no response"


def to_record(
    sample: ForeignSample, number: int, known: Mapping[str, ToolSpec] | None = None
) -> tuple[Record, dict[str, str]]:
    """Return the sample as a record, and the promises that cannot be checked in it with the reason.

    `known` are specs that go before what the file says of a tool, by name. Raises pydantic's ValidationError for
    tools whose schema is none.
    """
    names: dict[str, str] = {}
    specs = _specs(sample, known or {}, names)
    context = RecordContext()
    turns: list[Turn] = []
    queries: list[str] = []
    earlier: dict[str, Step] = {}
    # The ids are ours: one that a query happens to hold ("s3") would read as a leak.
    letter = next(
        (each for each in _LETTERS if not any(re.search(rf"\b{each}\d", turn.query) for turn in sample.turns)), "s"
    )
    for turn in sample.turns:
        queries.append(turn.query)
        steps = list(_steps(turn, names, letter, len(earlier)))
        for position, step in enumerate(steps):
            grounds = Grounds(queries, earlier, context)
            sources = _sources(step, specs.get(step.tool), grounds, sample.system)
            steps[position] = step.model_copy(update={"sources": sources})
            earlier[step.id] = steps[position]
        ids = [step.id for step in steps]
        chains = [[ids[index] for index in chain] for chain in turn.chains] or ([ids] if ids else [])
        turns.append(Turn(query=turn.query, steps=steps, chains=chains, response=turn.response or ""))
    record = Record(
        schema_version=1,  # that without marks
        id=sample.id or f"row {number}",
        context=context,
        turns=turns,
        tools=list(specs.values()),
        offered=sorted(specs),
        meta=_meta(number, len(earlier)),
    )
    return record, _not_checkable(sample, known or {})


def _not_checkable(sample: ForeignSample, known: Mapping[str, ToolSpec]) -> dict[str, str]:
    calls = [call for turn in sample.turns for call in turn.calls]
    missing = sum(call.result is MISSING for call in calls)
    reasons: dict[str, str] = {}
    if missing:
        words = _NO_RESULTS if missing == len(calls) else _SOME_RESULTS
        reasons |= {"executed": words, "replayed": words, "faithful": words}
    offered = {tool.name: tool for tool in sample.tools}
    unknown = [call.tool for call in calls if call.tool not in known and call.tool in offered]
    if any(offered[name].parameters is None for name in unknown):
        reasons["typed"] = _NO_SCHEMA
    if all(turn.response is None for turn in sample.turns):
        reasons["faithful"] = _NO_RESPONSE
    return reasons


def _specs(sample: ForeignSample, known: Mapping[str, ToolSpec], names: dict[str, str]) -> dict[str, ToolSpec]:
    """Return the specs of the offered tools by their names here; `names` is filled with those by the names there."""
    specs: dict[str, ToolSpec] = {}
    for name in dict.fromkeys(tool.name for tool in sample.tools):
        names[name] = name if name in known else mapped_name(name, {*names.values(), *known})
    for tool in sample.tools:
        name = names[tool.name]
        specs[name] = known[name] if name in known else _spec(tool, name)
    return specs


def _spec(tool: ForeignTool, name: str) -> ToolSpec:
    parameters = tool.parameters or {"type": "object"}
    original = tool.name if tool.name != name else None
    # A source that says nothing of reading or determinism.
    return ToolSpec(
        name=name, description=tool.description, parameters=parameters, source="python", original_name=original
    )


def _steps(turn: ForeignTurn, names: dict[str, str], letter: str, before: int) -> Iterator[Step]:
    for position, call in enumerate(turn.calls, start=before + 1):
        missing = call.result is MISSING
        yield Step(
            id=f"{letter}{position}",
            tool=names.get(call.tool, call.tool),
            arguments=call.arguments,
            result=None if missing else call.result,
            empty=missing or call.result is None,
        )


def _sources(step: Step, spec: ToolSpec | None, grounds: Grounds, system: str) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for leaf in argument_leaves(step, spec.parameters if spec else {}):
        for source in _candidates(leaf, grounds, system):
            if grounds.problem(source, leaf) is None:
                sources[leaf.pointer] = source
                break
    return sources


def _candidates(leaf: Leaf, grounds: Grounds, system: str) -> Iterator[Source]:
    """Yield what may give the value: the user's words, a result, the system message, the default."""
    yield from grounds.quotes_for(leaf)
    yield from _in_results(leaf, grounds.earlier)
    # What nobody types, a long text or an address, is pasted into a query, and stands in it whole.
    for name, text in (("system", system), *(("pasted", query) for query in grounds.queries)):
        if _stands(leaf, text):
            told = grounds.context.vars.setdefault(name, [])
            if leaf.value not in told:
                told.append(leaf.value)
            yield ContextSource(pointer=f"/vars/{name}/{told.index(leaf.value)}")
    yield DefaultSource()


def _stands(leaf: Leaf, text: str) -> bool:
    """Say whether the text holds the value: a number as it is, for such texts hold many figures."""
    if isinstance(leaf.value, int | float) and not isinstance(leaf.value, bool):
        numbers = (figure.readings[0] for figure in figures_of(text))
        return any(isinstance(read, Number) and read.value == exact(leaf.value) for read in numbers)
    return leaf.value is not None and find_words(text, leaf.place) is not None


def _in_results(leaf: Leaf, earlier: Mapping[str, Step]) -> Iterator[StepSource]:
    """Yield places, the latest results first: under the parameter's name, then elsewhere, then inside a text."""
    value = leaf.value
    if isinstance(value, bool) or value is None or value == "" or isinstance(value, dict | list):
        return
    anywhere: list[StepSource] = []
    inside: list[StepSource] = []
    for id, step in reversed(list(earlier.items())):
        for pointer, found in scalars(step.result):
            if equal(found, value):
                source = StepSource(step=id, pointer=pointer)
                if tokens(pointer)[-1:] == [leaf.place.name]:
                    yield source
                anywhere.append(source)
            elif isinstance(found, str) and len(str(value)) >= _SPAN_MIN and any(occurrences(str(value), found)):
                inside.append(StepSource(step=id, pointer=pointer, span=str(value)))
    yield from anywhere
    yield from inside


def _meta(number: int, calls: int) -> Meta:
    return Meta(
        run_seed=0,
        index=number,
        policies={},
        iterations=0,
        stop_reason="target_reached",
        tool_calls=calls,
        tool_failures=0,
        started_at="",
        finished_at="",
    )
