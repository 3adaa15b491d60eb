"""How mixed values, openings, tools and wording are."""

import math
from collections import Counter

import pytest

from graph.record import Ingredients, Record, Step
from graph.sources import StepSource, UserSource
from tests.unit.toolgrad_data.runs.helpers import record
from tool_registry.spec import ToolSpec
from toolgrad_data.stats.diversity import DiversityCounter, spread_of
from toolgrad_data.stats.figures import Stats
from toolgrad_data.stats.view import rows

SPEC = ToolSpec(
    name="book",
    description="Book a room.",
    parameters={
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "guest": {"type": "string"},
            "day": {"type": "string", "format": "date"},
            "rooms": {"type": "array", "items": {"type": "object", "properties": {"price": {"type": "number"}}}},
        },
    },
    source="python",
)


def booking(index: int, city: str, guest: str = "Ida Berg", price: float = 40.0, **changes: object) -> Record:
    made = record(index)
    said = UserSource(start=0, end=4, quote="Book")
    arguments = {"city": city, "guest": guest, "day": "2026-05-14", "rooms": [{"price": price}]}
    pointers = ("/city", "/guest", "/day", "/rooms/0/price")
    steps = [
        Step(id="s1", tool="book", arguments=arguments, sources=dict.fromkeys(pointers, said), result={}),
        Step(
            id="s2",
            tool="book",
            arguments={"city": city, "guest": "Found One"},
            sources={"/city": said, "/guest": StepSource(step="s1", pointer="/guest")},
            result={},
        ),
    ]
    turn = made.turns[0].model_copy(update={"steps": steps, "query": f"Book a room in {city} for {guest}."})
    return made.model_copy(update={"turns": [turn], "tools": [SPEC], **changes})


def test_values_that_people_say_count_once_a_record() -> None:
    counter = DiversityCounter()
    for index, city in enumerate(["Lisbon", "lisbon", "Graz", "Quito"]):
        counter.add(booking(index, city, price=40 + index))
    found = counter.diversity()
    assert found.values["places"].things == 4
    assert found.values["places"].different == 3
    assert found.values["places"].most == {"lisbon": 2}
    entropy = 0.5 * math.log(2) + 2 * 0.25 * math.log(4)
    assert found.values["places"].effective == pytest.approx(math.exp(entropy), abs=0.05)
    # What a result gave is not said by the person.
    assert found.values["people"].most == {"ida berg": 4}
    assert found.values["people"].effective == found.values["days"].effective == 1.0
    assert (found.values["amounts"].different, found.values["amounts"].effective) == (4, 4.0)
    assert found.tools.most == {"book": 8}
    assert found.openings.most == {"book a room": 4}


def test_wording_is_compared_between_queries() -> None:
    counter = DiversityCounter()
    for index, city in enumerate(["Graz", "Graz", "Quito"]):
        counter.add(booking(index, city))
    found = counter.diversity()
    # "book a room in graz for ida berg" twice: all five 4-grams; "… quito …" shares "book a room in".
    assert found.overlap == pytest.approx((1 + 1 + 1 / 5) / 3, abs=1e-3)
    assert found.distinct_ngrams[1] == pytest.approx(9 / 24, abs=1e-3)
    assert found.compared == 3


def test_records_that_say_what_they_were_given_are_counted() -> None:
    counter = DiversityCounter()
    counter.add(booking(0, "Graz", ingredients=Ingredients(places=["Graz, Austria"], names=["Ko Ali"])))
    counter.add(booking(1, "Graz", "Ko Ali", ingredients=Ingredients(places=["Oslo"], names=["Ko Ali"])))
    counter.add(booking(2, "Graz", ingredients=Ingredients(places=["Oslo"], names=["Ko Ali"])))
    counter.add(booking(3, "Graz"))
    found = counter.diversity()
    assert (found.with_ingredients, found.taken) == (3, 2)
    shown = dict(rows(Stats(file="x", diversity=found)))
    assert shown["ingredients"] == "given to 3, a place or name of them said in 2"
    assert shown["different places"] == "1 of 4, as mixed as 1 equally frequent ones; 4 × graz"


def test_nothing_has_no_figures() -> None:
    assert spread_of(Counter()).effective is None
    found = DiversityCounter().diversity()
    assert (found.overlap, found.distinct_ngrams, found.openings.effective) == (None, {}, None)
    shown = dict(rows(Stats(file="x")))
    assert {shown[name] for name in ("different places", "ingredients", "query openings", "wording")} == {"–"}
