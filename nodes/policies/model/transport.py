"""One question to a model: paced, timed, tried again while that makes sense, and counted."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from graph.record import Role, RoleUsage
from nodes.policies.base import EndpointLimitError, PolicyError, PolicySetupError
from nodes.policies.model.client import chat_for
from nodes.policies.model.endpoint import endpoint
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.native import NativeAnswer, native_answer, told_tokens
from nodes.policies.model.prices import Price, price_of
from nodes.policies.model.settings import AskSettings
from nodes.policies.model.traced import host_of, traced_completion
from nodes.policies.model.wrappers import ANSWER_TOOL

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_openai import ChatOpenAI

    from nodes.policies.model.failures import Failure

log = logging.getLogger(__name__)

Message = tuple[str, str]
T = TypeVar("T")

#: A request that ran into its timeout is tried once more: each trial costs minutes.
_TIMEOUTS = 2
#: Trials of an endpoint that has never answered: it is probably not there.
_FIRST_CONTACT = 3
#: A wait of so many seconds that an endpoint asked for is told to the user.
_LONG_WAIT_S = 10.0
_YEAR_S = 365 * 86_400.0


@dataclass(frozen=True)
class Completion:
    """What a model answered: text, and the arguments (JSON texts, a line each) of calls of the tool it was given."""

    text: str = ""
    arguments: str | None = None
    refusal: str | None = None
    finish: str = "stop"

    def as_json(self) -> dict[str, Any]:
        """Return the members as plain data."""
        return asdict(self)


class _Unknown(Enum):
    """A price that was not looked up yet; None is one that is in no table."""

    YET = 0


_UNKNOWN = _Unknown.YET


class _Received(NamedTuple, Generic[T]):
    """What came over HTTP, with the tokens that it took as LangChain counts them; None where they are not told."""

    answer: T
    tokens: dict[str, Any] | None
    says_something: bool


class RequestRefusedError(Exception):
    """The endpoint does not take this way of asking; another one may work.

    `refused` names what it does not take, see `refused_part`, or is None where it does not tell.
    """

    def __init__(self, failure: "Failure") -> None:
        super().__init__(failure.message)
        self.kind = failure.kind
        self.refused = failure.refused


class Transport:
    """Asks one model at one endpoint; what it learns of the endpoint is shared by the process."""

    def __init__(self, settings: AskSettings, role: Role, limits: RetryLimits | None = None) -> None:
        self._settings = settings
        self._role = role
        self._limits = limits or RetryLimits()
        self._price: Price | _Unknown | None = _UNKNOWN

    async def send(
        self,
        messages: list[Message],
        body: dict[str, Any],
        usage: RoleUsage,
        *,
        sent: Collection[str] = (),
        proven: bool = True,
    ) -> Completion:
        """Return the model's answer to a request with the further members `body`; `usage` is added to.

        `sent` names what of the request can be left out or put otherwise; `proven` says that a request of this kind
        has been answered before, so that a failure without a reason is not the request's.

        Raises RequestRefusedError for a request that might be put otherwise, PolicyError when trying again
        has not helped, EndpointLimitError when that has no sense for long, and PolicySetupError when it cannot help.
        """

        async def ask(chat: "ChatOpenAI") -> "_Received[Completion]":
            message = await chat.ainvoke(messages, self._config(), **body)
            told = message.usage_metadata
            return _Received(_completion(message), told and dict(told), bool(message.text or message.tool_calls))

        return await self._asked(ask, usage, sent, proven=proven)

    async def converse(
        self,
        messages: list[dict[str, Any]],
        body: dict[str, Any],
        usage: RoleUsage,
        *,
        sent: Collection[str] = (),
        proven: bool = True,
    ) -> NativeAnswer:
        """As `send`, for messages as the protocol has them, calls of tools and their results among them."""

        async def ask(chat: "ChatOpenAI") -> "_Received[NativeAnswer]":
            # The client's own client: LangChain's messages have no place for reasoning, nor for calls that are unsound.
            client, params = chat.root_async_client.chat.completions, {"model": self._settings.model, **body}
            done, answer = await traced_completion(
                partial(client.create, messages=messages, **params), native_answer, messages, self._config(), params
            )
            return _Received(answer, told_tokens(done), bool(answer.text or answer.calls))

        return await self._asked(ask, usage, sent, proven=proven)

    async def _asked(
        self,
        ask: "Callable[[ChatOpenAI], Awaitable[_Received[T]]]",
        usage: RoleUsage,
        sent: Collection[str],
        *,
        proven: bool,
    ) -> T:
        """Return what the endpoint answers, asked again while that makes sense."""
        place = endpoint(self._settings.base_url)
        chat = await chat_for(self._settings)
        began = time.monotonic()
        failures = timeouts = 0
        while True:
            await asyncio.sleep(place.pace.reserve(self._settings.requests_per_minute))
            started = time.monotonic()
            try:
                async with asyncio.timeout(self._settings.request_timeout_s):
                    received = await ask(chat)
            except Exception as error:  # the boundary: whatever the client raises is classified
                # Not at the top: it imports the client, which takes a second.
                from nodes.policies.model.failures import classify

                failure = classify(
                    error, self._settings, answered=place.answered, reached=place.reached, sent=frozenset(sent)
                )
                if failure.kind == "malformed_response":
                    await self._count(usage, started, None)
            else:
                await self._count(usage, started, received)
                place.succeeded()
                return received.answer
            # Outside of the except clause: the cause's text may hold the key, so it is not chained.
            failures += 1
            timeouts += failure.kind == "timeout"
            place.reached |= failure.reached
            if failure.retryable:
                place.failed()
            if failure.exhausted or (failure.retry_after or 0.0) > self._limits.total_s:
                raise EndpointLimitError(_until(failure))
            if failure.slow_down:
                place.pace.limited(failure.retry_after)
            if failure.refused is not None or (failure.doubtful and not failure.retryable):
                raise RequestRefusedError(failure)
            wait = self._limits.wait(failures, failure.retry_after)
            spent = time.monotonic() - began + wait
            doubtful = failure.doubtful and not proven
            tried_enough = failures >= (_FIRST_CONTACT if failure.absent or doubtful else self._limits.attempts)
            if not failure.retryable or tried_enough or timeouts >= _TIMEOUTS or spent > self._limits.total_s:
                if doubtful:
                    raise RequestRefusedError(failure)
                if failure.setup:
                    raise PolicySetupError(failure.message)
                if failure.retryable and place.gave_up():
                    gone = "It has answered no request for a minute or more; nothing further is asked."
                    raise PolicySetupError(f"{failure.message} {gone}")
                tries = f" Tried {failures} times." if failures > 1 else ""
                raise PolicyError(failure.message + tries, kind=failure.kind, usage=usage)
            if failure.retry_after is not None and wait >= _LONG_WAIT_S and place.tells_wait(wait):
                log.warning("%s asks to wait: nothing is asked until %s", self._settings.base_url, _moment(wait))
            await asyncio.sleep(wait)

    def _config(self) -> Any:
        settings = self._settings
        metadata = {"role": self._role, "model": settings.model, "endpoint": host_of(settings.base_url)}
        return {"run_name": self._role, "metadata": metadata}

    async def _count(self, usage: RoleUsage, started: float, received: "_Received[Any] | None") -> None:
        """Add one answered call to the usage."""
        usage.llm_calls += 1
        usage.latency_ms += (time.monotonic() - started) * 1000
        told = received.tokens if received is not None else None
        if received is None or not told:
            usage.cost_usd = None  # what is not told cannot be priced
            return
        if self._price is _UNKNOWN:
            # In a thread: the tables are read from disk.
            settings = self._settings
            self._price = await asyncio.to_thread(price_of, settings.model, settings.base_url, settings.prices)
        price = self._price
        cached = int((told.get("input_token_details") or {}).get("cache_read") or 0)
        reasoning = int((told.get("output_token_details") or {}).get("reasoning") or 0)
        usage.input_tokens += told["input_tokens"]
        usage.cached_tokens += cached
        usage.output_tokens += told["output_tokens"]
        usage.reasoning_tokens += reasoning
        untold = not told["output_tokens"] and received.says_something
        if price is None or usage.cost_usd is None or untold:
            usage.cost_usd = None
        else:
            usage.cost_usd += price.cost_usd(told["input_tokens"], cached, told["output_tokens"])


def _completion(message: "AIMessage") -> Completion:
    """Return what the message says; the arguments of calls of other tools with the name of the tool."""
    arguments = [
        json.dumps(
            call["args"] if call["name"] in (ANSWER_TOOL, "") else {"name": call["name"], "arguments": call["args"]}
        )
        for call in message.tool_calls
    ]
    refusal = message.additional_kwargs.get("refusal")
    return Completion(
        text=message.text,
        arguments="\n".join(arguments) if arguments else None,
        refusal=str(refusal) if refusal else None,
        finish=str(message.response_metadata.get("finish_reason") or "stop"),
    )


def _until(failure: "Failure") -> str:
    if failure.retry_after is None:
        return f"{failure.message} That is a limit of a day or more. The same command goes on when it allows again."
    return (
        f"{failure.message} It asks to wait until {_moment(failure.retry_after)} ({failure.retry_after / 60:.0f} min). "
        "The same command goes on then."
    )


def _moment(seconds: float) -> str:
    """Return the local time in so many seconds, with the day where it is not today's."""
    now = datetime.now().astimezone()
    then = now + timedelta(seconds=min(seconds, _YEAR_S))
    return f"{then:%H:%M:%S}" if then.date() == now.date() else f"{then:%Y-%m-%d %H:%M}"
