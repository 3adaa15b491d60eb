"""What installed packages add, each imported to see whether it can be used, and what cannot be, with the reason."""

import json

from nodes.policies.kinds import POLICIES
from nodes.screens.kinds import SCREENS
from tool_registry.builtin import TOOLKITS
from tool_registry.extensions import ExtensionPoint, Plugin
from tool_registry.sources.kinds import SOURCES
from toolgrad_data.export.formats import FORMATS

#: In the order in which they are shown.
POINTS: tuple[ExtensionPoint[object], ...] = (SOURCES, TOOLKITS, POLICIES, SCREENS, FORMATS)  # type: ignore[assignment]


def plugins_as_json() -> str:
    """Return `{"plugins": [{group, name, value, distribution, version}], "problems": [str]}` as JSON text."""
    plugins, problems = [], []
    for point in POINTS:
        usable, wrong = _of(point)
        plugins += [vars(plugin) for plugin in usable]
        problems += wrong
    return json.dumps({"plugins": plugins, "problems": problems}, ensure_ascii=False, indent=2)


def plugins_view() -> str:
    """Return a line for each plugin, by what it adds to."""
    lines = []
    for point in POINTS:
        usable, problems = _of(point)
        if usable or problems:
            lines.append(point.group)
            lines += [f"  {plugin.name:<16} {plugin.package}  {plugin.value}" for plugin in usable]
            lines += [f"  not usable: {problem}" for problem in problems]
    return "\n".join(lines) or "No installed package adds anything. How one does: docs/extending.md"


def _of(point: ExtensionPoint[object]) -> tuple[list[Plugin], list[str]]:
    found, problems = point.everything()
    return [plugin for name in found if (plugin := point.plugin(name)) is not None], problems
