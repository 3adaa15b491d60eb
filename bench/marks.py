"""How many errors are found in records, and how many honest ones are refused?

    python -m bench.marks [RECORDS.jsonl …] [--samples 200] [--unmarked]

Plants one error at a time into the last response of each record (by default of offline records that it makes first) and
proves the record again: a digit, two figures that change places, times, dates, names, facts and deeds from nowhere.
Marks keep their words and take the new ones, as a writer who errs would mark them. `--unmarked` leaves the marks out,
so that they are inferred, as in an audit of foreign data. Prints, for each file, a Markdown table of what is found and
the findings of the records as they are.
"""

import argparse
import asyncio
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from graph.context import Context
from graph.record import Finding, Record
from nodes.marks.figures import Clock, Day, Figure, Month, Number, figures_of
from nodes.proofs import prove
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.settings import RunSettings

Edit = tuple[int, int, str]

MADE_UP = {
    "invented name": " Ask for Mr. Henriksen at the Grand Bellevue Hotel.",
    "invented fact": " It usually takes about 35 minutes by taxi.",
    "invented deed": " I have also emailed the summary to your manager.",
}
_CLOCK = re.compile(r"\d{1,2}(?=:\d\d)")
_DAY = re.compile(r"\d{1,2}(?!\d)(?=(?:st|nd|rd|th)?,? [A-Z])|(?<=[a-z] )\d{1,2}(?!\d)|(?<=-)\d\d\Z")
_OF_A_KIND = 6
_PROMISES = ("cited", "faithful")


def planted(record: Record, dice: random.Random) -> Iterator[tuple[str, Record]]:
    """Yield (kind of error, the record with one of it)."""
    response = record.turns[-1].response
    figures = [figure for figure in figures_of(response, record.context.locale) if not figure.soft]
    numbers = [figure for figure in figures if isinstance(figure.readings[0], Number)]
    for figure in numbers[:_OF_A_KIND]:
        yield _digit(record, figure, dice)
    for one, other in pairwise(numbers):
        first, second = response[one.start : one.end], response[other.start : other.end]
        if first != second:
            yield "swap", edited(record, [(one.start, one.end, second), (other.start, other.end, first)])
    kinds: tuple[tuple[str, type | tuple[type, ...], re.Pattern[str], int], ...] = (
        ("time", Clock, _CLOCK, 12),
        ("date", (Day, Month), _DAY, 28),
    )
    for kind, reading, pattern, most in kinds:
        for figure in [figure for figure in figures if isinstance(figure.readings[0], reading)][:2]:
            match = pattern.search(response[figure.start : figure.end])
            if match:
                start = figure.start + match.start()
                other_part = str(int(match.group()) % most + 1).zfill(len(match.group()))
                yield kind, edited(record, [(start, start + len(match.group()), other_part)])
    for kind, words in MADE_UP.items():
        yield kind, edited(record, [(len(response), len(response), words)])


def _digit(record: Record, figure: Figure, dice: random.Random) -> tuple[str, Record]:
    response = record.turns[-1].response
    digits = [at for at in range(figure.start, figure.end) if response[at].isdigit()]
    at = dice.choice(digits)
    other = dice.choice([digit for digit in "123456789" if digit != response[at]])
    kind = "digit of three or more" if len(digits) > 2 else "digit of one or two"
    return kind, edited(record, [(at, at + 1, other)])


def edited(record: Record, edits: list[Edit]) -> Record:
    """Return the record with other words in its last response, its marks moved along."""
    turn = record.turns[-1]
    response, tells = turn.response, turn.tells
    for start, end, text in sorted(edits, reverse=True):
        response, grown = response[:start] + text + response[end:], len(text) - (end - start)
        moved = []
        for tell in tells or ():
            first = tell.start + (grown if tell.start >= end else 0)
            last = tell.end + (grown if tell.end >= end and tell.end > start else 0)
            moved.append(tell.model_copy(update={"start": first, "end": last, "quote": response[first:last]}))
        tells = moved if tells is not None else None
    changed = turn.model_copy(update={"response": response, "tells": tells})
    return record.model_copy(update={"turns": [*record.turns[:-1], changed]})


def unmarked(record: Record) -> Record:
    """Return the record as of version 1: without what its responses tell and its queries ask, which is inferred."""
    turns = [turn.model_copy(update={"tells": None, "asks": None}) for turn in record.turns]
    return record.model_copy(update={"schema_version": 1, "turns": turns})


def findings(record: Record) -> list[Finding]:
    """Return what the proof and the screens of responses find."""
    return [finding for finding in prove(record).findings if finding.promise in _PROMISES]


def shares(records: list[Record], seed: int = 5) -> dict[str, tuple[int, int]]:
    """Return, by kind of error, how many are found and of how many; of records that are clean as they are."""
    dice = random.Random(seed)
    found: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for record in records:
        if findings(record):
            continue
        for kind, wrong in planted(record, dice):
            tried[kind] += 1
            found[kind] += bool(findings(wrong))
    return {kind: (found[kind], tried[kind]) for kind in sorted(tried)}


def table(counts: dict[str, tuple[int, int]]) -> str:
    """Return the counts as Markdown."""
    rows = ["| planted | found | of | |", "|---|---:|---:|---:|"]
    rows += [f"| {kind} | {hits} | {tries} | {100 * hits / tries:.1f} % |" for kind, (hits, tries) in counts.items()]
    return "\n".join(rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="records.jsonl; none: offline records are made")
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unmarked", action="store_true", help="leave the marks out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = arguments.files
        if not files:
            out = Path(folder) / "offline"
            settings = RunSettings(
                samples=arguments.samples, seed=arguments.seed, out=out, context=Context(turns="1:100")
            )
            asyncio.run(generate(settings))
            files = [out / "records.jsonl"]
        for file in files:
            lines = file.read_text(encoding="utf-8").splitlines()
            records = [Record.model_validate_json(line) for line in lines]
            records = [unmarked(record) for record in records] if arguments.unmarked else records
            print(f"{file}: {len(records)} records\n\n{table(shares(records))}\n")
            wrong = {record.id: found for record in records if (found := findings(record))}
            print(f"findings as they are: {len(wrong)} of {len(records)}")
            for id, found in wrong.items():
                print(f"- {id}: {'; '.join(f'{each.code} {each.message}' for each in found)}")


if __name__ == "__main__":
    main()
