"""Every built-in tool keeps the rules that make it safe to run and natural to talk about."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, get_type_hints

import jsonschema
import pytest
from pydantic import TypeAdapter

import tool_registry.builtin as builtin_package
from tool_registry.builtin import TOOLKITS
from tool_registry.extensions import ExtensionPoint
from tool_registry.sources import builtin
from tool_registry.sources.builtin import all_tools
from tool_registry.sources.python.kind_schema import kind_schema
from tool_registry.sources.python.page import sections_beside
from tool_registry.sources.python.type_schema import json_schema
from tool_registry.sources.python.typed_dicts import typed_dict
from tool_registry.tool import Tool

TOOLS = all_tools()
FUNCTIONS = {function.__name__: function for kit in TOOLKITS.own().values() for function in kit}
NAMES = {tool.spec.name for tool in TOOLS}
BY_NAME = pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.spec.name)

SLOT = re.compile(r"\{([^{}]+)\}")
OPTIONAL = re.compile(r"\[[^\[\]]*\{[^\[\]]*\]")
# A list slot has square brackets of its own, which are not optional parts.
LIST_SLOT = re.compile(r"\{(/[^{}|]+)\|([^{}]*)\}")
# Words that a sentence may hold by chance and that a result must therefore not hold as a value.
EVERYDAY = re.compile(r"[a-z]{4,}( [a-z]+)*")
BOUNDS = {
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "pattern",
    "minLength",
    "maxLength",
    "enum",
}


def parameters(tool: Tool) -> dict[str, Any]:
    return tool.spec.parameters["properties"]


def output_of(tool: Tool) -> dict[str, Any]:
    assert tool.spec.output_schema is not None
    return tool.spec.output_schema


def properties(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property below a schema with its pointer, `*` for the members of a list."""
    for name, member in schema.get("properties", {}).items():
        yield f"{path}/{name}", member
        yield from properties(member, f"{path}/{name}")
    if isinstance(items := schema.get("items"), dict):
        if "properties" not in items:
            yield f"{path}/*", items
        yield from properties(items, f"{path}/*")


def at(schema: dict[str, Any], pointer: str) -> dict[str, Any] | None:
    for step in pointer.strip("/").split("/"):
        if step == "*" or step.isdigit():
            schema = schema.get("items", {})
        else:
            schema = schema.get("properties", {}).get(step, {})
    return schema or None


def phrases(tool: Tool) -> dict[str, Any]:
    return tool.spec.parameters.get("x-phrases", {})


def said(tool: Tool) -> Iterator[tuple[str, str]]:
    """Every text of a tool's phrases with the place it stands in."""
    for intent in phrases(tool).get("intents", []):
        yield from (("ask", text) for text in intent["ask"])
        yield from (("answer", text) for text in intent["answer"])
    yield from (("situation", text) for text in phrases(tool).get("situations", []))
    for _, schema in properties(output_of(tool)):
        yield from (("refer", text) for text in schema.get("x-phrases", {}).get("refer", []))


def arguments_named(text: str) -> set[str]:
    plain = LIST_SLOT.sub("", text)
    return {
        name for slot in SLOT.findall(plain) if not slot.startswith(("/", "#")) and slot for name in slot.split("+")
    }


def outside_optional(text: str) -> str:
    return OPTIONAL.sub("", LIST_SLOT.sub("", text))


def scalars(value: Any, schema: dict[str, Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from scalars(member, schema.get("properties", {}).get(name, {}))
    elif isinstance(value, list):
        for member in value:
            yield from scalars(member, schema.get("items", {}))
    else:
        yield value, schema


def test_there_are_enough_tools_in_enough_domains():
    categories = Counter(tool.spec.category for tool in TOOLS)
    assert len(TOOLS) >= 60
    assert len(categories) >= 10
    assert min(categories.values()) >= 4, categories


def test_every_toolkit_in_the_package_is_in_the_catalogue():
    folder = Path(builtin_package.__file__).parent
    with_kit = {path.stem for path in folder.glob("*.py") if "\nTOOLS = [" in path.read_text("utf-8")}
    assert with_kit == set(TOOLKITS.own_names)


def test_names_that_clash_are_reported(monkeypatch):
    twice = dict.fromkeys(("sun", "again"), "tool_registry.builtin.sun:TOOLS")
    monkeypatch.setattr(builtin, "TOOLKITS", ExtensionPoint("toolgrad.none", "kit", twice, lambda kit, _: kit))
    with pytest.raises(ValueError, match="sun_times"):
        all_tools()


def test_listing_the_tools_loads_no_data_package():
    heavy = "airportsdata pint ephem holidays sympy astral currency_converter babel stdnum"
    code = (
        "import sys; from tool_registry.sources.builtin import all_tools; all_tools(); "
        f"print([name for name in {heavy.split()!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_toolkit_alone_imports_no_other():
    code = (
        "import sys; from tool_registry.registry import load_registry; load_registry(['toolkit:ciphers']); "
        "print([name for name in sys.modules if name.startswith('tool_registry.builtin.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "ciphers" in done.stdout
    assert "units" not in done.stdout


@pytest.mark.parametrize("name", TOOLKITS.own_names)
def test_a_page_has_no_tool_that_the_toolkit_has_not(name):
    sections = sections_beside(str(Path(builtin_package.__file__).with_name(f"{name}.py")))
    assert sections.keys() == {function.__name__ for function in TOOLKITS.get(name)}


def inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema with each definition where it is referred to, as nothing in it refers to itself."""
    if isinstance(schema, list):
        return [inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    definitions = {**definitions, **schema.get("$defs", {})}
    referred = definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else {}
    made = {**inlined(referred, definitions), **schema} if referred else schema
    return {name: inlined(each, definitions) for name, each in made.items() if name not in ("$defs", "$ref")}


@BY_NAME
def test_pydantic_makes_the_same_schemas_of_the_type_hints(tool):
    hints = get_type_hints(FUNCTIONS[tool.spec.name], include_extras=True)
    result = hints.pop("return")
    assert inlined(json_schema(TypeAdapter(result), "serialization"), {}) == kind_schema(result, is_result=True)
    arguments = json_schema(TypeAdapter(typed_dict("Arguments", hints)), "validation")
    for name, schema in inlined(arguments, {})["properties"].items():
        assert schema == kind_schema(hints[name], is_result=False), name


def composition() -> Counter[tuple[str, str, str]]:
    """Pairs of a tool whose result can feed another tool's parameter, by the kind of the value."""
    makers = {
        (tool.spec.name, schema["format"])
        for tool in TOOLS
        for _, schema in properties(output_of(tool))
        if "format" in schema
    }
    takers = {
        (tool.spec.name, schema["format"])
        for tool in TOOLS
        for schema in parameters(tool).values()
        if "format" in schema
    }
    return Counter(
        (maker, taker, kind)
        for (maker, kind), (taker, wanted) in product(makers, takers)
        if kind == wanted and maker != taker
    )


def test_the_tools_compose_by_meaning():
    pairs = composition()
    assert len({(maker, taker) for maker, taker, _ in pairs}) >= 200


def test_no_kind_of_value_dominates_composition():
    pairs = composition()
    shares = {kind: n / len(pairs) for kind, n in Counter(kind for _, _, kind in pairs).items()}
    assert {kind: round(share, 3) for kind, share in shares.items() if share > 0.15} == {}


@BY_NAME
def test_schemas_are_valid_and_closed(tool):
    for schema in (tool.spec.parameters, output_of(tool)):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
    assert tool.spec.parameters["additionalProperties"] is False
    assert "_" in tool.spec.name
    assert len(tool.spec.description) >= 30
    assert tool.spec.description.endswith(".")


def given_values(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas of the values that a parameter is made of: itself, or those inside its lists and objects."""
    if "properties" in schema:
        for member in schema["properties"].values():
            yield from given_values(member)
    elif isinstance(schema.get("items"), dict) and schema.get("title"):
        yield from given_values({"title": schema["title"], "examples": schema.get("examples"), **schema["items"]})
    else:
        yield schema


@BY_NAME
def test_every_parameter_is_explained_and_bounded(tool):
    for name, schema in parameters(tool).items():
        assert schema.get("title"), name
        assert schema.get("description"), name
        for kept in given_values(schema):
            assert kept.get("title"), name
            dated = kept.get("format") in ("date", "date-time") and "formatMinimum" in kept
            named = "oneOf" in kept or "anyOf" in kept or kept.get("type") == "boolean"
            assert dated or named or BOUNDS & kept.keys() or kept.get("examples"), name
            for choice in kept.get("oneOf", []):
                assert "const" in choice, name
                assert choice.get("title"), name
        for example in schema.get("examples", []):
            jsonschema.validate(example, schema, cls=jsonschema.Draft202012Validator)
    unknown = set(tool.spec.parameters["required"]) - parameters(tool).keys()
    assert not unknown


@BY_NAME
def test_every_result_property_is_explained(tool):
    for pointer, schema in properties(output_of(tool)):
        assert "type" in schema, pointer
        assert schema.get("title"), pointer
        assert schema.get("description"), pointer
        assert "examples" not in schema, pointer


@BY_NAME
def test_examples_run_and_keep_the_schemas(tool):
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    examples = tool.spec.parameters["examples"]
    assert len(examples) >= 3
    for arguments in examples:
        jsonschema.Draft202012Validator(tool.spec.parameters, format_checker=checker).validate(arguments)
        result = FUNCTIONS[tool.spec.name](**arguments)
        jsonschema.Draft202012Validator(output_of(tool), format_checker=checker).validate(result)
        text = json.dumps(result, allow_nan=False)
        assert json.loads(text) == result, "not JSON-native"
        assert len(text.encode()) < 4096
        assert FUNCTIONS[tool.spec.name](**arguments) == result, "not deterministic"


@BY_NAME
def test_results_hold_no_everyday_words(tool):
    for arguments in tool.spec.parameters["examples"]:
        for value, schema in scalars(FUNCTIONS[tool.spec.name](**arguments), output_of(tool)):
            if isinstance(value, str) and "format" not in schema:
                assert not EVERYDAY.fullmatch(value), f"{value!r} would look like a leak in a query"


@BY_NAME
def test_intents_can_be_asked_and_answered(tool):
    intents = phrases(tool)["intents"]
    required = set(tool.spec.parameters["required"])
    assert intents
    for intent in intents:
        assert len(intent["ask"]) >= 3, intent["ask"]
        assert len(set(intent["ask"])) == len(intent["ask"])
        assert intent["answer"]
        for ask in intent["ask"]:
            assert required <= arguments_named(outside_optional(ask)), ask
            clause = not ask.endswith(("?", ".", "!", ",", ":"))
            starts_low = ask[0].islower() or ask.startswith(("{", "[", '"', "I ", "I'"))
            assert not clause or starts_low or ask[0].isdigit(), f"a clause follows other words: {ask}"
            assert clause or ask[0].isupper() or ask.startswith(("{", "[", '"')), ask
        for answer in intent["answer"]:
            assert answer.endswith("."), answer
            assert "{/" in answer or "{#/" in answer, f"tells nothing: {answer}"
    assert len(phrases(tool)["situations"]) >= 4
    for situation in phrases(tool)["situations"]:
        assert situation.endswith((".", "!", "?")), situation
        assert "{/" not in situation


@BY_NAME
def test_slots_name_what_exists(tool):
    required = set(tool.spec.parameters["required"])
    for place, text in said(tool):
        assert text.count("{") == text.count("}"), text
        assert text.count("[") == text.count("]"), text
        unknown = arguments_named(text) - parameters(tool).keys()
        assert not unknown, f"{place}: {text}"
        bare = arguments_named(outside_optional(text))
        if place != "situation":
            assert bare <= required, f"optional outside of brackets: {text}"
        if place != "answer":
            assert "{/" not in text, text
            continue
        for pointer, item in LIST_SLOT.findall(text):
            members = at(output_of(tool), pointer)
            assert members, text
            for member in re.findall(r"\[([^\[\]]+)\]", item):
                # A list of plain values has no members to name.
                assert at(members, member), text
        for slot in SLOT.findall(LIST_SLOT.sub("", text)):
            if slot.startswith(("/", "#/")):
                pointer = slot.lstrip("#").partition("?")[0]
                found = at(output_of(tool), pointer)
                assert found, text
                if slot.startswith("#"):
                    assert found["type"] == "array", text
                if "?" in slot:
                    assert slot.startswith("#") or found["type"] in ("boolean", "integer", "number"), text
                    assert ":" in slot.partition("?")[2], text


@BY_NAME
def test_answers_can_say_what_they_are_about(tool):
    """A response puts several answers one after another: "It is valid." would leave open what is."""
    if tool.spec.parameters["required"]:
        for intent in phrases(tool)["intents"]:
            assert any(arguments_named(outside_optional(answer)) for answer in intent["answer"]), intent["answer"]


@BY_NAME
def test_phrases_hold_no_identifiers(tool):
    for _, text in said(tool):
        plain = SLOT.sub("", LIST_SLOT.sub("", text))
        assert "_" not in plain, text
        assert not re.search(r"\b[a-z]{2,}[A-Z]", plain), text
        assert not NAMES & set(re.findall(r"\w+", plain)), text


def test_values_that_another_tool_takes_can_be_referred_to():
    taken = {schema["format"] for tool in TOOLS for schema in parameters(tool).values() if schema.get("format")}
    missing = [
        f"{tool.spec.name}{pointer}"
        for tool in TOOLS
        for pointer, schema in properties(output_of(tool))
        if schema.get("format") in taken and not schema.get("x-phrases", {}).get("refer")
    ]
    assert not missing


@BY_NAME
def test_mentions_are_templates(tool):
    for name, schema in parameters(tool).items():
        for mention in schema.get("x-phrases", {}).get("mention", []):
            members = schema.get("properties", {}).keys()
            # Of an object it names each member, as all of them are said.
            assert set(SLOT.findall(mention)) == members if members else mention.count("{}") == 1, f"{name}: {mention}"
