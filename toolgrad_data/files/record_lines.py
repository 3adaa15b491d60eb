"""From a line to a record, or to what keeps it from being one, in words."""

import json
import math
from collections import Counter
from typing import Any, NamedTuple

from pydantic import ValidationError

from graph.record import Record, version_problem
from toolgrad_data.files.lines import LINE_MAX, Line

_SHOWN = 5


class Problem(NamedTuple):
    """Why a line is no record: a code for machines, words for people."""

    code: str
    message: str


class NotARecordError(Exception):
    """The line is no record; `problems` says why, `id` is what it calls itself, if it does."""

    def __init__(self, problems: list[Problem], id: str | None = None) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems
        self.id = id


def parse_line(line: Line) -> Record:
    """Return the line's record. Raises NotARecordError."""
    return as_record(parse_json(line))


def parse_json(line: Line) -> Any:
    """Return the line's JSON value. Raises NotARecordError."""
    if line.data is None:
        mib = LINE_MAX // (1024 * 1024)
        raise _not("line_too_long", f"the line has {line.size:,} bytes; lines of more than {mib} MiB are skipped")
    try:
        text = line.data.decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = error.object[error.start]
        raise _not("not_utf8", f"byte {error.start + 1} of the line (0x{wrong:02x}) is not UTF-8") from error
    try:
        return json.loads(text, object_pairs_hook=_members, parse_constant=_no_constant, parse_float=_finite)
    except _RepeatedMemberError as error:
        raise _not("repeated_member", str(error)) from error
    except RecursionError as error:
        raise _not("too_deep", "the JSON is nested too deeply") from error
    except ValueError as error:
        if not line.whole:
            words = f"the last line is cut off after {line.size:,} bytes: it has no line break and is no whole JSON"
            raise _not("truncated", words) from error
        raise _not("not_json", f"not JSON: {error}") from error


def as_record(data: Any) -> Record:
    """Return the JSON value as a record. Raises NotARecordError with each thing that is wrong."""
    if not isinstance(data, dict):
        raise _not("not_an_object", f"a record is a JSON object, not {_kind(data)}")
    id = data.get("id") if isinstance(data.get("id"), str) else None
    if (problem := version_problem(data)) is not None:
        raise NotARecordError([Problem("schema_version", problem)], id)
    if "reasons" in data and "turns" in data:
        words = "a rejected sample (it has the member reasons), which claims nothing"
        raise NotARecordError([Problem("rejected_record", words)], id)
    try:
        return Record.model_validate(data)
    except ValidationError as error:
        problems = [_problem(one) for one in error.errors(include_url=False)[:_SHOWN]]
        if error.error_count() > _SHOWN:
            problems.append(Problem("invalid_member", f"and {error.error_count() - _SHOWN} more things"))
        raise NotARecordError(problems, id) from error
    except RecursionError as error:
        raise NotARecordError([Problem("too_deep", "the JSON is nested too deeply")], id) from error


def _problem(error: Any) -> Problem:
    place = "/".join(map(str, error["loc"])) or "the record"
    match error["type"]:
        case "extra_forbidden":
            return Problem("unknown_member", f"{place}: no member of a record is called so")
        case "missing":
            return Problem("missing_member", f"{place}: is missing")
        case _:
            return Problem("invalid_member", f"{place}: {error['msg']}")


class _RepeatedMemberError(ValueError):
    pass


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse what readers understand differently: some take the first of two members, some the last."""
    members = dict(pairs)
    if len(members) != len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise _RepeatedMemberError(f"an object has the member {twice[:60]!r} twice")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:40]} is beyond the range of numbers")
    return number


def _kind(value: Any) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return "null" if value is None else names.get(type(value), type(value).__name__)


def _not(code: str, message: str) -> NotARecordError:
    return NotARecordError([Problem(code, message)])
