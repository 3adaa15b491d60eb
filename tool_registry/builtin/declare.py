"""How a built-in toolkit declares its tools."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tool_registry.spec import Annotations, ToolSpec

F = TypeVar("F", bound=Callable[..., Any])

READ_ONLY = Annotations(read_only=True, destructive=False, idempotent=True, open_world=False, deterministic=True)


@dataclass(frozen=True)
class BuiltinTool:
    """A built-in tool: its spec and the synchronous function that answers its calls."""

    spec: ToolSpec
    function: Callable[..., Any]


class ToolkitError(ValueError):
    """A built-in tool cannot answer: raised with words that a person can act on."""


class Toolkit:
    """The tools of one domain, in the order of declaration."""

    def __init__(self, category: str) -> None:
        self.category = category
        self.tools: list[BuiltinTool] = []

    def tool(self, *, parameters: dict[str, Any], output: dict[str, Any]) -> Callable[[F], F]:
        """Declare the decorated function as a tool: its name and docstring are the tool's."""

        def declare(function: F) -> F:
            spec = ToolSpec(
                name=function.__name__,
                description=inspect.getdoc(function) or "",
                parameters=parameters,
                output_schema=output,
                category=self.category,
                source="builtin",
                annotations=READ_ONLY,
            )
            self.tools.append(BuiltinTool(spec, function))
            return function

        return declare


def obj(
    properties: dict[str, Any],
    *,
    optional: tuple[str, ...] = (),
    **keywords: Any,
) -> dict[str, Any]:
    """Return a closed object schema in which every property is required but the `optional` ones.

    Further keywords are added as they are; `x_phrases` is written `x-phrases`.
    """
    phrases = keywords.pop("x_phrases", None)
    schema: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
        **keywords,
    }
    if phrases is not None:
        schema["x-phrases"] = phrases
    return schema


def array(items: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    """Return an array schema with further keywords as they are."""
    return {"type": "array", "items": items, **keywords}


def labelled(choices: dict[Any, str], **keywords: Any) -> dict[str, Any]:
    """Return a closed labelled enum: `choices` maps each value to the words that people use for it."""
    return {**keywords, "oneOf": [{"const": value, "title": title} for value, title in choices.items()]}
