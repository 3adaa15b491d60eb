"""Which installed packages decide what is in a record: their sources, toolkits, policies and screens."""

from collections.abc import Iterable, Iterator

from graph.context import Context
from nodes.policies.kinds import POLICIES
from nodes.screens.kinds import SCREENS
from tool_registry.builtin import TOOLKITS
from tool_registry.extensions import Plugin
from tool_registry.sources.kinds import SOURCES
from tool_registry.sources.parse import parse_spec
from tool_registry.tool import LoadError

#: How the keys of plugins begin among versions: `toolgrad.screens:polite`.
PREFIX = "toolgrad."
#: Those of tools, which may be mended while a run goes on.
OF_TOOLS = (f"{SOURCES.group}:", f"{TOOLKITS.group}:")
#: That of screens, by which a record says which ones it has passed.
OF_SCREENS = f"{SCREENS.group}:"


def plugin_versions(context: Context) -> dict[str, str]:
    """Return the package and version of each plugin that the settings name, by group and name; empty for ours alone."""
    policies = (context.proposer, context.critic, context.planner, context.writer)
    plugins = [
        *_of_tools(context.tools),
        *(POLICIES.plugin(name.partition(":")[0].strip()) for name in policies),
        *(SCREENS.plugin(name) for name in context.screens),
    ]
    return dict(sorted((f"{plugin.group}:{plugin.name}", plugin.package) for plugin in plugins if plugin is not None))


def _of_tools(specs: Iterable[str]) -> Iterator[Plugin | None]:
    for text in specs:
        try:
            source = parse_spec(text)
        except LoadError:
            continue  # a profile, or told when it is loaded
        yield SOURCES.plugin(source.kind)
        if source.kind == "toolkit":
            yield TOOLKITS.plugin(source.target)
