"""The tools of a run, loaded before anything is written, with failures in words."""

from dataclasses import dataclass

from graph.context import Context
from nodes.views import permissions_of, registry_of
from tool_registry.sources.parse import parse_spec
from tool_registry.spec import ToolSpec
from tool_registry.tool import LoadError
from toolgrad_data.errors import UsageError


@dataclass(frozen=True)
class LoadedTools:
    """What the tool specs of the settings gave. `refused` maps a spec's name to why it does not run."""

    runs: dict[str, ToolSpec]
    refused: dict[str, tuple[ToolSpec, str]]
    problems: list[str]


async def load_tools(context: Context) -> LoadedTools:
    """Load the tools. Raises UsageError when a tool spec cannot be loaded."""
    try:
        registry = await registry_of(context)
    except LoadError as error:
        raise UsageError(f"--tools: {error}") from error
    permissions = permissions_of(context)
    runs: dict[str, ToolSpec] = {}
    refused: dict[str, tuple[ToolSpec, str]] = {}
    for name, spec in registry.specs.items():
        ruling = registry.verdict(name, permissions)
        if ruling.runs:
            runs[name] = spec
        else:
            refused[name] = (spec, ruling.reason)
    return LoadedTools(runs, refused, list(registry.problems))


def require_some(tools: LoadedTools, context: Context) -> dict[str, ToolSpec]:
    """Return the specs that run. Raises UsageError when there is none, saying why."""
    if tools.runs:
        return tools.runs
    given = " ".join(f"--tools {spec}" for spec in context.tools)
    why = [reason for _, reason in tools.refused.values()] + tools.problems
    lines = [f"no tool may run: {given} gave {len(tools.refused)} tools, all of them refused."]
    lines += [f"  {reason}" for reason in why[:5]]
    if len(why) > 5:
        lines.append(f"  … and {len(why) - 5} more")
    lines.append(f"See: toolgrad tools {given}")
    lines.append("Tools that do not say whether they are read-only run with --allow-unannotated.")
    raise UsageError("\n".join(lines))


def check_shares(context: Context, processes: int) -> None:
    """Raise UsageError when a source allows fewer calls at once than there are processes to share them."""
    for text in context.tools:
        try:
            source = parse_spec(text)
        except LoadError:
            continue  # told when it is loaded
        if source.concurrency is not None and source.concurrency < processes:
            raise UsageError(
                f"{processes} processes would share {source.label}, which allows {source.concurrency} calls at once.\n"
                "Lower --workers (with --engine ray: --concurrency), or raise the source's concurrency."
            )
