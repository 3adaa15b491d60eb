"""What must not be offered in a dialogue that refuses a wish because nothing there can grant it."""

from collections.abc import Callable

from graph.record import Record
from toolgrad_data.export.datasets.likeness import ALIKE, ToolIndex
from toolgrad_data.export.step_usage import tools_lacking


def would_grant(record: Record, index: ToolIndex) -> Callable[[str], bool]:
    """Return what says of a tool whether it might do what the record refuses for want of a tool.

    The tool itself, one of its category, or one that is like it. Where the pool does not know the tool, only what the
    record's own sample was offered is certain not to.
    """
    lacking = tools_lacking(record)
    known = [name for name in lacking if name in index]
    categories = {index.specs[name].category for name in known}
    offered = frozenset(record.offered)

    def might(name: str) -> bool:
        if not lacking or name not in index:
            return name in lacking
        if name in lacking or index.specs[name].category in categories:
            return True
        if len(known) < len(lacking) and name not in offered:
            return True
        return any(index.likeness(own, name) >= ALIKE for own in known)

    return might
