"""The ingredients of a sample: its own, even, and as against the record's present."""

from datetime import date

from graph.context import Context
from graph.record import Ingredients
from nodes.ingredients.draw import draw, ingredients_for
from nodes.policies.model.sections import asker, ingredients

NOW = "2026-05-06T10:00:00+02:00"


def test_samples_differ_in_all_that_they_are_given() -> None:
    drawn = [draw(Context(), 1, index) for index in range(100)]
    assert len({place for made in drawn for place in made.places}) == 200
    assert len({name for made in drawn for name in made.names}) == 200
    assert len({made.day for made in drawn}) == len({made.who for made in drawn}) == 100
    assert len({made.topic for made in drawn}) >= 96
    assert sum(made.amount is not None and made.amount < 100 for made in drawn) in range(20, 35)


def test_a_sample_is_given_the_same_again_and_another_seed_gives_others() -> None:
    assert draw(Context(), 1, 7) == draw(Context(), 1, 7)
    assert draw(Context(), 1, 7) != draw(Context(), 2, 7)


def test_days_are_told_as_against_now() -> None:
    drawn = [draw(Context(now=NOW), 1, index) for index in range(300)]
    days = [date.fromisoformat(made.day or "") for made in drawn]
    assert min(days) >= date(2025, 11, 7)
    assert max(days) <= date(2027, 10, 28)
    told = {made.day: made.when for made in drawn}
    near = {day: words for day, words in told.items() if day and day.startswith("2026-05")}
    assert near
    for day, words in near.items():
        days_off = (date.fromisoformat(day) - date(2026, 5, 6)).days
        assert str(words).endswith("ago") == (days_off < -1)
        assert str(words).startswith("in ") == (days_off > 1)
    assert draw(Context(now="soon"), 1, 1).when is draw(Context(), 1, 1).when is None


async def test_they_can_be_off() -> None:
    assert await ingredients_for(Context(ingredients=False), 1, 1) is None
    assert ingredients(None) == asker(None) == ingredients(Ingredients()) == "(none)"


def test_prompts_show_a_line_a_kind() -> None:
    given = Ingredients(
        who="a cook", topic="a feast", places=["Graz, Austria"], names=["Ida Berg"], day="2026-05-14", amount=240
    )
    assert ingredients(given).splitlines() == [
        "asked by: a cook",
        "about: a feast",
        "places: Graz, Austria",
        "people: Ida Berg",
        "time: around 2026-05-14",
        "amounts: of the order of 240",
    ]
    assert asker(given).splitlines() == ["asked by: a cook", "about: a feast", "places: Graz, Austria"]
    assert "time: around 2026-05-14 (in 8 days)" in ingredients(given.model_copy(update={"when": "in 8 days"}))
    assert "time: at dusk" in ingredients(Ingredients(when="at dusk"))
