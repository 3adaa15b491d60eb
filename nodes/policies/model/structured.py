"""Asking for an answer of a given shape: the ladder of ways, validation, and one chance to mend it.

The ways are those of `Rung`: a JSON Schema, a call of a tool, JSON mode, plain text with a JSON block, and the same
as one message of the user with no member beside. A way that the endpoint refuses, or whose format the model ignores,
is left for the next one; a member that it refuses by name is left out, or put otherwise. The process remembers what
worked. A schema is sent as a dict and not strict: tools' arguments are free-form objects, which strict schemas forbid.
"""

import json
import logging
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from graph.record import Role, RoleUsage
from nodes.policies.base import PolicyError, PolicyFailure, PolicySetupError
from nodes.policies.model.answers import Answer, schema_of
from nodes.policies.model.cache import ResponseCache, cache_key
from nodes.policies.model.endpoint import ModelMemory, Rung, endpoint
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.reading import UnreadableError, json_candidates
from nodes.policies.model.refusals import FORMAT, STREAM, SYSTEM
from nodes.policies.model.settings import AskSettings, scrubbed
from nodes.policies.model.transport import Completion, Message, RequestRefusedError, Transport
from nodes.policies.model.wrappers import ANSWER_TOOL, forms
from prompts import Prompt

log = logging.getLogger(__name__)

A = TypeVar("A", bound=Answer)

_TRIES = 2
_QUOTED_MAX = 1_500
_PROBLEMS_MAX = 8
_PROBLEM_CHARACTERS = 240


class _Unusable(Exception):
    """An answer that is not what was asked for."""

    def __init__(self, problems: list[str], kind: PolicyFailure, *, format_ignored: bool = False) -> None:
        super().__init__("; ".join(problems))
        self.problems = [problem[:_PROBLEM_CHARACTERS] for problem in problems[:_PROBLEMS_MAX]]
        self.kind: PolicyFailure = kind
        self.format_ignored = format_ignored


class Asker:
    """Asks one role's model. Holds no state of a sample."""

    def __init__(self, settings: AskSettings, role: Role, limits: RetryLimits | None = None) -> None:
        self._settings = settings
        self._role: Role = role
        self._transport = Transport(settings, role, limits)
        self._cache = ResponseCache(settings.response_cache) if settings.response_cache else None

    async def ask(
        self,
        prompt: Prompt,
        answer: type[A],
        check: Callable[[A], list[str]],
        seed: int,
        since: Sequence[Message] = (),
    ) -> tuple[A, RoleUsage]:
        """Return a valid answer and what it took.

        `since` is what was said after the prompt: the model's answers and what came of them, the user last.
        `check` returns what is wrong with an answer that has the right shape; it is told to the model once,
        with the exact errors, as are violations of the shape. `seed` tells samples apart in the cache. Raises
        PolicyError, which carries the usage, and PolicySetupError.
        """
        usage = RoleUsage()
        memory = endpoint(self._settings.base_url).memory(self._settings.model)
        asked: list[Message] = [("system", prompt.system), ("user", prompt.user), *since]
        messages = asked
        rung = memory.rung
        ignored: list[Rung] = []
        fresh: list[tuple[str, dict[str, Any]]] = []
        for remaining in reversed(range(_TRIES)):
            stored, key = None, ""
            if self._cache:
                key = self._key(messages, answer, seed, remaining)
                stored = await self._cache.get(key)
            if stored is None:
                completion, rung = await self._send(messages, answer, max(rung, memory.rung), memory, usage)
                if self._cache:
                    fresh.append((key, completion.as_json()))
            else:
                completion = Completion(**stored)
            try:
                value = _read(completion, answer, check, self._settings)
            except _Unusable as error:
                if not remaining:
                    message = f"{self._settings.model}: {scrubbed(error, self._settings)}"
                    raise PolicyError(message, kind=error.kind, usage=usage) from None
                if error.format_ignored and stored is None and rung < Rung.TEXT:
                    ignored.append(rung)
                    rung = Rung(rung + 1)
                messages = [*asked, *_mending(completion, error)]
                continue
            if stored is None:
                for left in ignored:
                    memory.ignored(left)
                memory.followed(rung)
            if self._cache:
                await self._cache.put(fresh)
            return value, usage
        raise AssertionError("the last try returns or raises")

    def _key(self, messages: list[Message], answer: type[Answer], seed: int, remaining: int) -> str:
        # Not the rung: it is a way to ask for the same, found out anew by each process.
        settings = self._settings
        return cache_key(
            {
                "url": settings.base_url,
                "model": settings.model,
                "messages": messages,
                "schema": schema_of(answer),
                "seed": seed,
                "remaining": remaining,
                "temperature": settings.temperature,
                "reasoning_effort": settings.reasoning_effort,
                "max_answer_tokens": settings.max_answer_tokens,
                "extra_body": settings.extra_body,
            }
        )

    async def _send(
        self, messages: list[Message], answer: type[Answer], rung: Rung, memory: ModelMemory, usage: RoleUsage
    ) -> tuple[Completion, Rung]:
        """Return an answer and the rung it came on, going down while the endpoint refuses the request."""
        first = rung
        while True:
            request = self._request(messages, answer, rung, memory)
            try:
                completion = await self._transport.send(
                    request.messages, request.body, usage, sent=request.sent, proven=rung in memory.proven
                )
            except RequestRefusedError as error:
                if error.refused is not None and error.refused != FORMAT:
                    # Named: it is left out, or put otherwise. What was sent can be refused once only.
                    if error.refused not in memory.refused:
                        log.warning("%s refuses %s: asking without it", self._settings.model, error.refused)
                        memory.refused.add(error.refused)
                elif rung < Rung.BARE:
                    below = max(Rung(rung + 1), memory.rung)
                    if error.refused == FORMAT and rung not in memory.proven:
                        memory.lower_to(below)  # for all, at once: others are about to ask
                    rung = below
                elif memory.proven:
                    raise PolicyError(str(error), kind=error.kind, usage=usage) from None
                else:
                    raise PolicySetupError(
                        f"{error} Every way of asking was refused: with a JSON Schema, a tool, in JSON mode, as text, "
                        f"without any parameter. Check the model's name and base_url, and what {self._role} sends "
                        "(extra_body, temperature, reasoning_effort)."
                    ) from None
                continue
            if rung > first and not memory.proven:
                memory.lower_to(rung)
            elif rung > first:
                memory.ignored(first)  # it was answered there before: the next request may be again
            memory.proven.add(rung)
            return completion, rung

    def _request(self, messages: list[Message], answer: type[Answer], rung: Rung, memory: ModelMemory) -> "_Request":
        """Return the request on a rung, without what the endpoint has refused."""
        settings = self._settings
        body: dict[str, Any] = {}
        # In `extra_body`: with `response_format` as such the client parses answers and raises on cut ones.
        extra: dict[str, Any] = json.loads(settings.extra_body)
        if settings.temperature is not None:
            body["temperature"] = settings.temperature
        if settings.reasoning_effort is not None:
            body["reasoning_effort"] = settings.reasoning_effort
        tokens = "max_completion_tokens" if "max_completion_tokens" not in memory.refused else "max_tokens"
        extra[tokens] = settings.max_answer_tokens
        if rung is Rung.TOOL_CALL:
            body["tool_choice"] = {"type": "function", "function": {"name": ANSWER_TOOL}}
        if STREAM in memory.refused:
            extra |= {"stream": True, "stream_options": {"include_usage": True}}
        bare = rung is Rung.BARE
        for members in (body, extra):
            for name in [name for name in members if name in memory.refused or (bare and name != "stream")]:
                del members[name]
        sent = {*body, *extra} - {"stream"}
        match rung:
            case Rung.JSON_SCHEMA:
                shape: dict[str, Any] = {"name": self._role, "schema": schema_of(answer)}
                if "strict" not in memory.refused:
                    shape["strict"] = False
                    sent.add("strict")
                extra["response_format"] = {"type": "json_schema", "json_schema": shape}
            case Rung.TOOL_CALL:
                function = {"name": ANSWER_TOOL, "description": "Give the answer.", "parameters": schema_of(answer)}
                body["tools"] = [{"type": "function", "function": function}]
            case Rung.JSON_MODE:
                extra["response_format"] = {"type": "json_object"}
        if extra:
            body["extra_body"] = extra
        said = _messages(messages, answer, rung)
        if SYSTEM in memory.refused or bare:
            (_, system), (role, user), *rest = said
            said = [(role, f"{system.strip()}\n\n{user}"), *rest]
        else:
            sent.add(SYSTEM)
        return _Request(said, body, frozenset(sent if STREAM in memory.refused else {*sent, STREAM}))


class _Request(NamedTuple):
    """Messages, further members, and what of them can be left out or put otherwise."""

    messages: list[Message]
    body: dict[str, Any]
    sent: frozenset[str]


def _messages(messages: list[Message], answer: type[Answer], rung: Rung) -> list[Message]:
    """Return the messages with the shape in words where the request does not carry it."""
    if rung < Rung.JSON_MODE:
        return messages
    shape = json.dumps(schema_of(answer), separators=(",", ":"))
    where = "one JSON object" if rung is Rung.JSON_MODE else "one JSON object in a ```json block and nothing else"
    (role, system), *rest = messages
    return [(role, f"{system}\n\nAnswer with {where}, of this JSON Schema:\n{shape}"), *rest]


def _mending(completion: Completion, error: _Unusable) -> list[Message]:
    """Return what the model said, cut, and what is wrong with it."""
    if error.kind == "refused":
        return []
    said = (completion.arguments if completion.arguments is not None else completion.text).strip()
    wrong = "\n".join(f"- {problem}" for problem in error.problems)
    ask = f"That answer cannot be used:\n{wrong}\nAnswer again, in full, with this put right."
    return [("assistant", said[:_QUOTED_MAX] or "(empty)"), ("user", ask)]


def _read(completion: Completion, answer: type[A], check: Callable[[A], list[str]], settings: AskSettings) -> A:
    """Return the valid answer or raise _Unusable with the exact errors.

    Of all that may be the answer the last that is valid is; what is told is wrong with the last.
    """
    if completion.refusal or completion.finish == "content_filter":
        raise _Unusable([f"the model refused: {completion.refusal or 'content filter'}"], "refused")
    was_cut = completion.finish == "length"
    members = frozenset(schema_of(answer)["properties"])
    wrong: _Unusable | None = None
    for candidate in _candidates(completion, cut=was_cut, settings=settings):
        for form in forms(candidate, members):
            try:
                value = answer.model_validate(form)
            except ValidationError as error:
                wrong = wrong or _Unusable(_in_words(error), "invalid_answer")
                continue
            problems = check(value)
            if not problems:
                return value
            wrong = wrong or _Unusable(problems, "invalid_answer")
    if was_cut:
        raise _cut(settings)
    raise wrong or _Unusable(["the answer holds no JSON object"], "invalid_answer", format_ignored=True)


def _cut(settings: AskSettings) -> _Unusable:
    limit = f"the answer was cut after {settings.max_answer_tokens} tokens"
    return _Unusable([f"{limit}; be shorter, or raise max_answer_tokens"], "cut_answer")


def _candidates(completion: Completion, *, cut: bool, settings: AskSettings) -> list[Any]:
    """Return what may be the answer: what calls give, then what the text holds. Raises _Unusable where nothing may."""
    found: list[Any] = []
    unreadable: UnreadableError | None = None
    for said in (completion.arguments, completion.text):
        if said is None or (not said.strip() and found):
            continue
        try:
            found += json_candidates(said, cut=cut)
        except UnreadableError as error:
            unreadable = error
    if found or unreadable is None:
        return found
    if cut:
        raise _cut(settings)
    raise _Unusable([str(unreadable)], "invalid_answer", format_ignored=not unreadable.is_json)


def _in_words(error: ValidationError) -> list[str]:
    return [
        f"/{'/'.join(map(str, wrong['loc']))}: {wrong['msg']}"
        for wrong in error.errors(include_input=False, include_url=False)
    ]
