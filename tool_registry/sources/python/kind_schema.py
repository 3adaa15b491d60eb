"""JSON Schemas of types that say by `Kind` what each of their values is.

What pydantic makes of them too, with nested types written where they stand, at a hundredth of its time: a library of
functions is described when it is loaded.
"""

from collections.abc import Hashable, Iterable
from typing import Annotated, Any, Literal, NotRequired, Optional, get_args, get_origin

import typing_extensions
from typing_extensions import get_original_bases, get_type_hints, is_typeddict

from tool_registry.kind import Kind

_TYPES: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}
_SCALARS: dict[Any, str | list[str]] = {
    **_TYPES,
    **{Optional[each]: [name, "null"] for each, name in _TYPES.items()},  # noqa: UP045 - made, not written
}
_WRAPPERS: tuple[Any, ...] = (NotRequired, typing_extensions.Required)


def kind_schema(hint: Any, *, is_result: bool, within: tuple[Any, ...] = ()) -> dict[str, Any] | None:
    """Return the JSON Schema of a type; None where not each of its values has a kind, or it is of another form.

    A value is a str, int, float or bool, one of several texts (`Literal`), a list of one type, or a TypedDict, but none
    of those that it is `within`.
    """
    kinds: Iterable[Any] = ()
    if get_origin(hint) is Annotated:
        hint, *kinds = get_args(hint)
        if not all(isinstance(kind, Kind) for kind in kinds):
            return None
    schema: dict[str, Any] | None
    if isinstance(hint, Hashable) and hint in _SCALARS:
        schema = {"type": _SCALARS[hint]} if kinds else None
    elif get_origin(hint) is Literal:
        schema = _choice(get_args(hint)) if kinds else None
    elif get_origin(hint) is list:
        items = kind_schema(*get_args(hint), is_result=is_result, within=within)
        schema = None if items is None else {"type": "array", "items": items}
    else:
        schema = _of_members(hint, is_result, within) if is_typeddict(hint) and hint not in within else None
    for kind in kinds if schema is not None else ():
        schema = kind.over(schema, is_result=is_result)
    return schema


def _choice(values: tuple[Any, ...]) -> dict[str, Any] | None:
    """Return the schema of several texts to choose from; None of other values, or of one."""
    if len(values) < 2 or not all(isinstance(each, str) for each in values):
        return None
    return {"enum": list(values), "type": "string"}


def object_schema(
    members: dict[str, Any], required: list[str], *, is_result: bool, within: tuple[Any, ...] = ()
) -> dict[str, Any] | None:
    """Return the schema of an object whose members have these types, closed; None as `kind_schema` does."""
    properties = {}
    for name, hint in members.items():
        schema = kind_schema(hint, is_result=is_result, within=within)
        if schema is None:
            return None
        properties[name] = schema
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _of_members(hint: Any, is_result: bool, within: tuple[Any, ...]) -> dict[str, Any] | None:
    try:
        members = get_type_hints(hint, include_extras=True)
    except Exception:
        return None
    bare = {name: get_args(each)[0] if get_origin(each) in _WRAPPERS else each for name, each in members.items()}
    required = [name for name in bare if name in hint.__required_keys__]
    schema = object_schema(bare, required, is_result=is_result, within=(*within, hint))
    if schema is not None and not _is_closed(hint):
        del schema["additionalProperties"]
    if schema is not None and hint.__doc__:
        schema["description"] = hint.__doc__.strip()
    return schema


def _is_closed(hint: Any) -> bool:
    if "__pydantic_config__" in vars(hint):
        return bool(hint.__pydantic_config__.get("extra") == "forbid")
    return any(_is_closed(base) for base in get_original_bases(hint) if is_typeddict(base))
