"""`toolgrad review` as a process of its own, over a run of dialogues and plain records."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fixtures.dialogues import FILE as DIALOGUES
from tests.unit.toolgrad_data.verify.files import good, line

Json = dict[str, Any]


def run_of(folder: Path, plain: int = 12) -> Path:
    """Make a run of 14 dialogues and plain records, each like no other."""
    folder.mkdir(parents=True, exist_ok=True)
    # `good` counts as the dialogues do.
    others = (line({**good(number), "id": f"s1-{number:06d}"}) for number in range(plain))
    (folder / "records.jsonl").write_bytes(DIALOGUES.read_bytes() + b"".join(others))
    return folder


def reviews_of(run: Path) -> list[Json]:
    path = run / "reviews.jsonl"
    return [json.loads(each) for each in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


@dataclass
class Served:
    """A running server and the address that it printed."""

    process: "subprocess.Popen[str]"
    address: str


@contextmanager
def served(run: Path, *options: str) -> Iterator[Served]:
    """Start the command and wait for its address; end it at the end, unless it was ended before."""
    command = [sys.executable, "-m", "toolgrad_data", "review", str(run), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said = ""
    try:
        for text in process.stdout:
            said += text
            if text.startswith("page"):
                break
        else:
            raise AssertionError(said)
        yield Served(process, text.split()[-1])
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
