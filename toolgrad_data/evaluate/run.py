"""Plays all trials that are missing, several at once; each is on the disk when it is done, and none is there twice."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.record import RoleUsage
from nodes.policies.base import EndpointLimitError
from nodes.policies.model.conversing import Converser
from nodes.policies.model.settings import AskSettings
from toolgrad_data.errors import CliError, RunFailedError, RunLimitedError
from toolgrad_data.evaluate.items import Item
from toolgrad_data.evaluate.player import EndpointFailedError, play
from toolgrad_data.evaluate.quality import Rater
from toolgrad_data.evaluate.scoring import trial_of
from toolgrad_data.evaluate.store import EvaluationStore
from toolgrad_data.export.seeded import rng_for
from toolgrad_data.files.whole import disk_failure
from toolgrad_data.runs.limits import Budget, ReachedLimit
from toolgrad_data.runs.observer import Observer
from toolgrad_data.tasks.environment import Environment

#: So many trials in a row that the endpoint gave no answer for, and it is taken for gone.
_GONE = 8
#: Times that a trial is begun whose endpoint fails.
_TRIES = 2

Place = tuple[Item, int]


@dataclass
class Outcome:
    """How a command ended: the limit that was reached, what could not be played, what the endpoint did not answer."""

    stopped_by: ReachedLimit | None = None
    interrupted: bool = False
    left_out: dict[str, str] = field(default_factory=dict)
    unanswered: dict[tuple[str, int], str] = field(default_factory=dict)


class _LimitError(Exception):
    """A limit of the evaluation was reached in mid-trial."""


class Evaluation:
    """One command's work on an evaluation."""

    def __init__(
        self,
        store: EvaluationStore,
        environment: Environment,
        asked: AskSettings,
        converser: Converser,
        budget: Budget,
        *,
        seed: int,
        rater: Rater | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._store = store
        self._environment = environment
        self._asked = asked
        self._converser = converser
        self._budget = budget
        self._seed = seed
        self._rater = rater
        self._observer = observer or Observer()
        self._outcome = Outcome()
        self._queue: deque[tuple[Place, int]] = deque()
        self._unanswered_in_row = 0
        for trial in store.trials.values():
            budget.add(trial.usage)

    async def play(self, items: Sequence[Item], trials: int, concurrency: int, stop: asyncio.Event) -> Outcome:
        """Play what is missing of the items' trials.

        `stop` ends it: what is under way is given up, and played anew another time. Raises RunFailedError when the
        endpoint is gone or the disk refuses, RunLimitedError at the endpoint's own limit, PolicySetupError.
        """
        places = [(item, number) for number in range(1, trials + 1) for item in items]
        missing = [(item, number) for item, number in places if (item.id, number) not in self._store.trials]
        self._queue.extend((place, _TRIES) for place in missing)
        self._observer.begin(len(places), *self._counts())
        self._observer.spend(self._budget.spending)
        workers = [asyncio.create_task(self._work()) for _ in range(min(concurrency, len(missing)))]
        watcher = asyncio.create_task(stop.wait())
        try:
            await self._watch(workers, watcher)
        finally:
            for task in (*workers, watcher):
                task.cancel()
            await asyncio.gather(*workers, watcher, return_exceptions=True)
            self._observer.end()
        return self._outcome

    async def _watch(self, workers: list["asyncio.Task[None]"], watcher: "asyncio.Task[bool]") -> None:
        """Wait for the workers, for who stops them, or for the end of the time."""
        pending: set[asyncio.Task[None]] = set(workers)
        while pending:
            left = self._budget.seconds_left()
            done, _ = await asyncio.wait(
                {*pending, watcher},
                timeout=None if left is None else max(left, 0.0),
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in pending & done:
                task.result()  # raises what ended it
            pending -= done
            if watcher in done:
                self._outcome.interrupted = bool(pending)
                return
            if pending and (reached := self._budget.reached()) is not None:
                self._outcome.stopped_by = reached
                return

    async def _work(self) -> None:
        while self._queue and self._outcome.stopped_by is None:
            (item, number), tries = self._queue.popleft()
            if item.id in self._outcome.left_out:
                continue
            try:
                await self._play_one(item, number)
            except _LimitError:
                return
            except EndpointFailedError as error:
                self._note_unanswered((item, number), tries - 1, str(error))
            except EndpointLimitError as error:
                raise RunLimitedError(f"{error}\nTrials that are done are kept.") from None
            except OSError as error:
                raise disk_failure(self._store.folder, error) from error

    async def _play_one(self, item: Item, number: int) -> None:
        seed = trial_seed(self._seed, item.id, number)
        began = time.monotonic()
        try:
            episode = self._environment.open(item.task)
        except CliError as error:
            self._outcome.left_out[item.id] = str(error)
            return
        async with episode:
            played = await play(episode, self._converser, seed, spend=self._spend, may_go_on=self._may_go_on)
        quality = None
        if self._rater is not None and item.keyed is not None and played.error is None:
            quality, spent = await self._rater.rate(item.task, played.trace, seed, spend=self._spend)
            played.usage.add(spent)
        self._unanswered_in_row = 0
        seconds = time.monotonic() - began
        try:
            trial = await trial_of(
                item, number, played, self._environment, self._asked, seed=seed, seconds=seconds, quality=quality
            )
        except CliError as error:
            self._outcome.left_out[item.id] = str(error)
            return
        self._store.commit(trial)
        self._observer.advance(*self._counts())

    def _note_unanswered(self, place: Place, tries: int, why: str) -> None:
        item, number = place
        self._unanswered_in_row += 1
        if self._unanswered_in_row >= _GONE:
            raise RunFailedError(
                f"{why}\n{self._unanswered_in_row} trials in a row had no answer. Trials that are done are kept: the "
                "same command goes on when the endpoint answers again."
            )
        if tries:
            self._queue.append((place, tries))
        else:
            self._outcome.unanswered[item.id, number] = why

    async def _may_go_on(self) -> None:
        reached = self._budget.reached()
        if reached is not None:
            self._outcome.stopped_by = reached
            raise _LimitError

    def _spend(self, usage: RoleUsage) -> None:
        self._budget.add(usage)
        self._observer.spend(self._budget.spending)

    def _counts(self) -> tuple[int, int]:
        passed = sum(trial.passed for trial in self._store.trials.values())
        return passed, len(self._store.trials) - passed


def trial_seed(seed: int, task: str, trial: int) -> int:
    """Return the seed that a trial sends: the same evaluation, task and number give the same."""
    return rng_for(seed, "trial", task, trial).getrandbits(31)
