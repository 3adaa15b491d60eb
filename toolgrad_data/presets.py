"""Presets: sets of options by name, in a table beside this module. What is given beside a preset wins over it."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

from toolgrad_data.errors import UsageError

_FILE = Path(__file__).with_name("presets.toml")


@cache
def presets() -> dict[str, dict[str, Any]]:
    """Return the presets by name: `about` in words, and the options of each command."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def described() -> str:
    """Return the presets' names, each with what it is, for helps."""
    return "; ".join(f"{name}: {preset['about']}" for name, preset in presets().items())


def preset_options(name: str, command: Literal["generate", "export"]) -> dict[str, Any]:
    """Return a preset's options of a command, by the settings' names. Raises UsageError for an unknown name."""
    if name not in presets():
        raise UsageError(f"--preset {name}: there is no such preset. Allowed: {', '.join(presets())}")
    return dict(presets()[name].get(command, {}))
