import pytest

from tool_registry.sources.parse import BuiltinSource, PythonSource, parse_spec
from tool_registry.sources.words import in_words
from tool_registry.tool import LoadError


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("builtin", BuiltinSource()),
        ("builtin:Air Travel", BuiltinSource("Air Travel")),
        (" builtin ", BuiltinSource()),
        ("python:package.module:TOOLS", PythonSource("package.module", "TOOLS")),
        ("python:module:Desk.status", PythonSource("module", "Desk.status")),
        ("python:tools.py:TOOLS", PythonSource("tools.py", "TOOLS")),
        ("python:/a folder/my-tools.py:TOOLS", PythonSource("/a folder/my-tools.py", "TOOLS")),
        ("python:C:/tools.py:TOOLS", PythonSource("C:/tools.py", "TOOLS")),
    ],
)
def test_forms(text: str, source: object) -> None:
    assert parse_spec(text) == source


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "unknown tool spec ''"),
        ("bultin", "Did you mean builtin?"),
        ("my_tools.py:TOOLS", "Did you mean python:my_tools.py:TOOLS?"),
        ("builtin:", "names no category"),
        ("python:tools.py", "Did you mean python:tools.py:ATTRIBUTE?"),
        ("python:module", "names no attribute"),
        ("python:", "names no attribute"),
        ("python:module:", "names no attribute"),
        ("python:my-module:TOOLS", "names no Python module"),
        ("python:tools.py:1x", "names no Python module and attribute"),
        ("mcp:servers.json", "mcp is not supported yet"),
        ("openapi:https://127.0.0.1/openapi.json", "openapi is not supported yet"),
        ("toolbench:data", "toolbench is not supported yet"),
    ],
)
def test_other_specs_are_refused_with_the_allowed_forms(text: str, said: str) -> None:
    with pytest.raises(LoadError) as caught:
        parse_spec(text)
    assert said in str(caught.value)
    assert "Allowed: builtin, builtin:CATEGORY, python:package.module:attribute" in str(caught.value)


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        ("weather_tools", "weather tools"),
        ("OrderDesk", "order desk"),
        ("HTTPServerTools", "http server tools"),
        ("my-tools2", "my tools2"),
        ("orders", "orders"),
    ],
)
def test_words(identifier: str, words: str) -> None:
    assert in_words(identifier) == words
