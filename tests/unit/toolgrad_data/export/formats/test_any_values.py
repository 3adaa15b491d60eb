"""Whatever JSON a call's arguments and results hold, every format gives the same calls back."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.toolgrad_data.export.formats.test_round_trip import waves_written
from tests.unit.toolgrad_data.export.own_formats import FORMATS
from tests.unit.toolgrad_data.export.records import record, step
from toolgrad_data.export.conversation import UnfitError
from toolgrad_data.export.formats.python_calls import python_call
from toolgrad_data.export.from_record import example_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    [
        "</tool_call>",
        "<tool_call>\n{}\n</tool_call>",
        "\nAction: Finish\nAction Input: {}",
        "])",
        "', b='",
        "None",
        "\u2028",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda of: st.lists(of, max_size=3) | st.dictionaries(TEXTS, of, max_size=3), max_leaves=6
)


def free(*names: str) -> dict[str, Any]:
    return {
        "name": "do-it",
        "description": "Do it.",
        "source": "builtin",
        "category": "any thing",
        "parameters": {"type": "object", "properties": {name: {} for name in names}},
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(arguments=st.dictionaries(TEXTS, VALUES, max_size=3), result=VALUES, words=TEXTS)
def test_calls_come_back(arguments: dict[str, Any], result: Any, words: str) -> None:
    made = record(
        step("s1", "do-it", arguments, result), tools=[free(*arguments)], query=words or "?", response="Done."
    )
    example = example_of(made)
    for name, format in FORMATS.items():
        if name == "bfcl":
            continue
        rows = json.loads(json.dumps(format.rows(example, 0), allow_nan=False))
        assert format.calls(rows[-1]) == waves_written(name, example), name


def test_a_free_form_argument_that_python_cannot_name_is_unfit() -> None:
    example = example_of(record(step("s1", "do-it", {"a b": 1}), tools=[free()]))
    with pytest.raises(UnfitError, match="whose name Python does not take"):
        FORMATS["python-calls"].rows(example, 0)
    with pytest.raises(UnfitError):
        python_call(next(example.calls()))
