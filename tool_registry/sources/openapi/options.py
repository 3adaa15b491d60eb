"""What the options of an OpenAPI source may say."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tool_registry.calling.web import origin_of
from tool_registry.sources.config import SourceConfig, in_words
from tool_registry.sources.environment import expand
from tool_registry.sources.openapi.operations import METHODS
from tool_registry.tool import LoadError


class OpenAPIOptions(BaseModel):
    """The `options` of a source of kind openapi. Values may hold `${NAME}`."""

    # Without the input in errors: it holds keys.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    server: Annotated[
        str | None, Field(description="Base URL of all requests; the document's servers are ignored then.")
    ] = None
    auth: Annotated[
        dict[str, str],
        Field(description="Security scheme of the document to its key or token, or user:password for basic."),
    ] = {}
    headers: Annotated[dict[str, str], Field(description="Headers of each request.")] = {}
    query: Annotated[dict[str, str], Field(description="Query parameters of each request.")] = {}
    document_headers: Annotated[dict[str, str], Field(description="Headers to read the document's URL with.")] = {}
    tags: Annotated[list[str], Field(description="Only operations with one of these tags.")] = []
    operations: Annotated[
        list[str],
        Field(description="Only operations whose operationId or `METHOD /path` matches one of these patterns."),
    ] = []
    methods: Annotated[list[str], Field(description="Only operations of these HTTP methods.")] = []
    max_response_bytes: Annotated[int, Field(ge=1024, description="A larger answer is a failure.")] = 10 * 1024 * 1024
    max_document_bytes: Annotated[int, Field(ge=1024, description="A larger document is refused.")] = 64 * 1024 * 1024

    @field_validator("methods")
    @classmethod
    def _methods_exist(cls, value: list[str]) -> list[str]:
        for method in value:
            if method.lower() not in METHODS:
                raise ValueError(f"unknown method {method!r}. Allowed: {', '.join(METHODS).upper()}")
        return [method.lower() for method in value]

    @field_validator("server")
    @classmethod
    def _server_is_a_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            origin_of(value)
        except ValueError as error:
            raise ValueError("server must be an http(s) URL, such as https://api.example.com/v1") from error
        return value.rstrip("/")


def options_of(config: SourceConfig) -> OpenAPIOptions:
    """Return the options with their variables filled in. Raises LoadError naming the member."""
    try:
        return OpenAPIOptions.model_validate(expand(config.options, config.label))
    except ValidationError as error:
        raise LoadError(f"{config.label}: options.{_problem(error)}") from error


def _problem(error: ValidationError) -> str:
    for problem in error.errors(include_url=False, include_input=False):
        if problem["type"] == "extra_forbidden":
            place: Any = problem["loc"][0]
            return f"{place}: unknown. Allowed: {', '.join(sorted(OpenAPIOptions.model_fields))}"
    return in_words(error)
