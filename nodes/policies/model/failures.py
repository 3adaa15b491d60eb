"""What went wrong with a request: the one place that knows the client's exceptions."""

import json
import re
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import openai

from nodes.policies.base import PolicyFailure
from nodes.policies.model.settings import AskSettings, scrubbed

_CONTEXT = re.compile(
    r"context_length_exceeded|maximum context length|context window|context[_ ]size|prompt is too long|"
    r"too many (input )?tokens|input tokens exceed|exceeds? the (model'?s )?(maximum )?(context|token)",
    re.IGNORECASE,
)
_FILTERED = re.compile(r"content[_ ](filter|policy|management)|safety system|flagged", re.IGNORECASE)
_REFUSED_PARAMETER = re.compile(
    r"unsupported|not support|unknown|unrecognized|unexpected|not permitted|deprecated|does not",
    re.IGNORECASE,
)
_OUT_OF_CREDIT = re.compile(r"insufficient_quota|exceeded your current quota|billing|credit balance", re.IGNORECASE)
_HTML = re.compile(r"<\s*(!doctype|html|head|body)\b", re.IGNORECASE)
PARAMETERS = ("temperature", "reasoning_effort", "max_completion_tokens", "max_tokens")
_MESSAGE_MAX = 300
#: What the HTTP client raises when a connection breaks that was made.
_BROKEN = frozenset({"RemoteProtocolError", "ReadError", "WriteError"})


@dataclass(frozen=True)
class Failure:
    """One failed request.

    `setup` says that no request will succeed before the user changes something. `refuses_request` says that
    the endpoint may know another way of asking (a 400); `parameter` names what it refused, if it did.
    `retry_after` is in seconds. `reached` says that something took the connection before it broke.
    """

    kind: PolicyFailure
    message: str
    retryable: bool = False
    retry_after: float | None = None
    setup: bool = False
    refuses_request: bool = False
    parameter: str | None = None
    slow_down: bool = False
    reached: bool = False


def classify(error: Exception, settings: AskSettings, *, answered: bool, reached: bool = False) -> Failure:
    """Return what the exception means.

    `answered` says that the endpoint has answered properly before, `reached` that it has at least taken a connection:
    then it is there, and being refused may pass by itself.

    The messages hold no key: a server may repeat it.
    """
    found = _client_error(error)
    where = f"{settings.base_url} (model {settings.model})"
    # Scrubbed before it is cut: half a key is no longer recognised.
    said = scrubbed(_words(found), settings)[:_MESSAGE_MAX]
    if isinstance(found, openai.APIStatusError):
        return _by_status(found, said, where, settings)
    if isinstance(found, openai.APITimeoutError | TimeoutError):
        return Failure(
            "timeout",
            f"no answer from {where} within {settings.request_timeout_s:g} s. Raise request_timeout_s, lower "
            "max_answer_tokens or reasoning_effort, or ask fewer samples at once (--concurrency).",
            retryable=True,
        )
    if isinstance(found, openai.APIConnectionError):
        return _by_cause(found, said, where, answered or reached)
    if _HTML.search(said) or _HTML.search(str(found)[:2000]):
        return Failure(
            "malformed_response",
            f"{where} answered with a web page instead of JSON. Check base_url: it is the part before "
            "/chat/completions and usually ends in /v1.",
            retryable=True,
            setup=not answered,
        )
    return Failure(
        "malformed_response",
        f"{where} answered with something that is no chat completion ({type(found).__name__}: {said}). "
        "Is base_url an OpenAI-compatible endpoint?",
        retryable=True,
    )


def _client_error(error: BaseException) -> BaseException:
    """Return the client's exception; langchain-openai raises a warning on top where warnings are errors."""
    seen: BaseException | None = error
    while seen is not None and isinstance(seen, Warning):
        seen = seen.__context__
    return seen or error


def _words(error: BaseException) -> str:
    body = getattr(error, "body", None)
    told: Any = body
    if isinstance(body, dict):
        told = body.get("message") or body.get("error") or body.get("detail") or body
        if isinstance(told, dict):
            told = told.get("message") or told
    if not isinstance(told, str) and told:
        told = json.dumps(told, default=str)
    return " ".join((told or str(error)).split())


def _by_status(error: openai.APIStatusError, said: str, where: str, settings: AskSettings) -> Failure:
    status = error.status_code
    everything = f"{error.message} {said} {error.code or ''}"
    match status:
        case 401 | 403:
            return Failure(
                "unavailable",
                f"{where} refused the key (HTTP {status}: {said}). Set {settings.api_key_env} to a key of "
                "this endpoint, or name the variable that has it with api_key_env.",
                setup=True,
            )
        case 404 | 405:
            return Failure(
                "unavailable",
                f"{where}: no such model or no such address (HTTP {status}: {said}). "
                f"Check the model's name (GET {settings.base_url}/models lists them) and base_url, which "
                "usually ends in /v1.",
                setup=True,
            )
        case 402:
            return Failure("unavailable", _no_credit(where, said), setup=True)
        case 413:
            return Failure("context_exceeded", _too_long(where, said))
        case 400 | 422 | 501:
            return _by_refusal(error, everything, said, where, status)
        case 429 if _OUT_OF_CREDIT.search(everything):
            return Failure("unavailable", _no_credit(where, said), setup=True)
        case 429:
            return Failure(
                "rate_limited",
                f"{where} limits requests (HTTP 429: {said}). Lower the concurrency or set requests_per_minute.",
                retryable=True,
                retry_after=retry_after(error),
                slow_down=True,
            )
        case _ if status >= 500 or status in (408, 409, 425):
            if _CONTEXT.search(everything):
                return Failure("context_exceeded", _too_long(where, said))
            return Failure(
                "unavailable",
                f"{where} failed (HTTP {status}: {said}). Try again later; finished records are kept.",
                retryable=True,
                retry_after=retry_after(error),
                slow_down=status == 503,
            )
    return Failure("bad_request", f"{where} refused the request (HTTP {status}: {said}).")


def _by_refusal(error: openai.APIStatusError, everything: str, said: str, where: str, status: int) -> Failure:
    if _CONTEXT.search(everything):
        return Failure("context_exceeded", _too_long(where, said))
    if _FILTERED.search(everything):
        return Failure("refused", f"{where} refused the content (HTTP {status}: {said}).")
    named = error.param if error.param in PARAMETERS else None
    if named is None and _REFUSED_PARAMETER.search(everything):
        named = next((name for name in PARAMETERS if re.search(rf"\b{name}\b", everything)), None)
    return Failure(
        "bad_request",
        f"{where} refused the request (HTTP {status}: {said}).",
        refuses_request=True,
        parameter=named,
    )


def _by_cause(error: openai.APIConnectionError, said: str, where: str, was_there: bool) -> Failure:
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(causes) < 10:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    text = " ".join(str(cause) for cause in causes)
    if any(isinstance(cause, ssl.SSLError) for cause in causes) or "CERTIFICATE" in text:
        return Failure("unavailable", f"{where}: its certificate is not trusted ({said}). Check base_url.", setup=True)
    if any(isinstance(cause, socket.gaierror) for cause in causes) or "Name or service" in text:
        words = f"{where}: there is no host of that name. Check base_url and the network."
    elif any(isinstance(cause, ConnectionRefusedError) for cause in causes) or "connection attempts failed" in text:
        words = f"{where}: nothing answers there (connection refused). Start the server or check base_url."
    else:
        words = f"the connection to {where} was cut ({said})."
        broken = any(type(cause).__name__ in _BROKEN for cause in causes)
        return Failure("unavailable", words, retryable=True, reached=broken)
    return Failure("unavailable", words, retryable=True, setup=not was_there)


def _no_credit(where: str, said: str) -> str:
    return f"{where}: no credit left ({said}). Add credit or choose another endpoint; the run can be resumed."


def _too_long(where: str, said: str) -> str:
    return (
        f"the prompt is too long for {where} ({said}). Lower tools_per_batch or max_answer_tokens, or give "
        "the server a larger context."
    )


def retry_after(error: openai.APIStatusError) -> float | None:
    """Return the seconds that the server asks to wait, from `retry-after-ms` or `retry-after`, or None."""
    headers = error.response.headers
    try:
        if "retry-after-ms" in headers:
            return max(float(headers["retry-after-ms"]) / 1000, 0.0)
        value = headers.get("retry-after")
        if value is None:
            return None
        try:
            return max(float(value), 0.0)
        except ValueError:
            until = parsedate_to_datetime(value)
            if until.tzinfo is None:
                until = until.replace(tzinfo=UTC)
            return max((until - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
