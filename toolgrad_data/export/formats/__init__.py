"""The formats by name: ours, and those of installed packages (entry points of `toolgrad.formats`)."""

import difflib
from typing import TYPE_CHECKING, Any

from tool_registry.extensions import ExtensionError, ExtensionPoint
from toolgrad_data.errors import UsageError

if TYPE_CHECKING:
    from toolgrad_data.export.format import Format


def _check_format(value: Any, name: str) -> "Format":
    # Here: the page of `toolgrad export --help` lists names, and needs no format.
    from toolgrad_data.export.format import Format

    format = value() if isinstance(value, type) and issubclass(value, Format) else value
    if not isinstance(format, Format):
        raise ValueError(
            f"is of type {type(value).__name__}; it must be a class derived from Format of "
            "toolgrad_data.export.format, or an instance of one"
        )
    for member in ("name", "about"):
        if not isinstance(getattr(format, member, None), str):
            raise ValueError(f"lacks the text `{member}`")
    if format.name != name:
        raise ValueError(f"has the `name` {format.name!r}, which must be {name!r}, as the entry point is called")
    return format


FORMATS: "ExtensionPoint[Format]" = ExtensionPoint(
    "toolgrad.formats",
    "export format",
    {
        "trl": "toolgrad_data.export.formats.trl:Trl",
        "trl-completion": "toolgrad_data.export.formats.trl_completion:TrlCompletion",
        "trl-preference": "toolgrad_data.export.formats.trl_preference:TrlPreference",
        "openai": "toolgrad_data.export.formats.openai:OpenAI",
        "bfcl": "toolgrad_data.export.formats.bfcl:Bfcl",
        "python-calls": "toolgrad_data.export.formats.python_calls:PythonCalls",
        "hermes": "toolgrad_data.export.formats.hermes:Hermes",
        "sharegpt": "toolgrad_data.export.formats.sharegpt:ShareGpt",
        "llamafactory": "toolgrad_data.export.formats.llamafactory:LlamaFactory",
        "axolotl": "toolgrad_data.export.formats.axolotl:Axolotl",
        "xlam": "toolgrad_data.export.formats.xlam:Xlam",
        "toolllama": "toolgrad_data.export.formats.toolllama:ToolLlama",
        "parquet": "toolgrad_data.export.formats.parquet:Parquet",
    },
    _check_format,
)


def format_named(name: str) -> "Format":
    """Return the format. Raises UsageError with what there is."""
    try:
        return FORMATS.get(name)
    except ExtensionError as error:
        known, problems = FORMATS.everything()
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        said = str(error) if FORMATS.plugin(name) else f"no such format.{hint}"
        listed = [f"  {format.name:<15} {format.about}" for format in known.values()]
        left_out = [f"  {problem}" for problem in problems if problem != str(error)]
        lines = [f"--format {name}: {said}", "There are:", *listed, *(["Left out:", *left_out] if left_out else [])]
        raise UsageError("\n".join(lines)) from error
