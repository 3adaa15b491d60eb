"""Promise 1, executed: the structural part, what a record of a real execution cannot lack.

That the results are what the tools returned is shown by replaying them (promise 4).
"""

from collections import Counter
from collections.abc import Iterator

from graph.record import Finding, Record, Step, Turn
from tool_registry.calling.failures import from_content
from tool_registry.json.pointer import escape


def check(record: Record) -> list[Finding]:
    """Return what contradicts an execution in order: tools, ids, results, references and chains."""
    tools = Counter(spec.name for spec in record.tools)
    ids = Counter(step.id for turn in record.turns for step in turn.steps)
    findings = [
        Finding.of("executed", "duplicate_spec", f"the record holds {count} specs of the tool {name!r}", "/tools")
        for name, count in tools.items()
        if count > 1
    ]
    findings += [
        Finding.of(
            "executed", "duplicate_id", f"{count} steps have the id {name!r}; ids are unique in a record", "/turns"
        )
        for name, count in ids.items()
        if count > 1
    ]
    earlier: list[str] = []
    for turn_index, turn in enumerate(record.turns):
        for step_index, step in enumerate(turn.steps):
            findings += _step(step, f"/turns/{turn_index}/steps/{step_index}", earlier, tools)
            earlier.append(step.id)
        findings += _chains(turn, f"/turns/{turn_index}/chains")
    if not earlier:
        findings.append(Finding.of("executed", "no_steps", "the record has no steps: nothing was executed", "/turns"))
    return findings


def steps_needed(step: Step) -> frozenset[str]:
    """Return the ids of the steps whose result or effect the step needs."""
    return step.uses().union(step.after)


def _step(step: Step, where: str, earlier: list[str], tools: Counter[str]) -> Iterator[Finding]:
    if step.tool not in tools:
        yield Finding.of("executed", "no_spec", f"the record holds no spec of the tool {step.tool!r}", f"{where}/tool")
    if step.result is None and not step.empty:
        yield Finding.of("executed", "no_result", f"{step.id} {step.tool} has no result", f"{where}/result")
    if failure := from_content(step.result):
        message = f"{step.id} {step.tool}: the result says that the call failed: {failure.message[:200]}"
        yield Finding.of("executed", "failed_result", message, f"{where}/result")
    needed = [
        (target, f"takes {pointer} from", f"{where}/sources/{escape(pointer)}")
        for pointer, source in step.sources.items()
        for target in source.steps()
    ]
    for target, how, place in (*needed, *((target, "comes after", f"{where}/after") for target in step.after)):
        if target not in earlier:
            message = f"{step.id} {how} {target!r}, which is no earlier step"
            yield Finding.of("executed", "not_an_earlier_step", message, place)


def _chains(turn: Turn, where: str) -> Iterator[Finding]:
    position = {step.id: index for index, step in enumerate(turn.steps)}
    placed = Counter(step for chain in turn.chains for step in chain)
    for step in position:
        if placed[step] != 1:
            message = f"the chains list {step!r} {placed[step]} times; each step stands in exactly one place"
            yield Finding.of("executed", "not_placed_once", message, where)
    for step in (step for step in placed if step not in position):
        yield Finding.of("executed", "unknown_step", f"the chains list {step!r}, which is no step of the turn", where)
    for index, chain in enumerate(turn.chains):
        order = [position[step] for step in chain if step in position]
        if not chain:
            yield Finding.of("executed", "empty_chain", "a chain has no steps", f"{where}/{index}")
        elif order != sorted(order):
            message = "a chain lists its steps in another order than they were executed in"
            yield Finding.of("executed", "chain_order", message, f"{where}/{index}")
