"""Promise 4, replayable: what shows from the record alone, without running anything.

A tool that counts as deterministic and read-only cannot have answered the same call in two ways, unless
something was written between the two.
"""

from graph.record import Finding, Record, Step
from nodes.proofs.schemas import specs_of
from tool_registry.json_pointer import equal
from tool_registry.permissions import effective


def check(record: Record) -> list[Finding]:
    """Return calls of deterministic tools that were answered differently within the record."""
    specs = specs_of(record)
    findings: list[Finding] = []
    answered: list[Step] = []
    for turn_index, turn in enumerate(record.turns):
        for step_index, step in enumerate(turn.steps):
            spec = specs.get(step.tool)
            if spec is None:
                continue
            known = effective(spec)
            if known.read_only is not True:
                answered.clear()
            if not (known.deterministic and known.read_only):
                continue
            for other in answered:
                same_call = other.tool == step.tool and equal(other.arguments, step.arguments)
                if same_call and not equal(other.result, step.result):
                    findings.append(
                        Finding(
                            promise="replayed",
                            code="answers_differ",
                            message=f"{other.id} and {step.id} are one call of the deterministic {step.tool} "
                            "but their results differ",
                            where=f"/turns/{turn_index}/steps/{step_index}/result",
                        )
                    )
                    break
            answered.append(step)
    return findings
