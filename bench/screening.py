"""How often is a number that was made up taken for one of the record's?

    python -m bench.screening [--samples 200] [--endpoint-samples 100] [--trials 60]

Makes records with the offline policy and with a simulated model that errs in 20 % of its decisions, puts random
numbers into their responses and asks the proof of faithfulness whether it finds them: said in a sentence of their own
("It is 7 here."), inserted between any two words, or in the place of another number of as many digits (dates and times
are not numbers). Prints a Markdown table: the share that is traced, by digits before the point and decimals.
"""

import argparse
import asyncio
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from nodes.proofs.faithful import traced_in_last_turn
from nodes.proofs.shown import shown_numbers

from bench.endpoint import sensible_endpoint
from graph.context import Context
from graph.record import Record
from nodes.marks.spelling import number_words
from toolgrad_data.runner import generate
from toolgrad_data.settings import RunSettings

DIGITS = range(1, 8)
DECIMALS = (0, 1, 2)
WORDS_MAX = 99
_NUMBER = re.compile(r"(?<![\w.,:/-])[0-9][0-9,]*(?:\.[0-9]+)?(?![\w:/]|[.,][0-9])")


class Size(NamedTuple):
    """A column and row of the table; `written` is "digits" or "words"."""

    manner: str
    digits: int
    decimals: int
    written: str = "digits"


def said(response: str, number: str, _rng: random.Random) -> str:
    """Put the number in a sentence of its own after the response."""
    return f"{response} It is {number} here."


def inserted(response: str, number: str, rng: random.Random) -> str:
    """Put the number between two words of the response."""
    words = response.split(" ")
    words.insert(rng.randint(0, len(words)), number)
    return " ".join(words)


MANNERS: dict[str, Callable[[str, str, random.Random], str]] = {"said": said, "inserted": inserted}


def drawn(digits: int, decimals: int, rng: random.Random) -> str:
    """Return a random number of that size."""
    return f"{rng.uniform(10 ** (digits - 1), 10**digits - 10**-decimals):,.{decimals}f}"


def replaced(response: str, rng: random.Random) -> tuple[str, int, int] | None:
    """Put another number of as many digits in the place of one; return also its digits and decimals."""
    shown = {number.start for number in shown_numbers(response)}
    numbers = [match for match in _NUMBER.finditer(response) if match.start() in shown]
    if not numbers:
        return None
    old = rng.choice(numbers)
    whole, _, part = old.group().replace(",", "").partition(".")
    for _ in range(50):
        new = drawn(len(whole), len(part), rng)
        if new.replace(",", "") != old.group().replace(",", ""):
            return response[: old.start()] + new + response[old.end() :], len(whole), len(part)
    return None


def traced_shares(records: list[Record], trials: int, seed: int = 5) -> dict[Size, tuple[int, int]]:
    """Return, by manner and size, how many random numbers were traced, and of how many."""
    rng = random.Random(seed)
    found: dict[Size, list[bool]] = defaultdict(list)
    for record in records:
        is_traced = traced_in_last_turn(record)
        response = record.turns[-1].response
        for trial in range(trials):
            digits, decimals = rng.choice(DIGITS), rng.choice(DECIMALS)
            text = drawn(digits, decimals, rng)
            for manner, put in MANNERS.items():
                found[Size(manner, digits, decimals)].append(is_traced(put(response, text, rng)))
            if trial % 2 == 0:
                number = rng.choice((rng.randint(2, 9), rng.randint(10, WORDS_MAX)))
                for manner, put in MANNERS.items():
                    size = Size(manner, len(str(number)), 0, "words")
                    found[size].append(is_traced(put(response, number_words(number), rng)))
            changed = replaced(response, rng)
            if changed is not None:
                found[Size("replaced", *changed[1:])].append(is_traced(changed[0]))
    return {size: (sum(each), len(each)) for size, each in sorted(found.items())}


def share(counts: list[tuple[int, int]]) -> str:
    """Return traced of drawn as a percentage, "–" where nothing was drawn."""
    of = sum(drawn for _, drawn in counts)
    return f"{100 * sum(traced for traced, _ in counts) / of:.1f} %" if of else "–"


def table(shares: dict[Size, tuple[int, int]]) -> str:
    """Return the shares as Markdown."""
    rows = ["| put there | digits before the point | whole | one decimal | two decimals |", "|---|---|---|---|---|"]
    groups = {"1": (1,), "2": (2,), "3": (3,), "4 to 7": (4, 5, 6, 7)}
    for manner in (*MANNERS, "replaced"):
        for written in ("digits", "words"):
            for name, digits in groups.items():
                sizes = [[Size(manner, number, decimals, written) for number in digits] for decimals in DECIMALS]
                cells = [share([shares.get(size, (0, 0)) for size in each]) for each in sizes]
                if set(cells) != {"–"}:
                    rows.append(f"| {manner}, in {written} | {name} | {' | '.join(cells)} |")
        rows.append(f"| {manner} | all | {share([n for size, n in shares.items() if size.manner == manner])} | | |")
    return "\n".join(rows)


async def made(samples: int, endpoint_samples: int, folder: Path) -> dict[str, list[Record]]:
    """Return records of the offline policy and of the simulated endpoint."""
    await generate(RunSettings(samples=samples, seed=1, out=folder / "offline", context=Context()))
    async with sensible_endpoint(["builtin"], bad_decisions=0.2) as running:
        who = dict.fromkeys(("proposer", "critic", "writer"), "openai:simulated")
        context = Context.model_validate({"tools": ["builtin"], "base_url": running.base_url, **who})
        await generate(RunSettings(samples=endpoint_samples, seed=1, out=folder / "endpoint", context=context))
    files = {name: folder / name / "records.jsonl" for name in ("offline", "endpoint")}
    return {
        name: [Record.model_validate_json(line) for line in file.read_text().splitlines()]
        for name, file in files.items()
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--endpoint-samples", type=int, default=110)
    parser.add_argument("--trials", type=int, default=60, help="numbers drawn for a record")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        records = asyncio.run(made(arguments.samples, arguments.endpoint_samples, Path(folder)))
    for name, group in records.items():
        print(f"{len(group)} records of the {name} policy\n\n{table(traced_shares(group, arguments.trials))}\n")


if __name__ == "__main__":
    main()
