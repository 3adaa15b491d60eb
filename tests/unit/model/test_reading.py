"""JSON out of what models write: found where it stands, refused where it is not sound, quick in any case."""

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.policies.model.reading import MAX_CHARACTERS, UnreadableError, json_candidates

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc{}[]\"`", max_size=4), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
OBJECTS = st.dictionaries(st.text("xyz", min_size=1, max_size=3), JSON, min_size=1, max_size=4)


@given(OBJECTS, st.sampled_from(["{}", "```json\n{}\n```", "<think>[1]{{</think>{}", "Sure! {} Done."]))
def test_an_object_is_found_in_its_wrapping(value: dict[str, Any], wrapping: str) -> None:
    assert json_candidates(wrapping.replace("{}", json.dumps(value, ensure_ascii=False), 1))[0] == value


@given(st.text())
def test_any_text_is_read_or_unreadable(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        assert all(isinstance(one, dict | list) for one in json_candidates(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": NaN}', "not a number"),
        ('{"a": 1e999}', "at /a"),
        ('{"a": 99999999999999999999}', "64 bits"),
        ('{"a": "\\ud800"}', "surrogate"),
        ('{"\\udfff": 1}', "surrogate"),
        ('{"a":' * 60 + "1" + "}" * 60, "nested"),
    ],
)
def test_unsound_json_is_named(text: str, words: str) -> None:
    with pytest.raises(UnreadableError, match=words) as caught:
        json_candidates(text)
    assert caught.value.is_json


@pytest.mark.parametrize(
    "text", ["", "42", '"text"', "[" * 100_000, "{" * 150_000, "<think>" * 20_000, "```json\n" * 20_000, "x" * 900_000]
)
def test_what_is_no_object_is_said_quickly(text: str) -> None:
    started = time.process_time()
    with pytest.raises(UnreadableError) as caught:
        json_candidates(text)
    assert not caught.value.is_json
    assert time.process_time() - started < 20


def test_the_limit_of_length() -> None:
    with pytest.raises(UnreadableError, match="characters"):
        json_candidates(json.dumps({"a": "x" * MAX_CHARACTERS}))
