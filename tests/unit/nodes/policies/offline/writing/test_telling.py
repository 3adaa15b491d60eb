"""Values in sentences: labels, dates, numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.figures import figures_of
from nodes.marks.quantities import exact
from nodes.policies.offline.writing.fill import fill
from nodes.policies.offline.writing.telling import moment_first, tell

DATE = {"type": "string", "format": "date"}


@pytest.mark.parametrize(
    ("value", "schema", "words"),
    [
        ("JP", {"anyOf": [{"const": "JP", "title": "Japan"}, {"pattern": "x"}]}, "Japan"),
        ("NP", {"anyOf": [{"const": "JP", "title": "Japan"}, {"pattern": "x"}]}, "NP"),
        ("2026-03-01", DATE, "1 March 2026"),
        ("2026-03-01", {"type": "string", "format": "plain-date"}, "1 March 2026"),
        ("2026-03-01", {"type": "string"}, "2026-03-01"),
        ("2025-03-14T13:24:00Z", {"format": "date-time"}, "1:24 pm UTC on 14 March 2025"),
        ("2025-03-14T12:00:00+01:00", {"format": "date-time"}, "12:00 UTC+01:00 on 14 March 2025"),
        (12000.0, {}, "12,000"),
        (0.25, {}, "0.25"),
        (32906.25, {}, "32,906.25"),
        (1999, {}, "1999"),
        (123456, {}, "123,456"),
        (6.02e23, {}, "6.02e+23"),
        (1e-9, {}, "1e-09"),
        (True, {}, "yes"),
        (None, {}, "null"),
    ],
)
def test_values_are_told_as_people_write_them(value, schema, words):
    assert tell(value, schema) == words


@given(st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12, allow_nan=False)))
def test_a_number_keeps_its_value(value):
    read = [reading.value for figure in figures_of(tell(value).removeprefix("-")) for reading in figure.readings]
    assert read == [abs(exact(value))]


def test_the_time_comes_before_the_date():
    assert moment_first(["1 May 2026 at noon", "noon on 1 May 2026"])[0] == "noon on 1 May 2026"


RESULT = {"n": 1, "many": 3, "items": [{"code": "JP"}], "none": [], "tags": []}
SCHEMA = {
    "properties": {
        "items": {"items": {"properties": {"code": {"oneOf": [{"const": "JP", "title": "Japan"}]}}}},
    }
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{/n} {/n?day:days}", "1 day"),
        ("{/many} {/many?day:days}", "3 days"),
        ("There {#/items?is:are} {#/items}", "There is 1"),
        ("in {/items/*/code}", "in Japan"),
        ("{/items/*|[code]}", "Japan"),
        ("up: {/none/*/name}", "up: none"),
        ("up: {/none/*|[name] at [time]}", "up: none"),
    ],
)
def test_slots_agree_in_number_and_use_labels(template, text):
    assert fill(template, lambda names: "", set(), RESULT, SCHEMA) == text


def test_an_article_gives_way_to_the_words_in_a_slot():
    assert fill("for a {x} departure", lambda names: "the local time of", {"x"}) == "for the local time of departure"
    assert fill("for a {x} departure", lambda names: "7 am", {"x"}) == "for a 7 am departure"
