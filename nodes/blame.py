"""Which tool a decision or a proof fails for, found by making it again with each tool alone.

For work that costs nothing and does not attribute its parts itself (`tool_registry.calling.crashes.attributed_to`).
"""

from collections.abc import Awaitable, Callable, Iterable

from tool_registry.calling.crashes import attribute, tool_of


async def blame(error: Exception, tools: Iterable[str], trial: Callable[[str | None], Awaitable[object]]) -> None:
    """Attribute the exception to the first tool with which alone `trial` raises one of its class.

    Only where it does not with another, or with none at all: what fails with every tool is no tool's fault.
    """
    if tool_of(error) is not None:
        return
    failing: str | None = None
    control = False
    for tool in (None, *dict.fromkeys(tools)):
        try:
            await trial(tool)
        except Exception as other:
            failing = failing or (tool if type(other) is type(error) else None)
        else:
            control = True
    if failing is not None and control:
        attribute(error, failing)
