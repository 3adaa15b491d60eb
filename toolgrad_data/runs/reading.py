"""Reading a run: its folder by its name, its records in order, one of them by its id."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from graph.record import Record, RejectedRecord
from toolgrad_data.errors import UsageError
from toolgrad_data.files.jsonl import read_lines
from toolgrad_data.runs.store import RECORDS, REJECTED, RUN, parse_record


def find_run(name: Path) -> Path:
    """Return the run's folder, given as a path or by its name under `runs/`. Raises UsageError."""
    for folder in (name, Path("runs") / name):
        if (folder / RUN).is_file() or (folder / RECORDS).is_file():
            return folder
    known = sorted(str(path.parent) for path in Path("runs").glob(f"*/{RUN}"))
    there = "is a folder but no run" if name.is_dir() else "is a file" if name.is_file() else "does not exist"
    hint = (
        f"Runs here: {', '.join(known[:8])}" if known else "Make one: toolgrad generate --samples 20 --out runs/first"
    )
    raise UsageError(f"{name}: {there}.\n{hint}")


def read_records(folder: Path, *, rejected: bool = False) -> Iterator[Record]:
    """Yield the run's accepted, or its rejected, records. Raises CorruptFileError naming the line."""
    path = folder / (REJECTED if rejected else RECORDS)
    model = RejectedRecord if rejected else Record
    for number, data in read_lines(path):
        yield parse_record(path, number, data, model)


def select_records(folder: Path, id: str | None, *, rejected: bool, limit: int) -> list[Record]:
    """Return the record of that id or index, out of both files, or the first few. Raises UsageError."""
    if id is None:
        found = list(islice(read_records(folder, rejected=rejected), limit))
        if not found:
            kind, other = ("rejected", "") if rejected else ("accepted", " --rejected")
            raise UsageError(
                f"{folder}: has no {kind} records.\nTry: toolgrad show {folder}{other}\n"
                "Or finish the run: the same `toolgrad generate` command again."
            )
        return found
    some: list[str] = []
    for which in (rejected, not rejected):
        for record in read_records(folder, rejected=which):
            if id in (record.id, str(record.meta.index)):
                return [record]
            if len(some) < 5:
                some.append(record.id)
    raise UsageError(f"{folder}: has no record {id!r}.\nIt has, for example: {', '.join(some) or 'none'}")
