"""How cost grows: cold start, size of the tool library, length of the chain, length of the run.

Run: python -m bench.growth [start] [registry] [length] [run] [--quick]
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bench import catalogue, checkpoints, offline
from bench.throughput import markdown, say

TOOLS = (100, 10_000, 100_000)
SAMPLES = 600

_IMPORT = """
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.startup import import_workflow
import_workflow(RunSettings(samples=1, out="run", context={{"proposer": {!r}}}), makes_samples=True)
"""

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


def start(quick: bool) -> Table:  # noqa: ARG001 - as short as it can be
    """Return how long processes take to be there."""
    command = (sys.executable, "-m", "toolgrad_data")
    taken = {
        "toolgrad --help": (*command, "--help"),
        "import graph.app": (sys.executable, "-c", "import graph.app"),
        "import toolgrad_data.runs.runner": (sys.executable, "-c", "import toolgrad_data.runs.runner"),
        "the same and langchain_openai": (sys.executable, "-c", "import toolgrad_data.runs.runner, langchain_openai"),
        "as generate imports them, offline": (sys.executable, "-c", _IMPORT.format("offline")),
        "as generate imports them, with a model": (sys.executable, "-c", _IMPORT.format("openai:model")),
        "toolgrad tools (all built-in)": (*command, "tools"),
    }
    rows = []
    for name, words in taken.items():
        used = offline.typical(*words)
        rows.append((name, f"{used.seconds:.2f}", f"{used.cpu_seconds:.2f}", f"{used.peak_mb:.0f}"))
        say(f"{name}: {used.seconds:.2f} s")
    return ("start", "seconds", "CPU s", "peak MB"), rows


def registry(quick: bool) -> Table:
    """Return what a library of tools costs: to index once, to open, for each batch of 50, and to search."""
    rows = []
    for tools in TOOLS[: 2 if quick else 3]:
        say(f"a library of {tools:,} tools …")
        found = catalogue.figures(tools)
        drawn = [f"{found[f'{strategy}_ms']['median']:.1f}" for strategy in ("uniform", "stratified", "composable")]
        rows.append(
            (
                f"{tools:,}",
                f"{found['index_s']:.1f}",
                f"{found['index_mb']:.1f}",
                f"{found['open_ms']:.0f}",
                *drawn,
                f"{found['search_ms']['median']:.1f}",
                f"{found['megabytes_more']:.0f}",
            )
        )
    head = (
        "tools",
        "index s",
        "index MB",
        "open ms",
        "uniform ms",
        "stratified ms",
        "composable ms",
        "search ms",
        "MB more",
    )
    return head, rows


def length(quick: bool) -> Table:
    """Return what a sample costs by the length of its chain, decisions and tools left out."""
    rows = []
    for one in asyncio.run(checkpoints.lengths(checkpoints.LENGTHS[: 3 if quick else None])):
        rows.append(
            (
                f"{one.calls}",
                f"{one.cpu_ms:.0f}",
                f"{one.cpu_ms / one.calls:.1f}",
                f"{one.record / 1000:.1f}",
                f"{one.history / one.calls / 1000:.1f}",
                f"{one.history / one.record:.1f}",
                f"{one.last / one.record:.2f}",
            )
        )
        say(f"a chain of {one.calls} calls: {one.cpu_ms:.0f} ms of CPU")
    head = ("calls", "CPU ms", "CPU ms a call", "record KB", "checkpoint KB a call", "all / record", "last / record")
    return head, rows


def run(quick: bool) -> Table:
    """Return what a quarter of an offline run with the built-in tools takes, from the first to the last."""
    samples = SAMPLES // (4 if quick else 1)
    say(f"{samples} offline samples …")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        used = offline.measured(
            *(sys.executable, "-m", "toolgrad_data", "generate", "--samples", str(samples), "--seed", "1"),
            *("--concurrency", "16", "--out", str(out)),
        )
        summary = json.loads((out / "summary.json").read_text())
        lines = [*(out / "records.jsonl").open(), *(out / "rejected.jsonl").open()]
    metas = sorted((json.loads(line)["meta"] for line in lines), key=lambda meta: meta["index"])
    ended = [datetime.fromisoformat(meta["finished_at"]).timestamp() for meta in metas]
    quarter = samples // 4
    rows = []
    for number in range(4):
        part = sorted(ended)[number * quarter : (number + 1) * quarter]
        rate = 60 * (len(part) - 1) / max(part[-1] - part[0], 1e-9)
        rows.append((f"samples {number * quarter + 1} to {(number + 1) * quarter}", f"{rate:,.0f}", "", ""))
    whole = (
        f"{60 * samples / summary['session']['seconds']:,.0f}",
        f"{used.cpu_seconds / samples:.3f}",
        f"{used.peak_mb:.0f}",
    )
    rows.append((f"all {samples}", *whole))
    return ("offline, 16 at once", "samples/min", "CPU s a sample, start included", "peak MB"), rows


PARTS: dict[str, Callable[[bool], Table]] = {"start": start, "registry": registry, "length": length, "run": run}


def main(argv: list[str]) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help=f"any of {', '.join(PARTS)}; all when left out")
    parser.add_argument("--quick", action="store_true", help="less of each")
    arguments = parser.parse_args(argv)
    unknown = set(arguments.parts) - PARTS.keys()
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    for name in arguments.parts or PARTS:
        print(markdown(*PARTS[name](arguments.quick)))


if __name__ == "__main__":
    main(sys.argv[1:])
