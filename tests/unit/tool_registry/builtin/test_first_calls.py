"""First calls from several threads at once: packages that tools import must not be found half loaded."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

TOOLKITS = Path(__file__).parents[4] / "tool_registry" / "builtin"

#: Their parts do not import the package that holds them, so none can be found half loaded.
HARMLESS = {"astral", "stdnum"}


def late_imports(path: Path) -> set[str]:
    """The modules that a file's functions import when they are called."""
    found = set()
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom):
                    found.add(node.module or "")
                elif isinstance(node, ast.Import):
                    found |= {alias.name for alias in node.names}
    return found


def test_a_package_of_several_parts_is_not_first_imported_by_calls() -> None:
    # On a busy machine `from babel.core` in one thread and `from babel.dates` in another failed with ImportError or
    # a deadlock of import locks, and a record had a failed call that it had not had before.
    parts: dict[str, set[str]] = defaultdict(set)
    kits = list(TOOLKITS.glob("*.py"))
    assert len(kits) > 20
    for path in kits:
        for module in late_imports(path):
            parts[module.split(".")[0]].add(module)
    assert {name: found for name, found in parts.items() if len(found) > 1 and name not in HARMLESS} == {}


def test_the_search_for_late_imports_finds_them(tmp_path: Path) -> None:
    path = tmp_path / "kit.py"
    path.write_text("import json\ndef f():\n    from babel.core import Locale\n    import babel.dates\n")
    assert late_imports(path) == {"babel.core", "babel.dates"}


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_is_called_harmless_is(name: str) -> None:
    package = __import__(name)
    text = "\n".join(path.read_text() for path in Path(package.__path__[0]).glob("*.py") if path.name == "__init__.py")
    assert f"from {name}." not in text.replace(f"from {name}.util", "")
