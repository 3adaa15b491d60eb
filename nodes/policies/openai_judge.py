"""The judge by any OpenAI-compatible endpoint.

A trial is one conversation: tools and query are sent first and never change, then come the solver's own answers and
what its calls gave. Each request begins with the one before it, so that providers' caches of prompts hit.
"""

import json

from nodes.policies.judge import Move, RateRequest, Rating, SolverCall, SolveRequest, SolverTurn, WantedCall
from nodes.policies.model import sections
from nodes.policies.model.answers import RatingAnswer, SolveAnswer
from nodes.policies.model.coercion import coerced
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.settings import AskSettings
from nodes.policies.model.structured import Asker
from nodes.policies.model.tools_text import tool_line, tools_text
from nodes.policies.model.transport import Message
from nodes.policies.model.views import view
from nodes.policies.rendering import render_prompt

#: Calls of one answer; more is no plan.
_CALLS_MAX = 12
_RESULT_CHARACTERS = 1_500
_RESULTS_CHARACTERS = 4_000
_TOOL_CHARACTERS = 200
_ANSWER_MAX = 8_000


class OpenAIJudge:
    """Asks a model to solve and to rate. Both may raise PolicyError and PolicySetupError."""

    def __init__(self, solver: AskSettings, rater: AskSettings, limits: RetryLimits | None = None) -> None:
        self._solver = Asker(solver, "solve", limits)
        self._rater = Asker(rater, "judge", limits)

    async def solve(self, request: SolveRequest) -> Move:
        """Return calls of tools that are offered, or the answer."""
        prompt = await render_prompt(
            "solve",
            tools=tools_text(request.tools.values(), seed=request.seed),
            setting=sections.setting(request.context, request.policy),
            query=request.query,
            answers=str(_answers(request)),
        )

        def check(answer: SolveAnswer) -> list[str]:
            if not answer.calls:
                return [] if (answer.answer or "").strip() else ["/answer: without calls it must hold the answer"]
            unknown = dict.fromkeys(call.tool for call in answer.calls if call.tool not in request.tools)
            problems = [f"/calls: there is no tool {name[:64]!r}" for name in unknown]
            if len(answer.calls) > _CALLS_MAX:
                problems.append(f"/calls: {len(answer.calls)} at once; at most {_CALLS_MAX}")
            return problems

        answer, usage = await self._solver.ask(prompt, SolveAnswer, check, request.seed, _since(request))
        calls = [
            WantedCall(tool=call.tool, arguments=coerced(call.arguments, request.tools[call.tool].parameters))
            for call in answer.calls
        ]
        said = (answer.answer or "").strip()[:_ANSWER_MAX]
        return Move(reasoning=answer.reasoning, calls=calls, answer=None if calls else said, usage=usage)

    async def rate(self, request: RateRequest) -> Rating:
        """Return the scores."""
        prompt = await render_prompt(
            "judge",
            setting=sections.setting(request.context, request.policy),
            query=request.query,
            tools="\n".join(tool_line(spec, _TOOL_CHARACTERS) for spec in request.tools.values()),
        )
        answer, usage = await self._rater.ask(prompt, RatingAnswer, lambda _: [], request.seed)
        return Rating(**answer.model_dump(), usage=usage)


def _answers(request: SolveRequest) -> int:
    """Return how many answers there are for a message."""
    since = 0
    for turn in request.turns:
        since = 0 if turn.next_message is not None else since + 1
    return since + request.turns_left


def _since(request: SolveRequest) -> list[Message]:
    """Return the solver's answers so far, each with what came of its calls, or what the person said then."""
    said: list[Message] = []
    made = 0
    left = _answers(request)
    for turn in request.turns:
        left -= 1
        calls = [{"tool": call.tool, "arguments": call.arguments} for call in turn.calls]
        answer = {"reasoning": turn.reasoning, "calls": calls, "answer": turn.answer}
        if turn.next_message is not None:
            left = _answers(request)
            then = f"MESSAGE\n{turn.next_message}\nAnswers left: {left}."
        else:
            then = _came(turn, made, left)
        said += [("assistant", json.dumps(answer, ensure_ascii=False, separators=(",", ":"))), ("user", then)]
        made += len(calls)
    return said


def _came(turn: SolverTurn, made: int, left: int) -> str:
    """Return what the turn's calls gave, in so many characters a turn; it reads the same in all later requests."""
    room = max(min(_RESULT_CHARACTERS, _RESULTS_CHARACTERS // max(len(turn.calls), 1)), 60)
    lines = [f"c{number} {_outcome(call, room)}" for number, call in enumerate(turn.calls, start=made + 1)]
    return "\n".join(["RESULTS", *lines, f"Answers left: {left}."])


def _outcome(call: SolverCall, room: int) -> str:
    came = f"FAILED, {sections.failure(call.error)}" if call.error is not None else view(call.result, room)
    return f"{call.tool} = {came}"
