"""What a person sees while a run is under way: a live bar on a terminal, a line now and then elsewhere."""

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from toolgrad_data.runs.observer import Observer
from toolgrad_data.runs.spending import Spending, spending_line

_LINE_SECONDS = 5.0


class ProgressWords(NamedTuple):
    """What is counted, and how the two outcomes are called; `priced` says that the cost of a good one is shown."""

    counted: str = "samples"
    good: str = "accepted"
    bad: str = "rejected"
    priced: bool = True


_SAMPLES = ProgressWords()


class SampleRate:
    """Rate and time left of this command's samples."""

    def __init__(self, total: int, done: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._before = done
        self._total = total

    def elapsed(self) -> float:
        """Return the seconds since the samples began."""
        return self._clock() - self._began

    def per_minute(self, done: int) -> float:
        """Return samples a minute so far, 0 before the first."""
        elapsed = self.elapsed()
        return 60 * (done - self._before) / elapsed if elapsed > 0 else 0.0

    def left(self, done: int) -> str:
        """Return the time left at the rate so far, such as `1:05`, or `?` before there is a rate."""
        rate = self.per_minute(done)
        if rate <= 0:
            return "?"
        seconds = round(60 * (self._total - done) / rate)
        hours, minutes = divmod(seconds // 60, 60)
        return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


class _Bar(Progress):
    """The bar, and below it what model calls have taken, if there are any."""

    spent = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        """Yield what is drawn."""
        yield from super().get_renderables()
        if self.spent:
            yield Text(f"  {self.spent}", style="dim")


class LiveProgress(Observer):
    """A bar that is redrawn in place."""

    def __init__(self, console: Console, words: ProgressWords = _SAMPLES) -> None:
        self._console = console
        self._words = words
        self._accepted = 0
        self._spending = Spending()
        self._progress = _Bar(
            SpinnerColumn(),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(f"[green]{{task.fields[accepted]}} {words.good}[/]"),
            TextColumn(f"[red]{{task.fields[rejected]}} {words.bad}[/]"),
            TextColumn("{task.fields[waiting]}{task.fields[rate]}/min"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]} left"),
            console=console,
        )
        self._pace = SampleRate(0, 0)

    def begin(self, total: int, accepted: int, rejected: int) -> None:
        """Show the bar."""
        done = accepted + rejected
        self._accepted = accepted
        self._pace = SampleRate(total, done)
        self._task = self._progress.add_task(
            "", total=total, completed=done, accepted=accepted, rejected=rejected, waiting="", rate="–", left="?"
        )
        self._progress.start()

    def advance(self, accepted: int, rejected: int, waiting: int = 0) -> None:
        """Move the bar."""
        done = accepted + rejected + waiting
        self._progress.update(
            self._task,
            completed=done,
            accepted=accepted,
            rejected=rejected,
            waiting=f"{waiting} wait for review " if waiting else "",
            rate=f"{self._pace.per_minute(done):.0f}",
            left=self._pace.left(done),
        )
        self._accepted = accepted
        self.spend(self._spending)

    def spend(self, spending: Spending) -> None:
        """Show the total below the bar."""
        self._spending = spending
        self._progress.spent = spending_line(spending, self._accepted if self._words.priced else 0)

    def say(self, message: str) -> None:
        """Print above the bar."""
        self._console.print(message, markup=False, highlight=False)

    def end(self) -> None:
        """Leave the bar as it is."""
        self._progress.stop()


class PlainProgress(Observer):
    """A line at each tenth of the run and every few seconds, ever more rarely in a long one."""

    def __init__(
        self,
        write: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
        words: ProgressWords = _SAMPLES,
    ) -> None:
        self._write = write
        self._words = words
        self._clock = clock
        self._pace = SampleRate(0, 0, clock)
        self._total = 0
        self._tenth = 0
        self._last = 0.0
        self._spending = Spending()

    def begin(self, total: int, accepted: int, rejected: int) -> None:
        """Note the start."""
        done = accepted + rejected
        self._pace = SampleRate(total, done, self._clock)
        self._total = total
        self._tenth = 10 * done // total if total else 10
        self._last = 0.0

    def advance(self, accepted: int, rejected: int, waiting: int = 0) -> None:
        """Print a line when it is time."""
        done = accepted + rejected + waiting
        tenth, elapsed = 10 * done // self._total, self._pace.elapsed()
        if tenth == self._tenth and elapsed - self._last < max(_LINE_SECONDS, elapsed / 20):
            return
        self._tenth, self._last = tenth, elapsed
        words = self._words
        spent = spending_line(self._spending, accepted if words.priced else 0)
        self._write(
            f"{done}/{self._total} {words.counted}, {accepted} {words.good}, {rejected} {words.bad}, "
            f"{f'{waiting} wait for review, ' if waiting else ''}"
            f"{self._pace.per_minute(done):.0f}/min, {self._pace.left(done)} left{spent and '; '}{spent}"
        )

    def spend(self, spending: Spending) -> None:
        """Note the total for the next line."""
        self._spending = spending

    def say(self, message: str) -> None:
        """Print the message."""
        self._write(message)

    def end(self) -> None:
        """Print nothing: the summary follows."""


def progress_on(console: Console, words: ProgressWords = _SAMPLES) -> Observer:
    """Return the observer that suits the console."""
    if console.is_terminal and not console.is_dumb_terminal:
        return LiveProgress(console, words)
    return PlainProgress(lambda line: console.print(line, markup=False, highlight=False, soft_wrap=True), words=words)
