"""Executed: the structure of a record's steps and chains."""

from typing import Any

import pytest

from graph.record import Record
from nodes.proofs import executed
from tests.unit.nodes.proofs.records import example


def edited(edit: str, value: Any) -> Record:
    document = example().model_dump(mode="json")
    turn = document["turns"][0]
    match edit:
        case "chains":
            turn["chains"] = value
        case "after":
            turn["steps"][0]["after"] = value
        case "id":
            turn["steps"][1]["id"] = value
        case "result":
            turn["steps"][1]["result"] = value
        case "tools":
            document["tools"] = [document["tools"][index] for index in value]
        case "swap":
            turn["steps"].reverse()
    return Record.model_validate(document)


@pytest.mark.parametrize(
    ("edit", "value", "codes"),
    [
        ("chains", [["s1"], ["s2"]], set()),
        ("chains", [["s1"]], {"not_placed_once"}),
        ("chains", [["s1", "s2"], ["s2"]], {"not_placed_once"}),
        ("chains", [["s2", "s1"]], {"chain_order"}),
        ("chains", [["s1", "s2", "s3"]], {"unknown_step"}),
        ("chains", [["s1", "s2"], []], {"empty_chain"}),
        ("after", ["s2"], {"not_an_earlier_step"}),
        ("after", ["s1"], {"not_an_earlier_step"}),
        ("id", "s1", {"duplicate_id", "unknown_step"}),
        ("result", None, {"no_result"}),
        ("tools", [0], {"no_spec"}),
        ("tools", [0, 1, 1], {"duplicate_spec"}),
        ("swap", None, {"chain_order", "not_an_earlier_step"}),
    ],
)
def test_executed(edit: str, value: Any, codes: set[str]) -> None:
    findings = executed.check(edited(edit, value))
    assert {finding.code for finding in findings} >= codes
    assert bool(findings) == bool(codes)
    assert all(finding.promise == "executed" for finding in findings)


def test_a_null_result_that_is_marked_empty_is_a_result() -> None:
    document = example().model_dump(mode="json")
    document["turns"][0]["steps"][1] |= {"result": None, "empty": True}
    assert executed.check(Record.model_validate(document)) == []
