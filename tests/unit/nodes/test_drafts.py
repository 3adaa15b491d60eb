"""Marks that are added to a draft that stands: where they go, and what they replace."""

import pytest

from nodes.drafts import as_marked, read_draft
from nodes.marks.parse import render
from nodes.policies.base import AddedMark, Draft

QUERY = "[When is sunrise](s2) and how far is [Vienna](s3/to), [the price and the tax](s4 s5)? From Vienna."
RESPONSE = "It rises at [06:11](s2/sunset) and sets at 17:35, 3 hours before 3 o'clock."


def added(half: str, words: str, target: str) -> tuple[str, str]:
    """The draft, rendered, once the mark is added."""
    before = read_draft(Draft(query=QUERY, response=RESPONSE), None, lambda _: False)
    mark = AddedMark.model_validate({"half": half, "words": words, "target": target})
    after = read_draft(Draft(marks=[mark]), before, lambda _: False)
    return render(as_marked(after.query)), render(as_marked(after.response))


@pytest.mark.parametrize(
    ("words", "target", "place"),
    [
        ("how far is Vienna", "s3", "[how far is [Vienna](s3/to)](s3)"),
        ("Vienna", "s9/from", "From [Vienna](s9/from)."),
        ("When is sunrise", "s2/what", "[[When is sunrise](s2/what)](s2)"),
        ("the price", "s4", "[[the price](s4) and the tax](s5)"),
        ("how  FAR is", "s3", "[how far is](s3) [Vienna](s3/to)"),
    ],
)
def test_a_query_keeps_its_marks_and_gets_one(words: str, target: str, place: str) -> None:
    query, response = added("query", words, target)
    assert place in query
    assert response == RESPONSE


def test_a_response_gets_a_mark_in_place_of_one_around_the_same_words() -> None:
    assert "at [06:11](s2/sunrise) and" in added("response", "06:11", "s2/sunrise")[1]
    assert "at [17:35](s2/sunset)," in added("response", "17:35", "s2/sunset")[1]


@pytest.mark.parametrize(("words", "target"), [("nowhere", "s2"), ("17:35", "https://x.y"), ("", "s2")])
def test_what_cannot_be_added_changes_nothing(words: str, target: str) -> None:
    assert added("query", words, target)[0] == QUERY
    assert added("response", words, target)[1] == RESPONSE
