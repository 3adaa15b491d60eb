"""Verifying one file: which file and which tools, the lines through the workers, the whole into a report."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from graph.context import Context
from toolgrad_data.errors import UsageError
from toolgrad_data.files.lines import Line, read_lines
from toolgrad_data.runs.reading import find_run
from toolgrad_data.runs.store import RECORDS, RUN, read_run_info
from toolgrad_data.runs.tool_loading import load_tools
from toolgrad_data.screening import check_screens
from toolgrad_data.verify.distinctness import DistinctEntry, DistinctStore
from toolgrad_data.verify.foreign.rows import read_rows
from toolgrad_data.verify.progress import Watcher
from toolgrad_data.verify.report import RECORDS_FORMAT, Collector, VerificationReport
from toolgrad_data.verify.workers import LineTask, check_lines, usable_cores

# A smaller file is checked before other processes have started.
_ALONE_BYTES = 1 << 20


@dataclass(frozen=True)
class Target:
    """The file that is verified, and the folder of the run that it belongs to, if it does."""

    file: Path
    run: Path | None = None


@dataclass(frozen=True)
class Options:
    """How a file is verified. `format` is that of the file, None for records; `screens` are packages' to be passed too.

    `tools` are the settings of the tools to `replay` with, or of those whose schemas a foreign format lacks;
    `tools_of_run` says that they are those that the run was made with.
    """

    format: str | None = None
    tools: Context | None = None
    tools_of_run: bool = False
    replay: bool = False
    allow_composed: bool = False
    screens: tuple[str, ...] = ()
    distinct_from: tuple[Path, ...] = ()
    limit: int | None = None
    workers: int | None = None
    shown: int = 20


def find_target(name: Path) -> Target:
    """Return what is to be verified: a file, a run's folder, or a run by its name. Raises UsageError."""
    if name.is_file():
        in_run = name.name == RECORDS and (name.parent / RUN).is_file()
        return Target(name, name.parent if in_run else None)
    folder = find_run(name)
    file = folder / RECORDS
    if not file.is_file():
        raise UsageError(f"{folder}: the run has no {RECORDS}")
    return Target(file, folder if (folder / RUN).is_file() else None)


def run_tools(run: Path) -> Context:
    """Return the settings that the run was made with. Raises CorruptFileError."""
    return read_run_info(run).settings


def verify_file(target: Target, options: Options, watcher: Watcher | None = None) -> VerificationReport:
    """Verify the file. Raises UsageError (a file that cannot be read, tools that cannot be loaded)."""
    began = time.monotonic()
    watcher = watcher or Watcher()
    for path in (target.file, *options.distinct_from):
        _check_readable(path)
    if options.tools is not None:
        for problem in _problems_of_tools(options.tools, options.tools_of_run):
            watcher.say(problem)
    check_screens(options.screens)
    task = LineTask(options.allow_composed, options.screens, options.format, options.tools, options.replay)
    collector = Collector(
        str(target.file), format=options.format or RECORDS_FORMAT, replay=options.replay, shown=options.shown
    )
    notes: list[str] = []
    with DistinctStore() as store:
        for other in options.distinct_from:
            skipped = _add_other(store, other, options.workers)
            if skipped:
                notes.append(f"{other}: {skipped} lines are no records and were left out of the comparison")
        read = read_lines if options.format is None else read_rows
        lines = islice(read(target.file), options.limit)
        records = 0
        watcher.begin(target.file.stat().st_size)
        try:
            for checked in check_lines(lines, task, workers_for(target.file, options)):
                collector.add(checked)
                if checked.traits is not None:
                    records += 1
                    claimed = "distinct" in checked.claims
                    store.add(DistinctEntry(checked.number, checked.id or "", checked.failed, claimed), checked.traits)
                watcher.advance(checked.end, records, collector.findings)
        finally:
            watcher.end()
        for entry, before in store.repeated_ids():
            collector.add_repeated_id(entry, before)
        collector.assume_distinct()
        for likeness in store.likenesses():
            collector.alike(likeness)
    return collector.report(seconds=time.monotonic() - began, notes=notes)


def workers_for(file: Path, options: Options) -> int:
    """Return how many processes check the file's lines.

    Only one where steps run again with tools that are not built in: a source's limits and servers are of a process.
    """
    if (
        options.replay
        and options.tools is not None
        and any(spec.partition(":")[0] != "builtin" for spec in options.tools.tools)
    ):
        return 1
    if options.workers is not None:
        return options.workers
    if file.stat().st_size < _ALONE_BYTES:
        return 1
    return usable_cores()


def _problems_of_tools(tools: Context, are_of_run: bool) -> list[str]:
    try:
        return asyncio.run(load_tools(tools)).problems[:20]
    except UsageError as error:
        if not are_of_run:
            raise
        raise UsageError(
            f"{error}\nThe run was made with it. Verify in the folder where it was made, or name tools with --tools."
        ) from error


def _add_other(store: DistinctStore, path: Path, workers: int | None) -> int:
    """Add the records of another file; return how many lines are none."""
    skipped = 0
    lines: Iterable[Line] = read_lines(path)
    for checked in check_lines(lines, LineTask(traits_only=True), workers or 1):
        if checked.traits is None:
            skipped += 1
        else:
            store.add(DistinctEntry(checked.number, checked.id or ""), checked.traits, path.name)
    return skipped


def _check_readable(path: Path) -> None:
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
