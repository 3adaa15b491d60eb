"""All figures of throughput and growth as a dated table in bench/RESULTS.md, with the machine described.

Run: python -m bench.table            some ten minutes on two quiet cores
     python -m bench.table --quick    three
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import growth, throughput
from bench.throughput import markdown, say

RESULTS = Path(__file__).with_name("RESULTS.md")
_TITLES = {
    "throughput": "One process, a model endpoint in another, ten accepted calls a sample",
    "start": "Cold start",
    "registry": "Size of the tool library",
    "length": "Length of the chain, without decisions and tools",
    "run": "Length of the run",
}


def machine() -> str:
    """Describe what it was measured on, and how busy it was."""
    cpu = platform.processor() or platform.machine()
    memory = ""
    if Path("/proc/cpuinfo").exists():
        names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(":")[2].strip() if names else cpu
        kilobytes = int(Path("/proc/meminfo").read_text().split("MemTotal:")[1].split()[0])
        memory = f", {kilobytes / 1e6:.0f} GB of memory"
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    packages = ", ".join(f"{name} {version(name)}" for name in ("langgraph", "langchain-openai", "openai", "pydantic"))
    return (
        f"{os.cpu_count()} CPUs ({cpu}){memory}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {packages}. Load average before: {load}."
    )


def _commit() -> str:
    command = ["git", "-C", str(RESULTS.parent), "rev-parse", "--short", "HEAD"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.stdout.strip() or "unknown"


def main(argv: list[str]) -> None:
    """Measure, print and write the file; what fails is named in it, and the rest is there all the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help=f"any of {', '.join(_TITLES)}; all when left out")
    parser.add_argument("--quick", action="store_true", help="less of each")
    parser.add_argument("--out", type=Path, default=RESULTS, help="file to write (default: bench/RESULTS.md)")
    arguments = parser.parse_args(argv)
    unknown = set(arguments.parts) - _TITLES.keys()
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are: {', '.join(_TITLES)}")
    parts: dict[str, Callable[[bool], growth.Table]] = {
        "throughput": lambda quick: (throughput.HEAD, throughput.table(quick)),
        **growth.PARTS,
    }
    sections = [
        "# Results",
        f"{datetime.now(UTC):%Y-%m-%d}, commit {_commit()}, `{' '.join(['python -m bench.table', *argv])}`.",
        machine(),
        "What the columns mean stands in `bench/throughput.py` and `bench/growth.py`. CPU time and `60 / CPU` depend "
        "little on what else the machine does; samples a minute depend on it wholly. Linux counts a child's peak from "
        "before it became another program, so the smallest peak of a table, the benchmark's own, is only a bound.",
    ]
    for name in arguments.parts or parts:
        began = time.monotonic()
        say(f"== {_TITLES[name]}")
        try:
            table = markdown(*parts[name](arguments.quick))
        except Exception as error:  # the boundary: the other parts are worth their time
            table = f"Failed: {type(error).__name__}: {' '.join(str(error).split())[:300]}\n"
        sections.append(f"## {_TITLES[name]}\n\n{table}\n{time.monotonic() - began:.0f} s.")
        # After each part: an interruption loses none.
        arguments.out.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    print(arguments.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
