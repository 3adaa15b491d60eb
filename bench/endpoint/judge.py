"""A judge who knows what the endpoint wrote: it solves the queries of its own drafts, and rates any.

A real solver understands the query. This one looks it up among the queries that were written here and makes the
chain's calls, those that need nothing first, as the prompt of the draft showed them. Of other queries it says that
it cannot tell.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.endpoint.dialogues import Block
from graph.record import Step
from nodes.marks.parse import parse
from nodes.policies.base import SynthesizeRequest
from nodes.proofs.executed import steps_needed

Json = dict[str, Any]

_MESSAGE = re.compile(r"MESSAGE\n(.*)\nAnswers left: \d+\.", re.DOTALL)
_MADE = re.compile(r"^c\d+ [\w-]+ = ", re.MULTILINE)


@dataclass
class JudgeManner:
    """How the endpoint judges: the share of trials that err, how, and its scores (naturalness, would ask).

    `idle` answers at once, `short` leaves out the chain's last calls, `strays` gives calls other values.
    """

    errors: float = 0.0
    error: Literal["idle", "short", "strays"] = "idle"
    scores: tuple[int, int] = (4, 4)
    written: dict[str, list[Step]] = field(default_factory=dict)

    def remember(self, request: SynthesizeRequest, query: str) -> None:
        """Note which chain a query was written for."""
        self.written[_plain(query)] = request.steps

    def remember_dialogue(self, blocks: Sequence[Block], turns: Sequence[Json]) -> None:
        """Note which calls each message of a dialogue was written for; on a rewrite turns have their numbers."""
        by_number = {block.number: block for block in blocks}
        first = parse(turns[0]["query"] or "").text if turns and blocks[0].number == 0 else ""
        for turn, block in zip(turns, blocks, strict=False):
            written = by_number.get(turn.get("turn", block.number), block)
            if turn["query"]:
                made = [] if written.asks_back or written.kind == "refusal" else written.steps
                message = _plain(parse(turn["query"]).text)
                self.written[message] = self.written[f"{_plain(first)}|{message}"] = made


def rating(manner: JudgeManner) -> Json:
    """Return the answer to a judge prompt."""
    natural, wanted = manner.scores
    return {
        "naturalness_reason": "It reads like a message.",
        "naturalness": natural,
        "would_ask_reason": "One can think of somebody.",
        "would_ask": wanted,
    }


def move(told: Mapping[str, str], since: list[Json], manner: JudgeManner, seed: int) -> Json:
    """Return the answer to a solve prompt: the next calls, or that there is nothing more to call.

    `since` are the messages after the prompt: own answers, and what came of their calls.
    """
    messages = [_MESSAGE.match(str(each.get("content") or "")) for each in since if each.get("role") == "user"]
    last = next((found for found in reversed(messages) if found), None)
    message = _plain(last[1] if last else told["query"])
    # Messages of different dialogues may be alike.
    steps = manner.written.get(f"{_plain(told['query'])}|{message}", manner.written.get(message))
    if steps is None:
        return {"reasoning": "I do not know.", "calls": [], "answer": "I cannot tell."}
    rng = random.Random(f"solve|{seed}")
    errs = rng.random() < manner.errors
    if errs and manner.error == "idle":
        return {"reasoning": "Nothing needs to be called.", "calls": [], "answer": "It is fine."}
    waves = waves_of(steps)
    if errs and manner.error == "short":
        waves = waves[:-1]
    begun = max((at for at, each in enumerate(since) if _MESSAGE.match(str(each.get("content") or ""))), default=-1)
    made = sum(_made(message) for message in since[begun + 1 :])
    for wave in waves:
        if made <= 0:
            calls: list[Json] = [{"tool": step.tool, "arguments": step.arguments} for step in wave]
            if errs and manner.error == "strays":
                calls = [{**call, "arguments": strayed(call["arguments"], rng)} for call in calls]
            return {"reasoning": f"{len(wave)} calls need nothing more.", "calls": calls, "answer": None}
        made -= len(wave)
    return {"reasoning": "All is found.", "calls": [], "answer": "Here is what I found."}


def waves_of(steps: list[Step]) -> list[list[Step]]:
    """Return the steps in groups that need only what is in earlier groups."""
    level: dict[str, int] = {}
    waves: list[list[Step]] = []
    for step in steps:
        level[step.id] = 1 + max((level.get(target, -1) for target in steps_needed(step)), default=-1)
        while len(waves) <= level[step.id]:
            waves.append([])
        waves[level[step.id]].append(step)
    return waves


def _made(message: Json) -> int:
    """Return how many calls a message tells the results of."""
    text = str(message.get("content") or "")
    return len(_MADE.findall(text)) if message.get("role") == "user" and text.startswith("RESULTS\n") else 0


def strayed(arguments: Json, rng: random.Random) -> Json:
    """Return the arguments with each number and text another one of its kind."""
    changed: Json = {}
    for name, value in arguments.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            changed[name] = value + rng.randint(1, 9)
        else:
            changed[name] = f"{value} {rng.randint(10, 99)}" if isinstance(value, str) else value
    return changed


def _plain(query: str) -> str:
    return " ".join(query.split())
