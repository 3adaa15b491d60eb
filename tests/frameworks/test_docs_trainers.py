"""docs/tasks.md, "For trainers": its commands work as they are written, against an endpoint that solves the tasks.

The commands for TRL are run by tests/training, for they need PyTorch.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frameworks.plays import ROOT, python_with
from tests.integration.command import lines, run
from tests.integration.evaluated import solving

PAGE = (ROOT / "docs" / "tasks.md").read_text(encoding="utf-8").partition("\n## For trainers\n")[2]
(WRITE,) = re.findall(r"^\$ toolgrad (tasks .*)$", PAGE, re.MULTILINE)


def commands_in(folder: str) -> list[str]:
    """The commands of the block that begins with going into the folder."""
    (block,) = re.findall(rf"^```console\n\$ cd tasks/first/{folder}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [line.removeprefix("$ ") for line in block.splitlines()]


def sh(command: str, cwd: Path, **environment: str) -> None:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout[-4000:], done.stderr[-4000:])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trainers")
    code, out, err = run(
        folder, "generate", "--samples", "4", "--seed", "3", "--turns", "1:50,2:50", "--out", "runs/first"
    )
    assert code == 0, out + err
    code, out, err = run(folder, *WRITE.split())
    assert code == 0, out + err
    for name in ("nemo-gym", "trl", "verifiers"):
        named = re.search(rf"tasks/first/{name}/, begin with (\S+)", out)
        assert named is not None, out
        assert (folder / "tasks" / "first" / name / named[1]).is_file()
    return folder


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with solving(folder / "runs" / "first", 1.0) as url:
        yield url


def test_verifiers(folder: Path, url: str) -> None:
    python = python_with("verifiers")
    home = folder / "tasks" / "first" / "verifiers"
    install, evaluate = commands_in("verifiers")
    # As it is written, and without a network: the framework is there, and what builds the package is ours.
    offline = "--quiet --no-deps --no-build-isolation --no-index --target ../installed"
    sh(f"{sys.executable} -m {install.replace('install', f'install {offline}', 1)}", home)
    command = f"{python.parent}/{evaluate.replace('http://127.0.0.1:8000/v1', url)}"
    sh(command, home, PYTHONPATH=str(home.parent / "installed"))
    (traces,) = home.glob("outputs/*/traces.jsonl")
    rewards = [trace["rewards"]["solved"]["score"] for episode in lines(traces) for trace in episode["traces"]]
    assert rewards == [1.0] * len(lines(home.parent / "tasks.jsonl"))
    assert (home / "README.md").read_text(encoding="utf-8").count(evaluate) == 1


def test_nemo_gym(folder: Path, url: str) -> None:
    python = python_with("nemo-gym")
    home = folder / "tasks" / "first" / "nemo-gym"
    (evaluate,) = commands_in("nemo-gym")
    readme = (home / "resources_servers" / "toolgrad_first" / "README.md").read_text(encoding="utf-8")
    (link,) = re.findall(r"^\$ (for server in .*?^> done)$", readme, re.MULTILINE | re.DOTALL)
    environment = {"VIRTUAL_ENV": str(python.parents[1]), "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}
    sh(link.replace("\n> ", "\n"), home, **environment)
    sh(evaluate.replace("http://127.0.0.1:8000/v1", url), home, **environment)
    rewards = [json.loads(line)["reward"] for line in (home / "rollouts.jsonl").read_text().splitlines()]
    assert rewards == [1.0] * len(lines(home.parent / "tasks.jsonl"))
