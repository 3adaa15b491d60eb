"""Nothing that a tool or a model says is ever run as code."""

import ast
from pathlib import Path

import pytest

from tool_registry.sources.openapi.document import read_document
from tool_registry.tool import LoadError

ROOT = Path(__file__).parents[2]
PACKAGES = ("tool_registry", "prompts", "nodes", "graph", "toolgrad_data")
#: Calls by which a text becomes code, a process or an object of any class.
RUNS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "pickle.load",
    "pickle.loads",
    "marshal.loads",
    "shelve.open",
    "yaml.load",
    "yaml.unsafe_load",
    "yaml.full_load",
    "subprocess.getoutput",
}
ALLOWED = {
    # The user's own file, named on the command line.
    ("tool_registry/sources/python/importing.py", "exec"),
    ("tool_registry/sources/python/importing.py", "compile"),
    # With a safe loader, as a test below tries.
    ("tool_registry/sources/openapi/document.py", "yaml.load"),
}


def called(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{called(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def runs_code(text: str) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    shells = {
        called(call.func)
        for call in calls
        for keyword in call.keywords
        if keyword.arg == "shell" and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False)
    }
    return shells | {called(call.func) for call in calls if called(call.func) in RUNS}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_text_is_run(package: str) -> None:
    found = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / package).rglob("*.py")
        for name in runs_code(path.read_text())
    }
    assert found - ALLOWED == set()


def test_the_search_finds_them() -> None:
    assert runs_code("import os\nos.system('true')\neval('1')\nrun('x', shell=True)\nyaml.load(t, L)") == {
        "os.system",
        "eval",
        "run",
        "yaml.load",
    }


def test_a_document_makes_no_objects(tmp_path: Path) -> None:
    made = tmp_path / "made"
    document = tmp_path / "api.yaml"
    document.write_text(f"openapi: 3.1.0\npaths: !!python/object/apply:os.mkdir [{made}]\n")
    with pytest.raises(LoadError):
        read_document(str(document), {}, 10_000)
    assert not made.exists()
