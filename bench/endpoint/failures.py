"""Requests that fail on purpose, in the ways real endpoints fail."""

import random
from dataclasses import dataclass
from typing import Any, Literal

from bench.endpoint.http import HttpResponse, json_response

FailureKind = Literal["429", "500", "cut", "malformed", "refusal", "empty"]
KINDS: tuple[FailureKind, ...] = ("429", "500", "cut", "malformed", "refusal", "empty")


@dataclass(frozen=True)
class Failures:
    """How many requests fail (0 to 1), in which ways, and what a 429 asks to wait, in seconds."""

    rate: float = 0.0
    kinds: tuple[FailureKind, ...] = KINDS
    retry_after_s: float = 0.05

    def draw(self, rng: random.Random) -> FailureKind | None:
        """Return how the request fails, or None."""
        return rng.choice(self.kinds) if self.kinds and rng.random() < self.rate else None

    def response(self, kind: FailureKind, proper: dict[str, Any]) -> HttpResponse:
        """Return the failure; `proper` is the completion that would have been the answer."""
        match kind:
            case "429":
                wait = {"retry-after": f"{self.retry_after_s:g}"}
                return json_response({"error": {"message": "slow down", "type": "rate_limit"}}, 429, wait)
            case "500":
                return json_response({"error": {"message": "something broke", "type": "server_error"}}, 500)
            case "cut":
                whole = json_response(proper)
                return HttpResponse(whole.status, whole.body, cut_after=len(whole.body) // 2)
            case "malformed":
                return HttpResponse(body=json_response(proper).body[:-25])
            case "refusal":
                message = {"role": "assistant", "content": None, "refusal": "I'm sorry, I can't help with that."}
                return json_response({**proper, "choices": [{**proper["choices"][0], "message": message}]})
            case "empty":
                return json_response({**proper, "choices": []})
