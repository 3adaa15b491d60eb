from typing import Any

import pytest

from graph.record import Record, Step
from nodes.proofs import faithful, replayed
from tests.unit.proofs.records import example, one_call


def answering(response: str, result: Any, query: str = "Tell me") -> Record:
    record = one_call(query, {"n": 7}, {}, {}, result=result)
    return record.model_copy(update={"turns": [record.turns[0].model_copy(update={"response": response})]})


def test_one_call_of_a_deterministic_tool_has_one_answer() -> None:
    def twice(result: Any, arguments: dict[str, Any]) -> list[str]:
        first = Step(id="e", tool="probe_call", arguments={"n": 1}, result={"v": 1})
        record = one_call("Hi", arguments, {}, {}, earlier=[first], result=result)
        return [finding.code for finding in replayed.check(record)]

    assert twice({"v": 2}, {"n": 1}) == ["answers_differ"]
    assert twice({"v": 1.0}, {"n": 1.0}) == []
    assert twice({"v": 2}, {"n": 2}) == []


@pytest.mark.parametrize(
    ("response", "result"),
    [
        ("It is 35.6 degrees.", {"lat": 35.55}),
        ("It is 35.5512 degrees.", {"lat": 35.5512}),
        ("It is 1,234 m.", {"m": 1234}),
        ("It loses 5 points.", {"change": -5}),
        ("There are three of them.", {"list": ["a", "b", "c"]}),
        ("At 6:11 am on 1 March 2026.", {"up": "2026-03-01T06:11:30Z"}),
        ("It is in March 2026.", {"day": "2026-03-01"}),
        ("You asked for 7: nothing.", {}),
        ("Nothing to count.", {}),
        ("It takes ½ hour.", {"hours": 0.5}),
        ("It takes 1½ hours.", {"minutes": 90, "hours": 1.5}),
        ("It takes about 1½ hours.", {"hours": 1.48}),
        ("Add 2¾ cups.", {"cups": 2.75}),
    ],
)
def test_a_figure_from_the_record_is_faithful(response: str, result: Any) -> None:
    assert faithful.check(answering(response, result)) == []


@pytest.mark.parametrize(
    ("response", "result"),
    [
        ("It is 35.7 degrees here.", {"lat": 35.55}),
        ("It is 1,235 m here.", {"m": 1234}),
        ("It takes ½ hour here.", {"hours": 0.4}),
        ("It takes 1½ hours here.", {"hours": 1}),
        ("Add 2¾ cups here.", {"cups": 2}),
        ("Add ¼ cup here.", {"cups": 1}),
        ("There are four of them here.", {"list": ["a", "b", "c"]}),
        ("At 6:12 am, here.", {"up": "2026-03-01T06:11:30Z"}),
        ("On 2 March 2026, here.", {"day": "2026-03-01"}),
        ("In April 2026, here.", {"day": "2026-03-01"}),
        ("At half past seven, here.", {"up": "07:45"}),
        ("On 2 March, here.", {"day": "2026-03-01"}),
        ("It is 007 here.", {"code": "006"}),
        ("It is 12.5kg, here.", {"m": 12}),
        ("It is 3/8 here.", {"numerator": 3, "denominator": 7}),
        ("In seat 12A, here.", {"seat": "12B"}),
    ],
)
def test_a_figure_from_nowhere_is_found(response: str, result: Any) -> None:
    found = faithful.check(answering(response, {"where": "here", **result}))
    assert [finding.code.partition("_")[0] for finding in found] == ["untraced"]
    assert found[0].where == "/turns/0/response"


@pytest.mark.parametrize(
    ("response", "result"),
    [
        ("Together they are 60.", {"prices": [10, 20, 30]}),
        ("They are 60 apart.", [{"km": 20}, {"km": 80}]),
        ("The chance is 20 %.", {"chance": 0.2}),
        ("It is 2.65 lbs.", {"weight_kg": 1.2}),
        ("It takes 2 h 5 min.", {"duration_minutes": 125}),
        ("It takes 155 minutes.", {"departs": "06:58", "arrives": "09:33"}),
        ("It lasts 31 days.", {"from": "2026-03-01", "to": "2026-04-01"}),
        ("It is 68 °F.", {"celsius": 20}),
        ("About 12,000 people.", {"people": 11987}),
        ("10.6 million people.", {"people": 10639726}),
        ("On March 1st at half past seven.", {"at": "2026-03-01T19:30:00Z"}),
        ("At 5 o'clock.", {"at": "17:00"}),
        ("It is 3/7 of it.", {"numerator": 3, "denominator": 7}),
    ],
)
def test_a_listed_derivation_is_an_origin(response: str, result: Any) -> None:
    assert faithful.check(answering(response, result)) == []


@pytest.mark.parametrize(
    ("response", "result"),
    [
        ("Together they are 70 here.", {"prices": [10, 20, 30]}),
        ("Together they are 30 here.", {"price": 10, "size": 20}),
        ("It is 2.65 grams here.", {"weight_kg": 1.2}),
        ("It is 2.65 here.", {"weight_kg": 1.2}),
        ("It is 12,000 here.", {"people": 11987}),
        ("It is 6 here.", {"kilos": 5.9}),
    ],
)
def test_other_combinations_are_none(response: str, result: Any) -> None:
    if isinstance(result, dict):
        result = {"where": "here", **result}
    assert [finding.code for finding in faithful.check(answering(response, result))] == ["untraced_number"]


@pytest.mark.parametrize(
    ("response", "names"),
    [
        ("The capital is Lisbon.", []),
        ("Lisbon it is, says Ruth Keller.", ["Ruth", "Keller"]),
        ("It is Lisbon. Everybody knows.", []),
        ("Ask Dr. Weiss in Lisbon.", ["Weiss"]),
        ("It is Lisbon's Old Town.", ["Old", "Town"]),
        ("It is Lisbon, on Monday.", ["Monday"]),
        ("It is Lisbon, on Sunday 1 March 2026.", []),
    ],
)
def test_names_come_from_somewhere(response: str, names: list[str]) -> None:
    found = faithful.check(answering(response, {"capital": "Lisbon", "since": "2026-03-01"}))
    assert [finding.code for finding in found] == ["untraced_name"] * len(names)
    assert all(repr(name) in finding.message for name, finding in zip(names, found, strict=True))


def test_what_nobody_tells_is_unanswered_or_unneeded() -> None:
    record = one_call(
        "How many birds are there in the park?",
        {"what": "birds"},
        {"/what": {"kind": "user", "quote": "birds"}},
        {"what": {"type": "string"}},
        result={"count": 12},
    )

    def codes(response: str, query: str) -> list[str]:
        turn = record.turns[0].model_copy(update={"response": response, "query": query})
        return [finding.code for finding in faithful.check(record.model_copy(update={"turns": [turn]}))]

    asked = "How many birds are there in the park?"
    assert codes("There are 12.", asked) == []
    assert codes("There are some.", asked) == ["unanswered"]
    assert codes("", asked) == ["no_response"]
    step = record.turns[0].steps[0].model_copy(update={"sources": {}})
    turn = record.turns[0].model_copy(update={"steps": [step]})
    record = record.model_copy(update={"turns": [turn]})
    assert codes("It is a fine day.", "What a fine day?") == ["unneeded_step"]


@pytest.mark.parametrize(
    ("response", "flag", "contradicts"),
    [
        ("Yes, it is in stock.", {"in_stock": False}, True),
        ("No, it is not in stock.", {"in_stock": False}, False),
        ("No, it is not in stock.", {"in_stock": True}, True),
        ("The shop is not yet open today.", {"shop_is_open": True}, True),
        ("There are 13 public holidays; it is a working day.", {"is_public_holiday": False}, False),
    ],
)
def test_a_yes_is_the_results_yes(response: str, flag: dict[str, bool], contradicts: bool) -> None:
    found = faithful.check(answering(response, {**flag, "days": 13}))
    assert ("contradicts" in [finding.code for finding in found]) is contradicts


def test_the_example_of_the_design_is_faithful() -> None:
    assert faithful.check(example()) == []
    assert replayed.check(example()) == []


@pytest.mark.parametrize("address", ["https://weather.example/today", "www.sun-times.example", "bob@mail.example"])
def test_an_address_stands_whole_in_what_was_given(address: str) -> None:
    found = faithful.check(answering(f"Ask at {address}.", {"v": "Ask"}))
    assert [(finding.code, address in finding.message) for finding in found] == [("untraced_name", True)]
    assert faithful.check(answering(f"Ask at {address}.", {"v": f"Ask at {address.upper()}, please"})) == []
