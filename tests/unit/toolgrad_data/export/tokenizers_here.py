"""Tokenizers that are made on the spot: no download, no weights."""

from pathlib import Path

#: A template in a few words, with tools and calls.
TEMPLATE = (
    "{% for tool in tools or [] %}{{ tool.function.name }} {% endfor %}"
    "{% for m in messages %}[{{ m.role }}] {{ m.content }}"
    "{% for c in m.tool_calls or [] %} {{ c.function.name }} {{ c.function.arguments | tojson }}{% endfor %} "
    "{% endfor %}"
)


def word_tokenizer(folder: Path, template: str | None = TEMPLATE) -> Path:
    """Save a tokenizer that counts words and punctuation, and return its folder."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]")
    fast.chat_template = template
    fast.save_pretrained(folder)
    return folder
