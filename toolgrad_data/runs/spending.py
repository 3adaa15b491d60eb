"""What model calls have taken so far, while a run is under way, and how a person reads it."""

from dataclasses import dataclass

from graph.record import RoleUsage, Usage


@dataclass
class Spending:
    """A running total. Calls that told no price or no tokens are counted, so that a sum never seems complete.

    Tokens cached by the provider are part of `input_tokens`, reasoning is part of `output_tokens`.
    """

    llm_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    known_cost_usd: float = 0.0
    unpriced_calls: int = 0
    untold_calls: int = 0

    def add(self, usage: RoleUsage) -> None:
        """Add what one decision took."""
        self.llm_calls += usage.llm_calls
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        if usage.cost_usd is None:
            self.unpriced_calls += usage.llm_calls
        else:
            self.known_cost_usd += usage.cost_usd
        if not usage.input_tokens:
            self.untold_calls += usage.llm_calls

    def take_back(self, told: "Spending") -> None:
        """Take off what will be told again."""
        for name, value in vars(told).items():
            setattr(self, name, getattr(self, name) - value)

    @property
    def tokens(self) -> int:
        """Tokens in and out."""
        return self.input_tokens + self.output_tokens

    @property
    def cost_usd(self) -> float | None:
        """The cost, or None when that of some call is unknown."""
        return None if self.unpriced_calls else self.known_cost_usd

    def estimated_cost_usd(self) -> float | None:
        """Return the cost with unpriced calls at the mean of the others; None when there are no others."""
        priced = self.llm_calls - self.unpriced_calls
        if not self.unpriced_calls:
            return self.known_cost_usd
        return self.known_cost_usd * self.llm_calls / priced if priced else None


def known_cost(usage: Usage) -> float:
    """Return the part of the cost that is known, in USD: of the roles whose price is."""
    return sum(part.cost_usd or 0.0 for part in usage.by_role.values())


def spending_line(spending: Spending, accepted: int) -> str:
    """Return the totals on one line; empty without a model call. An unknown cost is never shown as a number."""
    if not spending.llm_calls:
        return ""
    parts = [
        f"{spending.llm_calls:,} model calls",
        f"{tokens_text(spending.input_tokens)} tokens in",
        f"{tokens_text(spending.output_tokens)} out",
    ]
    if spending.unpriced_calls == spending.llm_calls:
        return ", ".join([*parts, "cost unknown"])
    least = "at least " if spending.unpriced_calls else ""
    parts.append(f"{least}{usd_text(spending.known_cost_usd)}")
    if accepted:
        parts.append(f"{least}{usd_text(spending.known_cost_usd / accepted)} an accepted record")
    return ", ".join(parts)


def tokens_text(count: int) -> str:
    """Return a count of tokens in at most five characters or so: 950, 12.3k, 4.56M."""
    if count < 1_000:
        return str(count)
    return f"{count / 1_000:.1f}k" if count < 1_000_000 else f"{count / 1_000_000:.2f}M"


def usd_text(amount: float | None) -> str:
    """Return an amount of US dollars with what matters of it, or `unknown`."""
    if amount is None:
        return "unknown"
    return (
        f"{amount:.2f} USD"
        if amount >= 1 or amount == 0
        else f"{amount:.2g} USD"
        if amount < 0.001
        else f"{amount:.4f} USD"
    )
