"""NeMo Gym: a resources server on its base class, its configuration, and rows for its agents."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from toolgrad_data.files.whole import write_whole
from toolgrad_data.tasks.chat import as_function, first_messages
from toolgrad_data.tasks.store import TasksReport
from toolgrad_data.tasks.task import KeyedTask, Task
from toolgrad_data.tasks.writers.package import package_name, write_package

#: Rows of the examples that Gym asks of a server.
_EXAMPLES = 5


def write(folder: Path, tasks: Sequence[KeyedTask], report: TasksReport) -> None:
    """Write the server with its rows and how to run it. Raises OSError."""
    most = max((keyed.task.limits.calls + len(keyed.task.messages) + 1 for keyed in tasks), default=1)
    name = package_name(folder.parent)
    home = f"resources_servers/{name}"
    write_package(folder, "nemo_gym", f"{home}/tasks", tasks, report, {"max_steps": str(most)})
    rows = [f"{json.dumps(_row(keyed.task, f'{name}_agent'), ensure_ascii=False)}\n" for keyed in tasks]
    (folder / home / "data").mkdir(exist_ok=True)
    write_whole(folder / home / "data" / "train.jsonl", "".join(rows))
    write_whole(folder / home / "data" / "example.jsonl", "".join(rows[:_EXAMPLES]))


def _row(task: Task, agent: str) -> dict[str, Any]:
    """Return a row: what the model is asked, and of the task the id alone."""
    tools = [{"type": "function", **as_function(spec)["function"], "strict": False} for spec in task.offered]
    return {
        "responses_create_params": {
            "input": first_messages(task),
            "tools": tools,
            "parallel_tool_calls": True,
        },
        "task_id": task.id,
        "agent_ref": {"type": "responses_api_agents", "name": agent},
    }
