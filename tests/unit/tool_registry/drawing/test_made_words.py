"""Words of a person's own, made of lists."""

import random
import re
from pathlib import Path

import pytest

from nodes.policies.offline.proposing.values import draw
from tool_registry.drawing.made_words import list_names, make_words, unknown_lists, word_list
from tool_registry.sources.python.page import sections_beside
from tool_registry.tool import LoadError


@pytest.mark.parametrize("name", sorted(list_names()))
def test_each_list_has_entries_that_lead_somewhere(name: str) -> None:
    entries = word_list(name)
    assert len(entries) >= 5
    assert len(set(entries)) == len(entries)
    assert all(entry == entry.strip() and entry for entry in entries)
    assert unknown_lists(entries) == []
    rng = random.Random(1)
    for _ in range(50):
        made = make_words([f"{{{name}}}"], rng)
        assert not re.search(r"[{}]", made)
        assert len(made) <= 120
        capital = make_words([f"{{{name.capitalize()}}}"], rng)
        assert not capital[0].islower()


def test_a_few_forms_say_many_things() -> None:
    rng = random.Random(2)
    made = {make_words(["{Event}"], rng) for _ in range(300)}
    assert len(made) >= 200


def test_values_are_mostly_made_and_sometimes_examples() -> None:
    schema = {"type": "string", "examples": ["Dentist"], "x-phrases": {"made": ["{given-name}'s {occasion}"]}}
    rng = random.Random(3)
    values = [draw(schema, "title", rng, lambda value: len(value) < 60) for _ in range(200)]
    assert 5 <= values.count("Dentist") <= 70
    assert len(set(values)) >= 100


def test_words_that_cannot_be_made_are_left() -> None:
    rng = random.Random(4)
    schema = {"type": "string", "examples": ["Dentist"]}
    unknown = {**schema, "x-phrases": {"made": ["{nothing}", "{given-name} {nothing}"]}}
    refused = {**schema, "x-phrases": {"made": ["a form that the tool never takes"]}}
    for each in (unknown, refused):
        assert {draw(each, "title", rng, lambda value: value == "Dentist") for _ in range(60)} == {"Dentist"}


def test_a_page_names_lists_that_there_are(tmp_path: Path) -> None:
    page = tmp_path / "shop.phrases"
    page.write_text("[stock]\ntitle made: {event} | {Event} again\n", encoding="utf-8")
    (said,) = sections_beside(str(tmp_path / "shop.py"))["stock"].said_of
    assert said.members == {"made": ["{event}", "{Event} again"]}
    page.write_text("[stock]\n\ntitle made: {events}\n", encoding="utf-8")
    with pytest.raises(LoadError, match=r"line 3: \{events\} names no list of words. There are: .*\bevent\b"):
        sections_beside(str(tmp_path / "shop.py"))
