"""The endpoint's drafts: what it reads of a writer's prompt, what it answers to a rewrite, and its bad marks."""

import random
from typing import Any

import pytest

from bench.endpoint import answers as endpoint_answers
from bench.endpoint import reading as endpoint_reading
from bench.endpoint.bad_marks import BAD_MARKS, BadMark, spoil_marks
from graph.record import Finding, Step
from nodes.marks.parse import parse
from nodes.policies.base import MarkedText, SynthesizeRequest, Written, WrittenTurn
from nodes.policies.model import rewriting, sections, writing
from nodes.policies.model.results_text import results_text
from prompts import render
from tests.unit.nodes.policies.model.conftest import SUN, TOOLS, view_members

ARGUMENTS = {"lat": 60.5, "lon": 5.25, "date": "2026-03-01"}
RESULT = {"sunrise": "06:11", "by day": [{"a/b": 1, "note": "s1/x=2"}, {"a/b": 2, "note": None}], "none": []}
STEP = Step(id="s1", tool="sun_times", arguments=ARGUMENTS, result=RESULT)


def asked(**changes: Any) -> SynthesizeRequest:
    members = {**view_members(steps=[STEP], chains=[["s1"]]), "tools": {SUN.name: SUN}}
    return SynthesizeRequest(**{**members, **changes})


def told(request: SynthesizeRequest) -> dict[str, str]:
    """What the endpoint makes of the prompt for the request."""
    prompt = render(
        "synthesize",
        setting=sections.setting(request.context),
        chain=writing.calls(request),
        results=results_text(request.steps),
        say=writing.must_say(request, writing.said_values(request)),
        hide=writing.must_hide(request, writing.said_values(request)),
        ends=writing.ends(request),
        style=writing.style(request),
        ingredients=sections.asker(request.ingredients),
        rewrite=rewriting.rewrite(request),
        answer=rewriting.answer_form(request),
    )
    messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
    assert endpoint_reading.role_of(messages) == "synthesize"
    return endpoint_reading.variables_of("synthesize", messages)


@pytest.mark.parametrize("result", [RESULT, 42, [], {"rows": [{"n": number} for number in range(30)]}, "a b", None])
def test_results_are_read_as_they_are_shown(result: Any) -> None:
    request = asked(steps=[STEP.model_copy(update={"result": result})])
    read = endpoint_reading.synthesize_request(told(request), TOOLS, 1)
    assert read.steps[0].result == result
    assert read.previous is None


def test_a_rewrite_is_read_and_answered_with_what_it_asks_for() -> None:
    query = MarkedText(text="When is sunrise at 60.5, 5.25 on 1 March 2026?")
    last = Written(turns=[WrittenTurn(query=query, response=MarkedText(text="At 06:11."))])
    untold = Finding(promise="cited", code="untold", message="nothing of s1 is told", where="/turns/0/steps/0/result")
    date = Finding(promise="grounded", code="no_source", message="s1: /date", where="/turns/0/steps/0/arguments/date")
    variables = told(asked(previous=last, findings=[untold, date]))
    read = endpoint_reading.synthesize_request(variables, TOOLS, 1)
    assert read.previous == last
    wanted = endpoint_reading.asked_words(variables["rewrite"])
    assert wanted[1] == ("query", ["s1/date"])
    assert endpoint_reading.asked_halves(variables["answer"]) == []
    answer = endpoint_answers.redraft(read, [], wanted)
    assert answer["query"] is None
    assert answer["response"] is None
    assert answer["marks"] == [
        {"half": "response", "words": "06:11", "target": "s1/sunrise"},
        {"half": "query", "words": "1 March 2026", "target": "s1/date"},
    ]


DRAFT = {
    "query": "[When is sunrise](s1) on [1 March](s1/date)?",
    "response": "It rises at [06:11](s1/sunrise), sets at [17:35](s1/sunset) and that is early. It takes 30 minutes.",
}


@pytest.mark.parametrize("kind", BAD_MARKS)
def test_a_bad_mark_changes_marks_or_one_figure(kind: BadMark) -> None:
    spoilt = spoil_marks(DRAFT, kind, random.Random(1))
    assert spoilt is not None
    assert spoilt != DRAFT
    for half in ("query", "response"):
        was, now = parse(DRAFT[half]).text, parse(spoilt[half]).text
        changed = [one for one, other in zip(was, now, strict=True) if one != other]
        assert len(changed) == (kind == "wrong_figure" and half == "response")
    assert spoil_marks({"query": "When?", "response": "Now."}, kind, random.Random(1)) is None
    assert spoil_marks({"query": None, "response": None, "marks": []}, kind, random.Random(1)) is None
