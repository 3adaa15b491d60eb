"""Tunes the upper layers on examples; the loss is on the answer alone. An interrupted training goes on where it was."""

import json
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.lift.errors import LiftError
from bench.lift.forms import PYTHON, Form
from bench.lift.prompts import Example, messages
from bench.lift.settings import Settings, digest
from bench.lift.weights import Loaded, import_torch

#: Tokens of an example, and where its answer begins.
Item = tuple[list[int], int]
#: Steps over which the rate rises; batches that are sorted by length together; seconds between saved states.
_WARM_UP, _WINDOW, _SAVE_SECONDS = 10, 8, 300.0
_STATE = "state.pt"


@dataclass
class _Progress:
    """How far a training is."""

    step: int = 0
    seen: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)


def encode(loaded: Loaded, examples: Sequence[Example], limit: int, form: Form = PYTHON) -> list[Item]:
    """Return the examples as tokens; those that are longer than the limit are left out."""
    items = []
    for example in examples:
        prompt = loaded.prompt(messages(example.functions, example.query, example.context, form=form))
        start = loaded.tokenizer(prompt, add_special_tokens=False).input_ids
        answer = form.answer(example.answer, example.thought)
        end = [*loaded.tokenizer(answer, add_special_tokens=False).input_ids, loaded.end]
        if len(start) + len(end) <= limit:
            items.append((start + end, len(start)))
    return items


def batches(items: Sequence[Item], size: int, seed: int) -> list[list[Item]]:
    """Return batches of like lengths; the first so many are the same, whatever follows."""
    rng = random.Random(seed)
    found: list[list[Item]] = []
    for at in range(0, len(items), _WINDOW * size):
        window = sorted(items[at : at + _WINDOW * size], key=lambda item: len(item[0]))
        parts = [window[start : start + size] for start in range(0, len(window), size)]
        rng.shuffle(parts)
        found += parts
    return found


def loss_of(loaded: Loaded, batch: Sequence[Item]) -> Any:
    """Return the mean loss of the answers, of each the mean of its tokens.

    Over all tokens alike a refusal of five would count for little beside a list of calls of eighty, and be forgotten.
    """
    torch = import_torch()
    width = max(len(tokens) for tokens, _ in batch)
    ids = torch.full((len(batch), width), loaded.end, device=loaded.device)
    for row, (tokens, _) in enumerate(batch):
        ids[row, : len(tokens)] = torch.tensor(tokens)
    wanted = torch.cat([torch.tensor(tokens[start:]) for tokens, start in batch]).to(loaded.device)
    # Padding is on the right, so that causal attention needs no mask.
    with torch.autocast(loaded.device, dtype=torch.bfloat16):
        hidden = loaded.model.base_model(input_ids=ids).last_hidden_state
        states = torch.cat([hidden[row, start - 1 : len(tokens) - 1] for row, (tokens, start) in enumerate(batch)])
        logits = loaded.model.get_output_embeddings()(states).float()
    lengths = [len(tokens) - start for tokens, start in batch]
    losses = torch.nn.functional.cross_entropy(logits, wanted, reduction="none").split(lengths)
    return torch.stack([each.mean() for each in losses]).mean()


def train(
    loaded: Loaded,
    examples: Sequence[Example],
    folder: Path,
    settings: Settings,
    seed: int,
    samples: Sequence[int],
    watch: Callable[[int], None] = lambda _: None,
    form: Form = PYTHON,
) -> list[int]:
    """Train until the last of `samples` are seen or the minutes are over, and return after how many it was saved.

    `folder` gets `N.pt` for each number of samples, the losses in `log.jsonl`, and, now and then and when interrupted,
    a state to go on from; `watch` is told each step. Raises LiftError where too few examples fit, and for a state of
    other examples.
    """
    torch = import_torch()
    folder.mkdir(parents=True, exist_ok=True)
    if (done := finished(folder)) is not None:
        return done
    items = encode(loaded, examples, settings.limit, form)
    if len(items) < settings.batch:
        raise LiftError(f"{folder}: {len(items)} of {len(examples)} examples fit --limit {settings.limit}; give more")
    last = samples[-1]
    repeated = (items * (last // len(items) + 1))[:last]
    learned = _freeze(loaded.model, settings.learned)
    optimizer = torch.optim.AdamW([value for _, value in learned], lr=settings.lr, weight_decay=0.0, betas=(0.9, 0.98))
    known = digest(json.dumps([repeated[:64], last, settings.batch, settings.lr, seed]))
    progress = _resume(torch, folder, known, learned, optimizer)
    plan = batches(repeated, settings.batch, seed)
    print(
        f"{folder.name}: {len(items)} of {len(examples)} examples within {settings.limit} tokens, from {progress.seen}"
    )
    saved_at = begun = time.monotonic() - progress.seconds
    loaded.model.train()
    try:
        for batch in plan[progress.step :]:
            if progress.seconds > settings.minutes * 60:
                break
            rate = settings.lr * _height(progress.step, len(plan), settings.decay)
            _step(torch, loaded, optimizer, learned, batch, rate, progress)
            before, progress.seen = progress.seen, progress.seen + len(batch)
            progress.seconds = time.monotonic() - begun
            _note(folder, progress)
            if any(before < count <= progress.seen for count in samples[:-1]):
                _save_weights(torch, folder / f"{progress.seen}.pt", learned)
            if time.monotonic() - saved_at > _SAVE_SECONDS:
                _save_state(torch, folder, known, learned, optimizer, progress)
                saved_at = time.monotonic()
            watch(progress.step)
    except KeyboardInterrupt:
        _save_state(torch, folder, known, learned, optimizer, progress)
        print(f"{folder.name}: interrupted after {progress.seen} samples; the same command goes on there", flush=True)
        raise
    _save_weights(torch, folder / f"{progress.seen}.pt", learned)
    done_with = {
        "seen": progress.seen,
        "tokens": sum(len(tokens) for batch in plan[: progress.step] for tokens, _ in batch),
        "seconds": round(progress.seconds),
    }
    (folder / "done.json").write_text(json.dumps(done_with) + "\n")
    (folder / _STATE).unlink(missing_ok=True)
    return finished(folder) or []


def _height(step: int, steps: int, decay: float) -> float:
    """Return the rate at a step, from 0 to 1: it rises over the first steps, and falls over the last part of them."""
    falls = max(round(steps * decay), 1)
    return min(1.0, (step + 1) / _WARM_UP, (steps - step) / falls)


def _step(
    torch: Any,
    loaded: Loaded,
    optimizer: Any,
    learned: list[tuple[str, Any]],
    batch: list[Item],
    lr: float,
    at: _Progress,
) -> None:
    for group in optimizer.param_groups:
        group["lr"] = lr
    loss = loss_of(loaded, batch)
    loss.backward()
    torch.nn.utils.clip_grad_norm_([value for _, value in learned], 1.0)
    optimizer.step()
    optimizer.zero_grad()
    at.step += 1
    at.losses.append(float(loss.item()))


def _freeze(model: Any, share: float) -> list[tuple[str, Any]]:
    """Let the upper part of the layers and the last norm learn, and return them by name; all where none are found."""
    layers = getattr(model.base_model, "layers", None)
    if layers is None or share >= 1:
        return [(name, value) for name, value in model.named_parameters() if value.requires_grad]
    model.requires_grad_(False)
    for part in (*layers[round(len(layers) * (1 - share)) :], getattr(model.base_model, "norm", None)):
        if part is not None:
            part.requires_grad_(True)
    return [(name, value) for name, value in model.named_parameters() if value.requires_grad]


def _note(folder: Path, at: _Progress) -> None:
    with open(folder / "log.jsonl", "a", encoding="utf-8") as log:
        entry = {"step": at.step, "seen": at.seen, "loss": round(at.losses[-1], 4), "seconds": round(at.seconds, 1)}
        log.write(json.dumps(entry) + "\n")
    if at.step % 10 == 0:
        recent = at.losses[-10:]
        print(f"{at.seen} samples, loss {sum(recent) / len(recent):.3f}, {at.seconds / 60:.1f} min", flush=True)


def _save_weights(torch: Any, file: Path, learned: list[tuple[str, Any]]) -> None:
    part = file.with_suffix(".part")
    torch.save({name: value.detach().to("cpu", torch.bfloat16) for name, value in learned}, part)
    os.replace(part, file)
    print(f"saved {file}", flush=True)


def _save_state(
    torch: Any, folder: Path, known: str, learned: list[tuple[str, Any]], optimizer: Any, at: _Progress
) -> None:
    weights = {name: value.detach().cpu() for name, value in learned}
    state = {"known": known, "weights": weights, "optimizer": optimizer.state_dict(), **vars(at)}
    part = folder / f"{_STATE}.part"
    torch.save(state, part)
    os.replace(part, folder / _STATE)


def _resume(torch: Any, folder: Path, known: str, learned: list[tuple[str, Any]], optimizer: Any) -> _Progress:
    """Go on from a saved state, with the losses noted up to it; from the beginning where there is none."""
    file, log = folder / _STATE, folder / "log.jsonl"
    if not file.exists():
        log.unlink(missing_ok=True)
        return _Progress()
    state = torch.load(file, map_location="cpu", weights_only=True)
    if state["known"] != known:
        raise LiftError(f"{file}: is of other examples or settings. Remove {folder}, or give another --out")
    with torch.no_grad():
        for name, value in learned:
            value.copy_(state["weights"][name])
    optimizer.load_state_dict(state["optimizer"])
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)[: state["step"]] if log.exists() else []
    log.write_text("".join(lines), encoding="utf-8")
    return _Progress(state["step"], state["seen"], state["seconds"], state["losses"])


def finished(folder: Path) -> list[int] | None:
    """Return after how many samples a finished training was saved, None where it is not finished."""
    if not (folder / "done.json").exists():
        return None
    return sorted(int(file.stem) for file in folder.glob("*.pt") if file.stem.isdecimal())
