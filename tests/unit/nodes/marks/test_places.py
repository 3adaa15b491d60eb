"""What references point at, however they are written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.marks import ArgumentSource, DerivedTell, GivenSource
from graph.record import RecordContext, Step
from graph.sources import ContextSource, StepSource
from nodes.marks.parse import Reference
from nodes.marks.places import in_arguments, in_result, places_of, zones_of

RESULT = {
    "date": "2026-05-09",
    "weekends": [{"days": 3, "name": "Easter"}, {"days": 3, "name": "Whit"}],
    "MA(5)": 227.11,
    "a/b": 1,
    "new cases": 7,
    "tz": "Europe/Oslo",
}
STEP = Step(id="s1", tool="look", arguments={"city": "Bergen", "days": [1, 2]}, result=RESULT)

FOUND = [
    ("/date", "/date", ["2026-05-09"]),
    ("", "", [RESULT]),
    ("/weekends/0/days", "/weekends/0/days", [3]),
    ("/weekends/*/days", "/weekends/*/days", [[3, 3]]),
    ("/weekends/*", "/weekends/*", [RESULT["weekends"]]),
    ("/MA(5)", "/MA(5)", [227.11]),
    ("/a~1b", "/a~1b", [1]),
    ("/a/b", "/a~1b", [1]),
    ("/new cases", "/new cases", [7]),
    ("/'date'", "/date", ["2026-05-09"]),
    ("/weekends.0.name", "/weekends/0/name", ["Easter"]),
    ("/result/date", "/date", ["2026-05-09"]),
]


@pytest.mark.parametrize(("pointer", "real", "values"), FOUND)
def test_a_reference_is_found(pointer: str, real: str, values: list[Any]) -> None:
    found = in_result(STEP, None, Reference("s1", pointer))
    assert found is not None
    assert (found.reference.pointer, [place.value for place in found.places]) == (real, values)


@pytest.mark.parametrize(
    "pointer", ["/nothing", "/weekends/7", "/weekends/*/nothing", "/date/x", "~", "/~2", "//", "/*/*/*/*"]
)
def test_what_is_not_there_is_none(pointer: str) -> None:
    assert in_result(STEP, None, Reference("s1", pointer)) is None


def test_a_place_knows_its_name_its_members_beside_and_its_zones() -> None:
    found = in_result(STEP, None, Reference("s1", "/weekends/0/days"))
    assert found is not None
    place = found.places[0]
    assert (place.name, place.siblings, place.zones) == ("days", ("Easter",), ())  # no time stands there
    found = in_result(STEP, None, Reference("s1", "/weekends"))
    assert found is not None
    assert found.places[0].zones == zones_of(STEP) == ("Europe/Oslo",)


def test_arguments_are_found_in_queries() -> None:
    found = in_arguments(STEP, None, Reference("s1", "/days"))
    assert found is not None
    assert found.places[0].value == [1, 2]


CONTEXT = RecordContext(locale="en", user={"home": "Oslo"})


def places(source: Any) -> list[Any]:
    return [place.value for place in places_of(source, {"s1": STEP}, {}, CONTEXT)]


def test_the_source_of_a_tell_is_resolved() -> None:
    assert places(StepSource(step="s1", pointer="/date")) == ["2026-05-09"]
    assert places(GivenSource(of=ArgumentSource(step="s1", pointer="/city"))) == ["Bergen"]
    assert places(GivenSource(of=ContextSource(pointer="/user/home"))) == ["Oslo"]
    sources = [StepSource(step="s1", pointer="/weekends/*/days")]
    assert places(DerivedTell(op="sum", of=sources)) == [6]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (StepSource(step="s9", pointer=""), "there is no step 's9' so far"),
        (StepSource(step="s1", pointer="/x"), "the result of s1 has nothing at '/x'"),
        (StepSource(step="s1", pointer="/weekends.0.name"), "the result of s1 has nothing"),  # stored ones are exact
        (GivenSource(of=ArgumentSource(step="s1", pointer="/x")), "the arguments of s1 have nothing at '/x'"),
        (GivenSource(of=ContextSource(pointer="/x")), "the context has nothing at '/x'"),
        (
            DerivedTell(op="ratio", of=[StepSource(step="s1", pointer="/date")]),
            "ratio: it takes 2 values, not 1",
        ),
    ],
)
def test_a_source_without_anything_there_says_so(source: Any, message: str) -> None:
    with pytest.raises(LookupError, match=message.replace("(", r"\(")):
        places(source)


@given(st.text("/~*.s'0[] a", max_size=15))
def test_any_pointer_is_read(pointer: str) -> None:
    found = in_result(STEP, None, Reference("s1", pointer))
    assert found is None or found.reference.step == "s1"
