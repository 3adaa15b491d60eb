"""What a simulated endpoint has counted: calls, tokens by role, concurrency, failures, planted bad decisions."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.endpoint.tokens import counter


@dataclass
class RoleStats:
    """The answered calls of one role. The prompts are kept as (iteration, tokens) for their growth."""

    calls: int = 0
    prompt_characters: int = 0
    prompt_tokens: int = 0
    completion_characters: int = 0
    completion_tokens: int = 0
    largest_prompt: int = 0


@dataclass
class Stats:
    """Counts since the last reset. `requests` are all that came in, `calls` those that were answered,
    `repeated` those answered from memory."""

    requests: int = 0
    repeated: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    planted: Counter[str] = field(default_factory=Counter)
    planted_calls: list[dict[str, Any]] = field(default_factory=list)
    by_role: dict[str, RoleStats] = field(default_factory=dict)
    prompts: list[tuple[str, int, int]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def answered(self, role: str, form: str, length: int, prompt: str, completion: str) -> tuple[int, int]:
        """Count one answer; return the tokens of prompt and completion. `length` is that of the chain so far."""
        _, tokens = counter()
        given, made = tokens(prompt), tokens(completion)
        stats = self.by_role.setdefault(role, RoleStats())
        stats.calls += 1
        stats.prompt_characters += len(prompt)
        stats.prompt_tokens += given
        stats.completion_characters += len(completion)
        stats.completion_tokens += made
        stats.largest_prompt = max(stats.largest_prompt, given)
        self.forms[form] += 1
        self.prompts.append((role, length, given))
        return given, made

    def as_json(self) -> dict[str, Any]:
        """Return the counts as plain data; tokens are named after the way of counting."""
        roles = self.by_role.values()
        total = {
            name: sum(getattr(role, name) for role in roles)
            for name in ("prompt_characters", "prompt_tokens", "completion_characters", "completion_tokens")
        }
        return {
            "requests": self.requests,
            "repeated": self.repeated,
            "calls": sum(role.calls for role in roles),
            "tokens_counted_as": counter()[0],
            **total,
            "largest_prompt_tokens": max((role.largest_prompt for role in roles), default=0),
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
            "failures": dict(self.failures),
            "forms": dict(self.forms),
            "planted": dict(self.planted),
            "planted_calls": self.planted_calls,
            "by_role": {name: vars(stats) for name, stats in sorted(self.by_role.items())},
            "prompts": self.prompts,
            "seconds": round(time.monotonic() - self.began, 3),
        }
