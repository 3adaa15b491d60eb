"""Tasks written for frameworks, and plays of them with what each earns here: the same must be earned there.

Tasks are the hand-written dialogues (with writes, refusals and messages that need no call), and the first turns of some
as tasks of one turn. Plays are the record's own, none, its mutants and two hacks.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graph.record import Record
from tests.fixtures.dialogues import dialogues
from tests.fixtures.dialogues.building import TOOLS
from tests.optional import need
from tool_registry.permissions import Permissions
from tool_registry.registry import get_registry
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.golden import Golden
from toolgrad_data.tasks.making import keyed_task
from toolgrad_data.tasks.mutants import MUTANTS, PlannedTurn, Play, golden_play
from toolgrad_data.tasks.proving import play
from toolgrad_data.tasks.store import TasksReport, write_tasks
from toolgrad_data.tasks.task import KeyedTask
from toolgrad_data.tasks.writers import write_formats

Json = dict[str, Any]
#: Dialogues whose first turn is a task of its own.
_FIRST_TURNS = (0, 3, 5, 6)
NAME = "toolgrad_plays"
ROOT = Path(__file__).parents[2]


def write_plays(folder: Path, formats: Sequence[str], limit: int | None = None) -> Path:
    """Write the tasks with the packages, and `plays.json`; return the tasks' folder."""
    return asyncio.run(_write(folder, formats, limit))


async def _write(folder: Path, formats: Sequence[str], limit: int | None) -> Path:
    environment = Environment(await get_registry(TOOLS), Permissions(allow_writes=True))
    tasks, plays = list[KeyedTask](), dict[str, list[Json]]()
    for record in _records()[:limit]:
        keyed = keyed_task(record, environment.registry, environment.permissions)
        assert isinstance(keyed, KeyedTask), keyed
        tasks.append(keyed)
        golden = await environment.golden(keyed)
        plays[keyed.task.id] = [await _played(name, script, keyed, environment) for name, script in _scripts(golden)]
    report = TasksReport(tools=TOOLS, allow_unannotated=False, allow_writes=True, records=len(tasks), tasks=len(tasks))
    out = folder / "plays"
    write_tasks(out, tasks, report)
    write_formats(out, formats, tasks, report)
    (folder / "plays.json").write_text(json.dumps(plays))
    return out


def check_plays(folder: Path, came: Sequence[Json]) -> None:
    """Hold what came of the plays in a framework against what they earn here.

    Of each play `{"task", "name", "total", "seen"}`, with all that the policy saw, as text.
    """
    plays = json.loads((folder / "plays.json").read_text())
    wanted = {(task, each["name"]): each["total"] for task, some in plays.items() for each in some}
    assert {(each["task"], each["name"]): each["total"] for each in came} == wanted
    golden = {total for (_, name), total in wanted.items() if name == "golden"}
    assert golden == {1.0}
    assert {total for (_, name), total in wanted.items() if name == "empty"} == {0.0}
    assert sum(total < 1 for total in wanted.values()) > len(golden)
    for each in came:
        keys = {keyed["task"]["id"]: keyed["key"] for keyed in _lines(folder / "plays" / "tasks.jsonl")}
        record = keys[each["task"]]["record"]
        assert record["turns"][0]["query"] in each["seen"]
        assert record["id"] not in each["seen"]
        for word in ('"by_state"', '"spans"', '"marks"', '"tells"', '"response"', "run_seed"):
            assert word not in each["seen"], (word, each["seen"])
        if each["name"] == "empty":
            assert all(turn["response"] not in each["seen"] for turn in record["turns"])


def check_files(folder: Path) -> None:
    """Hold that no file that was written tells a path of this machine."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert str(folder.parent) not in text, path
        assert str(ROOT) not in text, path
        assert sys.prefix not in text, path
        assert "{{" not in text, path


def python_with(framework: str) -> Path:
    """Return the Python of the environment that has the framework; `make frameworks` makes it."""
    python = ROOT / f".venv-{framework}" / "bin" / "python"
    need(python.exists(), f"{framework} is not installed: make frameworks")
    return python


def run_in(python: Path, script: Path, *arguments: object, cwd: Path, **environment: str) -> list[Json]:
    """Run a script of this folder in another environment, and return the JSON lines that it printed."""
    done = subprocess.run(
        [str(python), str(script), *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout[-2000:], done.stderr[-6000:])
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _records() -> list[Record]:
    whole = dialogues()
    firsts = [whole[number] for number in _FIRST_TURNS]
    cut = [each.model_copy(update={"id": f"{each.id}-first", "turns": each.turns[:1]}) for each in firsts]
    return [each for pair in zip(cut, whole, strict=False) for each in pair] + whole[len(cut) :]


def _scripts(golden: Golden) -> list[tuple[str, Play]]:
    own = golden_play(golden)
    scripts = [("golden", own), ("empty", ())]
    for name, mutants in MUTANTS.items():
        scripts += [(f"{name}-{number}", mutant.play) for number, mutant in enumerate(list(mutants(golden))[:2])]
    results = [[call.result for call in turn.calls] for turn in golden.trace.turns]
    wall = [turn._replace(message=f"All that I found: {json.dumps(results)}") for turn in own]
    words = [PlannedTurn((), turn.message) for turn in own]
    return [*scripts, ("wall", tuple(wall)), ("words_alone", tuple(words))]


async def _played(name: str, script: Play, keyed: KeyedTask, environment: Environment) -> Json:
    reward = await environment.score(keyed, await play(environment, keyed.task, script))
    turns = [{"calls": [call._asdict() for call in turn.calls], "message": turn.message} for turn in script]
    return {"name": name, "turns": turns, "total": reward.total}


def _lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
