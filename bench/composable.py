"""Do chains emerge? Batches of 50 out of 500 tools, composed against drawn alike; same policy, same seeds.

Run: python -m bench.composable [SAMPLES [SEED]]

Two budgets: the defaults, under which the offline policy may look through ten batches for something that fits, and
two batches and one proposal for each, under which it has to take what the batches hold.
"""

import asyncio
import collections
import sys
import time
from typing import Any

from bench.promises import dependent_steps
from graph.app import build_graph
from graph.context import Context
from graph.record import Record, StepSource
from nodes.proofs.dependence import is_dependent

TOOLS = ["builtin", "python:bench.distractors:TOOLS"]
BUDGETS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "two batches, a call each": {"calls": "2:100", "max_iterations": 2, "proposals": 1},
}


def longest_flow(record: Record) -> int:
    """Return the number of steps in the longest row in which each takes something from the one before."""
    length: dict[str, int] = {}
    for step in record.turns[0].steps:
        before = [length[source.step] for source in step.sources.values() if isinstance(source, StepSource)]
        length[step.id] = 1 + max(before, default=0)
    return max(length.values())


async def measured(strategy: str, budget: str, samples: int, seed: int) -> None:
    """Make the samples and print a line of figures."""
    graph = build_graph().compile()
    context = Context.model_validate({"tools": TOOLS, "sampling": strategy, **BUDGETS[budget]})
    records: list[Record] = []
    iterations = calls = 0
    started = time.perf_counter()
    for index in range(samples):
        out = await graph.ainvoke({"seed": seed, "index": index}, context=context)
        iterations += out["record"]["meta"]["iterations"]
        calls += out["record"]["meta"]["tool_calls"]
        if out["status"] == "accepted":
            records.append(Record.model_validate(out["record"]))
    several = [record for record in records if len(record.turns[0].steps) > 1]
    fed, steps = map(sum, zip(*map(dependent_steps, records), strict=True))
    tools = collections.Counter(step.tool for record in records for step in record.turns[0].steps)
    deep = sum(longest_flow(record) >= 3 for record in records)
    dependent = sum(map(is_dependent, records))
    print(
        f"{budget}, {strategy}: {dependent} of {samples} samples are dependent records ({dependent / samples:.0%}; "
        f"{sum(map(is_dependent, several))} of {len(several)} with several calls), {100 * dependent / iterations:.0f} "
        f"per 100 iterations; {fed} of {steps} steps take a result; {deep} records have 3 calls in a row; "
        f"{len(tools)} different tools ({100 * len(tools) / steps:.0f} per 100 steps); {calls} calls executed; "
        f"{time.perf_counter() - started:.0f} s",
        flush=True,
    )


async def main(samples: int, seed: int) -> None:
    """Measure both strategies under both budgets."""
    for budget in BUDGETS:
        for strategy in ("uniform", "composable"):
            await measured(strategy, budget, samples, seed)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
