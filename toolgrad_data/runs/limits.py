"""Limits of a run: cost, tokens, time. Reaching one is an outcome with a name, not a failure.

Cost and tokens are those of the run, earlier commands included; time is the command's. No limit is part of a
run's fingerprint: the same command with a higher one goes on.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from graph.context import Context
from graph.option import Option, Panel
from graph.record import RoleUsage
from nodes.policies.base import PolicySetupError
from nodes.policies.lookup import asked_models
from nodes.policies.model.prices import price_of
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.spending import Spending, usd_text

LimitName = Literal["max_cost", "max_tokens", "max_minutes"]

#: So many calls without a price or token count, and none with: the limit cannot be kept.
_BLIND_CALLS = 10


class RunLimits(BaseModel):
    """What a run may take; None is without limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_cost: Annotated[
        float | None,
        Field(gt=0, description="US dollars that the run's model calls may cost; prices must be known."),
        Option(panel=Panel.LIMITS, metavar="USD"),
    ] = None
    max_tokens: Annotated[
        int | None,
        Field(gt=0, description="Tokens, in and out, that the run's model calls may take."),
        Option(metavar="N"),
    ] = None
    max_minutes: Annotated[
        float | None, Field(gt=0, description="Minutes that this command may take."), Option(metavar="MINUTES")
    ] = None


class ReachedLimit(NamedTuple):
    """A limit that was reached, and how far it went in words."""

    limit: LimitName
    words: str


@dataclass
class Budget:
    """The limits and what has been spent; the time runs from the object's making."""

    limits: RunLimits
    clock: Callable[[], float] = time.monotonic
    spending: Spending = field(default_factory=Spending)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def add(self, usage: RoleUsage) -> None:
        """Count what one decision took."""
        self.spending.add(usage)

    def seconds_left(self) -> float | None:
        """Return the seconds until the time is over, or None without a limit."""
        if self.limits.max_minutes is None:
            return None
        return self._began + 60 * self.limits.max_minutes - self.clock()

    def reached(self) -> ReachedLimit | None:
        """Return the first limit that is reached, or None."""
        spent, limits = self.spending, self.limits
        if limits.max_cost is not None:
            cost = spent.estimated_cost_usd()
            if cost is None and spent.llm_calls >= _BLIND_CALLS:
                return ReachedLimit("max_cost", f"it cannot be kept: none of {spent.llm_calls} calls told its tokens")
            if cost is not None and cost >= limits.max_cost:
                about = "about " if spent.unpriced_calls else ""
                return ReachedLimit("max_cost", f"{about}{usd_text(cost)} spent")
        if limits.max_tokens is not None:
            if spent.llm_calls == spent.untold_calls >= _BLIND_CALLS:
                return ReachedLimit("max_tokens", f"it cannot be kept: none of {spent.llm_calls} calls told its tokens")
            if spent.tokens >= limits.max_tokens:
                return ReachedLimit("max_tokens", f"{spent.tokens:,} tokens used")
        left = self.seconds_left()
        if left is not None and left <= 0:
            return ReachedLimit("max_minutes", f"{limits.max_minutes:g} minutes have passed")
        return None


def check_limits(limits: RunLimits, context: Context) -> None:
    """Raise UsageError when a price table cannot be read, or a limit on cost stands without a price."""
    for asked in asked_models(context):
        try:
            price = price_of(asked.model, asked.base_url, asked.prices)
        except PolicySetupError as error:
            raise UsageError(str(error)) from error
        if price is None and limits.max_cost is not None:
            raise UsageError(
                f"--max-cost {limits.max_cost:g} cannot be kept: the price of {asked.model} at {asked.base_url} is "
                f"unknown.\nGive a table with --prices FILE, such as\n\n"
                f'  ["*"]\n  "{asked.model}" = {{ input = 0.5, output = 1.5 }}\n\n'
                "in US dollars for a million tokens (0 for a model of your own), or use --max-tokens."
            )
