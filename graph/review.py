"""What a person answers who is asked about a record: Studio, the SDK and scripts resume with it."""

import json
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from graph.strict_model import StrictModel

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)]
Draft = Annotated[str, StringConstraints(min_length=1, max_length=100_000)]

#: Answers that are understood, as they may be copied.
ALLOWED: dict[str, dict[str, Any]] = {
    "accept": {"decision": "accept"},
    "reject": {"decision": "reject", "reason": "why"},
    "mend": {"decision": "mend", "mended": {"turns": [{"query": "with [marks](s1/city)", "response": None}]}},
}


class MendedTurn(StrictModel):
    """A turn's words with their marks, as a writer writes them; what is null or absent stays as it was."""

    query: Draft | None = None
    response: Draft | None = None


class MendedTurns(StrictModel):
    """The turns from the first one on; what is left out stays as it was. Calls and results cannot be mended."""

    turns: list[MendedTurn] = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if all(turn.query is None and turn.response is None for turn in self.turns):
            raise ValueError("no turn has a query or a response, so nothing would be mended")
        return self


class ReviewDecision(StrictModel):
    """One answer. `note` and `tags` are for people, `id` names it where it is kept."""

    decision: Literal["accept", "reject", "mend"]
    reason: Words = Field(default="", description="Why; of a rejection alone, which needs one.")
    mended: MendedTurns | None = Field(default=None, description="The mended words; of a mend alone, which needs them.")
    reviewer: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    note: Words = ""
    id: Annotated[str, StringConstraints(max_length=80)] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.decision == "reject" and not self.reason:
            raise ValueError("a rejection needs a reason")
        if (self.decision == "mend") != (self.mended is not None):
            raise ValueError("`mended` has the words of a mend, and is of a mend alone")
        return self


class ReviewState(StrictModel):
    """What came of the last answer: why it was none, or the mended draft (`Written`) and what the proofs found in it.

    `refused` are the ids of mends that did not hold, so that none is tried twice.
    """

    problem: str | None = None
    draft: dict[str, Any] | None = None
    findings: list[dict[str, Any]] = Field(default=[])
    refused: list[str] = Field(default=[])


def read_decision(value: Any, turns: int) -> ReviewDecision:
    """Return the answer about a record of so many turns. Raises ValueError: what is wrong, and what is allowed.

    Text is read too: JSON, `accept`, and `reject: REASON`.
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]  # inboxes send a list of answers
    if isinstance(value, str):
        value = _from_text(value.strip())
    if not isinstance(value, dict):
        raise ValueError(f"the answer is no object but {type(value).__name__}. {_allowed()}")
    try:
        decision = ReviewDecision.model_validate(value)
    except ValidationError as error:
        said = (
            f"{'/'.join(map(str, each['loc'])) or 'the answer'}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_url=False, include_input=False, include_context=False)[:5]
        )
        raise ValueError(f"{'; '.join(said)}. {_allowed()}") from None
    if decision.mended is not None and len(decision.mended.turns) > turns:
        raise ValueError(f"mended: {len(decision.mended.turns)} turns, and the record has {turns}. {_allowed()}")
    return decision


def _from_text(text: str) -> Any:
    head, colon, rest = text.partition(":")
    match head.strip().casefold():
        case "accept" if not colon:
            return {"decision": "accept"}
        case "reject":
            return {"decision": "reject", "reason": rest}
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _allowed() -> str:
    return f"Allowed: {'; '.join(json.dumps(one) for one in ALLOWED.values())}"
