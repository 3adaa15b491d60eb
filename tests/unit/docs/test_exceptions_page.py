"""docs/exceptions.md names every public exception of the project, with what it is and what it ends a command with."""

import ast
import builtins
import re
from pathlib import Path

import pytest

from toolgrad_data import errors

ROOT = Path(__file__).parents[3]
PACKAGES = ("graph", "nodes", "prompts", "tool_registry", "toolgrad_data")
ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \| (?:`([\w/.]+)` \| )?.*?(?: (\d+) \|)?$", re.MULTILINE)


def classes() -> dict[str, tuple[str, list[str]]]:
    """Each public class by its name: the file that it stands in, and the names of its bases."""
    found: dict[str, tuple[str, list[str]]] = {}
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                bases = [ast.unparse(base).rpartition(".")[2] for base in node.bases]
                found.setdefault(node.name, (path.relative_to(ROOT).as_posix(), bases))
    return found


def exceptions() -> dict[str, tuple[str, str]]:
    """Each exception by its name: the file that it stands in, and what it is."""
    known = classes()

    def is_exception(name: str) -> bool:
        there = getattr(builtins, name, None)
        if isinstance(there, type):
            return issubclass(there, BaseException)
        return any(map(is_exception, known[name][1])) if name in known else False

    return {name: (file, bases[0]) for name, (file, bases) in known.items() if is_exception(name)}


ROWS = ROW.findall((ROOT / "docs" / "exceptions.md").read_text(encoding="utf-8"))


def test_the_page_has_each_exception_once_with_its_place() -> None:
    told = {name: (file or "toolgrad_data/errors.py", base) for name, base, file, _ in ROWS}
    assert len(told) == len(ROWS)
    assert told == exceptions()


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, _, file, code in ROWS if not file])
def test_a_command_ends_with_the_code_that_the_page_says(name: str, code: str) -> None:
    assert getattr(errors, name).exit_code == int(code)


def test_the_page_tells_each_exit_code_of_the_errors() -> None:
    assert {int(code) for *_, code in ROWS if code} == {1, 2, 3, 130}
