"""Are the records the same? A digest of runs that leaves out times, versions and nodes' names, and nothing else.

`python -m bench.digest` makes the runs of `make demo` and of 200 offline samples with seed 1 in a temporary folder and
prints a digest of each; run it before and after a change that must not change records. `python -m bench.digest RUN …`
prints those of runs that are there; `--lines FILE` writes what is digested, a line a record, to compare with `diff`.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: Times, and what makes a record another one only because the code is newer.
LEFT_OUT = frozenset({"elapsed_ms", "latency_ms", "started_at", "finished_at", "versions", "node"})
#: What tools said is compared whole, whatever its members are called.
_WHOLE = frozenset({"result", "arguments", "parameters", "output_schema", "vars", "user"})
_RUNS = {
    "demo": ("--samples", "24", "--seed", "7", "--turns", "1:100"),
    "offline": ("--samples", "200", "--seed", "1", "--turns", "1:100"),
}


def comparable(value: Any) -> Any:
    """Return a record's JSON without what may differ between two runs of the same samples."""
    if isinstance(value, dict):
        return {
            name: member if name in _WHOLE else comparable(member)
            for name, member in value.items()
            if name not in LEFT_OUT
        }
    return [comparable(item) for item in value] if isinstance(value, list) else value


def lines(run: Path) -> Iterator[str]:
    """Yield the run's records and rejected samples, in the order of their samples."""
    for name in ("records.jsonl", "rejected.jsonl"):
        found = [json.loads(line) for line in (run / name).read_text().splitlines()] if (run / name).exists() else []
        for record in sorted(found, key=lambda each: int(each["meta"]["index"])):
            yield json.dumps(comparable(record), sort_keys=True, ensure_ascii=False)


def digest(run: Path) -> str:
    """Return the SHA-256 of the run's comparable lines, in hexadecimal digits."""
    whole = hashlib.sha256()
    for line in lines(run):
        whole.update(line.encode() + b"\n")
    return whole.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", type=Path, metavar="RUN")
    parser.add_argument("--lines", type=Path, help="File for what is digested.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = arguments.runs or [_made(name, Path(folder)) for name in _RUNS]
        for run in runs:
            print(f"{digest(run)}  {run.name}")
        if arguments.lines:
            arguments.lines.write_text("".join(f"{line}\n" for run in runs for line in lines(run)))


def _made(name: str, folder: Path) -> Path:
    run = folder / name
    command = [sys.executable, "-m", "toolgrad_data", "generate", *_RUNS[name], "--out", str(run)]
    subprocess.run(command, check=True, capture_output=True)
    return run


if __name__ == "__main__":
    main()
