"""What is asked of one source of tools: where it is, what it may do, how it is treated."""

import json
import re
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticSerializationError, to_jsonable_python

from tool_registry.calling.answer_reading import check_expression
from tool_registry.json.native import to_json_native
from tool_registry.sources.environment import names_variables
from tool_registry.sources.kinds import SOURCES
from tool_registry.spec import Annotations
from tool_registry.tool import LoadError

#: How the JSON of a configuration begins where a tool spec is expected.
PREFIX = "config:"
_IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]*$"


class SourceConfig(BaseModel):
    """One source. JSON-able and without a secret: `${NAME}` stays as it is written.

    Raises pydantic's ValidationError, which names the member and what is allowed.
    """

    # Without the input in errors: somebody may have written a secret into it.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: Annotated[str, Field(description="What the tools are: a name that a kind of source has.")]
    name: Annotated[
        str | None,
        Field(min_length=1, max_length=64, description="How messages and summaries call it (default: its spec)."),
    ] = None
    target: Annotated[
        str,
        Field(description="Category, package.module:attribute, file, folder or URL: what stands after the colon."),
    ] = ""
    options: Annotated[dict[str, Any], Field(description="What only this kind of source has.")] = {}
    allow: Annotated[
        list[str], Field(description="Only tools whose name matches one of these patterns (`*`, `?`, `[abc]`).")
    ] = []
    deny: Annotated[
        list[str], Field(description="Never tools whose name matches one of these patterns; wins over all else.")
    ] = []
    annotations: Annotated[
        dict[str, Annotations], Field(description="What tools do, by name pattern; wins over what they declare.")
    ] = {}
    examples: Annotated[
        dict[str, dict[str, list[Any]]],
        Field(
            description="Values of parameters, by tool name pattern and parameter; they stand in the tools' schemas."
        ),
    ] = {}
    allow_unannotated: Annotated[
        bool, Field(description="Run this source's tools that do not say whether they are read-only.")
    ] = False
    allow_writes: Annotated[bool, Field(description="Run this source's tools that are not read-only.")] = False
    category: Annotated[str | None, Field(min_length=1, description="Category of all its tools.")] = None
    licence: Annotated[
        str | None, Field(min_length=1, max_length=120, description="Licence of what its tools give, for data cards.")
    ] = None
    timeout_s: Annotated[
        float | None, Field(gt=0, le=3600, description="Seconds before a call is a timeout (default: the run's).")
    ] = None
    concurrency: Annotated[int | None, Field(ge=1, le=1024, description="Calls under way at once.")] = None
    requests_per_minute: Annotated[float | None, Field(gt=0, description="Most calls begun in a minute.")] = None
    stateful: Annotated[bool, Field(description="Each sample has a session of its own.")] = False
    context: Annotated[
        dict[str, Any],
        Field(description="Values that calls need and no user says; they stand in the record's context.vars."),
    ] = {}
    failures: Annotated[
        list[str],
        Field(description="Regular expressions: a text that one is found in says that the call failed."),
    ] = []
    errors_are_answers: Annotated[
        bool, Field(description="Accept answers that only read as an error or a refusal.")
    ] = False
    strict: Annotated[bool, Field(description="A failure of this source ends the run.")] = False
    redact: Annotated[
        list[str],
        Field(description="Regular expressions, or `field:PATTERN` for members: what they find is cut out of results."),
    ] = []
    pseudonymize: Annotated[
        list[str],
        Field(description="email, phone, ip, card, iban, or `field:PATTERN`: the same value, the same stand-in."),
    ] = []
    pseudonym_key: Annotated[
        str | None,
        Field(pattern=r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$", description="`${NAME}` of a secret that decides stand-ins."),
    ] = None

    @property
    def label(self) -> str:
        """What messages call the source."""
        return self.name or (f"{self.kind}:{self.target}" if self.target else self.kind)

    @field_validator("kind")
    @classmethod
    def _kind_is_known(cls, value: str) -> str:
        SOURCES.get(value)
        return value

    @field_validator("allow", "deny")
    @classmethod
    def _patterns_say_something(cls, value: list[str]) -> list[str]:
        if any(not pattern.strip() for pattern in value):
            raise ValueError("a pattern is empty: write a tool's name, or `*` for all")
        return value

    @field_validator("redact")
    @classmethod
    def _expressions_compile(cls, value: list[str]) -> list[str]:
        # By their position: an expression may hold the very thing that is not to be shown.
        for position, expression in enumerate(value, start=1):
            if expression.startswith("field:"):
                continue
            try:
                found = re.compile(expression)
            except re.error as error:
                raise ValueError(f"expression {position} is not regular: {error}") from None
            if found.match(""):
                raise ValueError(f"expression {position} matches the empty text: it would cut in everywhere")
        return value

    @field_validator("failures")
    @classmethod
    def _failures_compile(cls, value: list[str]) -> list[str]:
        for position, expression in enumerate(value, start=1):
            try:
                check_expression(expression)
            except ValueError as error:
                raise ValueError(f"expression {position} {error}") from None
        return value

    @field_validator("pseudonymize")
    @classmethod
    def _kinds_are_known(cls, value: list[str]) -> list[str]:
        known = ("email", "phone", "ip", "card", "iban")
        for kind in value:
            if kind not in known and not (kind.startswith("field:") and kind != "field:"):
                raise ValueError(f"unknown kind {kind!r}. Allowed: {', '.join(known)}, field:PATTERN")
        return value

    @field_validator("examples")
    @classmethod
    def _examples_are_open(cls, value: dict[str, dict[str, list[Any]]]) -> dict[str, dict[str, list[Any]]]:
        for tool, parameters in value.items():
            for parameter, examples in parameters.items():
                if not examples:
                    raise ValueError(f"{tool}, {parameter}: the list is empty: give at least one value")
        if names_variables(value):
            raise ValueError("values stand in the records, so they are never taken from the environment")
        try:
            # TOML has dates and times of its own.
            native: dict[str, dict[str, list[Any]]] = to_jsonable_python(value)
            json.dumps(native, allow_nan=False)
        except (PydanticSerializationError, ValueError) as error:
            raise ValueError(f"not JSON: {error}") from error
        return native

    @field_validator("context")
    @classmethod
    def _context_is_open(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name in value:
            if not re.match(_IDENTIFIER, name):
                raise ValueError(f"{name!r} is no name of a parameter")
        if names_variables(value):
            raise ValueError("values stand in the records, so they are never taken from the environment")
        to_json_native(value)
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ValueError(f"not JSON: {error}") from error
        return value

    @model_validator(mode="after")
    def _nothing_contradicts(self) -> Self:
        for said in self._contradictions():
            raise ValueError(said)
        return self

    def _contradictions(self) -> list[str]:
        said = []
        kind = SOURCES.get(self.kind)
        if kind.example and not self.target.strip():
            said.append(f"kind {self.kind!r} needs a target, such as {kind.example!r}")
        if self.options and not kind.options:
            said.append(f"kind {self.kind!r} has no options; given: {', '.join(sorted(self.options))}")
        if self.examples and not kind.examples:
            said.append(f"examples: tools of kind {self.kind!r} are as they describe themselves; put them there")
        if self.stateful and not kind.sessions:
            said.append(f"stateful: tools of kind {self.kind!r} have no session that a sample could own")
        both = [pattern for pattern in self.allow if pattern in self.deny]
        if both:
            said.append(f"{both[0]!r} stands in allow and in deny: deny wins, so allow would say nothing")
        if "*" in self.deny:
            said.append("deny = ['*'] leaves no tool: leave the source out")
        for pattern, declared in self.annotations.items():
            if declared.read_only and declared.destructive:
                said.append(f"annotations of {pattern!r}: a tool cannot be read_only and destructive")
        if self.pseudonym_key is not None and not self.pseudonymize:
            said.append("pseudonym_key is given, but there is nothing in pseudonymize")
        return said

    def as_spec(self) -> str:
        """Return the tool spec that stands for this configuration, as `Context.tools` keeps it."""
        settings = self.model_dump(mode="json", exclude_defaults=True)
        if set(settings) <= {"kind", "target"} and SOURCES.get(self.kind).has_short_form:
            return self.label
        return PREFIX + json.dumps(settings, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def config_of_text(text: str) -> SourceConfig:
    """Return the configuration in `config:{…}`. Raises LoadError naming the member and what is allowed."""
    try:
        return SourceConfig.model_validate_json(text.strip().removeprefix(PREFIX))
    except ValidationError as error:
        raise LoadError(f"tool spec {PREFIX}…: {in_words(error)}") from error


def in_words(error: ValidationError) -> str:
    """Return what is wrong with a configuration: members and what is allowed, without their values."""
    return "; ".join(f"{place}: {message}" if place else message for place, message in problems_of(error))


def problems_of(error: ValidationError) -> list[tuple[str, str]]:
    """Return (dotted member, or "" for the whole; what is wrong) for each problem."""
    found = []
    for problem in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            message = f"unknown. Allowed: {', '.join(_allowed_beside(problem['loc']))}"
        found.append((place, message))
    return found


def _allowed_beside(place: tuple[str | int, ...]) -> list[str]:
    return sorted(Annotations.model_fields if place[:1] == ("annotations",) else SourceConfig.model_fields)
