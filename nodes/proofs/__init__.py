"""One file a promise: what an accepted record claims, and the check of it."""

from collections.abc import Sequence

from graph.record import Promise, Record, Verification
from nodes.proofs import cited, dialogue, executed, grounded, replayed, rules, thoughts, typed
from nodes.proofs.schemas import specs_of
from nodes.screens.kinds import Dialogue, screen

__all__ = ["prove"]


def prove(record: Record, *, allow_composed: bool = False, screens: Sequence[str] = ()) -> Verification:
    """Prove what a record shows by itself: executed (its structure), typed, grounded, cited; screen faithful.

    `screens` are names of installed packages' screens, beside ours.

    Distinct is null: it takes the other records. Cited is null where no marks are stored in version 1. Replayed takes
    the tools: it is null too, or false where the record contradicts itself. Never raises on a record that the model
    admits.
    """
    specs = specs_of(record)
    found = [
        *executed.check(record),
        *typed.check(record),
        *grounded.check(record, allow_composed=allow_composed),
        *replayed.check(record),
        *rules.check(record),
        *cited.check_stored(record),
        *cited.check_with_asks(record.turns, record.context, specs, record.policy),
        *dialogue.check(record),
        *thoughts.check(record),
        *screen(Dialogue(record.turns, record.context, specs, record.offered, record.policy), screens),
    ]
    broken = {finding.promise for finding in found}
    return Verification(
        executed="executed" not in broken,
        typed="typed" not in broken,
        grounded="grounded" not in broken,
        replayed=False if "replayed" in broken else None,
        cited=_is_cited(record, broken),
        natural="natural" not in broken,
        faithful="faithful" not in broken,
        findings=found,
    )


def _is_cited(record: Record, broken: set[Promise]) -> bool | None:
    if "cited" in broken:
        return False
    return True if all(turn.tells is not None for turn in record.turns) else None
