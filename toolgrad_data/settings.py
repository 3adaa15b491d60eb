"""What a run is asked to be: from a TOML file, the command line and the defaults."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.context import Context
from toolgrad_data.errors import UsageError

# Settings whose option is shorter than the name; a file may use either.
OPTION_NAMES = {"tool_timeout_s": "tool_timeout", "request_timeout_s": "request_timeout"}

# Values that may hold a secret and are never printed.
_UNSHOWN = {"base_url", "extra_body", "model_settings"}


class RunSettings(BaseModel):
    """A run: which samples, where they go, and the `Context` that all of them share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    samples: Annotated[int, Field(ge=1, le=10_000_000, description="Samples to make, rejected ones included.")]
    seed: Annotated[int, Field(ge=0, lt=2**63, description="The same seed gives the same records.")] = 0
    out: Annotated[Path, Field(description="Folder of the run.")]
    concurrency: Annotated[int, Field(ge=1, le=1024, description="Samples under way at once.")] = 8
    context: Context = Context()


def setting_names() -> list[str]:
    """Return the names that a configuration file may use."""
    run = [name for name in RunSettings.model_fields if name != "context"]
    return [*run, *Context.model_fields]


def run_settings(options: Mapping[str, Any], config: Path | None = None) -> RunSettings:
    """Return validated settings: an option that is not None wins over the file, the file over the default.

    `options` is keyed by setting names. Raises UsageError: the setting, the value and what is allowed.
    """
    values = read_config(config) if config else {}
    values.update({name: value for name, value in options.items() if value is not None})
    for name in ("samples", "out"):
        if name not in values:
            raise UsageError(
                f"{option(name)} is missing: give it on the command line or in a file with --config.\n"
                "Example: toolgrad generate --samples 20 --seed 1 --out runs/first"
            )
    context = {name: value for name, value in values.items() if name in Context.model_fields}
    run = {name: value for name, value in values.items() if name not in context}
    try:
        return RunSettings(**run, context=Context.model_validate(context))
    except ValidationError as error:
        raise UsageError(_in_words(error)) from error


def context_settings(options: Mapping[str, Any], config: Path | None = None) -> Context:
    """Return the `Context` alone, for commands that make no run; a run's own settings are left aside."""
    values = read_config(config) if config else {}
    values.update({name: value for name, value in options.items() if value is not None})
    try:
        return Context.model_validate({name: value for name, value in values.items() if name in Context.model_fields})
    except ValidationError as error:
        raise UsageError(_in_words(error)) from error


def read_config(path: Path) -> dict[str, Any]:
    """Return the settings in a TOML file by their names. Raises UsageError naming the file and the place."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--config {path}: cannot be read: {error}") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        last = f"at the end of the document, line {text.count(chr(10)) + 1}"
        why = str(error).replace("at end of document", last)
        raise UsageError(f"--config {path}: not TOML: {why}") from error
    allowed = setting_names()
    shorter = {short: name for name, short in OPTION_NAMES.items()}
    values: dict[str, Any] = {}
    for key, value in data.items():
        name = key.replace("-", "_")
        name = shorter.get(name, name)
        if name not in allowed:
            close = get_close_matches(name, allowed, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise UsageError(f"--config {path}: unknown setting {key!r}.{hint}\nAllowed: {', '.join(sorted(allowed))}")
        if name in values:
            raise UsageError(f"--config {path}: {name!r} is set twice, under two spellings")
        values[name] = _tool_specs(value, path) if name == "tools" else value
    return values


def _tool_specs(value: Any, path: Path) -> Any:
    """Return the specs of `[[tools]]` tables; a plain list of specs is left for validation."""
    if not (isinstance(value, list) and any(isinstance(item, dict) for item in value)):
        return value
    specs = []
    for position, table in enumerate(value, start=1):
        if not isinstance(table, dict) or set(table) != {"spec"}:
            given = f"has {', '.join(map(repr, table)) or 'no members'}" if isinstance(table, dict) else "is no table"
            raise UsageError(
                f"--config {path}: [[tools]] number {position} {given}.\n"
                'Allowed: one member, spec. Example: [[tools]] followed by spec = "builtin:geography"'
            )
        specs.append(table["spec"])
    return specs


def option(name: str) -> str:
    """Return a setting's option on the command line."""
    return "--" + OPTION_NAMES.get(name, name).replace("_", "-")


def _in_words(error: ValidationError) -> str:
    fields = {**Context.model_fields, **RunSettings.model_fields}
    lines = []
    for problem in error.errors(include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        message = problem["msg"].removeprefix("Value error, ")
        member = "".join(f".{part}" for part in problem["loc"][1:])
        value = "" if name in _UNSHOWN else f" {problem['input']!r}"
        lines.append(f"{option(name)}{member}{value}: {message[:1].lower()}{message[1:]}")
        if name in fields and fields[name].description:
            lines.append(f"  {option(name)}: {fields[name].description}")
    return "\n".join([*lines, "See: toolgrad generate --help"])
