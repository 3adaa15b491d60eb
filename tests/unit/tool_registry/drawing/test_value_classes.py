"""What is a place, a person, a day and an amount, by what a parameter is called and what the value is."""

from typing import Any

import pytest

from tool_registry.drawing.value_classes import class_of


@pytest.mark.parametrize(
    ("name", "schema", "value", "expected"),
    [
        ("city", {}, "Graz", "place"),
        ("destinationCity", {}, "Graz", "place"),
        ("q", {"title": "first city"}, "Graz", "place"),
        ("q", {"format": "city-name"}, "Graz", "place"),
        ("country", {"format": "country-code"}, "AT", "place"),
        ("guest", {}, "Ida Berg", "person"),
        ("full_name", {}, "Ida Berg", "person"),
        ("customer_id", {}, "c-17", None),
        ("guest_email", {}, "ida@example.com", None),
        ("name", {}, "Rose", None),
        ("start", {"format": "date"}, "2026-05-14", "day"),
        ("from", {}, "2026-05-14T10:00:00Z", "day"),
        ("note", {}, "on 2026-05-14", None),
        ("price", {}, 12.5, "amount"),
        ("city_limit", {}, 3, "amount"),
        ("latitude", {}, 47.1, None),
        ("birth_year", {}, 1980, None),
        ("express", {}, True, None),
        ("items", {}, [], None),
    ],
)
def test_a_value_is_of_the_class_that_it_is_called_by(
    name: str, schema: dict[str, Any], value: Any, expected: str | None
) -> None:
    assert class_of(name, schema, value) == expected
