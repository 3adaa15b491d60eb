import math
from typing import Any

import pytest

from nodes.proofs.saying import says, stands, unsayable

COUNTRY = {
    "type": "string",
    "anyOf": [
        {"const": "FR", "title": "France"},
        {"const": "IN", "title": "India"},
        {"pattern": "^[A-Z]{2}$"},
    ],
}
HOLIDAYS = {"type": "boolean", "description": "Count public holidays as well."}


@pytest.mark.parametrize(
    ("quote", "value", "schema", "name"),
    [
        ("10", 10, {}, ""),
        ("10", 10.0, {}, ""),
        ("ten", 10, {}, ""),
        ("1,000", 1000, {}, ""),
        ("2.5", 2.5, {}, ""),
        ("10%", 10, {}, ""),
        ("third", 3, {}, ""),
        ("10th", 10, {}, ""),
        ("TOKYO", "Tokyo", {}, ""),
        ("New   York", "new york", {}, ""),
        ("rock ’n’ roll", "rock 'n' roll", {}, ""),
        ("Málaga", "Málaga", {}, ""),
        ("France", "FR", COUNTRY, ""),
        ("FR", "FR", COUNTRY, ""),
        ("IN", "IN", COUNTRY, ""),
        ("india", "IN", COUNTRY, ""),
        ("1 March 2026", "2026-03-01", {}, ""),
        ("March 2026", "2026-03", {}, ""),
        ("2:30 pm", "14:30", {}, ""),
        ("1 March 2026 at 2:30 pm", "2026-03-01T14:30:00", {}, ""),
        ("14:30 UTC on 1 March 2026", "2026-03-01T14:30:00Z", {}, ""),
        ("round trip", "round_trip", {"enum": ["round_trip", "one-way"]}, ""),
        ("one way", "one-way", {"enum": ["round_trip", "one-way"]}, ""),
        ("January", 1, {"oneOf": [{"const": 1, "title": "January"}]}, ""),
        ("with public holidays", True, HOLIDAYS, "include_holidays"),
        ("without holidays", False, HOLIDAYS, "include_holidays"),
        ("don't count holidays", False, HOLIDAYS, "include_holidays"),
        ("excluding weekends", True, {}, "exclude_weekends"),
        ("without weekends", True, {}, "exclude_weekends"),
        ("weekends too", False, {}, "exclude_weekends"),
        ("5 pm", 17, {}, "hour"),
        ("5 pm", 17.0, {"title": "Start hour"}, "from"),
        ("5 p.m.", 17, {"description": "The hour of the day, 0 to 23."}, "time"),
        ("5:30 pm", 17, {}, "start_hour"),
        ("5:30 pm", 30, {}, "minute"),
        ("noon", 12, {}, "hour"),
        ("midnight", 0, {}, "hour"),
        ("3 May 2026", 5, {}, "month"),
        ("3 May 2026 at 5 pm", 17, {}, "hour"),
        ("5 pm", "5:00 PM", {}, ""),
        ("3 May 2026", "May 3, 2026", {}, ""),
        ("no limit", None, {"title": "limit"}, "limit"),
        ("any price limit", None, {}, "limit"),
        ("jane.doe@example.com", "jane.doe@example.com", {}, ""),
    ],
)
def test_says(quote: str, value: Any, schema: dict[str, Any], name: str) -> None:
    assert says(quote, value, schema, name)


@pytest.mark.parametrize(
    ("quote", "value", "schema", "name"),
    [
        ("5 pm", 5, {}, "hour"),
        ("5 pm", 17, {}, "hours"),
        ("5 pm", 17, {}, "count"),
        ("5 am", 17, {}, "hour"),
        ("3 May 2026", 6, {}, "month"),
        ("10 and 20", 10, {}, ""),
        ("10 km", 10, {}, ""),
        ("2.5", 2, {}, ""),
        ("third", 3.5, {}, ""),
        ("1", True, {}, "flag"),
        ("true", True, {}, "flag"),
        ("5", "five", {}, ""),
        ("five", "5", {}, ""),
        ("1,000", "1000", {}, ""),
        ("Malaga", "Málaga", {}, ""),
        ("in", "IN", COUNTRY, ""),
        ("Germany", "FR", COUNTRY, ""),
        ("French", "FR", COUNTRY, ""),
        ("01/03/2026", "2026-03-01", {}, ""),
        ("2 March 2026", "2026-03-01", {}, ""),
        ("Monday 1 March 2026", "2026-03-01", {}, ""),
        ("1 March 2026 at 14:30", "2026-03-01T14:30:00Z", {}, ""),
        ("1 March 2026", "2026-03-01T00:00:00", {}, ""),
        ("2:30", "14:30", {}, ""),
        ("john doe", "john_doe", {}, ""),
        ("without holidays", True, HOLIDAYS, "include_holidays"),
        ("with holidays", False, HOLIDAYS, "include_holidays"),
        ("please", True, HOLIDAYS, "include_holidays"),
        ("one two three four five six seven eight holidays", True, HOLIDAYS, "include_holidays"),
        ("the limit", None, {}, "limit"),
        ("", "", {}, ""),
        ("", 0, {}, ""),
        ("[]", [], {}, ""),
        ("nan", math.nan, {}, ""),
    ],
)
def test_does_not_say(quote: str, value: Any, schema: dict[str, Any], name: str) -> None:
    assert not says(quote, value, schema, name)


@pytest.mark.parametrize(
    "value",
    ["x" * 41, "123e4567-e89b-12d3-a456-426614174000", "deadbeefdeadbeef", "0123456789abcdef0",
     "sha:" + "ab12" * 4, 3.14159, "3.14159", 1e-7, math.inf, math.nan, "", "  ", [], {}, {"a": 1}],
)  # fmt: skip
def test_nobody_types(value: Any) -> None:
    assert unsayable(value, {})


@pytest.mark.parametrize(
    "value",
    ["x" * 40, "AB-2024-0017", "jane.doe@example.com", 3.142, 12345678901234567890, "4111111111111111",
     "DE89370400440532013000", "deadbeefdeadbee", True, None, "3.142", "+44 20 7946 0018"],
)  # fmt: skip
def test_somebody_types(value: Any) -> None:
    assert unsayable(value, {}) is None


def test_a_labelled_value_is_typed_as_its_title() -> None:
    identifier = "123e4567-e89b-12d3-a456-426614174000"
    schema = {"oneOf": [{"const": identifier, "title": "Reading list"}]}
    assert unsayable(identifier, schema) is None
    assert says("reading list", identifier, schema)


@pytest.mark.parametrize(
    ("query", "quote", "value", "name"),
    [
        ("Add 10 and 20.", "10", 10, "a"),
        ("It is -5 °C.", "-5", -5, "t"),
        ("Show 10–20 km.", "20", 20, "most"),
        ("In Tokyo's centre", "Tokyo", "Tokyo", "city"),
        ("on the 2nd", "2nd", 2, "n"),
        ("on 2 March 2026", "2", 2, "day"),
        ("in March 2026", "2026", 2026, "year"),
        ("東京の天気", "東京", "東京", "city"),
        ("Holidays too, no rush", "Holidays", True, "include_holidays"),
    ],
)
def test_stands(query: str, quote: str, value: Any, name: str) -> None:
    assert stands(query, quote, value, {}, name)


@pytest.mark.parametrize(
    ("query", "quote", "value", "name"),
    [
        ("Add 10 and 20.", "1", 1, "a"),
        ("Take 2.5 kg", "2", 2, "a"),
        ("Take 2.5 kg", "5", 5, "a"),
        ("Take 1,000", "1", 1, "a"),
        ("Take 1 000 of them", "1", 1, "a"),
        ("It is -5 °C.", "5", 5, "t"),
        ("at 10:30", "10", 10, "people"),
        ("twenty-five people", "twenty", 20, "people"),
        ("a hundred and five people", "five", 5, "people"),
        ("5 million people", "5", 5, "people"),
        ("on 2 March 2026", "2", 2, "people"),
        ("at 2 pm", "2", 2, "people"),
        ("In Tokyokita", "Tokyo", "Tokyo", "city"),
        ("in Kyoto", "Tokyo", "Tokyo", "city"),
        ("Count without any holidays", "holidays", True, "include_holidays"),
        ("10km", "10", 10, "distance"),
    ],
)
def test_does_not_stand(query: str, quote: str, value: Any, name: str) -> None:
    assert not stands(query, quote, value, {}, name)
