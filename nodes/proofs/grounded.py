"""Promise 3, grounded: each leaf of the arguments has exactly one source, and the source holds."""

from collections.abc import Iterator

from graph.record import Finding, Record, Step
from nodes.proofs.schemas import specs_of
from nodes.proofs.source_checks import Grounds, Leaf, shown
from tool_registry.json_pointer import escape, leaves


def check(record: Record, allow_composed: bool = False) -> list[Finding]:
    """Return what is not grounded; `allow_composed` accepts text that the author of the record wrote."""
    specs = specs_of(record)
    queries: list[str] = []
    earlier: dict[str, Step] = {}
    findings: list[Finding] = []
    for turn_index, turn in enumerate(record.turns):
        queries.append(turn.query)
        for step_index, step in enumerate(turn.steps):
            where = f"/turns/{turn_index}/steps/{step_index}"
            spec = specs.get(step.tool)
            if spec is None:
                findings.append(
                    _finding("no_spec", f"the record holds no spec of the tool {step.tool!r}", f"{where}/tool")
                )
            grounds = Grounds(tuple(queries), dict(earlier), record.context)
            findings.extend(_step(step, spec.parameters if spec else {}, grounds, where, allow_composed))
            earlier[step.id] = step
    return findings


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
