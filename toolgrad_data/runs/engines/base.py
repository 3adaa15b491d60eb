"""What a run asks of an engine, and what an engine tells a run."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from langgraph.checkpoint.base import BaseCheckpointSaver

from graph.record import Record, RoleUsage
from toolgrad_data.runs.crash import Crash
from toolgrad_data.runs.engines.messages import Message
from toolgrad_data.runs.finished import FinishedSamples
from toolgrad_data.runs.sample import Answer, Graph, Watch
from toolgrad_data.runs.traces import Trace
from toolgrad_data.runs.waiting import WaitingSample

GraphFactory = Callable[[BaseCheckpointSaver[Any]], Graph]


@dataclass
class RunState:
    """What an open run tells its engine, beside the settings.

    `earlier` is how often samples, by index, were rejected before they are made anew. What is in `left_out`, which may
    grow, samples do without that begin after. `answers` are what people decided about samples, by index, that wait.
    """

    fingerprint: str
    done: FinishedSamples
    earlier: Mapping[int, int] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    answers: Mapping[int, Answer] = field(default_factory=dict)


class Engine(Protocol):
    """Makes samples, and keeps what they have paid for until their lines are on the disk."""

    async def make(self, index: int) -> Record | WaitingSample | None:
        """Return the sample's record, or what a person is asked about it, or None when it is left for another time.

        Raises what ends the run.
        """

    async def on_commit(self, record: Record) -> None:
        """The record is on the disk: its checkpoints may go."""

    def leave_out(self, tool: str) -> None:
        """Samples that begin from now on do without the tool, which is among `RunState.left_out`."""


class RunWatch(Watch):
    """What a run is told by its engine. `over` is set when no further decision is to begin."""

    def __init__(self) -> None:
        self.over = asyncio.Event()

    def ending(self) -> bool:
        """Say whether no further decision is to be begun."""
        return self.over.is_set()

    def forget(self, index: int) -> None:
        """Take back what the sample spent: it goes on elsewhere, and tells it again from its checkpoint."""

    def say(self, message: str) -> None:
        """Something that a person should know."""

    def take(self, message: Message) -> bool:
        """Take in what a `RemoteWatch` has sent, or what a person should know; say whether it was any of these."""
        match message:
            case {"spend": int(index), "usage": usage}:
                self.spend(index, RoleUsage.model_validate(usage))
            case {"fail": str(role), "words": words}:
                self.fail(role, words)
            case {"crash": int(index), "of": crash}:
                self.crash(index, Crash.model_validate(crash))
            case {"trace": trace}:
                self.trace(Trace.model_validate(trace))
            case {"say": words}:
                self.say(words)
            case _:
                return False
        return True
