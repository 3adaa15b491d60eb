"""Each format beside rows that were written by hand after the format's own documents."""

import json
from pathlib import Path
from typing import Any

import pytest

from graph.record import Record
from tests.unit.nodes.proofs.records import META
from tests.unit.toolgrad_data.export.own_formats import FORMATS
from tests.unit.toolgrad_data.export.records import step
from toolgrad_data.export.conversation import UnfitError
from toolgrad_data.export.from_record import example_of

FIXTURES = Path(__file__).parent / "fixtures"
#: Stands for words of ours, such as instructions.
ANY = "⟨any⟩"

WEATHER = {
    "name": "get_weather",
    "description": "Tell the weather of a city.",
    "category": "weather",
    "source": "builtin",
    "parameters": {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "Name of the city.", "x-phrases": {"again": "there"}},
            "unit": {"type": "string", "description": "Scale.", "enum": ["C", "F"], "default": "C"},
        },
        "required": ["city"],
        "examples": [{"city": "Bonn"}],
    },
}
CONVERT = {
    "name": "convert",
    "description": "Convert a temperature.",
    "category": "units",
    "source": "builtin",
    "parameters": {
        "type": "object",
        "properties": {
            "value": {"type": "number", "description": "Degrees."},
            "to": {"type": "string", "description": "Scale."},
        },
        "required": ["value", "to"],
    },
}


def made(query: str, response: str, steps: list[dict[str, Any]], tools: list[Any], context: dict[str, Any]) -> Record:
    turn = {"query": query, "response": response, "steps": steps, "chains": [[one["id"] for one in steps]]}
    whole = {"id": "s7-000012", "turns": [turn], "tools": tools, "offered": [], "meta": META.model_dump()}
    return Record.model_validate({**whole, "context": context})


RECORDS = {
    "parallel": made(
        "How warm is it in Paris and Rome?",
        "Paris has 12 degrees, Rome 18.",
        [
            step(
                "s1",
                "get_weather",
                {"city": "Paris", "unit": "C"},
                {"temp": 12},
                sources={"/unit": {"kind": "default"}},
            ),
            step("s2", "get_weather", {"city": "Rome"}, {"temp": 18}),
        ],
        [WEATHER],
        {},
    ),
    "chained": made(
        "How warm is Oslo, in Fahrenheit?",
        "It is 26.6 °F.",
        [
            step("s1", "get_weather", {"city": "Oslo"}, {"temp": -3}),
            step(
                "s2",
                "convert",
                {"value": -3, "to": "F"},
                26.6,
                sources={"/value": {"kind": "step", "step": "s1", "pointer": "/temp"}},
            ),
        ],
        [WEATHER, CONVERT],
        {"now": "2026-03-01T10:00:00+01:00"},
    ),
}


def same(found: Any, expected: Any) -> bool:
    """Compare, letting words of ours stand for ⟨any⟩."""
    if isinstance(expected, str) and isinstance(found, str) and ANY in expected:
        first, *middle = expected.split(ANY)
        position = len(first)
        for part in middle:
            start = found.find(part, position)
            if start < 0:
                return False
            position = start + len(part)
        return found.startswith(first) and (not middle or found.endswith(middle[-1]))
    if isinstance(expected, dict) and isinstance(found, dict):
        return found.keys() == expected.keys() and all(same(found[name], expected[name]) for name in expected)
    if isinstance(expected, list) and isinstance(found, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return type(found) is type(expected) and bool(found == expected)


@pytest.mark.parametrize("case", RECORDS)
@pytest.mark.parametrize("name", FORMATS)
def test_rows_are_as_written_by_hand(name: str, case: str) -> None:
    expected = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))[case]
    example = example_of(RECORDS[case])
    if expected is None:
        with pytest.raises(UnfitError):
            FORMATS[name].rows(example, 0)
        return
    rows = json.loads(json.dumps(FORMATS[name].rows(example, 0)))
    for found, wanted in zip(rows, expected, strict=True):
        assert same(found, wanted), f"{json.dumps(found, indent=1)}\nis not\n{json.dumps(wanted, indent=1)}"
