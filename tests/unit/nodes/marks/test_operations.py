"""What may be reckoned: of arguments, and by a response."""

import json
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.operations import OPERATIONS, TOLD_OPERATIONS, DerivationError, derive, recompute

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("2026-03-01"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("op", "values", "params", "result"),
    [
        ("sum", [0.1, 0.2], {}, 0.3),
        ("sum", [1, 2, 3], {}, 6),
        ("difference", [5, 7.5], {}, -2.5),
        ("product", [3, 0.5], {}, 1.5),
        ("quotient", [1, 4], {}, 0.25),
        ("quotient", [6, 3], {}, 2),
        ("round", [2.456], {"digits": 1}, 2.5),
        ("round", [7.8], {}, 8),
        ("date_add", ["2026-02-27", 3], {}, "2026-03-02"),
        ("date_add", ["2026-01-31", 1], {"unit": "months"}, "2026-02-28"),
        ("date_add", ["2024-02-29", -1], {"unit": "years"}, "2023-02-28"),
        ("date_step", ["2026-03-01"], {}, "2026-03-02"),
        ("date_step", ["2026-03-01"], {"unit": "weeks", "direction": -1}, "2026-02-22"),
        ("date_diff", ["2026-03-01", "2026-03-15"], {"unit": "weeks"}, 2),
        ("date_diff", ["2026-03-02", "2026-03-01"], {}, -1),
        ("date_part", ["2026-03-01T14:30:00Z"], {}, "2026-03-01"),
        ("date_part", ["2026-03-01T14:30:00Z"], {"part": "time"}, "14:30"),
        ("date_part", ["2026-03-01"], {"part": "month"}, 3),
        ("count", [[1, 2, 3]], {}, 3),
        ("count", [{}], {}, 0),
        ("first", [["a", "b"]], {}, "a"),
        ("last", [["a", "b"]], {}, "b"),
        ("join", ["Ada", "Lovelace"], {}, "Ada Lovelace"),
        ("join", ["A", 7, 2.5], {"separator": "-"}, "A-7-2.5"),
        ("lower", ["ABC"], {}, "abc"),
        ("upper", ["abc"], {}, "ABC"),
        ("title", ["new york"], {}, "New York"),
        ("convert_unit", [10], {"from": "kilometre", "to": "metre"}, 10_000),
        ("convert_unit", [100], {"from": "degC", "to": "degF"}, 212),
        ("convert_unit", [5], {"from": "percent", "to": "dimensionless"}, 0.05),
    ],
)
def test_recomputes(op: str, values: list[Any], params: dict[str, Any], result: Any) -> None:
    assert recompute(op, values, params) == result


@pytest.mark.parametrize(
    ("op", "values", "params", "message"),
    [
        ("guess", [1], {}, "no operation 'guess'; allowed: sum, difference"),
        ("sum", [1], {}, "takes 2 or more"),
        ("sum", [1, "2"], {}, "not a number"),
        ("sum", [1, True], {}, "not a number"),
        ("sum", [1, float("nan")], {}, "not a number"),
        ("product", [1e300, 1e300], {}, "too large"),
        ("quotient", [1, 0], {}, "divided by zero"),
        ("round", [1.5], {"digits": -1}, "digits"),
        ("round", [1.5], {"places": 1}, "unknown params places"),
        ("date_add", ["1 March 2026", 1], {}, "not a date"),
        ("date_add", ["2026-03-01", 0.5], {}, "whole number"),
        ("date_add", ["9999-12-31", 1], {}, "no date of the calendar"),
        ("date_add", ["2026-03-01"], {"amount": 5}, "takes 2 values"),
        ("date_step", ["2026-03-01"], {"direction": 5}, "direction"),
        ("date_diff", ["2026-03-01", "2026-03-02"], {"unit": "weeks"}, "no whole number of weeks"),
        ("date_part", ["2026-03-01"], {"part": "time"}, "not a date-time"),
        ("count", ["abc"], {}, "list or an object"),
        ("first", [[]], {}, "not empty"),
        ("join", ["a", "b"], {"separator": "and"}, "separator"),
        ("upper", [1], {}, "not a string"),
        ("convert_unit", [1], {"from": "kilometre", "to": "kilogram"}, "does not convert"),
        ("convert_unit", [1], {"from": "kilometre", "to": "9"}, "name of a unit"),
        ("convert_unit", [1], {"from": "m**9999999", "to": "m"}, "name of a unit"),
        ("convert_unit", [1], {}, "name of a unit"),
    ],
)
def test_refuses(op: str, values: list[Any], params: dict[str, Any], message: str) -> None:
    with pytest.raises(DerivationError, match=message):
        recompute(op, values, params)


@given(st.dates(date(1, 1, 1), date(9000, 1, 1)), st.integers(-300, 100_000))
def test_adding_days_is_undone_by_their_difference(day: date, days: int) -> None:
    if (day - date.min).days + days < 0:
        return
    later = recompute("date_add", [day.isoformat(), days], {})
    assert later == (day + timedelta(days=days)).isoformat()
    assert recompute("date_diff", [day.isoformat(), later], {}) == days


@given(
    st.sampled_from(sorted(set(OPERATIONS) - {"convert_unit"})),
    st.lists(json_values, max_size=3),
    st.dictionaries(st.sampled_from(["unit", "digits", "part", "direction", "separator", "x"]), json_values),
)
def test_gives_json_or_a_derivation_error(op: str, values: list[Any], params: dict[str, Any]) -> None:
    try:
        result = recompute(op, values, params)
    except DerivationError:
        return
    assert json.loads(json.dumps(result)) == result


DERIVED = [
    ("count", [[1, 2, 3]], 3),
    ("count", [1, 2], 2),
    ("count", [{"a": 1}], 1),
    ("sum", [0.1, 0.2], 0.3),
    ("sum", [[1, 2, 3]], 6),
    ("difference", [3, 16.04], 13.04),
    ("ratio", [3, 4], 0.75),
    ("product", [3, 4], 12),
    ("min", [[3, 1, 2]], 1),
    ("max", ["2026-05-09", "2026-06-01"], "2026-06-01"),
    ("days", ["2026-05-09", "2026-06-01"], 23),
    ("weeks", ["2026-05-09", "2026-05-23"], 2),
    ("hours", ["05:00", "20:30"], 15.5),
    ("minutes", ["23:30", "00:15"], 45),
    ("minutes", ["2026-05-09T10:00:00Z", "2026-05-09T13:00:00+02:00"], 60),
    ("date", ["2026-05-09", 30], "2026-06-08"),
]
UNDERIVABLE = [
    ("guess", [1, 2]),
    ("sum", ["a", "b"]),
    ("sum", [1]),
    ("ratio", [1, 0]),
    ("difference", [1, 2, 3]),
    ("sum", [True, 1]),
    ("days", ["2026-05-09"]),
    ("days", ["Bergen", "2026-05-09"]),
    ("hours", ["2026-05-09", "2026-05-10"]),
    ("date", ["2026-05-09", "x"]),
    ("date", ["2026-05-09", 10**7]),
    ("min", []),
    ("product", [None, 1]),
]


@pytest.mark.parametrize(("op", "values", "result"), DERIVED)
def test_values_are_reckoned(op: str, values: list[Any], result: Any) -> None:
    assert derive(op, values) == result


@pytest.mark.parametrize(("op", "values"), UNDERIVABLE)
def test_what_is_not_defined_is_said(op: str, values: list[Any]) -> None:
    with pytest.raises(DerivationError):
        derive(op, values)


def test_an_unknown_operation_names_the_known_ones() -> None:
    with pytest.raises(DerivationError, match="no operation 'guess'; allowed: count, sum"):
        derive("guess", [])


derivable = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("2026-05-09")


@given(st.sampled_from(sorted(TOLD_OPERATIONS)), st.lists(derivable | st.lists(derivable, max_size=3), max_size=3))
def test_nothing_but_underivable_is_raised(op: str, values: list[Any]) -> None:
    with suppress(DerivationError):
        assert derive(op, values) is not None
