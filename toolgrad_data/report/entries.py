"""A record in two parts: what the list, search and filters need at once, and what is read when it is opened."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from graph.record import Record, RejectedRecord
from nodes.marks.turns import with_tells
from toolgrad_data.report.blocks import BlockWriter, Write
from toolgrad_data.runs.run_info import digest
from toolgrad_data.runs.summary import reason_kinds


class TraceLink(NamedTuple):
    """A trace, and its page; None where there is none."""

    id: str
    url: str | None


class EntryWriter:
    """Packs records into the page. Specs of tools, most of a record's size, are packed once each.

    Memory grows with the number of different specs (a digest each), not with records.
    """

    def __init__(self, write: Write) -> None:
        self._records = BlockWriter(write, "heads", "bodies")
        self._specs = BlockWriter(write, "specs")
        self._numbers: dict[str, int] = {}

    def add(self, run: int, record: Record, traces: Sequence[TraceLink] = (), thread: str | None = None) -> None:
        """Add a record of the run with that number, and where it can be seen how it was made, the last way first.

        `thread` is what Studio shows of it.
        """
        numbers = [self._number(spec.model_dump()) for spec in record.tools]
        body = body_of(record)
        for turn in body["record"]["turns"]:
            turn.update(query=None, response=None)
        if traces:
            body["traces"] = [link._asdict() for link in traces]
        head = head_of(run, record) | ({"thread": thread} if thread else {})
        self._records.add(head, {**body, "tools": numbers})

    def flush(self) -> None:
        """Write what is left."""
        self._records.flush()
        self._specs.flush()

    def _number(self, spec: Any) -> int:
        key = digest(spec)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers)
            self._specs.add(spec)
        return self._numbers[key]


def body_of(record: Record) -> dict[str, Any]:
    """Return the record without the specs of its tools, and the tells to show where some are not stored."""
    # All members, also those that the file leaves to their defaults.
    data = record.model_dump(exclude={"tools"}) | {"tools": None}
    return {"record": data, "tells": _inferred(record)}


def head_of(run: int, record: Record) -> dict[str, Any]:
    """Return what the list, search and filters need of a record of the run with that number."""
    steps = [step for turn in record.turns for step in turn.steps]
    codes = reason_kinds(record) if isinstance(record, RejectedRecord) else []
    head: dict[str, Any] = {
        "id": record.id,
        "texts": [[turn.query, turn.response] for turn in record.turns],
        "calls": len(steps),
        "kinds": [turn.kind for turn in record.turns],
        "tools": sorted({step.tool for step in steps}),
    }
    optional: dict[str, Any] = {
        "run": run,
        "rejected": isinstance(record, RejectedRecord),
        "codes": codes + [f"noticed: {code}" for code in sorted({warning.code for warning in record.warnings})],
    }
    if record.judge is not None:
        optional["score"] = record.judge.naturalness
        optional["solved"] = [record.judge.solved, record.judge.trials]
    return head | {name: value for name, value in optional.items() if value}


def _inferred(record: Record) -> list[Any] | None:
    """Return the tells of each turn where some are not stored: those that `show` would infer."""
    if all(turn.tells is not None for turn in record.turns):
        return None
    return [[tell.model_dump(mode="json") for tell in turn.tells or ()] for turn in with_tells(record).turns]
