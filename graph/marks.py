"""The marks of a turn: which of its words ask for what, which tell what, which decline, and which ask back."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from graph.sources import ContextSource, Origin, StepSource
from graph.strict_model import StrictModel


class ArgumentSource(Origin):
    """The value stands at `pointer` in the arguments of `step`."""

    kind: Literal["argument"] = "argument"
    step: str
    pointer: str


ValueSource = Annotated[StepSource | ArgumentSource | ContextSource, Field(discriminator="kind")]


class GivenSource(Origin):
    """The words say again what the person or the context gave."""

    kind: Literal["given"] = "given"
    of: ArgumentSource | ContextSource = Field(discriminator="kind")


class DerivedTell(Origin):
    """The words say what the operation `op` (`nodes/marks/operations.py`) gives for the values `of`."""

    kind: Literal["derived"] = "derived"
    op: str
    of: list[ValueSource]

    def parts(self) -> Sequence[ValueSource]:
        """Return where its values stand."""
        return self.of


TellSource = Annotated[StepSource | GivenSource | DerivedTell, Field(discriminator="kind")]


class Ask(StrictModel):
    """The words `quote`, which are `query[start:end]`, ask for what `steps` find or do."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    steps: list[str]


class Tell(StrictModel):
    """The words `quote`, which are `response[start:end]`, tell a value, or a deed (`did`: a step).

    `also`: more that the words tell, all of which hold. `or`: inferred places of which one holds. `inferred`: found by
    the program, not said by the writer. `paraphrase`: in other words, which nothing but a judge can decide.
    """

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    source: TellSource | None = None
    did: str | None = None
    also: list[TellSource] = []
    either: list[TellSource] = Field(default=[], alias="or")
    inferred: bool = False
    paraphrase: bool = False

    def sources(self) -> list[TellSource]:
        """Return what it tells, `also` included, `or` not."""
        return ([self.source] if self.source is not None else []) + self.also


class Decline(StrictModel):
    """The words `quote`, which are `response[start:end]`, decline the call `call` (`x1`)."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    call: str


class Awaited(StrictModel):
    """The argument at `pointer` of `step` that an assistant's turn asks for; the next turn gives it."""

    step: str
    pointer: str


class Question(StrictModel):
    """The words `quote`, which are `response[start:end]`, name what the assistant asks for: these arguments."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    awaits: list[Awaited]
