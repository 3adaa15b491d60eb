"""What the command's process and its workers say to each other: one JSON object a line, over the worker's pipes.

To a worker, first `{"settings", "path", "worker", "workers", "fingerprint"}`, then `{"make", "resume", "again",
"without", "answer"}` for a sample, `{"committed"}` when the line of this thread's sample is there, `{"end": true}`
when no further decision is to begin and `{"quit": true}`; the end of the pipe says that the command has gone. From a
worker `{"made", "record"}` (null: left for another time; `{"waits"}`: for a person), `{"spend", "usage"}`,
`{"fail", "words"}`, `{"crash", "of"}`, `{"trace"}`, `{"say"}` and `{"fatal", "words", "errno"}`.
"""

import json
import sqlite3
from typing import Any

from graph.record import Record, RejectedRecord
from nodes.policies.base import EndpointLimitError, PolicySetupError
from toolgrad_data.errors import CliError, RunFailedError
from toolgrad_data.runs.waiting import WaitingSample

Message = dict[str, Any]

_FAILURES: dict[str, type[Exception]] = {
    "limit": EndpointLimitError,
    "setup": PolicySetupError,
    "database": sqlite3.OperationalError,
    "run": RunFailedError,
}


def encode(message: Message) -> bytes:
    """Return the message as a line; what JSON does not have (NaN, lone surrogates) goes through as Python's."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def decode(line: bytes) -> Message:
    """Return the message. Raises ValueError for a line that was cut off."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("a message is an object")
    return message


def record_to_json(record: Record | WaitingSample | None) -> Any:
    """Return a record, accepted, rejected or waiting, as plain data."""
    if record is None:
        return None
    if isinstance(record, WaitingSample):
        return {"waits": record.model_dump(mode="json")}
    return {"rejected": isinstance(record, RejectedRecord), **record.model_dump(mode="json")}


def record_from_json(data: Any) -> Record | WaitingSample | None:
    """Return the record that `record_to_json` was given."""
    if data is None:
        return None
    if "waits" in data:
        return WaitingSample.model_validate(data["waits"])
    model = RejectedRecord if data.pop("rejected") else Record
    return model.model_validate(data)


def failure_to_json(error: Exception) -> Message:
    """Return a failure that ends the run; see `failure_from_json`."""
    found: BaseException = error
    while not isinstance(found, OSError | sqlite3.Error | PolicySetupError | CliError):
        # As `is_fatal` looks for it: a branch's failure is wrapped.
        inner = found.exceptions[0] if isinstance(found, BaseExceptionGroup) else found.__cause__
        if inner is None:
            return {"fatal": "run", "words": f"a worker failed: {type(error).__name__}: {error}"}
        found = inner
    if isinstance(found, OSError):
        return {"fatal": "disk", "words": found.strerror or str(found), "errno": found.errno}
    kinds = {EndpointLimitError: "limit", PolicySetupError: "setup", sqlite3.Error: "database"}
    return {
        "fatal": next((kind for type_, kind in kinds.items() if isinstance(found, type_)), "run"),
        "words": str(found),
    }


def failure_from_json(message: Message) -> Exception:
    """Return the failure as an exception of the kind that the command handles."""
    if message["fatal"] == "disk":
        return OSError(message["errno"], message["words"])
    return _FAILURES[message["fatal"]](message["words"])
