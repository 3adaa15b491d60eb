"""What the packages of all frameworks have in common: files of a template, and the tasks with their report in them."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from toolgrad_data.files.whole import write_whole
from toolgrad_data.tasks.hosting import TOOLS_VARIABLE, needed_tools
from toolgrad_data.tasks.store import TasksReport, write_tasks
from toolgrad_data.tasks.task import KeyedTask

TEMPLATES = Path(__file__).parent / "templates"
#: The package's name in templates, with a dash as a distribution's.
_MODULE, _DISTRIBUTION = "toolgrad_tasks", "toolgrad-tasks"
_NAMES = 12


def package_name(out: Path) -> str:
    """Return the name of a package of the tasks in that folder: that of a Python module."""
    return f"toolgrad_{re.sub(r'[^a-z0-9]+', '_', out.resolve().name.lower()).strip('_') or 'tasks'}"


def write_package(
    folder: Path, template: str, data: str, tasks: Sequence[KeyedTask], report: TasksReport, more: Mapping[str, str]
) -> str:
    """Write the template's files, and the tasks into the folder `data` of them; return the package's name.

    The word `toolgrad_tasks`, in paths too, becomes the package's name; `{{NAME}}` what `more` has for it, `{{tools}}`
    which tools the tasks need. Raises OSError.
    """
    name = package_name(folder.parent)
    replaced = {"tools": tools_in_words(tasks, report), "tasks": str(len(tasks)), **more}
    root = TEMPLATES / template
    for path in sorted(root.rglob("*")):
        if path.is_dir() or "__pycache__" in path.parts:
            continue
        text = _named(path.read_text(encoding="utf-8"), name)
        for key, value in replaced.items():
            text = text.replace(f"{{{{{key}}}}}", value)
        target = folder / _named(str(path.relative_to(root)), name)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, text)
    write_tasks(folder / _named(data, name), tasks, report)
    return name


def tools_in_words(tasks: Sequence[KeyedTask], report: TasksReport) -> str:
    """Return a paragraph on which tools are needed, and where they come from."""
    needed = needed_tools(tasks)
    own = {source: names for source, names in needed.items() if source != "builtin"}
    if not own:
        return "All tools are built in: nothing else is needed."
    said = "; ".join(f"{source}: {_some(names)}" for source, names in own.items())
    given = " ".join(f"`{spec}`" for spec in report.tools) if report.tools is not None else ""
    where = (
        f"They are loaded by {given}, from the folder in which the process starts. If they are elsewhere, set"
        if given
        else "They were loaded by a path, which is not told here. Before anything else set"
    )
    return (
        f"The tasks need tools that are not built in ({said}). {where} `{TOOLS_VARIABLE}` to their tool specs, one a "
        "line, such as `python:tools.py:TOOLS`. Where they are gone, or take other parameters, opening the tasks fails "
        "and says which."
    )


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(f"`{name}`" for name in names[:_NAMES]) + more


def _named(text: str, name: str) -> str:
    return text.replace(_MODULE, name).replace(_DISTRIBUTION, name.replace("_", "-"))
