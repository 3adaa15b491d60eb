"""Imports go one way: tool_registry, prompts ← nodes ← graph ← toolgrad_data."""

import ast
from graphlib import TopologicalSorter
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
SHARED = {
    "graph.state",
    "graph.context",
    "graph.mix",
    "graph.option",
    "graph.record",
    "graph.sources",
    "graph.marks",
    "graph.strict_model",
    "graph.record_upgrade",
    "graph.spans",
}


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = {name for name in names if (ROOT / f"{name.replace('.', '/')}.py").exists()}
            found |= modules or {node.module or ""}
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
        "rules": set(),
        "screens": {"marks"},
        "proofs": {"marks", "screens", "rules"},
        "dialogues": {"marks", "proofs"},
        "policies": {"marks", "screens", "proofs", "dialogues"},
        "ingredients": {"policies"},
        "search": {"proofs", "dialogues", "policies", "stateful"},
    },
    "nodes.policies": {"model": set(), "offline": set()},
    "nodes.policies.offline": {
        "reading": set(),
        "proposing": {"reading"},
        "critiquing": {"reading"},
        "writing": {"reading"},
    },
    "toolgrad_data": {
        "files": set(),
        "runs": {"files"},
        "reviews": {"files", "runs"},
        "export": {"files", "runs", "reviews"},
        "verify": {"files", "runs", "export"},
        "stats": {"files", "runs", "reviews", "verify"},
        "report": {"files", "runs", "verify", "stats"},
        "review_page": {"files", "runs", "reviews", "verify", "report"},
        "publish": {"files", "runs", "reviews", "export"},
        "tasks": {"files", "runs", "reviews", "export", "verify"},
        "evaluate": {"files", "runs", "reviews", "export", "stats", "tasks"},
        "cli": {
            "files",
            "runs",
            "reviews",
            "export",
            "verify",
            "stats",
            "report",
            "review_page",
            "publish",
            "tasks",
            "evaluate",
        },
    },
    "toolgrad_data.runs": {"postgres": set(), "engines": {"postgres"}},
    "toolgrad_data.export": {"formats": set(), "datasets": {"formats"}, "negatives": {"datasets"}},
    "toolgrad_data.verify": {"foreign": set()},
    "toolgrad_data.publish": {"card": set(), "push": {"card"}},
}
#: Beside the rooms stands what all of them may use; these two are begun from outside.
PROGRAMS = {"__main__.py", "file_schemas.py"}


@pytest.mark.parametrize("package", ROOMS)
def test_the_table_has_each_room(package: str) -> None:
    found = {path.parent.name for path in (ROOT / package.replace(".", "/")).glob("*/__init__.py")}
    assert found == ROOMS[package].keys()


def rooms_of(names: set[str], package: str) -> set[str]:
    """Return the rooms of the package that the imported names are in."""
    inside = (name.removeprefix(f"{package}.").split(".")[0] for name in names if name.startswith(f"{package}."))
    return {room for room in inside if room in ROOMS[package]}


@pytest.mark.parametrize(("package", "room"), [(package, room) for package in ROOMS for room in ROOMS[package]])
def test_rooms_use_each_other_one_way(package: str, room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports from {used}"
        for path in (ROOT / package.replace(".", "/") / room).rglob("*.py")
        for used in rooms_of(imported(path), package) - ROOMS[package][room] - {room}
    ]
    assert wrong == []


def test_what_stands_beside_the_rooms_of_toolgrad_data_uses_none_of_them() -> None:
    found = {
        path.name: rooms_of(imported(path), "toolgrad_data")
        for path in (ROOT / "toolgrad_data").glob("*.py")
        if path.name not in PROGRAMS
    }
    assert found
    assert not any(found.values()), found


@pytest.mark.parametrize("package", PACKAGES)
def test_files_import_each_other_in_no_circle(package: str) -> None:
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (ROOT / package).rglob("*.py")
    }
    order = TopologicalSorter({name: imported(path) & modules.keys() - {name} for name, path in modules.items()})
    # Raises CycleError, which names the files.
    assert set(order.static_order()) == modules.keys()
