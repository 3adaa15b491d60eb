"""What an accepted record took, by role, the samples that were rejected paid for with it; and what the paper's took.

Dollars come from the prices that the run was made with (docs/models.md). Where one was missing they are unknown.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from graph.record import RoleUsage, Usage
from toolgrad_data.runs.spending import known_cost, usd_text

#: Of the ToolGrad paper (arXiv 2508.04086), in its first version: model calls a sample, and what its set cost.
PAPER_CALLS, PAPER_SAMPLES, PAPER_USD = 45.9, 5_000, 250


class RecordCost(BaseModel):
    """What one role's decisions took for an accepted record, or those of all."""

    model_config = ConfigDict(extra="forbid")

    llm_calls: float
    input_tokens: float
    output_tokens: float
    cost_usd: Annotated[float | None, Field(description="Null when a price is unknown.")]


def cost_of(usage: RoleUsage, records: int) -> RecordCost:
    """Return what a usage comes to for each of the records, of which there is at least one."""
    return RecordCost(
        llm_calls=round(usage.llm_calls / records, 3),
        input_tokens=round(usage.input_tokens / records, 1),
        output_tokens=round(usage.output_tokens / records, 1),
        cost_usd=None if usage.cost_usd is None else usage.cost_usd / records,
    )


def cost_by_role(usage: Usage, records: int) -> dict[str, RecordCost]:
    """Return the same for each role that asked a model, the dearest first, of equals the one that asked most."""
    asked = {role: of for role, of in usage.by_role.items() if of.llm_calls}
    order = sorted(asked, key=lambda role: (-(asked[role].cost_usd or 0.0), -asked[role].llm_calls, role))
    return {role: cost_of(asked[role], records) for role in order}


def cost_text(usage: Usage, records: int) -> str:
    """Return the dollars of an accepted record in words; where a price is unknown what is known of them at least."""
    if usage.cost_usd is not None:
        return usd_text(usage.cost_usd / records)
    known = known_cost(usage)
    return f"unknown, at least {usd_text(known / records)}" if known else "unknown"


def paper_text() -> str:
    """Return what the paper's samples took, in words."""
    each = PAPER_USD / PAPER_SAMPLES
    return f"{PAPER_CALLS:g} model calls a sample, about {PAPER_USD} USD for {PAPER_SAMPLES:,}, {each:.2f} USD each"
