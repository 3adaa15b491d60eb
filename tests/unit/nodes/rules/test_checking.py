"""Rules are tried against the tools: what is no name of theirs is an error, what makes them useless is told."""

import re
from pathlib import Path
from typing import Any

import pytest

from graph.record import PolicyRules, RecordContext, Rule
from nodes.rules.checking import check_rules
from nodes.rules.reading import RulesFile, RulesFileError
from tool_registry.spec import ToolSpec

CONTEXT = RecordContext(now="2026-05-01T09:30:00Z", user={"plan": "basic"})


def tool(name: str, output: dict[str, Any] | None = None, **properties: Any) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}
    return ToolSpec(name=name, description="Do it.", parameters=parameters, output_schema=output, source="python")


ORDER = {"type": "string", "examples": ["A1", "B2"]}
TOOLS = {
    spec.name: spec
    for spec in (
        tool("refund", order=ORDER, amount={"type": "number", "minimum": 1, "examples": [5, 80]}),
        tool("get_order", {"type": "object", "properties": {"total": {"type": "number"}}}, order=ORDER),
        tool("cancel", order=ORDER, why={"enum": ["late", "wrong"]}),
        tool("settings", free={"type": "object"}),
    )
}


def told(*forbids: Any, may_run: tuple[str, ...] = tuple(TOOLS), context: RecordContext = CONTEXT) -> list[str]:
    rules = [Rule(text="No.", forbids=each) for each in forbids]
    file = RulesFile(Path("shop.toml"), "", PolicyRules(text="", rules=rules))
    return check_rules(file, TOOLS, may_run, context)


def amount(**test: Any) -> dict[str, Any]:
    return {"tool": "refund", "when": {"argument": "/amount", **test}}


@pytest.mark.parametrize(
    ("forbids", "words"),
    [
        ({"tool": "refunds"}, r"rule 1: there is no tool 'refunds' \(did you mean refund\?\). Loaded are cancel"),
        ({"tool": "refund", "when": {"argument": "/amout", "gt": 3}}, r"no argument /amout \(did you mean /amount\?\)"),
        ({"tool": ["refund", "cancel"], "when": {"argument": "/amount", "gt": 3}}, "cancel has no argument /amount"),
        ({"tool": "refund", "when": {"calls": "get_ordr", "ge": 1}}, r"'get_ordr' \(did you mean get_order\?\)"),
        ({"tool": "refund", "when": {"step": "nothing", "eq": 1}}, "there is no tool 'nothing'"),
        (
            {"tool": "refund", "when": {"step": "get_order", "where": {"/arguments/id": "x"}, "eq": 1}},
            "get_order has no argument /id",
        ),
        ({"tool": "refund", "when": {"context": "/today", "eq": 1}}, "the context has no '/today'; it has /now"),
    ],
)
def test_names_that_there_are_not_are_errors(forbids: Any, words: str) -> None:
    with pytest.raises(RulesFileError, match=words):
        told(forbids)


def test_rules_that_mean_something_are_told_nothing_of() -> None:
    free = {"tool": "settings", "when": {"argument": "/free/any", "eq": 3}}
    looked_up = {"tool": "cancel", "when": {"step": "get_order", "at": "/result/total", "gt": 50}}
    assert told(amount(gt=50), looked_up) == []
    assert told(free, looked_up) == []


@pytest.mark.parametrize(
    ("forbids", "words"),
    [
        ([{"tool": "cancel"}], "rule 1 forbids every call of cancel: it is only ever refused"),
        ([amount(gt=50), amount(le=50)], "rules 1 and 2 leave no call of refund among .* that were tried"),
        ([amount(ge=0)], "rule 1 leaves no call of refund among"),
        ([amount(gt=10**9), amount(gt="x")], "rule 2 cannot be told for any call of refund: .* have no order"),
        ([{"tool": "cancel", "when": {"argument": "/why", "eq": "stolen"}}], "rule 1 forbids none of"),
        (
            [{"tool": "cancel", "when": {"context": "/user/age", "gt": 3}}],
            "the context does not tell /user/age, .*write it under",
        ),
        (
            [{"tool": "cancel", "when": {"step": "get_order", "at": "/result/sum", "gt": 3}}],
            "the results of get_order are not known to have /sum",
        ),
    ],
)
def test_what_makes_a_tool_or_a_rule_useless_is_told(forbids: list[Any], words: str) -> None:
    assert [each for each in told(*forbids) if re.search(words, each)], told(*forbids)


def test_rules_that_leave_no_tool_are_an_error() -> None:
    with pytest.raises(RulesFileError, match="forbid every call of every tool: rule 1 forbids every call of refund"):
        told({"tool": "refund"}, may_run=("refund",))


def test_a_tool_that_may_not_run_is_told() -> None:
    assert told({"tool": "cancel"}, may_run=("refund",)) == ["rule 1 is about cancel, which may not run here"]


def test_without_a_present_a_rule_about_it_waits_for_ever() -> None:
    forbids = {"tool": "cancel", "when": {"weekday": {"context": "/now"}, "eq": "sunday"}}
    words = told(forbids, context=RecordContext())
    assert words[0] == (
        "rule 1: the context does not tell /now, so that the calls it is about wait for ever; set --now"
    )
