import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tool_registry.making import raising, returning, run, spec, tool
from tool_registry.json.native import NotJSONError
from tool_registry.json.plain_text import clean_texts, holds_control, without_controls
from tool_registry.registry import ToolRegistry
from tool_registry.sources.admission import plain_spec
from tool_registry.tool import LoadError


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[32mWarm\x1b[0m: \x1b[1m3.5\x1b[0m", "Warm: 3.5"),
        ("\x1b]0;a title\x07after", "after"),
        ("\x1b]8;;https://example.com\x1b\\a link\x1b]8;;\x1b\\", "a link"),
        ("\x1b(Bplain\x1b=\x1b>", "plain"),
        ("never ends\x1b[", "never ends"),
        ("N\x08NA\x08A_\x08M", "NAM"),
        ("one\r\ntwo\rthree\x0cfour", "one\ntwo\nthree\nfour"),
        ("a\x00b\x9bc\x7fd\ttab", "abcd\ttab"),
        ("caf\udce9", "caf\ufffd"),
        ("ñ 東京 🗼 \u200f", "ñ 東京 🗼 \u200f"),
        ("a\u202ab\u202ec\u2066d\u2069", "abcd"),
    ],
)
def test_escapes_and_control_characters_go(text: str, left: str) -> None:
    assert without_controls(text) == left


@given(st.text(st.characters(min_codepoint=0, max_codepoint=0xA5) | st.sampled_from("\x1b\x08[]m;\ud800")))
def test_nothing_is_left_and_twice_is_as_once(text: str) -> None:
    once = without_controls(text)
    assert not holds_control(once)
    assert without_controls(once) == once
    once.encode()


def test_members_of_one_name_are_an_error() -> None:
    assert clean_texts({"a\x00": ["\x07b", 1]}) == {"a": ["b", 1]}
    untouched = {"a": ["b", {"c": None}]}
    assert clean_texts(untouched) is untouched
    with pytest.raises(NotJSONError):
        clean_texts({"a": 1, "a\x00": 2})


async def test_results_and_failures_hold_none() -> None:
    given = {"\x1b[1mcity\x1b[0m": "Oslo\r\n", "rows": ["\x07a", "caf\udce9"]}
    assert (await run(returning(given))).content == {"city": "Oslo\n", "rows": ["a", "caf\ufffd"]}
    # In a JSON text they stand escaped.
    assert (await run(returning(json.dumps({"city": "\x1b[1mOslo"})))).content == {"city": "Oslo"}
    failed = await run(raising(ValueError("\x1b[31mno\x1b[0m such\x00 city")))
    assert failed.error is not None
    assert failed.error.message == "ValueError: no such city"
    same = await run(returning({"a": 1, "a\x00": 2}))
    assert same.error is not None
    assert same.error.kind == "malformed_output"


async def _never(arguments: dict[str, object]) -> None:
    raise AssertionError(arguments)


def test_specs_hold_none() -> None:
    parameters = {
        "type": "object",
        "properties": {
            "city": {"type": "string", "title": "\x1b[1mCity", "description": "caf\udce9", "examples": ["\x07"]}
        },
    }
    registry = ToolRegistry()
    registry.add(tool(_never, description="\x1b[32mTell\x1b[0m it.\r\n", parameters=parameters, category="\x07x"))
    kept = registry.get("a_tool").spec
    assert (kept.description, kept.category) == ("Tell it.\n", "x")
    assert kept.parameters["properties"]["city"]["title"] == "City"
    kept.model_dump_json()


@pytest.mark.parametrize(
    "properties", [{"ci\x00ty": {"type": "string"}}, {"city": {"enum": ["a\x1b[1m", "b"]}}, {"city": {"const": "\x07"}}]
)
def test_a_tool_that_would_have_to_be_called_with_them_is_refused(properties: dict[str, object]) -> None:
    with pytest.raises(LoadError, match="a_tool"):
        plain_spec(spec(parameters={"type": "object", "properties": properties}))
