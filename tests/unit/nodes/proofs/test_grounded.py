"""Each kind of source, when it holds and when it does not."""

from typing import Any

import pytest

from graph.record import Record, RecordContext, Turn
from graph.sources import UserSource
from nodes.proofs import grounded
from tests.unit.nodes.proofs.records import example, gave, one_call

TEXT = {"type": "string"}
NUMBER = {"type": "number"}


def codes(record: Record, **keywords: bool) -> list[str]:
    return [finding.code for finding in grounded.check(record, **keywords)]


def test_the_example_of_the_design_is_grounded() -> None:
    assert grounded.check(example()) == []


def test_an_argument_without_a_source_is_found_where_it_stands() -> None:
    record = one_call("Go to Rome", {"city": "Rome"}, {}, {"city": TEXT})
    (finding,) = grounded.check(record)
    assert (finding.promise, finding.code, finding.where) == (
        "grounded",
        "no_source",
        "/turns/0/steps/0/arguments/city",
    )


def test_a_source_for_what_is_no_leaf_is_found() -> None:
    record = one_call(
        "Rome, then Paris",
        {"stops": ["Rome", "Paris"]},
        {
            "/stops": {"kind": "user", "quote": "Rome"},
            "/stops/0": {"kind": "user", "quote": "Rome"},
            "/stops/1": {"kind": "user", "quote": "Paris"},
            "/stops/2": {"kind": "default"},
        },
        {"stops": {"type": "array", "items": TEXT}},
    )
    assert [(finding.code, finding.where) for finding in grounded.check(record)] == [
        ("no_such_leaf", "/turns/0/steps/0/sources/~1stops"),
        ("no_such_leaf", "/turns/0/steps/0/sources/~1stops~12"),
    ]


def test_an_empty_container_is_a_leaf_but_empty_arguments_have_none() -> None:
    assert codes(one_call("Hello", {"tags": []}, {}, {"tags": {"type": "array"}})) == ["no_source"]
    with_default = {"tags": {"type": "array", "default": []}}
    assert codes(one_call("Hello", {"tags": []}, {"/tags": {"kind": "default"}}, with_default)) == []
    assert codes(one_call("Hello", {}, {}, {})) == []


@pytest.mark.parametrize(
    ("query", "value", "quote", "code"),
    [
        ("Go to Rome", "Rome", "Rome", None),
        ("Go to rome", "Rome", "rome", None),
        ("Go to Rome", "Rome", "rome", "not_in_query"),
        ("Go to Romeo", "Rome", "Rome", "not_in_query"),
        ("Go to Rome", "Paris", "Rome", "quote_does_not_say"),
        ("Go to Rome", "Rome", "to Rome", None),
        ("Go to Rome", "Rome", "", "not_in_query"),
        ("Take deadbeefdeadbeef", "deadbeefdeadbeef", "deadbeefdeadbeef", "nobody_types_this"),
        (f"Say {'x' * 121}", "x" * 121, "x" * 121, "nobody_types_this"),
        ("At 2.3456", 2.3456, "2.3456", "nobody_types_this"),
        ("At 2.345", 2.345, "2.345", None),
        ("Ticket AB-2024-17", "AB-2024-17", "AB-2024-17", None),
        ("Mail to jo.li@example.com, please", "jo.li@example.com", "jo.li@example.com", None),
    ],
)
def test_user(query: str, value: Any, quote: str, code: str | None) -> None:
    record = one_call(query, {"it": value}, {"/it": {"kind": "user", "quote": quote}}, {"it": {}})
    assert codes(record) == ([code] if code else [])


def test_a_user_may_have_said_it_in_an_earlier_turn_but_not_in_a_later_one() -> None:
    record = one_call("And there?", {"city": "Rome"}, {"/city": {"kind": "user", "quote": "Rome"}}, {"city": TEXT})
    earlier = UserSource(turn=0, start=14, end=18, quote="Rome")
    said = Turn(query="Tell me about Rome", steps=[], chains=[], response="It is old.")
    step = record.turns[0].steps[0].model_copy(update={"sources": {"/city": earlier}})
    before = record.model_copy(update={"turns": [said, record.turns[0].model_copy(update={"steps": [step]})]})
    after = record.model_copy(update={"turns": [*record.turns, said]})
    assert codes(before) == []
    assert codes(after) == ["not_in_query"]


@pytest.mark.parametrize(
    ("result", "value", "source", "code"),
    [
        ({"a": [1, {"b": "x"}]}, "x", {"step": "e", "pointer": "/a/1/b"}, None),
        ({"a": 1.0}, 1, {"step": "e", "pointer": "/a"}, None),
        ({"a": True}, 1, {"step": "e", "pointer": "/a"}, "other_value"),
        ({"a": "1"}, 1, {"step": "e", "pointer": "/a"}, "other_value"),
        ({"a": 1}, 1, {"step": "e", "pointer": "/b"}, "no_such_pointer"),
        ({"a": 1}, 1, {"step": "e", "pointer": "a"}, "bad_pointer"),
        ({"a": 1}, 1, {"step": "z", "pointer": "/a"}, "not_an_earlier_step"),
        ({"a": 1}, 1, {"step": "x", "pointer": "/a"}, "not_an_earlier_step"),
        ("see order AB-17 today", "AB-17", {"step": "e", "pointer": "", "span": "AB-17"}, None),
        ("it costs 1,250 euros", 1250, {"step": "e", "pointer": "", "span": "1,250"}, None),
        ("it costs 1,250 euros", 250, {"step": "e", "pointer": "", "span": "250"}, "no_such_span"),
        ("it costs ten euros", 10, {"step": "e", "pointer": "", "span": "ten"}, None),
        ("see order AB-17 today", "ab-17", {"step": "e", "pointer": "", "span": "AB-17"}, "other_value"),
        ("see order AB-17 today", "rder", {"step": "e", "pointer": "", "span": "rder"}, "no_such_span"),
        (1250, 1250, {"step": "e", "pointer": "", "span": "1250"}, "no_such_span"),
    ],
)
def test_step(result: Any, value: Any, source: dict[str, Any], code: str | None) -> None:
    record = one_call("Hello", {"it": value}, {"/it": {"kind": "step", **source}}, {"it": {}}, earlier=[gave(result)])
    assert codes(record) == ([code] if code else [])


@pytest.mark.parametrize(
    ("value", "pointer", "code"),
    [
        ("Europe/Rome", "/timezone", None),
        (7, "/user/seats/0", None),
        ("Europe/Oslo", "/timezone", "other_value"),
        ("Europe/Rome", "/zone", "no_such_pointer"),
        (None, "/now", "not_in_context"),
    ],
)
def test_context(value: Any, pointer: str, code: str | None) -> None:
    context = RecordContext(timezone="Europe/Rome", user={"seats": [7]})
    sources = {"/it": {"kind": "context", "pointer": pointer}}
    record = one_call("Hello", {"it": value}, sources, {"it": {}}, context=context)
    assert codes(record) == ([code] if code else [])


@pytest.mark.parametrize(
    ("schema", "arguments", "pointer", "code"),
    [
        ({"default": 5}, {"it": 5}, "/it", None),
        ({"default": 5}, {"it": 6}, "/it", "other_value"),
        ({"default": None}, {"it": None}, "/it", None),
        ({}, {"it": None}, "/it", "no_default"),
        ({"items": {"default": "a"}}, {"it": ["a"]}, "/it/0", None),
        ({"items": {}, "default": ["a"]}, {"it": ["a"]}, "/it/0", None),
        ({"items": {"default": "b"}, "default": ["a"]}, {"it": ["a"]}, "/it/0", "other_value"),
    ],
)
def test_default(schema: dict[str, Any], arguments: dict[str, Any], pointer: str, code: str | None) -> None:
    record = one_call("Hello", arguments, {pointer: {"kind": "default"}}, {"it": schema})
    assert codes(record) == ([code] if code else [])


def derived(op: str, of: list[dict[str, Any]], **params: Any) -> dict[str, Any]:
    return {"kind": "derived", "op": op, "of": of, "params": params}


def said(quote: str) -> dict[str, Any]:
    return {"kind": "user", "quote": quote}


FROM_STEP = {"kind": "step", "step": "e", "pointer": "/list"}
MILES = derived("convert_unit", [said("ten")], **{"from": "km", "to": "mile"})


@pytest.mark.parametrize(
    ("value", "source", "code"),
    [
        ("2026-03-11", derived("date_add", [said("1 March 2026"), said("ten")]), None),
        ("2026-03-12", derived("date_add", [said("1 March 2026"), said("ten")]), "other_value"),
        ("2026-03-11", derived("date_add", [said("1 April 2026"), said("ten")]), "not_in_query"),
        (3, derived("count", [FROM_STEP]), None),
        (4, derived("count", [FROM_STEP]), "other_value"),
        ("z", derived("last", [FROM_STEP]), None),
        ("Z", derived("upper", [derived("last", [FROM_STEP])]), None),
        (30, derived("product", [derived("count", [FROM_STEP]), said("ten")]), None),
        (6.21, derived("round", [MILES], digits=2), None),
        (3, derived("count", [{**FROM_STEP, "step": "x"}]), "not_an_earlier_step"),
        (3, derived("guess", [FROM_STEP]), "bad_derivation"),
        (10, derived("sum", [said("ten"), {"kind": "default"}]), "bad_derivation"),
        ("ten", derived("lower", [{"kind": "composed"}]), "bad_derivation"),
        (2, derived("product", []), "bad_derivation"),
    ],
)  # fmt: skip
def test_derived(value: Any, source: dict[str, Any], code: str | None) -> None:
    earlier = [gave({"list": ["x", "y", "z"]})]
    query = "From 1 March 2026, for ten days."
    record = one_call(query, {"it": value}, {"/it": source}, {"it": {"default": 0}}, earlier=earlier)
    assert codes(record) == ([code] if code else [])


def test_endless_derivations_are_found() -> None:
    source = FROM_STEP
    for _ in range(30):
        source = derived("upper", [source])
    record = one_call("Hi", {"it": "Z"}, {"/it": source}, {"it": {}}, earlier=[gave({"list": "z"})])
    assert codes(record) == ["too_deep"]


def test_composed_text_needs_permission() -> None:
    source = {"kind": "composed", "of": [said("Rome")]}
    record = one_call("Write about Rome", {"it": "Rome is old."}, {"/it": source}, {"it": TEXT})
    assert codes(record) == ["composed_not_allowed"]
    assert codes(record, allow_composed=True) == []
    unfounded = one_call(
        "Write", {"it": "Rome is old."}, {"/it": {"kind": "composed", "of": [said("Rome")]}}, {"it": TEXT}
    )
    assert codes(unfounded, allow_composed=True) == ["not_in_query"]
    number = one_call("Write about Rome", {"it": 5}, {"/it": source}, {"it": NUMBER})
    assert codes(number, allow_composed=True) == ["composed_not_text"]


@pytest.mark.parametrize(
    ("query", "value", "quote", "holds"),
    [
        ("Check my bank account, please", "RO49AAAA1B31007593840000", "my bank account", False),
        ("What is the capital of my country?", "US", "my country", False),
        ("When is the next train from here?", "Basel", "here", False),
        ("Basel is where I live. When is the next train from there?", "Basel", "there", True),
        ("How much have I in savings?", "2026-05-09", "savings", False),
        ("I land on 8 May 2026; is the day after a holiday?", "2026-05-09", "the day after", True),
        ("Is there a flight to Lisbon?", "LIS", "Lisbon", True),
        ("The coffee machine leaks all over the floor", "coffee machine leaks", "coffee machine leaks all over", True),
    ],
)
def test_words_that_nobody_could_know_the_value_from_are_no_source(
    query: str, value: str, quote: str, holds: bool
) -> None:
    start = query.index(quote)
    source = {"kind": "user", "turn": 0, "start": start, "end": start + len(quote), "quote": quote, "paraphrase": True}
    record = one_call(query, {"text": value}, {"/text": source}, {"text": TEXT})
    assert (codes(record.model_copy(update={"schema_version": 2})) == []) is holds


@pytest.mark.parametrize(
    ("query", "quote", "code"),
    [
        ("Average my ratings 5, 4, 3", "5", "said_too_seldom"),
        ("Average my ratings 5, 4, 3 and another 5", "5", None),
        ("Average my ratings 4, 3 and twice a 5", "twice a 5", None),
        ("Average my ratings, both a 5", "both a 5", None),
    ],
)
def test_what_a_list_has_twice_is_said_twice_or_by_words_that_tell_it(query: str, quote: str, code: str | None) -> None:
    start = query.index(quote)
    said = {"kind": "user", "turn": 0, "start": start, "end": start + len(quote), "quote": quote}
    stars = {"stars": {"type": "array", "items": NUMBER}}
    record = one_call(query, {"stars": [5, 5]}, {"/stars/0": said, "/stars/1": said}, stars)
    assert codes(record.model_copy(update={"schema_version": 2})) == ([code] if code else [])


@pytest.mark.parametrize(
    ("query", "code"),
    [("Ballots are Rome, Paris", "said_too_seldom"), ("Ballots are Rome, Paris; Paris, Rome", None)],
)
def test_what_several_lists_of_a_list_have_is_said_for_each(query: str, code: str | None) -> None:
    rome = {"kind": "user", "turn": 0, "start": 12, "end": 16, "quote": "Rome"}
    paris = {"kind": "user", "turn": 0, "start": 18, "end": 23, "quote": "Paris"}
    ballots = {"ballots": {"type": "array", "items": {"type": "array", "items": TEXT}}}
    sources = {"/ballots/0/0": rome, "/ballots/0/1": paris, "/ballots/1/0": paris, "/ballots/1/1": rome}
    record = one_call(query, {"ballots": [["Rome", "Paris"], ["Paris", "Rome"]]}, sources, ballots)
    assert set(codes(record.model_copy(update={"schema_version": 2}))) == ({code} if code else set())


def test_one_word_may_give_two_members_of_an_object() -> None:
    said = {"kind": "user", "turn": 0, "start": 7, "end": 9, "quote": "25"}
    pan = {"pan": {"type": "object", "properties": {"length": NUMBER, "width": NUMBER}}}
    record = one_call("My pan 25 square", {"pan": {"length": 25, "width": 25}}, {}, pan)
    step = (
        record.turns[0]
        .steps[0]
        .model_copy(
            update={"sources": {f"/pan/{side}": UserSource.model_validate(said) for side in ("length", "width")}}
        )
    )
    turn = record.turns[0].model_copy(update={"steps": [step]})
    assert codes(record.model_copy(update={"schema_version": 2, "turns": [turn]})) == []
