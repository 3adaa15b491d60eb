"""What the tests of real servers work on: a repository made on the spot, and whether the Node server is there."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FILESYSTEM = Path(__file__).parents[2] / ".node/node_modules/@modelcontextprotocol/server-filesystem/dist/index.js"

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not FILESYSTEM.exists(),
    reason="needs Node and: npm install --prefix .node @modelcontextprotocol/server-filesystem",
)


def planted(folder: Path, branch: str) -> Path:
    """Make a repository with five commits and a second branch; always the same ones."""
    folder.mkdir()
    environment = {
        **os.environ,
        **{f"GIT_{who}_{what}": "Ann" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    for name in ("AUTHOR", "COMMITTER"):
        environment[f"GIT_{name}_DATE"] = "2026-03-01T10:00:00+00:00"

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True)

    git("init", "--initial-branch=main")
    for number, word in enumerate(("roses", "tulips", "beans", "herbs", "apples")):
        (folder / f"{word}.txt").write_text(f"{word} in bed {number}\n")
        git("add", ".")
        git("commit", "--message", f"plant {word}")
    git("branch", branch, "HEAD~2")
    return folder
