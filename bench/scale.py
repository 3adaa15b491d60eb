"""Whether memory stays flat and the time a sample constant: real offline samples, and many more with a stub graph.

Run: python -m bench.scale                    5,000 offline samples and 100,000 with a stub, some half an hour
     python -m bench.scale --real 500 --stub 10000

Each is a run of its own process, read at twenty points: samples so far, CPU and wall time a sample since the point
before, resident memory, and the bytes of checkpoints on the disk. The stub graph finishes a sample in one step with
a record of a few hundred bytes, so that what remains is the runner's own: commits, promise 5, counts.
"""

import argparse
import asyncio
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from langgraph.graph import END, START, StateGraph

from graph.context import Context
from graph.marks import Ask, Tell
from graph.record import Meta, Record, Step, Turn, record_id
from graph.sources import StepSource, UserSource
from graph.state import InputState, OutputState, State
from tool_registry.spec import ToolSpec
from toolgrad_data.runs.observer import Observer
from toolgrad_data.runs.runner import generate, run_samples
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.startup import import_workflow

REAL, STUB = 5_000, 100_000
POINTS = 20
SPEC = ToolSpec(
    name="double",
    description="Double a number.",
    parameters={"type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"]},
    category="arithmetic",
    source="builtin",
)


class Meter(Observer):
    """Prints a row at each point."""

    def __init__(self, samples: int, folder: Path) -> None:
        self._each = max(samples // POINTS, 1)
        self._folder = folder
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def advance(self, accepted: int, rejected: int) -> None:
        """See `Observer.advance`."""
        done = accepted + rejected
        if done % self._each:
            return
        cpu, wall = time.process_time(), time.perf_counter()
        checkpoints = sum(path.stat().st_size for path in self._folder.glob("checkpoints*")) / 1e6
        print(
            f"{done:>9,} {accepted:>9,} {1000 * (cpu - self._cpu) / self._each:>14.2f} "
            f"{1000 * (wall - self._wall) / self._each:>15.2f} {resident_mb():>10.0f} {checkpoints:>15.1f}",
            flush=True,
        )
        self._cpu, self._wall = cpu, wall


def resident_mb() -> float:
    """Return the process's resident memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def stub_record(seed: int, index: int) -> Record:
    """Return a small record that is like no other."""
    number, answer = str(index), str(2 * index)
    words = f"What is number {number} of kind {index * 7919} times two for case {index * 104729}?"
    step = Step(
        id="s1",
        tool="double",
        arguments={"number": index},
        sources={"/number": UserSource(start=15, end=15 + len(number), quote=number)},
        result={"answer": 2 * index},
    )
    turn = Turn(
        query=words,
        asks=[Ask(start=0, end=7, quote="What is", steps=["s1"])],
        steps=[step],
        chains=[["s1"]],
        response=f"It is {answer}.",
        tells=[Tell(start=6, end=6 + len(answer), quote=answer, source=StepSource(step="s1", pointer="/answer"))],
    )
    return Record(
        id=record_id(seed, index),
        turns=[turn],
        tools=[SPEC],
        offered=["double"],
        meta=Meta(
            run_seed=seed,
            index=index,
            policies={},
            iterations=1,
            stop_reason="target_reached",
            tool_calls=1,
            tool_failures=0,
            started_at="2026-01-01T00:00:00+00:00",
            finished_at="2026-01-01T00:00:01+00:00",
        ),
    )


def stub_graph(saver: Any) -> Any:
    """Return a graph that makes a record in one step."""

    async def finish(state: State) -> dict[str, Any]:
        record = stub_record(state["seed"], state["index"])
        return {"status": "accepted", "record": record.model_dump(mode="json"), "reasons": []}

    builder = StateGraph(State, context_schema=Context, input_schema=InputState, output_schema=OutputState)
    builder.add_node("finish", finish)
    builder.add_edge(START, "finish")
    builder.add_edge("finish", END)
    return builder.compile(checkpointer=saver)


def real(samples: int, folder: Path) -> None:
    """Make offline samples with the built-in tools."""
    settings = RunSettings(samples=samples, seed=1, out=folder)
    import_workflow(settings, makes_samples=True)  # as the command does
    asyncio.run(generate(settings, observer=Meter(samples, folder)))


def stub(samples: int, folder: Path) -> None:
    """Make samples with the stub graph."""
    settings = RunSettings(samples=samples, seed=1, out=folder)
    import_workflow(settings, makes_samples=True)
    asyncio.run(run_samples(settings, {"double": SPEC}, make_graph=stub_graph, observer=Meter(samples, folder)))


def measured(title: str, work: Callable[[int, Path], None], samples: int) -> None:
    """Run it in a process of its own and print its rows."""
    print(f"\n{title}: {samples:,} samples")
    names = f"{'samples':>9} {'accepted':>9} {'CPU ms/sample':>14} {'wall ms/sample':>15}"
    print(f"{names} {'memory MB':>10} {'checkpoints MB':>15}")
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        process = multiprocessing.get_context("spawn").Process(target=work, args=(samples, run))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"{title} ended with {process.exitcode}")
        sizes = {path.name: path.stat().st_size / samples for path in run.iterdir() if path.is_file()}
        print("bytes a sample: " + ", ".join(f"{name} {size:,.0f}" for name, size in sorted(sizes.items())))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description="Memory and time of long runs.")
    parser.add_argument("--real", type=int, default=REAL)
    parser.add_argument("--stub", type=int, default=STUB)
    asked = parser.parse_args()
    if asked.real:
        measured("offline, built-in tools", real, asked.real)
    if asked.stub:
        measured("stub graph", stub, asked.stub)


if __name__ == "__main__":
    main()
