"""docs/extending.md: the package that it shows, installed, and the commands that it shows, run with it."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import lines
from toolgrad_data.cli.plugins_view import POINTS

DOC = (Path(__file__).parents[2] / "docs" / "extending.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL))
(COMMANDS,) = re.findall(r"^```console\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)
PRICES = "article,price,stock\nlamp,12.50,4\nchair,49.00,0\ntable,120.00,7\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the package is installed in, by pip and without a network."""
    project = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    (project / "shelf" / "__init__.py").touch()
    folder = tmp_path_factory.mktemp("site")
    how = "--quiet --no-deps --no-index --no-build-isolation --disable-pip-version-check --target"
    pip = [sys.executable, "-m", "pip", "install", *how.split(), str(folder), str(project)]
    subprocess.run(pip, check=True, capture_output=True)
    return folder


def toolgrad(folder: Path, site: Path | None, *arguments: str, code: int = 0) -> str:
    """Run the command in the folder, with the package or without, and return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(site or ""), "COLUMNS": "200", "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-m", "toolgrad_data", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def made(site: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Return the folder in which the page's commands were run, and what each printed."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "prices.csv").write_text(PRICES)
    printed = {}
    for line in COMMANDS.splitlines():
        program, *arguments = shlex.split(line.removeprefix("$ "))
        if program == "toolgrad":
            printed[arguments[0]] = toolgrad(folder, site, *arguments)
    return folder, printed


def test_the_page_has_one_of_each_and_the_package_gives_it(made: tuple[Path, dict[str, str]]) -> None:
    groups = set(re.findall(r"^\| `(toolgrad\.\w+)` \|", DOC, re.MULTILINE))
    assert groups == {point.group for point in POINTS}
    for group in groups:
        assert f'[project.entry-points."{group}"]' in FILES["pyproject.toml"]
        assert re.search(
            rf"^{re.escape(group)}\n  \S+ +toolgrad-shelf 0\.1\.0  shelf\.", made[1]["plugins"], re.MULTILINE
        )
    assert "not usable" not in made[1]["plugins"]


def test_its_tools_are_listed(made: tuple[Path, dict[str, str]]) -> None:
    for name in ("author_of_book", "year_of_book", "price_of_article", "stock_of_article"):
        assert name in made[1]["tools"]


def test_its_policy_its_tools_and_its_screen_make_records(made: tuple[Path, dict[str, str]]) -> None:
    records: list[dict[str, Any]] = lines(made[0] / "runs/shelf/records.jsonl")
    assert records
    assert {tool["source"] for record in records for tool in record["tools"]} == {"python", "table"}
    assert {name for record in records for name in record["meta"]["policies"].values()} == {"one-at-a-time"}
    assert max(len(gradient["selected"]) for record in records for gradient in record["gradients"]) == 1
    plugins = {
        "toolgrad.policies:one-at-a-time": "toolgrad-shelf 0.1.0",
        "toolgrad.screens:short": "toolgrad-shelf 0.1.0",
        "toolgrad.sources:table": "toolgrad-shelf 0.1.0",
        "toolgrad.toolkits:shelf": "toolgrad-shelf 0.1.0",
    }
    run = json.loads((made[0] / "runs/shelf/run.json").read_text())
    for versions in (run["versions"], *(record["meta"]["versions"] for record in records)):
        assert {name: by for name, by in versions.items() if name.startswith("toolgrad.")} == plugins


def test_its_format_is_written_with_all_turns(made: tuple[Path, dict[str, str]]) -> None:
    rows = lines(made[0] / "data/shelf.jsonl")
    records = lines(made[0] / "runs/shelf/records.jsonl")
    assert [row["id"] for row in rows] == [record["id"] for record in records]
    for row, record in zip(rows, records, strict=True):
        asked = [one["words"] for one in row["said"] if one["who"] == "user"]
        assert asked == [turn["query"] for turn in record["turns"]]
        called = [tool for one in row["said"] for tool, _ in one["calls"]]
        assert called == [step["tool"] for turn in record["turns"] for step in turn["steps"]]


def test_its_screen_refuses_when_verified(made: tuple[Path, dict[str, str]], site: Path) -> None:
    assert "(short:long_query" not in made[1]["verify"]
    record = lines(made[0] / "runs/shelf/records.jsonl")[0]
    turn = record["turns"][0]
    turn["query"] += " And please" + " do" * 100 + "."
    (made[0] / "long.jsonl").write_text(json.dumps(record) + "\n")
    assert "short:long_query 1" in toolgrad(made[0], site, "verify", "long.jsonl", code=1)


def test_without_the_package_its_names_are_told(made: tuple[Path, dict[str, str]]) -> None:
    folder, count = made[0], len(lines(made[0] / "runs/shelf/records.jsonl"))
    printed = toolgrad(folder, None, "verify", "runs/shelf")
    assert f"{count} records screened by short of toolgrad-shelf 0.1.0 when they were made" in printed
    assert "source of kind table (of toolgrad-shelf 0.1.0), which no package installed here has" in printed
    for command, words in {
        "tools --tools table:prices.csv": "unknown tool spec 'table:prices.csv'",
        "tools --tools toolkit:shelf": "there is no toolkit 'shelf'",
        "generate --samples 1 --out runs/x --critic one-at-a-time": "unknown policy 'one-at-a-time' for critic",
        "generate --samples 1 --out runs/x --screens short": "there is no screen 'short'",
        "export runs/shelf --format transcript --out x.jsonl": "--format transcript: no such format",
    }.items():
        assert words in toolgrad(folder, None, *shlex.split(command), code=2)


def test_pages_and_errors_list_its_names(made: tuple[Path, dict[str, str]], site: Path) -> None:
    for command, words in {
        "export": "Installed packages add transcript.",
        "generate": "Installed packages add one-at-a-time.",
        "tools": "Installed packages add table, toolkit:shelf.",
        "verify": "Installed packages add short.",
    }.items():
        page = re.sub(r"[\s│]+", " ", toolgrad(made[0], site, command, "--help"))
        assert words in page
    assert "table:prices.csv" in toolgrad(made[0], site, "tools", "--tools", "tabel:x", code=2)
    assert "transcript      reading" in toolgrad(made[0], site, "export", "r", "-f", "transcrip", "-o", "x", code=2)
