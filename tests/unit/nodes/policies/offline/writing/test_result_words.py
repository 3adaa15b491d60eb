"""Results in words, for tools without phrases."""

import pytest

from nodes.policies.offline.writing.result_words import result_in_words


def marked(words: str, pointer: str, *_: object) -> str:
    return f"[{words}]({pointer})"


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"day": "23 July", "bookings": []}, "day [23 July](/day) and [no bookings](/bookings)"),
        ({"bookings": []}, "[nothing]()"),
        ({"day": "23 July", "notes": None}, "day [23 July](/day)"),
        ({"shop": {"name": "Tea", "orders": []}}, "shop (name [Tea](/shop/name))"),
    ],
)
def test_an_empty_list_is_told(result: dict[str, object], words: str) -> None:
    assert result_in_words(result, {}, marked)[0] == words
