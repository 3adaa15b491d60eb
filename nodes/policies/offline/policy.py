"""The offline policy: the port's five decisions by rules, deterministic, without a model or a key."""

from nodes.policies.base import (
    Critique,
    CritiqueRequest,
    Draft,
    PlanAnswer,
    PlanRequest,
    Proposals,
    ProposeRequest,
    Repair,
    RepairRequest,
    SynthesizeRequest,
)
from nodes.policies.offline.critiquing.critique import critique
from nodes.policies.offline.proposing.propose import propose
from nodes.policies.offline.proposing.repair import repair
from nodes.policies.offline.writing.synthesize import synthesize
from nodes.policies.offline.writing.thinking import thoughts_of
from nodes.policies.planning import plan_dialogue


class OfflinePolicy:
    """Reads nothing but what it is asked with: tool specs, results and state."""

    async def propose(self, request: ProposeRequest) -> Proposals:
        """Return calls that use what the chain has found, then calls that open something new."""
        return propose(request)

    async def repair(self, request: RepairRequest) -> Repair:
        """Return the call with the failing arguments drawn anew."""
        return repair(request)

    async def critique(self, request: CritiqueRequest) -> Critique:
        """Return the calls to keep and a gradient in words."""
        return critique(request)

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        """Return the deterministic plan."""
        return plan_dialogue(request)

    async def synthesize(self, request: SynthesizeRequest) -> Draft:
        """Return a query and response that the proofs have nothing against, as far as one is found."""
        draft = synthesize(request)
        return draft.model_copy(update={"thoughts": thoughts_of(request)}) if request.thoughts else draft
