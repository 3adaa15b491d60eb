"""What an evaluation has measured of records: how often a model was right, and the calls with which it was wrong.

Written by `toolgrad evaluate` into the folder of the evaluation; read here, so that data can be chosen by difficulty,
and that a model's own mistakes become what it is taught not to do.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.strict_model import StrictModel
from tool_registry.result import ToolError
from toolgrad_data.errors import UsageError
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.report import ExportReport
from toolgrad_data.files.jsonl import corrupt, read_lines

#: Where evaluations of a run stand, inside of it, and their files that are read here.
EVALUATIONS = "evaluations"
DIFFICULTY, TRIALS = "difficulty.jsonl", "trials.jsonl"


class Difficulty(StrictModel):
    """A line of `difficulty.jsonl`: how often the model passed a task, and the interval."""

    task: str
    record: str
    model: str
    trials: int = Field(ge=1)
    passed: int = Field(ge=0)
    pass_rate: float = Field(ge=0, le=1)
    low: float
    high: float


class MeasuredCall(BaseModel):
    """A call that the model made in a trial that failed, and what came of it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    tool: str
    arguments: dict[str, Any]
    result: Any = None
    error: ToolError | None = None


class _Turn(BaseModel):
    calls: list[MeasuredCall] = []


class _Trace(BaseModel):
    turns: list[_Turn] = []


class _Trial(BaseModel):
    """As much of a trial's line as is needed here."""

    task: str
    kind: str
    passed: bool
    trace: _Trace


class Measured:
    """The evaluations of runs: `rates` by record, and the calls of failed trials by record, in their order."""

    def __init__(self) -> None:
        self.rates: dict[str, Difficulty] = {}
        self.calls: defaultdict[str, list[MeasuredCall]] = defaultdict(list)

    def read(self, folder: Path) -> None:
        """Add an evaluation.

        Raises UsageError where it is none, or of records that another one has, and CorruptFileError.
        """
        path = folder / DIFFICULTY
        if not path.is_file():
            raise UsageError(
                f"{folder}: is no evaluation: it has no {DIFFICULTY}.\n"
                "Make one: toolgrad evaluate RUN --model MODEL --base-url URL"
            )
        tasks: dict[str, str] = {}
        for number, data in read_lines(path):
            try:
                one = Difficulty.model_validate(data)
            except ValidationError as error:
                raise corrupt(path, number, "not a task's difficulty") from error
            if one.record in self.rates:
                raise UsageError(f"{path}: {one.record} was measured in another evaluation, too.\nName one of them")
            self.rates[one.record] = one
            tasks[one.task] = one.record
        for number, data in read_lines(folder / TRIALS):
            try:
                trial = _Trial.model_validate(data)
            except ValidationError as error:
                raise corrupt(folder / TRIALS, number, "not a trial") from error
            if trial.kind == "task" and not trial.passed and trial.task in tasks:
                self.calls[tasks[trial.task]] += [call for turn in trial.trace.turns for call in turn.calls]


def read_measured(runs: Sequence[Path], evaluation: Path | None) -> Measured:
    """Return the evaluation that is named, or else the one that each run has. Raises UsageError, CorruptFileError."""
    measured = Measured()
    if evaluation is not None:
        measured.read(evaluation)
        return measured
    for run in runs:
        found = sorted(path.parent for path in (run / EVALUATIONS).glob(f"*/{DIFFICULTY}"))
        if len(found) != 1:
            there = ", ".join(map(str, found)) or "none"
            raise UsageError(
                f"{run}: which evaluation? There are: {there}.\n"
                "Name it with --evaluation FOLDER, or make one: toolgrad evaluate RUN --model MODEL --base-url URL"
            )
        measured.read(found[0])
    return measured


def parse_range(text: str) -> tuple[float, float]:
    """Return the bounds of pass rates in `0.1-0.9`. Raises UsageError for what is no range from 0 to 1."""
    low, dash, high = text.partition("-")
    try:
        bounds = float(low), float(high if dash else low)
    except ValueError:
        bounds = 1.0, 0.0
    if not 0 <= bounds[0] <= bounds[1] <= 1:
        raise UsageError(
            f"--difficulty {text}: no range of pass rates.\nAllowed: LOW-HIGH from 0 to 1, such as --difficulty 0.1-0.9"
        )
    return bounds


class DifficultyRange:
    """Keeps records whose tasks a model passed as often as wanted; both bounds are in."""

    def __init__(self, measured: Measured, bounds: tuple[float, float]) -> None:
        self._measured = measured
        self._low, self._high = bounds

    def problem(self, example: Example) -> str | None:
        """Return why the example is left out, or None."""
        known = self._measured.rates.get(example.record.id) if example.record is not None else None
        if known is None:
            return "was not measured"
        if known.pass_rate < self._low:
            return "is too hard for the model that was measured"
        return "is too easy for the model that was measured" if known.pass_rate > self._high else None

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Yield the examples that are in the range, each with its pass rate among its labels."""
        rates: Counter[str] = Counter()
        for example in examples:
            problem = self.problem(example)
            if problem is not None:
                report.leave_out(problem)
                continue
            assert example.record is not None  # noqa: S101 - `problem` has looked
            rate = self._measured.rates[example.record.id].pass_rate
            rates[f"{rate:g}"] += 1
            yield replace(example, labels={**example.labels, "pass_rate": rate})
        report.notes["pass_rates"] = dict(sorted(rates.items()))
