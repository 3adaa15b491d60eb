"""Examples that a configuration gives for parameters of tools that are somebody else's: into the tools' schemas."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from tool_registry.json.changed import changed
from tool_registry.json.pointer import escape, tokens
from tool_registry.json.schema import schema_at, validation_errors
from tool_registry.spec import ToolSpec

_NAMES_SHOWN = 12
_DEFINITIONS = ("$defs", "definitions")


def with_examples(spec: ToolSpec, examples: Mapping[str, list[Any]]) -> tuple[ToolSpec, list[str]]:
    """Return the spec with the examples in its schema, and what is wrong with those that are left out.

    A parameter is named as it is, or by the JSON Pointer of a member deeper down (`/body/name`).
    """
    parameters = spec.parameters
    problems: list[str] = []
    for name, values in examples.items():
        path = tokens(name) if name.startswith("/") else [name]
        if changed(parameters, path, _with(values)) is None:
            known = list(parameters.get("properties") or {})
            problems.append(f"examples of {spec.name}: there is no parameter {name!r}{_instead(name, known)}")
            continue
        right = [value for value in values if not (wrong := _wrong(value, path, parameters))]
        if len(right) < len(values):
            wrong = next(words for value in values if (words := _wrong(value, path, parameters)))
            problems.append(f"examples of {spec.name}, {name}: left out is what its schema does not allow: {wrong}")
        if right:
            parameters = changed(parameters, path, _with(right)) or parameters
    return (spec if parameters is spec.parameters else spec.model_copy(update={"parameters": parameters})), problems


def no_such_tool(name: str, known: list[str]) -> str:
    """Return what is wrong with examples for a tool that the source has not."""
    return f"examples of {name!r}: there is no such tool{_instead(name, known)}"


def _instead(name: str, known: list[str]) -> str:
    if not known:
        return "; it has none"
    close = get_close_matches(name, known, n=1)
    more = f" and {len(known) - _NAMES_SHOWN} more" if len(known) > _NAMES_SHOWN else ""
    return f"{f'. Did you mean {close[0]!r}?' if close else '.'} There are: {', '.join(known[:_NAMES_SHOWN])}{more}"


def _with(values: list[Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda schema: {**schema, "examples": values}


def _wrong(value: Any, path: list[str], root: dict[str, Any]) -> str:
    """Return why the schema does not allow the value, empty when it does or cannot be applied."""
    schema = schema_at(root, "".join(f"/{escape(token)}" for token in path))
    alone = {**{name: root[name] for name in _DEFINITIONS if name in root}, **schema}
    alone.pop("examples", None)
    try:
        errors = validation_errors(alone, value)
    except Exception:  # a reference into what is not here
        return ""
    return f"{value!r} ({errors[0].removeprefix('arguments: ')})" if errors else ""
