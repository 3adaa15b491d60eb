"""How fast `toolgrad verify` proves records without replay, and whether its memory stays flat.

Run: python -m bench.verify [--samples 100] [--counts 2000 20000 100000] [--workers 2]

Records of the offline policy are repeated under other ids, each copy with words of its own in the query and with
tools of its own name, so that all are distinct and none is cheaper to compare than a record of a real run.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def copies(records: list[dict[str, Any]], count: int) -> Iterator[str]:
    """Yield `count` records as lines: each is one of `records` under an id, an index, tools and words of its own."""
    for number in range(count):
        data = json.loads(json.dumps(records[number % len(records)]))
        data["id"], data["meta"]["index"] = f"copy-{number:07d}", number
        for turn in data["turns"]:
            # A quote's words must stay together; the end of the query is free. An eighth of the words is too few.
            own = 24 + len(turn["query"].split()) // 4
            tail = " ".join(f"w{place:x}n{number:x}" for place in range(own))
            turn["query"] = f"{turn['query']} ({tail})"
            for step in turn["steps"]:
                step["tool"] = f"{step['tool'][:50]}_{number:x}"
        for spec in data["tools"]:
            spec["name"] = f"{spec['name'][:50]}_{number:x}"
        yield json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def measure(file: Path, workers: int) -> dict[str, Any]:
    """Verify the file in a process of its own; return its report, wall time and peak memory."""
    began = time.monotonic()
    code = (
        "import json, resource, sys\n"
        "from pathlib import Path\n"
        "from toolgrad_data.verify.verification import Options, Target, verify_file\n"
        "if __name__ == '__main__':\n"
        "    report = verify_file(Target(Path(sys.argv[1])), Options(workers=int(sys.argv[2])))\n"
        "    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]\n"
        "    cpu = sum(one.ru_utime + one.ru_stime for one in used)\n"
        "    peak = [one.ru_maxrss for one in used]\n"
        "    print(json.dumps({'records': report.records, 'same_calls': report.proved['distinct'].findings,\n"
        "                      'typed': report.proved['typed'].held, 'grounded': report.proved['grounded'].held,\n"
        "                      'cpu': cpu, 'seconds': report.seconds, 'peak_kib': peak}))\n"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".py", delete=False) as script:
        script.write(code)
    try:
        done = subprocess.run(
            [sys.executable, script.name, str(file), str(workers)], capture_output=True, text=True, check=True
        )
    finally:
        Path(script.name).unlink()
    return {**json.loads(done.stdout), "wall": time.monotonic() - began}


def main(argv: list[str]) -> None:
    """Print a line for each count."""
    parser = argparse.ArgumentParser(description="Speed and memory of toolgrad verify without replay.")
    parser.add_argument("--samples", type=int, default=100, help="records made to copy from")
    parser.add_argument("--counts", type=int, nargs="+", default=[2_000, 20_000], help="records verified")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        # In a process of its own: a child's peak counts from its parent's.
        command = ["generate", "--samples", str(options.samples), "--seed", "5", "--out", str(run)]
        subprocess.run([sys.executable, "-m", "toolgrad_data", *command], capture_output=True, check=True)
        records = [json.loads(line) for line in (run / "records.jsonl").open()]
        size = sum(len(json.dumps(record)) for record in records) / len(records)
        print(f"{len(records)} records to copy from, {size / 1024:.1f} KiB each; {options.workers} processes")
        for count in options.counts:
            file = Path(folder) / "copies.jsonl"
            with file.open("w") as out:
                out.writelines(copies(records, count))
            found = measure(file, options.workers)
            own, children = (kib / 1024 for kib in found["peak_kib"])
            print(
                f"{found['records']:>7,} records  {found['seconds']:7.1f} s ({found['cpu']:.1f} s of CPU in all)"
                f"  {count / found['seconds']:6.0f} a second"
                f"  peak {own:.0f} MiB, a worker {children:.0f} MiB  typed {found['typed']}, "
                f"grounded {found['grounded']}, alike {sum(found['same_calls'].values())}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
