"""What the writer is asked for again: the half that is faulty, or only which words of the last draft say what.

A mark that is missing is asked for by its reference, "Which words of the query ask for s3 (planet_in_the_sky)?", and
no draft is written anew for it. Everything else goes back as what was found wrong with one half, the query or the
response, and what the record has instead.
"""

import re
from collections.abc import Sequence
from typing import Literal

from graph.record import Finding, Step
from nodes.drafts import WHICH_FIGURE, as_marked
from nodes.marks.parse import render
from nodes.policies.base import SynthesizeRequest
from nodes.policies.model.sections import shortened
from nodes.policies.model.views import listed, view
from nodes.policies.spelling import spellings
from nodes.proofs.schemas import leaf_schema
from tool_registry.json.pointer import MISSING, leaf_name, resolve, scalars

Half = Literal["query", "response"]

_FINDINGS = 12
_QUESTIONS = 16
_FINDING_CHARACTERS = 400
_HALF_CHARACTERS = {"query": 6_000, "response": 16_000}
_REFERENCES = 6
_RESPONSE = re.compile(r"/turns/\d+/(?:response|tells|steps/\d+/result)")
_STEP_NAME = re.compile(r"\bs\d+\b")
_ARGUMENT = re.compile(r"/turns/\d+/steps/\d+/arguments(/.*)")


def is_rewrite(request: SynthesizeRequest) -> bool:
    """Say whether there is a draft to be mended."""
    last = request.last_draft()
    return bool(last) and all(turn.query.text and turn.response.text for turn in last)


def faulty_halves(request: SynthesizeRequest) -> list[Half]:
    """Return the halves that are to be written anew: both in a first draft, none where only marks are missing."""
    if not is_rewrite(request):
        return ["query", "response"]
    faulty = {_half(finding) for finding in request.findings if _is_fault(finding, request)}
    return [half for half in _HALF_CHARACTERS if half in faulty]


def concerned_halves(request: SynthesizeRequest) -> list[Half]:
    """Return the halves that anything at all is asked about."""
    if not is_rewrite(request):
        return ["query", "response"]
    concerned = {_half(finding) for finding in request.findings}
    return [half for half in _HALF_CHARACTERS if half in concerned] or ["query", "response"]


def rewrite(request: SynthesizeRequest) -> str:
    """Return what is to be mended; empty for a first draft."""
    if not is_rewrite(request):
        return ""
    faults = [each for each in request.findings if _is_fault(each, request)]
    others = [each for each in request.findings if each not in faults]
    questions = list(dict.fromkeys(asked for each in others for asked in _questions(each, request)))
    again = f" ({request.repairs} so far; what is found wrong again, do otherwise)" if request.repairs > 1 else ""
    lines = [f"This is a rewrite of what you wrote last{again}:"]
    for half in concerned_halves(request):
        for turn in request.last_draft():
            text = render(as_marked(turn.query if half == "query" else turn.response))
            lines.append(f"{half.capitalize()}: {shortened(text, _HALF_CHARACTERS[half])}")
    if faults:
        lines += ["Found wrong; put it right and change nothing else:", _found(faults)]
    if questions:
        lines += ["Words without a link; copy them as they stand there:", listed(questions)]
    return "\n".join(lines) + "\n"


def _found(findings: Sequence[Finding]) -> str:
    return listed(
        f"{_half(each)}: {shortened(each.message + (f'; {each.because}' if each.because else ''), _FINDING_CHARACTERS)}"
        for each in findings[:_FINDINGS]
    )


def answer_form(request: SynthesizeRequest) -> str:
    """Return in which form the answer is wanted; of a rewrite only what changes."""
    if not is_rewrite(request):
        return 'Answer as {"query": "…", "response": "…"}.'
    halves = faulty_halves(request)
    marks = not all(_is_fault(finding, request) for finding in request.findings)
    members = [f'"{half}": "…"' if half in halves else f'"{half}": null' for half in _HALF_CHARACTERS]
    form = '"marks": [{"half": "query", "words": "…", "target": "s3"}, …]' if marks else '"marks": []'
    whole = f"The {' and the '.join(halves)} whole, with all links. " if halves else ""
    missing = "A half in which no words do is written anew, whole. " if marks else ""
    unmarked = "" if marks else " No marks beside it are asked for."
    return f"{whole}{missing}Answer as {{{', '.join([*members, form])}}}: null is what stays as it was.{unmarked}"


def half_of(words: str, target: str, request: SynthesizeRequest) -> Half:
    """Return in which half of the last draft the words stand; in both, what a step alone is asked for by."""
    last = request.last_draft()
    if not any(words in turn.response.text for turn in last):
        return "query"
    return "response" if "/" in target or not any(words in turn.query.text for turn in last) else "query"


def _half(finding: Finding) -> Half:
    return "response" if _RESPONSE.match(finding.where) else "query"


def _is_fault(finding: Finding, request: SynthesizeRequest) -> bool:
    """Say whether only writing helps; also where a half lacks so many words that it hardly says anything."""
    half = _half(finding)
    lacking = sum(len(_questions(each, request)) for each in request.findings if _half(each) == half)
    return not _questions(finding, request) or lacking > _QUESTIONS


def _questions(finding: Finding, request: SynthesizeRequest) -> list[str]:
    """Return what is asked instead of a half anew; nothing where only writing helps."""
    step = _step(finding, request)
    match finding.code:
        case "not_asked" if step:
            return [_who_asks(step)]
        case "asks_for_many":
            return [_who_asks(step) for step in request.steps if step.id in _asked_together(request)]
        case "untold" if step:
            told = f"tell what {step.id} ({step.tool}) found or did"
            return [f"Which words of the response {told}? target {_within(step)}"]
        case "no_source" if step and (argument := _ARGUMENT.match(finding.where)):
            pointer = argument[1]
            return [f"Which words of the query say {_value(step, pointer, request)}? target {step.id}{pointer}"]
        case code if code == WHICH_FIGURE:
            return [finding.message]
    return []


def _who_asks(step: Step) -> str:
    return f"Which words of the query ask for {step.id} ({step.tool})? target {step.id}"


def _asked_together(request: SynthesizeRequest) -> set[str]:
    """Return the steps of the last query's marks that ask for several at once."""
    marks = [mark for turn in request.last_draft() for mark in turn.query.marks]
    asked = [[name for name in mark.references if "/" not in name] for mark in marks]
    return {name for names in asked if len(names) > 1 for name in names}


def _step(finding: Finding, request: SynthesizeRequest) -> Step | None:
    """Return the step that the finding names first; its position may have changed since."""
    named = _STEP_NAME.search(finding.message)
    return next((step for step in request.steps if named and step.id == named.group()), None)


def _within(step: Step) -> str:
    """Return the references that a step's result may be told by, the first few."""
    places = [f"{step.id}{pointer}" for pointer, _ in scalars(step.result)]
    more = ["…"] if len(places) > _REFERENCES else []
    return " or ".join([step.id, *(place for place in places[:_REFERENCES] if place != step.id), *more])


def _value(step: Step, pointer: str, request: SynthesizeRequest) -> str:
    spec = request.tools.get(step.tool)
    schema, name = leaf_schema(spec.parameters if spec else {}, pointer), leaf_name(pointer)
    try:
        value = resolve(step.arguments, pointer)
    except ValueError:
        value = MISSING
    if value is MISSING:
        return name
    ways = spellings(value, schema, name)[:2]
    said = " or ".join(f"“{way}”" for way in ways) or view(value, 120)
    return f"{name.replace('_', ' ')} (such as {said})"
