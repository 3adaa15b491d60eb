"""Marks that are added to a draft that stands: where they go, and what they replace."""

from typing import Any

import pytest

from graph.record import RecordContext, Step, Turn
from graph.sources import StepSource, UserSource
from nodes.drafts import as_marked, open_figures, read_draft, turn_of
from nodes.marks.parse import render
from nodes.policies.base import AddedMark, Draft, DraftTurn
from nodes.screens import natural
from nodes.screens.kinds import Dialogue
from tool_registry.spec import Annotations, ToolSpec

QUERY = "[When is sunrise](s2) and how far is [Vienna](s3/to), [the price and the tax](s4 s5)? From Vienna."
RESPONSE = "It rises at [06:11](s2/sunset) and sets at 17:35, 3 hours before 3 o'clock."


def added(half: str, words: str, target: str) -> tuple[str, str]:
    """The draft, rendered, once the mark is added."""
    before = read_draft(Draft(turns=[DraftTurn(query=QUERY, response=RESPONSE)]), None, lambda _: False)
    mark = AddedMark.model_validate({"half": half, "words": words, "target": target})
    after = read_draft(Draft(marks=[mark]), before, lambda _: False)
    return render(as_marked(after.turns[0].query)), render(as_marked(after.turns[0].response))


@pytest.mark.parametrize(
    ("words", "target", "place"),
    [
        ("how far is Vienna", "s3", "[how far is [Vienna](s3/to)](s3)"),
        ("Vienna", "s9/from", "From [Vienna](s9/from)."),
        ("When is sunrise", "s2/what", "[[When is sunrise](s2/what)](s2)"),
        ("the price", "s4", "[[the price](s4) and the tax](s5)"),
        ("how  FAR is", "s3", "[how far is](s3) [Vienna](s3/to)"),
    ],
)
def test_a_query_keeps_its_marks_and_gets_one(words: str, target: str, place: str) -> None:
    query, response = added("query", words, target)
    assert place in query
    assert response == RESPONSE


def test_a_response_gets_a_mark_in_place_of_one_around_the_same_words() -> None:
    assert "at [06:11](s2/sunrise) and" in added("response", "06:11", "s2/sunrise")[1]
    assert "at [17:35](s2/sunset)," in added("response", "17:35", "s2/sunset")[1]


@pytest.mark.parametrize(("words", "target"), [("nowhere", "s2"), ("17:35", "https://x.y"), ("", "s2")])
def test_what_cannot_be_added_changes_nothing(words: str, target: str) -> None:
    assert added("query", words, target)[0] == QUERY
    assert added("response", words, target)[1] == RESPONSE


def read(name: str) -> ToolSpec:
    note = Annotations(read_only=True)
    return ToolSpec(name=name, description="", parameters={"type": "object"}, source="python", annotations=note)


def drafted(query: str, name: str, asked: dict[str, Any]) -> tuple[Turn, list[str]]:
    """The turn of a draft whose second call takes a name from the first, and what the screen has against its words."""
    first = Step(id="s1", tool="list", arguments=asked, result={"names": ["drafts", name]})
    took = {"/name": StepSource(step="s1", pointer="/names/1")}
    second = Step(id="s2", tool="show", arguments={"name": name}, sources=dict(took), result={"lines": 7})
    written = read_draft(Draft(turns=[DraftTurn(query=query, response="[7](s2/lines) lines.")]), None, lambda _: False)
    specs = {"list": read("list"), "show": read("show")}
    turn = turn_of(written.turns[0], [first, second], [["s1", "s2"]], RecordContext(), specs)
    return turn, [finding.code for finding in natural.check(Dialogue([turn], RecordContext(), specs, []))]


@pytest.mark.parametrize("name", ["Catherine", "menu_last_year.txt", "Marek Novak"])
def test_what_is_around_a_person_may_be_named(name: str) -> None:
    turn, found = drafted(f"[How many lines has [{name}](s2/name)](s2)?", name, {})
    assert isinstance(turn.steps[1].sources["/name"], UserSource)
    assert found == []


def test_without_the_mark_and_of_what_a_question_found_a_name_gives_the_result_away() -> None:
    turn, found = drafted("[How many lines has Catherine](s2)?", "Catherine", {})
    assert isinstance(turn.steps[1].sources["/name"], StepSource)
    assert found == ["leak"]
    turn, found = drafted(
        "[How many lines has [Catherine](s2/name)](s2) [in Rome](s1/town)?", "Catherine", {"town": "Rome"}
    )
    assert isinstance(turn.steps[1].sources["/name"], StepSource)
    assert found == ["leak"]
    turn, found = drafted("[How many has [T-1003](s2/name)](s2)?", "T-1003", {})
    assert found == ["leak"], "a code is known to machines"


def open_in(query: str) -> list[str]:
    """What is open in an answer that repeats a 3 which two calls take."""
    steps = [Step(id=name, tool="show", arguments={"rate": 3}, result={"cost": 70.5}) for name in ("s1", "s2")]
    written = read_draft(Draft(turns=[DraftTurn(query=query, response="With 3 so.")]), None, lambda _: False)
    turn = turn_of(written.turns[0], steps, [["s1"], ["s2"]], RecordContext(), {"show": read("show")})
    return [finding.message for finding in open_figures(turn, {each.id: each for each in turn.steps})]


def test_two_arguments_that_the_same_words_give_leave_nothing_open() -> None:
    assert open_in("At a rate of [3](s1/rate s2/rate), please.") == []
    assert len(open_in("At a rate of [3](s1/rate), please, and at [3](s2/rate).")) == 1
