"""The toolkits by name: ours, and those of installed packages (entry points of `toolgrad.toolkits`).

Each is imported only when its tools are asked for.
"""

from collections import Counter
from typing import Any

from tool_registry.builtin.declare import BuiltinTool, Toolkit
from tool_registry.extensions import ExtensionPoint

#: Modules of this package that hold a toolkit, in the order in which their tools are listed.
_MODULES = (
    "airports",
    "journeys",
    "countries",
    "languages",
    "timezones",
    "cities",
    "sun",
    "moon",
    "astronomy",
    "holidays_kit",
    "working_days",
    "calendar_dates",
    "time_spans",
    "currency",
    "finance",
    "prices",
    "units",
    "trips",
    "identifiers",
    "securities",
    "product_codes",
    "geodesy",
    "chemistry",
    "mathematics",
    "statistics_kit",
    "text",
    "ciphers",
)
#: Ours are a `Toolkit`; others are whatever a Python source takes: functions, LangChain tools, lists, objects.
TOOLKITS: ExtensionPoint[Any] = ExtensionPoint(
    "toolgrad.toolkits",
    "toolkit",
    {module: f"tool_registry.builtin.{module}:KIT" for module in _MODULES},
    lambda value, _: value,
)


def builtin_tools() -> list[BuiltinTool]:
    """Return all built-in tools: those of our toolkits. Raises ValueError when two of them share a name."""
    kits: list[Toolkit] = list(TOOLKITS.own().values())
    tools = [tool for kit in kits for tool in kit.tools]
    twice = [name for name, n in Counter(tool.spec.name for tool in tools).items() if n > 1]
    if twice:
        raise ValueError(f"Built-in tools must have different names; declared twice: {', '.join(twice)}.")
    return tools
