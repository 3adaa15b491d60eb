"""Imports go one way: tool_registry, prompts ← nodes ← graph ← toolgrad_data."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("tool_registry", "prompts", "nodes", "graph", "toolgrad_data")
ALLOWED = {
    "tool_registry": {"tool_registry"},
    "prompts": {"prompts"},
    "nodes": {"nodes", "tool_registry", "prompts"},
    "graph": {"graph", "nodes", "tool_registry", "prompts"},
    "toolgrad_data": set(PACKAGES),
}
#: What the nodes share with the graph: they import nothing but each other and the registry's types.
SHARED = {"graph.state", "graph.context", "graph.option", "graph.record", "graph.record_upgrade", "graph.spans"}


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
    return {name for name in found if name.split(".")[0] in PACKAGES}


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_one_way(package: str) -> None:
    files = list((ROOT / package).rglob("*.py"))
    assert files
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imported(path)
        if name.split(".")[0] not in ALLOWED[package] and not (package == "nodes" and name in SHARED)
    ]
    assert wrong == []


@pytest.mark.parametrize("module", sorted(SHARED))
def test_shared_modules_import_only_the_registry(module: str) -> None:
    names = imported(ROOT / (module.replace(".", "/") + ".py"))
    assert {name for name in names if not name.startswith("tool_registry")} <= SHARED
