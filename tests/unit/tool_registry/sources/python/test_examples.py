"""`[tools.examples."TOOL"]`: examples that a configuration gives for the tools of others."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.tool_registry.making import spec
from tool_registry.json.schema import check_schema, schema_at
from tool_registry.registry import load_registry
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.python.examples import with_examples
from toolgrad_data.runs.settings import run_settings

ORDER = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "when": {"$ref": "#/$defs/When", "title": "day"},
        "until": {"$ref": "#/$defs/When"},
        "anything": True,
        "body": {"allOf": [{"$ref": "#/$defs/Body"}]},
    },
    "$defs": {
        "When": {"type": "string", "format": "date"},
        "Body": {
            "type": "object",
            "properties": {
                "tags": {"type": "array", "items": {"type": "string"}},
                "again": {"$ref": "#/$defs/Body"},
                "name": {"type": ["string", "null"]},
            },
        },
    },
}
SERVER = """
from typing import Annotated
from fastmcp import FastMCP
server = FastMCP("files")

@server.tool(annotations={"readOnlyHint": True})
def read_file(path: str) -> str:
    return "one line"

server.run(show_banner=False)
"""


def given(**examples: list[Any]) -> tuple[dict[str, Any], list[str]]:
    changed, problems = with_examples(spec(name="order", parameters=ORDER), examples)
    check_schema(changed.parameters, "parameters")
    return changed.parameters, problems


def test_they_stand_where_the_parameter_is_and_nowhere_else() -> None:
    changed, problems = given(id=[7, 8], when=["2026-03-01"], anything=[{"a": 1}])
    assert problems == []
    assert schema_at(changed, "/id")["examples"] == [7, 8]
    assert schema_at(changed, "/anything")["examples"] == [{"a": 1}]
    assert schema_at(changed, "/when") == {
        "type": "string",
        "format": "date",
        "title": "day",
        "examples": ["2026-03-01"],
    }
    # The definition is another parameter's too.
    assert "examples" not in schema_at(changed, "/until")
    assert "examples" not in json.dumps(ORDER)


@pytest.mark.parametrize("pointer", ["/body/name", "/body/again/again/name", "/body/tags/0"])
def test_a_member_is_named_by_its_pointer(pointer: str) -> None:
    changed, problems = given(**{pointer: ["Ada"]})
    assert problems == []
    assert schema_at(changed, pointer)["examples"] == ["Ada"]


def test_what_does_not_fit_is_named_and_the_rest_is_used() -> None:
    changed, problems = given(id=[7, "eight"], idd=[1], until=["soon"], **{"/body/nam": ["x"]})
    assert schema_at(changed, "/id")["examples"] == [7]
    assert "examples" not in schema_at(changed, "/until")
    told = "\n".join(problems)
    assert "examples of order, id: left out is what its schema does not allow: 'eight'" in told
    assert "there is no parameter 'idd'. Did you mean 'id'? There are: id, when, until, anything, body" in told
    assert "until: left out is what its schema does not allow: 'soon'" in told
    assert "there is no parameter '/body/nam'" in told


@pytest.mark.parametrize(
    ("examples", "words"),
    [
        ({"order": {"id": []}}, "the list is empty"),
        ({"order": {"id": 7}}, "valid list"),
        ({"order": ["id"]}, "valid dictionary"),
        ({"order": {"id": ["${SECRET}"]}}, "never taken from the environment"),
        ({"order": {"id": [float("nan")]}}, "not JSON"),
    ],
)
def test_what_are_no_examples_is_refused(examples: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        SourceConfig(kind="mcp", target="x.json", examples=examples)


def mcp(folder: Path) -> str:
    (folder / "server.py").write_text(SERVER)
    started = {"command": sys.executable, "args": [str(folder / "server.py")]}
    (folder / "servers.json").write_text(json.dumps({"mcpServers": {"files": started}}))
    return 'kind = "mcp"\ntarget = "servers.json"\n'


def openapi(folder: Path) -> str:
    parameter = {"name": "path", "in": "query", "required": True, "schema": {"type": "string"}}
    operation = {"operationId": "read_file", "parameters": [parameter], "responses": {"200": {"description": "ok"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Files", "version": "1"},
        "servers": [{"url": "http://127.0.0.1:9"}],
        "paths": {"/file": {"get": operation}},
    }
    (folder / "openapi.json").write_text(json.dumps(document))
    return 'kind = "openapi"\ntarget = "openapi.json"\noptions = { server = "http://127.0.0.1:9" }\n'


def langchain(folder: Path) -> str:
    (folder / "kit.py").write_text(
        "from langchain_core.tools import tool\n\n@tool\ndef read_file(path: str) -> str:\n"
        '    """Read a file."""\n    return path\n'
    )
    return 'kind = "langchain"\ntarget = "kit.py:read_file"\n'


def python(folder: Path) -> str:
    (folder / "mine.py").write_text('def read_file(path: str) -> str:\n    """Read a file."""\n    return path\n')
    return 'kind = "python"\ntarget = "mine.py:read_file"\n'


@pytest.mark.parametrize("source", [mcp, openapi, langchain, python])
def test_every_source_takes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Any) -> None:
    if source is mcp:
        pytest.importorskip("fastmcp")
    monkeypatch.chdir(tmp_path)
    text = (
        f'samples = 1\nout = "x"\n[[tools]]\n{source(tmp_path)}[tools.examples."read_*"]\npath = ["notes/plan.txt"]\n'
    )
    text += 'pth = ["x"]\n[tools.examples."read_folder"]\npath = ["notes"]\n'
    (tmp_path / "run.toml").write_text(text)
    settings = run_settings({}, tmp_path / "run.toml")
    registry = load_registry(settings.context.tools)
    (found,) = registry.specs.values()
    assert schema_at(found.parameters, "/path")["examples"] == ["notes/plan.txt"]
    told = "\n".join(registry.problems)
    assert "there is no parameter 'pth'. Did you mean 'path'? There are: path" in told
    assert "examples of 'read_folder': there is no such tool. Did you mean 'read_file'? There are: read_file" in told


def test_a_toml_date_is_a_text(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text(
        'samples = 1\nout = "x"\n[[tools]]\nspec = "mcp:s.json"\n[tools.examples.order]\nwhen = [2026-03-01]\n'
    )
    (text,) = run_settings({}, tmp_path / "run.toml").context.tools
    assert json.loads(text.removeprefix("config:"))["examples"] == {"order": {"when": ["2026-03-01"]}}
