"""From a line, in whichever format, to a record and what cannot be checked in it."""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import ValidationError

from graph.record import Finding, Record
from tool_registry.spec import ToolSpec
from toolgrad_data.files.lines import Line
from toolgrad_data.files.record_lines import NotARecordError, Problem, parse_json, parse_line
from toolgrad_data.verify.foreign.audit import audit
from toolgrad_data.verify.foreign.reading import READERS
from toolgrad_data.verify.foreign.records import to_record
from toolgrad_data.verify.foreign.sample import MalformedRowError, SkippedRow


class Read(NamedTuple):
    """A record, the promises that its format cannot show, with the reason, and what a foreign row is audited for."""

    record: Record
    not_checkable: dict[str, str]
    findings: list[Finding]


class Skipped(NamedTuple):
    """A line with nothing to check, and why."""

    reason: str


def read_line(
    line: Line, format: str | None, known: Mapping[str, ToolSpec] | None = None
) -> Read | Skipped | NotARecordError:
    """Return what the line holds, or why it is no record; `format` None is our own. Never raises for its content.

    `known` are specs of tools, by name, that go before what a foreign line says of them.
    """
    try:
        if format is None:
            return Read(parse_line(line), {}, [])
        return _foreign(line, format, known)
    except NotARecordError as error:
        return error


def _foreign(line: Line, format: str, known: Mapping[str, ToolSpec] | None) -> Read | Skipped:
    row = parse_json(line)
    try:
        sample = READERS[format](row)
        record, not_checkable = to_record(sample, line.number, known)
        return Read(record, not_checkable, audit(sample, record))
    except SkippedRow as skipped:
        return Skipped(str(skipped))
    except MalformedRowError as error:
        raise NotARecordError([Problem("malformed_row", f"no row of {format}: {error}")]) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        words = f"{'/'.join(map(str, first['loc']))}: {first['msg']}"
        raise NotARecordError([Problem("malformed_row", f"it makes no record: {words}")]) from error
    except RecursionError as error:
        raise NotARecordError([Problem("too_deep", "the JSON is nested too deeply")]) from error
