"""What is written for verifiers, installed, loaded and played by verifiers of the registry (`make frameworks`)."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.frameworks.plays import NAME, check_files, check_plays, python_with, run_in, write_plays

SCRIPT = Path(__file__).parent / "play_verifiers.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verifiers")
    write_plays(folder, ["verifiers"])
    check_files(folder / "plays" / "verifiers")
    return folder


def test_each_play_earns_what_it_earns_here(folder: Path) -> None:
    python = python_with("verifiers")
    installed = folder / "installed"
    package = folder / "plays" / "verifiers"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*install, "--target", installed, package], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    came = run_in(python, SCRIPT, folder / "plays.json", NAME, cwd=folder, PYTHONPATH=str(installed))
    check_plays(folder, came)
    print(f"{len(came)} plays by verifiers")
