"""What two records are compared by."""

from fractions import Fraction
from typing import Any

import pytest

from graph.record import Record, Step, Turn
from nodes.proofs.distinct import GRAM, SIMILAR, calls_key, grams, overlap
from tests.unit.nodes.proofs.records import META


def record(*queries: str, calls: tuple[tuple[str, dict[str, Any]], ...] = ()) -> Record:
    """Return a record with a turn a query; the last one makes the calls."""
    steps = [Step(id=f"s{at}", tool=tool, arguments=arguments, result=1) for at, (tool, arguments) in enumerate(calls)]
    turns = [Turn(query=query, steps=[], chains=[], response="") for query in queries[:-1]]
    turns.append(Turn(query=queries[-1], steps=steps, chains=[[step.id] for step in steps], response=""))
    return Record(id="r", turns=turns, tools=[], offered=[], meta=META)


@pytest.mark.parametrize(
    ("calls", "others", "same"),
    [
        ((("t", {"a": 1}), ("u", {})), (("u", {}), ("t", {"a": 1.0})), True),
        ((("t", {"a": {"x": 1, "y": [2.0]}}),), (("t", {"a": {"y": [2], "x": 1}}),), True),
        ((("t", {"a": 1}),), (("t", {"a": True}),), False),
        ((("t", {"a": [1, 2]}),), (("t", {"a": [2, 1]}),), False),
        ((("t", {}),), (("t", {}), ("t", {})), False),
    ],
)
def test_calls_are_compared_as_json_in_any_order(calls: Any, others: Any, same: bool) -> None:
    assert (calls_key(record("x", calls=calls)) == calls_key(record("y", calls=others))) is same


def test_queries_are_compared_by_their_words_alone() -> None:
    assert grams(record("How far is Café Łódź?")) == grams(record("how FAR, is cafe łodz"))
    assert len(grams(record("one two three four"))) == 4 - GRAM + 1
    assert len(grams(record("one two"))) == 1, "a short query is one gram"


def test_no_gram_goes_over_the_end_of_a_turn() -> None:
    assert grams(record("one two three", "four five six")) == grams(record("one two three")) | grams(
        record("four five six")
    )


def test_the_overlap_is_exact_at_the_limit() -> None:
    ten, eight = (grams(record(" ".join(f"w{n}" for n in range(count + GRAM - 1)))) for count in (10, 8))
    assert overlap(ten, eight) == overlap(eight, ten) == SIMILAR == Fraction(4, 5)
    assert overlap(ten, ten) == 1
    assert overlap(frozenset(), frozenset()) == 0


def test_lone_surrogates_are_compared_too() -> None:
    assert calls_key(record("x", calls=(("t", {"a": "\ud800"}),))) != calls_key(record("x", calls=(("t", {"a": "?"}),)))
    assert grams(record("\ud800"))
