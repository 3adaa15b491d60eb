"""The end of what a server process writes to its standard error is kept, whoever comes to it first."""

import threading

import pytest

from tool_registry.sources.mcp.stderr import StderrTail


def test_what_has_been_written_is_told_though_the_thread_has_not_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", lambda _: None)
        tail = StderrTail()
    tail.file.write("starting\ncannot read settings.toml\n")
    tail.file.flush()
    assert tail.last_words() == "starting / cannot read settings.toml"
    assert tail.last_words() == "starting / cannot read settings.toml"
    tail.close()


def test_the_pipe_is_read_away_and_ends_with_its_writers() -> None:
    before = set(threading.enumerate())
    tail = StderrTail()
    (reader,) = set(threading.enumerate()) - before
    # More than a pipe holds: a process that nobody reads would stand still.
    tail.file.write("x" * 500_000 + "\nthe end\n")
    tail.close()
    reader.join(timeout=10)
    assert not reader.is_alive()
    assert tail.last_words().endswith("the end")
