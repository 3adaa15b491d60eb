"""What is written for TRL, held to how its trainer takes environments apart, and to its own chat templates.

The trainer itself needs PyTorch: `make train-smoke`.
"""

import importlib
import inspect
import json
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.frameworks.plays import NAME, check_files, check_plays, write_plays
from tests.optional import need

Json = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trl")
    write_plays(folder, ["trl"])
    return folder


@pytest.fixture
def package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(folder / "plays" / "trl"))
    yield importlib.import_module(NAME)
    sys.modules.pop(NAME)


def tools_of(environment: Any) -> list[Any]:
    """What the trainer takes for tools: the functions of the class, as the instance has them."""
    functions = inspect.getmembers(type(environment), predicate=inspect.isfunction)
    names = [name for name, _ in functions if name not in ("reset", "get_reward") and not name.startswith("_")]
    return [getattr(environment, name) for name in names]


def played(row: Json, package: ModuleType, turns: list[Json]) -> tuple[float, list[str]]:
    environment = package.environments()[row["environment"]]()
    assert environment.reset(**{key: value for key, value in row.items() if key != "environment"}) is None
    tools = {tool.__name__: tool for tool in tools_of(environment)}
    assert not any(inspect.iscoroutinefunction(tool) for tool in tools.values())
    seen = [message["content"] for message in row["prompt"]]
    seen.append(json.dumps(list(tools.values()), ensure_ascii=False))
    completion: list[Json] = []

    def call(name: str, arguments: Json) -> None:
        completion.append({"role": "assistant", "tool_calls": [{"type": "function", "function": {"name": name}}]})
        seen.append(tools[name](**arguments))
        completion.append({"role": "tool", "name": name, "content": seen[-1]})

    for number, turn in enumerate(turns):
        for planned in turn["calls"]:
            call(planned["tool"], planned["arguments"])
        if number < len(turns) - 1:
            call("reply", {"message": turn["message"]})
        else:
            completion.append({"role": "assistant", "content": turn["message"]})
    (reward,) = package.task_reward(prompts=[row["prompt"]], completions=[completion], environments=[environment])
    assert package.task_reward(completions=[completion], environments=[environment]) == [reward]
    return reward, seen


def test_each_play_earns_what_it_earns_here(folder: Path, package: ModuleType) -> None:
    plays = json.loads((folder / "plays.json").read_text())
    rows = {row["environment"]: row for row in package.rows()}
    assert rows.keys() == plays.keys()
    came = []
    for task, some in plays.items():
        for each in some:
            total, seen = played(rows[task], package, each["turns"])
            came.append({"task": task, "name": each["name"], "total": total, "seen": "\n".join(seen)})
    check_plays(folder, came)
    check_files(folder / "plays" / "trl")


def test_tools_are_those_of_the_task_in_its_own_schemas(folder: Path, package: ModuleType) -> None:
    """Rendered with a chat template of TRL's, by the function that its trainer renders with."""
    from transformers.utils.chat_template_utils import render_jinja_template

    found = importlib.util.find_spec("trl")
    need(found, "TRL is not installed: make .venv/.installed-wheels")
    assert found is not None
    template = (Path(str(found.origin)).parent / "chat_templates" / "qwen3.jinja").read_text(encoding="utf-8")
    from toolgrad_data.tasks.chat import as_function
    from toolgrad_data.tasks.store import read_tasks

    tasks = {keyed.task.id: keyed.task for keyed in read_tasks(folder / "plays")}
    for row in package.rows():
        task = tasks[row["environment"]]
        tools = tools_of(package.environments()[task.id]())
        rendered, _ = render_jinja_template([row["prompt"]], tools=tools, chat_template=template)
        own = [as_function(spec) for spec in task.offered]
        assert [dict(tool) for tool in tools if tool.__name__ != "reply"] == own
        assert (len(tools) > len(own)) == (len(task.messages) > 1)
        for function in own:
            assert json.dumps(function["function"]["parameters"], ensure_ascii=False) in rendered[0]
        assert task.messages[0] in rendered[0]
        assert all(message not in rendered[0] for message in task.messages[1:])


def test_what_a_trainer_does_besides(package: ModuleType) -> None:
    row = package.rows()[0]
    factory = package.environments()[row["environment"]]
    assert pickle.loads(pickle.dumps(factory)) == factory  # as workers of the asynchronous trainer get it
    environment = factory()
    (tool, *_) = tools_of(environment)
    assert "has not begun" in tool()
    environment.reset(**row)
    assert json.loads(tool(self="x"))["error"]["kind"] == "invalid_arguments"
    assert package.task_reward(completions=["I do not know."], environments=[environment])[0] < 1
    assert "is over" in tool()
    environment.reset(**row)  # the next rollout
    cut = [{"role": "assistant", "tool_calls": [{}]}, {"role": "tool", "content": "1"}]
    assert package.task_reward(completions=[cut], environments=[environment]) == [0.0]
    environment.reset(**row)
    assert package.task_reward(completions=[[{"role": "assistant", "content": None}]], environments=[environment]) == [
        0.0
    ]
