"""Short schemas: what calls need is there, long lists are cut without telling the answer, and three tools are cheap."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.unit.toolgrad_data.conftest import Pool
from tests.unit.toolgrad_data.export.exporting import export_to, rows_of
from toolgrad_data.export.conversation import Call, Example, Preference, Tool, calling, user
from toolgrad_data.export.datasets.candidates import Candidates
from toolgrad_data.export.datasets.short_schemas import ShortSchemas
from toolgrad_data.export.formats.bfcl_rules import refusal

COUNTRIES = [{"const": f"{chr(65 + n // 5)}{chr(65 + n % 5)}", "title": f"Land {n}"} for n in range(40)]
ALLOWED = {
    "type",
    "description",
    "enum",
    "default",
    "items",
    "properties",
    "required",
    "anyOf",
    "additionalProperties",
}


def shortened(schema: dict[str, Any], query: str, *arguments: dict[str, Any], seed: int = 0) -> dict[str, Any]:
    tool = Tool("f", "Do it.", {"type": "object", "properties": {"x": schema}})
    calls = [Call(f"c{place}", "f", one) for place, one in enumerate(arguments)]
    example = Example("e", (user(query), *([calling(*calls)] if calls else [])), (tool,))
    found: dict[str, Any] = ShortSchemas(seed).shorten(example).tools[0].parameters["properties"]["x"]
    return found


def keywords(schema: Any, *, names: bool = False) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(keywords, schema))
    if not isinstance(schema, dict):
        return set()
    own = set() if names else set(schema)
    below = [
        keywords(value, names=keyword == "properties") for keyword, value in schema.items() if keyword != "default"
    ]
    return own.union(*below)


def test_a_closed_list_is_cut_and_holds_what_is_called() -> None:
    schema = {"type": "string", "title": "country", "oneOf": COUNTRIES, "x-phrases": {}, "examples": ["AA"]}
    for called in ("AA", "HE"):
        short = shortened(schema, "Tell me about it.", {"x": called})
        assert called in short["enum"]
        assert len(short["enum"]) == 8
        assert short["type"] == "string"
        order = [entry["const"] for entry in COUNTRIES]
        assert short["enum"] == sorted(short["enum"], key=order.index)
    drawn = [tuple(shortened(schema, "x", seed=seed)["enum"]) for seed in range(5)]
    assert len(set(drawn)) == 5
    assert drawn[0] == tuple(shortened(schema, "x", seed=0)["enum"])


def test_titles_stay_for_all_that_is_shown_where_the_query_says_one() -> None:
    schema = {"type": "string", "description": "A code.", "oneOf": COUNTRIES}
    said = shortened(schema, "How big is land 7?", {"x": "BC"})
    titles = {entry["const"]: entry["title"] for entry in COUNTRIES}
    assert all(f"{code} ({titles[code]})" in said["description"] for code in said["enum"])
    as_it_stands = shortened(schema, "How big is BC?", {"x": "BC"})
    assert as_it_stands["description"] == "A code."
    # Nobody could know the code from such words.
    assert "BC (Land 7)" in shortened(schema, "How big is the seventh?", {"x": "BC"})["description"]


def test_an_open_list_names_a_few_for_example_and_takes_all_others() -> None:
    schema = {"type": "string", "description": "A code.", "anyOf": [*COUNTRIES, {"pattern": "^[A-Z]{2}$"}]}
    short = shortened(schema, "How big is land 7?", {"x": "BC"})
    assert "enum" not in short
    assert short["description"].startswith("A code. For example: ")
    assert short["description"].count("Land") == 4
    assert "BC (Land 7)" in short["description"]
    assert shortened(schema, "How big is ZZ?", {"x": "ZZ"}) == {"type": "string", "description": "A code."}


def test_what_is_shown_of_a_tool_does_not_tell_whether_it_is_called() -> None:
    schema = {"type": "object", "properties": {"x": {"type": "string", "oneOf": COUNTRIES}}}
    tools = (Tool("f", "F.", schema), Tool("g", "G.", schema))
    example = Example("e", (user("How big is land 7?"), calling(Call("c", "f", {"x": "BC"}))), tools)
    for tool in ShortSchemas(0).shorten(example).tools:
        member = tool.parameters["properties"]["x"]
        assert "BC" in member["enum"]
        assert "BC (Land 7)" in member["description"]


STRING = {"type": "string"}
NUMBER = {"type": "number"}
SIZE = {"$ref": "#/$defs/Size"}
DAY = {"type": "string", "format": "date"}


@pytest.mark.parametrize(
    ("schema", "short"),
    [
        ({**SIZE, "description": "How big."}, {"type": "integer", "description": "How big."}),
        ({"type": ["string", "null"], "default": None, "title": "n"}, {**STRING, "description": "n", "default": None}),
        ({"anyOf": [NUMBER, {"type": "null"}], "minimum": 0}, NUMBER),
        ({"anyOf": [NUMBER, {**STRING, "pattern": "x"}]}, {"anyOf": [NUMBER, STRING]}),
        ({"type": "array", "items": SIZE, "minItems": 2}, {"type": "array", "items": {"type": "integer"}}),
        ({"type": "array", "prefixItems": [NUMBER, NUMBER]}, {"type": "array", "items": NUMBER}),
        (DAY, {**STRING, "description": "YYYY-MM-DD"}),
        ({**DAY, "description": "The day."}, {**STRING, "description": "The day, YYYY-MM-DD."}),
        ({**DAY, "description": "As YYYY-MM-DD."}, {**STRING, "description": "As YYYY-MM-DD."}),
        ({"const": "a"}, {**STRING, "enum": ["a"]}),
        ({"enum": [1, 2, 2.5]}, {**NUMBER, "enum": [1, 2, 2.5]}),
        ({"type": "boolean", "default": False}, {"type": "boolean", "default": False}),
        (
            {"type": "object", "additionalProperties": {**STRING, "maxLength": 3}},
            {"type": "object", "additionalProperties": STRING},
        ),
        ({}, {}),
        (True, {}),
    ],
)
def test_what_is_left_of_a_schema(schema: Any, short: dict[str, Any]) -> None:
    tool = Tool("f", "F.", {"type": "object", "properties": {"x": schema}, "$defs": {"Size": {"type": "integer"}}})
    (made,) = ShortSchemas(0).shorten(Example("e", (user("?"),), (tool,))).tools
    assert made.parameters == {"type": "object", "properties": {"x": short}}


def test_a_schema_that_holds_itself_ends() -> None:
    tree = {"type": "object", "properties": {"name": {"type": "string"}, "below": {"$ref": "#/$defs/Tree"}}}
    tool = Tool("f", "F.", {"type": "object", "properties": {"x": {"$ref": "#/$defs/Tree"}}, "$defs": {"Tree": tree}})
    (made,) = ShortSchemas(0).shorten(Example("e", (user("?"),), (tool,))).tools
    assert made.parameters["properties"]["x"]["properties"]["name"] == {"type": "string"}
    assert "$ref" not in json.dumps(made.parameters)


def test_a_tool_that_a_call_would_not_fit_is_left_whole() -> None:
    schema = {"type": "object", "properties": {"x": {"type": ["string", "null"]}}, "required": ["x"]}
    stage = ShortSchemas(0)
    example = Example("e", (user("?"), calling(Call("c", "f", {"x": None}))), (Tool("f", "F.", schema),))
    assert stage.shorten(example) == example
    assert stage.counts == {"left whole: a call would not fit": 1}


def test_a_rejected_call_that_fits_its_tool_goes_on_fitting() -> None:
    tool = Tool("f", "F.", {"type": "object", "properties": {"x": {"oneOf": COUNTRIES}}})
    wrong = Preference(1, (calling(Call("c", "f", {"x": "HE"})),))
    example = Example("e", (user("?"), calling(Call("c", "f", {"x": "AA"}))), (tool,), preference=wrong)
    for seed in range(5):
        (short,) = ShortSchemas(seed).shorten(example).tools
        assert {"AA", "HE"} <= set(short.parameters["properties"]["x"]["enum"])


def test_calls_of_a_real_run_fit_their_short_schemas(examples: list[Example], pool: Pool) -> None:
    stage = ShortSchemas(4)
    shorter = longer = 0
    for example in (Candidates(pool.index, 3, 1).widen(one) for one in examples):
        short = stage.shorten(example)
        tools = {tool.name: tool for tool in short.tools}
        for call in short.calls():
            Draft202012Validator(tools[call.tool].parameters).validate(call.arguments)
        for tool in short.tools:
            assert keywords(tool.parameters) <= ALLOWED
        longer += len(json.dumps([tool.parameters for tool in example.tools]))
        shorter += len(json.dumps([tool.parameters for tool in short.tools]))
    assert shorter < longer / 3


def first(value: Any) -> Any:
    """An accepted value as it is called with: members of objects have lists of values of their own."""
    if isinstance(value, dict):
        return {name: values[0] for name, values in value.items() if "" not in values}
    if isinstance(value, list) and value and all(isinstance(element, dict) for element in value):
        return [first(element) for element in value]
    return value


def test_bfcl_takes_short_schemas_and_accepts_the_true_calls(run_folder: Path) -> None:
    report, folder = export_to(run_folder, "bfcl", candidates=3, schema_="short", names="mixed", seed=6)
    assert report.notes["short_schemas"]["shortened"] > 0
    checked = 0
    for file in folder.glob("BFCL_v4_*.json"):
        if not (folder / "possible_answer" / file.name).exists():
            continue
        truths = {row["id"]: row["ground_truth"] for row in rows_of(folder / "possible_answer" / file.name)}
        for row in rows_of(file):
            calls = []
            for wanted in truths[row["id"]]:
                ((name, accepted),) = wanted.items()
                calls.append((name, {key: first(values[0]) for key, values in accepted.items() if "" not in values}))
            assert refusal(row["function"], truths[row["id"]], calls) == ""
            checked += 1
    assert checked >= 10
