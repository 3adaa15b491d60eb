"""Turns from marked drafts, for the tests of what is cited, asked and named."""

from collections.abc import Sequence
from typing import Any

from graph.record import Finding, RecordContext, Step, Turn
from nodes.drafts import literals_of, read_draft, turn_of
from nodes.policies.base import Draft, DraftTurn
from nodes.proofs import cited
from tool_registry.spec import Annotations, ToolSpec


def tool(name: str, description: str = "", *, reads: bool = True) -> ToolSpec:
    return ToolSpec(
        name=name,
        description=description or name,
        parameters={"type": "object"},
        source="builtin",
        annotations=Annotations(read_only=reads),
    )


SPECS = {
    each.name: each for each in (tool("look"), tool("find", "Fuel in litres per 100 km."), tool("add", reads=False))
}


def step(number: int, result: Any, arguments: dict[str, Any] | None = None, name: str = "look") -> Step:
    return Step(id=f"s{number}", tool=name, arguments=arguments or {}, result=result)


def turn(
    query: str, response: str, *steps: Step, before: Sequence[Turn] = (), context: RecordContext | None = None
) -> Turn:
    """Return the turn of a draft with marks, as it is stored: what no mark tells is inferred."""
    context = context or RecordContext()
    made = [*(each for done in before for each in done.steps), *steps]
    written = read_draft(Draft(turns=[DraftTurn(query=query, response=response)]), None, literals_of(made, context))
    return turn_of(written.turns[0], list(steps), [[each.id for each in steps]], context, SPECS, before)


def findings(*turns: Turn, context: RecordContext | None = None) -> list[Finding]:
    return cited.check(turns, context or RecordContext(), SPECS)


def codes(*turns: Turn, context: RecordContext | None = None) -> list[str]:
    return [finding.code for finding in findings(*turns, context=context)]
