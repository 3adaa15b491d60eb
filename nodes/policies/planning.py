"""The plan that costs nothing: by the rules of `nodes/dialogues`, for policies that make none of their own."""

from nodes.dialogues.compose import compose
from nodes.dialogues.given import Chain
from nodes.policies.base import PlanAnswer, PlanRequest


def plan_dialogue(request: PlanRequest) -> PlanAnswer:
    """Return the deterministic plan; `dropped` says so where it has fewer turns than are wanted."""
    composed = compose(
        Chain(request.steps, request.tools, request.context),
        request.target_turns,
        request.turn_kinds,
        position=request.turn,
        seed=request.seed,
        refusable=request.refusable,
    )
    return PlanAnswer(plan=composed.plan, dropped=composed.notes)
