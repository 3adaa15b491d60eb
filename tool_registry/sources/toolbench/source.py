"""The APIs of a ToolBench library as tools, called through a server that speaks ToolBench's protocol.

ToolBench's own server and StableToolBench's are told apart by `url` alone.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tool_registry.calling.threads import in_thread
from tool_registry.calling.web import WebRequest, content_of, origin_of, send
from tool_registry.sources.admission import admit_spec, readable_schema
from tool_registry.sources.config import SourceConfig, in_words
from tool_registry.sources.environment import expand
from tool_registry.sources.python.words import in_words as words
from tool_registry.sources.toolbench.answers import content_of_answer
from tool_registry.sources.toolbench.library import API, apis
from tool_registry.spec import Annotations, ToolSpec, mapped_name
from tool_registry.tool import Loaded, LoadError, Tool

_DEFAULT_TIMEOUT_S = 60.0
#: A longer response is read in a thread.
_INLINE_CHARACTERS = 10_000


class ToolBenchOptions(BaseModel):
    """The `options` of a source of kind toolbench. Values may hold `${NAME}`."""

    # Without the input in errors: it holds a key.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Annotated[
        str, Field(description="The server: StableToolBench's on this machine, or ToolBench's hosted one.")
    ] = "http://127.0.0.1:8080/virtual"
    key: Annotated[str, Field(description="`toolbench_key`, sent with each call; StableToolBench wants none.")] = ""
    strip: Annotated[
        Literal["", "filter", "random", "truncate"], Field(description="How the server shortens responses.")
    ] = ""
    categories: Annotated[list[str], Field(description="Only categories that match one of these patterns.")] = []
    max_response_bytes: Annotated[int, Field(ge=1024, description="A larger answer is a failure.")] = 10 * 1024 * 1024

    @field_validator("url")
    @classmethod
    def _url_is_one(cls, value: str) -> str:
        try:
            origin_of(value)
        except ValueError as error:
            raise ValueError("url must be an http(s) URL, such as http://127.0.0.1:8080/virtual") from error
        return value


def load(config: SourceConfig) -> Loaded:
    """Return the APIs of the library in the target folder; `problems` names files and APIs that were skipped.

    Reads thousands of files: call it in a thread. Raises LoadError when there is no library in the folder,
    nothing in it can be used, or the options are wrong.
    """
    bind = binder(config)
    problems: list[str] = []
    tools = [bind(spec, place) for spec, place in entries(config, problems)]
    problems = [f"{config.label}: {problem}" for problem in problems]
    if not tools:
        raise LoadError("\n".join([f"{config.label}: no API of the library can be used", *problems[:5]]))
    return Loaded(tools, problems)


def entries(config: SourceConfig, problems: list[str]) -> Iterator[tuple[ToolSpec, list[str]]]:
    """Yield each API's spec and [category, tool, name], by which the server knows it. Raises LoadError as `load`."""
    for api in apis(config.target, _options(config).categories, problems):
        try:
            yield _spec(api), [api.category, api.tool, api.name]
        except LoadError as error:
            problems.append(f"{api.category}/{api.tool}.json, {api.name} is skipped: {error}")


def binder(config: SourceConfig) -> Callable[[ToolSpec, list[str]], Tool]:
    """Return what makes a tool of an entry. Raises LoadError when the options are wrong."""
    server = _Server(_options(config), config.timeout_s or _DEFAULT_TIMEOUT_S)

    def bind(spec: ToolSpec, place: list[str]) -> Tool:
        category, tool, name = place
        return Tool(spec, partial(server.call, category, tool, name))

    return bind


def _options(config: SourceConfig) -> ToolBenchOptions:
    try:
        return ToolBenchOptions.model_validate(expand(config.options, config.label))
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            if problem["type"] == "extra_forbidden":
                allowed = ", ".join(sorted(ToolBenchOptions.model_fields))
                said = f"{config.label}: options.{problem['loc'][0]}: unknown. Allowed: {allowed}"
                raise LoadError(said) from error
        raise LoadError(f"{config.label}: options.{in_words(error)}") from error


def _spec(api: API) -> ToolSpec:
    """Return the API's spec under ToolBench's own name for it, `quote_for_love_quotes`. Raises LoadError."""
    full = f"{api.name}_for_{api.tool}"
    name = mapped_name(full)
    read_only = api.method == "GET"
    spec = ToolSpec(
        name=name,
        original_name=full if full != name else None,
        description=api.description,
        parameters=api.parameters,
        output_schema=_output(api.output),
        category=words(api.category) or "general",
        source="toolbench",
        annotations=Annotations(
            read_only=True if read_only else None,
            destructive=False if read_only else None,
            open_world=True,
        ),
    )
    return admit_spec(spec)[0]


def _output(declared: Any) -> dict[str, Any] | None:
    """Return the library's schema of an API's response, where it has one that is a JSON Schema."""
    if not isinstance(declared, dict) or not ("type" in declared or "properties" in declared):
        return None
    schema = {name: value for name, value in declared.items() if name not in ("$schema", "$id")}
    try:
        return readable_schema(schema, "output schema")
    except LoadError:
        return None


@dataclass(frozen=True)
class _Server:
    options: ToolBenchOptions
    timeout_s: float

    async def call(self, category: str, tool: str, api: str, arguments: dict[str, Any]) -> Any:
        """Return what the API answers through the server. Raises ToolFailure."""
        # As JSON text: ToolBench's own server takes nothing else for `tool_input`.
        payload = {
            "category": category,
            "tool_name": tool,
            "api_name": api,
            "tool_input": json.dumps(arguments, ensure_ascii=False),
            "strip": self.options.strip,
            "toolbench_key": self.options.key,
        }
        headers = {"content-type": "application/json"}
        if self.options.key:
            headers["toolbench_key"] = self.options.key
        answer = await send(
            WebRequest(
                "POST",
                self.options.url,
                headers,
                json.dumps(payload, ensure_ascii=False).encode(),
                trusted=True,
                timeout_s=self.timeout_s,
                max_bytes=self.options.max_response_bytes,
            )
        )
        content = await content_of(answer)
        if len(answer.body) > _INLINE_CHARACTERS:
            return await in_thread(content_of_answer, content)
        return content_of_answer(content)
