"""The `toolgrad` command as a process of its own, and what it left."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SLOW = ["--tools", f"python:{HERE}/slow_tools.py:TOOLS", "--allow-unannotated"]


def start(folder: Path, *arguments: str, seconds: float = 0.0) -> subprocess.Popen[str]:
    environment = {**os.environ, "CALL_LOG": str(folder / "calls.log"), "CALL_SECONDS": str(seconds)}
    return subprocess.Popen(
        [sys.executable, "-m", "toolgrad_data", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder: Path, *arguments: str, seconds: float = 0.0) -> tuple[int, str, str]:
    process = start(folder, *arguments, seconds=seconds)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def hold(folder: Path, sample: str) -> Path:
    """Let slow tools hold this sample and those after it until the file that is returned is removed."""
    file = folder / "hold"
    file.with_suffix(".new").write_text(sample)
    file.with_suffix(".new").replace(file)
    return file


def lines(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a file that may be under way."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().split("\n")[:-1]]


def verdicts(out: Path) -> list[dict[str, Any]]:
    """The records of a run, accepted ones first, without what differs from run to run."""
    return [without_times(record) for name in ("records", "rejected") for record in lines(out / f"{name}.jsonl")]


def wait_for(process: subprocess.Popen[str], condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def without_times(record: dict[str, Any]) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(record))
    for name in ("started_at", "finished_at"):
        copy["meta"].pop(name)
    for step in [*(step for turn in copy["turns"] for step in turn["steps"]), *copy["pruned"]]:
        step.pop("elapsed_ms")
    return copy
