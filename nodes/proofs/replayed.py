"""Promise 4, replayable: what shows from the record alone, without running anything.

A tool that declares itself deterministic and read-only cannot have answered the same call in two ways, unless
something was written between the two.
"""

from graph.record import Finding, Record, Step
from nodes.proofs.schemas import specs_of
from tool_registry.json_pointer import equal
from tool_registry.permissions import effective
<<<<<<< HEAD
=======
from tool_registry.spec import ToolSpec
>>>>>>> a4b92b5 (Prove responses faithful: figures, dates, names, what is asked and what is needed)


def check(record: Record) -> list[Finding]:
    """Return calls of deterministic tools that were answered differently within the record."""
    specs = specs_of(record)
    findings: list[Finding] = []
    answered: list[Step] = []
    for turn_index, turn in enumerate(record.turns):
        for step_index, step in enumerate(turn.steps):
            spec = specs.get(step.tool)
<<<<<<< HEAD
            if spec is not None and effective(spec).read_only is not True:
                answered.clear()
            if spec is None or not (spec.annotations.deterministic and spec.annotations.read_only):
=======
            if spec is None or not _is_pure(spec):
>>>>>>> a4b92b5 (Prove responses faithful: figures, dates, names, what is asked and what is needed)
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


def _is_pure(spec: ToolSpec) -> bool:
    known = effective(spec)
    return bool(known.deterministic and known.read_only)
