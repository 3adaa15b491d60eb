"""BFCL's files by BFCL's rules: every ground truth is accepted, every mutation of it refused."""

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from graph.record import Record
from tests.unit.toolgrad_data.export.records import WEATHER, parallel, record, step
from toolgrad_data.export.conversation import Example, Tool, UnfitError, says, user
from toolgrad_data.export.formats.bfcl import Bfcl, bfcl_schema
from toolgrad_data.export.formats.bfcl_rules import TYPES, NamedCall, refusal
from toolgrad_data.export.from_record import example_of


def row_of(made: Record, *, defaults: bool = False) -> dict[str, Any]:
    (row,) = Bfcl().rows(example_of(made, defaults=defaults), 0)
    return row


def judged(row: dict[str, Any], calls: list[NamedCall]) -> str:
    return refusal(row["question"]["function"], row["answer"]["ground_truth"], calls)


def mutations(calls: list[NamedCall], rng: random.Random) -> Iterator[tuple[str, list[NamedCall]]]:
    yield "a call is missing", calls[1:]
    yield "a call is made twice", [*calls, calls[0]]
    for position, (name, arguments) in enumerate(calls):

        def instead(name: str, given: dict[str, Any], position: int = position) -> list[NamedCall]:
            return [*calls[:position], (name, given), *calls[position + 1 :]]

        yield "another name", instead(f"{name}_x", arguments)
        yield "an argument more", instead(name, {**arguments, "unheard_of": 1})
        for key in arguments:
            yield f"without {key}", instead(name, {other: value for other, value in arguments.items() if other != key})
            yield f"another {key}", instead(name, {**arguments, key: another(arguments[key], rng)})
            yield f"{key} of another type", instead(name, {**arguments, key: of_another_type(arguments[key])})


def another(value: Any, rng: random.Random) -> Any:
    """A value of the same type that is not the same."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}q"
        case list():
            return [*value, value[0] if value else 1]
        case dict():
            return {**value, "unheard_of": 1}
    return "something"


def of_another_type(value: Any) -> Any:
    return [value, value] if not isinstance(value, list) else {"value": value}


@pytest.mark.parametrize("defaults", [False, True])
def test_real_ground_truths_are_accepted_and_mutations_refused(real_records: list[Record], defaults: bool) -> None:
    rng = random.Random(3)
    checked = 0
    for made in real_records:
        try:
            row = row_of(made, defaults=defaults)
        except UnfitError:
            continue
        calls = [(call.tool, call.arguments) for call in example_of(made, defaults=defaults).calls()]
        assert judged(row, calls) == ""
        assert judged(row, rng.sample(calls, len(calls))) == ""
        lean = [(call.tool, call.arguments) for call in example_of(made).calls()]
        assert judged(row, lean) == ""
        optional = {
            (position, key)
            for position, wanted in enumerate(row["answer"]["ground_truth"])
            for accepted in wanted.values()
            for key, values in accepted.items()
            if "" in values
        }
        for what, mutant in mutations(calls, rng):
            if any(what == f"without {key}" for _, key in optional):
                continue
            assert judged(row, mutant), (made.id, what)
            checked += 1
    assert checked > 50


def test_awkward_calls_are_accepted_and_mutations_refused() -> None:
    row = row_of(parallel())
    example = example_of(parallel(), defaults=True)
    calls: list[NamedCall] = [("weather", {"city": "Żółć “x”", "unit": "C"}), ("book_table", {})]
    given = copy.deepcopy(list(example.calls())[1].arguments)
    given["from_"] = given.pop("from")
    calls[1] = ("book_table", given)
    assert judged(row, calls) == ""
    assert judged(row, calls[::-1]) == ""
    without_defaults = [("weather", {"city": "Żółć “x”"}), ("book_table", {**given, "guest": {**given["guest"]}})]
    del without_defaults[1][1]["guest"]["vip"]
    assert judged(row, without_defaults) == ""
    for name, wrong in {
        "tags": ["window", "quiet"],
        "orders": given["orders"][:1],
        "guest": {"name": "O'Neil"},
    }.items():
        assert judged(row, [calls[0], ("book_table", {**given, name: wrong})])
    assert judged(row, [("weather", {"city": "Żółć “x”", "unit": "F"}), calls[1]])


def test_a_list_of_mixed_types_is_refused_as_bfcl_would() -> None:
    mixed = {**WEATHER, "name": "mix", "parameters": {"type": "object", "properties": {"of": {"type": "array"}}}}
    with pytest.raises(UnfitError, match="BFCL's rules would refuse"):
        row_of(record(step("s1", "mix", {"of": ["a", 1]}), tools=[mixed]))
    assert row_of(record(step("s1", "mix", {"of": [1, 2]}), tools=[mixed]))["category"] == "simple_python"


def test_what_may_be_left_out_maps_to_an_empty_string() -> None:
    made = record(step("s1", "weather", {"city": "Rome", "unit": "C"}, sources={"/unit": {"kind": "default"}}))
    assert row_of(made)["answer"] == {"ground_truth": [{"weather": {"city": ["Rome"], "unit": ["C", ""]}}]}
    # An argument that was never stated, but whose default is known, is accepted too.
    unstated = record(step("s1", "weather", {"city": "Rome"}))
    assert row_of(unstated)["answer"] == {"ground_truth": [{"weather": {"city": ["Rome"], "unit": ["C", ""]}}]}
    # One that the user asked for is not optional.
    asked = record(step("s1", "weather", {"city": "Rome", "unit": "F"}))
    assert row_of(asked)["answer"] == {"ground_truth": [{"weather": {"city": ["Rome"], "unit": ["F"]}}]}


def test_strings_are_compared_as_bfcl_does() -> None:
    row = row_of(record(step("s1", "weather", {"city": "New York, N.Y."})))
    assert judged(row, [("weather", {"city": "new york ny"})]) == ""
    assert judged(row, [("weather", {"city": "New Jersey"})])


@pytest.mark.parametrize(
    ("tools", "calls", "category"),
    [(1, 1, "simple_python"), (2, 1, "multiple"), (1, 2, "parallel"), (2, 2, "parallel_multiple")],
)
def test_categories(tools: int, calls: int, category: str) -> None:
    steps = [step(f"s{number}", "weather", {"city": f"c{number}"}) for number in range(calls)]
    example = example_of(record(*steps))
    offered = [*example.tools, Tool("other", "Another.", {"type": "object", "properties": {}})][:tools]
    (row,) = Bfcl().rows(Example(example.id, example.messages, tuple(offered)), 0)
    assert row["category"] == category


def test_a_refusal_to_call_is_irrelevance() -> None:
    tool = example_of(record(step("s1", "weather", {"city": "Rome"}))).tools[0]
    (row,) = Bfcl().rows(Example("x", (user("Sing!"), says("I cannot.")), (tool,), kind="irrelevant"), 0)
    assert (row["category"], row["answer"]) == ("irrelevance", None)
    with pytest.raises(UnfitError, match="offers no tools"):
        Bfcl().rows(Example("x", (user("Hi"), says("Hello.")), (), kind="chit_chat"), 0)


def test_types_are_bfcls_and_arrays_have_items(real_records: list[Record]) -> None:
    def check(schema: dict[str, Any]) -> None:
        assert schema["type"] in TYPES
        if schema["type"] == "array":
            check(schema["items"])
        for below in schema.get("properties", {}).values():
            check(below)

    for made in [*real_records, parallel()]:
        for tool in example_of(made).tools:
            shown = bfcl_schema(tool.parameters, tool.parameters)
            check(shown)
            assert shown["required"] == tool.parameters.get("required", [])
    assert bfcl_schema({"type": "number"}, {})["type"] == "float"
    assert bfcl_schema({"type": ["string", "null"]}, {})["type"] == "string"
    assert bfcl_schema({"anyOf": [{"type": "string"}, {"type": "integer"}]}, {})["type"] == "any"
    recursive: dict[str, Any] = {"type": "array", "items": {"$ref": "#"}}
    check(bfcl_schema(recursive, recursive))


def test_a_free_form_argument_is_left_out_with_a_reason() -> None:
    open_tool = {**WEATHER, "name": "open", "parameters": {"type": "object", "additionalProperties": True}}
    made = record(step("s1", "open", {"anything": 1}), tools=[open_tool])
    with pytest.raises(UnfitError, match="BFCL's rules would refuse"):
        row_of(made)
