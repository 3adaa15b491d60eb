"""A judge's view of the answers: the paper's third figure, beside recall and success, which are computed."""

from graph.record import PolicyRules, RoleUsage
from nodes.policies.base import PolicyError
from nodes.policies.model import sections
from nodes.policies.model.answers import QualityAnswer
from nodes.policies.model.settings import AskSettings
from nodes.policies.model.structured import Asker
from nodes.policies.model.views import view
from nodes.policies.rendering import render_prompt
from toolgrad_data.evaluate.trial import Quality
from toolgrad_data.tasks.task import Task
from toolgrad_data.tasks.trace import CallEntry, Trace

_RESULT_CHARACTERS = 800
_ANSWER_CHARACTERS = 8_000


class Rater:
    """Asks a model to rate what another one has answered."""

    def __init__(self, settings: AskSettings) -> None:
        self._model = settings.model
        self._asker = Asker(settings, "judge")

    async def rate(self, task: Task, trace: Trace, seed: int) -> tuple[Quality | None, RoleUsage]:
        """Return the rating and what it took; None where the judge gave none. Raises PolicySetupError."""
        rules = PolicyRules(text=task.policy) if task.policy else None
        prompt = await render_prompt(
            "quality", setting=sections.setting(task.context, rules), conversation=_conversation(task, trace)
        )
        try:
            answer, usage = await self._asker.ask(prompt, QualityAnswer, lambda _: [], seed)
        except PolicyError as error:
            return None, error.usage
        return Quality(model=self._model, score=answer.score, reason=answer.reason), usage


def _conversation(task: Task, trace: Trace) -> str:
    lines: list[str] = []
    for said, turn in zip(task.messages, trace.turns, strict=False):
        lines.append(f"PERSON: {said}")
        lines += [f"TOOL: {_outcome(call)}" for call in turn.calls]
        lines.append(f"ASSISTANT: {(turn.message or '(nothing)')[:_ANSWER_CHARACTERS]}")
    return "\n".join(lines)


def _outcome(call: CallEntry) -> str:
    came = (
        f"FAILED, {sections.failure(call.error)}" if call.error is not None else view(call.result, _RESULT_CHARACTERS)
    )
    return f"{call.tool} {view(call.arguments, _RESULT_CHARACTERS)} = {came}"
