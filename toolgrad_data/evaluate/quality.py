"""A judge's view of the answers: the paper's third figure, beside recall and success, which are computed."""

from collections.abc import Callable
from itertools import zip_longest

from graph.record import PolicyRules, RoleUsage
from nodes.policies.base import PolicyError
from nodes.policies.model import sections
from nodes.policies.model.answers import QualityAnswer
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.settings import AskSettings
from nodes.policies.model.structured import Asker
from nodes.policies.model.views import view
from nodes.policies.rendering import render_prompt
from toolgrad_data.evaluate.player import OWN_FAULTS, EndpointFailedError
from toolgrad_data.evaluate.trial import Quality
from toolgrad_data.tasks.task import Task
from toolgrad_data.tasks.trace import CallEntry, Trace

_RESULT_CHARACTERS = 800
#: Calls of a turn that the judge is shown.
_CALLS_MAX = 30
_ANSWER_CHARACTERS = 8_000


class Rater:
    """Asks a model to rate what another one has answered."""

    def __init__(self, settings: AskSettings, limits: RetryLimits | None = None) -> None:
        self._model = settings.model
        self._asker = Asker(settings, "judge", limits)

    async def rate(
        self, task: Task, trace: Trace, seed: int, *, spend: Callable[[RoleUsage], None]
    ) -> tuple[Quality | None, RoleUsage]:
        """Return the rating and what it took; None where the judge gave none that could be read.

        `spend` is told what it took. Raises EndpointFailedError where the endpoint gave no answer, PolicySetupError.
        """
        rules = PolicyRules(text=task.policy) if task.policy else None
        prompt = await render_prompt(
            "quality", setting=sections.setting(task.context, rules), conversation=_conversation(task, trace)
        )
        try:
            answer, usage = await self._asker.ask(prompt, QualityAnswer, lambda _: [], seed)
        except PolicyError as error:
            spend(error.usage)
            if error.kind not in OWN_FAULTS:
                raise EndpointFailedError(f"the judge {self._model}: {error}") from None
            return None, error.usage
        spend(usage)
        return Quality(model=self._model, score=answer.score, reason=answer.reason), usage


def _conversation(task: Task, trace: Trace) -> str:
    lines: list[str] = []
    for said, turn in zip_longest(task.messages, trace.turns[: len(task.messages)], fillvalue=None):
        lines.append(f"PERSON: {_inside(said or '')}")
        calls = turn.calls if turn is not None else []
        lines += [f"TOOL: {_outcome(call)}" for call in calls[:_CALLS_MAX]]
        lines += [f"({len(calls) - _CALLS_MAX} more calls)"] if len(calls) > _CALLS_MAX else []
        answer = turn.message if turn is not None and turn.message else "(nothing)"
        lines.append(f"ASSISTANT: {_inside(answer[:_ANSWER_CHARACTERS])}")
    return "\n".join(lines)


def _inside(words: str) -> str:
    """Return the words with all lines but the first indented: none of them begins as what somebody else says."""
    return "\n  ".join(words.splitlines())


def _outcome(call: CallEntry) -> str:
    came = (
        f"FAILED, {sections.failure(call.error)}" if call.error is not None else view(call.result, _RESULT_CHARACTERS)
    )
    return f"{call.tool} {view(call.arguments, _RESULT_CHARACTERS)} = {came}"
