"""Whatever claims to be a schema: a tool that has it runs, or is left out by name; nothing else happens.

Each example is a tool whose parameters and output have a schema made of odd parts. It goes through loading, the
offline policy, execution and the record, on a checkpointer.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langgraph.checkpoint.memory import InMemorySaver

from graph.app import build_graph
from graph.context import Context
from nodes.policies.model.tools_text import tools_text
from tool_registry.drawing.tool_graph import traits_of
from tool_registry.registry import load_registry

#: LangChain takes a schema as it stands, as an MCP server gives it.
SOURCE = """
from pathlib import Path
from typing import Annotated, Any
import json
from langchain_core.tools import BaseTool
from pydantic import WithJsonSchema
from tool_registry.declare import annotate

GIVEN = json.loads(Path(__file__).with_suffix(".json").read_text())


class Odd(BaseTool):
    name: str = "odd_one"
    description: str = "Find the parcel of a number."
    args_schema: dict = GIVEN["parameters"]

    def _run(self, **given) -> Annotated[Any, WithJsonSchema(GIVEN["output"])]:
        return GIVEN["result"]


def plain(number: int) -> dict:
    \"\"\"Weigh a parcel.\"\"\"
    return {"weight": 3, "odd": GIVEN["result"]}


TOOLS = [annotate(read_only=True)(Odd()), annotate(read_only=True)(plain)]
"""

NAMES = ["number", "parcel_id", "name", "$ref", "a b", "date"]
LEAVES = [
    {"type": "string"},
    {"type": ["string", "null"], "enum": ["small", None, "large"]},
    {"type": "string", "nullable": True, "default": None},
    {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
    {"anyOf": [{"const": "a", "title": "first"}, {"type": "null"}]},
    {"oneOf": [{"type": "integer"}, {"type": "string"}]},
    {"type": ["integer", "string"]},
    {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
    {"type": "integer", "minimum": -(2**63), "maximum": 2**64 - 1},
    {"type": "integer", "maximum": 2**256, "default": 2**80, "examples": [2**70, 5]},
    {"type": "number", "minimum": 1e308, "multipleOf": 1e-300},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    {"type": "array"},
    {"type": "array", "items": {"type": ["integer", "null"]}},
    {"type": "array", "items": [{"type": "string"}, {"type": "integer"}]},
    {"type": "array", "items": {"type": "string"}, "minItems": 10**30},
    {"type": "object", "properties": None, "required": ["unknown"]},
    {"type": "object", "additionalProperties": {"type": "string"}},
    {"type": "object", "patternProperties": {"^x": {"type": "integer"}}, "minProperties": 1},
    {"type": "string", "format": "of-no-kind", "pattern": "(?<year>\\d{4})"},
    {"type": "string", "format": "date", "examples": ["0000-00-00", None]},
    {"type": "string", "format": "date", "formatMinimum": "soon"},
    {"type": "boolean", "title": 5, "description": None},
    {"$ref": "#/$defs/node"},
    {"$ref": "#/definitions/node"},
    {"$ref": "#/properties/number"},
    {"$ref": "#"},
    {"$ref": "#node"},
    {"$dynamicRef": "#node"},
    {"$ref": "#/nowhere"},
    {"$ref": "https://example.com/schema.json"},
    {"allOf": [{"$ref": "#/$defs/node"}, {"properties": {"value": {"minimum": 3}}}]},
    {"const": None},
    {"const": 2**70},
    {"enum": []},
    {"type": "null"},
    {"type": "str"},
    {"not": {}},
    {},
    True,
    False,
    None,
    7,
]
NODE = {
    "$anchor": "node",
    "type": "object",
    "properties": {
        "value": {"type": "integer"},
        "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
        "rest": {"type": "array", "items": {"$ref": "#/$defs/alias"}},
    },
    "required": ["value"],
}
DEFINITIONS = [
    {"node": NODE, "alias": {"$ref": "#/$defs/node"}},
    {"node": {**NODE, "required": ["value", "rest"]}, "alias": {"$ref": "#/$defs/node"}},
    {"node": {"$ref": "#/$defs/alias"}, "alias": {"$ref": "#/$defs/node"}},
    {"node": {"type": "integer"}},
    {},
    None,
]


def objects(members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.sampled_from(NAMES), members, max_size=4)


MEMBERS = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: (
        st.fixed_dictionaries(
            {"type": st.sampled_from(["object", ["object", "null"]]), "properties": objects(inner)},
            optional={"required": st.just(["number"]), "x-phrases": st.sampled_from([3, [], {"intents": "?"}])},
        )
        | st.fixed_dictionaries({"type": st.just("array"), "items": inner})
        | st.fixed_dictionaries({"anyOf": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"allOf": st.lists(inner, max_size=3)})
    ),
    max_leaves=6,
)


def schemas() -> st.SearchStrategy[Any]:
    whole = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": objects(MEMBERS)},
        optional={
            "required": st.sampled_from([None, [], ["number"], ["number", "number"], ["unknown"], True]),
            "$defs": st.sampled_from(DEFINITIONS),
            "definitions": st.sampled_from(DEFINITIONS),
            "examples": st.sampled_from([None, [], [{}], [3], {"number": 3}, [{"number": 2**70}]]),
            "x-phrases": st.sampled_from([None, 3, {"intents": 3}, {"intents": [{"ask": 3}]}, {"intents": [None]}]),
            "$schema": st.sampled_from(["http://json-schema.org/draft-07/schema#", "nowhere", 5]),
        },
    )
    return whole | MEMBERS


RESULTS = st.recursive(
    st.none()
    | st.booleans()
    | st.sampled_from([0, 7, -(2**63), 2**63, 2**80, 1.5, 1e308, "parcel 7", "", "2025-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | objects(inner),
    max_leaves=6,
)


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(parameters=schemas(), output=schemas(), result=RESULTS, index=st.integers(0, 50))
def test_a_tool_with_an_odd_schema_runs_or_is_left_out_by_name(
    tmp_path: Path, parameters: Any, output: Any, result: Any, index: int
) -> None:
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    folder.mkdir()
    (folder / "odd.py").write_text(SOURCE)
    (folder / "odd.json").write_text(json.dumps({"parameters": parameters, "output": output, "result": result}))
    specs = [f"python:{folder / 'odd.py'}:TOOLS"]
    registry = load_registry(specs)
    assert "plain" in registry
    assert "odd_one" in registry or any("odd_one" in problem for problem in registry.problems), registry.problems
    for spec in registry.specs.values():
        assert traits_of(spec)
        assert tools_text([spec])
    workflow = build_graph().compile(checkpointer=InMemorySaver())
    context = Context(tools=specs, calls="1:50,2:50", max_iterations=3)
    given = {"seed": 1, "index": index}
    state = asyncio.run(workflow.ainvoke(given, {"configurable": {"thread_id": "one"}}, context=context))
    assert state["status"] in ("accepted", "rejected")
    assert not any("crash" in reason.lower() or "Error" in reason for reason in state["reasons"]), state["reasons"]
    json.dumps(state["record"], allow_nan=False)
