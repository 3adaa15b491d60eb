"""Kinds of arguments: lists, objects, switches, closed choices, numbers, and texts of one word or several."""

from typing import Any, Literal, get_args

from tool_registry.json.pointer import equal
from tool_registry.json.resolved import items_of, properties_of, required_of, resolve_schema
from tool_registry.json.schema import closed_values, types_of
from tool_registry.spec import ToolSpec

ArgumentKind = Literal["array", "object", "switch", "choice", "number", "words", "text"]
KINDS: tuple[ArgumentKind, ...] = get_args(ArgumentKind)


def kind_of_parameter(schema: Any, root: dict[str, Any]) -> ArgumentKind:
    """Return the kind of a parameter: array, object, switch, closed choice, number, or text.

    What takes a person's own words is `text` as well: only a value tells how many there are.
    """
    types = types_of(schema, root)
    for name, kind in (("array", "array"), ("object", "object"), ("boolean", "switch")):
        if name in types:
            return kind  # type: ignore[return-value]
    resolved = resolve_schema(schema, root)
    is_open = any("pattern" in each for each in resolved.get("anyOf", []) if isinstance(each, dict))
    if closed_values(resolved) and not is_open:
        return "choice"
    return "number" if types & {"integer", "number"} else "text"


def kind_of_argument(value: Any, schema: Any, root: dict[str, Any]) -> ArgumentKind:
    """Return the kind of an argument: that of its parameter, but `words` for a text of several words."""
    kind = kind_of_parameter(schema, root)
    return "words" if kind == "text" and isinstance(value, str) and len(value.split()) > 1 else kind


def parameters_of_kind(spec: ToolSpec, kind: str) -> list[str]:
    """Return the parameters that take this kind of argument; of `optional` those that may be left out.

    A text takes several words where one of its examples has some.
    """
    root, required = spec.parameters, required_of(spec.parameters)
    found = []
    for name, schema in properties_of(root).items():
        if kind == "optional":
            is_one = name not in required
        elif kind == "words":
            examples = items_of(resolve_schema(schema, root).get("examples"))
            is_text = kind_of_parameter(schema, root) == "text"
            is_one = is_text and any(isinstance(each, str) and " " in each.strip() for each in examples)
        else:
            is_one = kind_of_parameter(schema, root) == kind
        if is_one:
            found.append(name)
    return found


def has_argument_of_kind(arguments: dict[str, Any], spec: ToolSpec, kind: str) -> bool:
    """Tell whether one of the arguments is of this kind and not its parameter's default, which nobody says."""
    given = (name for name in parameters_of_kind(spec, kind) if name in arguments)
    return any(not is_default(arguments[name], spec, name) for name in given)


def is_default(value: Any, spec: ToolSpec, name: str) -> bool:
    """Tell whether the value is what the parameter is without it."""
    schema = resolve_schema(properties_of(spec.parameters).get(name, {}), spec.parameters)
    return "default" in schema and equal(schema["default"], value)
