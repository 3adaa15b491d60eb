"""What went wrong with a request: the one place that knows the client's exceptions."""

import math
import re
import socket
import ssl
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import openai

from nodes.policies.base import PolicyFailure
from nodes.policies.model.refusals import (
    body_of,
    headline_of,
    is_about_tokens,
    is_filtered,
    is_key_refused,
    is_long_quota,
    is_model_unknown,
    is_out_of_credit,
    is_rate_limit,
    is_too_long,
    refused_part,
    wait_in,
    words_of,
)
from nodes.policies.model.settings import AskSettings, scrubbed
from nodes.policies.model.setup_faults import proxies, unsendable

_HTML = re.compile(r"<\s*(!doctype|html|head|body)\b", re.IGNORECASE)
_MESSAGE_MAX = 300
#: A larger number of seconds to wait is a moment.
_SINCE_1970 = 1e9
#: What the HTTP client raises when a connection breaks that was made.
_BROKEN = frozenset({"RemoteProtocolError", "ReadError", "WriteError"})


@dataclass(frozen=True)
class Failure:
    """One failed request.

    `setup` says that no request will succeed before the user changes something. `refused` names what of the request
    the endpoint does not take (a member of its body, or SYSTEM, STREAM, FORMAT); `doubtful` says that it does not tell
    why it failed, so that another way of asking may or may not help. `retry_after` is in seconds; with `exhausted`
    asking again has no sense for hours. `absent` says that no such endpoint seems to be there, `reached` that
    something took the connection before it broke.
    """

    kind: PolicyFailure
    message: str
    retryable: bool = False
    retry_after: float | None = None
    setup: bool = False
    refused: str | None = None
    doubtful: bool = False
    slow_down: bool = False
    exhausted: bool = False
    absent: bool = False
    reached: bool = False


def classify(
    error: Exception,
    settings: AskSettings,
    *,
    answered: bool,
    reached: bool = False,
    sent: Iterable[str] = (),
) -> Failure:
    """Return what the exception means.

    `sent` names what of the request can be left out or put otherwise, see `refused_part`. `answered` says that the
    endpoint has answered properly before, `reached` that it has at least taken a connection: then it is there, and
    being refused may pass by itself.

    The messages hold no key: a server may repeat it.
    """
    found = _client_error(error)
    where = f"{settings.base_url} (model {settings.model})"
    if isinstance(found, openai.APIStatusError):
        return _by_body(found, where, settings, frozenset(sent))
    # Scrubbed before it is cut: half a key is no longer recognised.
    said = scrubbed(" ".join(str(found).split()), settings)[:_MESSAGE_MAX]
    causes = list(_causes(found))
    if (problem := unsendable(causes, settings)) is not None:
        return Failure("unavailable", problem, setup=True)
    if isinstance(found, openai.APITimeoutError | TimeoutError):
        return Failure(
            "timeout",
            f"no answer from {where} within {settings.request_timeout_s:g} s. Raise request_timeout_s, lower "
            "max_answer_tokens or reasoning_effort, or ask fewer samples at once (--concurrency).",
            retryable=True,
        )
    if isinstance(found, openai.APIConnectionError):
        return _by_cause(causes, said, where, answered or reached)
    if _HTML.search(said) or _HTML.search(str(found)[:2000]):
        return Failure(
            "malformed_response",
            f"{where} answered with a web page instead of JSON. Check base_url: it is the part before "
            "/chat/completions and usually ends in /v1.",
            retryable=True,
            setup=not answered,
            absent=not answered,
        )
    return Failure(
        "malformed_response",
        f"{where} answered with something that is no chat completion ({type(found).__name__}: {said}). "
        "Is base_url an OpenAI-compatible endpoint?",
        retryable=True,
        setup=not answered,
    )


def _client_error(error: BaseException) -> BaseException:
    """Return the client's exception; langchain-openai raises a warning on top where warnings are errors."""
    seen: BaseException | None = error
    while seen is not None and isinstance(seen, Warning):
        seen = seen.__context__
    return seen or error


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it came from, groups of failures included."""
    left = [error]
    seen: list[BaseException] = []
    while left and len(seen) < 20:
        one = left.pop(0)
        if one in seen:
            continue
        seen.append(one)
        yield one
        left += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        left += [cause for cause in (one.__cause__, one.__context__) if cause is not None]


def _by_body(error: openai.APIStatusError, where: str, settings: AskSettings, sent: frozenset[str]) -> Failure:
    """Return what the answer's body means; what it leaves open, its status says."""
    status, body = error.status_code, body_of(error)
    if isinstance(body, str) and _HTML.search(body):
        body = {"message": "a web page instead of JSON"}
    words = f"{words_of(body)} | {error.code or ''}"
    words = re.sub(rf"(?<!\w){re.escape(settings.model)}(?!\w)", "MODEL", words)  # a name may hold any word
    said = scrubbed(headline_of(body, str(error)), settings)[:_MESSAGE_MAX]
    told = f"HTTP {status}: {said}"
    if (failure := _by_words(status, words, told, said, where, settings)) is not None:
        return failure
    if status in (429, 529) or (status != 401 and is_rate_limit(words)):
        return Failure(
            "rate_limited",
            f"{where} limits requests ({told}). Lower the concurrency or set requests_per_minute.",
            retryable=True,
            retry_after=retry_after(error, words),
            slow_down=True,
            exhausted=is_long_quota(words) and retry_after(error, words) is None,
        )
    refused = None if status == 401 else refused_part(words, error.param, sent)
    if refused is not None:
        return Failure("bad_request", f"{where} refused the request ({told}).", refused=refused)
    if is_filtered(words):
        return Failure("refused", f"{where} refused the content ({told}).")
    return _by_status(error, status, words, told, where, settings)


def _by_words(status: int, words: str, told: str, said: str, where: str, settings: AskSettings) -> Failure | None:
    if is_too_long(words, of_limits=status == 429) and not is_about_tokens(words):
        return Failure("context_exceeded", _too_long(where, said))
    if status == 402 or is_out_of_credit(words):
        credit = f"{where}: no credit left ({said}). Add credit or choose another endpoint; the run can be resumed."
        return Failure("unavailable", credit, setup=True)
    if status == 401 or is_key_refused(words):
        return Failure("unavailable", _no_key(where, told, settings), setup=True)
    if is_model_unknown(words):
        return Failure("unavailable", _not_there(where, told, settings), setup=True)
    return None


def _by_status(
    error: openai.APIStatusError, status: int, words: str, told: str, where: str, settings: AskSettings
) -> Failure:
    match status:
        case 403:
            return Failure("unavailable", _no_key(where, told, settings), setup=True)
        case 404 | 405:
            return Failure("unavailable", _not_there(where, told, settings), setup=True)
        case 413:
            return Failure("context_exceeded", _too_long(where, told))
        case 400 | 422 | 501:
            return Failure("bad_request", f"{where} refused the request ({told}).", doubtful=True)
        case _ if status >= 500 or status in (408, 409, 425):
            return Failure(
                "unavailable",
                f"{where} failed ({told}). Try again later; finished records are kept.",
                retryable=True,
                retry_after=retry_after(error, words),
                # 502 to 504 are said by what stands between; a server that fails by itself may fail for the request.
                doubtful=status == 500,
                slow_down=status == 503,
            )
    return Failure("bad_request", f"{where} refused the request ({told}).")


def _by_cause(causes: list[BaseException], said: str, where: str, was_there: bool) -> Failure:
    text = " ".join(str(cause) for cause in causes)
    if any(isinstance(cause, ssl.SSLError) for cause in causes) or "CERTIFICATE" in text:
        return Failure("unavailable", f"{where}: its certificate is not trusted ({said}). Check base_url.", setup=True)
    if any(isinstance(cause, socket.gaierror) for cause in causes) or "Name or service" in text:
        words = f"{where}: there is no host of that name. Check base_url and the network."
    elif any(isinstance(cause, ConnectionRefusedError) for cause in causes) or "connection attempts failed" in text:
        words = f"{where}: nothing answers there (connection refused). Start the server or check base_url."
        if urllib.request.getproxies():
            words += f" Or is it the proxy that {proxies()} names?"
    else:
        words = f"the connection to {where} was cut ({said})."
        broken = any(type(cause).__name__ in _BROKEN for cause in causes)
        return Failure("unavailable", words, retryable=True, reached=broken)
    return Failure("unavailable", words, retryable=True, setup=not was_there, absent=not was_there)


def _no_key(where: str, told: str, settings: AskSettings) -> str:
    return (
        f"{where} refused the key ({told}). Set {settings.api_key_env} to a key of this endpoint, or name the variable "
        "that has it with api_key_env."
    )


def _not_there(where: str, told: str, settings: AskSettings) -> str:
    return (
        f"{where}: no such model or no such address ({told}). Check the model's name (GET {settings.base_url}/models "
        "lists them) and base_url, which usually ends in /v1."
    )


def _too_long(where: str, said: str) -> str:
    return (
        f"the prompt is too long for {where} ({said}). Lower tools_per_batch or max_answer_tokens, or give "
        "the server a larger context."
    )


def retry_after(error: openai.APIStatusError, words: str = "") -> float | None:
    """Return the seconds that the server asks to wait, or None.

    They stand in `retry-after-ms`, in `retry-after` (seconds, a date, or seconds since 1970), or in its words.
    """
    headers = error.response.headers
    seconds = _number(headers.get("retry-after-ms"))
    if seconds is not None:
        return max(seconds / 1000, 0.0)
    value = headers.get("retry-after")
    if value is None:
        return wait_in(words)
    seconds = _number(value)
    if seconds is None:
        try:
            until = parsedate_to_datetime(value)
        except (ValueError, TypeError, OverflowError):
            return wait_in(words)
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        seconds = (until - datetime.now(UTC)).total_seconds()
    elif seconds > _SINCE_1970:
        seconds -= datetime.now(UTC).timestamp()
    return max(seconds, 0.0)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
