"""A run on disk: one writer, whole lines, and nothing twice."""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from graph.record import SCHEMA_VERSION, Record, RejectedRecord, version_problem
from tool_registry.spec import ToolSpec
from toolgrad_data.errors import CorruptFileError, UsageError
from toolgrad_data.files.jsonl import DurableWriter, corrupt, encode_line, read_lines, repair_tail
from toolgrad_data.files.whole import disk_failure, make_run_folder, write_whole
from toolgrad_data.runs.crash import Crash
from toolgrad_data.runs.earlier import EARLIER, move_lines, size_of_earlier
from toolgrad_data.runs.lock import RunLock
from toolgrad_data.runs.run_info import (
    Difference,
    LeftOut,
    RunInfo,
    differences,
    digest,
    has_mended_tools,
    next_round,
    with_fingerprint_of,
    with_state,
)
from toolgrad_data.runs.shards import remove_shards
from toolgrad_data.runs.summary import Session, Summary
from toolgrad_data.runs.traces import TRACES, Project, Trace

RECORDS, REJECTED, TOOLS = "records.jsonl", "rejected.jsonl", "tools.jsonl"
RUN, SUMMARY = "run.json", "summary.json"
CRASHES = "crashes.jsonl"
#: What people decided (`toolgrad_data/reviews/`): beside the run, and none of what a command makes anew.
REVIEWS = "reviews.jsonl"
_ALL = (RECORDS, REJECTED, TOOLS, RUN, SUMMARY, CRASHES, EARLIER, TRACES)
_LINES = (RECORDS, REJECTED, TOOLS, CRASHES, EARLIER, TRACES)


_AGAIN = (
    "\nWere tools of the same sources mended? --again keeps what was accepted and makes the rejected samples anew with "
    "the tools as they are now."
)


class RunStore:
    """The files of one run, locked while open. A context manager.

    Entering raises UsageError (a folder that cannot be used, changed settings), RunFailedError (another
    process writes the run, no room on the disk) or CorruptFileError. `notes` tells what was repaired,
    `begun_now` whether the run is new. With `again` the samples that it has rejected are missing from then on, unless
    that was begun before and is not finished, and the tools may be others.
    """

    def __init__(self, folder: Path, info: RunInfo, tools: Mapping[str, ToolSpec], *, again: bool = False) -> None:
        self.folder = folder
        self.info = info
        self.notes: list[str] = []
        self.begun_now = False
        self.again = again
        self._tools = tools
        self._digests = info.tools
        self._known_tools: set[tuple[str, str]] = set()
        self._open = ExitStack()
        # Held while a line is written: closing waits for a write that a cancelled task left in its thread.
        self._writing = threading.Lock()

    def __enter__(self) -> Self:
        make_run_folder(self.folder)
        with self._open as opening:
            try:
                opening.enter_context(RunLock(self.folder))
                yours = self.info
                self._continue_or_start(yours)
                self.notes += [note for name in _LINES if (note := repair_tail(self.folder / name))]
                self._finish_move()
                if self.again and not self.begun_now:
                    self.begin_round(self.info, yours, sum(1 for _ in read_lines(self.folder / REJECTED)))
                self._records, self._rejected, self._tool_lines = (
                    self._writer(opening, name) for name in (RECORDS, REJECTED, TOOLS)
                )
                known = read_lines(self.folder / TOOLS)
                self._known_tools = {(str(tool.get("name")), digest(tool)) for _, tool in known}
                _sync_folder(self.folder)
            except OSError as error:
                raise disk_failure(self.folder, error) from error
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with self._writing:
            self._open.close()

    def read_committed(self) -> Iterator[Record]:
        """Yield every record of the run, the accepted ones first, each file in its order.

        Raises CorruptFileError naming the line that is no record of this run, or is there twice, UsageError for one of
        an earlier schema version.
        """
        seen: set[str] = set()
        models: list[tuple[str, type[Record]]] = [(RECORDS, Record), (REJECTED, RejectedRecord)]
        for name, model in models:
            path = self.folder / name
            for number, data in read_lines(path):
                record = parse_record(path, number, data, model)
                if record.meta.run_seed != self.info.seed:
                    raise corrupt(path, number, f"{record.id} has seed {record.meta.run_seed}, not {self.info.seed}")
                if record.schema_version != SCHEMA_VERSION:
                    raise UsageError(cannot_continue(f"{path}, line {number}", record.schema_version))
                if record.id in seen:
                    raise corrupt(path, number, f"{record.id} stands in this run twice")
                seen.add(record.id)
                self._offer(record)
                yield record

    def commit(self, record: Record) -> None:
        """Put the record on the disk; when this returns, its sample is done.

        Raises ValueError for a record that is not JSON, OSError when the disk refuses; it is then not there.
        """
        line = encode_line(record.model_dump(mode="json"))
        with self._writing:
            self._offer(record)
            (self._rejected if isinstance(record, RejectedRecord) else self._records).append(line)

    def add_crash(self, crash: Crash) -> None:
        """Put what crashed a sample beside the run. Raises OSError."""
        with self._writing, closing(DurableWriter(self.folder / CRASHES)) as crashes:
            crashes.append(encode_line(crash.model_dump(mode="json")))

    def add_trace(self, trace: Trace | Project) -> None:
        """Put beside the run what shows how one of its samples is made. Raises OSError."""
        with self._writing, closing(DurableWriter(self.folder / TRACES)) as traces:
            traces.append(encode_line(trace.model_dump(mode="json")), durable=False)

    def crashes(self) -> Iterator[Crash]:
        """Yield what has crashed samples of the run so far. Raises CorruptFileError."""
        for number, data in read_lines(self.folder / CRASHES):
            try:
                yield Crash.model_validate(data)
            except ValidationError as error:
                raise corrupt(self.folder / CRASHES, number, "not a crash of a sample") from error

    def leave_out(self, tool: str, why: LeftOut) -> None:
        """Note that samples which begin from now on do without the tool. Raises OSError."""
        self.adopt(self.info.model_copy(update={"left_out": {**self.info.left_out, tool: why}}))

    def finish_round(self) -> bool:
        """Note that no sample is missing, so that `--again` begins anew; say whether it was not so. Raises OSError."""
        under_way = bool(self.info.rounds) and self.info.rounds[-1].state != "made"
        if under_way:
            self.adopt(with_state(self.info, "made"))
        return under_way

    def adopt(self, info: RunInfo) -> None:
        """Replace `run.json`. Raises OSError."""
        write_whole(self.folder / RUN, info.model_dump_json(indent=2) + "\n")
        self.info = info

    def begin_round(self, run: RunInfo, yours: RunInfo, rejected: int) -> bool:
        """Have the rejected samples made anew, unless that is under way with the same tools; say whether it began.

        `run` is the run as it is known best, `rejected` how many there are. Raises OSError.
        """
        under_way = bool(run.rounds) and run.rounds[-1].state != "made"
        if not has_mended_tools(run, yours) and (under_way or not rejected):
            return False
        with self._writing:
            self.adopt(next_round(self.info, yours, rejected, size_of_earlier(self.folder)))
            self._finish_move()
        return True

    def follow(self, info: RunInfo) -> None:
        """Take over what another machine has made of the run: rounds that this folder has not seen. Raises OSError."""
        if len(info.rounds) > len(self.info.rounds):
            with self._writing:
                more = max(info.samples, self.info.samples)
                moving = with_state(info, "moving", earlier_bytes=size_of_earlier(self.folder))
                self.adopt(moving.model_copy(update={"samples": more}))
                self._finish_move()
                self.adopt(self.info.model_copy(update={"rounds": info.rounds}))
        elif info.left_out != self.info.left_out:
            self.adopt(self.info.model_copy(update={"left_out": {**self.info.left_out, **info.left_out}}))

    def write_summary(self, summary: Summary) -> None:
        """Replace `summary.json`. Raises OSError."""
        write_whole(self.folder / SUMMARY, summary.model_dump_json(indent=2) + "\n")

    def discard(self) -> None:
        """Remove the files of a run that has no record."""
        remove_shards(self.folder)
        for path in map(self.folder.joinpath, _ALL):
            path.unlink(missing_ok=True)

    def last_session(self) -> Session:
        """Return what the last command that made samples did; zeros when there is no summary of it."""
        try:
            return Summary.model_validate_json((self.folder / SUMMARY).read_bytes()).session
        except (OSError, ValidationError):
            return Session()

    def _offer(self, record: Record) -> None:
        """Add the specs of tools that no earlier record was offered. Not durable: they can be told again."""
        offered = [(name, self._digests.get(name, "")) for name in record.offered if name in self._tools]
        new = [tool for tool in offered if tool not in self._known_tools]
        lines = [encode_line(self._tools[name].model_dump(mode="json")) for name, _ in new]
        if lines:
            self._tool_lines.append(*lines, durable=False)
            self._known_tools.update(new)

    def _finish_move(self) -> None:
        """Move the lines of a round that has just begun, or whose command was killed while it moved them."""
        if self.info.rounds and self.info.rounds[-1].state == "moving":
            move_lines(self.folder / REJECTED, self.folder, self.info.rounds[-1].earlier_bytes)
            self.adopt(with_state(self.info, "making"))

    def _continue_or_start(self, yours: RunInfo) -> None:
        path = self.folder / RUN
        if not path.exists():
            write_whole(path, self.info.model_dump_json(indent=2) + "\n")
            self.begun_now = True
            return
        run = read_run_info(self.folder)
        if run.schema_version != yours.schema_version:
            raise UsageError(cannot_continue(self.folder, run.schema_version))
        if found := differences(run, yours, mended=self.again):
            raise UsageError(refusal(self.folder, found))
        if run.versions != yours.versions:
            self.notes.append(f"run.json: the run was begun with other versions ({_version_list(run.versions)})")
        if run.workflow != yours.workflow:
            self.notes.append(
                "run.json: the run was begun by another edition of the workflow: samples that were under way are made "
                "anew, finished ones stay"
            )
        more = max(run.samples, yours.samples)
        ours = with_fingerprint_of(run, yours)
        self.info = ours.model_copy(update={"samples": more, "workflow": yours.workflow})
        if self.info != run:
            write_whole(path, self.info.model_dump_json(indent=2) + "\n")

    def _writer(self, opening: ExitStack, name: str) -> DurableWriter:
        writer = DurableWriter(self.folder / name)
        opening.callback(writer.close)
        return writer


def parse_record(path: Path, number: int, data: dict[str, Any], model: type[Record]) -> Record:
    """Return the line as a record. Raises CorruptFileError: the line and the first thing that is wrong."""
    if (problem := version_problem(data)) is not None:
        raise CorruptFileError(f"{path}, line {number}: {problem}")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        why = f"not a record: {'/'.join(map(str, first['loc']))}: {first['msg']}"
        raise corrupt(path, number, why) from error


def read_run_info(folder: Path) -> RunInfo:
    """Return `run.json` of a run. Raises CorruptFileError; FileNotFoundError when the folder has none."""
    path = folder / RUN
    text = path.read_bytes()
    try:
        data = json.loads(text)
    except ValueError:
        data = None  # the model tells
    if isinstance(data, dict) and (problem := version_problem(data)) is not None:
        raise CorruptFileError(f"{path}: {problem}")
    try:
        return RunInfo.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "/".join(map(str, first["loc"])) or "the file"
        raise CorruptFileError(
            f"{path}: not the description of a run: {place}: {first['msg']}\n"
            "It was changed, or written by another version. Restore it, or give another --out."
        ) from error


def cannot_continue(what: object, version: int) -> str:
    """Return why a command may not go on with a run of an earlier schema version, and what to do."""
    return (
        f"{what}: a run of schema version {version}; this program writes version {SCHEMA_VERSION}, and a run has "
        "records of one.\nGive another --out for a new run. What is there stays readable (toolgrad show, stats, "
        "verify, export), and --distinct-from its records.jsonl keeps new records unlike them."
    )


def refuse_file_of_a_run(path: Path, option: str) -> None:
    """Raise UsageError where what is to be written would replace what a run keeps."""
    place = path.resolve()
    if (place.parent / RUN).exists() and (place.name in (*_ALL, REVIEWS) or place.match("checkpoints*.sqlite*")):
        raise UsageError(f"{option} {path}: is the run's own file, and would be lost.\nGive another name")


def refusal(what: object, found: list[Difference]) -> str:
    """Return why a command may not go on with a run: a table of what differs."""
    shown = found[:20]
    rows = [Difference("setting", "this run has", "you gave"), *shown]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    table = "\n".join(f"  {row.setting:<{widths[0]}}  {row.run:<{widths[1]}}  {row.yours}" for row in rows)
    more = f"\n  … and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
    return (
        f"{what}: this run was begun with other settings; mixing them would spoil it.\n{table}{more}\n"
        "Give another --out for a new run, or the run's settings to continue it "
        "(--samples, --concurrency, --workers and how a model is reached may differ)."
        f"{_AGAIN if all(_is_of_tools(one) for one in found) else ''}"
    )


def _is_of_tools(found: Difference) -> bool:
    return found.setting == "tools" or found.setting.startswith("tool ")


def _version_list(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _sync_folder(folder: Path) -> None:
    """Make the files' names durable, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
