"""What is written for TRL, trained on by its GRPOTrainer: the script, and plays whose rewards are compared.

Run: make train-smoke (needs PyTorch and TRL: the extra `train`).
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

if importlib.util.find_spec("torch") is None or importlib.util.find_spec("accelerate") is None:
    pytest.skip("needs PyTorch and TRL: make train-smoke", allow_module_level=True)

from tests.frameworks.plays import NAME, ROOT, check_plays, run_in, write_plays

#: A turn of a read, a dialogue of reads, and a turn and a dialogue that write.
RECORDS = ("s0-000000-first", "s0-000010", "s0-000006-first", "s0-000005")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.training.tiny_model import save_tiny_model

    folder = tmp_path_factory.mktemp("trl")
    write_plays(folder, ["trl"], RECORDS)
    save_tiny_model(folder / "model", folder / "plays" / "tasks.jsonl", "qwen3.jinja")
    return folder


def test_each_play_earns_what_it_earns_here(folder: Path) -> None:
    home = folder / "plays" / "trl"
    script = Path(__file__).parent / "play_trl.py"
    came = run_in(
        Path(sys.executable), script, folder / "plays.json", NAME, folder / "model", cwd=home, HF_HUB_OFFLINE="1"
    )
    check_plays(folder, came)
    plays = json.loads((folder / "plays.json").read_text())
    assert len(came) == 2 * sum(map(len, plays.values()))  # two rollouts of a prompt
    print(f"{len(came)} plays by TRL")


def test_the_script_trains(folder: Path) -> None:
    """The command of docs/tasks.md and of the README that is written, on a model that is small enough."""
    home = folder / "plays" / "trl"
    command = "$ python train.py --model Qwen/Qwen3-0.6B --output models/first"
    for page in (ROOT / "docs" / "tasks.md", home / "README.md"):
        assert command in page.read_text(encoding="utf-8").splitlines(), page
    options = ("--generations", "2", "--batch", "2", "--tokens", "64", "--max-steps", "2", "--cpu")
    arguments = [sys.executable, "train.py", "--model", folder / "model", "--output", folder / "trained", *options]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(arguments, cwd=home, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    state = json.loads((folder / "trained" / "trainer_state.json").read_text())
    assert state["global_step"] == 2
    assert [entry["rewards/task_reward/mean"] for entry in state["log_history"] if "reward" in entry] == [0.0, 0.0]
