"""What a data set's runs and files hold, counted from them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph.record import Record, Usage
from tool_registry.spec import ToolSpec
from toolgrad_data.errors import UsageError
from toolgrad_data.reviews.choice import Reviewed
from toolgrad_data.reviews.figures import ReviewFigures, review_figures
from toolgrad_data.reviews.reviewed import reviewed_records
from toolgrad_data.runs.reading import read_records
from toolgrad_data.runs.run_info import RunInfo
from toolgrad_data.runs.store import read_run_info
from toolgrad_data.runs.summary import add_usage

_PROMISES = ("executed", "typed", "grounded", "replayed", "distinct", "cited", "natural", "faithful")


@dataclass(frozen=True)
class DataFile:
    """A file of the data set: its split, rows and bytes. `rows` is None where they are not lines."""

    name: str
    split: str
    rows: int | None
    size: int


@dataclass
class Counts:
    """Counts over the accepted records of the runs; `usage` includes rejected samples."""

    runs: list[tuple[str, RunInfo]] = field(default_factory=list)
    records: int = 0
    rejected: int = 0
    calls: Counter[int] = field(default_factory=Counter)
    targets: Counter[int] = field(default_factory=Counter)  # records by the calls that they were to have
    turns: Counter[int] = field(default_factory=Counter)  # records by number of turns
    turn_kinds: Counter[str] = field(default_factory=Counter)  # turns of dialogues by kind
    rules: dict[str, str] = field(default_factory=dict)  # words of policies that assistants work under, by name
    tools: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    policies: Counter[str] = field(default_factory=Counter)
    stop_reasons: Counter[str] = field(default_factory=Counter)
    promises: dict[str, Counter[bool | None]] = field(default_factory=lambda: {name: Counter() for name in _PROMISES})
    told: Counter[str] = field(default_factory=Counter)  # stretches of responses: `written`, `inferred` marks
    specs: dict[str, ToolSpec] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    models: dict[str, set[str]] = field(default_factory=dict)  # by role
    reviews: list[tuple[str, ReviewFigures]] = field(default_factory=list)  # by run, where it has any


def count_runs(runs: Sequence[Path], reviewed: Reviewed | None = None) -> Counts:
    """Return the counts over the runs' files, of the records that were `reviewed` so, if given.

    Raises CorruptFileError, UsageError when there is no record.
    """
    counts = Counts()
    for folder in runs:
        if (folder / "run.json").exists():
            counts.runs.append((folder.name, read_run_info(folder)))
        for record in reviewed_records(folder, reviewed):
            _count(counts, record)
        if (figures := review_figures(folder)) is not None:
            counts.reviews.append((folder.name, figures))
        for rejected in read_records(folder, rejected=True):
            counts.rejected += 1
            add_usage(counts.usage, rejected.meta.usage)
    if not counts.records:
        raise UsageError(f"{', '.join(map(str, runs))}: no accepted records, so there is nothing to describe")
    return counts


def _count(counts: Counts, record: Record) -> None:
    steps = [step for turn in record.turns for step in turn.steps]
    counts.records += 1
    counts.calls[len(steps)] += 1
    counts.turns[len(record.turns)] += 1
    if len(record.turns) > 1:
        counts.turn_kinds.update(turn.kind for turn in record.turns)
    if record.policy is not None:
        counts.rules.setdefault(record.policy.name or f"policy {len(counts.rules) + 1}", record.policy.text)
    if record.meta.target_calls is not None:
        counts.targets[record.meta.target_calls] += 1
    counts.tools.update(step.tool for step in steps)
    counts.stop_reasons[record.meta.stop_reason] += 1
    counts.policies.update(
        f"{decision}: {record.meta.models.get(decision, policy)}" for decision, policy in record.meta.policies.items()
    )
    for spec in record.tools:
        counts.specs.setdefault(spec.name, spec)
    counts.categories.update({spec.category for spec in record.tools})
    for name in _PROMISES:
        counts.promises[name][getattr(record.verification, name)] += 1
    tells = [tell for turn in record.turns for tell in turn.tells or ()]
    counts.told.update("inferred" if tell.inferred else "written" for tell in tells)
    add_usage(counts.usage, record.meta.usage)
    for role, model in record.meta.models.items():
        counts.models.setdefault(role, set()).add(model)


def data_files(paths: Sequence[Path]) -> list[DataFile]:
    """Return what the files hold; a folder stands for the files in it. Raises UsageError for one that is not there."""
    found: list[DataFile] = []
    for path in paths:
        if path.is_dir():
            inside = [file for file in sorted(path.iterdir()) if _is_data(file)]
        elif path.is_file():
            inside = [path]
        else:
            raise UsageError(f"--data {path}: does not exist.\nMake it: toolgrad export RUN --format trl --out {path}")
        found += [DataFile(file.name, split_of(file.name), _rows(file), file.stat().st_size) for file in inside]
    order = {"train": 0, "validation": 1, "test": 2}
    return sorted(found, key=lambda file: (order[file.split], file.name))


def split_of(name: str) -> str:
    """Return the split that a file's name says, `train` where it says none."""
    parts = name.split(".")[1:-1]
    return next((part for part in parts if part in ("train", "test", "validation")), "train")


def _is_data(path: Path) -> bool:
    is_report = path.name.endswith(".contaminated.jsonl")
    return path.is_file() and path.suffix in (".jsonl", ".parquet") and not path.name.startswith(".") and not is_report


def _rows(path: Path) -> int | None:
    if path.suffix == ".parquet":
        try:
            from pyarrow.parquet import ParquetFile
        except ImportError:
            return None
        with ParquetFile(path) as file:
            return int(file.metadata.num_rows)
    with open(path, "rb") as lines:
        return sum(1 for line in lines if line.strip())
