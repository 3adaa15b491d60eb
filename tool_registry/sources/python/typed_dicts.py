"""`typing.TypedDict` for pydantic, which before Python 3.12 reads only that of `typing_extensions`."""

import sys
import types
import typing
from typing import Any

import typing_extensions


def modern(annotation: Any) -> Any:
    """Return the annotation with each `typing.TypedDict` in it as one that pydantic can read."""
    return annotation if sys.version_info >= (3, 12) else _modern(annotation, {})


def _modern(annotation: Any, done: dict[Any, Any]) -> Any:
    if typing.is_typeddict(annotation) and type(annotation).__module__ == "typing":
        return _convert(annotation, done)
    arguments = typing.get_args(annotation)
    if not arguments:
        return annotation
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return typing.Annotated[_modern(arguments[0], done), *arguments[1:]]
    if origin is typing.Literal:
        return annotation
    converted = tuple(_modern(each, done) for each in arguments)
    if all(new is old for new, old in zip(converted, arguments, strict=True)):
        return annotation
    if origin is types.UnionType:
        return typing.Union[converted]  # noqa: UP007
    return annotation.copy_with(converted) if hasattr(annotation, "copy_with") else origin[converted]


def _convert(old: Any, done: dict[Any, Any]) -> Any:
    if old in done:
        return done[old]
    # Known before its members are converted: where a TypedDict holds itself, the inner one is any value.
    done[old] = Any
    hints = typing_extensions.get_type_hints(old, include_extras=True)
    members = {}
    wrappers: tuple[Any, ...] = (typing.Required, typing.NotRequired)
    for name, hint in hints.items():
        bare = hint
        while typing.get_origin(bare) in wrappers:
            bare = typing.get_args(bare)[0]
        wrapper = typing_extensions.Required if name in old.__required_keys__ else typing_extensions.NotRequired
        members[name] = wrapper[_modern(bare, done)]
    done[old] = new = typed_dict(old.__name__, members, getattr(old, "__pydantic_config__", None))
    new.__doc__ = old.__doc__
    new.__module__ = old.__module__
    return new


def typed_dict(name: str, members: dict[str, Any], config: Any = None) -> Any:
    """Return a new TypedDict of `members` (name to type, NotRequired and all) with a pydantic config."""
    make: Any = typing_extensions.TypedDict
    new = make(name, members)
    if config is not None:
        new.__pydantic_config__ = config
    return new
