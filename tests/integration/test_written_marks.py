"""The offline policy marks all that it writes: nothing of its records is inferred."""

import asyncio
from collections import Counter

import pytest

from bench.written_marks import counted
from graph.context import Context
from tests.integration.desk_samples import records, settings

EVERYDAY = "python:tests.fixtures.everyday_tools:TOOLS"


@pytest.mark.parametrize(
    ("context", "samples"),
    [(Context(), 30), (Context(tools=[EVERYDAY], allow_unannotated=True), 20), (settings(), 15)],
    ids=["builtin tools", "tools without phrases", "a stateful desk"],
)
def test_each_figure_argument_and_request_is_marked(context: Context, samples: int) -> None:
    counts: Counter[str] = asyncio.run(counted(samples, 5, context))
    assert counts["samples, accepted"] >= 0.9 * samples
    assert counts["tells, written"] > samples
    assert counts["arguments, written"] > samples / 2
    assert counts["end steps, asked for"] == counts["end steps, told"] > 0
    left = ("tells, inferred", "figures, inferred", "arguments, found in the query", "end steps, not asked for")
    assert {name: counts[name] for name in left if counts[name]} == {}


async def test_deeds_are_marked() -> None:
    made = await records(settings(), 12)
    written = [
        (tell.did, tell.quote)
        for record in made
        for turn in record.turns
        for tell in turn.tells or ()
        if tell.did is not None
    ]
    assert written
    assert all(quote.startswith("I ") for _, quote in written)
    assert {did for did, _ in written} <= {step.id for record in made for turn in record.turns for step in turn.steps}
