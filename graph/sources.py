"""Where the value of an argument comes from: the kinds of source, and what each rests on."""

import json
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from graph.strict_model import StrictModel

#: Characters of parameters that are shown.
_SHOWN_MAX = 60


class Origin(StrictModel):
    """Where something comes from."""

    def parts(self) -> Sequence["Origin"]:
        """Return what it is made of; nothing for a plain one."""
        return ()

    def whole(self) -> Iterator["Origin"]:
        """Yield itself, and its parts with theirs."""
        yield self
        for part in self.parts():
            yield from part.whole()

    def steps(self) -> Iterator[str]:
        """Yield the ids of the steps whose results it uses, those of its parts included."""
        for part in self.parts():
            yield from part.steps()


class _Source(Origin):
    """Where a value comes from. Each kind knows the sources, steps and quotes that it rests on."""

    def parts(self) -> Sequence["Source"]:
        """Return the sources that it is made of; none for a plain one."""
        return ()

    def quotes(self) -> Iterator["UserSource"]:
        """Yield the user's words that it uses, those of its parts included."""
        for part in self.parts():
            yield from part.quotes()

    @abstractmethod
    def in_words(self) -> str:
        """Return where the value came from, for a reader, such as `user: “1 March 2026”` or `s1 /lat`."""


class UserSource(_Source):
    """The value is said by `quote`, which is `query[start:end]` of turn `turn`: this one's or an earlier one's.

    `paraphrase`: said in other words, which nothing but a judge can decide.
    """

    kind: Literal["user"] = "user"
    turn: int = Field(default=0, ge=0)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    paraphrase: bool = False

    def quotes(self) -> Iterator["UserSource"]:
        """Yield itself."""
        yield self

    def in_words(self) -> str:
        """Return the words, and the turn where it is a later one."""
        said = f", turn {self.turn + 1}" if self.turn else ""
        other = ", in other words" if self.paraphrase else ""
        return f"user: “{self.quote}”{said}{other}"


class StepSource(_Source):
    """The value stands at `pointer` (JSON Pointer) in the result of an earlier `step`.

    With `span`, the string at the pointer holds `span` on word boundaries and `span` is the value's text.
    In a tell a token `*` stands for each element.
    """

    kind: Literal["step"] = "step"
    step: str
    pointer: str
    span: str | None = None

    def steps(self) -> Iterator[str]:
        """Yield its step."""
        yield self.step

    def in_words(self) -> str:
        """Return the step and the place in its result."""
        part = f" (the part “{self.span}”)" if self.span is not None else ""
        return f"{self.step} {self.pointer or '(the whole result)'}{part}"


class ContextSource(_Source):
    """The value stands at `pointer` in the record's `context`."""

    kind: Literal["context"] = "context"
    pointer: str

    def in_words(self) -> str:
        """Return the place in the context."""
        return f"context {self.pointer}"


class DefaultSource(_Source):
    """The value is the innermost schema `default`."""

    kind: Literal["default"] = "default"

    def in_words(self) -> str:
        """Return whose value it is."""
        return "the tool's default"


class DerivedSource(_Source):
    """The value is what the operation `op` gives for the values of the sources `of`."""

    kind: Literal["derived"] = "derived"
    op: str
    of: list["Source"]
    params: dict[str, Any] = {}

    def parts(self) -> Sequence["Source"]:
        """Return the sources of its values."""
        return self.of

    def in_words(self) -> str:
        """Return the operation, what it takes, and its parameters where it has some."""
        params = json.dumps(self.params, ensure_ascii=False) if self.params else ""
        params = params if len(params) <= _SHOWN_MAX else f"{params[: _SHOWN_MAX - 1]}…"
        return f"{self.op} of {_all_in_words(self.of)}{params and f', {params}'}"


class ComposedSource(_Source):
    """Free text that the author wrote, only where `allow_composed` is on; counts as screened."""

    kind: Literal["composed"] = "composed"
    of: list["Source"] = []

    def parts(self) -> Sequence["Source"]:
        """Return the sources that it was composed from."""
        return self.of

    def in_words(self) -> str:
        """Return that it is the author's, and from what."""
        return f"written by the author from {_all_in_words(self.of)}" if self.of else "written by the author"


Source = Annotated[
    UserSource | StepSource | ContextSource | DefaultSource | DerivedSource | ComposedSource,
    Field(discriminator="kind"),
]


def _all_in_words(sources: Sequence[Source]) -> str:
    return " and ".join(source.in_words() for source in sources)
