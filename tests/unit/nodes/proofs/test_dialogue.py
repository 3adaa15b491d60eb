"""Dialogues: those that hold have no finding; what makes a turn false is found in every one that it applies to."""

import copy
from typing import Any

import pytest

from graph.context import Context
from graph.record import Finding, Record
from nodes.proofs import prove
from tests.fixtures.dialogues import dialogues, respond
from tests.fixtures.dialogues.building import TOOLS
from tests.fixtures.dialogues.scripts import SCRIPTS
from tests.fixtures.mutations import MUTATIONS, Mutation, corrections, refusals
from tests.fixtures.mutations import dialogues as turns
from tool_registry.registry import get_registry
from toolgrad_data.verify.replay import replay

RECORDS = {script.name: record for script, record in zip(SCRIPTS, dialogues(), strict=True)}
OF_TURNS = [
    one for one in MUTATIONS if one.change.__module__ in (turns.__name__, corrections.__name__, refusals.__name__)
]

Json = dict[str, Any]


def document(name: str) -> Json:
    return RECORDS[name].model_dump(mode="json")


def found(data: Json) -> list[Finding]:
    return prove(Record.model_validate(data)).findings


def codes(data: Json) -> set[str]:
    return {finding.code for finding in found(data)}


def test_there_are_dialogues_of_every_kind_and_length() -> None:
    turns = [turn for record in RECORDS.values() for turn in record.turns]
    assert {turn.kind for turn in turns} == {
        *("request", "follow_up", "clarification", "correction", "refusal", "chat"),
    }
    assert {len(record.turns) for record in RECORDS.values()} >= {2, 3, 5, 6}


@pytest.mark.parametrize("name", RECORDS)
def test_a_dialogue_that_holds_has_no_finding(name: str) -> None:
    assert prove(RECORDS[name]).findings == []


@pytest.mark.parametrize("mutation", OF_TURNS, ids=[f"{one.area}: {one.name}" for one in OF_TURNS])
def test_a_mutation_is_found_wherever_it_applies(mutation: Mutation) -> None:
    applied = 0
    for name in RECORDS:
        changed = document(name)
        if mutation.change(changed):
            applied += 1
            assert mutation.promise in {one.promise for one in found(changed)}, (name, found(changed))
    assert applied


async def test_replay_is_clean_and_sees_tools_of_the_refused_kind() -> None:
    context = Context(tools=TOOLS, allow_writes=True)
    registry = await get_registry(TOOLS)
    for record in RECORDS.values():
        again = await replay(record, registry, context)
        assert again.findings == []
        assert set(again.outcomes) == {"same"}
    data = document("no exchange rates")
    data["offered"].append("currency_ranking")
    again = await replay(Record.model_validate(data), registry, context)
    assert [(one.code, one.where) for one in again.findings] == [("kind_is_offered", "/turns/1/refuses/tool")]


# Clarifications.


def test_a_question_may_list_the_choices_but_not_say_the_one() -> None:
    data = document("in which country")
    respond(data, 0, "[In which country](s1/country) does she live, Austria or Germany?")
    assert codes(data) == set()
    respond(data, 0, "[Does she live in Austria](s1/country)?")
    assert codes(data) == {"given_away"}


def test_small_words_are_no_codes() -> None:
    data = document("in which country")
    data["turns"][0]["query"] += " She asked me at noon."  # AT
    assert codes(data) == set()


@pytest.mark.parametrize(
    ("words", "is_known"),
    [
        ("I was there in 2026 too.", False),
        ("I was there in June 2026 too.", False),
        ("There were 20 of us.", False),
        ("I arrive on 20 June 2026.", True),
        ("I arrive on June 20.", True),
    ],
)
def test_a_year_or_month_alone_does_not_give_a_date(words: str, is_known: bool) -> None:
    data = document("which day")
    data["turns"][0]["query"] += f" {words}"
    assert ("awaited_known" in codes(data)) == is_known


def test_a_last_day_is_no_number() -> None:
    data = document("how many of us")
    for step in (data["turns"][1]["steps"][0], data["turns"][2]["steps"][0]):
        step["arguments"]["tip"] = 1
    data["turns"][0]["query"] += " It was on the last day."
    assert "awaited_known" not in codes(data)
    data["turns"][0]["query"] += " We tip 1%."
    assert "awaited_known" in codes(data)


def test_a_small_number_that_gives_something_else_is_not_known() -> None:
    data = document("how many of us")
    for index, name, words in ((0, "/bill", "4"),):
        data["turns"][index]["query"] = f"Dinner came to {words}. What does each of us pay?"
        asks = data["turns"][index]["asks"]
        start = data["turns"][index]["query"].index("What")
        asks[0] |= {"start": start, "end": start + len("What does each of us pay"), "quote": "What does each of us pay"}
        start = data["turns"][index]["query"].index(words)
        for step in (data["turns"][1]["steps"][0], data["turns"][2]["steps"][0]):
            step["arguments"]["bill"] = 4
            step["sources"][name] |= {"start": start, "end": start + 1, "quote": words}
    assert "awaited_known" not in codes(data)
    for step in (data["turns"][1]["steps"][0], data["turns"][2]["steps"][0]):
        step["sources"]["/bill"] |= {"start": 0, "end": 6, "quote": "Dinner"}
    assert "awaited_known" in codes(data)


def test_what_was_looked_up_for_the_answer_need_not_be_told_before() -> None:
    data = document("which day")
    assert data["turns"][0]["steps"]
    assert not data["turns"][0]["tells"]
    data["turns"][1]["steps"][0]["sources"]["/latitude"] = {"kind": "default"}
    data["turns"][0]["awaits"] = []
    assert "untold" in codes(data)


# Corrections.


def test_a_call_made_again_is_asked_for_where_the_first_one_was() -> None:
    data = document("from Zurich")
    assert data["turns"][1]["asks"] == []
    data["turns"][0]["asks"] = []
    assert {one.where for one in found(data) if one.code == "not_asked"} == {
        "/turns/0/steps/1",
        "/turns/1/steps/1",
    }


def test_after_a_correction_the_new_result_counts_unless_the_person_comes_back() -> None:
    data = document("from Zurich")
    step = data["turns"][2]["steps"][0]
    old = data["turns"][0]["steps"][0]
    step["sources"]["/distance_km"]["step"] = old["id"]
    step["arguments"]["distance_km"] = old["result"]["distance_km"]
    assert "outdated" in codes(data)
    data["turns"][2]["query"] += " From VIE, I mean."
    assert "outdated" not in codes(data)


def test_a_correction_may_compare_the_old_with_the_new() -> None:
    data = document("fifteen years")
    assert any(tell["source"]["step"] == "s1" for tell in data["turns"][1]["tells"])


# Refusals.


def test_a_rule_needs_its_tool_and_its_words_may_be_said() -> None:
    data = document("urgent tickets stay open")
    data["policy"]["text"] += " At most 17 tickets a day."
    data["turns"][1]["response"] += " There are at most 17 tickets a day, too."
    assert codes(data) == set()
    data["policy"]["text"] = data["policy"]["rules"][0]["text"]
    assert codes(data) == {"no_mark"}


def test_a_mark_cannot_tell_what_the_refused_call_found_or_did() -> None:
    for source, did in (({"kind": "step", "step": "x1", "pointer": ""}, None), (None, "x1")):
        data = document("no exchange rates")
        response = data["turns"][1]["response"]
        tell = {"start": 0, "end": len("I'm"), "quote": response[: len("I'm")], "source": source, "did": did}
        data["turns"][1]["tells"].append(tell)
        assert "dangling" in codes(data)


def test_the_arguments_of_a_refused_call_may_be_told_as_given() -> None:
    data = document("no exchange rates")
    respond(data, 1, "[I can't tell what they would be worth](x1), your 250 euros.")
    data["turns"][1]["tells"] = []
    start = data["turns"][1]["response"].index("250")
    of = {"kind": "argument", "step": "x1", "pointer": "/amount"}
    tell = {
        "start": start,
        "end": start + len("250 euros"),
        "quote": "250 euros",
        "source": {"kind": "given", "of": of},
    }
    data["turns"][1]["tells"] = [tell]
    assert codes(data) == set()


# What was told before.


def test_a_person_may_copy_what_was_told_and_nothing_else() -> None:
    data = document("the day after")
    data["turns"][0]["response"] += " Your code is ab_12."
    data["turns"][1]["query"] += " The code ab_12 did not work."
    assert codes(data) == set()
    data["turns"][0]["response"] = data["turns"][0]["response"].replace(" Your code is ab_12.", "")
    assert codes(data) == {"identifier"}


def test_a_value_that_nobody_types_may_be_copied_from_a_response() -> None:
    digest = "7f9c24e51d3b4c8a9e2f5a6b7c8d9e0f"
    data = document("in which country")
    turn = data["turns"][2]
    spec = copy.deepcopy(data["tools"][0]) | {"name": "look_up", "parameters": {"type": "object"}}
    data["tools"].append(spec)
    start = len(turn["query"]) + len(" Look up ")
    turn["query"] += f" Look up {digest}."
    source = {"kind": "user", "turn": 2, "start": start, "end": start + len(digest), "quote": digest}
    step = {"id": "s9", "tool": "look_up", "arguments": {"key": digest}, "sources": {"/key": source}, "result": "kept"}
    turn["steps"].append(step)
    turn["chains"].append(["s9"])
    assert "nobody_types_this" in codes(data)
    data["turns"][1]["response"] += f" It is kept under {digest}."
    assert "nobody_types_this" not in codes(data)


def test_a_chat_may_round_what_was_told() -> None:
    data = document("the same in yen")
    data["turns"][2] |= {"response": "Yes, some 212,000 yen.", "tells": []}
    assert codes(data) == {"no_mark"}, "a figure is marked, or as it was"
    start = len("Yes, some ")
    source = {"kind": "step", "step": "s2", "pointer": "/converted"}
    tell = {"start": start, "end": start + len("212,000 yen"), "quote": "212,000 yen", "source": source}
    data["turns"][2]["tells"] = [tell]
    assert codes(data) == set()
