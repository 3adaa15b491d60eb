"""Python values to JSON-native ones, strictly: what JSON cannot say is an error, never a guess."""

import dataclasses
import math
import numbers
import operator
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic_core import PydanticSerializationError, to_jsonable_python

from tool_registry.json.pointer import escape

#: Deeper values break serialisers further on (orjson stops at 254 levels, pydantic at 255).
MAX_DEPTH = 100
MAX_VALUES = 5_000_000
#: What checkpoints (MessagePack) and fast readers of JSON hold; beyond it they fail or round.
INT_MIN, INT_MAX = -(2**63), 2**64 - 1


class NotJSONError(ValueError):
    """A value is not JSON. `str()` says what was found and where."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found
        self.path: list[str] = []

    def __str__(self) -> str:
        place = "".join(f"/{escape(token)}" for token in reversed(self.path))
        return f"{self.found} at {place[:200]}" if place else self.found


class TooManyValuesError(NotJSONError):
    """The value holds more values than the limit."""


def to_json_native(value: Any, max_values: int = MAX_VALUES) -> tuple[Any, int]:
    """Return a copy of str, int, float, bool, None, list and dict, and a lower bound of its JSON's bytes.

    Pydantic models, dataclasses, dates, Decimal, UUID, Enum, paths and the like become what pydantic makes of
    them in JSON mode; tuples become lists, sets sorted lists (the order of a set differs between processes).
    Numbers and arrays of libraries (numpy and its like) become the numbers and lists that they mean.
    Raises NotJSONError for bytes, NaN and infinity, integers of over 64 bits, iterators, more than MAX_DEPTH levels
    and what has no JSON form; TooManyValuesError above `max_values`, which also ends values that hold themselves
    many times.
    """
    reader = _Reader(max_values)
    try:
        native = reader.read(value, 0)
    except RecursionError as error:
        raise NotJSONError("a value nested too deeply") from error
    return native, reader.weight


def is_json_native(value: Any) -> bool:
    """Tell whether a value is one that `to_json_native` gives, as it is."""
    try:
        native, _ = to_json_native(value)
    except NotJSONError:
        return False
    return bool(native == value)


class _Reader:
    def __init__(self, max_values: int) -> None:
        self.left = max_values
        self.weight = 0

    def read(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0:
            raise TooManyValuesError("too many values")
        kind = type(value)
        if kind is str:
            self.weight += len(value) + 2
            return value
        if value is None or kind is bool:
            self.weight += 1
            return value
        if kind is int:
            self.weight += 1
            return _in_range(value)
        if kind is float:
            self.weight += 1
            return _finite(value)
        if depth >= MAX_DEPTH:
            raise NotJSONError(f"a value nested deeper than {MAX_DEPTH} levels")
        if kind is dict:
            return self.read_members(value.items(), depth)
        if kind is list or kind is tuple:
            return self.read_items(value, depth)
        return self.read_other(value, depth)

    def read_members(self, members: Any, depth: int) -> dict[str, Any]:
        self.weight += 2
        native: dict[str, Any] = {}
        name = ""
        try:
            for key, value in members:
                name = key if type(key) is str else _member_name(key)
                if name in native:
                    raise NotJSONError(f"two members named {name[:100]!r}")
                self.weight += len(name) + 3
                native[name] = self.read(value, depth + 1)
        except NotJSONError as error:
            error.path.append(name)
            raise
        return native

    def read_items(self, items: Any, depth: int) -> list[Any]:
        self.weight += 1
        native: list[Any] = []
        try:
            for item in items:
                self.weight += 1
                native.append(self.read(item, depth + 1))
        except NotJSONError as error:
            error.path.append(str(len(native)))
            raise
        return native

    def read_other(self, value: Any, depth: int) -> Any:
        match value:
            case type():
                raise NotJSONError(f"the class {value.__name__}, not a value")
            case bytes() | bytearray() | memoryview():
                raise NotJSONError(f"{type(value).__name__}, which JSON cannot hold")
            case Enum():
                return self.read(value.value, depth + 1)
            case str():
                return self.read(str.__str__(value), depth)
            case int():
                return self.read(int(value), depth)
            case float():
                return self.read(float(value), depth)
            case Decimal() if not value.is_finite():
                raise NotJSONError(f"{value}, which is not a number in JSON")
            case numbers.Integral():
                return self.read(int(value), depth)
            case numbers.Real() if not isinstance(value, numbers.Rational):
                return self.read(float(value), depth)
            case Iterator():
                raise NotJSONError(f"{_a(value)}: return a list instead")
            case _ if hasattr(value, "__pydantic_serializer__"):
                return self.read(_through_pydantic(value), depth + 1)
            case _ if dataclasses.is_dataclass(value):
                members = ((each.name, getattr(value, each.name)) for each in dataclasses.fields(value))
                return self.read_members(members, depth)
            case Mapping():
                return self.read_members(value.items(), depth)
            case tuple() | list():
                return self.read_items(value, depth)
            case set() | frozenset():
                return sorted(self.read_items(value, depth), key=lambda item: (type(item).__name__, repr(item)))
            case _ if callable(to_list := getattr(value, "tolist", None)):
                # What numpy and the libraries that follow it have for scalars and arrays alike.
                return self.read(to_list(), depth + 1)
            case _:
                return self.read(_through_pydantic(value), depth + 1)


def _in_range(value: int) -> int:
    if not INT_MIN <= value <= INT_MAX:
        raise NotJSONError("an integer of over 64 bits, which only text keeps to the last digit")
    return value


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise NotJSONError(f"{value}, which is not a number in JSON")
    return value


def _member_name(key: Any) -> str:
    match key:
        case Enum():
            return _member_name(key.value)
        case str():
            return str.__str__(key)
        case bool() | None:
            return {True: "true", False: "false", None: "null"}[key]
        case numbers.Integral():
            return str(int(key))
        case float():
            return str(_finite(float(key)))
        case bytes():
            raise NotJSONError("a member name of bytes, which JSON cannot hold")
        case _ if callable(to_list := getattr(key, "tolist", None)) and to_list() is not key:
            return _member_name(to_list())
        case _:
            name = _through_pydantic(key)
            if not isinstance(name, str):
                raise NotJSONError(f"a member named by {_a(key)}")
            return name


def _through_pydantic(value: Any) -> Any:
    try:
        native = to_jsonable_python(value)
    except (PydanticSerializationError, ValueError, TypeError, RecursionError) as error:
        if hasattr(type(value), "__index__"):
            return operator.index(value)
        raise NotJSONError(f"{_a(value)}, which has no JSON form") from error
    if native is value:
        raise NotJSONError(f"{_a(value)}, which has no JSON form")
    return native


def _a(value: Any) -> str:
    kind = type(value)
    return f"a {kind.__qualname__}" if kind.__module__ == "builtins" else f"a {kind.__module__}.{kind.__qualname__}"
