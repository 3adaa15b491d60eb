"""A rules file is read, or it is said where and how to mend it."""

from pathlib import Path

import pytest

from nodes.rules.reading import BYTES_MAX, RulesFileError, names_of_examples, read_rules

GOOD = """
name = "Shop"
text = "You are a shop's assistant."

[user]
plan = "basic"
since = 2024-05-01

[[rules]]
text = "Refunds only within 30 days of purchase."
forbids = { tool = "refund", when = { days = [2024-01-01, { context = "/now" }], gt = 30 } }

[[rules]]
text = "No gifts."
forbids.tool = "give"
"""


def written(folder: Path, text: str | bytes) -> str:
    path = folder / "shop.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_the_system_prompt_is_the_text_and_the_rules(tmp_path: Path) -> None:
    file = read_rules(written(tmp_path, GOOD))
    assert file.policy.text == (
        "You are a shop's assistant.\n\nRules:\n1. Refunds only within 30 days of purchase.\n2. No gifts."
    )
    assert file.policy.name == "Shop"
    assert file.user == {"plan": "basic", "since": "2024-05-01"}
    assert file.policy.rules[0].forbids["when"]["days"][0] == "2024-01-01"
    assert file.policy.rules[1].forbids == {"tool": "give"}


def test_a_byte_order_mark_and_other_line_ends_change_nothing(tmp_path: Path) -> None:
    plain = read_rules(written(tmp_path, GOOD))
    odd = read_rules(written(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()))
    assert odd.policy == plain.policy


def test_the_name_is_the_files_where_none_is_given(tmp_path: Path) -> None:
    assert read_rules(written(tmp_path, GOOD.replace('name = "Shop"', ""))).policy.name == "shop"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no rule: write"),
        ('text = "x"', "no rule: write"),
        ("rules = 3", "no rule: write"),
        ('[rules]\ntext = "x"\nforbids.tool = "a"', "no rule: write"),
        ("rules = [3]", "rule 1: write .*two brackets"),
        ("[[rules]\n", "no TOML: .*line 1.*See docs/dialogues.md"),
        ('{"rules": []}', "no TOML"),
        (b"name = '\xff'", "no UTF-8 at byte 8"),
        (b"\x00\x01\x02", "no TOML"),
        ("#" * 1_000_000, "larger than 256 KiB"),
        (GOOD.replace("[[rules]]", "[[rule]]"), r"unknown key 'rule' \(did you mean rules\?\); allowed: name, text"),
        (GOOD.replace('text = "No gifts."', ""), "rule 2: text: write the rule in words"),
        (GOOD.replace('forbids.tool = "give"', ""), "rule 2: forbids is missing"),
        (GOOD.replace("forbids.tool", "forbid.tool"), r"rule 2: unknown key 'forbid' \(did you mean forbids\?\)"),
        (GOOD.replace("gt = 30", "more_than = 30"), "rule 1: when: unknown key 'more_than'"),
        (GOOD.replace('plan = "basic"', "plan = { a = 1 }"), "user.plan: write a text"),
        (GOOD + '[[rules]]\ntext = "x"\nforbids.tool = "a"\n' * 100, "102 rules are too many; at most 100"),
        ("x = " + "[" * 5000 + "]" * 5000, "nested too deeply|no TOML"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str | bytes, words: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(RulesFileError, match=words) as refused:
        read_rules(path)
    assert str(refused.value).startswith(f"{path}: ")


def test_files_that_are_none_are_told(tmp_path: Path) -> None:
    with pytest.raises(RulesFileError, match=r"No such file.*ships?: ticket-desk, travel-agency"):
        read_rules(str(tmp_path / "none.toml"))
    with pytest.raises(RulesFileError, match="cannot be read"):
        read_rules(str(tmp_path))


def test_those_that_ship_are_named_and_fit_in_the_limit() -> None:
    assert names_of_examples() == ["ticket-desk", "travel-agency"]
    for name in names_of_examples():
        file = read_rules(name)
        assert 4 <= len(file.policy.rules) <= 6
        assert file.path.stat().st_size < BYTES_MAX
