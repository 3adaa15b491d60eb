"""One file a promise: what an accepted record claims, and the check of it."""

from graph.record import Record, Verification
from nodes.proofs import executed, grounded, natural, typed

__all__ = ["prove"]


def prove(record: Record, *, allow_composed: bool = False) -> Verification:
    """Prove what a record shows by itself: executed (its structure), typed, grounded and natural.

    The others are null: replayed takes the tools, distinct the other records, faithful is not checked yet.
    Never raises on a record that the model admits.
    """
    findings = {
        "executed": executed.check(record),
        "typed": typed.check(record),
        "grounded": grounded.check(record, allow_composed=allow_composed),
        "natural": natural.check(record),
    }
    return Verification(
        executed=not findings["executed"],
        typed=not findings["typed"],
        grounded=not findings["grounded"],
        natural=not findings["natural"],
        findings=[finding for found in findings.values() for finding in found],
    )
