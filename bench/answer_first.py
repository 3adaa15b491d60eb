"""Answer first beside query first (docs/baseline.md), on the same batches with the same model.

Run: python -m bench.answer_first [--samples 40] [--seed 1] [--tools builtin] [--bad-decisions 0 0.1 0.3] [--calls MIX]
     python -m bench.answer_first --runs runs/first runs/dfs

Without --runs the model is the simulated endpoint (bench.endpoint), which means what it writes: its only errors are the
bad decisions that it is told to make. So the table shows the plumbing, how each workflow takes errors and what a record
costs in calls, and not how well a real model does either. With --runs it counts runs that were made otherwise.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.endpoint.server import sensible_endpoint
from bench.throughput import markdown
from graph.app import build_graph
from graph.baseline import build_baseline
from graph.context import Context
from graph.record import Record, RejectedRecord
from graph.sample_input import SampleGraph
from toolgrad_data.runs.reading import read_records

METHODS: dict[str, Callable[[], SampleGraph]] = {"answer first": build_graph, "query first": build_baseline}
HEAD = (
    "method",
    "bad decisions",
    "accepted",
    "model calls a record",
    "tokens in a record",
    "tokens out a record",
    "tool uses a record",
    "uses that go on from others",
    "tool calls a record",
    "calls a tool use",
)
_PLUMBING = (
    "The model is simulated: its only errors are the bad decisions above. Figures are of plumbing, not of what a model "
    "can do. A record: all that was spent, rejected samples included, by accepted records."
)
_AT_ONCE = 8


@dataclass
class Spent:
    """What the samples of one method took, and what came of them."""

    samples: int = 0
    accepted: int = 0
    llm_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    tool_calls: int = 0
    uses: int = 0
    linked: int = 0

    def add(self, record: Record) -> None:
        """Count a record; a rejected one only for what it took."""
        usage = record.meta.usage
        self.samples += 1
        self.llm_calls += usage.llm_calls
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        self.tool_calls += record.meta.tool_calls
        if isinstance(record, RejectedRecord):
            return
        steps = [step for turn in record.turns for step in turn.steps]
        self.accepted += 1
        self.uses += len(steps)
        self.linked += sum(bool(step.uses()) for step in steps)

    def row(self, method: str, bad: str) -> tuple[str, ...]:
        """Return the row of the table."""

        def each(total: int, of: int) -> str:
            return f"{total / of:,.1f}" if of else "–"

        return (
            method,
            bad,
            f"{self.accepted} of {self.samples} ({100 * self.accepted / max(self.samples, 1):.0f} %)",
            *(each(total, self.accepted) for total in (self.llm_calls, self.input_tokens, self.output_tokens)),
            each(self.uses, self.accepted),
            f"{100 * self.linked / max(self.uses, 1):.0f} %",
            each(self.tool_calls, self.accepted),
            each(self.llm_calls, self.uses),
        )


def counted(records: Iterable[Record]) -> Spent:
    """Return what the records took together."""
    spent = Spent()
    for record in records:
        spent.add(record)
    return spent


async def made(builder: Callable[[], SampleGraph], samples: int, seed: int, context: Context) -> list[Record]:
    """Return the records of the samples, rejected ones too."""
    graph = builder().compile()
    free = asyncio.Semaphore(_AT_ONCE)

    async def one(index: int) -> Record:
        async with free:
            out: dict[str, Any] = await graph.ainvoke({"seed": seed, "index": index}, context=context)
        model = Record if out["status"] == "accepted" else RejectedRecord
        return model.model_validate(out["record"])

    return list(await asyncio.gather(*map(one, range(samples))))


async def rows(samples: int, seed: int, tools: list[str], shares: list[float], calls: str) -> list[tuple[str, ...]]:
    """Return a row for each method and share of bad decisions, at an endpoint of its own."""
    os.environ.setdefault("TOOLGRAD_BENCH_KEY", "none")
    found = []
    for bad in shares:
        for method, builder in METHODS.items():
            async with sensible_endpoint(tools, bad_decisions=bad) as running:
                roles = dict.fromkeys(("proposer", "critic", "writer"), "openai:simulated")
                settings = {"base_url": running.base_url, "api_key_env": "TOOLGRAD_BENCH_KEY", "calls": calls}
                context = Context(tools=tools, **roles, **settings)
                spent = counted(await made(builder, samples, seed, context))
            found.append(spent.row(method, f"{100 * bad:.0f} %"))
    return found


def of_runs(folders: list[Path]) -> list[tuple[str, ...]]:
    """Return a row for each run on disk."""
    found = []
    for folder in folders:
        records = (record for rejected in (False, True) for record in read_records(folder, rejected=rejected))
        found.append(counted(records).row(folder.name, "–"))
    return found


def main(argv: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tools", nargs="+", default=["builtin"], help="tool specs")
    parser.add_argument("--bad-decisions", type=float, nargs="+", default=[0.0, 0.1, 0.3], help="shares, 0 to 1")
    parser.add_argument("--calls", default=Context().calls, help="mix of lengths")
    parser.add_argument("--runs", type=Path, nargs="+", default=[], help="count these runs instead")
    options = parser.parse_args(argv)
    if options.runs:
        print(markdown(HEAD, of_runs(options.runs)))
        return
    found = asyncio.run(rows(options.samples, options.seed, options.tools, options.bad_decisions, options.calls))
    print(markdown(HEAD, found))
    print(_PLUMBING)


if __name__ == "__main__":
    main(sys.argv[1:])
