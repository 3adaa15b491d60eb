import array
import dataclasses
import datetime
import decimal
import enum
import fractions
import itertools
import json
import math
import numbers
import pathlib
import subprocess
import sys
import uuid
from types import MappingProxyType
from typing import Any, NamedTuple

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tool_registry.making import returning, run
from tool_registry.json.native import INT_MAX, INT_MIN, MAX_DEPTH, NotJSONError, TooManyValuesError, to_json_native
from tool_registry.json.size_cap import json_bytes

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(INT_MIN, INT_MAX)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(), inner, max_size=6),
    max_leaves=40,
)


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Point(NamedTuple):
    x: int
    y: int


class Order(pydantic.BaseModel):
    day: datetime.date
    price: decimal.Decimal = decimal.Decimal("9.90")
    weight: float = 1.5


@dataclasses.dataclass
class Box:
    order: Order
    tags: set[str]
    blob: Any = None


class Name(str):
    pass


class Whole:
    """An integer of a library, as gmpy2 and numpy have them."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __int__(self) -> int:
        return self.value


class Part:
    def __init__(self, value: int) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value / 2


class Counted:
    def __index__(self) -> int:
        return 7


class Table:
    """An array of a library."""

    def tolist(self) -> list[Any]:
        return [Whole(1), [Part(3)]]


numbers.Integral.register(Whole)
numbers.Real.register(Part)


@settings(deadline=None)
@given(JSON)
def test_json_stays_as_it_is(value: Any) -> None:
    native, at_least = to_json_native(value)
    assert native == value
    assert json.dumps(native) == json.dumps(value)
    assert at_least <= json_bytes(value)


@pytest.mark.parametrize(
    ("value", "native"),
    [
        (datetime.date(2026, 3, 1), "2026-03-01"),
        (datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC), "2026-03-01T12:00:00Z"),
        (datetime.timedelta(minutes=90), "PT1H30M"),
        (decimal.Decimal("1.50"), "1.50"),
        (uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        (pathlib.Path("a/b"), "a/b"),
        (Colour.RED, "red"),
        (Level.HIGH, 3),
        (Point(1, 2), [1, 2]),
        ((1, (2,)), [1, [2]]),
        ({3, 1, 2}, [1, 2, 3]),
        (frozenset({"b", "a"}), ["a", "b"]),
        (Name("Ada"), "Ada"),
        ({1: "a", None: "b", Colour.RED: "d"}, {"1": "a", "null": "b", "red": "d"}),
        ({True: "yes"}, {"true": "yes"}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        ({datetime.date(2026, 3, 1): 1, 2.5: 2}, {"2026-03-01": 1, "2.5": 2}),
        (Whole(5), 5),
        (Counted(), 7),
        (Table(), [1, [1.5]]),
        ({Whole(5): array.array("i", [1, 2])}, {"5": [1, 2]}),
        (fractions.Fraction(1, 3), "1/3"),
        ({2**80: INT_MAX, 2: INT_MIN}, {str(2**80): INT_MAX, "2": INT_MIN}),
        (Order(day=datetime.date(2026, 3, 1)), {"day": "2026-03-01", "price": "9.90", "weight": 1.5}),
        (
            [Box(Order(day=datetime.date(2026, 3, 1)), {"b", "a"})],
            [
                {
                    "order": {"day": "2026-03-01", "price": "9.90", "weight": 1.5},
                    "tags": ["a", "b"],
                    "blob": None,
                }
            ],
        ),
    ],
)
def test_python_values_become_json(value: Any, native: Any) -> None:
    read, _ = to_json_native(value)
    assert read == native
    assert json.loads(json.dumps(read)) == native


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b"abc", "bytes, which JSON cannot hold"),
        ({"items": [{"body": b"abc"}]}, "bytes, which JSON cannot hold at /items/0/body"),
        (Box(None, set(), bytearray(b"x")), "bytearray, which JSON cannot hold at /blob"),  # type: ignore[arg-type]
        (memoryview(b"x"), "memoryview"),
        ({b"key": 1}, "bytes"),
        (math.nan, "nan, which is not a number"),
        ({"a/b": [1, -math.inf]}, "-inf, which is not a number in JSON at /a~1b/1"),
        (
            Order(day=datetime.date(2026, 3, 1), weight=math.nan),
            "nan, which is not a number in JSON at /weight",
        ),
        (decimal.Decimal("NaN"), "NaN, which is not a number"),
        ({"balance": 2**80}, "an integer of over 64 bits, which only text keeps to the last digit at /balance"),
        ([Whole(-(2**63) - 1)], "over 64 bits"),
        (json.loads("1e999"), "inf, which is not a number"),
        ({1.5: 1, "1.5": 2}, "two members named '1.5'"),
        (object(), "a object, which has no JSON form"),
        ([print], "a builtin_function_or_method, which has no JSON form at /0"),
        (Order, "the class Order"),
        (itertools.count(), "return a list instead"),
        ((n for n in (1, 2)), "a generator: return a list instead"),
        ({(1, 2): 3}, "a member named by a tuple"),
    ],
)
async def test_what_is_not_json_is_malformed_output(value: Any, said: str) -> None:
    with pytest.raises(NotJSONError) as caught:
        to_json_native(value)
    assert said in str(caught.value)
    result = await run(returning(value))
    assert not result.ok
    assert result.error is not None
    assert result.error.kind == "malformed_output"
    assert said in result.error.message


def test_numbers_of_numpy_are_the_numbers_that_they_mean() -> None:
    numpy = pytest.importorskip("numpy")
    values = {numpy.int64(5): numpy.float32(0.5), "b": numpy.array([[1, 2]]), numpy.bool_(True): numpy.bool_(False)}
    assert to_json_native(values)[0] == {"5": 0.5, "b": [[1, 2]], "true": False}
    for value in (numpy.float64("inf"), numpy.array([numpy.nan])):
        with pytest.raises(NotJSONError, match="not a number"):
            to_json_native(value)


def nested(levels: int, shape: str) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value] if shape == "list" else {"a": value} if shape == "dict" else Box(value, set())
    return value


@pytest.mark.parametrize("shape", ["list", "dict", "dataclass"])
async def test_deep_nesting_is_malformed_output(shape: str) -> None:
    assert (await run(returning(nested(50, shape)))).ok
    assert to_json_native(nested(MAX_DEPTH, "list"))
    for levels in (MAX_DEPTH + 1, 10_000):
        result = await run(returning(nested(levels, shape)))
        assert result.error is not None
        assert result.error.kind == "malformed_output"
        assert "nested" in result.error.message
    arguments = await run(returning(1), {"deep": nested(10_000, "list")})
    assert arguments.error is not None
    assert arguments.error.kind == "invalid_arguments"


async def test_a_value_that_holds_itself() -> None:
    loop: list[Any] = []
    loop.append(loop)
    result = await run(returning(loop))
    assert result.error is not None
    assert result.error.kind == "malformed_output"


async def test_reading_an_answer_may_fail() -> None:
    class Hostile:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError("boom")

    result = await run(returning([Hostile()]))
    assert result.error is not None
    assert result.error.kind == "malformed_output"


def test_the_number_of_values_is_limited() -> None:
    assert to_json_native([1, 2, 3], 4)[0] == [1, 2, 3]
    with pytest.raises(TooManyValuesError):
        to_json_native([1, 2, 3], 3)


def test_a_set_has_one_order_in_every_process() -> None:
    code = "from tool_registry.json.native import *; print(to_json_native(set('abcdef') | {1, 2.5, None})[0])"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            cwd=pathlib.Path(__file__).parents[4],
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
