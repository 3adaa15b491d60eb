"""One file a promise: what an accepted record claims, and the check of it."""

from graph.record import Record, Verification
from nodes.proofs import executed, faithful, grounded, plain, replayed, typed
from nodes.screens import natural, parts, thoughts

__all__ = ["prove"]


def prove(record: Record, *, allow_composed: bool = False) -> Verification:
    """Prove what a record shows by itself: executed (its structure), typed, grounded, natural and faithful.

    Distinct is null: it takes the other records. Replayed takes the tools: it is null too, or false where the
    record contradicts itself. Never raises on a record that the model admits.
    """
    findings = {
        "executed": executed.check(record),
        "typed": [*typed.check(record), *plain.check(record)],
        "grounded": grounded.check(record, allow_composed=allow_composed),
        "replayed": replayed.check(record),
        "natural": natural.check(record),
        "faithful": [*faithful.check(record), *parts.check(record), *thoughts.check(record)],
    }
    return Verification(
        executed=not findings["executed"],
        typed=not findings["typed"],
        grounded=not findings["grounded"],
        replayed=False if findings["replayed"] else None,
        natural=not findings["natural"],
        faithful=not findings["faithful"],
        findings=[finding for found in findings.values() for finding in found],
    )
