"""Plays a file of plays with TRL's GRPOTrainer: its loop, its templates and its steps, and a model that says its lines.

Run beside the written module: python play_trl.py PLAYS NAME MODEL
Prints a JSON line a rollout.
"""

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import AutoTokenizer, Qwen3ForCausalLM
from trl import GRPOConfig, GRPOTrainer

Json = dict[str, Any]


class ScriptedModel(Qwen3ForCausalLM):
    """A model that is trained as any other, and generates the next message of the play that its prompt names."""

    tokenizer: Any
    plays: dict[str, list[str]]
    seen: dict[str, str]

    @torch.no_grad()
    def generate(self, input_ids: torch.Tensor, **_: Any) -> torch.Tensor:
        said = []
        for row in input_ids:
            text = self.tokenizer.decode(row)
            play = text.split("PLAY ")[1].split(" END")[0]
            self.seen[play] = text
            made = text.count("<|im_start|>assistant") - 1
            answers = self.plays[play]
            answer = answers[made] if made < len(answers) else ""
            said.append(self.tokenizer(f"{answer}<|im_end|>")["input_ids"])
        width = max(map(len, said))
        pad = self.tokenizer.pad_token_id
        return torch.cat([input_ids, torch.tensor([[*ids, *[pad] * (width - len(ids))] for ids in said])], dim=1)


def lines_of(turns: list[Json]) -> list[str]:
    def call(name: str, arguments: Json) -> str:
        function = json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False)
        return f"<tool_call>\n{function}\n</tool_call>"

    lines = []
    for number, turn in enumerate(turns):
        lines += [call(planned["tool"], planned["arguments"]) for planned in turn["calls"]]
        is_last = number == len(turns) - 1
        lines.append(turn["message"] if is_last else call("reply", {"message": turn["message"]}))
    return lines


def main(plays: dict[str, list[Json]], name: str, model: str) -> None:
    package = importlib.import_module(name)
    by_task = {row["environment"]: row for row in package.rows()}
    rows = []
    for task, some in plays.items():
        for each in some:
            marker = {"role": "system", "content": f"PLAY {task}/{each['name']} END"}
            own = [message for message in by_task[task]["prompt"] if message["role"] == "user"]
            rows.append({"prompt": [marker, *own], "environment": task, "play": f"{task}/{each['name']}"})
    scripted = ScriptedModel.from_pretrained(model)
    scripted.tokenizer = AutoTokenizer.from_pretrained(model)
    scripted.plays = {f"{t}/{each['name']}": lines_of(each["turns"]) for t, some in plays.items() for each in some}
    scripted.seen = {}

    def logged(completions: list[Any], environments: list[Any], play: list[str], **more: Any) -> list[float | None]:
        totals = package.task_reward(completions=completions, environments=environments, **more)
        for each, total in zip(play, totals, strict=True):
            task, _, script = each.rpartition("/")
            print(json.dumps({"task": task, "name": script, "total": total, "seen": scripted.seen[each]}), flush=True)
        return totals

    with tempfile.TemporaryDirectory() as output:
        config = GRPOConfig(
            output_dir=output,
            num_generations=2,
            per_device_train_batch_size=2,
            max_completion_length=16384,
            max_steps=len(rows),
            shuffle_dataset=False,
            logging_steps=1,
            use_cpu=True,
            bf16=False,
            report_to="none",
            save_strategy="no",
        )
        trainer = GRPOTrainer(
            model=scripted,
            args=config,
            reward_funcs=logged,
            environment_factory=package.environments(),
            train_dataset=Dataset.from_list(rows),
            processing_class=scripted.tokenizer,
        )
        trainer.train()
        assert trainer.state.global_step == len(rows)


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    main(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2], sys.argv[3])
