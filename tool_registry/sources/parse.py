"""Reading a tool spec such as `builtin:travel`, `mcp:servers.json` or `config:{…}`."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from tool_registry.extensions import ExtensionError
from tool_registry.json.pointer import equal
from tool_registry.sources.config import PREFIX, SourceConfig, config_of_text, in_words
from tool_registry.sources.kinds import SOURCES, spec_forms
from tool_registry.tool import LoadError


@dataclass(frozen=True)
class PythonSource:
    """An attribute (dotted for a nested one) of a module or, when `module` ends in .py, of a file."""

    module: str
    attribute: str

    @property
    def is_file(self) -> bool:
        """Whether `module` is the path of a file."""
        return self.module.endswith(".py")


def parse_spec(text: str) -> SourceConfig:
    """Return what a spec asks for. Raises LoadError that says the allowed forms."""
    if text.strip().startswith(PREFIX):
        config = config_of_text(text)
        SOURCES.get(config.kind).check_target(config.target)
        return config
    name, colon, target = text.strip().partition(":")
    target = target.strip()
    if name not in SOURCES.own_names and SOURCES.plugin(name) is None:
        raise LoadError(_unknown(text, name))
    try:
        kind = SOURCES.get(name)
    except ExtensionError as error:
        raise LoadError(f"tool spec {text!r}: {error}") from error
    if not kind.has_short_form:
        raise LoadError(_unknown(text, name))
    kind.check_target(target)
    if kind.example and not target:
        raise LoadError(
            f"tool spec {text!r} names nothing after the colon: write {name}:{kind.example}. {spec_forms()}"
        )
    if colon and not target:
        raise LoadError(f"tool spec {text!r} names no category after the colon. {spec_forms()}")
    try:
        return SourceConfig(kind=name, target=target)
    except ValidationError as error:
        raise LoadError(f"tool spec {text!r}: {in_words(error)}") from error


def _unknown(text: str, kind: str) -> str:
    close = get_close_matches(kind.lower(), SOURCES.names(), n=1)
    if text.endswith(".py") or ".py:" in text:
        close = [f"python:{text}"]
    meant = f" Did you mean {close[0]}?" if close else ""
    return f"unknown tool spec {text!r}.{meant} {spec_forms()}"


def context_values(specs: tuple[str, ...]) -> dict[str, Any]:
    """Return the `context` values of all sources together: what the records' `context.vars` hold.

    Raises LoadError for two sources that give one name different values, and as `parse_spec` does.
    """
    values: dict[str, Any] = {}
    said_by: dict[str, str] = {}
    for text in specs:
        # Only those can have any: this is asked for at every node.
        if not text.lstrip().startswith(PREFIX):
            continue
        config = parse_spec(text)
        for name, value in config.context.items():
            if name in values and not equal(values[name], value):
                raise LoadError(
                    f"context {name!r} is one value for {said_by[name]} and another for {config.label}. "
                    "A record has one context: give both the same, or make two runs."
                )
            values[name], said_by[name] = value, config.label
    return values


def python_source(target: str) -> PythonSource:
    """Return the module and attribute of `package.module:attribute` or `file.py:attribute`.

    Raises LoadError that says the allowed forms.
    """
    module, _, attribute = target.rpartition(":")
    text = f"python:{target}"
    if not module or not attribute:
        hint = f"python:{target}:ATTRIBUTE" if target and not attribute.endswith(".py") else None
        hint = f"python:{attribute}:ATTRIBUTE" if attribute.endswith(".py") else hint
        wanted = f" Did you mean {hint}?" if hint else ""
        raise LoadError(f"tool spec {text!r} names no attribute of a module.{wanted} {spec_forms()}")
    named = attribute.split(".") if module.endswith(".py") else [*module.split("."), *attribute.split(".")]
    if not all(part.isidentifier() for part in named):
        raise LoadError(f"tool spec {text!r} names no Python module and attribute. {spec_forms()}")
    return PythonSource(module, attribute)
