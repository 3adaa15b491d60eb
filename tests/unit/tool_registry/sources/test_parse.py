import pytest

from tool_registry.sources.config import SourceConfig
from tool_registry.sources.parse import PythonSource, parse_spec, python_source
from tool_registry.sources.python.words import in_words
from tool_registry.tool import LoadError


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("builtin", "builtin", ""),
        ("builtin:Air Travel", "builtin", "Air Travel"),
        (" builtin ", "builtin", ""),
        ("python:package.module:TOOLS", "python", "package.module:TOOLS"),
        ("mcp:servers.json", "mcp", "servers.json"),
        ("openapi:https://127.0.0.1:8000/openapi.json", "openapi", "https://127.0.0.1:8000/openapi.json"),
        ("toolbench:data/tools", "toolbench", "data/tools"),
        ('config:{"kind":"langchain","target":"a.py:KIT"}', "langchain", "a.py:KIT"),
    ],
)
def test_forms(text: str, kind: str, target: str) -> None:
    assert parse_spec(text) == SourceConfig(kind=kind, target=target)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("package.module:TOOLS", PythonSource("package.module", "TOOLS")),
        ("module:Desk.status", PythonSource("module", "Desk.status")),
        ("tools.py:TOOLS", PythonSource("tools.py", "TOOLS")),
        ("/a folder/my-tools.py:TOOLS", PythonSource("/a folder/my-tools.py", "TOOLS")),
        ("C:/tools.py:TOOLS", PythonSource("C:/tools.py", "TOOLS")),
    ],
)
def test_python_targets(target: str, source: PythonSource) -> None:
    assert python_source(target) == source


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
        ("mcp:", "write mcp:servers.json"),
        ("openapi: ", "write openapi:openapi.json"),
        ("toolbench", "write toolbench:data/toolenv/tools"),
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
