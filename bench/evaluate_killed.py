"""An evaluation of 1,000 episodes, killed 10 times: each task's trials exactly once, and the solver's rate found.

Run: python -m bench.evaluate_killed RUN --episodes 1000 --kills 10 --rate 0.7
The run is made into tasks first; the endpoint and each evaluation are processes of their own.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.endpoint.solver import Solver

TRIALS = 4


def main(argv: list[str]) -> None:
    """Evaluate, kill, go on, and print what was found. Exits with 1 when a trial is missing or there twice."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("run", type=Path, help="a run of at least a quarter as many records that are tasks")
    options.add_argument("--episodes", type=int, default=1000)
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--rate", type=float, default=0.7)
    arguments = options.parse_args(argv)
    with tempfile.TemporaryDirectory() as place:
        _measure(arguments, Path(place))


def _measure(arguments: argparse.Namespace, place: Path) -> None:
    toolgrad = [sys.executable, "-m", "toolgrad_data"]
    made = [*toolgrad, "tasks", str(arguments.run), "--out", str(place / "tasks"), "--offered", "8"]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    solving = [sys.executable, "-m", "bench.endpoint", "--solve", str(arguments.run), "--port", "0"]
    began = time.monotonic()
    with subprocess.Popen(
        [*solving, "--solve-rate", str(arguments.rate)], stdout=subprocess.PIPE, text=True
    ) as endpoint:
        assert endpoint.stdout is not None
        url = endpoint.stdout.readline().strip()
        out = place / "out"
        tasks = arguments.episodes // TRIALS
        command = [*toolgrad, "evaluate", str(place / "tasks"), "--model", "m", "--base-url", url, "--out", str(out)]
        command += ["--trials", str(TRIALS), "--limit", str(tasks), "--concurrency", "32", "--json"]
        try:
            for kill in range(1, arguments.kills + 1):
                _killed_after(command, out / "trials.jsonl", kill * arguments.episodes // (arguments.kills + 1))
            done = subprocess.run(command, check=True, capture_output=True, text=True)
        finally:
            endpoint.kill()
    report = json.loads(done.stdout)
    lines = [json.loads(line) for line in (out / "trials.jsonl").read_text(encoding="utf-8").splitlines()]
    counts = Counter((line["task"], line["trial"]) for line in lines)
    solver = Solver({}, arguments.rate)
    agree = sum(line["passed"] == solver.solves(line["seed"], _first(line)) for line in lines)
    first = report["overall"]["pass_at"]["1"]
    print(f"episodes          {len(lines)} of {tasks * TRIALS}, killed {arguments.kills} times")
    print(f"there twice       {sum(count - 1 for count in counts.values())}")
    print(f"as the solver did {agree} of {len(lines)}")
    print(f"pass@1            {first['value']:.4f} ({first['low']:.4f} to {first['high']:.4f}), rate {arguments.rate}")
    print(f"seconds           {time.monotonic() - began:.0f}, the starts of {arguments.kills + 1} processes among them")
    if len(counts) != len(lines) or len(lines) != tasks * TRIALS:
        sys.exit(1)


def _killed_after(command: list[str], trials: Path, lines: int) -> None:
    """Run the command until so many lines are there, and kill it."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and (not trials.exists() or trials.read_bytes().count(b"\n") < lines):
            time.sleep(0.02)
        process.kill()


def _first(trial: dict[str, object]) -> str:
    messages = trial["messages"]
    assert isinstance(messages, list)
    return str(next(message["content"] for message in messages if message["role"] == "user"))


if __name__ == "__main__":
    main(sys.argv[1:])
