"""What the process has learned of each endpoint: its pace, its health, and how its models are best asked."""

import time
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

from nodes.policies.model.limits import Pace

#: So many answers in a row that ignore a rung's format, and the rung is left for good.
_STRIKES = 2
#: Requests given up in a row, and seconds without an answer, after which an endpoint counts as gone.
_GIVEN_UP = 5
SILENCE_S = 60.0


class Rung(IntEnum):
    """The ways to ask for JSON, the best first; the last is a user's message and nothing else."""

    JSON_SCHEMA = 0
    TOOL_CALL = 1
    JSON_MODE = 2
    TEXT = 3
    BARE = 4


@dataclass
class ModelMemory:
    """How one model of one endpoint is asked: the rung that works, and what of a request it refuses.

    `refused` names members of the request, and SYSTEM and STREAM; `proven` are the rungs that have been answered.
    """

    rung: Rung = Rung.JSON_SCHEMA
    refused: set[str] = field(default_factory=set)
    proven: set[Rung] = field(default_factory=set)
    _ignored: int = 0

    def lower_to(self, rung: Rung) -> None:
        """Begin at this rung from now on; never goes up again."""
        if rung > self.rung:
            self.rung, self._ignored = rung, 0

    def followed(self, rung: Rung) -> None:
        """Note an answer in the rung's format."""
        if rung == self.rung:
            self._ignored = 0

    def ignored(self, rung: Rung) -> None:
        """Note an answer that was not in the rung's format, although the model did answer on a lower one."""
        if rung == self.rung and rung < Rung.TEXT:
            self._ignored += 1
            if self._ignored >= _STRIKES:
                self.lower_to(Rung(rung + 1))


@dataclass
class Endpoint:
    """One base URL. `answered` is set by its first proper answer: after it, a failure may pass by itself.

    `reached` is set when it took a connection, be it one that broke: after it, being refused may pass by itself.
    """

    url: str
    pace: Pace = field(default_factory=Pace)
    answered: bool = False
    reached: bool = False
    models: dict[str, ModelMemory] = field(default_factory=dict)
    _given_up: int = 0
    _silent_since: float | None = None
    _told_until: float = 0.0

    def succeeded(self) -> None:
        """Note a proper answer."""
        self.answered = True
        self._given_up, self._silent_since = 0, None
        self.pace.succeeded()

    def failed(self) -> None:
        """Note a request that failed for a reason that may pass."""
        if self._silent_since is None:
            self._silent_since = time.monotonic()

    def gave_up(self) -> bool:
        """Note a request that was given up after all its trials; say whether the endpoint is gone.

        It is when several were given up, over a minute or more, and none was answered meanwhile: to go on would
        only spoil the samples that are left.
        """
        self._given_up += 1
        silent = time.monotonic() - self._silent_since if self._silent_since is not None else 0.0
        return self._given_up >= _GIVEN_UP and silent >= SILENCE_S

    def tells_wait(self, seconds: float) -> bool:
        """Say whether a wait of so many seconds is news: many requests under way meet the same limit."""
        until = time.monotonic() + seconds
        news = until > self._told_until + seconds / 2
        if news:
            self._told_until = until
        return news

    def memory(self, model: str) -> ModelMemory:
        """Return what is known of the model."""
        return self.models.setdefault(model, ModelMemory())


@cache
def endpoint(url: str) -> Endpoint:
    """Return the process-wide endpoint of the base URL."""
    return Endpoint(url)
