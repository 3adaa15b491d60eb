"""Fine-tune a chat model on an export, with TRL: README.md beside this file tells what it needs.

Run: python examples/train/sft.py --recipe qwen3-4b --data data/train.jsonl --output models/first
"""

import argparse
import json
import os
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas.io.json
from datasets import Dataset, load_dataset
from packaging.version import Version

RECIPES: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).resolve().with_name("recipes.toml").read_text("utf-8")
)
#: What a run without a recipe does: every weight of a small model.
USUAL: dict[str, Any] = {"method": "full", "learning_rate": 2e-5, "epochs": 2, "batch": 4, "max_length": 8192}
#: The paper's adapters: rank, scale and dropout on all projections of attention and feed-forward layers.
ADAPTERS = {"r": 64, "lora_alpha": 16, "lora_dropout": 0.1}
PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def refuse_old_datasets(path: str, installed: str) -> None:
    """End with what to do where `datasets` would change the rows, and say nothing.

    Before 4.7 it gives each call the arguments of all calls of the file, as None, and each tool the parameters of all
    tools; a date in text may become a moment. Text it leaves as it is.
    """
    if Version(installed).release >= (4, 7):
        return
    with open(path, encoding="utf-8") as file:
        for row in map(json.loads, file):
            calls = [call for message in row["messages"] for call in message.get("tool_calls", ())]
            if isinstance(row["tools"], list) or any(not isinstance(c["function"]["arguments"], str) for c in calls):
                raise SystemExit(
                    f"datasets {installed} fills the arguments of each call with those of all others, as None.\n"
                    "Install a newer one: pip install 'datasets>=4.7'\n"
                    "Or, where the model's chat template takes arguments as text: "
                    "toolgrad export … --arguments text --tools text"
                )


def load_exactly(path: str) -> Dataset:
    """Return the rows of an export, every number as it was written.

    `datasets` reads arguments with pandas' JSON reader, which makes 1.59 into 1.5899999999999999 and cuts numbers
    after ten decimals; a model would learn that. Python's own reader and writer take its place.
    """
    refuse_old_datasets(path, version("datasets"))
    pandas.io.json.ujson_loads, pandas.io.json.ujson_dumps = json.loads, json.dumps
    return load_dataset("json", data_files=path, split="train")


def as_completions(rows: Dataset) -> Dataset:
    """Return rows of `python-calls` as prompt and completion: the last message is what is to be learned of them.

    So no chat template has to say which tokens are the assistant's. Results are the user's words, for Gemma's template
    knows two who speak in turn.
    """

    def split(row: dict[str, Any]) -> dict[str, Any]:
        said: list[dict[str, str]] = []
        for message in row["messages"]:
            if message["role"] != "tool":
                said.append({"role": message["role"], "content": message["content"]})
                continue
            if said[-1]["role"] != "user":
                said.append({"role": "user", "content": "Results:"})
            said[-1]["content"] += f"\n{message['name']}: {message['content']}"
        return {"prompt": said[:-1], "completion": said[-1:]}

    return rows.map(split, remove_columns=rows.column_names)


def settings_of(given: argparse.Namespace) -> dict[str, Any]:
    """Return the recipe's values, those of the command line before them. Ends where there is no model."""
    chosen = {**USUAL, **RECIPES.get(given.recipe, {})}
    for name in ("model", "learning_rate", "epochs", "batch", "max_length"):
        if getattr(given, name) is not None:
            chosen[name] = getattr(given, name)
    if "model" not in chosen:
        raise SystemExit(f"Which model? --recipe {'|'.join(RECIPES)}, or --model with a folder or a name on the Hub")
    return chosen


def main() -> None:
    """Train on the assistant's messages, calls and words, and save the model; an interrupted training goes on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="what `toolgrad export` wrote, in the recipe's format")
    parser.add_argument("--output", required=True, help="folder for the trained model, or its adapters")
    parser.add_argument("--recipe", choices=list(RECIPES), help="a model and how it is trained: recipes.toml")
    parser.add_argument("--model", help="a folder, or a name on the Hub, instead of the recipe's")
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--epochs", type=float)
    parser.add_argument("--batch", type=int, help="examples a step, over all devices")
    parser.add_argument("--max-length", type=int, help="tokens an example; longer ones are cut")
    parser.add_argument("--max-steps", type=int, default=-1)
    parser.add_argument("--cpu", action="store_true", help="train on the CPU even if there is something faster")
    given = parser.parse_args()
    chosen = settings_of(given)

    from transformers.trainer_utils import get_last_checkpoint
    from trl import SFTConfig, SFTTrainer

    rows = load_exactly(given.data)
    is_whole = "tools" in rows.column_names
    devices = int(os.environ.get("WORLD_SIZE", "1"))
    config = SFTConfig(
        output_dir=given.output,
        max_length=chosen["max_length"],
        num_train_epochs=chosen["epochs"],
        max_steps=given.max_steps,
        learning_rate=chosen["learning_rate"],
        lr_scheduler_type="constant",
        # One example at a time: long ones fit, and the step is as large as it should be all the same.
        per_device_train_batch_size=1,
        gradient_accumulation_steps=max(1, chosen["batch"] // devices),
        gradient_checkpointing=True,
        # Only calls and answers are learned, not the queries and results between them.
        assistant_only_loss=is_whole,
        model_init_kwargs={"dtype": "float32" if given.cpu or chosen["method"] == "full" else "bfloat16"},
        save_strategy="steps" if given.max_steps > 0 else "epoch",
        logging_steps=1,
        use_cpu=given.cpu,
        bf16=False if given.cpu else None,
        report_to="none",
    )
    adapters = None
    if chosen["method"] == "lora":
        from peft import LoraConfig

        adapters = LoraConfig(**ADAPTERS, target_modules=PROJECTIONS, task_type="CAUSAL_LM")
    data = rows if is_whole else as_completions(rows)
    trainer = SFTTrainer(model=chosen["model"], args=config, train_dataset=data, peft_config=adapters)
    last = get_last_checkpoint(given.output) if os.path.isdir(given.output) else None
    trainer.train(resume_from_checkpoint=last)
    trainer.save_model(given.output)
    trainer.save_state()


if __name__ == "__main__":
    main()
