"""A plan whose chain has become shorter: turns that have no call left are dropped."""

from collections.abc import Collection

from nodes.dialogues.plan import Plan, PlannedTurn


def without_steps(plan: Plan, steps: Collection[str]) -> tuple[Plan, int]:
    """Return the plan without the steps, and how many turns at its beginning are what they were, but for their calls.

    A turn goes that should make a call and makes none any more. So does a question for an argument of a step that is
    gone; what was to answer it says itself what it wants.
    """
    kept: list[PlannedTurn] = []
    same: int | None = None
    for turn in plan.turns:
        awaits = [each for each in turn.awaits if each.step not in steps]
        kind = turn.kind
        if kind == "clarification" and not (kept and kept[-1].awaits):
            kind = "follow_up"
        if not kept and kind not in ("request", "refusal", "chat"):
            kind = "request"
        made = [name for name in turn.steps if name not in steps]
        left = turn.model_copy(update={"kind": kind, "steps": made, "awaits": awaits})
        is_hollow = kind not in ("chat", "refusal") and not (made or awaits or turn.changes)
        if same is None and (is_hollow or (kind, awaits) != (turn.kind, turn.awaits)):
            same = len(kept)
        if not is_hollow and (kept or kind != "chat"):
            kept.append(left)
    return Plan(turns=kept), len(kept) if same is None else same
