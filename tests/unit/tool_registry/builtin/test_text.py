"""Words and letters, counted by hand."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.text import (
    anagram_check,
    letter_statistics,
    reading_time,
    scrabble_score,
    soundex_code,
)


def test_letters_of_a_name() -> None:
    # L 12 + I 9 + M 13 + A 1
    assert letter_statistics("Lima") == {"letters": 4, "vowels": 2, "different_letters": 4, "letter_sum": 35}


def test_spaces_and_accents_do_not_count() -> None:
    assert letter_statistics("São Paulo") == letter_statistics("SaoPaulo")
    assert letter_statistics("Kraków")["vowels"] == 2


def test_no_latin_letter() -> None:
    with pytest.raises(ToolkitError, match="Latin"):
        letter_statistics("東京")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("listen", "silent", True),
        ("Clint Eastwood", "Old West action", True),
        ("apple", "papal", False),
        ("inch", "chins", False),
    ],
)
def test_anagrams(first: str, second: str, expected: bool) -> None:
    assert anagram_check(first, second)["is_anagram"] is expected


def test_letters_in_common() -> None:
    assert anagram_check("apple", "papal")["letters_in_common"] == 4


@pytest.mark.parametrize(("word", "points"), [("quartz", 24), ("jazz", 29), ("cabbage", 14), ("Muzjiks", 29)])
def test_scrabble_tiles(word: str, points: int) -> None:
    assert scrabble_score(word) == {"points": points}


@pytest.mark.parametrize(
    ("surname", "code"),
    [
        # The examples of the United States National Archives and of Knuth.
        ("Robert", "R163"),
        ("Rupert", "R163"),
        ("Ashcraft", "A261"),
        ("Tymczak", "T522"),
        ("Pfister", "P236"),
        ("Jackson", "J250"),
        ("Lee", "L000"),
        ("Gutierrez", "G362"),
        ("VanDeusen", "V532"),
    ],
)
def test_soundex(surname: str, code: str) -> None:
    assert soundex_code(surname) == {"soundex": code}


def test_a_paperback_takes_most_of_a_working_day() -> None:
    # 320 × 300 = 96,000 words; 96,000 / 238 = 403 minutes
    assert reading_time(320, 300) == {"words": 96_000, "hours": 6.72}
