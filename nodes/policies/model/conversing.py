"""A conversation with a model that is given tools: by native calls, or in words where it has none.

    converser = Converser(settings, "solve")
    answer, usage = await converser.answer(messages, tools, seed=7)

Messages and tools are as the chat completions protocol has them. What an answer told of its reasoning is sent back with
it, under the endpoint's own name for it, until the endpoint refuses that. Streaming is off.
"""

import json
import logging
from collections.abc import Sequence
from typing import Any, Literal

from graph.record import Role, RoleUsage
from nodes.policies.base import PolicyError, PolicySetupError
from nodes.policies.model.cache import ResponseCache, cache_key
from nodes.policies.model.endpoint import endpoint
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.native import NativeAnswer
from nodes.policies.model.refusals import FORMAT, STREAM, SYSTEM
from nodes.policies.model.settings import AskSettings
from nodes.policies.model.text_calls import messages_in_words, with_written_calls
from nodes.policies.model.transport import RequestRefusedError, Transport

log = logging.getLogger(__name__)

Json = dict[str, Any]
#: `auto` is `native` until the endpoint refuses tools.
CallForm = Literal["auto", "native", "text"]

#: Members of an assistant's message that hold what it thought.
REASONING = frozenset({"reasoning_content", "reasoning", "reasoning_details", "thinking"})


class Converser:
    """Asks one model for the next message. Holds no state of a conversation."""

    def __init__(
        self, settings: AskSettings, role: Role, *, form: CallForm = "auto", limits: RetryLimits | None = None
    ) -> None:
        self._settings = settings
        self._role: Role = role
        self._form = form
        self._in_words = form == "text"
        self._proven = False
        self._transport = Transport(settings, role, limits)
        self._cache = ResponseCache(settings.response_cache) if settings.response_cache else None

    @property
    def in_words(self) -> bool:
        """Whether tools are told and called in words."""
        return self._in_words

    async def answer(
        self, messages: Sequence[Json], tools: Sequence[Json], *, seed: int
    ) -> tuple[NativeAnswer, RoleUsage]:
        """Return the model's next message and what it took; `seed` is sent, and tells trials apart in the cache.

        Raises PolicyError, which carries the usage, EndpointLimitError and PolicySetupError.
        """
        usage = RoleUsage()
        key = self._key(messages, tools, seed) if self._cache else ""
        if self._cache and (stored := await self._cache.get(key)) is not None:
            return NativeAnswer.from_json(stored), usage
        answer = await self._send(messages, tools, seed, usage)
        names = {tool["function"]["name"] for tool in tools}
        answer = with_written_calls(answer, names, anywhere=self._in_words)
        if answer.refusal or answer.finish == "content_filter":
            said = answer.refusal or "content filter"
            raise PolicyError(f"the model refused: {said[:300]}", kind="refused", usage=usage)
        if answer.finish == "length" and not answer.calls:
            cut = f"the answer was cut after {self._settings.max_answer_tokens} tokens; raise max_answer_tokens"
            raise PolicyError(cut, kind="cut_answer", usage=usage)
        if self._cache:
            await self._cache.put([(key, answer.as_json())])
        return answer, usage

    async def _send(self, messages: Sequence[Json], tools: Sequence[Json], seed: int, usage: RoleUsage) -> NativeAnswer:
        refused = endpoint(self._settings.base_url).memory(self._settings.model).refused
        while True:
            in_words = self._in_words
            said, body, sent = self._request(messages, tools, seed, refused)
            try:
                answer = await self._transport.converse(said, body, usage, sent=sent, proven=self._proven)
            except RequestRefusedError as error:
                part = error.refused
                if part is not None and part != FORMAT and part in sent:
                    if part not in refused:
                        log.warning("%s refuses %s: asking without it", self._settings.model, part)
                    refused |= REASONING if part in REASONING else {part}
                elif part == FORMAT and not in_words and self._form == "auto":
                    if not self._in_words:  # others were under way with it
                        log.warning("%s takes no tools: they are told and called in words", self._settings.model)
                    self._in_words = True
                elif self._proven:
                    raise PolicyError(str(error), kind=error.kind, usage=usage) from None
                else:
                    forms = "" if in_words else " With --call-form text tools are told and called in words."
                    raise PolicySetupError(f"{error}{forms}") from None
                continue
            self._proven = True
            return answer

    def _request(
        self, messages: Sequence[Json], tools: Sequence[Json], seed: int, refused: set[str]
    ) -> tuple[list[Json], Json, frozenset[str]]:
        """Return messages, further members, and what of them can be left out or put otherwise."""
        settings = self._settings
        body: Json = {"seed": seed % 2**31}
        extra: Json = json.loads(settings.extra_body)
        if settings.temperature is not None:
            body["temperature"] = settings.temperature
        if settings.reasoning_effort is not None:
            body["reasoning_effort"] = settings.reasoning_effort
        extra["max_completion_tokens" if "max_completion_tokens" not in refused else "max_tokens"] = (
            settings.max_answer_tokens
        )
        for members in (body, extra):
            for name in [name for name in members if name in refused]:
                del members[name]
        sent = {*body, *extra}
        if STREAM in refused:
            extra |= {"stream": True, "stream_options": {"include_usage": True}}
        else:
            sent.add(STREAM)
        if extra:
            body["extra_body"] = extra
        if tools and not self._in_words:
            body["tools"] = list(tools)
        said = messages_in_words(messages, tools) if self._in_words else [_without(one, refused) for one in messages]
        sent |= {name for one in said for name in REASONING if name in one}
        if SYSTEM not in refused:
            sent.add(SYSTEM)
        elif said and said[0]["role"] == "system":
            system, first, *rest = said
            said = [{**first, "content": f"{system['content']}\n\n{first['content']}"}, *rest]
        return said, body, frozenset(sent)

    def _key(self, messages: Sequence[Json], tools: Sequence[Json], seed: int) -> str:
        # Not the form that is found out: it is a way to ask for the same.
        settings = self._settings
        return cache_key(
            {
                "url": settings.base_url,
                "model": settings.model,
                "conversation": list(messages),
                "tools": list(tools),
                "form": self._form,
                "seed": seed,
                "temperature": settings.temperature,
                "reasoning_effort": settings.reasoning_effort,
                "max_answer_tokens": settings.max_answer_tokens,
                "extra_body": settings.extra_body,
            }
        )


def message_of(answer: NativeAnswer) -> Json:
    """Return the answer as a message of the conversation that goes on: the calls as they were made, the reasoning."""
    message: Json = {"role": "assistant", "content": answer.text or None, **(answer.reasoning or {})}
    if answer.calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.tool, "arguments": _sendable(call)}}
            for call in answer.calls
        ]
    else:
        message["content"] = answer.text
    return message


def _sendable(call: Any) -> str:
    """Return the arguments as JSON: servers parse them for their templates, and fail at what is none."""
    return (
        call.text if call.arguments is not None and not call.text.startswith('"') else json.dumps(call.arguments or {})
    )


def _without(message: Json, refused: set[str]) -> Json:
    return {name: value for name, value in message.items() if name not in refused or name not in REASONING}
