"""docs/dialogues.md: its tables are the language, its own example works as it is written, and forbids what it says."""

import re
from pathlib import Path
from typing import get_args

from nodes.rules.language import OPERATIONS, Forbids, Operator
from nodes.rules.reading import BYTES_MAX, names_of_examples, read_rules
from tests.integration.command import lines, run

PAGE = (Path(__file__).parents[2] / "docs" / "dialogues.md").read_text(encoding="utf-8")
RULES = PAGE.split("## Rules\n")[1]


def files() -> dict[str, str]:
    return dict(re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", RULES, re.MULTILINE | re.DOTALL))


def keys(title: str) -> set[str]:
    table = re.search(rf"^\| {title} \|.*?\n\n", RULES, re.MULTILINE | re.DOTALL)
    assert table
    first = [row.split("|")[1] for row in table[0].splitlines()[2:] if row]
    return {name for cell in first for name in re.findall(r"`(\w+)", cell)}


def test_the_tables_name_all_there_is() -> None:
    assert keys("value") == {"argument", "step", "context", "calls", *OPERATIONS}
    assert keys("comparison") == {*get_args(Operator), "all", "any", "not"}
    assert set(Forbids.__dataclass_fields__) == {"tools", "when", "unknown"}
    assert f"{BYTES_MAX // 1024} KiB" in RULES
    assert all(f"--rules {name}" in RULES for name in names_of_examples())


def test_the_example_of_the_shop_works(tmp_path: Path) -> None:
    for name, text in files().items():
        (tmp_path / name).write_text(text)
    code, out, err = run(tmp_path, "generate", "--config", "shop.toml")
    assert code == 0, err
    printed, records = out + err, lines(tmp_path / "runs" / "shop" / "records.jsonl")
    assert len(records) >= 10
    assert "rule 6 forbids every call of delete_order" in printed
    policy = read_rules(str(tmp_path / "shop-rules.toml")).policy
    assert all(record["policy"]["text"] == policy.text for record in records)
    said = {each["error"]["message"] for r in records for each in r["attempts"] if each["error"] and not each["ok"]}
    assert sum(any(f"forbids it: {rule.text}" in words for words in said) for rule in policy.rules) >= 4, said
    refunds = 0
    for record in records:
        steps = [step for turn in record["turns"] for step in turn["steps"]]
        for place, step in enumerate(steps):
            assert step["tool"] != "delete_order"
            if step["tool"] == "refund":
                refunds += 1
                assert any(
                    each["tool"] == "find_order" and each["arguments"]["order"] == step["arguments"]["order"]
                    for each in steps[:place]
                )
                assert step["arguments"]["amount"] <= 100
    assert refunds >= 1
