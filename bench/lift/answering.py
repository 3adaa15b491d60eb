"""Greedy answers, kept one by one: what is interrupted is not asked again, and nor is what another seed has asked."""

import copy
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.lift.forms import PYTHON, Form
from bench.lift.prompts import Example, messages
from bench.lift.questions import Question
from bench.lift.settings import digest
from bench.lift.weights import Loaded, import_torch

_BATCH = 16


class Answers:
    """What one model has answered, by prompt, in a file of lines."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, str] = {}
        if file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                except ValueError:
                    continue  # the line that was being written
                self._known[entry["prompt"]] = entry["answer"]

    def get(self, prompt: str) -> str | None:
        """Return the answer, or None where there is none yet."""
        return self._known.get(prompt)

    def add(self, prompts: Sequence[str], texts: Sequence[str]) -> None:
        """Keep answers."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with open(self._file, "a", encoding="utf-8") as file:
            for prompt, text in zip(prompts, texts, strict=True):
                self._known[prompt] = text
                file.write(json.dumps({"prompt": prompt, "answer": text}, ensure_ascii=False) + "\n")


def key_of(question: Question, demos: Sequence[Example], form: Form = PYTHON) -> str:
    """Return what an answer is kept under: all that the model is shown."""
    return digest(json.dumps(messages(question.functions, question.query, question.context, demos, form)))


def answer(
    loaded: Loaded,
    questions: Sequence[Question],
    answers: Answers,
    *,
    demos: Sequence[Example] = (),
    form: Form = PYTHON,
    longest: int = 96,
    bits: int = 32,
    minutes: float = 60.0,
) -> bool:
    """Answer what has no answer yet, in batches of like length, and say whether all has one within the minutes."""
    waiting = [question for question in questions if answers.get(key_of(question, demos, form)) is None]
    if not waiting:
        return True
    texts = [loaded.prompt(messages(one.functions, one.query, one.context, demos, form)) for one in waiting]
    encoded = [loaded.tokenizer(text, add_special_tokens=False).input_ids for text in texts]
    head = _common(encoded)
    order = sorted(range(len(waiting)), key=lambda place: len(encoded[place]))
    writer = _Writer(loaded, encoded[0][:head], longest, bits)
    begun = time.monotonic()
    for start in range(0, len(order), _BATCH):
        if time.monotonic() - begun > minutes * 60:
            print(f"{start} of {len(order)} answered; the time is over. Run the command again to go on", flush=True)
            return False
        part = order[start : start + _BATCH]
        written = writer.write([encoded[place][head:] for place in part])
        answers.add([key_of(waiting[place], demos, form) for place in part], written)
        done, seconds = start + len(part), time.monotonic() - begun
        print(f"{done} of {len(order)} answered, {seconds / 60:.1f} min", flush=True)
    return True


def _common(encoded: Sequence[Sequence[int]]) -> int:
    """Return how many tokens all prompts begin with; each keeps one of its own at least."""
    shortest = min(map(len, encoded))
    same = next((at for at in range(shortest) if len({tokens[at] for tokens in encoded}) > 1), shortest)
    return min(same, shortest - 1)


class _Writer:
    """Writes answers to prompts that begin alike; the beginning is computed once."""

    def __init__(self, loaded: Loaded, head: Sequence[int], longest: int, bits: int) -> None:
        self._loaded = loaded
        self._longest = longest
        self._head = len(head)
        self._torch = import_torch()
        loaded.model.to({16: self._torch.bfloat16, 32: self._torch.float32}[bits]).eval()
        self._common: Any = None
        if head:
            with self._torch.inference_mode():
                ids = self._torch.tensor([list(head)], device=loaded.device)
                self._common = loaded.model.base_model(input_ids=ids, use_cache=True).past_key_values

    def write(self, prompts: Sequence[Sequence[int]]) -> list[str]:
        """Return the most likely answer to each prompt, padded between the common beginning and its own part."""
        torch = self._torch
        with torch.inference_mode():
            return self._write(torch, prompts)

    def _write(self, torch: Any, prompts: Sequence[Sequence[int]]) -> list[str]:
        loaded, end, rows = self._loaded, self._loaded.end, len(prompts)
        width = max(map(len, prompts))
        ids = torch.tensor([[end] * (width - len(own)) + list(own) for own in prompts], device=loaded.device)
        mask = torch.tensor([[0] * (width - len(own)) + [1] * len(own) for own in prompts], device=loaded.device)
        place = self._head + (mask.cumsum(1) - 1).clamp(min=0)
        mask = torch.cat([mask.new_ones(rows, self._head), mask], 1)
        cache = copy.deepcopy(self._common)
        if cache is not None:
            cache.batch_repeat_interleave(rows)
        step = loaded.model.base_model(
            input_ids=ids, attention_mask=mask, position_ids=place, past_key_values=cache, use_cache=True
        )
        head = loaded.model.get_output_embeddings()
        written: list[list[int]] = [[] for _ in prompts]
        open_ones = set(range(rows))
        for _ in range(self._longest):
            token = head(step.last_hidden_state[:, -1]).argmax(-1)
            for row, chosen in enumerate(token.tolist()):
                if chosen == end:
                    open_ones.discard(row)
                elif row in open_ones:
                    written[row].append(chosen)
            if not open_ones:
                break
            mask = torch.cat([mask, mask.new_ones(rows, 1)], 1)
            place = place[:, -1:] + 1
            step = loaded.model.base_model(
                input_ids=token[:, None],
                attention_mask=mask,
                position_ids=place,
                past_key_values=step.past_key_values,
                use_cache=True,
            )
        return [str(loaded.tokenizer.decode(tokens)) for tokens in written]
