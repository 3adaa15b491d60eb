"""The commands of docs/scale.md, as a user would type them, with few samples."""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.postgres_server import PostgresServer, binaries
from tests.integration.command import lines
from tests.optional import need

PAGE = (Path(__file__).parents[2] / "docs" / "scale.md").read_text()
COMMANDS = re.findall(r"^toolgrad generate .*$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer | None]:
    if binaries() is None:
        yield None
    else:
        with PostgresServer() as running:
            yield running


def test_the_page_shows_each_way() -> None:
    assert [("--workers" in one, "--store" in one, "--engine ray" in one) for one in COMMANDS] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (False, True, True),
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_works(command: str, server: PostgresServer | None, tmp_path: Path) -> None:
    environment = dict(os.environ)
    if "--store" in command:
        need(server, "no PostgreSQL server is installed (on Debian: apt-get install postgresql)")
        assert server
        environment["TOOLGRAD_POSTGRES_URL"] = server.url_with_password
    if "--engine ray" in command:
        need(importlib.util.find_spec("ray"), "Ray is not installed (pip install --editable '.[ray]')")
        # Its own cluster on this machine; one of several nodes is in test_ray.py.
        command = command.replace("--address HEAD:6379", "")
    command = command.replace("--samples 5000", "--samples 6")
    command = command.replace("toolgrad", f"{sys.executable} -m toolgrad_data", 1)
    done = subprocess.run(command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (out,) = tmp_path.glob("runs/*")
    ids = [record["id"] for name in ("records", "rejected") for record in lines(out / f"{name}.jsonl")]
    assert sorted(ids) == [f"s1-{index:06d}" for index in range(6)]
