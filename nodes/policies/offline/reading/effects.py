"""What writes do: reads that show it, since who has changed something wants to see it, and writes that do nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.record import Step
from tool_registry.drawing.things import identity_of_parameter
from tool_registry.drawing.value_words import split_words
from tool_registry.json.pointer import equal, scalars
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec

#: What is done to what is there already, as names and descriptions of tools begin.
_CHANGES = frozenset("update updates patch patches edit edits modify modifies change changes set sets adjust".split())


def changes_nothing(spec: ToolSpec, arguments: Mapping[str, Any]) -> bool:
    """Tell whether a call is to change something and says only what: `update_user(id=3)` without a member to change."""
    opening = split_words(spec.name)[:1] + split_words(spec.description[:40])[:1]
    if effective(spec).read_only is True or not _CHANGES.intersection(opening + split_words(spec.name)):
        return False
    return not members_to_change(spec).intersection(arguments) and bool(members_to_change(spec))


def members_to_change(spec: ToolSpec) -> frozenset[str]:
    """Return the parameters that say what a thing is to become, rather than which thing it is."""
    needed = set(spec.parameters.get("required") or ())
    return frozenset(
        name
        for name in spec.parameters.get("properties") or {}
        if name not in needed
        or not identity_of_parameter(spec, name).keys & {"id", "number", "key", "code", "slug", "login"}
    )


def write_to_show(
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
