"""What a person sees while a file is read through: how far in its bytes, how many records, how many findings."""

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

_LINE_SECONDS = 5.0
_REDRAW_SECONDS = 0.1


class Watcher:
    """Is told how far the reading of a file is, and shows nothing."""

    def begin(self, total: int) -> None:
        """Lines start; `total` is the file's size in bytes."""

    def advance(self, done: int, records: int, findings: int | None = None) -> None:
        """One more line is done, which ends at the byte `done`; without `findings` none are looked for."""

    def say(self, message: str) -> None:
        """Something that a person should know."""

    def end(self) -> None:
        """No more lines come."""


class Bar(Watcher):
    """A bar that is redrawn in place."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[told]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._last = 0.0

    def begin(self, total: int) -> None:
        """Show the bar."""
        self._task = self._progress.add_task("", total=total, told="")
        self._progress.start()

    def advance(self, done: int, records: int, findings: int | None = None) -> None:
        """Move the bar."""
        now = time.monotonic()
        if now - self._last >= _REDRAW_SECONDS:
            self._last = now
            told = f"{records:,} records"
            if findings is not None:
                told += f" [red]{findings:,} findings[/]"
            self._progress.update(self._task, completed=done, told=told)

    def say(self, message: str) -> None:
        """Print above the bar."""
        self._console.print(message, markup=False, highlight=False)

    def end(self) -> None:
        """Remove the bar: the report follows, or another file."""
        self._progress.stop()
        self._progress.remove_task(self._task)


class Lines(Watcher):
    """A line every few seconds, ever more rarely in a long verification."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = self._last = time.monotonic()
        self._total = 0

    def begin(self, total: int) -> None:
        """Note the size and the time."""
        self._total = total
        self._began = self._last = time.monotonic()

    def advance(self, done: int, records: int, findings: int | None = None) -> None:
        """Print a line when it is time."""
        now = time.monotonic()
        if now - self._last < max(_LINE_SECONDS, (now - self._began) / 20):
            return
        self._last = now
        share = 100 * done / self._total if self._total else 100
        rate = records / (now - self._began)
        found = f", {findings:,} findings" if findings is not None else ""
        self.say(f"{share:.0f} %, {records:,} records{found}, {rate:.3g} a second")

    def say(self, message: str) -> None:
        """Print the message."""
        self._console.print(message, markup=False, highlight=False, soft_wrap=True)

    def end(self) -> None:
        """Print nothing: the report follows."""


def watcher_on(console: Console) -> Watcher:
    """Return the watcher that suits the console."""
    return Bar(console) if console.is_terminal and not console.is_dumb_terminal else Lines(console)
