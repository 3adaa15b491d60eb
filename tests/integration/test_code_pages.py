"""Output in a code page that lacks what is printed: replaced, never a crash."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TOOL = '''
from typing import Annotated
from pydantic import Field
from tool_registry.declare import annotate

@annotate(read_only=True, deterministic=True)
def twin_town(city: Annotated[str, Field(title="city", examples=["Zürich", "Łódź", "東京"])]) -> dict[str, str]:
    """Find the twin town of a city – 東京, ☃ and 🗼 among them."""
    return {"twin_town": f"Нови Сад of {city}"}
'''
C_LOCALE = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("code_pages")
    (made / "towns.py").write_text(TOOL, encoding="utf-8")
    arguments = [
        "generate",
        "--tools",
        "python:towns.py:twin_town",
        "--samples",
        "3",
        "--seed",
        "1",
        "--calls",
        "1:100",
    ]
    status, out, err = run(made, {"PYTHONIOENCODING": "cp1252"}, *arguments, "--out", "run")
    assert status == 0, out + err
    return made


def run(folder: Path, settings: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PYTHONIO"))}
    process = subprocess.run(
        [sys.executable, "-m", "toolgrad_data", *arguments],
        cwd=folder,
        env={**environment, **settings},
        capture_output=True,
        timeout=120,
        check=False,
    )
    return process.returncode, process.stdout.decode("cp1252"), process.stderr.decode("cp1252")


@pytest.mark.parametrize("settings", [{"PYTHONIOENCODING": "cp1252"}, {"PYTHONIOENCODING": "ascii"}, C_LOCALE])
@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "run"],
        ["tools", "--tools", "python:towns.py:twin_town"],
        ["verify", "run", "--replay"],
        ["stats", "run"],
        ["diff", "run", "run"],
        ["card", "run", "--out", "card.md", "--overwrite"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_no_command_crashes(folder: Path, settings: dict[str, str], arguments: list[str]) -> None:
    status, out, err = run(folder, settings, *arguments)
    assert status == 0, out + err
    assert "UnicodeEncodeError" not in err


def test_json_loses_nothing(folder: Path) -> None:
    arguments = ("tools", "--tools", "python:towns.py:twin_town", "--json")
    documents: list[Any] = []
    for encoding in ("ascii", "cp1252"):
        status, out, err = run(folder, {"PYTHONIOENCODING": encoding}, *arguments)
        assert status == 0, err
        documents.append(json.loads(out))
    assert documents[0] == documents[1]
    assert "東京, ☃ and 🗼" in json.dumps(documents[0], ensure_ascii=False)
