"""From a run to a model that has been trained for two steps, by the script of docs/datasets.md.

Run: make train-smoke (needs PyTorch and TRL: the extra `train`).
"""

import importlib.util
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

if importlib.util.find_spec("torch") is None or importlib.util.find_spec("accelerate") is None:
    pytest.skip("needs PyTorch and TRL: make train-smoke", allow_module_level=True)

ROOT = Path(__file__).parents[2]


def command(*arguments: object, **environment: str) -> None:
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "HF_HUB_OFFLINE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]


def test_from_a_run_to_two_training_steps(tmp_path: Path) -> None:
    from tests.training.tiny_model import learned_text, save_tiny_model

    run, data, model, output = tmp_path / "run", tmp_path / "train.jsonl", tmp_path / "model", tmp_path / "trained"
    command("-m", "toolgrad_data", "generate", "--samples", 12, "--seed", 1, "--out", run)
    command("-m", "toolgrad_data", "export", run, "--format", "trl", "--out", data)
    save_tiny_model(model, data)

    rows = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        learned = learned_text(model, row)
        for message in row["messages"]:
            for call in message.get("tool_calls", []):
                text = json.dumps(call["function"]["arguments"], ensure_ascii=False)
                assert f'{{"name": "{call["function"]["name"]}", "arguments": {text}}}' in learned
            if message["role"] == "user":
                assert message["content"] not in learned
        assert row["messages"][-1]["content"] in learned
        assert "<tool_response>" not in learned

    arguments = ("--data", data, "--model", model, "--output", output, "--max-steps", 2, "--batch", 1, "--cpu")
    command(ROOT / "docs" / "train_trl.py", *arguments, HF_HOME=str(tmp_path / "cache"))
    state = json.loads((output / "trainer_state.json").read_text())
    losses = [entry["loss"] for entry in state["log_history"] if "loss" in entry]
    assert state["global_step"] == 2
    assert len(losses) == 2
    assert all(math.isfinite(loss) and loss > 0 for loss in losses)
    assert (output / "model.safetensors").stat().st_size > 0
