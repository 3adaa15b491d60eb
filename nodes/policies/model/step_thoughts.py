"""Thoughts before calls, which the writer gives beside the words of a turn, in the same answer.

On a rewrite only those are asked for again that something was found wrong with; the words have their own findings
(`rewriting.py`).
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeVar, cast

from graph.record import Finding
from nodes.policies.base import SynthesizeRequest
from nodes.policies.model.answers import (
    Answer,
    DialogueAnswer,
    DialogueRewriteAnswer,
    DraftAnswer,
    RewriteAnswer,
    ThoughtAnswer,
    list_of,
    schema_of,
)
from nodes.policies.model.rewriting import is_rewrite
from nodes.policies.model.sections import shortened
from nodes.proofs.thoughts import MAX_CHARACTERS

_PLACE = re.compile(r"/turns/(\d+)/thoughts(?:/(.+))?\Z")
_FOUND_CHARACTERS = 300
_THOUGHTS = {"thoughts": list_of(step={"type": "string"}, thought={"type": "string"})}
_FORM = '"thoughts": [{"step": "s1", "thought": "…"}, …]'
_WANTED = (
    "Beside the words, for each call named below, what the assistant thinks just before it makes it, in one to three "
    "sentences of its own voice: what is wanted, what is missing for it, and why this call with these values. It knows "
    "the messages, the setting and the results of the calls that this one builds on, and nothing else: no figure, "
    "date, time, name or wording that only a later result or this call's own has. No references such as s1, no links."
)

_A = TypeVar("_A", bound=Answer)


class ThoughtfulDraft(DraftAnswer):
    """A draft with thoughts."""

    members: ClassVar[dict[str, Any]] = {**schema_of(DraftAnswer)["properties"], **_THOUGHTS}


class ThoughtfulRewrite(RewriteAnswer):
    """What changes of a draft, thoughts among it."""

    members: ClassVar[dict[str, Any]] = {**schema_of(RewriteAnswer)["properties"], **_THOUGHTS}


class ThoughtfulDialogue(DialogueAnswer):
    """The turns of a dialogue, and the thoughts before their calls."""

    members: ClassVar[dict[str, Any]] = {**schema_of(DialogueAnswer)["properties"], **_THOUGHTS}


class ThoughtfulDialogueRewrite(DialogueRewriteAnswer):
    """What changes of a dialogue, thoughts among it."""

    members: ClassVar[dict[str, Any]] = {**schema_of(DialogueRewriteAnswer)["properties"], **_THOUGHTS}


_THOUGHTFUL: dict[type[Answer], type[Answer]] = {
    DraftAnswer: ThoughtfulDraft,
    RewriteAnswer: ThoughtfulRewrite,
    DialogueAnswer: ThoughtfulDialogue,
    DialogueRewriteAnswer: ThoughtfulDialogueRewrite,
}


def answer_of(answer: type[_A], request: SynthesizeRequest) -> type[_A]:
    """Return what the model is asked to answer with: the same, with thoughts where some are wanted."""
    return cast(type[_A], _THOUGHTFUL[answer]) if wanted_steps(request) else answer


def words_alone(request: SynthesizeRequest) -> SynthesizeRequest:
    """Return the request without what was found wrong with thoughts."""
    left = [finding for finding in request.findings if not _PLACE.match(finding.where)]
    return request if len(left) == len(request.findings) else request.model_copy(update={"findings": left})


def wanted_steps(request: SynthesizeRequest) -> list[str]:
    """Return the steps whose thoughts are asked for: all of a first draft, else those that do not hold."""
    if not request.thoughts:
        return []
    names = [name for turn in request.plan.turns[request.first : request.last + 1] for name in turn.steps]
    if not is_rewrite(request):
        return names
    faulty = {place[2] for finding in request.findings if (place := _PLACE.match(finding.where))}
    return [name for name in names if name in faulty]


def asked_words(request: SynthesizeRequest) -> str:
    """Return what is asked of thoughts in one line, to stand before the answer's form; empty where none are."""
    if not (names := wanted_steps(request)):
        return ""
    tools = {step.id: step.tool for step in request.steps}
    calls = ", ".join(f"{name} ({tools[name]})" for name in names if name in tools)
    said = [_WANTED, f"Calls that want a thought: {calls}."]
    if found := [_found(finding) for finding in request.findings if _PLACE.match(finding.where)]:
        said.append(f"Found wrong with the last thoughts: {'; '.join(found)}.")
    return " ".join(said)


def with_form(form: str, request: SynthesizeRequest) -> str:
    """Return the words about the answer's form with thoughts as its last member, where some are wanted."""
    if not wanted_steps(request):
        return form
    head, brace, tail = form.rpartition("}")
    return f"{asked_words(request)} {head}, {_FORM}{brace}{tail}"


def problems_of(thoughts: Sequence[ThoughtAnswer], request: SynthesizeRequest) -> list[str]:
    """Return what is wrong with the thoughts of an answer, so that it is asked for again at once."""
    given = as_thoughts(thoughts, request)
    problems = [f"/thoughts: none is of {name}" for name in wanted_steps(request) if name not in given]
    long = (name for name, text in given.items() if len(text) > MAX_CHARACTERS)
    return [*problems, *(f"/thoughts: that of {name} is over {MAX_CHARACTERS} characters long" for name in long)]


def as_thoughts(thoughts: Iterable[ThoughtAnswer], request: SynthesizeRequest) -> dict[str, str]:
    """Return the thoughts by step, those that were asked for."""
    wanted = set(wanted_steps(request))
    return {each.step: text for each in thoughts if each.step in wanted and (text := each.thought.strip())}


def _found(finding: Finding) -> str:
    return shortened(" ".join(finding.message.split()), _FOUND_CHARACTERS)
