"""Typed: arguments by their schemas, and texts without control characters."""

from typing import Any

import pytest

from nodes.proofs import prove, typed
from tests.unit.nodes.proofs.records import one_call


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
