"""The trial of bench/lift with a model of a few thousand random weights: training, going on, answers.

Run: make lift-smoke (needs PyTorch: the extra `lift`).
"""

import importlib.util
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

if importlib.util.find_spec("torch") is None or importlib.util.find_spec("gguf") is None:
    pytest.skip("needs PyTorch: make lift-smoke", allow_module_level=True)

from bench.lift.answering import Answers, answer, key_of
from bench.lift.equal_tokens import fitting, samples_of
from bench.lift.errors import LiftError
from bench.lift.forms import FORMS, HERMES, PYTHON, with_thoughts
from bench.lift.prompts import DEMOS, Example, messages
from bench.lift.questions import Question
from bench.lift.settings import Settings
from bench.lift.training import train
from bench.lift.weights import load

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
FUNCTION = {"name": "add", "description": "Add.", "parameters": {"type": "object", "properties": {}, "required": []}}
EXAMPLES = [Example(f"e{n}", "positive", f"Add {n}.", (FUNCTION,), f"[add(a={n % 4})]") for n in range(40)]


def save_model(folder: Path, template: str | None = CHATML) -> str:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, set_seed

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    letters = pre_tokenizers.ByteLevel.alphabet()
    special = ["<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=special, initial_alphabet=letters, show_progress=False)
    said = [message["content"] for demo in DEMOS for message in messages(demo.functions, demo.query)]
    tokenizer.train_from_iterator(said, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|im_end|>")
    fast.chat_template = template
    fast.save_pretrained(folder)
    set_seed(1)
    config = LlamaConfig(
        vocab_size=len(fast),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save_model(tmp_path_factory.mktemp("lift") / "model")


def settings(folder: Path) -> Settings:
    return Settings(folder, folder, batch=4, limit=900, lr=5e-3, learned=1.0, threads=1)


def interrupted_after(steps: int) -> Callable[[int], None]:
    def watch(step: int) -> None:
        if step == steps:
            raise KeyboardInterrupt

    return watch


def losses(folder: Path) -> list[str]:
    return [line.partition('"seconds"')[0] for line in (folder / "log.jsonl").read_text().splitlines()]


def test_an_interrupted_training_goes_on_and_ends_in_the_same_weights(model: str, tmp_path: Path) -> None:
    import torch

    whole, parts = tmp_path / "whole", tmp_path / "parts"
    given: Any = (settings(tmp_path), 1, (8, 32))
    assert train(load(model, threads=1), EXAMPLES, whole, *given) == [8, 32]
    for steps in (1, 5):
        with pytest.raises(KeyboardInterrupt):
            train(load(model, threads=1), EXAMPLES, parts, *given, watch=interrupted_after(steps))
    assert train(load(model, threads=1), EXAMPLES, parts, *given) == [8, 32]
    assert losses(parts) == losses(whole)
    assert len(losses(whole)) == 8
    for name in ("8.pt", "32.pt"):
        first, second = (torch.load(folder / name, weights_only=True) for folder in (whole, parts))
        assert first.keys() == second.keys()
        assert all(torch.equal(first[key], second[key]) for key in first)
    assert not (parts / "state.pt").exists()
    # What is finished is not trained again.
    assert train(load(model, threads=1), [], parts, *given) == [8, 32]


def test_a_state_of_other_examples_is_refused_and_too_few_are_told(model: str, tmp_path: Path) -> None:
    given: Any = (tmp_path / "t", settings(tmp_path), 1, (32,))
    with pytest.raises(KeyboardInterrupt):
        train(load(model, threads=1), EXAMPLES, *given, watch=interrupted_after(2))
    with pytest.raises(LiftError, match="is of other examples"):
        train(load(model, threads=1), EXAMPLES[::-1], *given)
    with pytest.raises(LiftError, match="2 of 2 examples fit"):
        train(load(model, threads=1), EXAMPLES[:2], tmp_path / "few", settings(tmp_path), 1, (32,))


def test_the_loss_falls_and_what_was_learned_is_answered_once(model: str, tmp_path: Path) -> None:
    folder = tmp_path / "t"
    saved = train(load(model, threads=1), EXAMPLES, folder, settings(tmp_path), 1, (400,))
    found = [float(line.split('"loss": ')[1].rstrip(", ")) for line in losses(folder)]
    assert sum(found[-5:]) < sum(found[:5]) / 2
    tuned = load(model, threads=1, checkpoint=folder / f"{saved[-1]}.pt")
    asked = [Question(one.id, "own", "multiple", one.query, one.functions, None) for one in EXAMPLES[:20]]
    answers = Answers(tmp_path / "answers.jsonl")
    assert answer(tuned, asked, answers, longest=20)
    texts = [answers.get(key_of(one, ())) for one in asked]
    assert sum(str(text).startswith("[add(a=") for text in texts) >= 15
    # One after another or together, with a common beginning or without: the same words.
    alone = Answers(tmp_path / "alone.jsonl")
    for one in asked[:4]:
        assert answer(tuned, [one], alone, longest=20)
    assert [alone.get(key_of(one, ())) for one in asked[:4]] == texts[:4]
    # A line that was being written when the machine went off is asked again; others are not.
    file = tmp_path / "answers.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:-1]) + lines[-1][:20])
    again = Answers(file)
    assert sum(again.get(key_of(one, ())) is None for one in asked) == 1


def test_forms_are_trained_on_as_many_tokens_of_the_same_examples(model: str, tmp_path: Path) -> None:
    given = replace(settings(tmp_path), samples=(24,))
    thinking = [replace(one, thought=f"I add {at % 4}.") for at, one in enumerate(EXAMPLES)]
    loaded = load(model, threads=1)
    examples = fitting(loaded, [*thinking, replace(thinking[0], id="long", thought="why " * 900)], given)
    assert examples == thinking
    samples = samples_of(loaded, examples, given)
    assert samples[PYTHON] == 24 > samples[with_thoughts(HERMES)]
    tokens = []
    for form in FORMS:
        folder = tmp_path / form.name
        assert train(load(model, threads=1), examples, folder, given, 1, (samples[form],), form=form)
        tokens.append(json.loads((folder / "done.json").read_text())["tokens"])
    # To an example's length, which none goes over.
    assert all(tokens[0] - given.limit < count <= tokens[0] for count in tokens)
    with pytest.raises(LiftError, match="no example has a thought"):
        fitting(loaded, EXAMPLES, given)
    with pytest.raises(LiftError, match="0 of 40 examples fit --limit 9 in every form"):
        fitting(loaded, thinking, replace(given, limit=9))


@pytest.mark.parametrize(
    ("template", "why"),
    [
        (None, "has no chat template"),
        ("{{ raise_exception('no system') }}", "refuses a system message"),
        (CHATML.replace("assistant\n{% endif", "assistant\nThink: {% endif"), "otherwise than where it asks"),
        (CHATML.replace("<|im_end|>\n", "\n"), "ends an answer with no token of its own"),
    ],
)
def test_another_chat_template_is_told(template: str | None, why: str, tmp_path: Path) -> None:
    with pytest.raises(LiftError, match=why):
        load(save_model(tmp_path / "model", template), threads=1)
