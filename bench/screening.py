"""How often is a number that was made up taken for one of the record's?

    python -m bench.screening [--samples 200] [--trials 60]

Makes records with the offline policy, draws numbers of every size and asks the proof of faithfulness whether it can
trace them. Prints a Markdown table: digits before the point, decimals, share traced.
"""

import argparse
import asyncio
import random
import tempfile
from collections import defaultdict
from pathlib import Path

from graph.context import Context
from graph.record import Record
from nodes.proofs.faithful import origins_of
from nodes.proofs.shown import shown_numbers
from toolgrad_data.runner import generate
from toolgrad_data.settings import RunSettings

DIGITS = range(1, 8)
DECIMALS = (0, 1, 2)


def traced_shares(records: list[Record], trials: int, seed: int = 5) -> dict[tuple[int, int], float]:
    """Return, by digits before the point and decimals, the share of random numbers that are traced."""
    rng = random.Random(seed)
    drawn: dict[tuple[int, int], list[bool]] = defaultdict(list)
    for record in records:
        origins = origins_of(record)
        for _ in range(trials):
            digits, decimals = rng.choice(DIGITS), rng.choice(DECIMALS)
            text = f"{rng.uniform(10 ** (digits - 1), 10**digits - 1):,.{decimals}f}"
            shown = next(shown_numbers(f"It is {text} here."))
            drawn[digits, decimals].append(origins.number(shown) is not None)
    return {size: sum(found) / len(found) for size, found in sorted(drawn.items())}


def table(shares: dict[tuple[int, int], float]) -> str:
    """Return the shares as Markdown."""
    rows = ["| digits before the point | whole | one decimal | two decimals |", "|---|---|---|---|"]
    for digits in DIGITS:
        cells = [f"{100 * shares.get((digits, decimals), 0.0):.1f} %" for decimals in DECIMALS]
        rows.append(f"| {digits} | {' | '.join(cells)} |")
    return "\n".join(rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--trials", type=int, default=60, help="numbers drawn for a record")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        asyncio.run(generate(RunSettings(samples=arguments.samples, seed=1, out=out, context=Context())))
        records = [Record.model_validate_json(line) for line in (out / "records.jsonl").read_text().splitlines()]
    print(table(traced_shares(records, arguments.trials)))


if __name__ == "__main__":
    main()
