"""Imports go one way: tool_registry, prompts ← nodes ← graph ← toolgrad_data."""

import ast
from collections.abc import Mapping, Set
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
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
}


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
        "policies": {"marks", "screens", "proofs"},
        "ingredients": {"policies"},
    },
    "nodes.policies": {
        "model": set(),
        "offline": set(),
    },
    "nodes.policies.offline": {
        "reading": set(),
        "proposing": {"reading"},
        "critiquing": {"reading"},
        "writing": {"reading"},
    },
}


@pytest.mark.parametrize("package", ROOMS)
def test_the_table_has_each_room(package: str) -> None:
    found = {path.parent.name for path in _folder(package).glob("*/__init__.py")}
    assert found == ROOMS[package].keys()


@pytest.mark.parametrize(("package", "room"), [(package, room) for package in ROOMS for room in ROOMS[package]])
def test_rooms_use_each_other_one_way(package: str, room: str) -> None:
    others = ROOMS[package].keys() - ROOMS[package][room] - {room}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (_folder(package) / room).rglob("*.py")
        for name in modules_imported(path)
        if any(f"{name}.".startswith(f"{package}.{other}.") for other in others)
    ]
    assert wrong == []


#: Circles that stand; none may grow, and one that is gone is taken out of here.
CIRCLES: list[set[str]] = [
    {"tool_registry.sessions.instance", "tool_registry.tool"},
    {
        "tool_registry.sources.config",
        "tool_registry.sources.configured",
        "tool_registry.sources.kinds",
        "tool_registry.sources.parse",
        "tool_registry.sources.python.importing",
        "tool_registry.sources.toolbench.libraries",
        "tool_registry.sources.toolbench.source",
    },
    {
        "toolgrad_data.runs.engines.choice",
        "toolgrad_data.runs.engines.ray_engine",
        "toolgrad_data.runs.engines.ray_task",
        "toolgrad_data.runs.runner",
        "toolgrad_data.runs.startup",
    },
]


def test_no_files_import_each_other_in_a_circle() -> None:
    """Imports inside functions and for type checkers count: they hide a circle and do not open it."""
    graph = {module: modules_imported(path) - {module} for module, path in MODULES.items()}
    found = [circle for circle in strongly_connected(graph) if len(circle) > 1]
    assert sorted(map(sorted, found)) == sorted(map(sorted, CIRCLES))


def test_a_circle_is_found() -> None:
    graph = {"a": {"b"}, "b": {"c", "d"}, "c": {"b"}, "d": set()}
    assert [circle for circle in strongly_connected(graph) if len(circle) > 1] == [{"b", "c"}]


def modules_imported(path: Path) -> set[str]:
    """Return the project's modules that a file imports: also those that it takes from a package by name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else str(node.module) for name in names}
    return found & MODULES.keys()


def strongly_connected(graph: Mapping[str, Set[str]]) -> list[set[str]]:
    """Return the sets of modules of which each leads to each other (Tarjan)."""
    low: dict[str, int] = {}
    waiting: list[str] = []
    found: list[set[str]] = []

    def visit(module: str) -> None:
        place = low[module] = len(low)
        waiting.append(module)
        for other in graph[module]:
            if other not in low:
                visit(other)
            if other in waiting:
                low[module] = min(low[module], low[other])
        if low[module] == place:
            first = waiting.index(module)
            found.append(set(waiting[first:]))
            del waiting[first:]

    for module in graph:
        if module not in low:
            visit(module)
    return found


def _folder(package: str) -> Path:
    return ROOT.joinpath(*package.split("."))
