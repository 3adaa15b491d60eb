"""Reads that show what a write has done: who has changed something wants to see it."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.record import Step
from tool_registry.json_pointer import equal, scalars
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec


def shown_write(
    spec: ToolSpec, arguments: dict[str, Any], steps: Sequence[Step], tools: Mapping[str, ToolSpec]
) -> Step | None:
    """Return the last write whose effect the read may show, or None when it was shown since or there is none.

    That is a write of the same category whose arguments or result share a value with the read's arguments, or any
    where the read takes none.
    """
    if effective(spec).read_only is not True:
        return None
    values = [value for _, value in scalars(arguments)]
    for step in reversed(steps):
        tool = tools.get(step.tool)
        if tool is None or tool.category != spec.category:
            continue
        if step.tool == spec.name and equal(step.arguments, arguments):
            return None
        known = [value for part in (step.arguments, step.result) for _, value in scalars(part)]
        is_about_it = not values or any(equal(value, other) for value in values for other in known)
        if is_about_it and effective(tool).read_only is False:
            return step
    return None
