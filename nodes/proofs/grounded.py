"""Promise 3, grounded: each leaf of the arguments has exactly one source, and the source holds."""

from collections.abc import Iterator
from functools import partial

from graph.record import Finding, Record, Step, UserSource
from nodes.marks.apply import FreeFigures
from nodes.marks.infer import setting_of
from nodes.marks.says import Place, hold
from nodes.proofs.schemas import specs_of
from nodes.proofs.source_checks import Grounds, Leaf, shown
from tool_registry.json_pointer import escape, leaves
from tool_registry.spec import ToolSpec


def check(record: Record, allow_composed: bool = False) -> list[Finding]:
    """Return what is not grounded; `allow_composed` accepts text that the author of the record wrote."""
    specs = specs_of(record)
    queries: list[str] = []
    earlier: dict[str, Step] = {}
    findings: list[Finding] = []
    results = [step.result for turn in record.turns for step in turn.steps]
    for turn_index, turn in enumerate(record.turns):
        queries.append(turn.query)
        for step_index, step in enumerate(turn.steps):
            where = f"/turns/{turn_index}/steps/{step_index}"
            spec = specs.get(step.tool)
            if spec is None:
                findings.append(
                    _finding("no_spec", f"the record holds no spec of the tool {step.tool!r}", f"{where}/tool")
                )
            grounds = Grounds(tuple(queries), dict(earlier), record.context, record.schema_version > 1, results)
            findings.extend(_step(step, spec.parameters if spec else {}, grounds, where, allow_composed))
            earlier[step.id] = step
    findings.extend(_marks(record, specs))
    return findings


def _marks(record: Record, specs: dict[str, ToolSpec]) -> Iterator[Finding]:
    """Yield words of the queries that hold a figure which none of the arguments that they are said to give has.

    The other half of the question: each argument is said by its words (above), and each figure of the words is said by
    one of their arguments. Of version 1 nothing is known of words that give several.
    """
    if record.schema_version == 1:
        return
    setting = setting_of(record.context)
    places: dict[tuple[int, int, int, str], list[Place]] = {}
    for turn in record.turns:
        for step in turn.steps:
            spec = specs.get(step.tool)
            for leaf in argument_leaves(step, spec.parameters if spec else {}):
                source = step.sources.get(leaf.pointer)
                if isinstance(source, UserSource) and not source.paraphrase:
                    key = (source.turn, source.start, source.end, source.quote)
                    places.setdefault(key, []).append(Place(leaf.value, leaf.schema, leaf.name))
    descriptions = FreeFigures((spec.description for spec in specs.values()), setting)
    for (turn_index, _, _, quote), given in places.items():
        problem = hold(quote, given, setting, opening=True, is_free=partial(descriptions.has, text=quote)).problem
        if problem and problem != quote:
            values = ", ".join(shown(place.value) for place in given)
            message = f"the words {quote!r} are said to give {values}, but {problem!r} is none of them"
            yield _finding("quote_says_more", message, f"/turns/{turn_index}/query")


def argument_leaves(step: Step, parameters: dict[str, object]) -> Iterator[Leaf]:
    """Yield the leaves *inside* the arguments: arguments that are empty have none."""
    for pointer, value in leaves(step.arguments):
        if pointer:
            yield Leaf(pointer, value, parameters)


def _step(
    step: Step, parameters: dict[str, object], grounds: Grounds, where: str, allow_composed: bool
) -> Iterator[Finding]:
    pointers = set()
    for leaf in argument_leaves(step, parameters):
        pointers.add(leaf.pointer)
        source = step.sources.get(leaf.pointer)
        if source is None:
            yield _finding(
                "no_source",
                f"{step.id} {step.tool}: nothing tells whence {leaf.pointer} = {shown(leaf.value)} comes; "
                "the query must say it, or an earlier step, the context or a default give it",
                f"{where}/arguments{leaf.pointer}",
            )
        elif problem := grounds.problem(source, leaf, allow_composed=allow_composed):
            yield _finding(
                problem.code,
                f"{step.id} {step.tool}: {leaf.pointer} = {shown(leaf.value)}: {problem.message}",
                f"{where}/sources/{escape(leaf.pointer)}",
            )
    for pointer in step.sources:
        if pointer not in pointers:
            yield _finding(
                "no_such_leaf",
                f"{step.id} {step.tool}: {pointer!r} has a source, but is no leaf of the arguments",
                f"{where}/sources/{escape(pointer)}",
            )


def _finding(code: str, message: str, where: str) -> Finding:
    return Finding(promise="grounded", code=code, message=message, where=where)
