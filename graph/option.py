"""How a setting is given on the command line, where its name, type and description do not say it already."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic.fields import FieldInfo


class Panel(StrEnum):
    """The parts of `toolgrad generate --help`, in their order."""

    RUN = "Options"
    TOOLS = "Tools"
    LOOP = "The loop"
    RECORDS = "Records"
    DECIDERS = "Who decides: offline, or openai:MODEL at any OpenAI-compatible endpoint"
    JUDGE = "Judging by a model (docs/judging.md)"
    MODELS = "Models (see also extra_body, model_settings in a file)"
    LIMITS = "Limits (what is done is kept; a higher one goes on)"
    TRACES = "LangSmith (switched on by LANGSMITH_TRACING=true)"


@dataclass(frozen=True, kw_only=True)
class Option:
    """What a field says of its option: `Annotated[int, Field(ge=1, description="…"), Option(short="-n", metavar="N")]`.

    A field without one has an option, too: `min_share: float` is `--min-share`, with its description and default. It
    stands beside the `Field` and not in it, so that the JSON Schema stays as it is.
    """

    #: The part of the help that lists it, of an enumeration in their order; that of the field before it when None.
    panel: StrEnum | None = None
    #: What the help calls a value; the type's name when None.
    metavar: str | None = None
    short: str | None = None
    #: What switches a boolean off; `--no-NAME` when None.
    off: str | None = None
    #: The option takes a value for one role, too: `writer=0.9`.
    by_role: bool = False
    #: A value may hold a secret; no error repeats it.
    secret: bool = False


def option_of(field: FieldInfo) -> Option:
    """Return what a field says of its option."""
    return next((said for said in field.metadata if isinstance(said, Option)), Option())


def plain_name(name: str) -> str:
    """Return what people call a setting: without the unit, or the `_` beside a name that is taken, at its end."""
    return name.removesuffix("_s").removesuffix("_")


def flag_of(name: str) -> str:
    """Return a setting's option on the command line."""
    return "--" + plain_name(name).replace("_", "-")
