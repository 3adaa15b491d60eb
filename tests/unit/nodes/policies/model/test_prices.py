"""Prices: the user's before the built-in, dated names, and never a zero for what is not known."""

from pathlib import Path

import pytest

from nodes.policies.base import PolicySetupError
from nodes.policies.model.prices import Price, price_of
from nodes.policies.model.settings import OPENAI_URL


def test_built_in() -> None:
    price = price_of("gpt-4o-mini", OPENAI_URL)
    assert price is not None
    assert price.cost_usd(1_000_000, 0, 0) == pytest.approx(0.15)
    assert price.cost_usd(1_000_000, 1_000_000, 1_000_000) == pytest.approx(0.075 + 0.6)
    assert price_of("gpt-4o-mini-2024-07-18", OPENAI_URL) == price


def test_unknown_is_none() -> None:
    assert price_of("gpt-99", OPENAI_URL) is None
    assert price_of("gpt-4o-mini", "http://localhost:8000/v1") is None, "the name alone says nothing"


def test_the_users_table_goes_first(tmp_path: Path) -> None:
    table = tmp_path / "prices.toml"
    table.write_text(
        '["api.openai.com"]\n"gpt-4o-mini" = { input = 7, output = 8 }\n["*"]\n"qwen" = { input = 0, output = 0 }\n'
    )
    assert price_of("gpt-4o-mini", OPENAI_URL, str(table)) == Price(input=7, output=8)
    assert price_of("qwen", "http://localhost:8000/v1", str(table)) == Price(input=0, output=0)
    assert price_of("gpt-4o", OPENAI_URL, str(table)) == price_of("gpt-4o", OPENAI_URL)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not toml", "cannot be read"),
        ('["*"]\n"m" = { input = -1, output = 2 }', "greater than or equal to 0"),
        ('["*"]\n"m" = { input = 1 }', r"\*\.m\.output: Field required"),
        ('["*"]\n"m" = { input = 1, output = 2, per = 1 }', "per"),
    ],
)
def test_a_table_that_cannot_be_read(tmp_path: Path, text: str, words: str) -> None:
    table = tmp_path / "prices.toml"
    table.write_text(text)
    with pytest.raises(PolicySetupError, match=words):
        price_of("m", OPENAI_URL, str(table))


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PolicySetupError, match="cannot be read"):
        price_of("m", OPENAI_URL, str(tmp_path / "none.toml"))
