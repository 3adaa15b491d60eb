"""LangChain tools and toolkits as a source, and a LangChain tool as a tool."""

import inspect
from copy import deepcopy
from pathlib import Path
from typing import Any, Literal, get_args

from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from langchain_core.tools import Tool as SingleInputTool
from pydantic import BaseModel, TypeAdapter, ValidationError
from typing_extensions import get_type_hints

from tool_registry.calling.failures import tool_error
from tool_registry.calling.threads import in_thread
from tool_registry.declare import Declared, declaration_of
from tool_registry.result import ToolFailure
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.environment import expand
from tool_registry.sources.parse import python_source
from tool_registry.sources.python.docstring import Docstring
from tool_registry.sources.python.function import invalid_arguments
from tool_registry.sources.python.importing import import_source
from tool_registry.sources.python.instances import stateful_tools
from tool_registry.sources.python.toolkit import tools_in
from tool_registry.sources.python.type_schema import NOT_A_TYPE, json_schema, output_schema
from tool_registry.sources.python.typed_dicts import modern, typed_dict
from tool_registry.sources.python.words import in_words
from tool_registry.spec import Annotations, ToolSpec, mapped_name
from tool_registry.tool import Loaded, LoadError, Tool

_MEMBERS = tuple(Annotations.model_fields)
#: MCP's own names, which the MCP adapters of LangChain put into `metadata`.
_MCP_HINTS = {
    "readOnlyHint": "read_only",
    "destructiveHint": "destructive",
    "idempotentHint": "idempotent",
    "openWorldHint": "open_world",
}


Artifact = Literal["leave", "use", "both"]


def load(config: SourceConfig) -> Loaded:
    """Return the tools of the target's attribute, as `tools_in` finds them.

    `options.artifact` is as `langchain_tool` takes it; other options are the arguments of the class or function
    that makes the toolkit. Raises LoadError as `import_source`, `tools_in`, `langchain_tool` and, with
    `stateful`, `stateful_tools` do.
    """
    options = dict(expand(config.options, config.label))
    artifact = options.pop("artifact", "leave")
    if artifact not in get_args(Artifact):
        raise LoadError(f"{config.label}: options.artifact is leave, use or both, not {artifact!r}")
    source = python_source(config.target)
    _, value = import_source(source)
    last = Path(source.module).stem if source.is_file else source.module.rpartition(".")[2]

    def collect(tools: list[BaseTool]) -> Loaded:
        loaded = Loaded([])
        for tool in tools:
            try:
                loaded.tools.append(langchain_tool(tool, in_words(last), artifact))
            except LoadError as error:
                loaded.problems.append(f"{config.label}: {error}")
            except Exception as error:
                # A tool's schema runs code of its own.
                said = f"tool {tool.name} is skipped: {type(error).__name__}: {error}"
                loaded.problems.append(f"{config.label}: {said}")
        if loaded.problems and not loaded.tools:
            raise LoadError("\n".join(loaded.problems))
        return loaded

    if not config.stateful:
        return collect(tools_in(value, options, config.target))
    if not (isinstance(value, type) or inspect.isroutine(value)):
        raise LoadError(
            f"{config.target}, stateful: it is made already, and all samples would share it. "
            "Name a class, or a function that makes the tools."
        )
    return stateful_tools(lambda: tools_in(value, options, config.target), config.target, config.label, collect)


def langchain_tool(tool: BaseTool, category: str, artifact: Artifact = "leave") -> Tool:
    """Return the LangChain tool as a tool.

    Of a tool that gives content and an artifact the result is the content, which is all that an assistant sees;
    with "use" the artifact (the content where there is none), with "both" `{"content", "artifact"}`.

    A tool without a coroutine runs in a thread. Its failures stay failures: `handle_tool_error` and
    `handle_validation_error`, which would turn them into text, are switched off on a copy. What it does is
    read from `annotate`, then `metadata` (`{"read_only": true, "category": "…"}` or MCP's `readOnlyHint`),
    then `tags` ("read_only"). Raises LoadError for a schema that cannot be had and for arguments that only
    LangGraph's own tool node could inject.
    """
    declared = declaration_of(tool).over(_declared_by_function(tool)).over(_declared_in_metadata(tool))
    model: Any = tool.args_schema if _is_model(tool.args_schema) else None
    docstring = Docstring(tool.description or "")
    spec = ToolSpec(
        name=mapped_name(tool.name),
        original_name=tool.name if mapped_name(tool.name) != tool.name else None,
        description=(docstring.prose if docstring.parameters else (tool.description or "").strip())
        or f"{in_words(tool.name).capitalize()}.",
        parameters={**_parameters(tool, docstring.parameters), **(declared.json_schema_extra or {})},
        output_schema=_output_schema(tool),
        category=declared.category or category,
        source="langchain",
        annotations=declared.annotations,
    )
    runnable = tool
    if tool.handle_tool_error or tool.handle_validation_error:
        runnable = tool.model_copy(update={"handle_tool_error": False, "handle_validation_error": False})
    is_async = _is_async(tool)
    with_artifact = artifact != "leave" and tool.response_format == "content_and_artifact"

    async def call(given: dict[str, Any]) -> Any:
        if model is not None:
            try:
                model.model_validate(given)
            except ValidationError as error:
                raise invalid_arguments(error) from error
        # Not `ainvoke` for both: for a sync tool it uses the default executor, whose threads block the exit.
        # As a model's call where the artifact is wanted: only its message has one.
        message = {"type": "tool_call", "id": "1", "name": tool.name, "args": given} if with_artifact else given
        answer = await runnable.ainvoke(message) if is_async else await in_thread(runnable.invoke, message)
        if not isinstance(answer, ToolMessage):
            return answer
        if answer.status == "error":
            raise ToolFailure(tool_error("tool_error", answer.text))
        if artifact == "both" and with_artifact:
            return {"content": answer.content, "artifact": answer.artifact}
        return answer.artifact if artifact == "use" and answer.artifact is not None else answer.content

    return Tool(spec, call)


def _is_model(schema: Any) -> bool:
    return isinstance(schema, type) and issubclass(schema, BaseModel)


def _is_async(tool: BaseTool) -> bool:
    if isinstance(tool, StructuredTool | SingleInputTool):
        return tool.coroutine is not None
    return type(tool)._arun is not BaseTool._arun


def _parameters(tool: BaseTool, descriptions: dict[str, str]) -> dict[str, Any]:
    if isinstance(tool.args_schema, dict):
        return deepcopy(tool.args_schema)
    try:
        offered: Any = tool.tool_call_schema
        full: Any = tool.get_input_schema()
        if not (_is_model(offered) and _is_model(full)):
            raise LoadError(f"tool {tool.name}: its args_schema must be a pydantic 2 model or a JSON Schema")
        hidden = set(full.model_fields) - set(offered.model_fields)
        needed = {name for name in hidden if full.model_fields[name].is_required()}
        injected = sorted(needed | (tool._injected_args_keys - set(offered.model_fields)))
        if injected:
            raise LoadError(
                f"tool {tool.name} needs {', '.join(injected)} injected by a LangGraph tool node, and "
                f"there is none when data is generated. Give it a default, or wrap the tool in a function."
            )
        # Of the full model: the one that LangChain offers has lost titles, examples and extras.
        schema = json_schema(TypeAdapter(full), "validation")
    except NOT_A_TYPE as error:
        raise LoadError(f"tool {tool.name}: its args_schema makes no JSON Schema ({error})") from error
    # LangChain repeats the tool's description there.
    schema.pop("description", None)
    schema.setdefault("properties", {})
    for name in hidden:
        schema["properties"].pop(full.model_fields[name].alias or name, None)
    in_hints = _properties_of_hints(tool)
    for name, member in schema["properties"].items():
        if name in descriptions:
            member.setdefault("description", descriptions[name])
        for keyword, said in in_hints.get(name, {}).items():
            if keyword in ("title", "examples") or keyword.startswith("x-"):
                member.setdefault(keyword, said)
    return schema


def _properties_of_hints(tool: BaseTool) -> dict[str, dict[str, Any]]:
    """Return the properties after the function's own hints: LangChain keeps only descriptions and bounds."""
    try:
        hints = get_type_hints(_function(tool), include_extras=True)
        members = {name: modern(hint) for name, hint in hints.items() if name != "return"}
        adapter: TypeAdapter[Any] = TypeAdapter(typed_dict("Arguments", members))
        return dict(json_schema(adapter, "validation")["properties"])
    except (*NOT_A_TYPE, AttributeError, KeyError):
        return {}


def _function(tool: BaseTool) -> Any:
    if isinstance(tool, StructuredTool | SingleInputTool):
        return tool.coroutine or tool.func
    return type(tool)._run


def _output_schema(tool: BaseTool) -> dict[str, Any] | None:
    if tool.response_format != "content":
        return None
    try:
        return output_schema(get_type_hints(_function(tool), include_extras=True).get("return", Any))
    except (NameError, TypeError, AttributeError):
        return None


def _declared_by_function(tool: BaseTool) -> Declared:
    function = _function(tool)
    return declaration_of(function) if inspect.isroutine(function) else Declared()


def _declared_in_metadata(tool: BaseTool) -> Declared:
    metadata = {_MCP_HINTS.get(name, name): value for name, value in (tool.metadata or {}).items()}
    said = {name: metadata[name] for name in _MEMBERS if metadata.get(name) is not None}
    for name, value in said.items():
        if not isinstance(value, bool):
            raise LoadError(f"tool {tool.name}: metadata {name!r} is true or false, not {value!r}")
    for tag in tool.tags or ():
        if tag.replace("-", "_") in _MEMBERS:
            said.setdefault(tag.replace("-", "_"), True)
    category = metadata.get("category")
    return Declared(Annotations(**said), category if isinstance(category, str) and category else None)
