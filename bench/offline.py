"""The command offline: records a minute at several concurrencies, peak memory, and how fast `--help` comes.

Run: python -m bench.offline [SAMPLES]
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

CONCURRENCIES = (1, 8, 64)
SAMPLES = 200
STARTS = 5


class Usage(NamedTuple):
    """What a process took: wall and CPU seconds, and its largest resident set in MB."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def measured(*command: str) -> Usage:
    """Run a process to its end. Raises CalledProcessError."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
    return Usage(time.perf_counter() - began, used.ru_utime + used.ru_stime, peak)


def typical(*command: str) -> Usage:
    """Return the medians of several runs; the one that compiles modules is left out."""
    measured(*command)
    return Usage(*map(statistics.median, zip(*(measured(*command) for _ in range(STARTS)), strict=True)))


def main(samples: int) -> None:
    """Print the tables."""
    command = (sys.executable, "-m", "toolgrad_data")
    starts = {
        "python -c pass": typical(sys.executable, "-c", "pass"),
        "toolgrad --help": typical(*command, "--help"),
        "import graph.app": typical(sys.executable, "-c", "import graph.app"),
        "toolgrad tools": typical(*command, "tools"),
    }
    bare = starts["python -c pass"]
    print(f"{'start':>16} {'seconds':>8} {'CPU s':>6} {'of a bare Python':>17}")
    for name, used in starts.items():
        print(f"{name:>16} {used.seconds:>8.2f} {used.cpu_seconds:>6.2f} {used.cpu_seconds / bare.cpu_seconds:>16.1f}×")
    print(f"\n{samples} samples with the built-in tools")
    print(f"{'concurrency':>11} {'records/min':>12} {'per CPU min':>12} {'CPU ms each':>12} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for concurrency in CONCURRENCIES:
            out = Path(folder) / str(concurrency)
            options = ["--samples", str(samples), "--seed", "1", "--out", str(out), "--concurrency", str(concurrency)]
            used = measured(*command, "generate", *options)
            summary = json.loads((out / "summary.json").read_text())
            accepted, seconds = summary["accepted"], summary["session"]["seconds"]
            # Loading the tools is left out, as it is of the session's seconds.
            cpu = used.cpu_seconds - starts["toolgrad tools"].cpu_seconds
            print(
                f"{concurrency:>11} {60 * accepted / seconds:>12.0f} {60 * accepted / cpu:>12.0f} "
                f"{1000 * cpu / accepted:>12.1f} {used.peak_mb:>8.0f}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
