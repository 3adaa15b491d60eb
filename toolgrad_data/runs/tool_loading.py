"""The tools of a run, loaded before anything is written, with failures in words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from graph.context import Context
from graph.mix import parse_arguments
from nodes.rules.loading import make_ready, renew_rules
from nodes.rules.reading import RulesFileError
from tool_registry.drawing.argument_kinds import parameters_of_kind
from tool_registry.registry import get_registry
from tool_registry.sources.parse import parse_spec
from tool_registry.spec import ToolSpec
from tool_registry.tool import LoadError
from toolgrad_data.errors import UsageError

#: Names of tools behind a reason that many were skipped for.
_NAMES = 3
# Of what cannot be loaded, as a run tells it.
_TOLD = 20
_SKIPPED = " is skipped: "


@dataclass(frozen=True)
class LoadedTools:
    """What the tool specs of the settings gave. `refused` maps a spec's name to why it does not run."""

    runs: dict[str, ToolSpec]
    refused: dict[str, tuple[ToolSpec, str]]
    problems: list[str]


async def load_tools(context: Context) -> LoadedTools:
    """Load the tools, and read the rules anew. Raises UsageError for a tool spec or rules that cannot be loaded."""
    try:
        registry = await get_registry(context.tools)
        renew_rules(context)
        await make_ready(context, registry)
    except RulesFileError as error:
        raise UsageError(f"--rules {error}") from error
    except LoadError as error:
        raise UsageError(f"--tools: {error}") from error
    permissions = context.permissions
    runs: dict[str, ToolSpec] = {}
    refused: dict[str, tuple[ToolSpec, str]] = {}
    for name, spec in registry.specs.items():
        ruling = registry.verdict(name, permissions)
        if ruling.runs:
            runs[name] = spec
        else:
            refused[name] = (spec, ruling.reason)
    return LoadedTools(runs, refused, list(registry.problems))


async def load_tools_again(context: Context, of_run: Context | None) -> dict[str, ToolSpec]:
    """Load the tools, which may be those that a run was made with, and return the specs that run. Raises UsageError."""
    try:
        return require_some(await load_tools(context), context)
    except UsageError as error:
        if of_run is None or of_run.tools != context.tools:
            raise
        raise UsageError(
            f"{error}\nIt was made with these tools, and none was given here. Run the command in the folder where it "
            "was made, or name tools with --tools."
        ) from error


async def any_tool_runs(context: Context, without: Collection[str]) -> bool:
    """Say whether a tool may run that is not among these."""
    registry = await get_registry(context.tools)
    mine = frozenset(name for name in without if name in registry)
    pool = registry.pool(context.permissions, mine)
    return len(pool) > sum(name in pool for name in mine)


def unreachable_arguments(context: Context, runs: Collection[ToolSpec]) -> list[str]:
    """Return, in words, which kinds of arguments the samples are to have that no tool takes."""
    kinds = [kind for kind, share in parse_arguments(context.arguments).items() if share and kind != "any"]
    missing = [kind for kind in kinds if not any(parameters_of_kind(spec, kind) for spec in runs)]
    return [
        f"--arguments {context.arguments!r}: no tool takes {kind}; such samples are made of what there is"
        for kind in missing
    ]


def require_some(tools: LoadedTools, context: Context) -> dict[str, ToolSpec]:
    """Return the specs that run. Raises UsageError when there is none, saying why."""
    if tools.runs:
        return tools.runs
    given = " ".join(f"--tools {spec}" for spec in context.tools)
    why = [reason for _, reason in tools.refused.values()] + group_problems(tools.problems, _NAMES)
    lines = [f"no tool may run: {given} gave {len(tools.refused)} tools, all of them refused."]
    lines += [f"  {reason}" for reason in why[:5]]
    if len(why) > 5:
        lines.append(f"  … and {len(why) - 5} more")
    lines.append(f"See: toolgrad tools {given}")
    lines.append("Tools that do not say whether they are read-only run with --allow-unannotated.")
    raise UsageError("\n".join(lines))


def group_problems(problems: Iterable[str], names: int | None = None) -> list[str]:
    """Return the problems with each reason told once: for what was skipped first, and the others' names after it.

    At most `names` of them. A problem reads "SOURCE: WHAT is skipped: REASON".
    """
    alike: dict[tuple[str, str], list[str]] = {}
    for problem in dict.fromkeys(problems):
        head, skipped, reason = problem.partition(_SKIPPED)
        source, colon, what = head.rpartition(": ") if skipped else ("", "", problem)
        alike.setdefault((f"{source}{colon}", f"{skipped}{reason}" if skipped else problem), []).append(what)
    said = []
    for (source, reason), whats in alike.items():
        first, *others = whats
        shown = others if names is None else others[:names]
        more = f" and {len(others) - len(shown)} more" if len(others) > len(shown) else ""
        so = f" (as {'are' if len(others) > 1 else 'is'} {', '.join(shown)}{more})" if others else ""
        said.append(f"{source}{first}{reason}{so}" if reason.startswith(_SKIPPED) else f"{reason}")
    return said


def told_problems(problems: Iterable[str]) -> list[str]:
    """Return the problems as a run tells them: a library of thousands of tools may have as many."""
    grouped = group_problems(problems, _NAMES)
    more = len(grouped) - _TOLD
    return grouped[:_TOLD] + ([f"… and {more} more; all of them: toolgrad tools"] if more > 0 else [])


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
