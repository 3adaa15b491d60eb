"""What an MCP tool answers, as content: structured content, else its text."""

from typing import Any

from mcp_types import (
    AudioContent,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)

from tool_registry.calling.failures import tool_error
from tool_registry.json.resolved import properties_of
from tool_registry.json.text import read_json
from tool_registry.result import ToolFailure

#: FastMCP's mark on the output schema of a tool whose answer is no object: it stands under `result`.
_WRAPPED = "x-fastmcp-wrap-result"


def unwrapped_schema(schema: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the schema of what `content_of` gives: without the object that FastMCP puts around other values."""
    if not schema or not schema.get(_WRAPPED):
        return schema
    inner = properties_of(schema).get("result")
    if not isinstance(inner, dict):
        return None
    return {**inner, **{name: schema[name] for name in ("$defs", "definitions") if name in schema}}


def content_of(result: CallToolResult, schema: dict[str, Any] | None, *, parse_json: bool) -> Any:
    """Return the content of an answer: JSON or text.

    Structured content goes before text. Without it one text is a string, several are a list of strings; with
    `parse_json` each of several that is a JSON object or array is read as one, as one alone is where it is executed.
    `schema` is the output schema as the
    server declares it. Raises ToolFailure: `tool_error` for `isError`, `malformed_output` for images, sound and
    other bytes.
    """
    if result.is_error:
        said = "\n".join(block.text for block in result.content if isinstance(block, TextContent)).strip()
        raise ToolFailure(tool_error("tool_error", said or "the server reports an error and does not say which"))
    texts: list[Any] = []
    for block in result.content:
        texts.append(_text(block) if not isinstance(block, ResourceLink) else _link(block))
    structured = result.structured_content
    if structured is not None:
        return structured.get("result") if schema and schema.get(_WRAPPED) else structured
    if len(texts) > 1 and parse_json:
        texts = [read_json(text) if isinstance(text, str) else text for text in texts]
    return "" if not texts else texts[0] if len(texts) == 1 else texts


def _text(block: Any) -> str:
    match block:
        case TextContent():
            return block.text
        case EmbeddedResource(resource=TextResourceContents() as resource):
            return resource.text
        case ImageContent() | AudioContent():
            raise _bytes(block.mime_type)
        case EmbeddedResource():
            raise _bytes(block.resource.mime_type or "bytes")
    raise _bytes(type(block).__name__)


def _bytes(kind: str) -> ToolFailure:
    return ToolFailure(tool_error("malformed_output", f"the tool answered with {kind}, which is neither text nor JSON"))


def _link(block: ResourceLink) -> dict[str, Any]:
    members = {"uri": str(block.uri), "name": block.name, "description": block.description, "type": block.mime_type}
    return {name: value for name, value in members.items() if value is not None}
