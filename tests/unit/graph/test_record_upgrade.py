"""Version 1 read as version 2, and versions that are not read."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from graph.record import Record
from graph.record_upgrade import upgrade_version_1
from graph.sources import UserSource
from graph.spans import occurrences, stands_whole
from tests.unit.nodes.proofs.records import example


def version_1(quote: Any, *queries: str, source: dict[str, Any] | None = None) -> dict[str, Any]:
    turns = [{"query": query, "steps": []} for query in queries]
    turns[-1]["steps"] = [{"sources": {"/a": source or {"kind": "user", "quote": quote}}}]
    return {"schema_version": 1, "turns": turns}


def source_of(data: Any) -> Any:
    return upgrade_version_1(data)["turns"][-1]["steps"][0]["sources"]["/a"]


SPANS = [
    ("Bergen", ["to Bergen"], (0, 3, 9)),
    ("Bergen", ["to Bergen", "and back"], (0, 3, 9)),  # an earlier turn said it
    ("Bergen", ["to Bergen", "Bergen again"], (1, 0, 6)),  # the last one first
    ("12", ["112 or 12"], (0, 7, 9)),  # whole before part
    ("12", ["112"], (0, 1, 3)),
    ("é", ["👍 é"], (0, 2, 3)),  # code points, neither bytes nor UTF-16
    ("Oslo", ["to Bergen"], (0, 0, 0)),  # nowhere: the proof tells
    ("", ["to Bergen"], (0, 0, 0)),
]


@pytest.mark.parametrize(("quote", "queries", "span"), SPANS)
def test_a_quote_gets_the_span_where_it_stands(quote: str, queries: list[str], span: tuple[int, int, int]) -> None:
    found = source_of(version_1(quote, *queries))
    assert (found["turn"], found["start"], found["end"]) == span


def test_quotes_inside_derivations_get_spans() -> None:
    of = [{"kind": "user", "quote": "two"}, {"kind": "step", "step": "s1", "pointer": ""}]
    found = source_of(version_1("", "for two", source={"kind": "derived", "op": "sum", "of": of}))
    assert found["of"][0] == {"kind": "user", "quote": "two", "turn": 0, "start": 4, "end": 7}
    assert found["of"][1] == of[1]


@pytest.mark.parametrize("claim", [{"turn": 99}, {"turn": 0}, {"end": 3}])
def test_a_place_that_version_1_does_not_have_is_said(claim: dict[str, int]) -> None:
    source = {"kind": "user", "quote": "Bergen", **claim}
    with pytest.raises(ValueError, match=f"version 1 has a quote alone.*{next(iter(claim))}"):
        upgrade_version_1(version_1("", "to Bergen", source=source))
    document = {**example().model_dump(mode="json"), "schema_version": 1}
    document["turns"][0]["steps"][0]["sources"] = {"/iata": source}
    with pytest.raises(ValidationError, match="a quote alone"):
        Record.model_validate(document)


def test_nothing_is_changed_in_place_and_no_other_version() -> None:
    data = version_1("Bergen", "to Bergen")
    before = copy.deepcopy(data)
    upgrade_version_1(data)
    assert data == before
    for other in ({**data, "schema_version": 2}, {"schema_version": 1}, [], None, "x"):
        assert upgrade_version_1(other) is other


@pytest.mark.parametrize(
    "steps", [None, 3, [None], [{"sources": 3}], [{"sources": {"/a": 3}}], [{"sources": {"/a": {"quote": 3}}}]]
)
def test_what_is_no_record_is_left_to_the_model(steps: Any) -> None:
    turns = upgrade_version_1({"schema_version": 1, "turns": [{"query": "x", "steps": steps}, None]})["turns"]
    assert turns[0]["query"] == "x"
    assert turns[1] is None


def test_a_record_of_version_1_is_read_with_spans_and_without_marks() -> None:
    data = example().model_dump(mode="json")
    data["schema_version"] = 1
    for step in data["turns"][0]["steps"]:
        for source in step["sources"].values():
            for member in ("turn", "start", "end", "paraphrase"):
                source.pop(member, None)
    del data["turns"][0]["tells"], data["turns"][0]["asks"]
    record = Record.model_validate(data)
    source = record.turns[0].steps[1].sources["/date"]
    assert isinstance(source, UserSource)
    assert record.turns[0].query[source.start : source.end] == "1 March 2026"
    assert record.turns[0].tells is None


def test_a_record_of_version_3_is_refused() -> None:
    with pytest.raises(ValidationError, match="schema_version"):
        Record.model_validate({**example().model_dump(mode="json"), "schema_version": 3})


WHOLE = [
    ("to Bergen", 3, 9, True),
    ("to Bergen", 3, 8, False),
    ("1,234", 0, 1, False),
    ("1.5", 2, 3, False),
    ("10:30", 0, 2, False),
    ("-5", 1, 2, False),
    ("3-5", 2, 3, True),
    ("5 km", 0, 1, True),
    ("東京へ", 0, 2, True),
    ("to", 0, 0, False),
    ("to", 1, 9, False),
    ("to", -1, 1, False),
]


@pytest.mark.parametrize(("text", "start", "end", "is_whole"), WHOLE)
def test_spans_cut_no_word_and_no_number(text: str, start: int, end: int, is_whole: bool) -> None:
    assert stands_whole(text, start, end) is is_whole


@given(st.text(max_size=30), st.text(max_size=4))
def test_occurrences_are_whole_and_verbatim(text: str, stretch: str) -> None:
    for start, end in occurrences(stretch, text):
        assert text[start:end] == stretch
        assert stands_whole(text, start, end)
