"""Phrases of a function's tool, from the page beside its module, in the tool's schemas."""

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from types import ModuleType
from typing import Any

from tool_registry.json.changed import changed
from tool_registry.json.pointer import tokens
from tool_registry.json.resolved import dereference
from tool_registry.kind import with_phrases
from tool_registry.sources.python.page import SaidOf, Section, sections_beside, wrong
from tool_registry.tool import LoadError

#: The pointer of `{/sunrise}`, `{/items/*|[name]}`, `{#/items}` or `{/count?day:days}`.
_MEMBERS = re.compile(r"\{#?(/[^{}|?]+)")
#: Levels of a result whose members an error lists.
_DEPTH_SHOWN = 6
_ARGUMENTS = re.compile(r"\{([^\W\d]\w*(?:\+\w+)*)\}")


def section_of(function: Callable[..., Any]) -> Section | None:
    """Return what the page beside the function's module has of it, by `Class.method` or name alone; None for nothing.

    Raises LoadError as `sections_beside` does.
    """
    function = inspect.unwrap(function)
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    sections = sections_beside(getattr(module, "__file__", None))
    names = (getattr(function, name, "") for name in ("__qualname__", "__name__"))
    return next((sections[name] for name in names if name in sections), None)


def unknown_sections(module: ModuleType) -> list[str]:
    """Return what is wrong with sections of the module's page that name nothing in the module."""
    classes = [value for value in vars(module).values() if isinstance(value, type)]
    known = [*vars(module), *(name for each in classes for name in vars(each))]
    return [
        str(wrong(section.path, section.number, f"[{name}] names nothing in the module.{_meant(name, known)}"))
        for name, section in sections_beside(getattr(module, "__file__", None)).items()
        if name.rpartition(".")[2] not in known
    ]


def with_section(
    section: Section, parameters: dict[str, Any], output: dict[str, Any] | None
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return the schemas of a tool's parameters and result with its section in them.

    Raises LoadError, naming file and line, for a slot or a place that the tool has not.
    """
    names = list(parameters["properties"])
    for number, text in _texts(section):
        for name in (name for slot in _ARGUMENTS.findall(text) for name in slot.split("+")):
            if name not in names:
                raise wrong(section.path, number, f"the tool has no parameter {name!r}.{_meant(name, names)}")
        for place in _MEMBERS.findall(text):
            if _lacks(output or {}, output or {}, tokens(place)):
                raise _no_member(section, number, place, output)
    for line in section.said_of:
        if not line.places:
            examples = [_by_name(section, line, names, each) for each in line.members["examples"]]
            parameters = {**parameters, "examples": examples}
        for place in line.places:
            if place.startswith("/"):
                made = changed(output or {}, tokens(place), _saying(line.members))
                if made is None:
                    raise _no_member(section, line.number, place, output)
                output = made
            else:
                made = changed(parameters, place.split("/"), _saying(line.members))
                if made is None or place.partition("/")[0] not in names:
                    raise wrong(
                        section.path, line.number, f"the tool has no parameter {place!r}.{_meant(place, names)}"
                    )
                parameters = made
    if section.intents or section.situations:
        phrases = {"intents": section.intents, "situations": section.situations}
        parameters = {**parameters, "x-phrases": {**parameters.get("x-phrases", {}), **phrases}}
    return parameters, output


def _texts(section: Section) -> Iterator[tuple[int, str]]:
    for phrase in section.phrases:
        yield phrase.number, phrase.text
    for line in section.said_of:
        for text in line.members.get("refer", ()):
            yield line.number, text


def _by_name(section: Section, line: SaidOf, names: list[str], example: Any) -> dict[str, Any]:
    """Return a whole set of arguments by name: it is one, a list in the order of the parameters, or the first alone."""
    if isinstance(example, dict):
        return example
    values = example if isinstance(example, list) else [example]
    if len(values) > len(names):
        raise wrong(section.path, line.number, f"{example!r} has more values than the parameters {', '.join(names)}")
    return dict(zip(names, values, strict=False))


def _no_member(section: Section, number: int, place: str, output: dict[str, Any] | None) -> LoadError:
    known = list(_places(output or {}, output or {}))
    return wrong(section.path, number, f"the result has no member {place!r}.{_meant(place, known)}")


def _lacks(schema: Any, root: dict[str, Any], path: list[str]) -> bool:
    """Tell whether a schema names its members and has none at the path."""
    if not path or not isinstance(schema, dict):
        return False
    schema = dereference(schema, root)
    first, *rest = path
    properties = schema.get("properties", {})
    if first in properties:
        return _lacks(properties[first], root, rest)
    if "items" in schema and (first == "*" or first.isdecimal()):
        return _lacks(schema["items"], root, rest)
    return bool(properties) and not schema.get("additionalProperties")


def _saying(members: dict[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    if "examples" in members:
        return lambda schema: {**schema, **members}
    return lambda schema: with_phrases(schema, members)


def _places(schema: Any, root: dict[str, Any], place: str = "", depth: int = _DEPTH_SHOWN) -> Iterator[str]:
    if place:
        yield place
    if not isinstance(schema, dict) or depth == 0:
        return
    schema = dereference(schema, root)
    for name, member in schema.get("properties", {}).items():
        yield from _places(member, root, f"{place}/{name}", depth - 1)
    if "items" in schema:
        yield from _places(schema["items"], root, f"{place}/*", depth - 1)


def _meant(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else f" There are: {', '.join(known[:12]) or 'none'}."
