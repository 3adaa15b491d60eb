"""Reading files that training data must not repeat: BFCL's, JSON Lines with queries and tools, or plain text."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tool_registry.spec import ToolSpec, mapped_name
from toolgrad_data.errors import UsageError

_QUERIES = ("question", "query", "prompt", "instruction", "input", "user_query", "text")
_TALKS = ("messages", "conversations", "conversation", "question", "prompt")
_TOOLS = ("function", "functions", "tools", "api_list", "available_tools")
_USERS = frozenset({"user", "human"})


@dataclass(frozen=True)
class BenchmarkLine:
    """What one line, or one member of a JSON list, holds: the queries and the tools."""

    file: str
    line: int
    queries: tuple[str, ...]
    tools: tuple[ToolSpec, ...]


def read_benchmark(path: Path) -> Iterator[BenchmarkLine]:
    """Yield what a file holds, entry by entry. A file whose first line is no JSON is taken as one query a line.

    Raises UsageError: the file, the line and what was wrong; also when the whole file holds neither query nor tool.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--decontaminate {path}: cannot be read: {error}") from error
    found = False
    for number, entry in _entries(path, text):
        line = _line_of(path, number, entry)
        if line.queries or line.tools:
            found = True
            yield line
    if not found:
        raise UsageError(
            f"--decontaminate {path}: holds no query and no tool.\n"
            "It is read as JSON Lines (members question, query or messages; function or tools), a JSON list of such "
            "objects, or plain text with a query a line"
        )


def _entries(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    start = text.lstrip()[:1]
    if start == "[":
        try:
            listed = json.loads(text)
        except ValueError as error:
            raise UsageError(f"--decontaminate {path}: not JSON: {error}") from error
        yield from enumerate(listed, start=1)
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if start != "{":
            yield number, line
            continue
        try:
            yield number, json.loads(line)
        except ValueError as error:
            raise UsageError(f"--decontaminate {path}, line {number}: not JSON: {error}") from error


def _line_of(path: Path, number: int, entry: Any) -> BenchmarkLine:
    if isinstance(entry, str):
        return BenchmarkLine(path.name, number, (entry.strip(),), ())
    if not isinstance(entry, dict):
        return BenchmarkLine(path.name, number, (), ())
    said = [text for name in _QUERIES if isinstance(text := entry.get(name), str)]
    for name in _TALKS:
        said += _said_by_user(entry.get(name))
    tools = [tool for name in _TOOLS for tool in _tools_in(entry.get(name))]
    queries = dict.fromkeys(text.strip() for text in said if text.strip())
    return BenchmarkLine(path.name, number, tuple(queries), tuple(tools))


def _said_by_user(value: Any) -> Iterator[str]:
    """Yield what users say in a list of messages, or in a list of turns of messages as BFCL has them."""
    if isinstance(value, list):
        for part in value:
            yield from _said_by_user(part)
    elif isinstance(value, dict) and (value.get("role") or value.get("from")) in _USERS:
        text = value.get("content") or value.get("value")
        if isinstance(text, str):
            yield text


def _tools_in(value: Any) -> Iterator[ToolSpec]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return
    for tool in value if isinstance(value, list) else [value]:
        inner = tool.get("function", tool) if isinstance(tool, dict) else None
        if not isinstance(inner, dict):
            continue
        name = inner.get("name") or inner.get("api_name")
        if not isinstance(name, str) or not name:
            continue
        parameters = inner.get("parameters")
        yield ToolSpec(
            name=mapped_name(name),
            description=str(inner.get("description") or inner.get("api_description") or ""),
            parameters=_object_schema(parameters),
            source="python",
            original_name=name,
        )


def _object_schema(parameters: Any) -> dict[str, Any]:
    """Return parameters as an object schema; xLAM has them flat, by name."""
    if not isinstance(parameters, dict):
        return {"type": "object", "properties": {}}
    if isinstance(parameters.get("properties"), dict):
        return parameters
    return {"type": "object", "properties": {name: _ for name, _ in parameters.items() if isinstance(_, dict)}}
