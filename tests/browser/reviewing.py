"""`toolgrad review` as a process of its own, and its page in a browser."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

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


@dataclass
class Page:
    """A tab, what it asked for, and what went wrong in it."""

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def text(self, selector: str) -> str:
        found: str = self.page.locator(selector).inner_text()
        return found

    def await_saved(self, words: str = "Saved: ") -> None:
        expect(self.page.locator("#saved")).to_contain_text(words, timeout=10_000)

    @property
    def id(self) -> str:
        """The id of the record that is shown."""
        return self.text("#record h2").split()[0]


def open_tab(context: Any, address: str, reviewer: str = "Ada") -> Page:
    """Open the page, give a name by keys, and wait for the first record."""
    made = Page(context.new_page())
    made.page.set_default_timeout(10_000)
    made.page.on("request", lambda request: made.requests.append(request.url))
    made.page.on("console", lambda said: made.errors.append(said.text) if said.type in ("error", "warning") else None)
    made.page.on("pageerror", lambda error: made.errors.append(str(error)))
    made.page.goto(address)
    made.page.wait_for_selector("#name-dialog[open]")
    made.page.keyboard.type(reviewer)
    made.press("Enter")
    made.page.wait_for_selector("body[data-ready=yes]")
    return made
