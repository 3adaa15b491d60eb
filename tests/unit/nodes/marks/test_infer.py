"""Where figures that nobody marked stand in a record."""

from typing import Any

import pytest

from graph.marks import DerivedTell, GivenSource
from graph.record import RecordContext, Step
from graph.sources import StepSource
from nodes.marks.figures import figures_of
from nodes.marks.infer import Values, setting_of

CONTEXT = RecordContext(now="2026-05-06T10:00:00+02:00", user={"age": 41})


def values(*results: Any, arguments: dict[str, Any] | None = None) -> Values:
    known = Values(CONTEXT, setting_of(CONTEXT))
    for number, result in enumerate(results, 1):
        known.learn_step(Step(id=f"s{number}", tool="look", arguments=arguments or {}, result=result))
    return known


def standing(known: Values, words: str, prefer: list[str] | None = None) -> list[str]:
    """Return the places of the words' first figure, shortly."""
    found = []
    for source in known.places(figures_of(words)[0], words, prefer or []):
        match source:
            case StepSource(step=step, pointer=pointer):
                found.append(f"{step}{pointer}")
            case GivenSource(of=of):
                found.append(f"given {of.pointer}")
            case DerivedTell(op=op, of=of):
                found.append(f"{op} {' '.join(each.pointer for each in of)}")
    return found


PLACES = [
    ({"price": 12.5, "left": 3}, "12.50 euros", ["s1/price"]),
    ({"price": 12.5, "left": 3}, "12.51 euros", []),
    ({"share": 0.25}, "25 %", ["s1/share"]),
    ({"distance_km": 8.05}, "5.00 miles", ["s1/distance_km"]),
    ({"rows": [{"n": 1}, {"n": 2}, {"n": 3}]}, "3 rows", ["s1/rows/2/n"]),
    ({"rows": ["a", "b", "c", "d"]}, "4 rows", ["count /rows"]),
    ({"cost": [100.5, 200.25]}, "300.75 in all", ["sum /cost/0 /cost/1"]),
    ({"rows": [{"cost": 100}, {"cost": 230}]}, "130 more", ["difference /rows/0/cost /rows/1/cost"]),
    ({"when": "2026-05-09T17:00:00Z"}, "9 May", ["s1/when"]),
    ({"when": "2026-05-09T17:00:00Z"}, "5 pm", ["s1/when"]),
    ({"when": "2026-05-09T17:00:00Z"}, "10 May", []),
    ({"note": "Call 555 after 17:30"}, "17:30", ["s1/note"]),
    ({"note": "Call 555 after 17:30"}, "555", ["s1/note"]),
    ({"MA(5)": 227.11}, "5-day", ["s1/MA(5)"]),
    ({"duration_minutes": 185}, "3 hours and 5 minutes", ["s1/duration_minutes"]),
    ({}, "41", ["given /user/age"]),
    ({"a": True, "b": None}, "1", []),
]


@pytest.mark.parametrize(("result", "words", "expected"), PLACES)
def test_figures_stand_where_their_values_are(result: Any, words: str, expected: list[str]) -> None:
    assert standing(values(result), words) == expected


def test_the_step_beside_comes_first_and_several_places_are_named() -> None:
    known = values({"a": 120, "b": 120}, {"a": 120})
    assert standing(known, "120") == ["s1/a", "s1/b", "s2/a"]
    assert standing(known, "120", ["s2"]) == ["s2/a"]


def test_results_come_before_what_was_given() -> None:
    assert standing(values({"a": 120}, arguments={"b": 120}), "120") == ["s1/a"]
    assert standing(values({}, arguments={"b": 120}), "120") == ["given /b"]


def test_small_figures_are_never_reckoned() -> None:
    assert standing(values({"cost": [10, 20]}), "30 in all") == []


def test_a_large_result_is_learnt_in_part() -> None:
    known = values({"rows": list(range(30_000))})
    assert standing(known, "19,999") == ["s1/rows/19999"]
    assert standing(known, "29,999") == []


def test_a_present_that_is_none_is_left_out() -> None:
    assert setting_of(RecordContext(now="soon")).now is None


@pytest.mark.parametrize(("words", "is_found"), [("October 2023", True), ("October 2024", False), ("May 2023", False)])
def test_a_month_may_stand_in_two_arguments(words: str, is_found: bool) -> None:
    known = Values(RecordContext(), setting_of(RecordContext()))
    known.learn_step(Step(id="s1", tool="days", arguments={"month": 10, "year": 2023}, result={"days": 22}))
    assert bool(known.places(figures_of(words)[0], words)) is is_found
