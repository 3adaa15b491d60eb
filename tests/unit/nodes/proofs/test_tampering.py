"""Whatever is changed in a record that holds, the promise that it breaks says so."""

from collections.abc import Callable
from typing import Any

import pytest

from graph.record import Record
from nodes.proofs import prove
from tests.unit.nodes.proofs.records import example

Steps = list[dict[str, Any]]


def turn(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["turns"][0]
    return found


def set_at(*path: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        inner: Any = turn(document)
        for key in path[:-1]:
            inner = inner[key]
        assert inner[path[-1]] != to
        inner[path[-1]] = to

    return change


def drop_at(*path: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        inner: Any = turn(document)
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]

    return change


def add_argument(document: dict[str, Any]) -> None:
    turn(document)["steps"][1]["arguments"]["kind"] = "nautical"


def add_default(document: dict[str, Any]) -> None:
    add_argument(document)
    turn(document)["steps"][1]["sources"]["/kind"] = {"kind": "default"}


def swap_steps(document: dict[str, Any]) -> None:
    turn(document)["steps"].reverse()


def point_at_itself(document: dict[str, Any]) -> None:
    turn(document)["steps"][1]["sources"]["/lat"]["step"] = "s2"


def drop_specs(document: dict[str, Any]) -> None:
    document["tools"] = []


@pytest.mark.parametrize(
    ("change", "promises"),
    [
        (set_at("steps", 0, "arguments", "iata", to="NRT"), {"grounded"}),
        (set_at("steps", 0, "arguments", "iata", to="hnd"), {"typed"}),
        (set_at("steps", 1, "arguments", "lat", to=35.56), {"grounded"}),
        (set_at("steps", 1, "arguments", "lat", to="35.55"), {"typed", "grounded"}),
        (set_at("steps", 1, "arguments", "date", to="2026-03-02"), {"grounded"}),
        (set_at("steps", 0, "result", "lat", to=35.56), {"grounded"}),
        (set_at("steps", 0, "result", to=None), {"executed", "grounded"}),
        (drop_at("steps", 0, "result", "lat"), {"grounded"}),
        (set_at("steps", 1, "sources", "/lat", "pointer", to="/lon"), {"grounded"}),
        (set_at("steps", 1, "sources", "/lat", "pointer", to="lat"), {"grounded"}),
        (set_at("steps", 1, "sources", "/lat", "step", to="s9"), {"executed", "grounded"}),
        (point_at_itself, {"executed", "grounded"}),
        (set_at("steps", 1, "sources", "/date", "quote", to="2 March 2026"), {"grounded"}),
        (set_at("steps", 0, "sources", "/iata", "quote", to="HN"), {"grounded"}),
        (drop_at("steps", 1, "sources", "/date"), {"grounded"}),
        (add_argument, {"grounded"}),
        (add_default, {"grounded"}),
        (swap_steps, {"executed", "grounded"}),
        (drop_at("steps", 0), {"executed", "grounded"}),
        (drop_at("steps", 1), {"executed", "faithful"}),
        (set_at("steps", 0, "id", to="s2"), {"executed", "grounded"}),
        (set_at("steps", 0, "tool", to="sun_times"), {"typed"}),
        (set_at("chains", to=[["s1"]]), {"executed"}),
        (set_at("query", to="I land at HND. When does the sun come up?"), {"grounded"}),
        (set_at("query", to="I land at HND on 1 March 2026. Use sun_times."), {"natural"}),
        (drop_specs, {"executed", "typed", "grounded"}),
    ],
)
def test_a_change_breaks_its_promise(change: Callable[[dict[str, Any]], None], promises: set[str]) -> None:
    document = example().model_dump(mode="json")
    change(document)
    verification = prove(Record.model_validate(document))
    checked = ("executed", "typed", "grounded", "natural", "faithful")
    broken = {name for name in checked if not getattr(verification, name)}
    assert broken == promises, verification.findings
    assert {finding.promise for finding in verification.findings} == promises
