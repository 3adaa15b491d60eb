"""A foreign package of the same name as one of ours is refused in words, however the project is started."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from graph.shadowing import PACKAGES, ShadowedPackageError, check_packages
from tests.integration.dev_server import COMMAND, ROOT, environment, project

FORMS = ("package", "module", "folder")


def foreign(folder: Path, name: str, form: str) -> Path:
    """Put something of that name in a folder for the path; return what a message should name."""
    place = folder / name
    if form == "module":
        place = folder / f"{name}.py"
        place.parent.mkdir(parents=True)
        place.write_text("")
        return place
    place.mkdir(parents=True)
    if form == "package":
        (place / "__init__.py").write_text("")
    if form == "package with our modules":
        (place / "__init__.py").write_text("")
        (place / "app.py").write_text("graph = 'not ours'\n")
    if form == "folder":
        (place / "notes.md").write_text("A folder without __init__.py is a package too.\n")
    return place


def run(cwd: Path, *command: str, path: Path | str) -> tuple[int, str]:
    """Return the exit code and all output of a command with that PYTHONPATH, in a folder of its own."""
    cwd.mkdir(exist_ok=True)
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment(PYTHONPATH=str(path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout


def assert_both_places(output: str, name: str, place: Path, root: Path = ROOT) -> None:
    assert f"the package {name!r} would be loaded from {place}, but this project's is {root / name}" in output
    assert f"PYTHONPATH={root}" in output


def test_nothing_shadows_here() -> None:
    check_packages()
    places = [importlib.util.find_spec(name).origin for name in PACKAGES]  # type: ignore[union-attr]
    assert places == [str(ROOT / name / "__init__.py") for name in PACKAGES]


# Not `graph` as a module: nothing of ours is imported then. The command and the server are told all the same.
@pytest.mark.parametrize(
    ("name", "form"), [(name, form) for name in PACKAGES for form in FORMS if (name, form) != ("graph", "module")]
)
def test_a_script_is_told(tmp_path: Path, name: str, form: str) -> None:
    place = foreign(tmp_path / "site", name, form)
    code, output = run(tmp_path / "here", sys.executable, "-c", "import graph.app", path=tmp_path / "site")
    assert code == 1
    assert "ShadowedPackageError" in output
    assert_both_places(output, name, place)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("graph", "package"),
        ("graph", "module"),
        ("graph", "package with our modules"),
        ("nodes", "package"),
        ("prompts", "folder"),
        ("tool_registry", "module"),
    ],
)
def test_the_command_is_told(tmp_path: Path, name: str, form: str) -> None:
    place = foreign(tmp_path / "site", name, form)
    command = str(Path(sys.executable).with_name("toolgrad"))
    code, output = run(tmp_path / "here", command, "tools", path=tmp_path / "site")
    assert code == 1
    assert output.startswith("Error: ")
    assert "Traceback" not in output
    assert_both_places(output, name, place)


@pytest.mark.studio
@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("graph", "package"),
        ("graph", "module"),
        ("graph", "package with our modules"),
        ("nodes", "package"),
        ("prompts", "module"),
    ],
)
def test_the_development_server_is_told(tmp_path: Path, name: str, form: str) -> None:
    """It puts the project's folder last on the path, and loads `graph` itself by name."""
    place = foreign(tmp_path / "site", name, form)
    root = project(tmp_path / "project")
    code, output = run(root, *COMMAND, "--port", "0", path=tmp_path / "site")
    assert code != 0
    last = "\n".join(output.strip().splitlines()[-2:])  # where a person looks
    assert "ShadowedPackageError" in last
    assert_both_places(last, name, place, root)


def test_the_remedy_helps(tmp_path: Path) -> None:
    foreign(tmp_path / "site", "graph", "package with our modules")
    script = "from graph.app import graph; print(graph.name)"
    path = f"{ROOT}:{tmp_path / 'site'}"
    assert run(tmp_path / "here", sys.executable, "-c", script, path=path) == (0, "toolgrad\n")


def test_the_distribution_to_uninstall_is_named(tmp_path: Path) -> None:
    foreign(tmp_path / "site", "nodes", "package")
    about = tmp_path / "site" / "node_tools-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: node-tools\nVersion: 1.0\n")
    (about / "top_level.txt").write_text("nodes\n")
    code, output = run(tmp_path / "here", sys.executable, "-c", "import graph.app", path=tmp_path / "site")
    assert code == 1
    assert f"uninstall it ({sys.executable} -m pip uninstall node-tools)" in output


def test_what_is_missing_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.shadowing.PACKAGES", ("no_such_package_here",))
    with pytest.raises(ShadowedPackageError, match="pip install --editable"):
        check_packages(tmp_path)
