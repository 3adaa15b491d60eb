"""Files of small records that hold, and ways to spoil a line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graph.record import Record
from tests.unit.toolgrad_data.runs.helpers import record
from toolgrad_data.verify.report import VerificationReport
from toolgrad_data.verify.verification import Options, Target, verify_file

Json = dict[str, Any]

# Any two of these queries share hardly a 3-gram.
_WORDS = "apple brick cloud dance eagle frost grape honey ivory jelly koala lemon mango night ocean piano".split()


def good(index: int) -> Json:
    """A record of `double` that holds; those of different indexes are distinct."""
    data: Json = record(index).model_dump(mode="json")
    words = " ".join(_WORDS[(index * 7 + step * (1 + index // 16)) % 16] for step in range(6))
    query = data["turns"][0]["query"] = f"For the {words} of {index}, how much is twice that number?"
    asked = "how much is twice that number"
    at = query.index(asked)
    data["turns"][0]["asks"] = [{"start": at, "end": at + len(asked), "quote": asked, "steps": ["s1"]}]
    start = query.index(f"of {index},") + 3
    data["turns"][0]["steps"][0]["sources"]["/number"].update(start=start, end=start + len(str(index)))
    Record.model_validate(data)
    return data


def line(data: Any) -> bytes:
    return json.dumps(data).encode() + b"\n"


def write(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"".join(lines))
    return path


def spoilt(index: int, change: Callable[[Json], Any]) -> bytes:
    data = good(index)
    change(data)
    return line(data)


def verified(path: Path, **options: Any) -> VerificationReport:
    return verify_file(Target(path), Options(**{"workers": 1, **options}))


def wrongs(report: VerificationReport) -> list[tuple[int, str | None, str]]:
    """Each finding's line, promise and code."""
    return [(wrong.line, wrong.promise, wrong.code) for wrong in report.findings]
