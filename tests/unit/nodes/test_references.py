"""References: what they are replaced by, what waits, and what is told of those that lead nowhere."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.record import Step
from graph.sources import StepSource
from nodes.references import find_copies, outline, resolve_references
from tool_registry.json.pointer import equal, leaves, resolve

RESULTS: dict[str, Any] = {
    "s1": {"lat": 35.5, "place": {"city": "Tokyo", "a/b": 1}, "items": [{"id": 7}], "none": None},
    "s2": [4, 5],
    "s3": "Lisbon",
}


def reference(target: str, pointer: str = "") -> dict[str, str]:
    return {"$from": target, "pointer": pointer}


def test_values_and_sources() -> None:
    arguments = {"lat": reference("s1", "/lat"), "deep": [{"id": reference("s1", "/items/0/id")}], "date": "2026"}
    found = resolve_references(arguments, RESULTS)
    assert found.arguments == {"lat": 35.5, "deep": [{"id": 7}], "date": "2026"}
    assert found.sources == {
        "/lat": StepSource(step="s1", pointer="/lat"),
        "/deep/0/id": StepSource(step="s1", pointer="/items/0/id"),
    }
    assert not found.problems
    assert arguments["lat"] == reference("s1", "/lat"), "nothing that is passed in is changed"


def test_a_container_has_a_source_for_each_leaf() -> None:
    found = resolve_references({"place": reference("s1", "/place"), "all": reference("s2")}, RESULTS)
    assert found.arguments == {"place": {"city": "Tokyo", "a/b": 1}, "all": [4, 5]}
    assert found.sources["/place/a~1b"] == StepSource(step="s1", pointer="/place/a~1b")
    assert found.sources["/all/1"] == StepSource(step="s2", pointer="/1")


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("lat", "/lat"),
        ("#/lat", "/lat"),
        ("$.items[0].id", "/items/0/id"),
        ("items/0/id", None),
        ("place.city", "/place/city"),
        ("$['lat']", "/lat"),
        ("a/b", None),
    ],
)
def test_near_pointers_are_read(raw: str, read: str | None) -> None:
    found = resolve_references({"x": reference("s1", raw)}, RESULTS)
    if read is None:
        assert found.problems
    else:
        assert found.sources["/x"].pointer == read


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (reference("s1", "/latitude"), "nothing at '/latitude'; it has /lat, /place, /items, /none"),
        (reference("s9", "/lat"), "there is no result 's9'; known: s1, s2, s3"),
        ({"$from": 3}, "has the form"),
        ({"$from": "s1", "pointer": ["lat"]}, "has the form"),
        ({"$from": "s1", "path": "/lat"}, "has the form"),
        (reference("s3", "/0"), "one value"),
    ],
)
def test_references_to_nowhere_are_told(wrong: dict[str, Any], words: str) -> None:
    found = resolve_references({"x": wrong}, RESULTS)
    assert words in found.problems[0]
    assert found.problems[0].startswith("/x: ")


def test_what_has_not_run_waits() -> None:
    found = resolve_references({"x": reference("p1", "/lat"), "y": {"$from": "p1"}}, RESULTS, ["p1"])
    assert found.pending == {"/x": StepSource(step="p1", pointer="/lat"), "/y": StepSource(step="p1", pointer="")}
    assert found.arguments == {"x": reference("p1", "/lat"), "y": reference("p1")}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("a/~$from", max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text("ab/~", max_size=3), JSON, max_size=3), st.dictionaries(st.just("s1"), JSON))
def test_every_source_holds_and_anything_else_is_told(arguments: dict[str, Any], results: dict[str, Any]) -> None:
    found = resolve_references(arguments, results)
    for pointer, source in found.sources.items():
        assert equal(resolve(found.arguments, pointer), resolve(results[source.step], source.pointer))
    if not any("$from" in str(value) for value in arguments.values()):
        assert found.arguments == arguments
        assert not found.problems


@given(JSON)
def test_a_whole_result_by_reference_is_the_result(result: Any) -> None:
    found = resolve_references({"all": reference("s1")}, {"s1": result})
    assert equal(found.arguments["all"], result)
    assert set(found.sources) == {pointer for pointer, _ in leaves({"all": result})}


def step(id: str, arguments: dict[str, Any], result: Any) -> Step:
    return Step(id=id, tool="t", arguments=arguments, result=result)


def test_copies_are_traced_to_the_latest_result() -> None:
    steps = [step("s1", {"iata": "HND"}, {"iata": "HND", "lat": 35.5523, "cc": "JP", "runways": 4, "open": True})]
    steps.append(step("s2", {"cc": "JP"}, {"cc": "JP", "name": "Japan", "people": 125000000}))
    arguments = {"a": 35.5523, "b": "HND", "c": "JP", "d": 4, "e": True, "f": "Japan", "g": [125000000]}
    assert find_copies(arguments, {}, steps) == {
        "/a": StepSource(step="s1", pointer="/lat"),
        "/f": StepSource(step="s2", pointer="/name"),
        "/g/0": StepSource(step="s2", pointer="/people"),
    }, "what a user has said and what is small is no copy"
    assert "/a" not in find_copies(arguments, {"/a": StepSource(step="s9", pointer="")}, steps)


def test_a_value_that_is_one_of_few_stays_the_persons_though_a_result_has_it() -> None:
    found = {"date": "2026-07-11", "at": "2026-07-11T17:25", "status": "Open", "time": "17:25", "name": "Ada Moss"}
    found |= {"unit": "mi", "priority": "low", "zone": "Europe/Vienna", "currency": "LKR"}
    schema = {
        "properties": {
            "status": {"type": "string", "description": "Status: 'Open' or 'Closed'."},
            "unit": {"enum": ["mi", "km"]},
            "currency": {"enum": ["LKR", *(f"X{number:02}" for number in range(99))]},
            "priority": {"oneOf": [{"const": "low", "title": "can wait"}, {"const": "high"}]},
        }
    }
    sources = find_copies(found, {}, [step("s1", {}, found)], schema=schema, context={"timezone": "Europe/Vienna"})
    assert sources == {
        "/at": StepSource(step="s1", pointer="/at"),
        "/name": StepSource(step="s1", pointer="/name"),
        "/currency": StepSource(step="s1", pointer="/currency"),
    }


def test_a_copy_of_what_an_earlier_argument_took_comes_from_the_same_place() -> None:
    took = StepSource(step="s1", pointer="/matches/0", span="letter.txt")
    steps = [step("s1", {"name": "letter"}, {"matches": ["./drafts/letter.txt"]})]
    steps.append(
        step("s2", {"file": "letter.txt"}, {"opened": "letter.txt"}).model_copy(update={"sources": {"/file": took}})
    )
    assert find_copies({"file": "letter.txt"}, {}, steps) == {"/file": took}
    assert find_copies({"word": "letter"}, {}, steps) == {}, "the person has said it"


def test_outline() -> None:
    assert outline({"a": 1, "b": 2}) == "/a, /b"
    assert outline([{"a": 1}, {}]) == "2 items from /0 on, the first with /a"
    assert outline([]) == outline(None) == "nothing"
    assert "more" in outline({str(n): n for n in range(100)})
