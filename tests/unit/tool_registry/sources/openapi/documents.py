"""Documents made for one test."""

import json
from pathlib import Path
from typing import Any

from tool_registry.sources.config import SourceConfig
from tool_registry.sources.openapi.document import Document
from tool_registry.sources.openapi.source import load
from tool_registry.tool import Loaded, Tool

SERVER = [{"url": "https://api.example.com/v1/"}]


def document(paths: dict[str, Any] | None = None, version: str = "3.1.0", **members: Any) -> dict[str, Any]:
    info = {"title": "Test service", "version": "1"}
    return {"openapi": version, "info": info, "servers": SERVER, "paths": paths or {}, **members}


def models(version: str = "3.1.0", **schemas: Any) -> Document:
    return Document(document(version=version, components={"schemas": schemas}), None)


def loaded(folder: Path, content: Any, **config: Any) -> Loaded:
    path = folder / "openapi.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return load(SourceConfig(kind="openapi", target=str(path), **config))


def only_tool(folder: Path, operation: dict[str, Any], path: str = "/things", **members: Any) -> Tool:
    """The tool of a document with one GET operation."""
    [tool] = loaded(folder, document({path: {"get": operation}}, **members)).tools
    return tool
