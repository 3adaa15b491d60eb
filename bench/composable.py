"""Do chains emerge? Batches of 50 out of 500 tools, composed against drawn alike; same policy, same seeds.

Run: python -m bench.composable [SAMPLES [SEED [LIBRARY ...]]]

Each library has 500 tools: built-in ones, nearly all of which fit others, among distractors (`bench.distractors`) in
families, a few tools of which fit each other, or loose, which fit nothing. Each budget is one way to run: the
defaults, under which a tenth and more of the samples are single calls and the policy may look through ten batches;
chains of two or three; and two batches with one proposal for each, under which it has to take what they hold.
"""

import asyncio
import collections
import sys
import time
from typing import Any, get_args

from bench.distractors import FAMILIES, LOOSE
from bench.promises import dependent_steps
from graph.app import build_graph
from graph.context import Context
from graph.record import Record
from tool_registry.drawing.sampling import Strategy
from tool_registry.sources.builtin import all_tools
from toolgrad_data.stats.dependence import is_dependent
from toolgrad_data.stats.structure import depth

SIZE = 500
_COUNTS = collections.Counter(tool.spec.category for tool in all_tools())
_ALL, _HALF, _FEW = sorted(_COUNTS), sorted(_COUNTS)[::2], sorted(_COUNTS)[:4]


def _missing(categories: list[str]) -> int:
    return SIZE - sum(_COUNTS[category] for category in categories)


BESIDE_ALL, BESIDE_HALF, BESIDE_FEW = (FAMILIES[: _missing(categories)] for categories in (_ALL, _HALF, _FEW))
LOOSE_BESIDE_ALL, LOOSE_BESIDE_FEW = (LOOSE[: _missing(categories)] for categories in (_ALL, _FEW))


def _library(categories: list[str], attribute: str) -> list[str]:
    return [*(f"builtin:{category}" for category in categories), f"python:bench.composable:{attribute}"]


LIBRARIES = {
    "all": _library(_ALL, "BESIDE_ALL"),
    "half": _library(_HALF, "BESIDE_HALF"),
    "few": _library(_FEW, "BESIDE_FEW"),
    "all-loose": _library(_ALL, "LOOSE_BESIDE_ALL"),
    "few-loose": _library(_FEW, "LOOSE_BESIDE_FEW"),
}
BUDGETS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "2-3 calls": {"calls": "2-3:100"},
    "2 batches": {"calls": "2:100", "max_iterations": 2, "proposals": 1},
}


async def measured(library: str, strategy: str, budget: str, samples: int, seed: int) -> None:
    """Make the samples and print a line of figures."""
    graph = build_graph().compile()
    context = Context.model_validate(
        {"tools": LIBRARIES[library], "sampling": strategy, "turns": "1:100", **BUDGETS[budget]}
    )
    records: list[Record] = []
    calls = 0
    started = time.process_time()
    for index in range(samples):
        out = await graph.ainvoke({"seed": seed, "index": index}, context=context)
        calls += out["record"]["meta"]["tool_calls"]
        if out["status"] == "accepted":
            records.append(Record.model_validate(out["record"]))
    several = sum(len(record.turns[0].steps) > 1 for record in records)
    fed, steps = map(sum, zip(*map(dependent_steps, records), strict=True))
    tools = collections.Counter(step.tool for record in records for step in record.turns[0].steps)
    print(
        f"{library:>9} {budget:>9} {strategy:>10} {sum(map(is_dependent, records)) / samples:>9.0%} "
        f"{several / samples:>7.0%} {fed / samples:>8.2f} {steps / samples:>5.2f} "
        f"{sum(depth(record) >= 3 for record in records) / samples:>6.0%} {len(tools):>5} {calls / samples:>5.1f} "
        f"{1000 * (time.process_time() - started) / samples:>6.0f}",
        flush=True,
    )


async def main(samples: int, seed: int, libraries: list[str]) -> None:
    """Measure the strategies under all budgets."""
    print("dependent: samples with a dependent record; several: with one of several calls; fed, steps, calls: a sample")
    print(
        f"{'library':>9} {'budget':>9} {'strategy':>10} {'dependent':>9} {'several':>7} {'fed':>8} {'steps':>5} "
        f"{'3 deep':>6} {'tools':>5} {'calls':>5} {'CPU ms':>6}"
    )
    for library in libraries:
        for budget in BUDGETS:
            for strategy in get_args(Strategy):
                await measured(library, strategy, budget, samples, seed)


if __name__ == "__main__":
    given = [*sys.argv[1:3], *("200", "1")[len(sys.argv) - 1 :]]
    asyncio.run(main(int(given[0]), int(given[1]), sys.argv[3:] or list(LIBRARIES)))
