"""A run to be played, made once, and the simulated endpoint that solves it, as a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.command import run

ROOT = Path(__file__).parents[2]


def make_run(folder: Path, samples: int, *options: str) -> Path:
    """Make a run of short records offline and return its folder."""
    code, _, err = run(
        folder, "generate", "--samples", str(samples), "--calls", "1:50,2:50", "--out", "runs/played", *options
    )
    assert code == 0, err
    return folder / "runs" / "played"


@contextmanager
def solving(played: Path, rate: float, *options: str) -> Iterator[str]:
    """Give the base URL of an endpoint that solves the run's tasks at the rate."""
    command = [sys.executable, "-m", "bench.endpoint", "--solve", str(played), "--solve-rate", str(rate), "--port", "0"]
    with subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()
