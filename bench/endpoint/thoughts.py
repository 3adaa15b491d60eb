"""Thoughts before calls, where a prompt of the writer asks for them; a bad one says a figure that nobody knows yet."""

import random
import re
from collections.abc import Mapping
from typing import Any

from tool_registry.drawing.value_words import first_sentence
from tool_registry.spec import ToolSpec

_ASKED = re.compile(r"Calls that want a thought: ([^.]*)\.")
_CALL = re.compile(r"(s\d+) \(([^)]+)\)")


def asked_thoughts(form: str, specs: Mapping[str, ToolSpec]) -> list[dict[str, str]]:
    """Return a thought for each call that the words about the answer's `form` name."""
    found = _ASKED.search(form)
    return [
        {"step": step, "thought": f"What this needs next: {first_sentence(specs[tool].description).rstrip('.')}."}
        for step, tool in (_CALL.findall(found[1]) if found else [])
        if tool in specs
    ]


def spoil_thoughts(thoughts: list[dict[str, str]], rng: random.Random) -> tuple[str, list[dict[str, Any]]]:
    """Return thoughts of which one tells ahead, or is missing, and the kind."""
    kind = rng.choice(["thinks_ahead", "thinks_nothing"])
    place = rng.randrange(len(thoughts))
    if kind == "thinks_nothing":
        return kind, [each for number, each in enumerate(thoughts) if number != place]
    ahead = {**thoughts[place], "thought": f"{thoughts[place]['thought']} I expect {rng.randint(10_000, 99_999)}."}
    return kind, [*thoughts[:place], ahead, *thoughts[place + 1 :]]
