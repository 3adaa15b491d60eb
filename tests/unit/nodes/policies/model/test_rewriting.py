"""What the writer is asked for again: the smallest thing that mends what was found."""

from typing import Any

import pytest

from graph.record import Finding, Record, Step
from nodes.drafts import WHICH_FIGURE, read_draft
from nodes.policies.base import (
    AddedMark,
    Draft,
    DraftTurn,
    MarkedSpan,
    MarkedText,
    SynthesizeRequest,
    Written,
    WrittenTurn,
)
from nodes.policies.model import rewriting
from nodes.proofs import prove
from tests.fixtures.marks import marked
from tests.unit.nodes.policies.model.conftest import HANEDA, view_members

SUN = Step(id="s2", tool="sun_times", arguments={"date": "2026-03-01"}, result={"sunrise": "06:11", "hours": 11.5})
LAST = read_draft(
    Draft(turns=[DraftTurn(query="[When is sunrise](s2) at HND on 1 March 2026?", response="At [06:11](s2/sunrise).")]),
    None,
    lambda _: False,
)


def request(*findings: Finding, previous: Written | None = LAST, **changes: Any) -> SynthesizeRequest:
    members = view_members(steps=[HANEDA, SUN], chains=[["s1", "s2"]], **changes)
    return SynthesizeRequest(**members, findings=list(findings), previous=previous)


def finding(code: str, message: str, where: str, because: str = "") -> Finding:
    return Finding(promise="cited", code=code, message=message, where=where, because=because)


LEAK = finding("leak", "the query holds 'Tokyo'", "/turns/0/query")
NOT_SAID = finding("not_said", "the response marks '06:21' with s2/sunrise", "/turns/0/tells/0", "sunrise is 06:11")
NOT_ASKED = finding("not_asked", "no words are marked as asking for s2 (sun_times)", "/turns/0/steps/0")
UNTOLD = finding("untold", "the response does not tell what s2 sun_times found", "/turns/0/steps/1/result")
NO_SOURCE = finding(
    "no_source", "s1 airport_lookup: nothing tells whence /iata comes", "/turns/0/steps/0/arguments/iata"
)
SMALL = finding(WHICH_FIGURE, "which value does '3' tell? It stands in s1 or s2. Mark it.", "/turns/0/tells/2")


def test_a_first_draft_is_wanted_whole() -> None:
    for asked in (request(previous=None), request(LEAK, previous=Written())):
        assert rewriting.rewrite(asked) == ""
        assert rewriting.answer_form(asked) == 'Answer as {"query": "…", "response": "…"}.'


def test_only_the_faulty_half_is_shown_and_wanted() -> None:
    asked = request(LEAK)
    assert "Query: [When is sunrise](s2) at HND" in rewriting.rewrite(asked)
    assert "Response:" not in rewriting.rewrite(asked)
    assert rewriting.answer_form(asked).endswith(
        'Answer as {"query": "…", "response": null, "marks": []}: null is what stays as it was. '
        "No marks beside it are asked for."
    )
    asked = request(NOT_SAID)
    assert "Response: At [06:11](s2/sunrise)." in rewriting.rewrite(asked)
    assert "Query:" not in rewriting.rewrite(asked)
    assert "- response: the response marks '06:21' with s2/sunrise; sunrise is 06:11" in rewriting.rewrite(asked)
    assert '"query": null, "response": "…"' in rewriting.answer_form(asked)


def test_what_lacks_only_marks_is_asked_for_in_words() -> None:
    told = rewriting.rewrite(request(NOT_ASKED, UNTOLD, NO_SOURCE, SMALL))
    assert "Found wrong" not in told
    assert "- Which words of the query ask for s2 (sun_times)? target s2\n" in told
    assert "tell what s2 (sun_times) found or did? target s2 or s2/sunrise or s2/hours\n" in told
    assert "- Which words of the query say iata (such as “HND”)? target s1/iata\n" in told
    assert "- which value does '3' tell? It stands in s1 or s2. Mark it.\n" in told
    assert rewriting.faulty_halves(request(NOT_ASKED, UNTOLD)) == []
    assert '"query": null, "response": null, "marks": [{' in rewriting.answer_form(request(NOT_ASKED))


def test_a_fault_and_a_missing_mark_are_asked_for_apart() -> None:
    asked = request(NOT_SAID, NOT_ASKED)
    assert rewriting.faulty_halves(asked) == ["response"]
    assert rewriting.concerned_halves(asked) == ["query", "response"]
    assert '"query": null, "response": "…", "marks": [{' in rewriting.answer_form(asked)


def test_words_that_ask_for_several_steps_are_asked_for_apart() -> None:
    draft = Draft(
        turns=[DraftTurn(query="[Where is HND and when is sunrise](s1 s2) on 1 March 2026?", response="Now.")]
    )
    last = read_draft(draft, None, lambda _: False)
    many = finding("asks_for_many", "the words are said to ask for s1 (a), s2 (b)", "/turns/0/asks/0")
    told = rewriting.rewrite(request(many, NOT_ASKED, previous=last))
    assert "ask for s1 (airport_lookup)? target s1\n" in told
    assert told.count("ask for s2 (sun_times)? target s2\n") == 1
    marks = [AddedMark(half="query", words="Where is HND", target="s1")]
    marks += [AddedMark(half="query", words="when is sunrise", target="s2")]
    mended = read_draft(Draft(marks=marks), last, lambda _: False)
    asked = [(mark.quote, mark.references) for mark in mended.turns[0].query.marks]
    assert ("Where is HND", ["s1"]) in asked
    assert all(len(references) == 1 for _, references in asked)


def test_the_step_is_known_by_its_name_though_steps_before_it_are_gone() -> None:
    moved = finding("not_asked", "no words are marked as asking for s2 (sun_times)", "/turns/0/steps/7")
    assert "ask for s2 (sun_times)?" in rewriting.rewrite(request(moved))
    gone = finding("not_asked", "no words are marked as asking for s9 (gone)", "/turns/0/steps/7")
    assert "- query: no words are marked as asking for s9 (gone)" in rewriting.rewrite(request(gone))


def test_words_say_by_themselves_in_which_half_they_stand() -> None:
    asked = request(NOT_ASKED)
    assert rewriting.place_of("When is sunrise", "s2", asked).half == "query"
    assert rewriting.place_of("06:11", "s2/sunrise", asked).half == "response"
    assert rewriting.place_of("nowhere", "s2", asked).half == "query"


@pytest.mark.parametrize("record", marked("weak"), ids=lambda record: str(record.id))
def test_of_weak_drafts_only_words_are_asked_for(record: Record) -> None:
    turn = record.turns[0]
    asks = [MarkedSpan(start=a.start, end=a.end, quote=a.quote, references=a.steps) for a in turn.asks or ()]
    query = MarkedText(text=turn.query, marks=asks)
    last = Written(turns=[WrittenTurn(query=query, response=MarkedText(text=turn.response))])
    found = prove(record).findings
    members = {**view_members(steps=turn.steps, chains=turn.chains), "context": record.context}
    members["tools"] = {spec.name: spec for spec in record.tools}
    assert rewriting.faulty_halves(SynthesizeRequest(**members, findings=found, previous=last)) == []


def test_a_half_that_lacks_nearly_all_is_written_anew() -> None:
    arguments = [f"/turns/0/steps/0/arguments/{name}" for name in "abcdefghijklmnopq"]
    found = [finding("no_source", "s1 airport_lookup: nothing gives it", where) for where in arguments]
    assert rewriting.faulty_halves(request(*found[:16])) == []
    assert rewriting.faulty_halves(request(*found)) == ["query"]
    assert "Words without a link" not in rewriting.rewrite(request(*found))
    assert "Words without a link" in rewriting.rewrite(request(*found, UNTOLD))


def test_a_rewrite_that_did_not_help_says_so() -> None:
    assert "last:\n" in rewriting.rewrite(request(LEAK, repairs=1))
    assert "last (2 so far; what is found wrong again, do otherwise):\n" in rewriting.rewrite(request(LEAK, repairs=2))
