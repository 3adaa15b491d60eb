"""`toolgrad probe`: learn what tools give, and write it to a file that later runs use."""

from pathlib import Path

from graph.context import Context
from tool_registry.profiles.probing import probe
from tool_registry.profiles.profile import Profile, ToolProfile, write_profile
from tool_registry.registry import get_registry
from tool_registry.tool import LoadError
from toolgrad_data.errors import CliError, UsageError
from toolgrad_data.runs.observer import Observer


async def probe_tools(context: Context, out: Path, calls: int, concurrency: int, observer: Observer) -> Profile:
    """Probe the context's tools, write the profile to `out` and return it.

    Raises UsageError when the tools cannot be loaded, CliError when the file cannot be written.
    """
    try:
        registry = await get_registry(context.tools)
    except LoadError as error:
        raise UsageError(f"--tools: {error}") from error

    def told(name: str, found: ToolProfile) -> None:
        if found.status in ("dead", "unknown"):
            observer.say(f"{name}: {found.status}: {found.reason}")

    profile = await probe(
        [registry.get(name) for name in registry.names],
        calls=calls,
        concurrency=concurrency,
        timeout_s=context.tool_timeout_s,
        max_result_bytes=context.max_result_bytes,
        told=told,
    )
    try:
        write_profile(profile, out)
    except OSError as error:
        raise CliError(f"cannot write {out}: {error.strerror}") from error
    return profile


def profile_words(profile: Profile, out: Path) -> str:
    """Return the outcome in a few lines, the last one saying how to use the file."""
    tools = profile.tools.values()
    counts = {
        status: sum(tool.status == status for tool in tools) for status in ("works", "dead", "unknown", "skipped")
    }
    learned = sum(tool.output_schema is not None for tool in tools)
    said = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    return (
        f"Probed {len(profile.tools)} tools with {sum(tool.calls for tool in tools)} calls: {said}.\n"
        f"Learned the results of {learned} tools that declare none.\n"
        f"Written to {out}. To use it, name it after the tools: --tools SPEC --tools profile:{out}"
    )
