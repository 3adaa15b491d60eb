"""Throughput of one process against a model endpoint in another: samples a minute by latency and samples at once.

Run: python -m bench.throughput            some six minutes on two quiet cores
     python -m bench.throughput --quick    a minute or two

Ten accepted calls a sample. The endpoint has answered each request before and remembers it, so that what is measured
is the client. The ideal is concurrency / (model calls in sequence × latency). CPU is user and system time of the
client's process, its start (measured with one sample) left out: 60 / CPU seconds bounds the samples a minute on a
machine that does nothing else, whatever else this one does.
"""

import argparse
import json
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.model_figures import SMALL, generated, serving

#: (latency in ms, samples at once): samples.
CELLS = {
    (0, 1): 24,
    (0, 16): 96,
    (0, 64): 192,
    (0, 256): 384,
    (200, 1): 4,
    (200, 16): 64,
    (200, 64): 256,
    (200, 256): 512,
    (1000, 1): 2,
    (1000, 16): 32,
    (1000, 64): 128,
    (1000, 256): 512,
}
QUICK = {(0, 16): 48, (200, 1): 2, (200, 16): 48, (200, 64): 96}

_TELLING = 16

HEAD = (
    "latency ms",
    "at once",
    "samples",
    "accepted",
    "samples/min",
    "ideal",
    "accepted calls/s",
    "CPU s a sample",
    "60 / CPU",
    "peak MB",
)


@dataclass(frozen=True)
class Cell:
    """One run: wall seconds, the client's CPU seconds, and what it made."""

    samples: int
    accepted: int
    uses: int
    asked: int
    seconds: float
    cpu_seconds: float
    peak_mb: float


def run(url: str, samples: int, at_once: int) -> Cell:
    """Return what a `toolgrad generate` of so many samples took."""
    members = {
        "tools": [SMALL],
        "base_url": url,
        **dict.fromkeys(("proposer", "critic", "writer"), "openai:simulated"),
        "tools_per_batch": 50,
        "calls": "10:100",
        "max_iterations": 20,
    }
    with tempfile.TemporaryDirectory() as folder:
        took = generated({"samples": samples, "seed": 1, "concurrency": at_once, **members}, Path(folder))
        records = list(_lines(Path(folder) / "run" / "records.jsonl"))
        rejected = list(_lines(Path(folder) / "run" / "rejected.jsonl"))
    return Cell(
        samples=samples,
        accepted=len(records),
        uses=sum(len(turn["steps"]) for record in records for turn in record["turns"]),
        asked=sum(record["meta"]["usage"]["llm_calls"] for record in [*records, *rejected]),
        seconds=took["seconds"],
        cpu_seconds=took["cpu_seconds"],
        peak_mb=took["peak_mb"],
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def table(quick: bool = False) -> list[tuple[str, ...]]:
    """Return the rows, one a cell, and tell each one when it is measured."""
    cells = QUICK if quick else CELLS
    rows = []
    with serving("endpoint", "--tools", SMALL, "--remember") as url:
        say(f"the endpoint decides {max(cells.values())} samples once …")
        run(url, max(cells.values()), 64)
        start = run(url, 1, 1).cpu_seconds
        for (latency, at_once), samples in cells.items():
            _set_latency(url, latency)
            row = _row(latency, at_once, run(url, samples, at_once), start)
            say(", ".join(f"{name} {value}" for name, value in zip(HEAD, row, strict=True)))
            rows.append(row)
    return rows


def _row(latency: int, at_once: int, cell: Cell, start: float) -> tuple[str, ...]:
    in_sequence = cell.asked / cell.samples
    ideal = 60 * at_once / (in_sequence * latency / 1000) if latency else None
    cpu = max(cell.cpu_seconds - start, 0.0) / cell.samples
    return (
        f"{latency}",
        f"{at_once}",
        f"{cell.samples}",
        f"{cell.accepted}",
        f"{60 * cell.samples / cell.seconds:,.0f}",
        f"{ideal:,.0f}" if ideal else "CPU",
        f"{cell.uses / cell.seconds:.1f}",
        # Of few samples the start, which differs by some hundredths each time, cannot be told apart.
        f"{cpu:.3f}" if cell.samples >= _TELLING else "–",
        f"{60 / cpu:,.0f}" if cell.samples >= _TELLING else "–",
        f"{cell.peak_mb:.0f}",
    )


def _set_latency(url: str, milliseconds: int) -> None:
    body = json.dumps({"ms": milliseconds}).encode()
    request = urllib.request.Request(f"{url.removesuffix('/v1')}/latency", body, method="POST")
    with urllib.request.urlopen(request):
        pass


def say(words: str) -> None:
    """Tell progress, apart from the table."""
    print(words, file=sys.stderr, flush=True)


def markdown(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table."""
    lines = [head, ("---:",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="few cells of few samples")
    print(markdown(HEAD, table(options.parse_args().quick)))
