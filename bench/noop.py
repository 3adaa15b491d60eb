"""Deciders and tools that do next to nothing, so that what is left to measure is the workflow itself."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from graph.record import Step
from nodes.dialogues.plan import single_turn
from nodes.policies import kinds
from nodes.policies.base import (
    Critique,
    CritiqueRequest,
    Draft,
    DraftTurn,
    PlanAnswer,
    PlanRequest,
    Proposal,
    Proposals,
    ProposeRequest,
    Repair,
    RepairRequest,
    Selection,
    SynthesizeRequest,
)
from tool_registry.declare import annotate

LARGE = 20_000
_TOOLS = 50


class NoOpPolicy:
    """Proposes `count` new calls of the batch's first tool, keeps the first, and asks for all of them by number."""

    async def propose(self, request: ProposeRequest) -> Proposals:
        first = 1000 + request.iteration * request.count
        return Proposals(
            proposals=[
                Proposal(id=f"p{n}", tool=request.batch[0], arguments={"number": first + n})
                for n in range(request.count)
            ]
        )

    async def repair(self, request: RepairRequest) -> Repair:  # noqa: ARG002
        return Repair(proposal=None)

    async def critique(self, request: CritiqueRequest) -> Critique:
        chain = 0 if request.chains else None
        first = request.reports[0].proposal.id
        return Critique(selected=[Selection(proposal=first, chain=chain)], gradient="Go on.")

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        return PlanAnswer(plan=single_turn([step.id for step in request.steps]))

    async def synthesize(self, request: SynthesizeRequest) -> Draft:
        asked = ", ".join(f"[{step.arguments['number']}]({step.id}/number {step.id})" for step in request.steps)
        turn = DraftTurn(query=f"What about {asked}?", response="; ".join(map(_told, request.steps)))
        return Draft(turns=[turn])


def _told(step: Step) -> str:
    number = f"[{step.arguments['number']}](given {step.id}/number)"
    if isinstance(step.result, dict):
        return f"{number}: [{step.result['parity']}]({step.id}/parity)"
    return f"{number}: [{step.result}]({step.id})"


@contextmanager
def noop_policy() -> Iterator[None]:
    """Let the offline policy be the one that does nothing."""
    with patch.object(kinds, "_offline", NoOpPolicy):
        yield


def _small(position: int) -> Callable[[int], Awaitable[str]]:
    async def answer(number: int) -> str:
        """Return next to nothing."""
        return "odd" if number % 2 else "even"

    answer.__name__ = f"small_{position}"
    return annotate(read_only=True, deterministic=True)(answer)


@annotate(read_only=True, deterministic=True)
async def large(number: int) -> dict[str, str]:
    """Return 20 KB, nearly all of it text."""
    return {"parity": "odd" if number % 2 else "even", "text": "xo"[number % 2] * LARGE}


SMALL_ANSWERS = [_small(position) for position in range(_TOOLS)]
LARGE_ANSWERS = [large]
