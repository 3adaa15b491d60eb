"""TRL's conversations with tools: `messages`, arguments as objects, `tools` as functions, perhaps as JSON text.

Source: https://huggingface.co/docs/trl/dataset_formats (tool calling).
"""

from typing import Any

from toolgrad_data.verify.foreign.messages import read_messages
from toolgrad_data.verify.foreign.sample import ForeignSample


def read(row: Any) -> ForeignSample:
    """Return the row's sample. Raises MalformedRowError and SkippedRow."""
    return read_messages(row)
