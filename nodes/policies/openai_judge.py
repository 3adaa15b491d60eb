"""The judge by any OpenAI-compatible endpoint."""

from nodes.policies.judge import Move, RateRequest, Rating, SolverCall, SolveRequest, WantedCall
from nodes.policies.model import sections
from nodes.policies.model.answers import RatingAnswer, SolveAnswer
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.settings import AskSettings
from nodes.policies.model.structured import Asker
from nodes.policies.model.tools_text import tool_line, tools_text
from nodes.policies.model.views import call_text, view
from nodes.policies.rendering import rendered

#: Calls of one answer; more is no plan.
_CALLS_MAX = 12
_RESULT_CHARACTERS = 1_500
_RESULTS_CHARACTERS = 16_000
_TOOL_CHARACTERS = 200
_ANSWER_MAX = 8_000


class OpenAIJudge:
    """Asks a model to solve and to rate. Both may raise PolicyError and PolicySetupError."""

    def __init__(self, solver: AskSettings, rater: AskSettings, limits: RetryLimits | None = None) -> None:
        self._solver = Asker(solver, "solve", limits)
        self._rater = Asker(rater, "judge", limits)

    async def solve(self, request: SolveRequest) -> Move:
        """Return calls of tools that are offered, or the answer."""
        prompt = await rendered(
            "solve",
            tools=tools_text(request.tools.values()),
            setting=sections.setting(request.context),
            query=request.query,
            done=_done(request.done),
            left=str(request.turns_left),
        )

        def check(answer: SolveAnswer) -> list[str]:
            if not answer.calls:
                return [] if (answer.answer or "").strip() else ["/answer: without calls it must hold the answer"]
            unknown = dict.fromkeys(call.tool for call in answer.calls if call.tool not in request.tools)
            problems = [f"/calls: there is no tool {name[:64]!r}" for name in unknown]
            if len(answer.calls) > _CALLS_MAX:
                problems.append(f"/calls: {len(answer.calls)} at once; at most {_CALLS_MAX}")
            return problems

        answer, usage = await self._solver.ask(prompt, SolveAnswer, check, request.seed)
        calls = [WantedCall(tool=call.tool, arguments=call.arguments) for call in answer.calls]
        said = (answer.answer or "").strip()[:_ANSWER_MAX]
        return Move(reasoning=answer.reasoning, calls=calls, answer=None if calls else said, usage=usage)

    async def rate(self, request: RateRequest) -> Rating:
        """Return the scores."""
        prompt = await rendered(
            "judge",
            setting=sections.setting(request.context),
            query=request.query,
            tools="\n".join(tool_line(spec, _TOOL_CHARACTERS) for spec in request.tools.values()),
        )
        answer, usage = await self._rater.ask(prompt, RatingAnswer, lambda _: [], request.seed)
        return Rating(**answer.model_dump(), usage=usage)


def _done(calls: list[SolverCall]) -> str:
    """Return the calls with what came of each, together bounded."""
    if not calls:
        return "(nothing)"
    room = max(min(_RESULT_CHARACTERS, _RESULTS_CHARACTERS // len(calls)), 60)
    lines = []
    for number, call in enumerate(calls, start=1):
        came = f"FAILED, {sections.failure(call.error)}" if call.error is not None else view(call.result, room)
        lines.append(f"c{number} {call_text(call.tool, call.arguments, None, 400)} = {came}")
    return "\n".join(lines)
