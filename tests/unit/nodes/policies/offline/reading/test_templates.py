"""The slot grammar of docs/phrases.md."""

import pytest

from nodes.policies.offline.reading.templates import PhraseError, all_slots, parse, required_slots, spread
from nodes.policies.offline.writing.fill import enumerate_words, fill, ordinal

RESULT = {
    "sunrise": "06:11",
    "is_open": True,
    "items": [{"date": "2026-01-01", "name": "New Year"}, {"date": "2026-05-01", "name": "May Day"}],
    "tags": ["a", "b", "c"],
    "nothing": None,
}


def words(names: tuple[str, ...]) -> str:
    return "<" + "&".join(names) + ">"


@pytest.mark.parametrize(
    ("template", "given", "text"),
    [
        ("when is it at {place}?", {"place"}, "when is it at <place>?"),
        ("at {lat+lon}", {"lat", "lon"}, "at <lat&lon>"),
        ("here[ on {date}].", {"date"}, "here on <date>."),
        ("here[ on {date}].", set(), "here."),
        ("{/sunrise}", set(), "06:11"),
        ("{/items/*/name}", set(), "New Year and May Day"),
        ("{/items/*|[date]: [name]}", set(), "1 January 2026: New Year; 1 May 2026: May Day"),
        ("{#/items} of them", set(), "2 of them"),
        ("{/is_open?it is open:it is closed}", set(), "it is open"),
        ("{/tags/*}", set(), "a, b and c"),
        ("{/items/1/name}", set(), "May Day"),
    ],
)
def test_fills(template: str, given: set[str], text: str) -> None:
    assert fill(template, words, given, RESULT) == text


@pytest.mark.parametrize(
    "template",
    [
        "{missing}",
        "{/missing}",
        "{/nothing}",
        "{/items}",
        "{#/sunrise}",
        "{/sunrise?a:b}",
        "{/items/*|[gone]}",
    ],
)
def test_refuses_what_is_not_there(template: str) -> None:
    with pytest.raises(PhraseError):
        fill(template, words, set(), RESULT)


@pytest.mark.parametrize("template", ["[a [b]]", "a]", "[a"])
def test_refuses_brackets_that_do_not_match(template: str) -> None:
    with pytest.raises(PhraseError):
        parse(template)


def test_slots() -> None:
    nodes = parse("from {a} to {b+c}[ on {d}] {/x}")
    assert required_slots(nodes) == {"a", "b", "c"}
    assert all_slots(nodes) == {"a", "b", "c", "d"}


def test_small_words() -> None:
    assert enumerate_words([]) == ""
    assert enumerate_words(["a"]) == "a"
    assert enumerate_words(["a", "b"]) == "a and b"
    assert ordinal(0) == "first"
    assert spread({"a": [{"b": 1}, {"c": 2}]}, "/a/*/b") == [1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Oslo", "count the letters of the name Oslo"),
        ("the second city", "count the letters of the name of the second city"),
        ("that city", "count the letters of the name of that city"),
    ],
)
def test_a_name_that_is_described_is_the_name_of_something(name: str, text: str) -> None:
    assert fill("count the letters of the name {name}", lambda _: name, {"name"}) == text


def test_what_a_slot_names_is_not_named_twice() -> None:
    assert fill("run at a pace of {pace}", lambda _: "the pace of my run", {"pace"}) == "run at the pace of my run"
    assert fill("run at a pace of {pace}", lambda _: "5:30", {"pace"}) == "run at a pace of 5:30"
