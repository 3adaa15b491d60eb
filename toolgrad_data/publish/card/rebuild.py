"""How to make a run again: a configuration file and the command."""

import json
import shlex
from typing import Any

from graph.context import Context
from toolgrad_data.runs.run_info import BY_CONTENT, NOT_OF_THE_RECORDS, RunInfo

#: How a model is reached, what may hold a secret, and paths of files that go with no card: a card is public.
PRIVATE = frozenset({*NOT_OF_THE_RECORDS, *BY_CONTENT, "base_url", "extra_body", "model_settings"})


def config_of(run: RunInfo) -> str:
    """Return the TOML with which `toolgrad generate --config` makes the run again: what differs from the defaults."""
    lines = [f"seed = {run.seed}", f"samples = {run.samples}"]
    for name, value in settings_of(run).items():
        lines.append(f"{name} = {toml_value(value)}")
    return "\n".join(lines) + "\n"


def settings_of(run: RunInfo) -> dict[str, Any]:
    """Return the settings that differ from the defaults and may be shown."""
    given = run.settings.model_dump(mode="json", exclude=set(PRIVATE))
    usual = Context().model_dump(mode="json", exclude=set(PRIVATE))
    return {name: value for name, value in given.items() if value != usual[name] and value is not None}


def unshown_settings(run: RunInfo) -> list[str]:
    """Return the names of settings that decide the records, differ from the defaults, and are not shown."""
    given, usual = run.settings.model_dump(mode="json"), Context().model_dump(mode="json")
    return sorted(name for name in PRIVATE - NOT_OF_THE_RECORDS if given.get(name) != usual.get(name))


def generate_command(folder: str, config: str) -> str:
    """Return the command that makes the run again."""
    return shlex.join(["toolgrad", "generate", "--config", config, "--out", folder])


def toml_value(value: Any) -> str:
    """Return a JSON value as TOML has it. Raises ValueError for null, which it has not."""
    if value is None:
        raise ValueError("TOML has no null")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {toml_value(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    # TOML's basic strings know JSON's escapes, but for that of the delete character, which JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
