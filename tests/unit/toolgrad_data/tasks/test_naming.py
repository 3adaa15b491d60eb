"""Two told values that stand with each other's names are an answer to nothing; one name alone proves nothing."""

import pytest

from graph.record import RecordContext
from nodes.marks.infer import setting_of
from nodes.marks.says import Place
from toolgrad_data.tasks.message import Message, told_by
from toolgrad_data.tasks.naming import misnamed, names_of

SETTING = setting_of(RecordContext())
PLACES = [
    Place(48.21, {"title": "latitude"}, "latitude"),
    Place(16.37, {"title": "longitude"}, "longitude"),
    Place(248, {}, "days_in_all"),
    Place(49, {}, "weeks"),
]


def found(text: str) -> set[str]:
    message = Message.of(text, SETTING)
    told = {i: figures for i, place in enumerate(PLACES) if (figures := told_by(message, place, frozenset()))}
    return set(misnamed(message, told, {i: names_of([PLACES[i]]) for i in told}))


@pytest.mark.parametrize(
    "text",
    [
        "It lies at latitude 48.21 and longitude 16.37.",
        "Its longitude is 16.37, its latitude 48.21.",
        "48.21 and 16.37 are latitude and longitude.",
        "That makes 248 days, or 49 weeks.",
        "At latitude 48.21 it takes 248 days.",
    ],
)
def test_a_value_with_its_own_name_or_none_is_right(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It lies at latitude 16.37 and longitude 48.21.", {"latitude 16.37", "longitude 48.21"}),
        ("Latitude: 16.37. Longitude: 48.21.", {"latitude 16.37", "longitude 48.21"}),
    ],
)
def test_two_that_changed_places_are_seen(text: str, words: set[str]) -> None:
    assert found(text) == words


def test_one_name_with_another_figure_is_no_exchange() -> None:
    assert found("The latitude of the town, 248 days away, is 48.21.") == set()


def test_a_name_is_its_words_and_its_title_without_what_says_nothing() -> None:
    assert names_of([Place(1, {"title": "Days in all"}, "total_km")]) == {"day", "all", "total"}
