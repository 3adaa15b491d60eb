"""OpenAI's fine-tuning rows: `messages`, arguments as JSON text, results by `tool_call_id`, `tools`.

The older `function_call` and `functions` are read as well. Source:
https://platform.openai.com/docs/guides/supervised-fine-tuning.
"""

from typing import Any

from toolgrad_data.verify.foreign.messages import read_messages
from toolgrad_data.verify.foreign.sample import ForeignSample


def read(row: Any) -> ForeignSample:
    """Return the row's sample. Raises MalformedRowError and SkippedRow."""
    if isinstance(row, dict) and isinstance(row.get("messages"), list):
        messages = [_newer(message) for message in row["messages"]]
        row = {**row, "messages": messages, "tools": row.get("tools", row.get("functions"))}
    return read_messages(row)


def _newer(message: Any) -> Any:
    if isinstance(message, dict) and isinstance(message.get("function_call"), dict):
        return {**message, "tool_calls": [{"function": message["function_call"]}]}
    return message
