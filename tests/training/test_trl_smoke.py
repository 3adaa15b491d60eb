"""From a run to a model that has been trained for two steps, by each recipe of examples/train.

Run: make train-smoke (needs PyTorch and TRL: the extra `train`).
"""

import importlib.util
import json
import math
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

if importlib.util.find_spec("torch") is None or importlib.util.find_spec("accelerate") is None:
    pytest.skip("needs PyTorch and TRL: make train-smoke", allow_module_level=True)

ROOT = Path(__file__).parents[2]
SFT = ROOT / "examples" / "train" / "sft.py"
RECIPES = tomllib.loads((SFT.parent / "recipes.toml").read_text(encoding="utf-8"))


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
    command(SFT, *arguments, HF_HOME=str(tmp_path / "cache"))
    state = json.loads((output / "trainer_state.json").read_text())
    losses = [entry["loss"] for entry in state["log_history"] if "loss" in entry]
    assert state["global_step"] == 2
    assert len(losses) == 2
    assert all(math.isfinite(loss) and loss > 0 for loss in losses)
    assert (output / "model.safetensors").stat().st_size > 0


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A data set of each format that a recipe wants, of one small run."""
    folder = tmp_path_factory.mktemp("recipes")
    command(
        "-m", "toolgrad_data", "generate", "--samples", 12, "--seed", 1, "--turns", "1:100", "--out", folder / "run"
    )
    made = {}
    for name in {recipe["format"] for recipe in RECIPES.values()}:
        made[name] = folder / f"{name}.jsonl"
        more = ("--rounds",) if name == "python-calls" else ()
        command("-m", "toolgrad_data", "export", folder / "run", "--format", name, *more, "--out", made[name])
    return made


@pytest.mark.parametrize("name", RECIPES)
def test_each_recipe_begins(name: str, exports: dict[str, Path], tmp_path: Path) -> None:
    from tests.training.tiny_model import save_tiny_model

    recipe, model, output = RECIPES[name], tmp_path / "model", tmp_path / "trained"
    data = exports[recipe["format"]]
    save_tiny_model(model, data, f"{'gemma3' if name.startswith('gemma') else 'qwen3'}_training.jinja")
    given = ("--recipe", name, "--data", data, "--model", model, "--output", output, "--batch", 1, "--cpu")
    command(SFT, *given, "--max-steps", 1, HF_HOME=str(tmp_path / "cache"))
    command(SFT, *given, "--max-steps", 2, HF_HOME=str(tmp_path / "cache"))
    state = json.loads((output / "trainer_state.json").read_text())
    losses = [entry["loss"] for entry in state["log_history"] if "loss" in entry]
    assert state["global_step"] == 2
    assert len(losses) == 2, "the second command went on where the first had ended"
    assert all(math.isfinite(loss) and loss > 0 for loss in losses)
    saved = "adapter_model.safetensors" if recipe["method"] == "lora" else "model.safetensors"
    assert (output / saved).stat().st_size > 0
