"""Fine-tune a chat model on an export, with TRL: docs/datasets.md tells what it needs.

Run: python docs/train_trl.py --data data/train.jsonl --model Qwen/Qwen3-0.6B --output models/first
"""

import argparse
import json
from importlib.metadata import version

import pandas.io.json
from datasets import Dataset, load_dataset
from packaging.version import Version


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


def main() -> None:
    """Train on the assistant's messages, calls and words, and save the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="what `toolgrad export --format trl` wrote")
    parser.add_argument("--model", required=True, help="a folder, or a name on the Hub")
    parser.add_argument("--output", required=True, help="folder for the trained model")
    parser.add_argument("--max-length", type=int, default=8192, help="tokens an example; longer ones are cut")
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--max-steps", type=int, default=-1)
    parser.add_argument("--batch", type=int, default=4, help="examples a device and step")
    parser.add_argument("--cpu", action="store_true", help="train on the CPU even if there is something faster")
    given = parser.parse_args()

    from trl import SFTConfig, SFTTrainer

    config = SFTConfig(
        output_dir=given.output,
        max_length=given.max_length,
        num_train_epochs=given.epochs,
        max_steps=given.max_steps,
        per_device_train_batch_size=given.batch,
        # Only calls and answers are learned, not the queries and results between them.
        assistant_only_loss=True,
        logging_steps=1,
        use_cpu=given.cpu,
        bf16=False if given.cpu else None,
        report_to="none",
    )
    trainer = SFTTrainer(model=given.model, args=config, train_dataset=load_exactly(given.data))
    trainer.train()
    trainer.save_model(given.output)
    trainer.save_state()


if __name__ == "__main__":
    main()
