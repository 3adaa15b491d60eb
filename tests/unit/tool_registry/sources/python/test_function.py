import asyncio
import dataclasses
import datetime
import decimal
import enum
import math
import threading
import typing
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Annotated, Any, Literal, Optional, TypedDict

import pydantic
import pytest
from jsonschema import Draft202012Validator
from pydantic import Field

from tests.unit.tool_registry.making import run
from tool_registry.declare import Declared, annotate, declaration_of
from tool_registry.permissions import Permissions
from tool_registry.sources.admission import check_spec
from tool_registry.sources.python.function import function_tool
from tool_registry.tool import LoadError, Tool

ALL = Permissions(allow_unannotated=True)


class Size(enum.Enum):
    SMALL = "S"
    LARGE = "L"


class Address(pydantic.BaseModel):
    street: str
    number: Annotated[int, Field(ge=1, title="house number")]


@dataclasses.dataclass
class Parcel:
    weight_kg: float
    size: Size = Size.SMALL


class Stop(TypedDict, total=False):
    city: typing.Required[str]
    nights: int


class Quote(TypedDict):
    price: decimal.Decimal
    stops: list[Stop]


def made(function: Callable[..., Any]) -> Tool:
    tool = function_tool(function, declaration_of(function), "orders")
    check_spec(tool.spec)
    return tool


def quote(
    order: Annotated[str, Field(description="Order number.", examples=["A-17"], pattern="^[A-Z]-[0-9]+$")],
    day: datetime.date,
    to: Address,
    parcels: list[Parcel],
    speed: Literal["slow", "fast"] = "slow",
    size: Size = Size.LARGE,
    note: Optional[str] = None,  # noqa: UP045
    stops: list[Stop] | None = None,
    insured: bool = False,
    *,
    rate: Annotated[float, Field(gt=0, json_schema_extra={"x-phrases": {"again": "that rate"}})] = 0.19,
) -> Quote:
    """Say what a delivery costs,
    tax included.

    More that nobody needs.

    Args:
        order: Ignored, for the hint describes it.
        day: The day of delivery, which
            may not be a Sunday.
        speed (str): How fast it goes.

    Returns:
        The price.
    """
    assert isinstance(day, datetime.date)
    assert isinstance(to, Address)
    assert all(isinstance(each, Parcel) and isinstance(each.size, Size) for each in parcels)
    return {
        "price": decimal.Decimal("12.50") * len(parcels),
        "stops": [{"city": to.street, "nights": day.day}, *(stops or [])],
    }


def test_a_function_as_a_spec() -> None:
    spec = made(quote).spec
    assert (spec.name, spec.original_name, spec.source, spec.category) == ("quote", None, "python", "orders")
    assert spec.description == "Say what a delivery costs, tax included."
    parameters = spec.parameters
    assert parameters["type"] == "object"
    assert parameters["additionalProperties"] is False
    assert parameters["required"] == ["order", "day", "to", "parcels"]
    properties = parameters["properties"]
    assert properties["order"] == {
        "type": "string",
        "description": "Order number.",
        "examples": ["A-17"],
        "pattern": "^[A-Z]-[0-9]+$",
    }
    assert properties["day"] == {
        "type": "string",
        "format": "date",
        "description": "The day of delivery, which may not be a Sunday.",
    }
    assert properties["speed"] == {
        "type": "string",
        "enum": ["slow", "fast"],
        "default": "slow",
        "description": "How fast it goes.",
    }
    assert properties["rate"] == {
        "type": "number",
        "exclusiveMinimum": 0,
        "default": 0.19,
        "x-phrases": {"again": "that rate"},
    }
    assert properties["size"]["default"] == "L"
    assert properties["insured"] == {"type": "boolean", "default": False}
    assert properties["note"]["default"] is None
    definitions = parameters["$defs"]
    assert definitions["Address"]["properties"]["number"]["title"] == "house number"
    assert "title" not in definitions["Address"]
    assert "title" not in definitions["Address"]["properties"]["street"]
    assert definitions["Stop"]["required"] == ["city"]
    assert spec.output_schema is not None
    assert spec.output_schema["required"] == ["price", "stops"]
    assert spec.output_schema["properties"]["stops"]["items"] == {"$ref": "#/$defs/Stop"}
    assert spec.annotations == Declared().annotations


async def test_a_call_gets_the_functions_own_types_and_gives_json() -> None:
    tool = made(quote)
    arguments = {
        "order": "A-17",
        "day": "2026-03-01",
        "to": {"street": "Elm Street", "number": 3},
        "parcels": [{"weight_kg": 2, "size": "L"}, {"weight_kg": 0.5}],
        "stops": [{"city": "Oslo"}],
    }
    result = await run(tool, arguments, permissions=ALL)
    assert result.error is None
    assert result.content == {
        "price": "25.00",
        "stops": [{"city": "Elm Street", "nights": 1}, {"city": "Oslo"}],
    }
    assert tool.spec.output_schema is not None
    Draft202012Validator(tool.spec.output_schema).validate(result.content)
    refused = await run(tool, {**arguments, "day": "2026-02-30"}, permissions=ALL)
    assert refused.error is not None
    assert refused.error.kind == "invalid_arguments"


async def test_what_only_the_type_can_check_is_invalid_arguments_too() -> None:
    def even(n: Annotated[int, pydantic.AfterValidator(lambda n: n if n % 2 == 0 else 1 / 0)]) -> int:
        return n

    class Span(pydantic.BaseModel):
        first: int
        last: int

        @pydantic.model_validator(mode="after")
        def _ordered(self) -> "Span":
            if self.last < self.first:
                raise ValueError("the last comes after the first")
            return self

    async def length(span: Span) -> int:
        return span.last - span.first

    tool = function_tool(length, Declared(), "x")
    assert (await run(tool, {"span": {"first": 1, "last": 4}}, permissions=ALL)).content == 3
    result = await run(tool, {"span": {"first": 4, "last": 1}}, permissions=ALL)
    assert result.error is not None
    assert result.error.kind == "invalid_arguments"
    assert "/span: Value error, the last comes after the first" in result.error.message
    broken = await run(function_tool(even, Declared(), "x"), {"n": 3}, permissions=ALL)
    assert broken.error is not None
    assert broken.error.kind == "tool_error"


async def test_a_validation_error_inside_the_tool_is_the_tools_own() -> None:
    def inside(n: int) -> str:
        return Address.model_validate({"street": n}).street

    result = await run(made(inside), {"n": 3}, permissions=ALL)
    assert result.error is not None
    assert result.error.kind == "tool_error"


async def test_sync_functions_run_in_a_thread_and_async_ones_on_the_loop() -> None:
    def sync() -> bool:
        return threading.current_thread() is threading.main_thread()

    async def coroutine() -> bool:
        await asyncio.sleep(0)
        return threading.current_thread() is threading.main_thread()

    def returns_a_coroutine() -> Any:
        return coroutine()

    assert (await run(made(sync), permissions=ALL)).content is False
    assert (await run(made(coroutine), permissions=ALL)).content is True
    assert (await run(made(returns_a_coroutine), permissions=ALL)).content is True


async def test_any_parameter_name_and_kind() -> None:
    def odd(schema: int, json: int, /, model_config: int, copy: int = 4, *, _private: int = 5) -> list[int]:
        return [schema, json, model_config, copy, _private]

    tool = made(odd)
    given = {"schema": 1, "json": 2, "model_config": 3}
    assert (await run(tool, given, permissions=ALL)).content == [1, 2, 3, 4, 5]
    assert (await run(tool, {**given, "_private": 0}, permissions=ALL)).content == [1, 2, 3, 4, 0]
    assert tool.spec.output_schema == {"type": "array", "items": {"type": "integer"}}


async def test_what_is_left_out_keeps_the_functions_own_default() -> None:
    nothing = object()

    def look(limit: int = nothing, day: datetime.date = None, ratio: float = math.nan) -> bool:  # type: ignore[assignment]  # noqa: RUF013
        return limit is nothing and day is None

    tool = made(look)
    assert all("default" not in member for member in tool.spec.parameters["properties"].values())
    assert (await run(tool, permissions=ALL)).content is True


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (Any, None),
        (None, None),
        (dict, None),
        (list, None),
        (object, None),
        (dict[str, Any], None),
        (threading.Thread, None),
        ("Undefined", None),
        (float, {"type": "number"}),
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (dict[str, float], {"type": "object", "additionalProperties": {"type": "number"}}),
        (datetime.date, {"type": "string", "format": "date"}),
    ],
)
def test_output_schemas(annotation: Any, schema: Any) -> None:
    def answer() -> None: ...

    answer.__annotations__["return"] = annotation
    if annotation == "Undefined":
        with pytest.raises(LoadError, match="its type hints cannot be read"):
            made(answer)
        return
    assert made(answer).spec.output_schema == schema


@pytest.mark.parametrize(
    "docstring",
    [
        "Find a city.\n\nParameters\n----------\nname : str\n    The city's name.\n\nReturns\n-------\nint",
        "Find a city.\n\n:param name: The city's name.\n:returns: n",
        "Find a city.\nArgs:\n    name: The city's name.",
        "Find a city.\n\nArgs:\n    name: The city's\n        name.\n\nRaises:\n    KeyError: never",
    ],
)
def test_docstring_styles(docstring: str) -> None:
    def find(name: str) -> int:
        return len(name)

    find.__doc__ = docstring
    spec = made(find).spec
    assert spec.description == "Find a city."
    assert spec.parameters["properties"]["name"]["description"] == "The city's name."


def test_without_a_docstring_the_name_is_the_description() -> None:
    def find_big_city(name: str) -> int:
        return len(name)

    assert made(find_big_city).spec.description == "Find big city."


def without_hint(city: str, days) -> str:  # type: ignore[no-untyped-def]
    return city * days


def with_args(*cities: str) -> str:
    return ""


def with_kwargs(**options: str) -> str:
    return ""


def with_field_default(n: int = Field(default=3)) -> int:
    return n


def with_callable(done: Callable[[int], int]) -> int:
    return done(1)


def with_thread(city: str, thread: threading.Thread) -> int:
    return 1


def with_unknown(city: "Metropolis") -> int:  # type: ignore[name-defined]  # noqa: F821
    return 1


def generator(n: int) -> Iterator[int]:
    yield n


async def async_generator(n: int) -> Any:
    yield n


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (without_hint, ["without_hint has no type hint for parameter 'days'", "def without_hint(days: str)"]),
        (with_args, ["with_args takes *cities", "cities: list[str]"]),
        (with_kwargs, ["with_kwargs takes **options"]),
        (with_field_default, ["with_field_default", "'n'", "Annotated[TYPE, Field(…)] = DEFAULT"]),
        (with_callable, ["with_callable", "parameter 'done'"]),
        (with_thread, ["with_thread", "parameter 'thread'", "Use str, int"]),
        (with_unknown, ["with_unknown: its type hints cannot be read", "Metropolis"]),
        (generator, ["generator is a generator function", "return a list"]),
        (async_generator, ["async_generator is a generator function"]),
        (math.sqrt, ["sqrt has no type hint for parameter 'x'"]),
        (lambda x: x, ["has no type hint for parameter 'x'"]),
    ],
)
def test_functions_that_cannot_be_tools(function: Callable[..., Any], said: list[str]) -> None:
    with pytest.raises(LoadError) as caught:
        function_tool(function, Declared(), "x")
    for part in said:
        assert part in str(caught.value)


def test_declarations_reach_the_spec() -> None:
    extra = {"examples": [{"n": 2}], "x-phrases": {"situations": ["I am bored."]}}

    @annotate(read_only=True, deterministic=True, category="numbers", json_schema_extra=extra)
    def double(n: int) -> int:
        return 2 * n

    spec = made(double).spec
    assert (spec.annotations.read_only, spec.annotations.deterministic) == (True, True)
    assert spec.annotations.destructive is None
    assert spec.category == "numbers"
    assert spec.parameters["examples"] == [{"n": 2}]
    assert spec.parameters["x-phrases"] == extra["x-phrases"]
    assert double(2) == 4


async def test_a_cached_function_is_a_function() -> None:
    @annotate(read_only=True)
    @lru_cache
    def half(n: float) -> float:
        """Halve a number."""
        return n / 2

    tool = made(half)
    assert tool.spec.description == "Halve a number."
    assert (await run(tool, {"n": 3})).content == 1.5


class Tree(TypedDict):
    name: str
    children: "list[Tree]"


async def test_a_type_that_holds_itself() -> None:
    class Node(pydantic.BaseModel):
        name: str
        children: "list[Node]" = []

    def count(node: Node, tree: Tree) -> int:
        return 1 + len(node.children) + len(tree["children"])

    tool = function_tool(count, Declared(), "x")
    check_spec(tool.spec)
    given = {"node": {"name": "a", "children": [{"name": "b"}]}, "tree": {"name": "c", "children": []}}
    assert (await run(tool, given, permissions=ALL)).content == 2
