"""`waiting.jsonl`: the samples of a run whose proved records wait for a person, so that they can be looked at.

The samples themselves wait in their checkpoints. The file is what commands read that list them: a line is appended when
a sample begins to wait, and what waits no longer is dropped when the command ends.
"""

import json
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.record import Record
from toolgrad_data.files.jsonl import DurableWriter, corrupt, encode_line, repair_tail
from toolgrad_data.runs.run_info import digest

WAITING = "waiting.jsonl"

#: Returns the answer about a record of that id and digest, without the mends of these ids; None where there is none.
Decide = Callable[[str, str, Sequence[str]], dict[str, Any] | None]


class WaitingSample(BaseModel):
    """A sample that waits, as a line of the file."""

    model_config = ConfigDict(extra="forbid")

    id: str
    index: int
    digest: str = Field(description="SHA-256 of the record's JSON, by which a review names it.")
    behind: str | None = Field(
        default=None, description="Of a record that is accepted: the one that waits before it, and that it is like."
    )
    problem: str | None = Field(default=None, description="What was wrong with the last answer.")
    findings: list[dict[str, Any]] = Field(default=[], description="What the proofs found in the last mended draft.")
    refused: list[str] = Field(default=[], description="Ids of the mends that did not hold.")
    draft: dict[str, Any] | None = Field(default=None, description="The words with their marks, to be mended.")
    record: dict[str, Any] = Field(description="The record as it was proved.")

    @classmethod
    def of(cls, index: int, request: dict[str, Any]) -> "WaitingSample":
        """Return the sample with what `nodes/review_record.py` asks of a person."""
        taken = {name: request[name] for name in ("id", "problem", "findings", "refused", "draft", "record")}
        return cls(index=index, digest=digest(request["record"]), **taken)

    @classmethod
    def held(cls, record: Record, behind: str) -> "WaitingSample":
        """Return an accepted record that is like an earlier one, which waits."""
        data = record.model_dump(mode="json")
        return cls(id=record.id, index=record.meta.index, digest=digest(data), behind=behind, record=data)

    def key(self) -> tuple[str, str, str | None, int]:
        """Return what tells whether it waits for something new."""
        return self.digest, self.problem or "", self.behind, len(self.refused)


class WaitingFile:
    """The file of one run that is open. `waits` has the keys of those that wait, by id."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / WAITING
        repair_tail(self.path)
        self.waits = {sample.id: sample.key() for sample in waiting_samples(folder)}

    def add(self, sample: WaitingSample) -> None:
        """Note that the sample waits. Raises OSError. Not durable: the next command finds it in its checkpoint."""
        if self.waits.get(sample.id) == sample.key():
            return
        with closing(DurableWriter(self.path)) as writer:
            writer.append(encode_line(sample.model_dump(mode="json")), durable=False)
        self.waits[sample.id] = sample.key()

    def drop(self, id: str) -> None:
        """Note that the sample has its line."""
        self.waits.pop(id, None)

    def tidy(self, done: Container[str] = ()) -> None:
        """Leave the last line of each sample that waits and is not `done`, by index. Raises OSError."""
        for id in [id for id in self.waits if id in done]:
            del self.waits[id]
        if not self.path.exists():
            return
        lines = list(_places(self.path))
        last = {place.id: place for place in lines if place.id in self.waits}
        kept = sorted(last.values(), key=lambda place: place.sample)
        if kept == lines:
            return
        if not kept:
            self.path.unlink()
            return
        beside = self.path.with_name(f"{WAITING}.tmp")
        beside.unlink(missing_ok=True)
        with closing(DurableWriter(beside)) as writer, open(self.path, "rb") as file:
            for place in kept:  # one by one: each line is a record
                file.seek(place.start)
                writer.append(file.readline(), durable=place is kept[-1])
        beside.replace(self.path)


class _Place(NamedTuple):
    id: str
    sample: int
    start: int


def _places(path: Path) -> Iterator[_Place]:
    for _, start, data in _whole_lines(path):
        yield _Place(str(data.get("id")), int(data.get("index", 0)), start)


def waiting_samples(folder: Path) -> Iterator[WaitingSample]:
    """Yield the samples that wait, each as it was noted last, in the file's order. Raises CorruptFileError."""
    path = folder / WAITING
    last = {place.id: place.start for place in _places(path)}
    for number, start, data in _whole_lines(path):
        if last[str(data.get("id"))] != start:
            continue
        try:
            yield WaitingSample.model_validate(data)
        except ValidationError as error:
            raise corrupt(path, number, "not a sample that waits") from error


def waiting_ids(folder: Path) -> set[str]:
    """Return the ids of the samples that wait, as far as the file tells; a killed command may leave finished ones."""
    return {place.id for place in _places(folder / WAITING)}


def _whole_lines(path: Path) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield number, place and object of each line; a last one without its end, which is being written, is none yet."""
    if not path.exists():
        return
    start = 0
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                data = json.loads(line)
            except ValueError as error:
                raise corrupt(path, number, str(error)) from error
            if not isinstance(data, dict):
                raise corrupt(path, number, "not an object")
            yield number, start, data
            start += len(line)
