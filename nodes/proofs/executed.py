"""Promise 1, executed: the structural part, what a record of a real execution cannot lack.

That the results are what the tools returned is shown by replaying them (promise 4).
"""

from collections import Counter
from collections.abc import Iterator

from graph.record import Finding, Record, Step, Turn
from tool_registry.failures import from_content
from tool_registry.json_pointer import escape


def check(record: Record) -> list[Finding]:
    """Return what contradicts an execution in order: tools, ids, results, references and chains."""
    findings = [*_tools(record), *_ids(record)]
    earlier: list[str] = []
    for turn_index, turn in enumerate(record.turns):
        where = f"/turns/{turn_index}"
        findings.extend(_steps(turn, where, earlier, {spec.name for spec in record.tools}))
        findings.extend(_chains(turn, where))
    if not earlier:
        findings.append(_finding("no_steps", "the record has no steps: nothing was executed", "/turns"))
    return findings


def steps_needed(step: Step) -> frozenset[str]:
    """Return the ids of the steps whose result or effect the step needs."""
    return step.uses().union(step.after)


def _tools(record: Record) -> Iterator[Finding]:
    for name, count in Counter(spec.name for spec in record.tools).items():
        if count > 1:
            yield _finding("duplicate_spec", f"the record holds {count} specs of the tool {name!r}", "/tools")


def _ids(record: Record) -> Iterator[Finding]:
    for name, count in Counter(step.id for turn in record.turns for step in turn.steps).items():
        if count > 1:
            yield _finding("duplicate_id", f"{count} steps have the id {name!r}; ids are unique in a record", "/turns")


def _steps(turn: Turn, where: str, earlier: list[str], tools: set[str]) -> Iterator[Finding]:
    """Yield findings about the turn's steps, and append their ids to `earlier` while passing them."""
    for index, step in enumerate(turn.steps):
        here = f"{where}/steps/{index}"
        if step.tool not in tools:
            yield _finding("no_spec", f"the record holds no spec of the tool {step.tool!r}", f"{here}/tool")
        if step.result is None and not step.empty:
            yield _finding("no_result", f"{step.id} {step.tool} has no result", f"{here}/result")
        if failure := from_content(step.result):
            message = f"{step.id} {step.tool}: the result says that the call failed: {failure.message[:200]}"
            yield _finding("failed_result", message, f"{here}/result")
        for pointer, source in step.sources.items():
            for target in source.steps():
                if target not in earlier:
                    message = f"{step.id} takes {pointer} from {target!r}, which is no earlier step"
                    yield _finding("not_an_earlier_step", message, f"{here}/sources/{escape(pointer)}")
        for target in step.after:
            if target not in earlier:
                message = f"{step.id} comes after {target!r}, which is no earlier step"
                yield _finding("not_an_earlier_step", message, f"{here}/after")
        earlier.append(step.id)


def _chains(turn: Turn, where: str) -> Iterator[Finding]:
    position = {step.id: index for index, step in enumerate(turn.steps)}
    placed = Counter(step for chain in turn.chains for step in chain)
    for step in position:
        if placed[step] != 1:
            message = f"the chains list {step!r} {placed[step]} times; each step stands in exactly one place"
            yield _finding("not_placed_once", message, f"{where}/chains")
    for step in placed:
        if step not in position:
            yield _finding("unknown_step", f"the chains list {step!r}, which is no step of the turn", f"{where}/chains")
    for index, chain in enumerate(turn.chains):
        order = [position[step] for step in chain if step in position]
        if not chain:
            yield _finding("empty_chain", "a chain has no steps", f"{where}/chains/{index}")
        elif order != sorted(order):
            message = "a chain lists its steps in another order than they were executed in"
            yield _finding("chain_order", message, f"{where}/chains/{index}")


def _finding(code: str, message: str, where: str) -> Finding:
    return Finding(promise="executed", code=code, message=message, where=where)
