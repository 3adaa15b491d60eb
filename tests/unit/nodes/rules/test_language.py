"""Conditions are read into a bounded tree, and what is wrong is said so that a person can mend it."""

from typing import Any

import pytest

from nodes.rules.language import DEPTH_MAX, LIST_MAX, PARTS_MAX, RuleError, read_forbids

AMOUNT = {"argument": "/amount"}


def when(condition: Any) -> dict[str, Any]:
    return {"tool": "refund", "when": condition}


@pytest.mark.parametrize(
    ("forbids", "words"),
    [
        ("refund", "forbids: write a table"),
        ({}, "forbids: tool is missing"),
        ({"tool": []}, "forbids.tool: write the name of a tool"),
        ({"tool": 3}, "forbids.tool: write the name of a tool"),
        ({"tools": "refund"}, r"unknown key 'tools' \(did you mean tool\?\); allowed: tool, when, unknown"),
        ({"tool": "a", "unknown": "forbid"}, '\'forbid\' is not allowed; write "wait" or "allow"'),
        (when({}), "when: write a condition as a table"),
        (when([]), "when: write a condition as a table"),
        (when(AMOUNT), "when: no comparison; add one of eq, ne, lt"),
        (when({"gt": 3}), "when: nothing is compared; add one of argument"),
        (when({**AMOUNT, "greater_than": 3}), r"unknown key 'greater_than' \(did you mean gt\?\)"),
        (when({**AMOUNT, ">=": 3}), r"did you mean ge\?"),
        (when({**AMOUNT, "matches": ".*"}), "unknown key 'matches'"),
        (when({"arguments": "/amount", "gt": 3}), r"unknown key 'arguments' \(did you mean argument\?\)"),
        (when({**AMOUNT, "context": "/now", "gt": 3}), "found argument and context"),
        (when({"argument": "amount", "gt": 3}), "is not a JSON Pointer.*write /amount"),
        (when({"argument": "/" + "9" * 500, "gt": 3}), "a pointer has at most 400 characters"),
        (when({"step": "get", "at": "/result/" + "9" * 5000, "gt": 3}), "a pointer has at most 400 characters"),
        (when({"argument": 3, "gt": 3}), "when.argument: write a JSON Pointer"),
        (when({**AMOUNT, "gt": {"argument": "/a", "lt": 3}}), "when.gt: lt cannot stand here"),
        (when({**AMOUNT, "in": [[1]]}), "a list holds texts, numbers"),
        (when({**AMOUNT, "in": list(range(LIST_MAX + 1))}), f"at most {LIST_MAX} values"),
        (when({**AMOUNT, "gt": float("nan")}), "write a finite number"),
        (when({**AMOUNT, "eq": "x" * 1001}), "at most 1000 characters"),
        (when({**AMOUNT, "exists": "yes"}), "when.exists: write true or false"),
        (when({"sum": [1], "exists": True}), "ask it of an argument"),
        (when({"days": [AMOUNT], "gt": 3}), "when.days: days takes 2 values, not 1"),
        (when({"sum": [], "gt": 3}), "sum takes 1 to 8 values"),
        (when({"step": "get", "at": "/price", "gt": 3}), "must begin with /result or /arguments"),
        (when({"step": "get", "where": {"/order": 1}, "gt": 3}), "must begin with /result or /arguments"),
        (when({"step": "get", "where": {"/result": {"calls": "x"}}, "gt": 3}), "not with a step"),
        (when({"calls": "get", "at": "/result", "gt": 3}), "unknown key 'at'"),
        (when({"all": [{**AMOUNT, "gt": 1}], "any": []}), "stands alone in its table"),
        (when({"all": []}), "when.all: write a list of 1 to 20 conditions"),
        (when({"all": [{**AMOUNT, "gt": 1}, {**AMOUNT, "gr": 1}]}), r"when.all\[1\]: unknown key 'gr'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(forbids: Any, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        read_forbids(forbids)


def test_depth_and_size_are_bounded() -> None:
    deep: Any = {**AMOUNT, "gt": 1}
    for _ in range(DEPTH_MAX - 2):
        deep = {"not": deep}
    read_forbids(when(deep))
    with pytest.raises(RuleError, match=f"nested at most {DEPTH_MAX} deep"):
        read_forbids(when({"not": {"not": {"not": deep}}}))
    many = {"all": [{"all": [{**AMOUNT, "gt": 1}] * 20}] * 20}
    with pytest.raises(RuleError, match=f"at most {PARTS_MAX} conditions"):
        read_forbids(when(many))
    for _ in range(5000):
        deep = {"not": deep}
    with pytest.raises(RuleError, match="nested at most"):
        read_forbids(when(deep))
