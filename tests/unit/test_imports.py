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


#: The rooms of a package, and which of its other rooms each may use; what stands beside the rooms is common to all.
ROOMS: dict[str, dict[str, set[str]]] = {
    "tool_registry": {
        "json": set(),
        "builtin": set(),
        "calling": {"json"},
        "drawing": {"json", "calling"},
        "sessions": {"json", "calling"},
        "sources": {"json", "calling", "drawing", "sessions", "builtin"},
        "profiles": {"json", "calling", "drawing", "sessions", "sources"},
    },
    "nodes": {
        "marks": set(),
        "stateful": set(),
        "screens": {"marks"},
        "proofs": {"marks", "screens"},
        "dialogues": {"marks", "proofs"},
        "policies": {"marks", "screens", "proofs", "dialogues"},
        "ingredients": {"policies"},
    },
}


@pytest.mark.parametrize("package", ROOMS)
def test_the_table_has_each_room(package: str) -> None:
    found = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
    assert found == ROOMS[package].keys()


@pytest.mark.parametrize(("package", "room"), [(package, room) for package in ROOMS for room in ROOMS[package]])
def test_rooms_use_each_other_one_way(package: str, room: str) -> None:
    others = ROOMS[package].keys() - ROOMS[package][room] - {room}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / package / room).rglob("*.py")
        for name in imported(path)
        if name.split(".")[:1] == [package] and name.split(".")[1:2] and name.split(".")[1] in others
    ]
    assert wrong == []
