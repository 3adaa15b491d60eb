"""What installed packages add to the names that an option takes: told on a command's page, read when it is shown."""

from collections.abc import Callable
from typing import Any

from typer.core import TyperCommand


class CommandWithPlugins(TyperCommand):
    """A command whose page tells, with the options that take names, those of installed packages."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page."""
        for parameter in self.params:
            names_of = _NAMES_OF.get((self.name or "", parameter.name or ""))
            added = names_of() if names_of is not None else []
            words = f" Installed packages add {', '.join(added)}."
            if added and not str(parameter.help).endswith(words):  # type: ignore[attr-defined]
                parameter.help = f"{parameter.help}{words}"  # type: ignore[attr-defined]
        super().format_help(ctx, formatter)


# Imported when a page is shown: `toolgrad --help` lists commands, and shows no page of theirs.
def _formats() -> list[str]:
    from toolgrad_data.export.formats import FORMATS

    return FORMATS.names()[len(FORMATS.own_names) :]


def _sources() -> list[str]:
    from tool_registry.builtin import TOOLKITS
    from tool_registry.sources.kinds import SOURCES

    toolkits = TOOLKITS.names()[len(TOOLKITS.own_names) :]
    return [*SOURCES.names()[len(SOURCES.own_names) :], *(f"toolkit:{name}" for name in toolkits)]


def _policies() -> list[str]:
    from nodes.policies.kinds import POLICIES

    return POLICIES.names()[len(POLICIES.own_names) :]


def _screens() -> list[str]:
    from nodes.screens.kinds import SCREENS

    return SCREENS.names()[len(SCREENS.own_names) :]


#: By command and parameter.
_NAMES_OF: dict[tuple[str, str], Callable[[], list[str]]] = {
    ("export", "format"): _formats,
    ("push", "format"): _formats,
    **{(command, "tools"): _sources for command in ("generate", "tools", "probe", "verify")},
    **{("generate", decider): _policies for decider in ("policy", "proposer", "critic", "planner", "writer")},
    **{(command, "screens"): _screens for command in ("generate", "verify")},
}
