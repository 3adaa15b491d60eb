"""AGENTS.md fits on a page and tells of every package and make target that there is to work with."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "AGENTS.md").read_text(encoding="utf-8")


def test_it_is_one_page() -> None:
    assert len(PAGE.splitlines()) <= 60


def test_it_tells_of_every_package() -> None:
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    packages = {name.split("/")[0] for name in listed.stdout.split() if "/" in name} - {"docs"}
    table = PAGE.split("## Layers")[1].split("## ")[0]
    assert set(re.findall(r"^\| `(\w+)/` \|", table, re.MULTILINE)) == packages


def test_it_shows_how_to_check_everything() -> None:
    shown = set(re.findall(r"^\$ make (\w+)", PAGE, re.MULTILINE))
    assert {"demo", "lint", "types", "test"} <= shown


def test_it_leads_to_the_glossary_and_the_architecture() -> None:
    assert {"docs/glossary.md", "docs/architecture.md", "docs/extending.md"} <= set(re.findall(r"\]\(([\w./]+)", PAGE))
