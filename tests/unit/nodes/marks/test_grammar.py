"""The patterns of a locale's figures: which of them can match, and which words can begin one."""

import pytest

from nodes.marks.grammar import grammar_of
from nodes.marks.language import language_of

LOCALES = ["en", "en_GB", "de", "fr", "ja", "ar", "xx", ""]


def matched(locale: str, pattern: str, text: str) -> dict[str, str] | None:
    """Return the groups that a pattern finds at the beginning of the text."""
    found = grammar_of(locale).patterns[pattern].match(text)
    return None if found is None else {name: value for name, value in found.groupdict().items() if value}


@pytest.mark.parametrize(
    ("locale", "pattern", "text", "groups"),
    [
        ("en", "iso", "2026-05-09", {"y": "2026", "s": "-", "m": "05", "d": "09"}),
        ("en", "iso", "2026-05-091", None),
        ("en", "slashed", "9/5/26 ", {"a": "9", "s": "/", "b": "5", "year": "26"}),
        ("en", "slashed", "9/5-26", None),
        ("en", "day_month", "Sat 9th of May, 2026", {"weekday": "Sat", "day": "9", "month": "May", "year": "2026"}),
        ("de", "day_month", "9. Mai", {"day": "9", "month": "Mai"}),
        ("de", "day_month", "9 May", None),
        ("ja", "ideographic", "5月3日", {"b": "5", "a": "3"}),
        ("en", "clock", "6:11 pm", {"h": "6", "m": "11", "half": "p"}),
        ("en", "clock", "14.30", None),
        ("de", "clock", "14.30 Uhr", {"h": "14", "m": "30"}),
        ("en", "spoken_clock", "twenty to six", {"share": "twenty", "to": "to", "of": "six"}),
        ("de", "spoken_clock", "twenty to six", None),
        ("en", "utc", "UTC+5:30", {"zone": "+5:30"}),
        ("en", "number", "1,234.5e3", {"digits": "1,234.5", "e": "3"}),
        ("en", "number", "12.3.1", {}),
        ("de", "number", "1.234,5", {"digits": "1.234,5"}),
        ("en", "number", "2 1/2", {"digits": "2", "part": " 1/2"}),
    ],
)
def test_patterns_match_figures_of_their_locale(
    locale: str, pattern: str, text: str, groups: dict[str, str] | None
) -> None:
    assert matched(locale, pattern, text) == groups


@pytest.mark.parametrize(
    ("word", "kinds"),
    [
        ("may", {"date"}),
        ("noon", {"clock"}),
        ("tomorrow", {"ahead"}),
        ("seven", {"clock", "ahead", "number"}),
        ("gmt", {"utc"}),
        ("minus", {"number"}),
    ],
)
def test_a_word_tells_which_figures_it_can_begin(word: str, kinds: set[str]) -> None:
    assert set(grammar_of("en").beginnings[word]) == kinds


def test_words_that_begin_no_figure_are_not_looked_at() -> None:
    assert not {"hotel", "cheap", "of", "and"} & grammar_of("en").beginnings.keys()
    assert "seven" not in grammar_of("de").beginnings, "a language without a file has no number words"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_has_all_patterns(locale: str) -> None:
    grammar = grammar_of(locale)
    assert grammar.language is language_of(locale)
    assert grammar_of("en").patterns.keys() <= grammar.patterns.keys()
