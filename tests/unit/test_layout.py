"""The tests are laid out as the code is."""

from pathlib import Path

import pytest

UNIT = Path(__file__).parent
ROOT = UNIT.parents[1]
#: Where each module has a test file of its name.
WHOLE = ("nodes/marks", "nodes/screens")


def test_each_folder_of_tests_is_a_folder_of_the_code() -> None:
    folders = {path.parent.relative_to(UNIT) for path in UNIT.rglob("*.py")}
    assert len(folders) > 20
    assert sorted(str(folder) for folder in folders if not (ROOT / folder).is_dir()) == []


@pytest.mark.parametrize("room", WHOLE)
def test_each_module_has_a_test_file_of_its_name(room: str) -> None:
    modules = {path.stem for path in (ROOT / room).glob("*.py")} - {"__init__"}
    tests = {path.stem.removeprefix("test_") for path in (UNIT / room).glob("test_*.py")}
    assert len(modules) > 2
    assert sorted(modules - tests) == []
