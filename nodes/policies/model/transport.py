"""One question to a model: paced, timed, tried again while that makes sense, and counted."""

import asyncio
import json
import time
from dataclasses import asdict, dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from graph.record import Role, RoleUsage
from nodes.policies.base import PolicyError, PolicySetupError
from nodes.policies.model.client import chat_for
from nodes.policies.model.endpoint import endpoint
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.prices import Price, price_of
from nodes.policies.model.settings import AskSettings

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

    from nodes.policies.model.failures import Failure

Message = tuple[str, str]

#: A request that ran into its timeout is tried once more: each trial costs minutes.
_TIMEOUTS = 2
#: Trials of an endpoint that has never answered: it is probably not there.
_FIRST_CONTACT = 3


@dataclass(frozen=True)
class Completion:
    """What a model answered: text, or the arguments (JSON text) of a call of the one tool it was given."""

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


class RequestRefusedError(Exception):
    """The endpoint does not know this way of asking (HTTP 400); another one may work."""

    def __init__(self, failure: "Failure") -> None:
        super().__init__(failure.message)
        self.parameter = failure.parameter


class Transport:
    """Asks one model at one endpoint; what it learns of the endpoint is shared by the process."""

    def __init__(self, settings: AskSettings, role: Role, limits: RetryLimits | None = None) -> None:
        self._settings = settings
        self._role = role
        self._limits = limits or RetryLimits()
        self._price: Price | _Unknown | None = _UNKNOWN

    async def send(self, messages: list[Message], body: dict[str, Any], usage: RoleUsage) -> Completion:
        """Return the model's answer to a request with the further members `body`; `usage` is added to.

        Raises RequestRefusedError for a request that might be put otherwise, PolicyError when trying again
        has not helped, and PolicySetupError when it cannot help.
        """
        place = endpoint(self._settings.base_url)
        chat = await chat_for(self._settings)
        began = time.monotonic()
        failures = timeouts = 0
        while True:
            await asyncio.sleep(place.pace.reserve(self._settings.requests_per_minute))
            started = time.monotonic()
            try:
                async with asyncio.timeout(self._settings.request_timeout_s):
                    message = await chat.ainvoke(messages, self._config(), **body)
            except Exception as error:  # the boundary: whatever the client raises is classified
                # Not at the top: it imports the client, which takes a second.
                from nodes.policies.model.failures import classify

                failure = classify(error, self._settings, answered=place.answered, reached=place.reached)
                if failure.kind == "malformed_response":
                    await self._count(usage, started, None)
            else:
                await self._count(usage, started, message)
                place.succeeded()
                return _completion(message)
            # Outside of the except clause: the cause's text may hold the key, so it is not chained.
            failures += 1
            timeouts += failure.kind == "timeout"
            place.reached |= failure.reached
            if failure.retryable:
                place.failed()
            if failure.slow_down:
                place.pace.limited(failure.retry_after)
            if failure.refuses_request:
                raise RequestRefusedError(failure)
            wait = self._limits.wait(failures, failure.retry_after)
            spent = time.monotonic() - began + wait
            tried_enough = failures >= (_FIRST_CONTACT if failure.setup else self._limits.attempts)
            if not failure.retryable or tried_enough or timeouts >= _TIMEOUTS or spent > self._limits.total_s:
                if failure.setup:
                    raise PolicySetupError(failure.message)
                if failure.retryable and place.gave_up():
                    gone = "It has answered no request for a minute or more; nothing further is asked."
                    raise PolicySetupError(f"{failure.message} {gone}")
                tries = f" Tried {failures} times." if failures > 1 else ""
                raise PolicyError(failure.message + tries, kind=failure.kind, usage=usage)
            await asyncio.sleep(wait)

    def _config(self) -> Any:
        return {"run_name": self._role, "metadata": {"role": self._role, "model": self._settings.model}}

    async def _count(self, usage: RoleUsage, started: float, message: "AIMessage | None") -> None:
        """Add one answered call to the usage."""
        usage.llm_calls += 1
        usage.latency_ms += (time.monotonic() - started) * 1000
        told = message.usage_metadata if message is not None else None
        if not told:
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
        if price is None or usage.cost_usd is None:
            usage.cost_usd = None
        else:
            usage.cost_usd += price.cost_usd(told["input_tokens"], cached, told["output_tokens"])


def _completion(message: "AIMessage") -> Completion:
    arguments: str | None = None
    if message.tool_calls:
        arguments = json.dumps(message.tool_calls[0]["args"])
    elif message.invalid_tool_calls:
        arguments = message.invalid_tool_calls[0].get("args") or ""
    refusal = message.additional_kwargs.get("refusal")
    return Completion(
        text=message.text,
        arguments=arguments,
        refusal=str(refusal) if refusal else None,
        finish=str(message.response_metadata.get("finish_reason") or "stop"),
    )
