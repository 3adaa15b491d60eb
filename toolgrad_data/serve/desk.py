"""Episodes that are played at the same time: opened, bounded, isolated, evicted when idle; ended ones are rewarded.

Knows no protocol. An episode is called by its id, which its client chooses, or which cannot be guessed.
"""

import asyncio
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from toolgrad_data.serve.errors import BusyError, FullError, ServeError, UnknownEpisodeError, WrongRequestError
from toolgrad_data.serve.limits import ServeLimits
from toolgrad_data.serve.rewards import Finished, RewardLog
from toolgrad_data.serve.scoring import Scorer
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.episode import CallAnswer, Episode, EpisodeError, Observation
from toolgrad_data.tasks.task import KeyedTask

_ID = re.compile(r"[A-Za-z0-9._:-]{1,255}")


@dataclass(eq=False)
class Playing:
    """An episode that is played."""

    id: str
    keyed: KeyedTask
    episode: Episode
    seen: float = field(default_factory=time.monotonic)
    waiting: int = 0
    calls: int = 0
    ending: "asyncio.Task[Finished] | None" = None


@dataclass
class Counts:
    """What has happened since the start. `left` were given up by their clients."""

    begun: int = 0
    finished: int = 0
    evicted: int = 0
    left: int = 0
    turned_away: int = 0


class EpisodeDesk:
    """Plays many episodes of many tasks. An asynchronous context manager: leaving it keeps each reward that was due."""

    def __init__(
        self,
        environment: Environment,
        log: RewardLog,
        limits: ServeLimits | None = None,
        scorer: Scorer | None = None,
    ) -> None:
        self.limits = limits or ServeLimits()
        self._scorer = scorer or Scorer(environment, apart=False)
        self.counts = Counts()
        self._environment = environment
        self._log = log
        self._playing: dict[str, Playing] = {}
        self._goldens: OrderedDict[str, KeyedTask] = OrderedDict()
        self._endings: set[asyncio.Task[Finished]] = set()
        self._sweeping: asyncio.Task[None] | None = None

    @property
    def playing(self) -> int:
        """How many episodes are played now."""
        return len(self._playing)

    def is_playing(self, id_: str) -> bool:
        """Say whether the episode goes on."""
        return id_ in self._playing

    async def __aenter__(self) -> Self:
        self._sweeping = asyncio.create_task(self._sweep())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._sweeping is not None  # noqa: S101 - for the type: it is entered
        self._sweeping.cancel()
        await asyncio.gather(*self._endings, return_exceptions=True)
        await asyncio.gather(*(self.leave(id_) for id_ in list(self._playing)), return_exceptions=True)

    async def begin(self, keyed: KeyedTask, id_: str | None = None) -> tuple[str, Observation]:
        """Begin an episode of the task, and return its id and the first message.

        Raises FullError, WrongRequestError for an id that is none, ServeError for one that is taken, and TaskError
        when the task's tools do not give any more what its record has.
        """
        id_ = secrets.token_urlsafe(18) if id_ is None else id_
        if not _ID.fullmatch(id_):
            raise WrongRequestError("an episode's id has 1 to 255 letters, digits and . _ : - (or is left out)")
        if id_ in self._playing or id_ in self._log:
            state = "is being played" if id_ in self._playing else "is finished"
            raise ServeError(f"the episode {id_} {state}: give another id, or none")
        if len(self._playing) >= self.limits.episodes:
            self.counts.turned_away += 1
            raise FullError(f"{self.limits.episodes} episodes are played, which is the limit: try again later")
        playing = Playing(id_, keyed, self._environment.open(keyed.task))
        self._playing[id_] = playing
        try:
            async with self._use(id_):
                await self._keep_golden(keyed)
                seen = await playing.episode.reset()
        except BaseException:
            self._playing.pop(id_, None)
            await playing.episode.aclose()
            raise
        self.counts.begun += 1
        return id_, seen

    async def call(self, id_: str, tool: str, arguments: Any) -> tuple[CallAnswer, Finished | None]:
        """Call a tool; a call beyond the task's limits ends the episode, which is then the second."""
        async with self._use(id_) as playing:
            answer = await playing.episode.call(tool, arguments)
            playing.calls += 1
            return answer, await self._finish(playing) if playing.episode.done else None

    async def message(self, id_: str, text: str | None) -> tuple[Observation, Finished | None]:
        """Take the assistant's final message of a turn; after the last one the episode is finished."""
        async with self._use(id_) as playing:
            seen = await playing.episode.message(text)
            return seen, await self._finish(playing) if playing.episode.done else None

    async def submit(self, id_: str) -> Finished:
        """End the episode where it is not ended; the same again when asked again."""
        if (finished := self._log.find(id_)) is not None:
            return finished
        async with self._use(id_) as playing:
            return await self._finish(playing)

    def find(self, id_: str) -> Finished | None:
        """Return what came of the episode; None where it is not finished."""
        return self._log.find(id_)

    def finished(self, id_: str) -> Finished:
        """Return what came of the episode. Raises ServeError before its end, UnknownEpisodeError."""
        if (finished := self._log.find(id_)) is not None:
            return finished
        if id_ in self._playing:
            raise ServeError("the episode goes on: its reward is told at its end; submit ends it")
        raise _unknown(id_)

    async def leave(self, id_: str) -> None:
        """Give the episode up, whose client has gone. One that has ended is rewarded all the same."""
        if await self._drop(id_):
            self.counts.left += 1

    async def _drop(self, id_: str) -> bool:
        playing = self._playing.get(id_)
        if playing is None or playing.ending is not None:
            return False
        self._playing.pop(id_)
        await playing.episode.aclose()
        return True

    @asynccontextmanager
    async def _use(self, id_: str) -> AsyncIterator[Playing]:
        """Give the episode for one request. Raises BusyError, UnknownEpisodeError; ServeError for a finished one."""
        playing = self._playing.get(id_)
        if playing is None:
            if id_ in self._log:
                raise ServeError("the episode is over: ask for its reward, or reset to play another one")
            raise _unknown(id_)
        if playing.waiting >= self.limits.waiting:
            self.counts.turned_away += 1
            raise BusyError(f"{self.limits.waiting} requests of this episode wait, which is the limit: one at a time")
        playing.waiting += 1
        playing.seen = time.monotonic()
        try:
            yield playing
        except EpisodeError as error:
            raise ServeError(str(error)) from error
        finally:
            playing.waiting -= 1
            playing.seen = time.monotonic()

    async def _finish(self, playing: Playing) -> Finished:
        """Score it once, whoever asks and however often; it goes on where who asked has gone."""
        if playing.ending is None:
            playing.ending = asyncio.create_task(self._end(playing))
            self._endings.add(playing.ending)
            playing.ending.add_done_callback(self._endings.discard)
        return await asyncio.shield(playing.ending)

    async def _end(self, playing: Playing) -> Finished:
        """Score it and put it on the disk. Where that fails it stays, so that it can be submitted again, or evicted."""
        is_kept = False
        try:
            trace = await playing.episode.submit()
            assert trace.ending is not None  # noqa: S101 - for the type: it was submitted
            await self._keep_golden(playing.keyed)
            reward = await self._scorer.score(playing.keyed, trace)
            finished = Finished(episode=playing.id, ending=trace.ending, calls=len(trace.calls()), reward=reward)
            await self._log.append(finished)
            is_kept = True
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise ServeError(f"the reward could not be written ({why}); nothing is lost: submit again") from error
        finally:
            if not is_kept:
                playing.ending = None
        self.counts.finished += 1
        self._playing.pop(playing.id, None)
        await playing.episode.aclose()
        return finished

    async def _keep_golden(self, keyed: KeyedTask) -> None:
        """Have the record's own replay ready, so that it is known whether the task can be played."""
        self._goldens[keyed.task.id] = keyed
        self._goldens.move_to_end(keyed.task.id)
        while len(self._goldens) > self.limits.goldens:
            _, oldest = self._goldens.popitem(last=False)
            self._environment.forget(oldest.task)
        await self._environment.golden(keyed)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(5.0, self.limits.idle_seconds / 4))
            late = time.monotonic() - self.limits.idle_seconds
            for playing in [one for one in self._playing.values() if not one.waiting and one.seen < late]:
                self.counts.evicted += await self._drop(playing.id)


def _unknown(id_: str) -> UnknownEpisodeError:
    return UnknownEpisodeError(
        f"no episode {id_[:80]!r} is played here: it was never begun, or was given up or evicted. Begin one: reset"
    )
