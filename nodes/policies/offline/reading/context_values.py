"""Arguments that the record's context gives: nobody says them, and every call that takes one gets it."""

import re
from collections.abc import Mapping
from typing import Any

from graph.record import Step
from tool_registry.json.pointer import MISSING, equal

#: The beginning of a path that is no relative one.
_PLACE = re.compile(r"~?/|[A-Za-z]:[\\/]")


def context_value(parameter: str, values: Mapping[str, Any]) -> Any:
    """Return the value of the context's variable that is called as the parameter is, or MISSING.

    `repoPath` is called as `repo_path`, but only texts are traced under another spelling (`assign_sources`).
    """
    if parameter in values:
        return values[parameter]
    return next((v for name, v in values.items() if isinstance(v, str) and _plain(name) == _plain(parameter)), MISSING)


def context_place(values: Mapping[str, Any]) -> list[str]:
    """Return the folders and files that the context names: where to begin when nothing has found another one."""
    return [value for value in values.values() if isinstance(value, str) and _PLACE.match(value)]


def without_context(steps: list[Step], values: Mapping[str, Any]) -> list[Step]:
    """Return the steps without the arguments that the context gives, for those who put the others into words."""
    return [_without(step, values) for step in steps] if values else steps


def _without(step: Step, values: Mapping[str, Any]) -> Step:
    places = context_place(values)
    said = {
        name: value
        for name, value in step.arguments.items()
        if value not in places and ((known := context_value(name, values)) is MISSING or not equal(known, value))
    }
    return step if len(said) == len(step.arguments) else step.model_copy(update={"arguments": said})


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
