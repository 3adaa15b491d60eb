"""Train a chat model on the tasks with TRL's GRPO: README.md tells what it needs.

Run: python train.py --model Qwen/Qwen3-0.6B --output models/first
"""

import argparse

from datasets import Dataset
from toolgrad_tasks import environments, rows, task_reward
from trl import GRPOConfig, GRPOTrainer


def main() -> None:
    """Train, and save the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="a folder, or a name on the Hub")
    parser.add_argument("--output", required=True, help="folder for the trained model")
    parser.add_argument("--generations", type=int, default=8, help="rollouts of a prompt, which are compared")
    parser.add_argument("--batch", type=int, default=8, help="rollouts a device and step")
    parser.add_argument("--tokens", type=int, default=4096, help="tokens of a rollout, results of tools included")
    parser.add_argument("--rounds", type=int, default=30, help="rounds of calls of a rollout")
    parser.add_argument("--max-steps", type=int, default=-1)
    parser.add_argument("--cpu", action="store_true", help="train on the CPU even if there is something faster")
    given = parser.parse_args()
    config = GRPOConfig(
        output_dir=given.output,
        num_generations=given.generations,
        per_device_train_batch_size=given.batch,
        max_completion_length=given.tokens,
        max_tool_calling_iterations=given.rounds,
        max_steps=given.max_steps,
        logging_steps=1,
        use_cpu=given.cpu,
        bf16=False if given.cpu else None,
        report_to="none",
    )
    trainer = GRPOTrainer(
        model=given.model,
        args=config,
        reward_funcs=task_reward,
        environment_factory=environments(),
        train_dataset=Dataset.from_list(rows()),
    )
    trainer.train()
    trainer.save_model(given.output)
    trainer.save_state()


if __name__ == "__main__":
    main()
