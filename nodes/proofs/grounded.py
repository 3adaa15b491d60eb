"""Promise 3, grounded: each leaf of the arguments has exactly one source, and the source holds.

The other half of the question: each figure of words that are said to give arguments is said by one of these. Of
version 1 nothing is known of words that give several.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from graph.record import Finding, Record, RefusedCall, Step
from graph.sources import UserSource
from nodes.marks.apply import FreeFigures
from nodes.marks.figures import figures_of
from nodes.marks.find import find_all, find_words
from nodes.marks.says import Place, Setting, hold
from nodes.proofs.schemas import specs_of
from nodes.proofs.source_checks import Grounds, Leaf, show_value
from tool_registry.json.pointer import escape, leaves, resolve
from tool_registry.spec import ToolSpec

_Span = tuple[int, int, int, str]


def check(record: Record, allow_composed: bool = False) -> list[Finding]:
    """Return what is not grounded; `allow_composed` accepts text that the author of the record wrote."""
    specs = specs_of(record)
    queries: list[str] = []
    earlier: dict[str, Step] = {}
    results = [step.result for turn in record.turns for step in turn.steps]
    responses = [turn.response for turn in record.turns]
    grounds = Grounds(queries, earlier, record.context, record.schema_version > 1, results, responses)
    said: dict[_Span, list[Place]] = defaultdict(list)
    findings: list[Finding] = []
    for turn_index, turn in enumerate(record.turns):
        queries.append(turn.query)
        for step_index, step in enumerate(turn.steps):
            where = f"/turns/{turn_index}/steps/{step_index}"
            if step.tool not in specs:
                message = f"the record holds no spec of the tool {step.tool!r}"
                findings.append(Finding.of("grounded", "no_spec", message, f"{where}/tool"))
            known = list(argument_leaves(step, specs[step.tool].parameters if step.tool in specs else {}))
            findings += _sources(step, known, grounds, where, allow_composed)
            earlier[step.id] = step
            _learn(said, step, known)
        if (refused := turn.refuses) is not None:
            where, is_known = f"/turns/{turn_index}/refuses", refused.tool in specs
            known = list(argument_leaves(refused, specs[refused.tool].parameters if is_known else {}))
            # Without the tool's schema nobody knows what it calls its values.
            knowing = grounds if is_known else replace(grounds, is_strict=False)
            findings += _sources(refused, known, knowing, where, allow_composed)
            _learn(said, refused, known)
    if record.schema_version > 1:
        findings += _quotes(said, specs, grounds.setting)
        findings += _repeated(record, specs, grounds.setting)
    return findings


def argument_leaves(step: Step | RefusedCall, parameters: dict[str, object]) -> Iterator[Leaf]:
    """Yield the leaves *inside* the arguments: arguments that are empty have none."""
    return (Leaf(pointer, value, parameters) for pointer, value in leaves(step.arguments) if pointer)


def list_around(arguments: dict[str, object], pointer: str) -> str | None:
    """Return the pointer of the outermost list of nothing but lists and values that the leaf stands in, if in any."""
    found = None
    while pointer and isinstance(resolve(arguments, pointer := pointer.rpartition("/")[0]), list):
        found = pointer
    return found


def _learn(said: dict[_Span, list[Place]], step: Step | RefusedCall, known: Sequence[Leaf]) -> None:
    for leaf in known:
        source = step.sources.get(leaf.pointer)
        if isinstance(source, UserSource) and not source.paraphrase:
            said[(source.turn, source.start, source.end, source.quote)].append(leaf.place)


def _sources(
    step: Step | RefusedCall, known: Sequence[Leaf], grounds: Grounds, where: str, allow_composed: bool
) -> Iterator[Finding]:
    called = f"{step.id} {step.tool}"
    for leaf in known:
        source = step.sources.get(leaf.pointer)
        if source is None:
            message = (
                f"{called}: nothing tells whence {leaf.pointer} = {show_value(leaf.value)} comes; "
                "the query must say it, or an earlier step, the context or a default give it"
            )
            yield Finding.of("grounded", "no_source", message, f"{where}/arguments{leaf.pointer}")
        elif problem := grounds.problem(source, leaf, allow_composed=allow_composed):
            message = f"{called}: {leaf.pointer} = {show_value(leaf.value)}: {problem.message}"
            yield Finding.of("grounded", problem.code, message, f"{where}/sources/{escape(leaf.pointer)}")
    pointers = {leaf.pointer for leaf in known}
    for pointer in (pointer for pointer in step.sources if pointer not in pointers):
        message = f"{called}: {pointer!r} has a source, but is no leaf of the arguments"
        yield Finding.of("grounded", "no_such_leaf", message, f"{where}/sources/{escape(pointer)}")


def _quotes(
    said: Mapping[_Span, Sequence[Place]], specs: Mapping[str, ToolSpec], setting: Setting
) -> Iterator[Finding]:
    """Yield words of the queries that hold a figure which none of the arguments that they give has."""
    descriptions = FreeFigures((spec.description for spec in specs.values()), setting)
    for (turn, _, _, quote), places in said.items():
        if not figures_of(quote, setting.locale):
            continue
        problem = hold(quote, places, setting, opening=True, is_free=partial(descriptions.has, text=quote)).problem
        if problem and problem != quote:
            values = ", ".join(show_value(place.value) for place in places)
            message = f"the words {quote!r} are said to give {values}, but {problem!r} is none of them"
            yield Finding.of("grounded", "quote_says_more", message, f"/turns/{turn}/query")


def _repeated(record: Record, specs: Mapping[str, ToolSpec], setting: Setting) -> Iterator[Finding]:
    """Yield values that a list has more often than the person says them: "5, 4 and 3" is no list of 5, 4, 3 and 5.

    Words that say more than the value may tell how often it is meant: "both scored 5".
    """
    for index, turn in enumerate(record.turns):
        for number, step in enumerate(turn.steps):
            alike: dict[tuple[str, int, int, int], list[Leaf]] = defaultdict(list)
            for leaf in argument_leaves(step, specs[step.tool].parameters if step.tool in specs else {}):
                source, above = step.sources.get(leaf.pointer), list_around(step.arguments, leaf.pointer)
                if isinstance(source, UserSource) and above is not None:
                    alike[above, source.turn, source.start, source.end].append(leaf)
            for (above, told_in, start, end), same in alike.items():
                if len(same) < 2 or told_in >= len(record.turns):
                    continue
                query, place = record.turns[told_in].query, same[0].place
                bare = find_words(query[start:end], place, setting) == (0, end - start)
                heard = (each.query for each in record.turns[: index + 1])
                times = sum(len(set(find_all(each, place, setting))) for each in heard)
                if bare and times < len(same):
                    message = (
                        f"{step.id} {step.tool}: {above} has {show_value(place.value)} {len(same)} times, "
                        f"and the person says it {times} times; say each, or mark the words that tell how often"
                    )
                    yield Finding.of(
                        "grounded", "said_too_seldom", message, f"/turns/{index}/steps/{number}/arguments{above}"
                    )
