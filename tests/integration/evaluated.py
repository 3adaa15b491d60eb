"""A run to be played, made once, the simulated endpoint that solves it, and evaluations in this process."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.integration.command import run
from toolgrad_data.evaluate.command import Evaluated, evaluate, prepare_items
from toolgrad_data.evaluate.settings import evaluate_context, evaluate_settings
from toolgrad_data.runs.observer import Observer
from toolgrad_data.tasks.target import find_target

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


async def evaluated(target: Path, url: str, out: Path, **given: Any) -> Evaluated:
    """Play what is missing of the target's trials, as the command does."""
    settings = evaluate_settings({"model": "m", "out": out, "negatives": 0.0, **given})
    found = find_target(target)
    context = evaluate_context({"base_url": url, **given}, None, found.context)
    items = await asyncio.to_thread(prepare_items, found, settings, context)
    return await evaluate(found, items, settings, context, observer=Observer(), stop=asyncio.Event())
