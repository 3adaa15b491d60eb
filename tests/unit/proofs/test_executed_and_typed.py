from typing import Any

import pytest

from graph.record import Record
from nodes.proofs import executed, prove, typed
from tests.unit.proofs.records import META, example, one_call


def test_the_example_of_the_design_holds() -> None:
    verification = prove(example())
    assert verification.findings == []
    assert (verification.executed, verification.typed, verification.grounded, verification.natural) == (True,) * 4
    assert (verification.replayed, verification.distinct, verification.faithful) == (None, None, True)


def test_a_record_without_steps_fails() -> None:
    record = Record(id="s", turns=[], tools=[], offered=[], meta=META)
    verification = prove(record)
    assert verification.executed is False
    assert [finding.code for finding in verification.findings] == ["no_steps"]


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


@pytest.mark.parametrize(
    ("arguments", "errors"),
    [
        ({"n": 3}, 0),
        ({"n": "3"}, 1),
        ({"n": 30}, 1),
        ({"n": 3, "m": 1}, 1),
        ({"n": 30, "m": 1}, 2),
        ({"when": "2026-02-30"}, 1),
    ],
)
def test_typed(arguments: dict[str, Any], errors: int) -> None:
    properties = {"n": {"type": "integer", "maximum": 10}, "when": {"type": "string", "format": "date"}}
    findings = typed.check(one_call("Hi", arguments, {}, properties))
    assert [finding.code for finding in findings] == ["invalid_arguments"] * errors


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"$ref": "#/nowhere"},
        {"$ref": "http://localhost/schema"},
        {"$ref": "#anchor"},
        {"pattern": "("},
        {"anyOf": 5},
    ],
)
def test_a_schema_that_cannot_be_applied_is_a_finding(schema: dict[str, Any]) -> None:
    verification = prove(one_call("Say hi", {"n": "hi"}, {"/n": {"kind": "user", "quote": "hi"}}, {"n": schema}))
    assert verification.typed is False
    assert [finding.code for finding in verification.findings] == ["invalid_schema"]


@pytest.mark.parametrize("control", ["\x1b[1m", "\x07", "\u202a", "\u202e", "\u2066", "\u2069"])
def test_control_characters_are_found_where_they_stand(control: str) -> None:
    arguments = {"deep": [{"text": f"a{control}b"}], f"na{control}me": 1}
    record = one_call(f"Say {control}", arguments, {}, {"deep": {}, f"na{control}me": {}})
    found = [(finding.code, finding.where) for finding in typed.check(record)]
    places = ("/turns/0/query", "/turns/0/steps/0/arguments/deep/0/text", "/turns/0/steps/0/arguments")
    assert found == [("control_character", place) for place in places]
    assert typed.check(one_call("Say\r\n\tñ 東京 \u200f", {}, {}, {})) == []


def test_a_missing_spec_fails_every_promise_that_needs_it() -> None:
    verification = prove(edited("tools", [0]))
    assert (verification.executed, verification.typed, verification.grounded) == (False, False, False)
