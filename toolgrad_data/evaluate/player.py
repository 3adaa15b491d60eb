"""Plays one task with a model: its messages become calls and answers of an episode, until that ends."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from graph.record import RoleUsage
from nodes.policies.base import EndpointLimitError, PolicyError, PolicySetupError
from nodes.policies.model.conversing import Converser, message_of
from nodes.policies.model.native import NativeAnswer, NativeCall
from toolgrad_data.tasks.chat import as_function, final_text, told
from toolgrad_data.tasks.episode import Episode
from toolgrad_data.tasks.trace import Trace

Json = dict[str, Any]

#: What a model is at fault for, and not the way to it: such a trial counts.
_OWN_FAULTS = frozenset({"refused", "cut_answer", "invalid_answer", "context_exceeded", "bad_request"})


class EndpointFailedError(Exception):
    """The endpoint gave no answer, which says nothing of the model: the trial does not count."""


@dataclass
class Played:
    """An episode that was played: the conversation, what the environment has logged, and what it took."""

    trace: Trace
    messages: list[Json]
    usage: RoleUsage = field(default_factory=RoleUsage)
    in_words: bool = False
    error: str | None = None


async def play(
    episode: Episode,
    converser: Converser,
    seed: int,
    *,
    spend: Callable[[RoleUsage], None],
    may_go_on: Callable[[], Awaitable[None]],
) -> Played:
    """Play the episode to its end.

    `spend` is told what each answer took, `may_go_on` is awaited before each and raises what ends the trial.
    Raises EndpointFailedError, EndpointLimitError and PolicySetupError.
    """
    seen = await episode.reset()
    tools = [as_function(spec) for spec in seen.tools]
    messages: list[Json] = [{"role": "system", "content": seen.system}] if seen.system else []
    messages.append({"role": "user", "content": seen.message})
    usage = RoleUsage()
    error: str | None = None
    while not episode.done:
        await may_go_on()
        try:
            answer, spent = await converser.answer(messages, tools, seed=seed)
        except (EndpointLimitError, PolicySetupError):
            raise
        except PolicyError as failure:
            spend(failure.usage)
            usage.add(failure.usage)
            if failure.kind not in _OWN_FAULTS:
                raise EndpointFailedError(str(failure)) from None
            error = str(failure)
            break
        spend(spent)
        usage.add(spent)
        messages.append(message_of(answer))
        if answer.calls:
            messages += [message async for message in _make_calls(episode, answer)]
            continue
        seen = await episode.message(final_text(answer.text))
        if not seen.done:
            messages.append({"role": "user", "content": seen.message})
    return Played(await episode.submit(), messages, usage, converser.in_words, error)


async def _make_calls(episode: Episode, answer: NativeAnswer) -> Any:
    """Make the calls of one message in their order, and yield a tool's message for each; none after the end."""
    for call in answer.calls:
        if episode.done:
            return
        came = await episode.call(call.tool, _arguments(call))
        yield {"role": "tool", "tool_call_id": call.id, "name": call.tool, "content": told(came)}


def _arguments(call: NativeCall) -> Any:
    """Return the object, or the text that is none, for the episode to say so."""
    return call.text if call.arguments is None else call.arguments
