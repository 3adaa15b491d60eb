"""What the writer of a dialogue is told of each turn: said once, known from then on, told when it is found."""

from typing import Any

import pytest

from graph.record import Awaited, Finding, PolicyRules, RefusedCall, Replacement, Rule, Step
from graph.sources import StepSource
from nodes.dialogues.plan import Plan, PlannedTurn
from nodes.policies.base import MarkedText, SynthesizeRequest, Written, WrittenTurn
from nodes.policies.model import rewriting
from nodes.policies.model.dialogue_text import DialogueText
from nodes.policies.openai import OpenAIPolicy
from tests.model_server import ModelServer, answer
from tests.unit.nodes.policies.model.conftest import QUICK, settings, view_members
from tool_registry.spec import Annotations, ToolSpec


def spec(name: str, read_only: bool = True) -> ToolSpec:
    return ToolSpec(
        name=name,
        description=f"Do {name}.",
        parameters={"type": "object", "properties": {}},
        annotations=Annotations(read_only=read_only),
        source="python",
    )


def at(pointer: str, step: str = "s1") -> StepSource:
    return StepSource(step=step, pointer=pointer)


WHERE = Step(id="s1", tool="where_is", arguments={"city": "Bergen"}, result={"lat": 60.39})
SUN = Step(
    id="s2",
    tool="sun",
    arguments={"city": "Bergen", "lat": 60.39, "day": "2026-05-09"},
    sources={"/lat": at("/lat")},
    result={"rises": "05:01"},
)
AGAIN = SUN.model_copy(
    update={"id": "s4", "arguments": {**SUN.arguments, "day": "2026-05-10"}, "result": {"rises": "04:58"}}
)
BOOK = Step(id="s3", tool="book", arguments={"nights": 3, "city": "Bergen"}, result={"ok": True})
RULES = PolicyRules(name="Inn", text="You are an inn.", rules=[Rule(text="Book at most seven nights.")])
REFUSED = RefusedCall(id="x1", tool="book", arguments={"nights": 9}, rule=0, allowed={"nights": 7})
PLAN = Plan(
    turns=[
        PlannedTurn(steps=["s1"]),
        PlannedTurn(kind="follow_up", awaits=[Awaited(step="s2", pointer="/day")], situation="they want pictures"),
        PlannedTurn(kind="clarification", steps=["s2"]),
        PlannedTurn(kind="correction", steps=["s4"], replaces=Replacement(step="s2", by="s4")),
        PlannedTurn(kind="refusal", refuses=REFUSED),
        PlannedTurn(kind="follow_up", steps=["s3"]),
        PlannedTurn(kind="chat"),
    ]
)
WORDS = [("Where is Bergen?", "At 60.39."), ("When does the sun rise there?", "On which day?"), ("9 May", "At 05:01.")]


def request(**changes: Any) -> SynthesizeRequest:
    members = view_members(steps=[WHERE, SUN, AGAIN, BOOK], chains=[["s1", "s2"]], policy=RULES)
    members["tools"] = {each.name: each for each in (spec("where_is"), spec("sun"), spec("book", read_only=False))}
    return SynthesizeRequest(**{**members, "plan": PLAN, **changes})


def written(count: int) -> Written:
    words = [*WORDS, *[("And then?", "So it is.")] * (count - len(WORDS))][:count]
    return Written(turns=[WrittenTurn(query=MarkedText(text=q), response=MarkedText(text=r)) for q, r in words])


def blocks(asked: SynthesizeRequest, anew: set[int] | None = None) -> list[str]:
    return DialogueText(asked).text(set(range(7)) if anew is None else anew).split("\n\n")


def test_a_value_is_said_once_and_known_from_then_on() -> None:
    first, wish, answered, changed, _, booked, _ = blocks(request())
    assert "- city: [Bergen](s1/city s2/city s4/city s3/city)" in first
    assert [block for block in (wish, answered, changed, booked) if "- city:" in block] == []
    assert "KNOWN: Bergen (turn 0; s3/city)" in booked
    assert "- nights: [3](s3/nights)" in booked


def test_what_is_withheld_is_said_in_the_answer_and_the_wish_before() -> None:
    _, wish, answered, *_ = blocks(request())
    assert wish.startswith("TURN 1: follow_up; the assistant asks back\nWhy: they want pictures")
    assert "WITHHELD: s2/day" in wish
    assert "ENDS: s2 (sun)" in wish
    assert "9 May" not in wish
    assert "RESULTS" not in wish
    assert answered.startswith("TURN 2: clarification, gives s2/day")
    assert "- day: [9 May 2026](s2/day)" in answered
    assert "TO TELL (wished for before): s2 (sun)" in answered
    assert 's2/rises="05:01"' in answered


def test_a_correction_says_the_new_value_and_tells_the_new_result() -> None:
    changed = blocks(request())[3]
    assert changed.startswith("TURN 3: correction, s4 instead of s2")
    assert "- day: [10 May 2026](s4/day)" in changed
    assert "KNOWN: Bergen (turn 0; s4/city)" in changed
    assert 's4/rises="04:58"' in changed
    assert "05:01" not in changed


def test_a_refusal_has_its_rule_its_values_and_what_is_allowed() -> None:
    refusal = blocks(request())[4]
    assert "refusal of x1: forbidden: “Book at most seven nights.”; allowed would be /nights 7" in refusal
    assert "[9](x1/nights)" in refusal
    assert "ENDS: x1 (book)" in refusal
    assert "RESULTS" not in refusal
    unable = PLAN.model_copy(deep=True)
    unable.turns[4].refuses = REFUSED.model_copy(update={"rule": None, "allowed": None})
    assert "no tool of the assistant's can do it" in blocks(request(plan=unable))[4]


def test_a_chat_says_nothing_of_calls() -> None:
    assert blocks(request())[6] == "TURN 6: chat"


def test_a_later_part_sees_what_was_said_and_only_the_results_that_it_uses() -> None:
    text = DialogueText(request(first=3, previous=written(3))).text({3, 4, 5, 6})
    assert "RESULTS OF EARLIER TURNS\ns1/lat=60.39" in text
    assert "TURN 2, as it stands\nperson: 9 May\nassistant: At 05:01." in text
    assert "TURN 3: correction" in text
    assert "TURN 2: " not in text


def test_of_a_long_dialogue_the_last_few_turns_stand_there_shortened() -> None:
    steps = [Step(id=f"s{n}", tool="sun", arguments={"n": n}, result=n) for n in range(1, 31)]
    plan = Plan(turns=[PlannedTurn(kind="follow_up" if n > 1 else "request", steps=[f"s{n}"]) for n in range(1, 31)])
    long = Written(turns=[WrittenTurn(query=MarkedText(text="so " * 900), response=MarkedText(text="no " * 900))] * 28)
    text = DialogueText(request(plan=plan, steps=steps, first=28, previous=long)).text({28, 29})
    assert text.startswith("(22 earlier turns are left out)")
    assert text.count("as it stands") == 6
    assert len(text) < 5_000


def finding(code: str, message: str, where: str) -> Finding:
    return Finding(promise="cited", code=code, message=message, where=where)


LEAK = finding("leak", "the query holds '04:58'", "/turns/3/query")
UNTOLD = finding("untold", "the response does not tell what s3 book found", "/turns/5/steps/0/result")
NOT_ASKED = finding("not_asked", "no words of the query are marked as asking for x1 (book)", "/turns/4/refuses")


def test_only_turns_with_a_fault_are_written_anew() -> None:
    asked = request(previous=written(7), findings=[LEAK, UNTOLD, NOT_ASKED])
    assert rewriting.faulty_places(asked) == [(3, "query")]
    told = rewriting.rewrite(asked)
    assert "- Turn 3 query: the query holds '04:58'" in told
    assert "- Which words of turn 5's response tell what s3 (book) found or did? target s3 or s3/ok" in told
    assert "- Which words of turn 4's query ask for x1 (book)? target x1" in told
    form = rewriting.dialogue_form(asked)
    assert '{"turns": [{"turn": 3, "query": "…", "response": null}], "marks": [{"turn": 1,' in form


NOT_DECLINED = "no words of the response are marked as declining x1 (book)"
NOT_ASKED_FOR = "no words of the response are marked as asking for s2/day (sun)"


def test_marks_that_decline_or_ask_back_are_asked_for_alone() -> None:
    missing = [
        finding("not_asked_for", NOT_ASKED_FOR, "/turns/1/response"),
        finding("not_declined", NOT_DECLINED, "/turns/4/response"),
    ]
    asked = request(previous=written(7), findings=missing)
    assert rewriting.faulty_places(asked) == []
    told = rewriting.rewrite(asked)
    assert "- Which words of turn 1's response name what is asked for? target s2/day\n" in told
    assert "- Which words of turn 4's response decline x1 (book)? target x1\n" in told


@pytest.mark.parametrize(
    ("code", "message", "where", "place"),
    [
        ("asks_for_another", "the words ask for s2/city", "/turns/1/questions/0", (1, "response")),
        ("bad_span", "the mark is not what stands there", "/turns/4/declines/0", (4, "response")),
        (
            "awaited_known",
            "/day of s2 is asked for, but the query of turn 0 gives it",
            "/turns/1/awaits/0",
            (0, "query"),
        ),
        ("awaited_known", "/day of s2 …, but the response of turn 0 gives it", "/turns/1/awaits/0", (0, "response")),
        ("awaited_not_given", "no words of turn 2 are its source", "/turns/1/awaits/0", (2, "query")),
        ("given_away", "the question says it", "/turns/1/response", (1, "response")),
        ("not_a_question", "no question", "/turns/1/response", (1, "response")),
        ("no_source", "s2 sun: nothing tells whence /city comes", "/turns/2/steps/0/arguments/city", (1, "query")),
        ("no_source", "s2 sun: nothing tells whence /day comes", "/turns/2/steps/0/arguments/day", (2, "query")),
        ("outdated_tell", "the words tell what s2 found", "/turns/3/tells/0", (3, "response")),
    ],
)
def test_a_finding_goes_to_the_words_that_can_mend_it(code: str, message: str, where: str, place: Any) -> None:
    asked = request(previous=written(7), findings=[finding(code, message, where)])
    assert rewriting.concerned_places(asked) == [place]


def test_a_finding_of_turns_that_stand_goes_to_the_first_that_may_be_written() -> None:
    asked = request(previous=written(7), first=3, findings=[finding("leak", "…", "/turns/0/query")])
    assert rewriting.concerned_places(asked) == [(3, "query")]


def test_who_finds_the_dialogue_unnatural_has_all_messages_written_anew() -> None:
    asked = request(previous=written(7), findings=[finding("unnatural", "3 of 5", "/turns/0/query")])
    assert rewriting.faulty_places(asked) == [(number, "query") for number in range(7)]


def words(count: int) -> Any:
    return answer({"turns": [{"query": f"q{n}", "response": f"r{n}"} for n in range(count)]})


async def test_turns_that_are_missing_are_told_once() -> None:
    async with ModelServer([words(5), words(7)]) as server:
        draft = await OpenAIPolicy(settings(server.url), QUICK).synthesize(request())
    assert [turn.query for turn in draft.turns] == [f"q{n}" for n in range(7)]
    assert "/turns: 5 of them; 7 are wanted" in str(server.asked[1].body["messages"][-1]["content"])


async def test_a_rewrite_is_what_changes_where_it_belongs() -> None:
    said = {
        "turns": [{"turn": 3, "query": "No, the [10th](s4/day).", "response": None}],
        "marks": [
            {"words": "So it is", "target": "s3/ok", "turn": 5},
            {"words": "And then", "target": "x1", "turn": 4},
        ],
    }
    async with ModelServer([answer(said)]) as server:
        asked = request(previous=written(7), findings=[LEAK, UNTOLD, NOT_ASKED], first=2)
        draft = await OpenAIPolicy(settings(server.url), QUICK).synthesize(asked)
    assert [turn.query for turn in draft.turns] == [None, "No, the [10th](s4/day).", None, None, None]
    assert [(mark.turn, mark.half, mark.target) for mark in draft.marks] == [
        (5, "response", "s3/ok"),
        (4, "query", "x1"),
    ]
    prompt = server.asked[0].body["messages"][1]["content"]
    assert "TURN 2, as it stands" in prompt
    assert "TURN 3: correction" in prompt


async def test_a_rewrite_of_turns_that_stand_is_refused() -> None:
    wrong = {"turns": [{"turn": 0, "query": "q", "response": None}], "marks": []}
    right = {"turns": [{"turn": 3, "query": "q", "response": None}], "marks": []}
    async with ModelServer([answer(wrong), answer(right)]) as server:
        asked = request(previous=written(7), findings=[LEAK], first=2)
        draft = await OpenAIPolicy(settings(server.url), QUICK).synthesize(asked)
    assert draft.turns[1].query == "q"
    assert "/turns/0/turn: turns 2 to 6 are written" in str(server.asked[1].body["messages"][-1]["content"])
