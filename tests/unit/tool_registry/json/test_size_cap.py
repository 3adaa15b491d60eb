import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.tool_registry.json.test_native import JSON
from tests.unit.tool_registry.making import returning, run
from tool_registry.json.native import to_json_native
from tool_registry.json.size_cap import cap, json_bytes

LONG = st.text(min_size=100, max_size=900) | st.text(alphabet='ab "\\\n\x00é漢😀', min_size=50, max_size=900)
LARGE = st.recursive(
    JSON | LONG,
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(max_size=400), inner, max_size=30),
    max_leaves=20,
)


def is_part(part: Any, whole: Any) -> bool:
    """Whether all that is kept is as it was: prefixes of lists and texts, a subset of members."""
    if isinstance(whole, str) and isinstance(part, str):
        return whole.startswith(part)
    if isinstance(whole, list) and isinstance(part, list):
        return len(part) <= len(whole) and all(map(is_part, part, whole))
    if isinstance(whole, dict) and isinstance(part, dict):
        kept = [name for name in whole if name in part]
        return kept == list(part) and all(is_part(part[name], whole[name]) for name in part)
    return type(part) is type(whole) and bool(part == whole)


@settings(max_examples=120, deadline=None)
@given(LARGE, st.integers(256, 6000))
@example([{}, [], ""] * 200, 256)
@example({"k" * 300: 1}, 256)
@example({"": "x" * 254}, 256)
@example({str(n): n for n in range(1000)}, 256)
@example([[[["word " * 500]]]], 256)
@example("\x00" * 1000, 256)
def test_a_result_fits_and_says_whether_it_was_cut(value: Any, max_bytes: int) -> None:
    size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    kept, truncated = cap(value, max_bytes, to_json_native(value)[1])
    assert len(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()) <= max_bytes
    assert truncated == (size > max_bytes)
    assert truncated == (kept != value)
    assert is_part(kept, value)
    assert cap(kept, max_bytes) == (kept, False)


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=60), st.integers(256, 1000))
def test_a_list_uses_the_room_it_has(value: list[str], max_bytes: int) -> None:
    kept, truncated = cap(value, max_bytes)
    if truncated:
        assert json_bytes(value[: len(kept) + 1]) > max_bytes


def test_small_members_stay_and_the_large_ones_share_the_room() -> None:
    value = {
        "id": 7,
        "first": "alpha " * 1000,
        "rows": [{"n": n} for n in range(1000)],
        "name": "Ada Lovelace",
        "last": {"text": "omega " * 1000, "ok": True},
    }
    kept, truncated = cap(value, 3000)
    assert truncated
    assert list(kept) == list(value)
    assert (kept["id"], kept["name"], kept["last"]["ok"]) == (7, "Ada Lovelace", True)
    sizes = [json_bytes(kept[name]) for name in ("first", "rows", "last")]
    assert all(900 < size < 1050 for size in sizes)
    assert json_bytes(kept) > 2800


def test_text_ends_at_a_word() -> None:
    text = "the quick brown fox jumps over the lazy dog " * 20
    kept, _ = cap(text, 300)
    assert text[len(kept)] == " "
    assert kept[-1] != " "
    without_spaces, _ = cap("x" * 1000, 300)
    assert without_spaces == "x" * 298


def test_members_are_dropped_from_the_end_when_there_is_no_room_for_all() -> None:
    kept, truncated = cap({f"member {n}": n for n in range(500)}, 256)
    assert truncated
    assert list(kept) == [f"member {n}" for n in range(len(kept))]
    assert len(kept) >= 10


async def test_a_single_number_over_the_cap_is_malformed() -> None:
    result = await run(returning(10**400), max_result_bytes=256)
    assert result.error is not None
    assert result.error.kind == "malformed_output"


async def test_what_no_file_could_hold_is_malformed() -> None:
    result = await run(returning([10**5000]))
    assert result.error is not None
    assert result.error.kind == "malformed_output"


@pytest.mark.parametrize(
    "value",
    [
        ["x" * 1000] * 50_000,
        {f"member {n}": "x" * 10_000 for n in range(5_000)},
        [[["y " * 25_000_000]]],
        {"a": {"b": {"c": {"d": "z" * 50_000_000}}}},
    ],
    ids=["list", "object", "nested list", "nested object"],
)
def test_fifty_megabytes_are_cut(value: Any) -> None:
    native, at_least = to_json_native(value)
    kept, truncated = cap(native, 64 * 1024, at_least)
    assert truncated
    assert 32 * 1024 < json_bytes(kept) <= 64 * 1024
