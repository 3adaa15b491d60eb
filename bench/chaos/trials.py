"""Exactly once, whatever happens: runs that are killed, stopped, starved of disk or cut off, and run again.

Run: python -m bench.chaos                              all kinds, 100 trials with SIGKILL and 10 of each other kind
     python -m bench.chaos SIGKILL=20 disk=3 --samples 20

Each trial is a run against the simulated endpoint, disturbed, and run again until it is finished. Its lines must then
be those of an undisturbed run: none lost, doubled, torn or other. Model calls that the endpoint answered more than
the undisturbed run needed are calls that were paid twice: at most those in flight, so one for each sample under way.
"""

import argparse
import asyncio
import collections
import json
import random
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.chaos.faults import KINDS, Command, Disturbed, Trial, undisturbed
from bench.endpoint.chat import ChatOptions
from bench.endpoint.server import sensible_endpoint

SAMPLES, CONCURRENCY = 40, 4
TRIALS = {"SIGKILL": 100}
TOOLS = ["python:bench.workload:TOOLS"]


async def chaos(trials: dict[str, int], samples: int, seed: int, folder: Path, say: bool = True) -> list[Disturbed]:
    """Return what came of the trials."""
    options = ChatOptions(latency_ms=10)
    async with Command() as command, sensible_endpoint(TOOLS, options, bad_decisions=0.05) as endpoint:
        reference = await undisturbed(command, endpoint, folder / "undisturbed", samples, CONCURRENCY)
        rng = random.Random(seed)
        points = list(reference.points)
        rng.shuffle(points)
        rounds = collections.deque(points)
        came: list[Disturbed] = []
        for kind, number in trials.items():
            for trial in range(number):
                rounds.rotate(-1)
                place = folder / f"{kind}-{trial}" / "disk"
                began = time.monotonic()
                own = random.Random(f"{seed}{kind}{trial}")
                try:
                    one = await KINDS[kind](Trial(kind, command, endpoint, reference, place, own, rounds[0]))
                except AssertionError as error:
                    one = Disturbed(kind, fault=str(error)[:500])
                shutil.rmtree(place.parent)
                came.append(one)
                if say:
                    twice = "calls not compared" if one.repeated is None else f"{one.repeated} calls paid twice"
                    print(
                        f"{kind:>8} {trial + 1:>3}/{number}  {one.where:<48} {one.runs} runs, {twice}, "
                        f"{time.monotonic() - began:.1f} s",
                        flush=True,
                    )
    return came


def table(came: list[Disturbed]) -> str:
    """Return the figures by kind, and where SIGKILL struck.

    Compared are calls of trials with an undisturbed run's records: a network that is away may cost a decision.
    """
    lines = [
        f"{'kind':>12} {'trials':>7} {'runs':>6} {'compared':>9} {'paid twice, mean':>17} {'most':>5} {'skipped':>8}"
    ]
    for kind in dict.fromkeys(one.kind for one in came):
        own = [one for one in came if one.kind == kind]
        done = [one for one in own if not one.skipped]
        twice = [one.repeated for one in done if one.repeated is not None]
        mean, most = (f"{sum(twice) / len(twice):.2f}", str(max(twice))) if twice else ("–", "–")
        lines.append(
            f"{kind:>12} {len(done):>7} {sum(one.runs for one in done):>6} {len(twice):>9} {mean:>17} {most:>5} "
            f"{len(own) - len(done):>8}"
        )
    struck = Counter(where for one in came if one.kind == "SIGKILL" for where in one.places)
    if struck:
        lines += ["", f"SIGKILL struck {sum(struck.values())} times at {len(struck)} points:"]
    lines += [f"  {count:>3} {'█' * count} {where}" for where, count in sorted(struck.items())]
    return "\n".join(lines)


def main(argv: list[str]) -> None:
    """Run the trials and print the table."""
    parser = argparse.ArgumentParser(description="Exactly once, whatever happens.")
    parser.add_argument("kinds", nargs="*", metavar="KIND[=TRIALS]", help=f"of {', '.join(KINDS)}")
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(argv)
    named = [one.partition("=") for one in asked.kinds or KINDS]
    trials = {kind: int(number or TRIALS.get(kind, 10)) for kind, _, number in named}
    with tempfile.TemporaryDirectory() as folder:
        came = asyncio.run(chaos(trials, asked.samples, asked.seed, Path(folder)))
    print(table(came))
    clean = sum(not one.skipped and not one.fault for one in came)
    print(json.dumps({"trials": len(came), "clean": clean}))
    if faults := [one for one in came if one.fault]:
        raise SystemExit("\n".join(f"{one.kind}: {one.fault}" for one in faults))
