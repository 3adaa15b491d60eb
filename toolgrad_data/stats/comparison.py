"""Two runs compared: settings, records by id, and figures side by side."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from graph.record import Record
from toolgrad_data.runs.run_info import differences
from toolgrad_data.runs.store import RECORDS, REJECTED, read_run_info
from toolgrad_data.runs.waiting import waiting_ids
from toolgrad_data.stats.figures import Stats, StatsCollector, read_rejected, records_of
from toolgrad_data.verify.printing import printable
from toolgrad_data.verify.progress import Watcher
from toolgrad_data.verify.verification import Target

#: What two records of an id are compared in; times and what was spent are no difference. The verdict comes with its
#: reasons; `history` is all that is not in a turn: attempts, critiques, verification and the like.
PARTS = ("verdict", "turns", "query", "calls", "sources", "results", "response", "marks", "history")

_EXAMPLES = 10
#: What a turn is, beside its words and calls.
_PLANNED = ("kind", "awaits", "replaces", "refuses")
#: Members of a turn that are parts of their own.
_TOLD = frozenset({"query", "steps", "response", "asks", "tells", *_PLANNED})


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SettingDifference(_Model):
    """A setting, a tool or a version that differs."""

    setting: str
    a: str
    b: str


class DifferentRecord(_Model):
    """A record of both whose content differs, and in what."""

    id: str
    parts: list[str]


class Comparison(_Model):
    """Two data sets compared. Samples of a run are its records and its rejected samples."""

    schema_version: int = 2
    a: Stats
    b: Stats
    settings: Annotated[
        list[SettingDifference] | None, Field(description="Null unless both are runs with a run.json.")
    ] = None
    same: int = 0
    different: int = 0
    only_in_a: int = 0
    only_in_b: int = 0
    different_parts: Annotated[dict[str, int], Field(description="Different samples by what differs in them.")] = {}
    examples: Annotated[list[DifferentRecord], Field(description="The first different samples.")] = []
    examples_only_in_a: list[str] = []
    examples_only_in_b: list[str] = []

    @property
    def records_differ(self) -> bool:
        """Whether any sample is not the same in both."""
        return bool(self.different or self.only_in_a or self.only_in_b)


class _Digests(NamedTuple):
    """Digests of a sample's parts, in the order of `PARTS`."""

    parts: tuple[bytes, ...]


def compare(a: Target, b: Target, watcher: Watcher | None = None) -> Comparison:
    """Compare two runs or files. Raises OSError, and CorruptFileError for a run.json that is none."""
    stats_a, samples_a = _read(a, watcher)
    stats_b, samples_b = _read(b, watcher)
    comparison = Comparison(a=stats_a, b=stats_b, settings=_settings(a, b))
    parts: Counter[str] = Counter()
    for id, mine in samples_a.items():
        theirs = samples_b.get(id)
        if theirs is None:
            comparison.only_in_a += 1
            _keep(comparison.examples_only_in_a, id)
        elif mine == theirs:
            comparison.same += 1
        else:
            comparison.different += 1
            names = [name for name, one, other in zip(PARTS, mine.parts, theirs.parts, strict=True) if one != other]
            parts.update(names)
            if len(comparison.examples) < _EXAMPLES:
                comparison.examples.append(DifferentRecord(id=id, parts=names))
    for id in samples_b:
        if id not in samples_a:
            comparison.only_in_b += 1
            _keep(comparison.examples_only_in_b, id)
    comparison.different_parts = {name: parts[name] for name in PARTS if parts[name]}
    return comparison


def _read(target: Target, watcher: Watcher | None) -> tuple[Stats, dict[str, _Digests]]:
    """Return the figures and the digests of each sample by id; of an id that repeats, the first."""
    waiting = waiting_ids(target.run) if target.run is not None else ()
    collector = StatsCollector(str(target.file), of_a_run=target.run is not None, waiting=waiting)
    samples: dict[str, _Digests] = {}

    def add(record: Record | None, verdict: str) -> None:
        if record is None:
            collector.skip()
            return
        collector.add(record)
        samples.setdefault(printable(record.id, 80), _digests(record, verdict))

    for record in records_of(target.file, watcher):
        add(record, "accepted")
    if target.run is not None and (target.run / REJECTED).exists():
        for rejected in read_rejected(target.run / REJECTED, watcher):
            add(rejected, "rejected")
    return collector.stats(), samples


def _digests(record: Record, verdict: str) -> _Digests:
    data = record.model_dump(mode="json")
    turns, reasons = data.pop("turns"), data.pop("reasons", [])
    del data["schema_version"]
    for name in ("started_at", "finished_at", "usage", "versions"):
        data["meta"].pop(name)
    steps = [step for turn in turns for step in turn["steps"]]
    for step in [*steps, *data["pruned"]]:
        step.pop("elapsed_ms")
    parts = (
        [verdict, reasons],
        [[[turn.get(name) for name in _PLANNED], len(turn["steps"])] for turn in turns],
        [turn["query"] for turn in turns],
        [[step["id"], step["tool"], step["arguments"], step["after"]] for step in steps],
        [step["sources"] for step in steps],
        [step["result"] for step in steps],
        [turn["response"] for turn in turns],
        [[turn["asks"], turn["tells"]] for turn in turns],
        [data, [{name: value for name, value in turn.items() if name not in _TOLD} for turn in turns]],
    )
    return _Digests(tuple(map(_digest, parts)))


def _digest(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _settings(a: Target, b: Target) -> list[SettingDifference] | None:
    if a.run is None or b.run is None:
        return None
    mine, theirs = read_run_info(a.run), read_run_info(b.run)
    found = [SettingDifference(setting=one.setting, a=one.run, b=one.yours) for one in differences(mine, theirs)]
    for name in sorted(mine.versions.keys() | theirs.versions.keys()):
        one, other = mine.versions.get(name, "absent"), theirs.versions.get(name, "absent")
        if one != other:
            found.append(SettingDifference(setting=f"version of {name}", a=one, b=other))
    return found


def _keep(examples: list[str], id: str) -> None:
    if len(examples) < _EXAMPLES:
        examples.append(id)


def rejected_file_of(target: Target) -> Path | None:
    """Return the file of the rejected samples of the run that the file belongs to, if it does."""
    return target.run / REJECTED if target.run is not None and target.file.name == RECORDS else None
