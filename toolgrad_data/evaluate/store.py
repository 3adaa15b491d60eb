"""An evaluation on disk: `evaluation.json` says what it is of, `trials.jsonl` has each trial once, a line each."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError

from graph.strict_model import StrictModel
from toolgrad_data.errors import CorruptFileError, UsageError
from toolgrad_data.evaluate.trial import TRIAL_VERSION, Trial
from toolgrad_data.export.datasets.measured import TRIALS
from toolgrad_data.files.jsonl import DurableWriter, corrupt, encode_line, read_lines, repair_tail
from toolgrad_data.files.whole import disk_failure, write_whole
from toolgrad_data.runs.lock import RunLock

EVALUATION, REPORT = "evaluation.json", "report.json"


class EvaluationInfo(StrictModel):
    """What an evaluation is of: the model, how it is asked, and what is played. No secret, no path."""

    version: int = TRIAL_VERSION
    model: str
    base_url: str
    settings: dict[str, Any] = Field(description="What decides the trials, by the settings' names.")
    created_at: str = Field(description="ISO 8601 in UTC.")

    @classmethod
    def now(cls, model: str, base_url: str, settings: Mapping[str, Any]) -> "EvaluationInfo":
        """Return the description of an evaluation that begins now."""
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(model=model, base_url=base_url, settings=dict(settings), created_at=moment)

    def deciding(self) -> dict[str, Any]:
        """Return what must be the same where it goes on. The address may differ: a model moves."""
        return {"model": self.model, **self.settings}


class EvaluationStore:
    """The files of one evaluation, locked while open. A context manager.

    Entering raises UsageError (a folder that cannot be used, changed settings), RunFailedError (another process writes
    it) and CorruptFileError. `trials` are those that are done, `notes` tell what was repaired.
    """

    def __init__(self, folder: Path, info: EvaluationInfo) -> None:
        self.folder = folder
        self.info = info
        self.notes: list[str] = []
        self.trials: dict[tuple[str, int], Trial] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        _make_folder(self.folder)
        with self._open as opening:
            try:
                opening.enter_context(RunLock(self.folder))
                self._continue_or_start()
                if note := repair_tail(self.folder / TRIALS):
                    self.notes.append(note)
                for trial in read_trials(self.folder):
                    if trial.key in self.trials:
                        raise CorruptFileError(
                            f"{self.folder / TRIALS}: trial {trial.trial} of {trial.task} is there twice"
                        )
                    self.trials[trial.key] = trial
                self._writer = DurableWriter(self.folder / TRIALS)
                opening.callback(self._writer.close)
            except OSError as error:
                raise disk_failure(self.folder, error) from error
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def commit(self, trial: Trial) -> None:
        """Put the trial on the disk; when this returns, it is done.

        Raises ValueError for one that is there, or is no JSON, and OSError when the disk refuses; it is then not there.
        """
        if trial.key in self.trials:
            raise ValueError(f"trial {trial.trial} of {trial.task} is done")
        self._writer.append(encode_line(trial.model_dump(mode="json")))
        self.trials[trial.key] = trial

    def _continue_or_start(self) -> None:
        path = self.folder / EVALUATION
        if not path.exists():
            write_whole(path, self.info.model_dump_json(indent=2) + "\n")
            return
        there = read_info(self.folder)
        before, now = there.deciding(), self.info.deciding()
        found = [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
        if found:
            rows = "\n".join(f"  {name}: {before.get(name)!r} there, {now.get(name)!r} given" for name in found)
            raise UsageError(
                f"{self.folder}: this evaluation was begun with other settings; its trials would not be comparable.\n"
                f"{rows}\nGive another --out, or the settings that it was begun with (--trials may grow)."
            )
        self.info = there


def read_info(folder: Path) -> EvaluationInfo:
    """Return what an evaluation is of. Raises UsageError where the folder is none, CorruptFileError."""
    path = folder / EVALUATION
    try:
        return EvaluationInfo.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise UsageError(
            f"{folder}: is no evaluation: it has no {EVALUATION}.\n"
            "Make one: toolgrad evaluate RUN --model MODEL --base-url URL"
        ) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "/".join(map(str, first["loc"])) or "the file"
        raise CorruptFileError(f"{path}: not the description of an evaluation: {place}: {first['msg']}") from error


def read_trials(folder: Path) -> Iterator[Trial]:
    """Yield the trials that are done. Raises CorruptFileError naming the line that is none."""
    for number, data in read_lines(folder / TRIALS):
        try:
            yield Trial.model_validate(data)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise corrupt(
                folder / TRIALS, number, f"not a trial: {'/'.join(map(str, first['loc']))}: {first['msg']}"
            ) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        present = {entry.name for entry in folder.iterdir()}
    except OSError as error:
        what = "is a file" if folder.is_file() else f"cannot be used as a folder: {error.strerror}"
        raise UsageError(f"--out {folder}: {what}.\nGive a folder that can be written") from error
    if present - {".lock", f"{EVALUATION}.tmp"} and EVALUATION not in present:
        raise UsageError(
            f"--out {folder}: is no evaluation but holds other things ({', '.join(sorted(present)[:3])}).\n"
            "Give a new or empty folder"
        )
