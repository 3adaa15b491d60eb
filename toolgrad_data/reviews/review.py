"""A line of `reviews.jsonl`: what one person decided about one record (schema version 1).

Lines are only appended. A later line of the same reviewer about the same record takes the place of an earlier one; an
`undo` takes one line back, by its id, so that the one before it stands again (`standing.py`).
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from uuid import uuid4

from pydantic import Field, StringConstraints, model_validator

from graph.strict_model import StrictModel
from toolgrad_data.runs.run_info import digest
from toolgrad_data.runs.store import REVIEWS as REVIEWS

REVIEW_SCHEMA_VERSION: Literal[1] = 1

Decision = Literal["accept", "reject", "mend", "undo"]
Answer = Literal["yes", "no", "unsure"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)]


class DraftTurn(StrictModel):
    """A turn's words with their marks, as a writer writes them: `Sunrise is at [06:11](s2/sunrise).`"""

    query: str = Field(max_length=100_000)
    response: str = Field(max_length=100_000)


class MendedDraft(StrictModel):
    """The words of all turns of a record, mended. Its calls, results and everything else stay as they are."""

    turns: list[DraftTurn]


class Review(StrictModel):
    """One decision of one reviewer about one record, or one taken back."""

    schema_version: Literal[1] = REVIEW_SCHEMA_VERSION
    id: str = Field(default_factory=lambda: uuid4().hex, min_length=1, max_length=80, description="Of this line.")
    record: str = Field(description="The record's id.")
    digest: str = Field(description="SHA-256 of the record's JSON; a record with another one was changed since.")
    reviewer: Name
    decision: Decision
    reason: Words = Field(default="", description="Why; a rejection has one.")
    note: Words = ""
    tags: list[Name] = Field(default=[], max_length=50)
    mended: MendedDraft | None = Field(default=None, description="What is to stand in the record; of `mend` alone.")
    undoes: str | None = Field(default=None, description="The id of the line that is taken back; of `undo` alone.")
    answers: dict[str, Answer] = Field(default={}, description="By question: what was answered in an audit.")
    at: str = Field(default_factory=lambda: datetime.now(UTC).isoformat(), description="ISO 8601 in UTC.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.decision == "reject" and not self.reason:
            raise ValueError("a rejection needs a reason")
        if (self.decision == "mend") != (self.mended is not None):
            raise ValueError("`mended` is what a mend has, and nothing else")
        if (self.decision == "undo") != (self.undoes is not None):
            raise ValueError("`undoes` is what an undo has, and nothing else")
        return self


def record_digest(data: dict[str, Any]) -> str:
    """Return the digest by which a review names a record: of its line, or of `record.model_dump(mode="json")`."""
    return digest(data)
