"""What is written for OpenEnv, and `toolgrad serve`, played by OpenEnv of the registry (`make frameworks`)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.frameworks.plays import NAME, check_files, check_plays, python_with, run_in, write_plays
from tests.integration.command import start

SCRIPT = Path(__file__).parent / "play_openenv.py"
TOKEN = "the-token-of-these-tests"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plays, with the written package installed beside them."""
    folder = tmp_path_factory.mktemp("openenv")
    write_plays(folder, ["openenv"])
    check_files(folder / "plays" / "openenv")
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    package = folder / "plays" / "openenv"
    done = subprocess.run(
        [*install, "--target", folder / "installed", package], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_each_play_earns_what_it_earns_here(folder: Path) -> None:
    python = python_with("openenv")
    came = run_in(python, SCRIPT, folder / "plays.json", NAME, cwd=folder, PYTHONPATH=str(folder / "installed"))
    check_plays(folder, came)
    print(f"{len(came)} plays by OpenEnv's server and client")


def test_its_client_plays_at_our_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = python_with("openenv")
    monkeypatch.setenv("TOOLGRAD_SERVE_TOKEN", TOKEN)
    with start(folder, "serve", "plays", "--port", "0") as process:
        assert process.stdout is not None
        try:
            url = f"{process.stdout.readline().strip()}/openenv"
            paths = str(folder / "installed")
            came = run_in(python, SCRIPT, folder / "plays.json", NAME, url, cwd=folder, PYTHONPATH=paths)
        finally:
            process.kill()
    check_plays(folder, came)
    print(f"{len(came)} plays by OpenEnv's client at toolgrad serve")


def test_the_library_takes_the_folder_for_an_environment(folder: Path) -> None:
    python = python_with("openenv")
    read = (
        "import sys; from pathlib import Path; from openenv.cli._validation import validate_multi_mode_deployment\n"
        "ok, problems = validate_multi_mode_deployment(Path(sys.argv[1])); print(problems)"
    )
    package = folder / "plays" / "openenv"
    done = subprocess.run(
        [python, "-c", read, package], env={**os.environ}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    # A lock of versions is made where it is deployed: uv lock.
    assert done.stdout.strip() in ("[]", "[\"Missing uv.lock - run 'uv lock' to generate it\"]")
