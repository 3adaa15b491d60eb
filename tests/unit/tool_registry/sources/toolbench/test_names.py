"""Names as ToolBench's server knows them; the pairs are of its library."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tool_registry.sources.toolbench.names import api_name, standardise, standardise_category


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Get Love Quotes", "get_love_quotes"),
        ("/v1/user/{id}", "v1_user_id"),
        ("BTY690.warped", "bty690_warped"),
        ("1st Of All", "get_1st_of_all"),
        ("__a---b__", "a_b"),
        ("天气 API", "天气_api"),
        ("a^b", "a^b"),
        ("???", ""),
        ("", ""),
        ("Ünïcode", "n_code"),
    ],
)
def test_standardised(name, plain):
    assert standardise(name) == plain


@pytest.mark.parametrize(
    ("name", "renamed"), [("From", "is_from"), ("ID", "is_id"), ("class", "is_class"), ("ids", "ids"), ("for", "for")]
)
def test_words_of_python_are_renamed(name, renamed):
    assert api_name(name) == renamed


@pytest.mark.parametrize(
    ("name", "folder"),
    [("News, Media", "News_Media"), ("Health and Fitness", "Health_and_Fitness"), ("Data", "Data"), ("A/B", "A_B")],
)
def test_categories(name, folder):
    assert standardise_category(name) == folder


@given(st.text())
def test_what_is_standardised_stays_as_it_is(name):
    plain = standardise(name)
    assert standardise(plain) == plain
    assert re.fullmatch(r"(?![0-9])[\u4e00-\u9fa5a-z0-9_^]*", plain)
