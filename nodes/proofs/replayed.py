"""Promise 4, replayable: what shows from the record alone, without running anything.

A tool that counts as deterministic and read-only cannot have answered the same call in two ways, unless
something was written between the two.
"""

from graph.record import Finding, Record, Step
from nodes.proofs.schemas import specs_of
from tool_registry.json.pointer import equal
from tool_registry.permissions import effective


def check(record: Record) -> list[Finding]:
    """Return calls of deterministic tools that were answered differently within the record."""
    specs = specs_of(record)
    findings: list[Finding] = []
    answered: list[Step] = []
    for turn_index, turn in enumerate(record.turns):
        for step_index, step in enumerate(turn.steps):
            known = effective(specs[step.tool]) if step.tool in specs else None
            if known is not None and known.read_only is not True:
                answered.clear()
            if known is None or not (known.deterministic and known.read_only):
                continue
            same = (each for each in answered if each.tool == step.tool and equal(each.arguments, step.arguments))
            other = next((each for each in same if not equal(each.result, step.result)), None)
            if other is not None:
                called = f"{other.id} and {step.id} are one call of the deterministic {step.tool}"
                message, where = f"{called} but their results differ", f"/turns/{turn_index}/steps/{step_index}/result"
                findings.append(Finding(promise="replayed", code="answers_differ", message=message, where=where))
            answered.append(step)
    return findings
