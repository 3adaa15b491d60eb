"""Answers as assistants word them, to tools of many fields: honest ones have no finding of the faithful promise."""

import json
from pathlib import Path
from typing import Any

import pytest

from graph.record import Record, Step, Turn
from nodes.proofs import faithful
from tests.unit.proofs.records import META
from tool_registry.spec import Annotations, ToolSpec

FILE = Path(__file__).parents[2] / "fixtures" / "prose.jsonl"
ANSWERS: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def record(answer: dict[str, Any]) -> Record:
    steps = [
        Step.model_validate(
            {
                "id": f"s{number}",
                "tool": call["tool"],
                "arguments": call["arguments"],
                "sources": {
                    f"/{key}": {"kind": "user", "quote": str(value)} for key, value in call["arguments"].items()
                },
                "result": call["result"],
            }
        )
        for number, call in enumerate(answer["calls"], start=1)
    ]
    specs = {
        call["tool"]: ToolSpec(
            name=call["tool"],
            description=call["description"],
            parameters={"type": "object", "properties": {key: {} for key in call["arguments"]}},
            source="builtin",
            annotations=Annotations(read_only=True, deterministic=True),
        )
        for call in answer["calls"]
    }
    chains = [[step.id] for step in steps]
    turn = Turn(query=answer["query"], steps=steps, chains=chains, response=answer["response"])
    return Record(id="s1-000000", turns=[turn], tools=list(specs.values()), offered=list(specs), meta=META)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer["response"][:40])
def test_an_honest_answer_has_no_finding(answer: dict[str, Any]) -> None:
    assert faithful.check(record(answer)) == []


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer["response"][:40])
def test_a_number_that_is_made_up_is_found_beside_it(answer: dict[str, Any]) -> None:
    wrong = {**answer, "response": f"{answer['response']} There were 713 before."}
    assert any("713" in finding.message for finding in faithful.check(record(wrong)))
