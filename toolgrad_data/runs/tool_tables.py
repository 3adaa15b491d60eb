"""The `[[tools]]` tables of a configuration file, one a source, as the tool specs that settings keep."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tool_registry.sources.config import SourceConfig, problems_of
from tool_registry.sources.parse import parse_spec
from tool_registry.tool import LoadError
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.toml_lines import line_of

#: A member of a table that is no setting: `spec = "mcp:servers.json"` stands for kind and target.
_SPEC = "spec"


def tool_specs(value: Any, text: str, path: Path) -> Any:
    """Return the specs of `[[tools]]` tables; a plain list of specs is left for validation.

    `text` is the file's, for the lines in messages. Raises UsageError naming every mistake with its line.
    """
    if not (isinstance(value, list) and any(isinstance(item, dict) for item in value)):
        return value
    specs: list[str] = []
    wrong: list[str] = []
    named: dict[str, int] = {}

    def report(position: int, member: Iterable[str | int], message: str) -> None:
        line = line_of(text, ("tools", position, *member))
        wrong.append(f"--config {path}, line {line}: [[tools]] number {position + 1}: {message}")

    for position, table in enumerate(value):
        if not isinstance(table, dict):
            report(position, (), f"{table!r} stands among tables: write it as a table with spec = {str(table)!r}")
            continue
        try:
            config = _config(table)
        except ValidationError as error:
            for member, message in problems_of(error):
                report(position, member.split(".", 2) if member else (), _said(member, message))
        except LoadError as error:
            report(position, (_SPEC,) if _SPEC in table else ("target",), str(error))
        else:
            if config.name in named and config.name is not None:
                report(position, ("name",), f"name: {config.name!r} is number {named[config.name]}'s already")
            named[config.name or ""] = position + 1
            specs.append(config.as_spec())
    if wrong:
        raise UsageError("\n".join([*wrong, "See: docs/tools.md"]))
    return specs


def _config(table: dict[str, Any]) -> SourceConfig:
    settings = {name.replace("-", "_"): member for name, member in table.items()}
    if _SPEC in settings:
        spec = settings.pop(_SPEC)
        beside = sorted({"kind", "target"} & settings.keys())
        if beside:
            raise LoadError(
                f"spec {spec!r} says kind and target already; {' and '.join(beside)} cannot stand beside it"
            )
        short = parse_spec(str(spec))
        settings.update(kind=short.kind, target=short.target)
    config = SourceConfig.model_validate(settings)
    # What a spec of that form would be refused for.
    parse_spec(config.as_spec())
    return config


def _said(member: str, message: str) -> str:
    if member == "kind" and message == "Field required":
        return 'no kind is given. Write spec = "mcp:servers.json", or kind and target'
    if not message.startswith("unknown. Allowed"):
        return f"{member}: {message}" if member else message
    last = member.rpartition(".")[2]
    allowed = [*SourceConfig.model_fields, _SPEC]
    close = get_close_matches(last, allowed, n=1)
    meant = f" Did you mean {close[0]!r}?" if close else ""
    return f"unknown setting {last!r}.{meant} {message.removeprefix('unknown. ')}"
