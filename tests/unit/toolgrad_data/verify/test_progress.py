"""What is seen while a file is read: a bar on a terminal, else a line now and then."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from tests.unit.toolgrad_data.verify.files import good, line, write
from toolgrad_data.stats.figures import count_file
from toolgrad_data.verify import progress
from toolgrad_data.verify.progress import Bar, Lines, watcher_on
from toolgrad_data.verify.verification import Options, Target, verify_file


class Noting(progress.Watcher):
    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def begin(self, total: int) -> None:
        self.told.append(("begin", total))

    def advance(self, done: int, records: int, findings: int | None = None) -> None:
        self.told.append((done, records, findings))

    def end(self) -> None:
        self.told.append(("end",))


def terminal(is_one: bool) -> Console:
    return Console(file=io.StringIO(), force_terminal=is_one, width=100, _environ={"TERM": "xterm"})


def text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_without_a_terminal_a_line_every_few_seconds(clock: list[float]) -> None:
    console = terminal(False)
    watcher = watcher_on(console)
    assert isinstance(watcher, Lines)
    watcher.begin(1000)
    for done in (100, 500):
        clock[0] += 4
        watcher.advance(done, done // 10, 2)
    clock[0] += 5
    watcher.advance(750, 75)
    watcher.end()
    assert text(console) == "50 %, 50 records, 2 findings, 6.25 a second\n75 %, 75 records, 5.77 a second\n"


def test_a_terminal_has_a_bar_that_is_gone_at_the_end() -> None:
    console = terminal(True)
    watcher = watcher_on(console)
    assert isinstance(watcher, Bar)
    for _ in range(2):  # one file after another
        watcher.begin(1000)
        watcher.advance(500, 1_234, 7)
        watcher._progress.refresh()
        watcher.say("the server is slow")
        watcher.end()
    assert "50%" in text(console)
    assert "1,234 records" in text(console)
    assert "7 findings" in text(console)
    assert text(console).count("the server is slow") == 2
    assert not watcher._progress.tasks


def test_a_verification_and_a_count_tell_how_far_they_are(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", line(good(1)), b"{}\n", line(good(2)))
    size = path.stat().st_size
    verifying, counting = Noting(), Noting()
    verify_file(Target(path), Options(workers=1), verifying)
    count_file(path, path, counting)
    first = len(line(good(1)))
    assert verifying.told == [("begin", size), (first, 1, 0), (first + 3, 1, 5), (size, 2, 5), ("end",)]
    assert counting.told == [("begin", size), (first, 1, None), (first + 3, 2, None), (size, 3, None), ("end",)] * 2
