"""Each package, and each room of one, has a short README that names only what is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = ("graph", "nodes", "prompts", "tool_registry", "toolgrad_data", "bench")
FOLDERS = sorted(
    {
        path.parent.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        # What is written into other people's folders has READMEs for them.
        if "templates" not in path.parts
    }
    | {"tests"}
)
#: A README says what a place is and where to begin; what is longer belongs into docs/.
LINES = 15


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_of_code_has_a_short_readme(folder: str) -> None:
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert len(text.splitlines()) <= LINES


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_readme_names_only_rooms_that_are_there(folder: str) -> None:
    """The rest of what it names the test of all pages looks for."""
    here = ROOT / folder
    text = (here / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:[\w-]+/)*[\w-]+)/`", text)
    assert [name for name in named if not (list(here.rglob(name)) or (ROOT / name).exists())] == []
