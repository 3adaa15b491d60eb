"""What a call gives back: content or a typed failure, never a failure disguised as content."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ErrorKind = Literal[
    "invalid_arguments",
    "tool_error",
    "timeout",
    "unavailable",
    "rate_limited",
    "not_allowed",
    "malformed_output",
    "forbidden_by_rule",
]


class ToolError(BaseModel):
    """Why a call failed. `retryable` says that the same call may succeed later."""

    model_config = ConfigDict(extra="forbid")

    kind: ErrorKind
    message: str
    retryable: bool = False


class ToolResult(BaseModel):
    """The outcome of one call.

    `content` is JSON and None when the call failed. `empty` marks an answer that is ok but holds nothing
    (null, "", [], {} or a container of nothing else). `truncated` says that content was cut to the size cap.
    `answer` is what a failed call answered where the answer itself was taken for the failure; it is kept nowhere.
    """

    model_config = ConfigDict(extra="forbid")

    ok: bool
    content: Any = None
    empty: bool = False
    error: ToolError | None = None
    elapsed_ms: float = Field(default=0.0, ge=0, description="Wall time of the call in milliseconds.")
    truncated: bool = False
    answer: Any = Field(default=None, exclude=True, repr=False)

    @model_validator(mode="after")
    def _error_if_and_only_if_failed(self) -> Self:
        if self.ok == (self.error is not None):
            raise ValueError("a result is either ok or has an error")
        return self


class ToolFailure(Exception):
    """Raised by a source that knows what kind of failure a call met."""

    def __init__(self, error: ToolError) -> None:
        super().__init__(error.message)
        self.error = error
