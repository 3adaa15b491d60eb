"""Values that a response reckons."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.operations import TOLD_OPERATIONS, DerivationError, derive

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


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("2026-05-09")


@given(st.sampled_from(sorted(TOLD_OPERATIONS)), st.lists(scalars | st.lists(scalars, max_size=3), max_size=3))
def test_nothing_but_underivable_is_raised(op: str, values: list[Any]) -> None:
    with suppress(DerivationError):
        assert derive(op, values) is not None
