"""What the writer is asked for again: the half that is faulty, or only which words of the last draft say what.

A mark that is missing is asked for by its reference, "Which words of the query ask for s3 (planet_in_the_sky)?", and
no draft is written anew for it. Everything else goes back as what was found wrong with one half, the query or the
response, and what the record has instead. Of a dialogue the halves are those of its turns, and only turns with a
fault are written anew.
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

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
_HALF_CHARACTERS: dict[Half, int] = {"query": 6_000, "response": 16_000}
HALVES: tuple[Half, ...] = tuple(_HALF_CHARACTERS)
_REFERENCES = 6
_OF_ALL_QUERIES = ("unnatural", "nobody_asks")
_RESPONSE = re.compile(r"/turns/\d+/(?:response|tells|declines|questions|steps/\d+/result)")
_TURN = re.compile(r"/turns/(\d+)")
_STEP_NAME = re.compile(r"\b[sx]\d+\b")
_ARGUMENT = re.compile(r"/turns/\d+/(?:steps/\d+|refuses)/arguments(/.*)")
_AWAITED = re.compile(r"marked as asking for (s\d+/\S+)")
_GIVER = re.compile(r"the (query|response) of turn (\d+) gives it")


class Place(NamedTuple):
    """A half of a turn."""

    turn: int
    half: Half


def is_rewrite(request: SynthesizeRequest) -> bool:
    """Say whether there is a draft to be mended."""
    last = request.last_draft()
    return bool(last) and all(turn.query.text and turn.response.text for turn in last)


def faulty_places(request: SynthesizeRequest) -> list[Place]:
    """Return the halves that are to be written anew: all in a first draft, none where only marks are missing."""
    if not is_rewrite(request):
        return _all_places(request)
    faulty = {_place(finding, request) for finding in request.findings if _is_fault(finding, request)}
    faulty.update(_of_all(request))
    return [place for place in _all_places(request) if place in faulty]


def concerned_places(request: SynthesizeRequest) -> list[Place]:
    """Return the halves that anything at all is asked about."""
    if not is_rewrite(request):
        return _all_places(request)
    concerned = {_place(finding, request) for finding in request.findings} | set(_of_all(request))
    return [place for place in _all_places(request) if place in concerned] or _all_places(request)


def faulty_halves(request: SynthesizeRequest) -> list[Half]:
    """Return the halves of any turn that are to be written anew."""
    return list(dict.fromkeys(place.half for place in faulty_places(request)))


def concerned_halves(request: SynthesizeRequest) -> list[Half]:
    """Return the halves of any turn that anything at all is asked about."""
    return list(dict.fromkeys(place.half for place in concerned_places(request)))


def _all_places(request: SynthesizeRequest) -> list[Place]:
    return [Place(turn, half) for turn in range(request.first, request.last + 1) for half in _HALF_CHARACTERS]


def _of_all(request: SynthesizeRequest) -> list[Place]:
    """Return all queries where a judge found that nobody writes so."""
    is_judged = any(finding.code in _OF_ALL_QUERIES for finding in request.findings)
    return [place for place in _all_places(request) if is_judged and place.half == "query"]


def rewrite(request: SynthesizeRequest) -> str:
    """Return what is to be mended; empty for a first draft."""
    if not is_rewrite(request):
        return ""
    faults = [each for each in request.findings if _is_fault(each, request)]
    others = [each for each in request.findings if each not in faults]
    questions = list(dict.fromkeys(asked for each in others for asked in _questions(each, request)))
    again = f" ({request.repairs} so far; what is found wrong again, do otherwise)" if request.repairs > 1 else ""
    lines = [f"This is a rewrite of what you wrote last{again}:"]
    for place in concerned_places(request):
        written = request.last_draft()[place.turn - request.first]
        text = render(as_marked(written.query if place.half == "query" else written.response))
        lines.append(f"{_called(place, request)}: {shortened(text, _HALF_CHARACTERS[place.half])}")
    if faults:
        lines += ["Found wrong; put it right and change nothing else:", _found(faults, request)]
    if questions:
        lines += ["Words without a link; copy them as they stand there:", listed(questions)]
    return "\n".join(lines) + "\n"


def _called(place: Place, request: SynthesizeRequest) -> str:
    return f"Turn {place.turn} {place.half}" if is_dialogue(request) else place.half.capitalize()


def is_dialogue(request: SynthesizeRequest) -> bool:
    """Say whether the request is for a turn among others."""
    return len(request.plan.turns) > 1


def _found(findings: Sequence[Finding], request: SynthesizeRequest) -> str:
    lines = []
    for each in findings[:_FINDINGS]:
        message = shortened(each.message + (f"; {each.because}" if each.because else ""), _FINDING_CHARACTERS)
        place = _place(each, request)
        lines.append(f"{_called(place, request) if is_dialogue(request) else place.half}: {message}")
    return listed(lines)


def answer_form(request: SynthesizeRequest) -> str:
    """Return in which form the answer is wanted; of a rewrite only what changes."""
    if not is_rewrite(request):
        return 'Answer as {"query": "…", "response": "…"}.'
    halves = faulty_halves(request)
    marks = not all(_is_fault(finding, request) for finding in request.findings)
    members = [f'"{half}": "…"' if half in halves else f'"{half}": null' for half in _HALF_CHARACTERS]
    form = '"marks": [{"half": "query", "words": "…", "target": "s3"}, …]' if marks else '"marks": []'
    whole = f"The {' and the '.join(halves)} whole, with all links. " if halves else ""
    answer = f"Answer as {{{', '.join([*members, form])}}}: null is what stays as it was."
    return f"{whole}{_if_missing(marks)}{answer}{_beside(marks)}"


def dialogue_form(request: SynthesizeRequest) -> str:
    """Return in which form the answer is wanted of turns; of a rewrite only those that change."""
    if not is_rewrite(request):
        several = "in order, one each" if request.last > request.first else "it alone"
        span = f"{request.first} to {request.last}" if request.last > request.first else f"{request.first}"
        return f'Turn {span}, {several}. Answer as {{"turns": [{{"query": "…", "response": "…"}}, …]}}.'
    marks = not all(_is_fault(finding, request) for finding in request.findings)
    places = faulty_places(request)
    turns = []
    for turn in dict.fromkeys(place.turn for place in places):
        halves = (f'"{half}": {chr(34) + "…" + chr(34) if Place(turn, half) in places else "null"}' for half in HALVES)
        turns.append(f'{{"turn": {turn}, {", ".join(halves)}}}')
    form = '"marks": [{"turn": 1, "half": "query", "words": "…", "target": "s3"}, …]' if marks else '"marks": []'
    whole = "What is written anew whole, with all links, all else as it was. " if places else ""
    answer = f'Answer as {{"turns": [{", ".join(turns)}], {form}}}: null is what stays as it was.'
    return f"{whole}{_if_missing(marks)}{answer}{_beside(marks)}"


def _if_missing(marks: bool) -> str:
    return "A half in which no words do is written anew, whole. " if marks else ""


def _beside(marks: bool) -> str:
    return "" if marks else " No marks beside it are asked for."


def place_of(words: str, target: str, request: SynthesizeRequest) -> Place:
    """Return where in the last draft the words stand; in both halves, what a step alone is asked for by."""
    found = [
        place
        for place in _all_places(request)
        if words in getattr(request.last_draft()[place.turn - request.first], place.half).text
    ]
    wanted = "response" if "/" in target else "query"
    return next((place for place in found if place.half == wanted), (found or [Place(request.first, "query")])[0])


def _place(finding: Finding, request: SynthesizeRequest) -> Place:
    """Return what is to be mended for a finding: the half that it names, if it may be written at all."""
    half: Half = "response" if _RESPONSE.match(finding.where) else "query"
    number = _TURN.match(finding.where)
    turn = int(number[1]) if number else request.first
    if finding.code == "awaited_known" and (giver := _GIVER.search(finding.message)):
        half, turn = ("query" if giver[1] == "query" else "response"), int(giver[2])
    elif finding.code == "awaited_not_given":
        turn += 1
    elif finding.code in ("not_asked", "no_source") and half == "query" and _was_wished_before(finding, turn, request):
        turn -= 1
    return Place(min(max(turn, request.first), request.last), half)


def _was_wished_before(finding: Finding, turn: int, request: SynthesizeRequest) -> bool:
    """Say whether the turn before asked back, and what is missing is not what it asked for."""
    before = request.plan.turns[turn - 1] if 0 < turn < len(request.plan.turns) else None
    step, argument = _step(finding, request), _ARGUMENT.match(finding.where)
    awaited = [(each.step, each.pointer) for each in before.awaits] if before is not None else []
    return step is not None and bool(awaited) and (step.id, argument[1] if argument else "") not in awaited


def _is_fault(finding: Finding, request: SynthesizeRequest) -> bool:
    """Say whether only writing helps; also where a half lacks so many words that it hardly says anything."""
    place = _place(finding, request)
    lacking = sum(len(_questions(each, request)) for each in request.findings if _place(each, request) == place)
    return not _questions(finding, request) or lacking > _QUESTIONS


def _questions(finding: Finding, request: SynthesizeRequest) -> list[str]:
    """Return what is asked instead of a half anew; nothing where only writing helps."""
    step = _step(finding, request)
    place = _place(finding, request)
    where = f"turn {place.turn}'s" if is_dialogue(request) else "the"
    match finding.code:
        case "not_asked" if step:
            return [_who_asks(step, where)]
        case "asks_for_many":
            return [_who_asks(step, where) for step in _steps(request) if step.id in _asked_together(request)]
        case "untold" if step:
            told = f"tell what {step.id} ({step.tool}) found or did"
            return [f"Which words of {where} response {told}? target {_within(step)}"]
        case "not_declined" if step:
            return [f"Which words of {where} response decline {step.id} ({step.tool})? target {step.id}"]
        case "not_asked_for" if step and (awaited := _AWAITED.search(finding.message)):
            return [f"Which words of {where} response name what is asked for? target {awaited[1]}"]
        case "no_source" if step and (argument := _ARGUMENT.match(finding.where)):
            pointer = argument[1]
            return [f"Which words of {where} query say {_value(step, pointer, request)}? target {step.id}{pointer}"]
        case code if code == WHICH_FIGURE:
            return [finding.message]
    return []


def _who_asks(step: Step, where: str) -> str:
    return f"Which words of {where} query ask for {step.id} ({step.tool})? target {step.id}"


def _asked_together(request: SynthesizeRequest) -> set[str]:
    """Return the steps of the last query's marks that ask for several at once."""
    marks = [mark for turn in request.last_draft() for mark in turn.query.marks]
    asked = [[name for name in mark.references if "/" not in name] for mark in marks]
    return {name for names in asked if len(names) > 1 for name in names}


def _steps(request: SynthesizeRequest) -> list[Step]:
    """Return the steps and the calls that are refused."""
    calls = (turn.refuses for turn in request.plan.turns if turn.refuses is not None)
    return [
        *request.steps,
        *(Step(id=each.id, tool=each.tool, arguments=each.arguments, result=None) for each in calls),
    ]


def _step(finding: Finding, request: SynthesizeRequest) -> Step | None:
    """Return the step that the finding names first; its position may have changed since."""
    named = _STEP_NAME.search(finding.message)
    return next((step for step in _steps(request) if named and step.id == named.group()), None)


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
