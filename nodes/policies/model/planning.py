"""The cut of a chain into turns, asked of a model: only a plan that holds is an answer."""

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, model_validator

from graph.record import Awaited, TurnKind
from nodes.dialogues.changes import AGAIN_MAX, may_repeat
from nodes.dialogues.given import Chain
from nodes.dialogues.holds import problems
from nodes.dialogues.kinds import USUAL
from nodes.dialogues.plan import ChangedCall, Plan, PlannedTurn
from nodes.policies.base import PlanAnswer, PlanRequest
from nodes.policies.model import sections
from nodes.policies.model.answers import Answer, Arguments, Words, list_of
from nodes.policies.model.chain_text import chain_text
from nodes.policies.model.structured import Asker
from nodes.policies.model.views import call_text, listed, view
from nodes.policies.rendering import render_prompt

_CHAIN_CHARACTERS, _STEP_CHARACTERS = 6_000, 260
_VALUES_MAX, _VALUE_CHARACTERS = 40, 60
_CALL_CHARACTERS = 160
_SITUATION_MAX = 200


def _listed(value: Any) -> Any:
    return [] if value is None else value


_Names = Annotated[list[str], BeforeValidator(_listed)]


class _Change(Answer):
    """The step to be made again, and all of its arguments."""

    step: str
    arguments: Arguments


class _TurnAnswer(Answer):
    """A turn: its kind, what moves the person, and what happens in it."""

    kind: TurnKind
    situation: Words = ""
    steps: _Names = Field(default=[])
    awaits: _Names = Field(default=[])
    changes: _Change | None = None
    refuses: str | None = None


class TurnsAnswer(Answer):
    """The turns in order."""

    members: ClassVar[dict[str, Any]] = {
        "turns": list_of(
            kind={"enum": ["request", "follow_up", "clarification", "correction", "refusal", "chat"]},
            situation={"type": "string"},
            steps={"type": "array", "items": {"type": "string"}},
            awaits={"type": "array", "items": {"type": "string"}},
            changes={
                "type": ["object", "null"],
                "properties": {"step": {"type": "string"}, "arguments": {"type": "object"}},
                "required": ["step", "arguments"],
            },
            refuses={"type": ["string", "null"]},
        )
    }

    turns: Annotated[list[_TurnAnswer], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"turns": value} if isinstance(value, list) else value


async def plan_with_model(asker: Asker, request: PlanRequest) -> PlanAnswer:
    """Return the model's plan, asked for once more with what is wrong. Raises PolicyError where none holds."""
    chain = Chain(request.steps, request.tools, request.context)
    prompt = await render_prompt(
        "plan",
        setting=sections.setting(request.context, request.policy),
        chain=chain_text(request.steps, request.chains, _CHAIN_CHARACTERS, _STEP_CHARACTERS, request.tools),
        withheld=_withheld(chain),
        changeable=_changeable(chain),
        refusable=_refusable(request),
        aim=_aim(request),
    )

    def check(answer: TurnsAnswer) -> list[str]:
        unknown = [turn.refuses for turn in answer.turns if turn.refuses and turn.refuses not in _calls(request)]
        wrong = [f"{name!r} is no call of MUST BE REFUSED" for name in unknown]
        return wrong or problems(_plan(answer, request), chain, request.refusable)

    answer, usage = await asker.ask(prompt, TurnsAnswer, check, request.seed)
    return PlanAnswer(plan=_plan(answer, request), usage=usage)


def _calls(request: PlanRequest) -> dict[str, Any]:
    return {call.id: call for call in request.refusable}


def _plan(answer: TurnsAnswer, request: PlanRequest) -> Plan:
    calls = _calls(request)
    turns = []
    for turn in answer.turns:
        places = (place.partition("/") for place in turn.awaits)
        turns.append(
            PlannedTurn(
                kind=turn.kind,
                steps=turn.steps,
                awaits=[Awaited(step=step.strip(), pointer=f"/{pointer}") for step, _, pointer in places],
                changes=ChangedCall(**turn.changes.model_dump()) if turn.changes is not None else None,
                refuses=calls.get(turn.refuses or ""),
                situation=turn.situation.strip()[:_SITUATION_MAX],
            )
        )
    return Plan(turns=turns)


def _withheld(chain: Chain) -> str:
    leaves = [given for step in chain.by_id for given in chain.given[step] if chain.can_be_withheld(given, (), ())]
    lines = [f"{given.step}{given.pointer} {view(given.value, _VALUE_CHARACTERS)}" for given in leaves]
    return listed(lines[:_VALUES_MAX])


def _changeable(chain: Chain) -> str:
    lines = [
        f"{step}: {', '.join(f'{given.pointer} {view(given.value, _VALUE_CHARACTERS)}' for given in leaves)}"
        for step, leaves in chain.given.items()
        if leaves and _may_be_changed(chain, step)
    ]
    return listed(lines[:_VALUES_MAX])


def _may_be_changed(chain: Chain, step: str) -> bool:
    again = [step, *chain.dependents(step)]
    return len(again) <= AGAIN_MAX and all(may_repeat(chain, each) for each in again)


def _refusable(request: PlanRequest) -> str:
    rules = request.policy.rules if request.policy is not None else []
    return listed(
        f"{call.id} {call_text(call.tool, call.arguments, call.sources, _CALL_CHARACTERS)} – "
        + ("no tool can do it" if call.rule is None or call.rule >= len(rules) else f"rule: {rules[call.rule].text}")
        for call in request.refusable
    )


def _aim(request: PlanRequest) -> str:
    """Return how many turns are wanted and of which kinds."""
    mix = {kind: share for kind, share in (request.turn_kinds or USUAL).items() if share > 0}
    total = sum(mix.values()) or 1
    shares = ", ".join(f"{kind} {share / total:.0%}" for kind, share in mix.items())
    return (
        f"Make about {request.target_turns} turns, fewer where the chain does not fill them. Over many conversations "
        f"the later turns should be: {shares}; leave out kinds that do not fit here."
    )
