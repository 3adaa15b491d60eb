"""What `toolgrad export` does: checks what was asked for, shows progress, tells the outcome."""

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from toolgrad_data.errors import CliError, UsageError
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.data_options import DataOptions
from toolgrad_data.export.datasets.splits import SPLITS
from toolgrad_data.export.datasets.tokens import TokenCounter, TokenStage
from toolgrad_data.export.format import Format
from toolgrad_data.export.formats import FORMATS, format_named
from toolgrad_data.export.formats.call_ids import IdForm, with_ids
from toolgrad_data.export.formats.row_form import USUAL, RowForm
from toolgrad_data.export.formats.sequential import one_call_a_message
from toolgrad_data.export.pipeline import Stage, count_records, export, split_path
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.stages import prepare_stages
from toolgrad_data.files.whole import write_whole
from toolgrad_data.runs.reading import find_run
from toolgrad_data.runs.store import refuse_file_of_a_run

_LINE_SECONDS = 5.0


def run_export(
    runs: Sequence[Path],
    format_name: str,
    out: Path,
    *,
    overwrite: bool,
    defaults: bool,
    sequential: bool,
    tokenizer: str | None,
    chat_template: Path | None,
    max_tokens: int | None,
    report_file: Path | None,
    ids: IdForm = "plain",
    form: RowForm = USUAL,
    err: Console,
    print_line: Callable[[str], None],
    data: DataOptions | None = None,
    command: str = "",
) -> ExportReport:
    """Export and print what was written and what was left out; `command` is how it was asked for, for the report.

    Raises UsageError, CliError.
    """
    format = format_named(format_name).in_form(form)
    data = data or DataOptions()
    folders = [find_run(run) for run in runs]
    if len({folder.resolve() for folder in folders}) < len(folders):
        raise UsageError("a run was given twice; each would be in the file twice.\nName each run once")
    beside = out.with_name(f"{out.stem}.contaminated.jsonl") if data.decontaminate else None
    _refuse_beside(out, report_file, beside, overwrite=overwrite)
    between: list[Stage] = [one_call_a_message] if sequential else []
    naming = _id_stages(format, ids)
    counting = _token_stages(tokenizer, chat_template, max_tokens, form)
    # From `functions.NAME:0` a template reads the name up to the next dot.
    of_format = prepare_stages(data, folders, format, dots=ids == "plain")
    with of_format as ready, progress(err, count_records(folders)) as advance:
        report = export(
            folders,
            format,
            out,
            stages=[*ready.stages, *between, *ready.last, *naming, *counting],
            splits=ready.splits,
            defaults=defaults,
            reviewed=data.reviewed,
            overwrite=overwrite,
            advance=advance,
        )
    if beside is not None:
        _write_beside(beside, ready.contaminated_lines(), "--decontaminate")
        report.files.append(str(beside))
    if report_file is not None:
        as_json = {**report.as_json(), "command": command}
        _write_beside(report_file, json.dumps(as_json, ensure_ascii=False, indent=2) + "\n", "--report")
    for line in outcome_lines(report):
        print_line(line)
    return report


def _refuse_beside(out: Path, report_file: Path | None, listing: Path | None, *, overwrite: bool) -> None:
    """Raise UsageError, before anything is made, unless what is written beside the data may be written there."""
    written = {split_path(out, split).resolve() for split in (None, *SPLITS)}
    for path, option in ((listing, "--decontaminate"), (report_file, "--report")):
        if path is None:
            continue
        refuse_file_of_a_run(path, option)
        if path.resolve() in written:
            raise UsageError(f"{option} {path}: is what --out writes. Give another name")
        written.add(path.resolve())
        if path.is_dir():
            raise UsageError(f"{option} {path}: is a folder. Give the name of a file")
        if os.path.lexists(path) and not overwrite:
            raise UsageError(f"{option} {path}: exists.\nGive another name, or --overwrite to replace it")


def _id_stages(format: Format, ids: IdForm) -> list[Stage]:
    if ids == "plain":  # as conversations are made
        return []
    if not format.has_ids:
        having = ", ".join(known.name for known in FORMATS.everything()[0].values() if known.has_ids)
        raise UsageError(f"--ids {ids}: calls have no ids in {format.name}.\nLeave it out; it is for {having}")

    def stage(examples: Iterator[Example], _: ExportReport) -> Iterator[Example]:
        return (with_ids(example, ids) for example in examples)

    return [stage]


def _token_stages(tokenizer: str | None, template: Path | None, most: int | None, form: RowForm) -> list[Stage]:
    if tokenizer is None:
        if template is not None or most is not None:
            given = "--max-tokens" if most is not None else "--chat-template"
            raise UsageError(f"{given} needs a tokenizer to count with: --tokenizer NAME|FOLDER")
        return []
    return [TokenStage(TokenCounter(tokenizer, template, form), most)]


def _write_beside(path: Path, text: str, option: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        raise CliError(f"{option}: {path} cannot be written: {error.strerror}") from error


def outcome_lines(report: ExportReport) -> Iterator[str]:
    """Yield the report as a person reads it."""
    written = sum(report.kinds.values())
    yield f"{'records':<13} {report.records} read, {written} examples written in {report.rows} rows"
    if set(report.kinds) != {"positive"}:
        yield f"{'kinds':<13} {', '.join(f'{kind} {count}' for kind, count in sorted(report.kinds.items()))}"
    if report.splits:
        yield f"{'splits':<13} {', '.join(f'{split} {count}' for split, count in sorted(report.splits.items()))}"
    if tokens := report.notes.get("tokens"):
        yield f"{'tokens':<13} {', '.join(f'{name} {count}' for name, count in tokens.items())}"
    if rounds := report.notes.get("turns_by_round"):
        yield f"{'rounds':<13} {rounds['turns']} turns whose calls need results, in {rounds['rounds']} examples"
    if (thinking := report.notes.get("with_thoughts")) is not None:
        hint = "" if thinking else "; toolgrad generate --thoughts makes some"
        yield f"{'thoughts':<13} {thinking} examples have some{hint}"
    if reviews := report.notes.get("reviews"):
        tallies = reviews["runs"].values()
        taken, mended = sum(one["taken"] for one in tallies), sum(len(one["mended"]) for one in tallies)
        yield f"{'reviewed':<13} {reviews['reviewed']}: {taken} taken, {mended} of them as they were mended"
    left = sum(report.left_out.values())
    for number, (reason, count) in enumerate(report.left_out.most_common()):
        yield f"{f'left out {left}' if not number else '':<13} {count} × {reason}"
    for number, file in enumerate(report.files):
        yield f"{'files' if not number else '':<13} {file}"


@contextmanager
def progress(console: Console, total: int) -> Iterator[Callable[[], None]]:
    """Show how far an export is: a bar on a terminal, else a line every few seconds."""
    if console.is_terminal and not console.is_dumb_terminal:
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("records"), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("", total=total)
            yield lambda: bar.advance(task)
        return
    done, last = 0, time.monotonic()

    def advance() -> None:
        nonlocal done, last
        done += 1
        if time.monotonic() - last >= _LINE_SECONDS:
            last = time.monotonic()
            console.print(f"{done}/{total} records", markup=False, highlight=False)

    yield advance
