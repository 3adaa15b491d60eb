"""A chat model of a few thousand random weights, with a tokenizer that is trained on the spot."""

import importlib.util
import json
from pathlib import Path


def save_tiny_model(folder: Path, data: Path, template: str = "qwen3_training.jinja") -> None:
    """Save a model of Qwen3's or Gemma3's architecture, and a tokenizer of 512 tokens with that template of TRL's."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig, PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<start_of_turn>", "<end_of_turn>", "<bos>"]
    trainer = trainers.BpeTrainer(
        vocab_size=512,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((line for line in data.read_text(encoding="utf-8").splitlines()), trainer)
    end = "<|im_end|>" if template.startswith("qwen3") else "<end_of_turn>"
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<bos>", eos_token=end, pad_token="<|endoftext|>"
    )
    found = importlib.util.find_spec("trl")
    assert found is not None
    templates = Path(str(found.origin)).parent / "chat_templates"
    fast.chat_template = (templates / template).read_text(encoding="utf-8")
    fast.save_pretrained(folder)
    sizes = {
        "vocab_size": len(fast),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 16,
        "max_position_embeddings": 16384,
        "eos_token_id": fast.eos_token_id,
        "pad_token_id": fast.pad_token_id,
    }
    if template.startswith("qwen3"):
        Qwen3ForCausalLM(Qwen3Config(**sizes)).save_pretrained(folder)
    else:
        Gemma3ForCausalLM(Gemma3TextConfig(**sizes)).save_pretrained(folder)


def learned_text(folder: Path, row: dict[str, object]) -> str:
    """Return what of an exported row the model is trained on: the tokens that the template marks as generated."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    row = json.loads(json.dumps(row))
    marked = tokenizer.apply_chat_template(
        row["messages"], tools=row["tools"], tokenize=True, return_dict=True, return_assistant_tokens_mask=True
    )
    ids = [token for token, mask in zip(marked["input_ids"], marked["assistant_masks"], strict=True) if mask]
    return str(tokenizer.decode(ids))
