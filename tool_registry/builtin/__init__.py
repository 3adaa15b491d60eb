"""The built-in offline tools, a module and a page of phrases a domain; README.md tells how to add one."""

from typing import Any

from tool_registry.extensions import ExtensionPoint

#: Modules of this package that hold a toolkit, in the order in which their tools are listed.
_MODULES = (
    "airports journeys countries languages timezones cities sun moon astronomy holidays_kit working_days "
    "calendar_dates time_spans currency finance prices units trips identifiers securities product_codes geodesy "
    "chemistry mathematics statistics_kit text ciphers shared_costs meetings "
    "checklists text_tidying recipes household_money grading shapes polls simple_physics training_log tours"
).split()

#: The toolkits by name, ours and those of installed packages (entry points of `toolgrad.toolkits`): whatever a Python
#: source takes, ours lists of functions. Each is imported only when its tools are asked for.
TOOLKITS: ExtensionPoint[Any] = ExtensionPoint(
    "toolgrad.toolkits",
    "toolkit",
    {module: f"{__name__}.{module}:TOOLS" for module in _MODULES},
    lambda value, _: value,
)
