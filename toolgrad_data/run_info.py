"""`run.json`: what a run was asked to be, and whether a second command asks for the same."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from graph.context import Context
from tool_registry.spec import ToolSpec
from toolgrad_data import other_files
from toolgrad_data.settings import OPTION_NAMES, RunSettings

# How models are reached, paid for and waited for, not what they answer: these may change while a run goes on.
NOT_OF_THE_RECORDS = frozenset({"api_key_env", "request_timeout_s", "requests_per_minute", "response_cache", "prices"})


class RunInfo(BaseModel):
    """What decides a run's records, and what made them; no secret, as settings are names and limits only."""

    model_config = ConfigDict(extra="forbid")

    schema_version: Literal[1] = 1
    fingerprint: Annotated[
        str,
        Field(description="SHA-256 of seed, settings and tool specs: what decides the records."),
    ]
    seed: int
    samples: Annotated[int, Field(description="Samples asked for so far; a later command may ask for more.")]
    settings: Annotated[Context, Field(description="Settings that decide the records.")]
    distinct_from: Annotated[
        dict[str, str], Field(description="Files that no record may be like: the SHA-256 of each, by name.")
    ] = {}
    tools: Annotated[dict[str, str], Field(description="Tools that may run: the SHA-256 of each one's spec, by name.")]
    versions: dict[str, str]
    created_at: Annotated[str, Field(description="ISO 8601 in UTC.")]


class Difference(NamedTuple):
    """A setting in which a command differs from the run that it would continue."""

    setting: str
    run: str
    yours: str


def new_run_info(settings: RunSettings, tools: Mapping[str, ToolSpec]) -> RunInfo:
    """Return the description of a run that starts now with these tools.

    Raises UsageError for a file of `distinct_from` that cannot be read.
    """
    digests = {name: _digest(tools[name].model_dump(mode="json")) for name in sorted(tools)}
    others = other_files.digests(settings.distinct_from)
    identity = {"seed": settings.seed, "settings": _deciding(settings.context), "tools": digests}
    if others:
        identity["distinct_from"] = sorted(others.values())
    return RunInfo(
        fingerprint=_digest(identity),
        seed=settings.seed,
        samples=settings.samples,
        settings=settings.context,
        distinct_from=others,
        tools=digests,
        versions=versions(),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def differences(run: RunInfo, yours: RunInfo) -> list[Difference]:
    """Return what changes the records between a run and a command, in the order of the settings."""
    found = []
    if run.seed != yours.seed:
        found.append(Difference("seed", str(run.seed), str(yours.seed)))
    old, new = _deciding(run.settings), _deciding(yours.settings)
    found += [
        Difference(OPTION_NAMES.get(name, name), _shown(old[name]), _shown(new[name]))
        for name in new
        if old[name] != new[name]
    ]
    if sorted(run.distinct_from.values()) != sorted(yours.distinct_from.values()):
        found.append(Difference("distinct_from", _files(run.distinct_from), _files(yours.distinct_from)))
    for name in sorted(run.tools.keys() | yours.tools.keys()):
        before, now = run.tools.get(name), yours.tools.get(name)
        if before != now:
            found.append(Difference(f"tool {name}", _presence(before, now), _presence(now, before)))
    return found


def versions() -> dict[str, str]:
    """Return the versions that may change records."""
    return {
        "toolgrad": version("toolgrad-langgraph"),
        "langgraph": version("langgraph"),
        "langchain-core": version("langchain-core"),
    }


def _deciding(context: Context) -> dict[str, Any]:
    return context.model_dump(mode="json", exclude=set(NOT_OF_THE_RECORDS))


def _files(files: dict[str, str]) -> str:
    return ", ".join(f"{name} ({digest[:8]})" for name, digest in files.items()) or "none"


def _presence(mine: str | None, other: str | None) -> str:
    if mine is None:
        return "absent"
    return "present" if other is None else f"spec {mine[:8]}"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    # surrogatepass: a tool's description may hold anything, and its digest must still exist.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
