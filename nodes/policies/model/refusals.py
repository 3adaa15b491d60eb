"""What an endpoint means by an error, read from the body of its answer: the status alone says little.

The words are those of OpenAI, Azure, vLLM, SGLang, TGI, llama.cpp, Ollama, LM Studio, LiteLLM, OpenRouter, Groq,
Together, Mistral, DeepSeek, DashScope, MiniMax and Gemini; what is told of a member of the request needs no list.
"""

import contextlib
import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import openai

#: What a request can be refused for, beside the members of its body.
SYSTEM, STREAM, FORMAT = "the system role", "an answer that is not streamed", "the form"

_CONTEXT = re.compile(
    r"context_length_exceeded|maximum context length|context window|context[_ ]size|prompt is too long|"
    r"too many (input )?tokens|input tokens exceed|exceeds? the (model'?s )?(maximum )?(context|token)|"
    r"request too large|reduce the length|(input|prompt).{0,40}(exceeds|longer than).{0,40}tokens",
    re.IGNORECASE,
)
_TOO_LARGE = re.compile("request too large", re.IGNORECASE)
_FILTERED = re.compile(r"content[_ ](filter|policy|management)|safety system|flagged|moderation", re.IGNORECASE)
_OUT_OF_CREDIT = re.compile(
    r"insufficient_quota|exceeded your current quota|billing|credit balance|insufficient[ _](credits?|balance|funds)|"
    r"(not enough|out of|no) credits?\b|payment required|arrearage|余额不足",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"invalid_api_key|invalid_authentication|authentication_error|"
    r"(invalid|incorrect|missing|wrong|expired|no|bad|unknown)[\w ]{0,16}(api[ _-]?key|credentials?|authorization)|"
    r"api[ _-]?key\W{0,3}(is |was )?(not |in)?(valid|correct|found|missing|required|expired|provided)",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"model_not_found|deploymentnotfound|unknown_model|no models? (is |are )?(currently )?loaded|"
    r"(unknown|no such|invalid|nonexistent) model\b(?! (parameter|argument|option|output|response))|"
    r"\bmodel\b(?P<between>(?:[^.;]|\.(?=\S)){0,100}?)\b(not found|does(n't| not) exist|not exist|"
    r"is not (a valid|available|found)|isn't a valid|unavailable for)|\bmodel (identifier|id|name)\b.{0,30}\binvalid|"
    r"not a valid model|unable to access model|no endpoints found for\b",
    re.IGNORECASE,
)
_RATE = re.compile(r"rate.?limit|too many requests|throttl|resource.?exhausted", re.IGNORECASE)
_LONG_QUOTA = re.compile(r"per[ _-]?(day|week|month)\b|\b(daily|weekly|monthly)\b|\b[RT]PD\b", re.IGNORECASE)
_SYSTEM_ROLE = re.compile(
    r"\b(system|developer)\W{0,3}\s*(role|messages?|prompts?|instructions?|turns?)\b|"
    r"\broles?\W{1,6}(system|developer)\b|support\w* \W?(system|developer)\b|messages\[0\]\.role|"
    r"(unexpected|unknown|invalid|incorrect|unsupported)( message)? role|roles? must alternate|"
    r"must (start|begin) with (a |the )?\W?user|first message.{0,40}user|only.{0,12}user.{0,8}assistant.{0,24}roles?",
    re.IGNORECASE,
)
_STREAMING = re.compile(
    r"\bnon[- _]?stream\w*|without stream|stream\W{1,4}(must|has to|needs?|should|is required|true)|"
    r"(only|must|requires?|required|need|needs|enable|set|please|use)\b[^.]{0,60}?\bstream(ing|ed)?\b|"
    r"\bstream(ing)?\b[^.]{0,24}\b(only|is required|required|must|mandatory)",
    re.IGNORECASE,
)
_UNSTREAMABLE = re.compile(
    r"to stream this model|stream_options|(?<!non[-_ ])stream\w* (is |are )?not (supported|allowed)", re.IGNORECASE
)
_FORMAT = re.compile(
    r"response[_ ]?format|json[_ ]?schema|json[_ ]?object|json[_ ]?mode|structured[_ ]?(output|generation|decoding)|"
    r"\bschemas?\b|grammar|guided[_ ]?(json|decod)|xgrammar|llguidance|\btools?\b|\btool[_ ](choice|use|calls?)|"
    r"function[_ ]call|constrained",
    re.IGNORECASE,
)
_REFUSING = re.compile(
    r"un(supported|known|recogni[sz]ed|expected|able|available)|\bnot\b|n't\b|\bno\b|\bonly\b|\bmust\b|\bcannot\b|"
    r"\bbad\b|invalid|incorrect|wrong|illegal|missing|incompatible|deprecated|disabled|forbidden|reject|require|"
    r"fail(ed|ure)|error|extra|exceed|at most|less than|between|either|too (large|complex|deep|long|many)",
    re.IGNORECASE,
)
_PARAMETERS = re.compile(r"\b(requested|given|these|some) parameters?\b|parameters? .{0,24}support", re.IGNORECASE)
_TOKENS = re.compile(
    r"max_(completion_|output_|new_)?tokens\W.{0,80}?"
    r"(too large|exceeds?|at most|less than|greater|must be|between|invalid)",
    re.IGNORECASE,
)
#: Other names for the same, by what this client sends.
_ALIASES = {"max_completion_tokens": ("max_tokens", "max_output_tokens", "max_new_tokens")}
#: Members whose values repeat what was sent: a prompt may speak of anything.
_ECHOES = frozenset({"input", "ctx", "url", "failed_generation", "request", "messages", "prompt", "body"})
_HEADLINES = (
    "error",
    "message",
    "detail",
    "msg",
    "error_msg",
    "error_message",
    "errorMessage",
    "status_msg",
    "base_resp",
    "errors",
)
_WORDS_MAX = 1_000
_WAIT = re.compile(
    r"(?:try again|retry|wait|resets?|retryDelay|available again)\W{0,4}(?:in|after|for)?[\s:\"']*"
    r"((?:\d+(?:\.\d+)?\s*(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)\s*)+)",
    re.IGNORECASE,
)
_PIECE = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|milli|s|m|h|d)", re.IGNORECASE)
_SECONDS = {"ms": 0.001, "milli": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


def body_of(error: "openai.APIStatusError") -> Any:
    """Return the body of the answer: JSON, or its text."""
    try:
        return error.response.json()
    except (ValueError, RecursionError):
        return error.response.text


def words_of(body: Any) -> str:
    """Return all that the body says, without what it repeats of the request; each text is cut."""
    return " | ".join(_texts(body, "", 0))[: 8 * _WORDS_MAX]


def _texts(value: Any, name: str, depth: int) -> Iterator[str]:
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        with contextlib.suppress(ValueError, RecursionError):
            value = json.loads(value)  # a router's: what the provider behind it said
    if isinstance(value, dict) and depth < 8:
        for key, member in list(value.items())[:40]:
            if key not in _ECHOES:
                yield from _texts(member, str(key), depth + 1)
    elif isinstance(value, list | tuple) and depth < 8:
        if all(isinstance(item, str | int) for item in value):  # a place, such as ["body", "temperature"]
            yield ".".join(map(str, value[:20]))[:_WORDS_MAX]
        else:
            for item in value[:20]:
                yield from _texts(item, "", depth + 1)
    elif isinstance(value, str):
        yield f"{name} {value[:_WORDS_MAX]}" if name in ("retryDelay",) else value[:_WORDS_MAX]


def headline_of(body: Any, fallback: str) -> str:
    """Return the sentence of the body that says what is wrong."""
    return " ".join((_headline(body, 0) or fallback).split())


def _headline(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict) and depth < 5:
        metadata = value.get("metadata")
        if isinstance(metadata, dict) and metadata.get("raw"):
            return f"{value.get('message', '')}: {words_of(metadata['raw'])}"
        found = next((value[name] for name in _HEADLINES if value.get(name)), None)
        if found is not None and "loc" not in value:
            return _headline(found, depth + 1)
    return json.dumps(value, default=str, ensure_ascii=False) if value else ""


def is_too_long(words: str, *, of_limits: bool = False) -> bool:
    """Tell whether the prompt is longer than the model can take; `of_limits`: said where too much was asked."""
    return (_TOO_LARGE if of_limits else _CONTEXT).search(words) is not None


def is_filtered(words: str) -> bool:
    """Tell whether the content was refused."""
    return _FILTERED.search(words) is not None


def is_out_of_credit(words: str) -> bool:
    """Tell whether there is no money left; a limit that passes by itself is none, whatever it is called."""
    return _OUT_OF_CREDIT.search(words) is not None and wait_in(words) is None


def is_key_refused(words: str) -> bool:
    """Tell whether the key is wrong or missing."""
    return _KEY.search(words) is not None


def is_model_unknown(words: str) -> bool:
    """Tell whether there is no such model."""
    found = _MODEL.search(words)
    return found is not None and not _FORMAT.search(found["between"] or "")


def is_rate_limit(words: str) -> bool:
    """Tell whether too much was asked."""
    return _RATE.search(words) is not None


def is_long_quota(words: str) -> bool:
    """Tell whether the limit is that of a day or more."""
    return _LONG_QUOTA.search(words) is not None


def wait_in(words: str) -> float | None:
    """Return the seconds that the words ask to wait, or None."""
    found = _WAIT.search(words)
    if found is None:
        return None
    return sum(float(number) * _SECONDS[unit.lower()] for number, unit in _PIECE.findall(found[1]))


def refused_part(words: str, param: str | None, sent: Iterable[str]) -> str | None:
    """Return what of the request the words refuse: a member among those `sent`, SYSTEM, STREAM, FORMAT, or None.

    `param` is what the endpoint itself names as the refused parameter.
    """
    sent = frozenset(sent)
    if STREAM in sent and _STREAMING.search(words) and not _UNSTREAMABLE.search(words):
        return STREAM
    if (named := _member(words, param, sent)) is not None:
        return named
    if SYSTEM in sent and _SYSTEM_ROLE.search(words) and _REFUSING.search(words):
        return SYSTEM
    if (_FORMAT.search(words) and _REFUSING.search(words)) or _PARAMETERS.search(words):
        return FORMAT
    return None


def is_about_tokens(words: str) -> bool:
    """Tell whether it is the limit of the answer's tokens that is too high, not the prompt that is too long."""
    return _TOKENS.search(words) is not None


def _member(words: str, param: str | None, sent: frozenset[str]) -> str | None:
    root = re.split(r"[.\[]", param)[0] if isinstance(param, str) else None
    for member in sorted(sent - {SYSTEM, STREAM, FORMAT}, key=len, reverse=True):
        names = (member, *_ALIASES.get(member, ()))
        if root in names:
            return member
        pattern = "|".join(map(re.escape, names))
        if re.search(rf"(?<![\w-])(?:{pattern})(?![\w-])", words) and _REFUSING.search(words):
            return member
    return None
