"""The screens of packages that a command names, looked for before anything is made or read."""

from collections.abc import Iterable

from nodes.screens.kinds import SCREENS
from tool_registry.extensions import ExtensionError
from toolgrad_data.errors import UsageError


def check_screens(names: Iterable[str]) -> None:
    """Raise UsageError, with what there is, for a name that no screen has or whose screen cannot be used."""
    for name in names:
        try:
            SCREENS.get(name)
        except ExtensionError as error:
            raise UsageError(f"--screens {name}: {error}") from error
