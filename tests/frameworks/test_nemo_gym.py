"""What is written for NeMo Gym, read and played by NeMo Gym of the registry: `make frameworks` installs it."""

import json
from pathlib import Path

import pytest

from tests.frameworks.plays import NAME, check_files, check_plays, python_with, run_in, write_plays

SCRIPT = Path(__file__).parent / "play_nemo_gym.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nemo_gym")
    write_plays(folder, ["nemo-gym"])
    return folder


def test_each_play_earns_what_it_earns_here(folder: Path) -> None:
    python = python_with("nemo-gym")
    home = folder / "plays" / "nemo-gym"
    came = run_in(python, SCRIPT, folder / "plays.json", NAME, cwd=home)
    check_plays(folder, came)
    print(f"{len(came)} plays by NeMo Gym")


def test_rows_hold_no_key(folder: Path) -> None:
    home = folder / "plays" / "nemo-gym" / "resources_servers" / NAME
    check_files(folder / "plays" / "nemo-gym")
    rows = [json.loads(line) for line in (home / "data" / "train.jsonl").read_text().splitlines()]
    assert rows[:5] == [json.loads(line) for line in (home / "data" / "example.jsonl").read_text().splitlines()]
    for row in rows:
        assert row.keys() == {"responses_create_params", "task_id", "agent_ref"}
        assert all(message["role"] in ("system", "user") for message in row["responses_create_params"]["input"])
