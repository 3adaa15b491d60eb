"""The catalogue of built-in tools: every toolkit, imported only when the tools are asked for."""

from collections import Counter
from importlib import import_module

from tool_registry.toolkits.declare import BuiltinTool, Toolkit

#: Modules of this package that hold a toolkit, in the order in which their tools are listed.
MODULES = (
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


def builtin_tools() -> list[BuiltinTool]:
    """Return all built-in tools. Raises ValueError when two of them share a name."""
    kits: list[Toolkit] = [import_module(f"tool_registry.toolkits.{module}").KIT for module in MODULES]
    tools = [tool for kit in kits for tool in kit.tools]
    twice = [name for name, n in Counter(tool.spec.name for tool in tools).items() if n > 1]
    if twice:
        raise ValueError(f"Built-in tools must have different names; declared twice: {', '.join(twice)}.")
    return tools
