"""Samples of independent calls: no call uses another's result, and one request asks for several of one tool."""

import asyncio
from collections import Counter, defaultdict
from typing import Any

from graph.app import build_graph
from graph.context import Context
from graph.record import Record
from toolgrad_data.stats.structure import shape


def records(context: Context, count: int) -> list[Record]:
    workflow = build_graph().compile()

    async def made(index: int) -> dict[str, Any]:
        return await workflow.ainvoke({"seed": 5, "index": index}, context=context)

    async def all_made() -> list[dict[str, Any]]:
        return [await made(index) for index in range(count)]

    return [Record.model_validate(out["record"]) for out in asyncio.run(all_made()) if out["status"] == "accepted"]


def test_parallel_calls_use_no_result_and_stand_in_one_turn() -> None:
    made = records(Context(shape="parallel", calls="3:100", tools=["builtin:cities", "builtin:countries"]), 8)
    assert len(made) >= 7
    assert {shape(record) for record in made} == {"parallel"}
    assert {len(record.turns) for record in made} == {1}


def test_one_request_asks_for_one_thing_of_several() -> None:
    made = records(Context(shape="parallel", calls="3:100", tools=["builtin:cities", "builtin:countries"]), 8)
    of_one_tool = [record for record in made if len({step.tool for step in record.turns[0].steps}) == 1]
    assert len(of_one_tool) >= 2
    asks = [ask for record in of_one_tool for ask in record.turns[0].asks or ()]
    assert any(len(ask.steps) > 1 for ask in asks)
    for record in of_one_tool:
        first, *others = record.turns[0].steps
        assert all(
            sum(value != first.arguments[name] for name, value in each.arguments.items()) == 1 for each in others
        )


def test_tools_of_independent_calls_are_drawn_alike() -> None:
    """None is liked because others go on from it."""
    called = Counter(record.turns[0].steps[0].tool for record in records(Context(shape="parallel", calls="1:100"), 60))
    assert sum(called.values()) >= 55
    assert len(called) >= 45
    assert max(called.values()) <= 3


def test_words_are_said_of_one_thing() -> None:
    made = records(
        Context(
            shape="parallel",
            calls="3:100",
            arguments="words:100",
            tools=["builtin:text tidying", "builtin:meetings", "builtin:polls"],
        ),
        12,
    )
    assert len(made) >= 8
    for record in made:
        by_tool: dict[str, set[str]] = defaultdict(set)
        for step in record.turns[0].steps:
            by_tool[step.tool] |= {v for v in step.arguments.values() if isinstance(v, str) and " " in v}
        said = [value for values in by_tool.values() for value in values]
        assert len(said) == len(set(said))


def test_dependent_calls_all_hang_together() -> None:
    made = records(Context(shape="dependent", calls="3:100", turns="1:100"), 5)
    assert made
    for record in made:
        _, *later = record.turns[0].steps
        assert all(step.uses() for step in later)
