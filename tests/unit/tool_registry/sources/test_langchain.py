import datetime
import threading
from typing import Annotated, Any, Literal

import pydantic
import pytest
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool, InjectedToolArg, InjectedToolCallId, StructuredTool, ToolException
from langchain_core.tools import tool as langchain
from pydantic import Field

from tests.unit.tool_registry.making import run
from tool_registry.declare import annotate
from tool_registry.permissions import Permissions
from tool_registry.sources.admission import check_spec
from tool_registry.sources.langchain import langchain_tool
from tool_registry.tool import LoadError, Tool

ALL = Permissions(allow_unannotated=True)


def made(tool: BaseTool) -> Tool:
    loaded = langchain_tool(tool, "some tools")
    check_spec(loaded.spec)
    return loaded


@langchain
def search_trains(
    origin: Annotated[str, Field(description="Where it starts.", examples=["Oslo"])],
    day: datetime.date,
    kind: Literal["night", "day"] = "day",
) -> list[str]:
    """Find trains.

    Between two towns.

    Args:
        day: The day of travel.
    """
    assert isinstance(day, datetime.date)
    main = threading.current_thread() is threading.main_thread()
    return [origin, day.isoformat(), kind, "main" if main else "thread"]


async def test_a_decorated_function() -> None:
    tool = made(search_trains)
    spec = tool.spec
    assert (spec.name, spec.source, spec.category) == ("search_trains", "langchain", "some tools")
    assert "Find trains." in spec.description
    assert "Args" not in spec.description
    assert spec.parameters["required"] == ["origin", "day"]
    assert spec.parameters["properties"] == {
        "origin": {"type": "string", "description": "Where it starts.", "examples": ["Oslo"]},
        "day": {"type": "string", "format": "date", "description": "The day of travel."},
        "kind": {"type": "string", "enum": ["night", "day"], "default": "day"},
    }
    assert "title" not in spec.parameters
    assert "description" not in spec.parameters
    assert spec.output_schema == {"type": "array", "items": {"type": "string"}}
    result = await run(tool, {"origin": "Oslo", "day": "2026-03-01"}, permissions=ALL)
    assert result.content == ["Oslo", "2026-03-01", "day", "thread"]


async def test_an_async_tool() -> None:
    @langchain
    async def add(a: int, b: int) -> int:
        """Add."""
        assert threading.current_thread() is threading.main_thread()
        return a + b

    assert (await run(made(add), {"a": 1, "b": 2}, permissions=ALL)).content == 3


async def test_a_class_with_a_model_of_its_arguments() -> None:
    class Arguments(pydantic.BaseModel):
        word: Annotated[str, Field(title="the word", min_length=2)]

        @pydantic.field_validator("word")
        @classmethod
        def _lower(cls, value: str) -> str:
            if value != value.lower():
                raise ValueError("write it small")
            return value

    class Shout(BaseTool):
        name: str = "shout"
        description: str = "Shout a word."
        args_schema: type[pydantic.BaseModel] = Arguments

        def _run(self, word: str) -> dict[str, str]:
            return {"shout": word.upper()}

    tool = made(Shout())
    assert tool.spec.parameters["properties"] == {"word": {"type": "string", "minLength": 2, "title": "the word"}}
    assert tool.spec.output_schema == {"type": "object", "additionalProperties": {"type": "string"}}
    assert (await run(tool, {"word": "hey"}, permissions=ALL)).content == {"shout": "HEY"}
    result = await run(tool, {"word": "Hey"}, permissions=ALL)
    assert result.error is not None
    assert result.error.kind == "invalid_arguments"
    assert "/word: Value error, write it small" in result.error.message


async def test_a_json_schema_of_the_arguments() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "maximum": 9}}, "required": ["n"]}
    tool = made(
        StructuredTool.from_function(func=lambda n: n + 1, name="next", description="Next.", args_schema=schema)
    )
    assert tool.spec.parameters == schema
    assert (await run(tool, {"n": 3}, permissions=ALL)).content == 4
    assert not (await run(tool, {"n": 30}, permissions=ALL)).ok


def test_a_json_schema_that_is_none_is_refused_by_name() -> None:
    for schema, said in (
        ({"type": "object", "properties": {"n": {"type": "whole"}}}, "tool next.*not a JSON Schema"),
        ({"properties": {"n": {}}}, 'tool next.*"type": "object"'),
    ):
        with pytest.raises(LoadError, match=said):
            made(StructuredTool.from_function(func=abs, name="next", description="Next.", args_schema=schema))


@pytest.mark.parametrize("handled", [False, True])
async def test_a_failure_stays_a_failure(handled: bool) -> None:
    @langchain
    def fail(n: int) -> str:
        """Fail."""
        raise ToolException("no such station")

    fail.handle_tool_error = handled
    result = await run(made(fail), {"n": 1}, permissions=ALL)
    assert result.error is not None
    assert result.error.kind == "tool_error"
    assert "no such station" in result.error.message
    assert fail.handle_tool_error is handled


async def test_a_tool_message_is_unpacked() -> None:
    @langchain
    def reply(status: Literal["success", "error"]) -> ToolMessage:
        """Reply."""
        return ToolMessage("the words", tool_call_id="1", status=status)

    tool = made(reply)
    assert (await run(tool, {"status": "success"}, permissions=ALL)).content == "the words"
    failed = await run(tool, {"status": "error"}, permissions=ALL)
    assert failed.error is not None
    assert failed.error.message == "the words"


async def test_content_and_artifact_gives_the_content() -> None:
    @langchain(response_format="content_and_artifact")
    def both(n: int) -> tuple[str, list[int]]:
        """Give both."""
        return "words", [n]

    tool = made(both)
    assert tool.spec.output_schema is None
    assert (await run(tool, {"n": 1}, permissions=ALL)).content == "words"


def test_what_must_be_injected_is_refused() -> None:
    @langchain
    def needs_user(n: int, user: Annotated[str, InjectedToolArg]) -> str:
        """Need a user."""
        return user

    @langchain
    def needs_call_id(n: int, call: Annotated[str, InjectedToolCallId]) -> str:
        """Need the id."""
        return call

    for tool, name in ((needs_user, "user"), (needs_call_id, "call")):
        with pytest.raises(LoadError, match=f"tool {tool.name} needs {name} injected"):
            made(tool)


def test_a_name_with_spaces_is_mapped() -> None:
    tool = StructuredTool.from_function(func=lambda: 1, name="Next train!", description="Next.")
    spec = made(tool).spec
    assert (spec.name, spec.original_name) == ("Next_train", "Next train!")


def test_declarations() -> None:
    @langchain
    def plain(n: int) -> int:
        """Plain."""
        return n

    assert made(plain).spec.annotations.read_only is None
    by_metadata = plain.model_copy(update={"metadata": {"read_only": True, "category": "numbers"}})
    assert made(by_metadata).spec.annotations.read_only is True
    assert made(by_metadata).spec.category == "numbers"
    from_mcp = plain.model_copy(update={"metadata": {"readOnlyHint": False, "destructiveHint": True}})
    assert made(from_mcp).spec.annotations.model_dump(exclude_none=True) == {
        "read_only": False,
        "destructive": True,
    }
    by_tags = plain.model_copy(update={"tags": ["read-only", "deterministic", "other"]})
    assert made(by_tags).spec.annotations.model_dump(exclude_none=True) == {
        "read_only": True,
        "deterministic": True,
    }
    with pytest.raises(LoadError, match="metadata 'read_only' is true or false, not 'yes'"):
        made(plain.model_copy(update={"metadata": {"read_only": "yes"}}))


async def test_annotate_goes_around_or_inside() -> None:
    @annotate(read_only=True, category="outside")
    @langchain
    def outside(n: int) -> int:
        """Outside."""
        return n

    @langchain
    @annotate(read_only=True, category="inside")
    def inside(n: int) -> int:
        """Inside."""
        return n

    for tool in (outside, inside):
        spec = made(tool).spec
        assert (spec.annotations.read_only, spec.category) == (True, tool.name)
        assert (await run(made(tool), {"n": 1})).content == 1
    dumped: Any = outside.model_dump()
    assert "__toolgrad__" not in dumped
