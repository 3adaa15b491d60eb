"""The library on disk: `tools/<Category>/<tool>.json`, each with the APIs of one RapidAPI tool."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tool_registry.sources.python.words import in_words
from tool_registry.sources.toolbench.names import api_name, standardise, standardise_category
from tool_registry.tool import LoadError

_FILE_BYTES_MAX = 16 * 1024 * 1024
_DESCRIPTION_MAX = 1000
_FORMATS = {"DATE (YYYY-MM-DD)": "date", "DATE": "date"}
#: NUMBER is not "integer", as it is in ToolBench: latitudes are NUMBERs.
_TYPES = {"STRING": "string", "NUMBER": "number", "BOOLEAN": "boolean"}
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True)
class API:
    """One API: how the server finds it, and what a caller is told. `method` is in upper case, "" if not said."""

    category: str
    tool: str
    name: str
    method: str
    description: str
    parameters: dict[str, Any]
    output: Any


def apis(folder: str, categories: list[str], problems: list[str]) -> Iterator[API]:
    """Yield the library's APIs by category, file and place; what cannot be read is a problem.

    `categories` are patterns of folders to read, all when empty. Raises LoadError when there is no library.
    """
    root = _root(folder)
    chosen = [path for path in sorted(root.iterdir()) if path.is_dir() and not path.name.startswith(".")]
    if categories:
        wanted = [*categories, *map(standardise_category, categories)]
        known = [path.name for path in chosen]
        chosen = [path for path in chosen if any(fnmatchcase(path.name, pattern) for pattern in wanted)]
        if not chosen:
            raise LoadError(f"toolbench {folder}: no category matches {categories}. There are: {', '.join(known)}.")
    for category in chosen:
        for path in sorted(category.glob("*.json")):
            yield from _apis_of(path, category.name, problems)


def _root(folder: str) -> Path:
    root = Path(folder).expanduser()
    if not root.is_dir():
        raise LoadError(
            f"toolbench {folder}: no such folder. It is the one with a folder a category: tools/<Category>/<tool>.json"
        )
    inside = root / "tools"
    if not any(root.glob("*/*.json")) and inside.is_dir():
        root = inside
    if not any(root.glob("*/*.json")):
        raise LoadError(f"toolbench {folder}: there is no <Category>/<tool>.json in it")
    return root


def _apis_of(path: Path, category: str, problems: list[str]) -> Iterator[API]:
    where = f"{category}/{path.name}"
    try:
        tool = _read(path)
    except ValueError as error:
        problems.append(f"{where} is skipped: {error}")
        return
    seen: set[str] = set()
    for position, declared in enumerate(tool["api_list"]):
        try:
            api = _api(declared, tool, category, path.stem)
        except ValueError as error:
            problems.append(f"{where}, API {position + 1} is skipped: {error}")
            continue
        if api.name in seen:
            # The server finds the first one under that name, whatever is asked.
            problems.append(f"{where}, API {position + 1} is skipped: an earlier one is also called {api.name!r}")
            continue
        seen.add(api.name)
        yield api


def _read(path: Path) -> dict[str, Any]:
    """Return the file's tool. Raises ValueError."""
    try:
        if path.stat().st_size > _FILE_BYTES_MAX:
            raise ValueError(f"larger than {_FILE_BYTES_MAX} bytes")
        tool = json.loads(path.read_bytes())
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(tool, dict) or not isinstance(tool.get("api_list"), list):
        raise ValueError("it has no `api_list`")
    return tool


def _api(declared: Any, tool: dict[str, Any], category: str, stem: str) -> API:
    """Return the API. Raises ValueError for one that no call could reach."""
    if not isinstance(declared, dict) or not isinstance(declared.get("name"), str):
        raise ValueError("it has no name")
    name = api_name(declared["name"])
    if not name:
        raise ValueError(f"nothing of its name {declared['name']!r} is left when it is standardised")
    method = declared.get("method")
    return API(
        category,
        stem,
        name,
        method.strip().upper() if isinstance(method, str) else "",
        _description(declared, tool, name),
        _parameters(declared),
        declared.get("schema"),
    )


def _description(declared: dict[str, Any], tool: dict[str, Any], name: str) -> str:
    own = _text(declared.get("description")) or f"{in_words(name).capitalize()}."
    title = _text(tool.get("title")) or _text(tool.get("tool_name"))
    about = _text(tool.get("tool_description"))
    of_tool = f"{title}: {about}" if title and about else title or about
    whole = f"{own if own[-1] in '.!?' else own + '.'} ({of_tool})" if of_tool and of_tool != own else own
    return whole if len(whole) <= _DESCRIPTION_MAX else whole[: _DESCRIPTION_MAX - 1].rstrip() + "…"


def _text(value: Any) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    # What the library writes where a description is missing.
    return "" if text.lower() in ("none", "null", "n/a") else text


def _parameters(declared: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of the arguments. Raises ValueError for what is no parameter."""
    properties: dict[str, Any] = {}
    required: list[str] = []
    for member in ("required_parameters", "optional_parameters"):
        listed = declared.get(member) or []
        if not isinstance(listed, list):
            raise ValueError(f"its {member} are no list")
        for each in listed:
            if not isinstance(each, dict) or not isinstance(each.get("name"), str) or not api_name(each["name"]):
                raise ValueError(f"one of its {member} has no name")
            name = api_name(each["name"])
            if name in properties:
                # Declared twice, or required and optional: the first, stricter word counts.
                continue
            properties[name] = _property(each)
            if name != standardise(each["name"]):
                # What people call it; the name is ToolBench's.
                properties[name]["title"] = standardise(each["name"])
            if member == "required_parameters":
                required.append(name)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _property(parameter: dict[str, Any]) -> dict[str, Any]:
    declared = str(parameter.get("type", "")).strip().upper()
    made: dict[str, Any] = {"type": _TYPES.get(declared, "string")}
    if declared in _FORMATS:
        made["format"] = _FORMATS[declared]
    description = _text(parameter.get("description"))
    if description:
        made["description"] = description[:_DESCRIPTION_MAX]
    # RapidAPI's "default" is what its test form is filled with; the service never assumes it.
    example = _example(parameter.get("default"), made["type"])
    if example is not None:
        made["examples"] = [example]
    return made


def _example(value: Any, kind: str) -> Any:
    """Return the value as the type has it, or None when it is none of that type."""
    if value is None or value == "":
        return None
    if kind == "boolean":
        return value if isinstance(value, bool) else _TRUTHS.get(str(value).strip().lower())
    if kind == "number":
        if isinstance(value, bool):
            return None
        try:
            number = json.loads(str(value))
        except ValueError:
            return None
        return number if type(number) is int or (type(number) is float and math.isfinite(number)) else None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
