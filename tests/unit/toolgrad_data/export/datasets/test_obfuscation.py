"""Other names everywhere at once: the way back gives what there was, and calls still fit their schemas."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.unit.toolgrad_data.conftest import Pool
from tool_registry.json.pointer import scalars
from toolgrad_data.export.conversation import Call, Example, Message, Tool, calling, says, tool_answer, user
from toolgrad_data.export.datasets.candidates import Candidates
from toolgrad_data.export.datasets.obfuscation import NewNames, Obfuscation, new_names, property_names, rename, reword
from toolgrad_data.export.datasets.parameter_names import rename_in_arguments, rename_in_pointer, rename_in_schema
from toolgrad_data.export.seeded import rng_for

NESTED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "guest": {"$ref": "#/$defs/Guest"},
        "orders": {"type": "array", "items": {"type": "object", "properties": {"dish": {"enum": ["dish", "soup"]}}}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "when": {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"dish": {"type": "string"}}}]},
        "copy": {"$ref": "#/properties/guest"},
    },
    "required": ["guest"],
    "dependentRequired": {"orders": ["when"]},
    "default": {"guest": {"name": "x"}},
    "$defs": {"Guest": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
}
NAMES = {
    "guest": "kalo",
    "orders": "mivu",
    "dish": "tarn",
    "labels": "porl",
    "when": "sedu",
    "name": "gix",
    "copy": "dul",
}
ARGUMENTS: dict[str, Any] = {
    "guest": {"name": "guest"},
    "orders": [{"dish": "dish"}],
    "labels": {"dish": "stays", "guest": "stays"},
    "when": {"dish": "name"},
    "copy": {"name": "copy"},
}


@pytest.fixture(scope="module")
def wide(examples: list[Example], pool: Pool) -> list[Example]:
    candidates = Candidates(pool.index, 8, 1)
    return [candidates.widen(example) for example in examples]


def inverse(names: NewNames) -> NewNames:
    back = {new: old for old, new in names.tools.items()}
    parameters = {names.tools[tool]: {new: old for old, new in own.items()} for tool, own in names.parameters.items()}
    return NewNames(back, parameters)


def test_the_way_back_gives_what_there_was(wide: list[Example]) -> None:
    for example in wide:
        names = new_names(example, rng_for(1, example.id))
        assert rename(rename(example, names), inverse(names)) == example


def test_no_old_name_is_left_and_calls_fit_their_schemas(wide: list[Example]) -> None:
    obfuscation = Obfuscation(3)
    for example in wide:
        new = obfuscation.obfuscate(example)
        old = {tool.name for tool in example.tools}
        tools = {tool.name: tool for tool in new.tools}
        assert old.isdisjoint(tools)
        assert len(tools) == len(example.tools)
        before, after = list(example.calls()), list(new.calls())
        assert [_values(call) for call in before] == [_values(call) for call in after]
        for call in after:
            Draft202012Validator(tools[call.tool].parameters).validate({**call.arguments})
        assert {message.tool for message in new.messages if message.role == "tool"} <= set(tools)
        assert {old: new for new, old in new.labels["names"].items()}.keys() == old


def _values(call: Call) -> list[object]:
    """What is said, members of objects by place, for they are named anew too."""
    return [value for _, value in scalars(call.arguments)]


def test_each_example_has_other_names_and_the_same_seed_the_same(wide: list[Example]) -> None:
    drawn = [frozenset(tool.name for tool in Obfuscation(3).obfuscate(example).tools) for example in wide]
    again = [frozenset(tool.name for tool in Obfuscation(3).obfuscate(example).tools) for example in wide]
    assert drawn == again
    assert len(frozenset().union(*drawn)) > 0.95 * sum(map(len, drawn))


def test_nested_schemas_and_arguments_are_renamed_alike() -> None:
    assert property_names(NESTED) == set(NAMES)
    schema = rename_in_schema(NESTED, NAMES)
    arguments = rename_in_arguments(ARGUMENTS, NESTED, NAMES)
    assert arguments == {
        "kalo": {"gix": "guest"},
        "mivu": [{"tarn": "dish"}],
        "porl": {"dish": "stays", "guest": "stays"},
        "sedu": {"tarn": "name"},
        "dul": {"gix": "copy"},
    }
    assert schema["required"] == ["kalo"]
    assert schema["dependentRequired"] == {"mivu": ["sedu"]}
    assert schema["default"] == {"kalo": {"gix": "x"}}
    assert schema["properties"]["dul"] == {"$ref": "#/properties/kalo"}
    assert schema["properties"]["mivu"]["items"]["properties"]["tarn"] == {"enum": ["dish", "soup"]}
    Draft202012Validator(schema).validate(arguments)
    assert Draft202012Validator(schema).is_valid({"guest": {"name": "x"}}) is False
    back = {new: old for old, new in NAMES.items()}
    assert rename_in_schema(schema, back) == NESTED
    assert rename_in_arguments(arguments, schema, back) == ARGUMENTS


@pytest.mark.parametrize(
    ("pointer", "new"),
    [("/guest/name", "/kalo/gix"), ("/orders/0/dish", "/mivu/0/tarn"), ("/labels/dish", "/porl/dish"), ("", "")],
)
def test_pointers_go_with_their_arguments(pointer: str, new: str) -> None:
    assert rename_in_pointer(pointer, NESTED, NAMES) == new


def test_words_that_name_a_tool_or_a_parameter_are_changed_and_everyday_words_are_not() -> None:
    tool = Tool(
        "sun_times", "Like sun_position. Needs from_zone, on a date.", NESTED | {"properties": {"from_zone": {}}}
    )
    call = Call("call00000", "sun_times", {"from_zone": "x"})
    error = {"error": {"kind": "invalid_arguments", "message": "/from_zone: 'from_zone' is wrong for sun_times"}}
    example = Example(
        "x",
        (
            user("What does sun_times say?"),
            calling(call),
            tool_answer(call, error),
            says("I asked sun_times on that date."),
        ),
        (tool, Tool("date", "A date.", {})),
    )
    names = NewNames({"sun_times": "mel_dor", "date": "pif_sal"}, {"sun_times": {"from_zone": "karel"}})
    new = rename(example, names)
    assert new.tools[0].description == "Like sun_position. Needs karel, on a date."
    assert new.messages[3].content == "I asked mel_dor on that date."
    assert new.messages[2].result["error"]["message"] == "/karel: 'karel' is wrong for mel_dor"
    # What the user said is the user's.
    assert new.messages[0] == Message("user", "What does sun_times say?")


@pytest.mark.parametrize("description", ["Returns the time.", "", "The time in a zone.", "GET /users", "Weather data"])
def test_a_description_that_cannot_be_reworded_keeps_its_words(description: str) -> None:
    for seed in range(20):
        assert reword(description, rng_for(seed, "x")) == description


def test_descriptions_are_said_in_other_words(pool: Pool) -> None:
    changed = [reword(spec.description, rng_for(1, name)) != spec.description for name, spec in pool.specs.items()]
    assert sum(changed) / len(changed) > 0.7
    whether = {reword("Find whether a date is a holiday.", rng_for(seed, "x")) for seed in range(20)}
    assert all(text.lower().endswith("find whether a date is a holiday.") for text in whether)
    assert len(whether) > 2
