"""From runs to files: records become examples, stages change them, a format writes them. One record at a time."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from toolgrad_data.errors import CliError, UsageError
from toolgrad_data.export.conversation import Example, UnfitError
from toolgrad_data.export.format import Format
from toolgrad_data.export.formats import FORMATS
from toolgrad_data.export.from_record import example_of
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.sinks import Sink
from toolgrad_data.files.whole import is_full
from toolgrad_data.reviews.choice import Reviewed
from toolgrad_data.reviews.reviewed import ReviewTally, chosen_records
from toolgrad_data.runs.store import RECORDS, refuse_file_of_a_run

#: A step between records and files. It takes examples and yields what is to be written in their place: fewer, more
#: or others. What it drops it counts with `report.leave_out(reason)`.
Stage = Callable[[Iterator[Example], ExportReport], Iterator[Example]]


def export(
    runs: Sequence[Path],
    format: Format,
    out: Path,
    *,
    stages: Sequence[Stage] = (),
    splits: Sequence[str] = (),
    defaults: bool = False,
    reviewed: Reviewed | None = None,
    overwrite: bool = False,
    advance: Callable[[], None] = lambda: None,
) -> ExportReport:
    """Write the runs' accepted records to `out` and return what was done; `advance` is called for each record.

    With `splits`, which name every `Example.split` that the stages give, each has a file of its own:
    `data.train.jsonl` for `data.jsonl`. All files appear together at the end, or none does.
    Raises UsageError (what may not be written), CliError (nothing to write, the disk refuses).
    """
    report = ExportReport(format.name)
    paths = {split: split_path(out, split) for split in splits or (None,)}
    for path in paths.values():
        _refuse(path, format, overwrite=overwrite)
    examples: Iterator[Example] = examples_of(runs, report, defaults=defaults, reviewed=reviewed, advance=advance)
    for stage in stages:
        examples = stage(examples, report)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            sinks: dict[str | None, Sink] = {}
            for split, path in paths.items():
                sinks[split] = format.sink(path)
                opened.callback(sinks[split].abandon)
            _write(examples, format, sinks, report)
            if not report.rows:
                raise CliError(_nothing(runs, format, report))
            for sink in sinks.values():
                sink.finish()
            for sink in sinks.values():
                report.files += [str(file) for file in sink.commit()]
    except OSError as error:
        what = "the disk is full" if is_full(error) else f"cannot be written: {error.strerror or error}"
        raise CliError(
            f"{out}: {what}. Nothing was written.\nPut that right and run the same command again."
        ) from error
    return report


def examples_of(
    runs: Sequence[Path],
    report: ExportReport,
    *,
    defaults: bool = False,
    reviewed: Reviewed | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Iterator[Example]:
    """Yield the runs' accepted records as examples, run by run, each in its file's order.

    With `reviewed`, those that people reviewed so; a mended one says so in its labels. Ids are the records', after the
    run's name where there are several runs.
    """
    for name, run in zip(_run_names(runs), runs, strict=True):
        tally = ReviewTally()
        for chosen in chosen_records(run, reviewed, tally):
            report.records += 1
            advance()
            id = f"{name}-{chosen.record.id}" if name else None
            try:
                example = example_of(chosen.record, id=id, defaults=defaults)
            except UnfitError as error:
                report.leave_out(str(error))
                continue
            label = chosen.mended_label()
            yield replace(example, labels={**example.labels, **label}) if label else example
        if reviewed is not None:
            _report_reviews(report, run, reviewed, tally)


def _report_reviews(report: ExportReport, run: Path, reviewed: Reviewed, tally: ReviewTally) -> None:
    """Count the records that reviews leave out, and note what was taken."""
    report.records += tally.left_out.total()
    for reason, count in tally.left_out.items():
        report.leave_out(reason, count)
    noted = report.notes.setdefault("reviews", {"reviewed": str(reviewed), "runs": {}})
    noted["runs"][run.resolve().name] = tally.as_json()


def count_records(runs: Iterable[Path]) -> int:
    """Return how many lines the runs' records have, without reading them as records."""
    total = 0
    for run in runs:
        path = run / RECORDS
        if path.exists():
            with open(path, "rb") as file:
                while block := file.read(1 << 20):
                    total += block.count(b"\n")
    return total


def split_path(out: Path, split: str | None) -> Path:
    """Return the file of a split: `data.train.jsonl` of `data.jsonl`."""
    return out if split is None else out.with_name(f"{out.stem}.{split}{out.suffix}")


def _write(examples: Iterator[Example], format: Format, sinks: dict[str | None, Sink], report: ExportReport) -> None:
    numbers: Counter[str | None] = Counter()
    for example in examples:
        report.examples += 1
        split = example.split if None not in sinks else None
        try:
            rows = format.rows(example, numbers[split])
        except UnfitError as error:
            report.leave_out(str(error))
            continue
        except (Exception, SystemExit) as error:
            raise _broken(format, example, error) from error
        try:
            sinks[split].add(*rows)
        except ValueError:
            report.leave_out("holds text that is not valid Unicode, or a number that is none")
            continue
        except TypeError as error:
            raise _broken(format, example, error) from error
        numbers[split] += 1
        report.rows += len(rows)
        report.kinds[example.kind] += 1
        if split is not None:
            report.splits[split] += 1


def _broken(format: Format, example: Example, error: Exception | SystemExit) -> BaseException:
    """Return what to raise for an exception of a format; one of an installed package is told whose it is."""
    plugin = FORMATS.plugin(format.name)
    if plugin is None:
        return error
    return CliError(
        f"{format.name}: {plugin} broke off at {example.id} with {type(error).__name__}: {error}.\n"
        "Nothing was written. For the traceback run it with --debug."
    )


def _refuse(path: Path, format: Format, *, overwrite: bool) -> None:
    """Raise UsageError unless the format may write there."""
    refuse_file_of_a_run(path, "--out")
    if not os.path.lexists(path):
        return
    if path.is_dir() != format.writes_folder:
        wanted = "a folder" if format.writes_folder else "a file"
        raise UsageError(f"--out {path}: {format.name} writes {wanted}, and this is not one. Give another name")
    if path.is_dir() and not format.owns_folder(path):
        raise UsageError(f"--out {path}: holds other things than {format.name}'s files. Give a new or empty folder")
    if not overwrite and not (path.is_dir() and not any(path.iterdir())):
        raise UsageError(f"--out {path}: exists.\nGive another name, or --overwrite to replace it")


def _nothing(runs: Sequence[Path], format: Format, report: ExportReport) -> str:
    listed = ", ".join(map(str, runs))
    if not report.records:
        return (
            f"{listed}: no accepted records, so there is nothing to export.\n"
            f"See why: toolgrad show {runs[0]} --rejected"
        )
    reasons = "\n".join(f"  {count} × {reason}" for reason, count in sorted(report.left_out.items()))
    hint = "\nFormats that hold several steps: trl, openai, axolotl, llamafactory, hermes and others" * format.one_turn
    return f"{listed}: none of {report.records} records fits {format.name}; nothing was written.\n{reasons}{hint}"


def _run_names(runs: Sequence[Path]) -> list[str]:
    if len(runs) == 1:
        return [""]
    seen: Counter[str] = Counter()
    names = []
    for run in runs:
        name = run.resolve().name
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}.{seen[name]}")
    return names
