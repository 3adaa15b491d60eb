"""Everyday spellings: that there is one is known without making all."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nodes.proofs.spelling import has_spelling, spellings

LABELLED = {
    "oneOf": [{"const": "FR", "title": "France"}, {"const": 7, "title": "weekly"}, {"const": None, "title": ""}]
}
schemas = st.sampled_from([{}, LABELLED, {"format": "date"}, {"enum": ["round_trip", 7]}, {"title": "Include taxes"}])
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=50),
    st.dates().map(str),
    st.uuids().map(str),
    st.sampled_from(["FR", 7, "round_trip", [], {}]),
)


@given(values, schemas, st.sampled_from(["", "date", "include_taxes"]))
def test_there_is_a_spelling_where_spellings_finds_one(value: Any, schema: dict[str, Any], name: str) -> None:
    assert has_spelling(value, schema, name) == bool(spellings(value, schema, name))
