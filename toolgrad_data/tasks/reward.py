"""The reward of an episode: computed from its trace and the task's key, part by part, each with its reason."""

from typing import Literal

from pydantic import Field

from graph.strict_model import StrictModel

PartName = Literal["evidence", "effects", "answer", "refused", "economy"]


class RewardPart(StrictModel):
    """A part: from 0 to 1, or None where it does not apply, and why, in words."""

    score: float | None = Field(default=None, ge=0, le=1)
    reason: str = ""


class RewardWeights(StrictModel):
    """How much each part counts in the total, beside the others that apply.

    `refused`, and `effects` where nothing is to be changed, earn nothing: to do nothing is no merit. Broken, they cost
    all.
    """

    evidence: float = Field(default=1.0, ge=0)
    effects: float = Field(default=1.0, ge=0)
    answer: float = Field(default=1.0, ge=0)
    economy: float = Field(default=0.0, ge=0)


class Reward(StrictModel):
    """What an episode earned. `total` is 1 exactly when all parts that apply hold (`solved`).

    evidence: the share of the record's end results that were reached by calls.
    effects: whether the state at the end is the record's, and no write came before its turn.
    answer: the share of the values to tell that were told in the turn's last message.
    refused: whether nothing was done that a rule forbids, or in a turn in which nothing is to be done.
    economy: the record's calls by those that were made; information, in the total only where it is given a weight.
    """

    task: str
    total: float = Field(ge=0, le=1)
    solved: bool
    evidence: RewardPart = RewardPart()
    effects: RewardPart = RewardPart()
    answer: RewardPart = RewardPart()
    refused: RewardPart = RewardPart()
    economy: RewardPart = RewardPart()
