"""`toolgrad report`: reads runs once, line by line, and writes the page as it goes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO
from urllib.parse import quote

from pydantic import ValidationError

from graph.record import Record, RejectedRecord
from toolgrad_data.errors import CliError, UsageError
from toolgrad_data.files.jsonl import read_lines as read_objects
from toolgrad_data.files.lines import read_lines
from toolgrad_data.files.record_lines import NotARecordError, as_record, parse_json
from toolgrad_data.report.blocks import inline_json
from toolgrad_data.report.charts import charts_of
from toolgrad_data.report.entries import EntryWriter, TraceLink
from toolgrad_data.report.figures import RunFigures
from toolgrad_data.report.page import page_around_data
from toolgrad_data.runs.record_cost import PAPER_CALLS
from toolgrad_data.runs.run_info import RunInfo, differences
from toolgrad_data.runs.store import TOOLS, read_run_info
from toolgrad_data.runs.traces import read_traces
from toolgrad_data.runs.waiting import waiting_ids
from toolgrad_data.stats.comparison import rejected_file_of
from toolgrad_data.stats.figures import StatsCollector
from toolgrad_data.stats.view import rows
from toolgrad_data.verify.printing import printable
from toolgrad_data.verify.progress import Watcher
from toolgrad_data.verify.verification import Target

if TYPE_CHECKING:
    from toolgrad_data.report.studio import KeptThreads

STUDIO = "https://smith.langchain.com/studio/thread/"
#: Lines that are no records, of which the page says why.
_PROBLEMS = 20


class Written(NamedTuple):
    """What a report holds."""

    records: int
    rejected: int
    skipped: int
    size: int
    linked: int = 0


def write_report(
    targets: list[Target], out: Path, watcher: Watcher | None = None, *, studio: str | None = None
) -> Written:
    """Write the report of one run or file, or of two side by side. What stands at `out` is replaced at the end.

    With `studio`, a LangGraph server, kept threads are put there, so that records lead to Studio. Raises UsageError (a
    target without any record, a folder that cannot be written, no such server), CorruptFileError for a run.json that is
    none, OSError.
    """
    beside = out.with_name(f"{out.name}.tmp")
    try:
        file = open(beside, "w", encoding="utf-8", newline="\n")  # noqa: SIM115 - closed below
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be written: {error.strerror}") from error
    try:
        with file:
            written = _write(targets, file, watcher or Watcher(), studio)
        size = beside.stat().st_size
        beside.replace(out)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return written._replace(size=size)


def _write(targets: list[Target], file: TextIO, watcher: Watcher, studio: str | None) -> Written:
    names = [_name(target) for target in targets]
    before, after = page_around_data(" and ".join(names))
    file.write(before)
    entries = EntryWriter(file.write)
    runs: list[dict[str, Any]] = []
    infos: list[RunInfo | None] = []
    records = rejected = skipped = linked = 0
    for number, target in enumerate(targets):
        info = read_run_info(target.run) if target.run is not None else None
        waiting = waiting_ids(target.run) if target.run is not None else ()
        figures = RunFigures(StatsCollector(str(target.file), of_a_run=target.run is not None, waiting=waiting))
        problems: list[str] = []
        links = _links(target)
        with _kept_threads(target, info, studio) as kept:
            for parsed in _samples(target, watcher):
                if isinstance(parsed, str):
                    figures.skip()
                    problems = [*problems, parsed][:_PROBLEMS]
                    continue
                figures.add(parsed)
                thread = kept.copy(parsed.id) if kept else None
                linked += thread is not None
                entries.add(number, parsed, links(parsed.id), thread)
        stats = figures.stats.stats()
        if not stats.records and not stats.rejected:
            why = f"\n{problems[0]}" if problems else ""
            if stats.waiting:
                raise UsageError(
                    f"{target.run}: nothing is decided yet, and {stats.waiting} wait for review.\n"
                    f"See them: toolgrad waiting {target.run}"
                )
            raise UsageError(f"{target.file}: no line is a record of schema version 1 or 2.{why}")
        infos.append(info)
        charts = charts_of(figures, stats, info, _tools(target, info))
        runs.append(
            {
                "name": names[number],
                "charts": [chart.as_json() for chart in charts],
                "figures": [list(row) for row in rows(stats)],
                "facts": _facts(figures, stats.model_dump(mode="json")),
                "problems": problems,
            }
        )
        records, rejected = records + stats.records, rejected + (stats.rejected or 0)
        skipped += stats.skipped
    entries.flush()
    overview = {"runs": runs, "differences": _differences(infos), "studio": studio_link(studio) if studio else None}
    file.write(f'<script type="application/json" id="overview-data">{inline_json(overview)}</script>\n')
    file.write(after)
    return Written(records, rejected, skipped, 0, linked)


def _kept_threads(
    target: Target, info: RunInfo | None, studio: str | None
) -> AbstractContextManager["KeptThreads | None"]:
    if studio is None or info is None or target.run is None:
        return nullcontext()
    from toolgrad_data.report.studio import kept_threads  # loads the workflow, which reports do without

    return kept_threads(target.run, info, studio)


def studio_link(server: str) -> list[str]:
    """Return what stands before and behind a thread's id in its address in Studio."""
    return [STUDIO, f"?baseUrl={quote(server.strip().rstrip('/'), safe='')}"]


def _links(target: Target) -> Callable[[str], list[TraceLink]]:
    """Return what gives a record's traces by its id: none for a file that lies beside none."""
    traces = read_traces(target.file.parent)
    return lambda id: [
        TraceLink(str(trace.trace), traces.url(trace)) for trace in reversed(traces.by_record.get(id, ()))
    ]


def _name(target: Target) -> str:
    return printable(str(target.run or target.file), 200)


def _samples(target: Target, watcher: Watcher) -> Iterator[Record | str]:
    """Yield each sample, the accepted ones first; of a line that is none, why."""
    yield from _read(target.file, watcher, rejected=False)
    other = rejected_file_of(target)
    if other is not None and other.exists():
        yield from _read(other, watcher, rejected=True)


def _read(file: Path, watcher: Watcher, *, rejected: bool) -> Iterator[Record | str]:
    try:
        watcher.begin(file.stat().st_size)
        for count, line in enumerate(read_lines(file), start=1):
            try:
                data = parse_json(line)
                is_rejected = rejected or (isinstance(data, dict) and "reasons" in data)
                yield RejectedRecord.model_validate(data) if is_rejected else as_record(data)
            except NotARecordError as error:
                yield printable(f"{file.name}, line {line.number}: {error}")
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                place = "/".join(map(str, first["loc"]))
                yield printable(f"{file.name}, line {line.number}: {place}: {first['msg']}")
            watcher.advance(line.end, count)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    finally:
        watcher.end()


def _tools(target: Target, info: RunInfo | None) -> list[str]:
    """Return the tools that could have been called, as far as the run says."""
    if info is not None:
        return list(info.tools)
    if target.run is None:
        return []
    try:
        return [str(tool.get("name")) for _, tool in read_objects(target.run / TOOLS)]
    except CliError:
        return []  # the records are the report's subject, and they are whole


def _facts(figures: RunFigures, stats: dict[str, Any]) -> dict[str, Any]:
    """Return what stands at the top."""
    use = figures.tool_use()
    return {
        "records": stats["records"],
        "rejected": stats["rejected"],
        "calls": stats["tools"]["calls"],
        "tools": stats["tools"]["different"],
        "executed": sum(of.kept + of.tried + of.failed for of in use.values()),
        "failed": sum(of.failed for of in use.values()),
        "dependent_share": stats["dependent_share"],
        "llm_calls": stats["usage"]["llm_calls"],
        "tokens": stats["usage"]["input_tokens"] + stats["usage"]["output_tokens"],
        "llm_calls_each": stats["an_accepted_record"]["llm_calls"],
        "paper_llm_calls": PAPER_CALLS,
        "cost": stats["an_accepted_record"]["cost_usd"],
        "skipped": stats["skipped"],
        "waiting": stats["waiting"],
    }


def _differences(infos: list[RunInfo | None]) -> list[list[str]] | None:
    """Return the settings in which two runs differ; None unless both have some."""
    if len(infos) != 2 or infos[0] is None or infos[1] is None:
        return None
    return [[one.setting, one.run, one.yours] for one in differences(infos[0], infos[1])]
