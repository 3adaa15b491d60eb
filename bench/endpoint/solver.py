"""A model that solves tasks by native tool calls as often as it is told to, for `toolgrad evaluate`.

It reads the run's records on its own side and knows a task by the person's words alone, as they come over the wire. A
trial that it solves makes the record's calls, those that need nothing first, and says the record's responses. One that
it does not solve answers at once, leaves the last calls out, or gives other values, and says nothing of what it found.
Whether it solves one is drawn by the request's seed and the first words, so that all requests of a trial agree. As a
judge of answers (`toolgrad evaluate --judge`) it gives 5 to the records' own words and 2 to others.
"""

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.endpoint.chat import Answered, ChatRequest
from bench.endpoint.judge import strayed, waves_of
from graph.record import Record, Step, Turn
from prompts import load
from toolgrad_data.runs.reading import find_run, read_records

Json = dict[str, Any]
Manner = Literal["solves", "idle", "short", "strays"]

_RESPONSE = "<tool_response>"


@dataclass(frozen=True)
class Solver:
    """Solves the records' tasks at a rate from 0 to 1; `turns` has each record's by its queries so far."""

    turns: dict[tuple[str, ...], Turn]
    rate: float = 1.0
    seed: int = 0

    @classmethod
    def of_run(cls, run: Path, rate: float = 1.0, seed: int = 0) -> "Solver":
        """Return the solver of a run's accepted records. Raises UsageError without such a run."""
        return cls.of_records(list(read_records(find_run(run))), rate, seed)

    @classmethod
    def of_records(cls, records: list[Record], rate: float = 1.0, seed: int = 0) -> "Solver":
        """Return the solver of these records."""
        turns: dict[tuple[str, ...], Turn] = {}
        for record in records:
            said: tuple[str, ...] = ()
            for turn in record.turns:
                said = (*said, _plain(turn.query))
                turns[said] = turn
        return cls(turns, rate, seed)

    def solves(self, seed: int | None, query: str) -> bool:
        """Say whether it solves the trial of that seed of the task that begins with the query."""
        return self._draw(seed, (_plain(query),))[1]

    def _draw(self, seed: Any, first: tuple[str, ...]) -> tuple[random.Random, bool]:
        rng = random.Random(f"{self.seed}|{seed}|{first}")
        return rng, rng.random() < self.rate

    def answer(self, request: ChatRequest) -> Answered:
        """Return the next message of the assistant."""
        if str(request.messages[0].get("content") or "").startswith(load("quality").system):
            return self._rated(request)
        said, made = _heard(request.messages)
        native = bool(request.body.get("tools"))
        rng, solves = self._draw(request.body.get("seed"), said[:1])
        turn = self.turns.get(said)
        if turn is None:
            words = "I cannot tell from that. Which one do you mean?" if solves else "It is done."
            return _says(words)
        offered = [tool["function"]["name"] for tool in request.body.get("tools") or ()]
        if native and any(step.tool not in offered for step in turn.steps):
            if solves:
                return _says("I am sorry, none of my tools can do that.")
            return _calls([(offered[0], {})], native, rng) if not made else _says("It is done.")
        waves = waves_of(turn.steps)
        manner: Manner = "solves" if solves else rng.choice(("idle", "short", "strays"))
        if manner == "short":
            waves = waves[:-1]
        if manner != "idle":
            for wave in waves:
                if made <= 0:
                    return _calls([_call(step, manner, rng) for step in wave], native, rng)
                made -= len(wave)
        return _says(turn.response if solves else "That is all I can say.")

    def _rated(self, request: ChatRequest) -> Answered:
        """Return a judge's score of answers that were played: 5 where they are the records' own words, else 2."""
        shown = _plain(str(request.messages[1].get("content") or ""))
        own = [_plain(turn.response) for said, turn in self.turns.items() if all(words in shown for words in said)]
        is_told = bool(own) and all(words in shown for words in own)
        return Answered(
            {"reason": "As the tools have it." if is_told else "Not told.", "score": 5 if is_told else 2}, "judge"
        )


def _call(step: Step, manner: Manner, rng: random.Random) -> tuple[str, Json]:
    return step.tool, strayed(step.arguments, rng) if manner == "strays" else step.arguments


def _calls(calls: list[tuple[str, Json]], native: bool, rng: random.Random) -> Answered:
    if not native:
        tags = [f"<tool_call>{json.dumps({'name': name, 'arguments': given})}</tool_call>" for name, given in calls]
        return _says("\n".join(tags))
    made = [
        {
            "id": f"call_{rng.getrandbits(48):012x}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for name, arguments in calls
    ]
    return Answered(None, "solve", message={"content": None, "tool_calls": made})


def _says(words: str) -> Answered:
    return Answered(None, "solve", message={"content": words})


def _heard(messages: list[Json]) -> tuple[tuple[str, ...], int]:
    """Return what the person has said so far, and how many results have come since."""
    said: list[str] = []
    results = 0
    for message in messages:
        content = str(message.get("content") or "")
        if message.get("role") == "tool":
            results += 1
        elif message.get("role") == "user" and content.startswith(_RESPONSE):
            results += content.count(_RESPONSE)
        elif message.get("role") == "user":
            said.append(_plain(content))
            results = 0
    return tuple(said), results


def _plain(words: str) -> str:
    return " ".join(words.split())
