"""The rewards of finished episodes: appended and synced before anybody is told, and found again by episode id.

Many episodes end at once, and a disk syncs a few hundred times a second: lines that wait are synced together.
"""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError

from graph.strict_model import StrictModel
from toolgrad_data.files.jsonl import DurableWriter, corrupt, encode_line, repair_tail
from toolgrad_data.files.lines import read_lines
from toolgrad_data.files.whole import disk_failure
from toolgrad_data.runs.lock import RunLock
from toolgrad_data.tasks.reward import PartName, Reward
from toolgrad_data.tasks.trace import Ending

REWARDS = "rewards.jsonl"


class Finished(StrictModel):
    """A line: an episode that has ended, with all of its reward. Of this, a client is told `told` alone."""

    episode: str
    ending: Ending
    calls: int = Field(ge=0)
    reward: Reward

    def told(self) -> dict[str, Any]:
        """Return what crosses the wire. The reasons stay here: they may speak of the record."""
        parts: Mapping[PartName, float | None] = {
            "evidence": self.reward.evidence.score,
            "effects": self.reward.effects.score,
            "answer": self.reward.answer.score,
            "refused": self.reward.refused.score,
            "economy": self.reward.economy.score,
        }
        return {
            "episode_id": self.episode,
            "task": self.reward.task,
            "ending": self.ending,
            "reward": self.reward.total,
            "solved": self.reward.solved,
            "parts": parts,
        }


class RewardLog:
    """`rewards.jsonl` of a folder, locked while open. A context manager.

    Entering raises RunFailedError when another process writes it, CorruptFileError, and CliError when the disk refuses.
    In memory is only where each episode's line begins.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / REWARDS
        self.notes: list[str] = []
        self.total = 0.0
        self._begins: dict[str, int] = {}
        self._open = ExitStack()
        self._waiting: list[tuple[Finished, bytes, asyncio.Future[None]]] = []
        self._syncing: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        with self._open as opening:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                opening.enter_context(RunLock(self.path.parent))
                if note := repair_tail(self.path):
                    self.notes.append(note)
                self._end = self._read()
                self._writer = DurableWriter(self.path)
                opening.callback(self._writer.close)
            except OSError as error:
                raise disk_failure(self.path.parent, error) from error
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def __len__(self) -> int:
        return len(self._begins)

    def __contains__(self, episode: object) -> bool:
        return episode in self._begins

    def find(self, episode: str) -> Finished | None:
        """Return the finished episode of that id, or None."""
        begin = self._begins.get(episode)
        if begin is None:
            return None
        with open(self.path, "rb") as file:
            file.seek(begin)
            return Finished.model_validate_json(file.readline())

    async def append(self, finished: Finished) -> None:
        """Put it on the disk. Raises ValueError for an id that is there, and OSError when the disk refuses."""
        if finished.episode in self._begins:
            raise ValueError(f"episode {finished.episode} is there")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((finished, encode_line(finished.model_dump(mode="json")), done))
        if self._syncing is None or self._syncing.done():
            self._syncing = asyncio.create_task(self._sync())
        await done

    async def _sync(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self._writer.append, *(line for _, line, _ in batch))
            except OSError as error:
                for _, _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                continue
            for finished, line, done in batch:
                self._note(finished.episode, finished.reward.total, self._end)
                self._end += len(line)
                if not done.done():
                    done.set_result(None)

    def _read(self) -> int:
        """Find where each line begins, and return where the file ends."""
        end = 0
        if not self.path.exists():
            return end
        for line in read_lines(self.path):
            try:
                finished = Finished.model_validate_json(line.data or b"")
            except ValidationError as error:
                raise corrupt(self.path, line.number, "no finished episode") from error
            self._note(finished.episode, finished.reward.total, line.end - line.size)
            end = line.end
        return end

    def _note(self, episode: str, total: float, begin: int) -> None:
        self._begins[episode] = begin
        self.total += total
