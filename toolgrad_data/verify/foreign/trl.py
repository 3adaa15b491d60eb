"""TRL's conversations with tools: `messages`, or `prompt` and what follows it, and `tools` as functions.

Arguments and tools are objects or JSON text; results name their call by id, or by their tool, or follow in order. Of
a preference the chosen answer is read. `toolgrad export --format parquet` writes the same conversation with calls and
tools flat, which is read as well. Source: https://huggingface.co/docs/trl/dataset_formats (tool calling).
"""

from typing import Any

from toolgrad_data.verify.foreign.messages import read_messages
from toolgrad_data.verify.foreign.sample import ForeignSample

#: What goes on from `prompt`, in TRL's formats for instructions and for preferences.
_ENDINGS = ("completion", "chosen")


def read(row: Any) -> ForeignSample:
    """Return the row's sample. Raises MalformedRowError and SkippedRow."""
    if isinstance(row, dict) and not isinstance(row.get("messages"), list) and isinstance(row.get("prompt"), list):
        endings = (row[name] for name in _ENDINGS if isinstance(row.get(name), list))
        row = {**row, "messages": [*row["prompt"], *next(endings, [])]}
    return read_messages(row)
