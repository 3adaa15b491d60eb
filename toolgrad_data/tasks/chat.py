"""What a policy reads and says in a chat: tools as a request has them, results as a tool's message has them.

Each player and each framework's writer uses these, so that a policy sees the same wherever it plays.
"""

import json
from typing import Any

from nodes.policies.model.thoughts import without_thoughts
from tool_registry.spec import ToolSpec
from toolgrad_data.export.conversation import result_text
from toolgrad_data.export.offered import offered_tool
from toolgrad_data.tasks.episode import CallAnswer
from toolgrad_data.tasks.task import Task

Json = dict[str, Any]


def told(came: CallAnswer) -> str:
    """Return what a tool's message says: the content, or the error as exports write it."""
    if came.error is None:
        return result_text(came.content)
    error = {"kind": came.error.kind, "message": came.error.message}
    return json.dumps({"error": error}, ensure_ascii=False)


def as_function(spec: ToolSpec) -> Json:
    """Return the tool as a request has it."""
    tool = offered_tool(spec)
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def first_messages(task: Task) -> list[Json]:
    """Return what a conversation begins with: the system's words, where there are any, and the person's."""
    system = [{"role": "system", "content": task.system}] if task.system else []
    return [*system, {"role": "user", "content": task.messages[0]}]


def final_text(said: str | None) -> str:
    """Return a final message without what a model thinks aloud before it."""
    return without_thoughts(said or "").strip()


def refusal(why: str) -> str:
    """Return what a tool's message says where there is no episode to call in: it has not begun, or is over."""
    return json.dumps({"error": {"kind": "not_allowed", "message": why}}, ensure_ascii=False)
