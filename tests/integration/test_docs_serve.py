"""docs/serve.md: its commands and both examples work as they are written, and its tables name what there is."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from tests.frameworks.plays import python_with
from tests.integration.command import run, start
from tests.ports import free_port
from toolgrad_data.serve import openenv
from toolgrad_data.serve.limits import ServeLimits
from toolgrad_data.serve.token import TOKEN_ENV

PAGE = (Path(__file__).parents[2] / "docs" / "serve.md").read_text(encoding="utf-8")
TOKEN = "the-token-of-these-tests"
EXAMPLES = dict(re.findall(r"^`([^`\n]+)`:\n\n```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs_serve")
    (block,) = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    *before, serve = [shlex.split(line.removeprefix("$ ")) for line in block.splitlines()]
    assert serve == ["toolgrad", "serve", "tasks/first", "--port", "8700"]
    for command in before:
        code, out, err = run(folder, *command[1:])
        assert code == 0, out + err
    return folder


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_plays(made: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    python = python_with("openenv") if "openenv" in name else Path(sys.executable)
    port = free_port()
    assert EXAMPLES[name].count("127.0.0.1:8700") == 1
    (made / name).write_text(EXAMPLES[name].replace("127.0.0.1:8700", f"127.0.0.1:{port}"))
    monkeypatch.setenv(TOKEN_ENV, TOKEN)
    with start(made, "serve", "tasks/first", "--port", str(port)) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().strip() == f"http://127.0.0.1:{port}"
            done = subprocess.run(
                [python, name], cwd=made, env={**os.environ}, capture_output=True, text=True, check=False
            )
        finally:
            process.kill()
    assert done.returncode == 0, done.stderr
    rows = [row.split(maxsplit=2) for row in done.stdout.splitlines()]
    assert len(rows) == (3 if "openenv" in name else 1)
    for task, reward, parts in rows:
        assert task.startswith("task-")
        assert 0 <= float(reward) < 1
        assert "'evidence'" in parts


def test_the_page_tells_what_there_is() -> None:
    assert set(EXAMPLES) == {"play_openenv.py", "play_mcp.py"}
    actions = set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE))
    classes = get_args(get_args(openenv.Action)[0])
    assert actions == {get_args(each.model_fields["type"].annotation)[0] for each in classes}
    limits = ServeLimits()
    for words in (
        f"`--episodes` ({limits.episodes})",
        f"`--idle` seconds ({limits.idle_seconds:g})",
        f"{limits.waiting} may wait",
        f"{limits.body_bytes // 1024**2} MiB",
        TOKEN_ENV,
    ):
        assert words in PAGE, words
