"""`run.json`: what a run was asked to be, and whether a second command asks for the same."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from graph.context import Context
from graph.option import plain_name
from graph.record import SCHEMA_VERSION
from graph.state import WORKFLOW
from nodes.ingredients.files import KINDS
from nodes.plugins import OF_TOOLS, PREFIX, plugin_versions
from tool_registry.sources.parse import parse_spec
from tool_registry.spec import ToolSpec
from tool_registry.tool import LoadError
from toolgrad_data.runs import distinct_from as other_files
from toolgrad_data.runs.ingredient_files import ingredient_digests
from toolgrad_data.runs.rules_file import rules_digest
from toolgrad_data.runs.settings import Method, RunSettings

# How models are reached, paid for and waited for, not what they answer: these may change while a run goes on.
NOT_OF_THE_RECORDS = frozenset({"api_key_env", "request_timeout_s", "requests_per_minute", "response_cache", "prices"})
# Files that are known by their content, wherever they are.
BY_CONTENT = frozenset({*KINDS, "rules"})


class LeftOut(BaseModel):
    """A tool that crashed so many samples that those begun after it do without."""

    model_config = ConfigDict(extra="forbid")

    samples: Annotated[list[str], Field(description="Ids of the samples that it crashed.")]
    error: Annotated[str, Field(description="The last exception and its place.")]


class Round(BaseModel):
    """One `--again`: rejected samples that were made anew, and what was replaced for it."""

    model_config = ConfigDict(extra="forbid")

    begun_at: Annotated[str, Field(description="ISO 8601 in UTC.")]
    samples: Annotated[int, Field(description="Rejected samples that were to be made anew.")]
    state: Annotated[
        Literal["moving", "making", "made"],
        Field(description="Their lines are being moved, they are being made, no sample is missing."),
    ]
    earlier_bytes: Annotated[
        int, Field(description="Size of rejected.earlier.jsonl before their lines were moved.")
    ] = 0
    fingerprint: Annotated[str, Field(description="The run's until then.")]
    tools: Annotated[dict[str, str], Field(description="Tools until then: the SHA-256 of each one's spec, by name.")]
    sources: Annotated[list[str], Field(description="The setting `tools` until then.")]
    left_out: Annotated[dict[str, LeftOut], Field(description="Tools that were left out until then.")] = {}


class RunInfo(BaseModel):
    """What decides a run's records, and what made them; no secret, as settings are names and limits only."""

    model_config = ConfigDict(extra="forbid")

    schema_version: Annotated[Literal[1, 2], Field(description="That of the run's records.")] = SCHEMA_VERSION
    workflow: Annotated[int, Field(description="Edition of the workflow that makes its samples.")] = 1
    fingerprint: Annotated[
        str,
        Field(description="SHA-256 of seed, settings and tool specs: what decides the records."),
    ]
    seed: int
    samples: Annotated[int, Field(description="Samples asked for so far; a later command may ask for more.")]
    method: Annotated[Method, Field(description="Which workflow makes its samples.")] = "answer-first"
    preset: Annotated[str | None, Field(description="The preset that its settings began with, where one did.")] = None
    settings: Annotated[Context, Field(description="Settings that decide the records.")]
    distinct_from: Annotated[
        dict[str, str], Field(description="Files that no record may be like: the SHA-256 of each, by name.")
    ] = {}
    ingredient_files: Annotated[
        dict[str, str], Field(description="Files that ingredients are drawn from: the SHA-256 of each, by the setting.")
    ] = {}
    rules: Annotated[str | None, Field(description="SHA-256 of the rules file.")] = None
    tools: Annotated[dict[str, str], Field(description="Tools that may run: the SHA-256 of each one's spec, by name.")]
    left_out: Annotated[
        dict[str, LeftOut], Field(description="Tools that crashed two samples; later ones do without.")
    ] = {}
    rounds: Annotated[list[Round], Field(description="What `--again` has made anew, oldest first.")] = []
    versions: Annotated[
        dict[str, str],
        Field(description="Of what makes the records; of plugins, such as toolgrad.screens:NAME, package and version."),
    ]
    created_at: Annotated[str, Field(description="ISO 8601 in UTC.")]

    @field_validator("settings", mode="before")
    @classmethod
    def _earlier_versions_made_single_turns(cls, value: Any) -> Any:
        return {"turns": "1:100", **value} if isinstance(value, dict) else value


class Difference(NamedTuple):
    """A setting in which a command differs from the run that it would continue."""

    setting: str
    run: str
    yours: str


def new_run_info(settings: RunSettings, tools: Mapping[str, ToolSpec]) -> RunInfo:
    """Return the description of a run that starts now with these tools.

    Raises UsageError for a file of `distinct_from` or of ingredients that cannot be read.
    """
    digests = {name: digest(tools[name].model_dump(mode="json")) for name in sorted(tools)}
    others = other_files.digests(settings.distinct_from)
    identity = {"seed": settings.seed, "settings": _deciding(settings.context), "tools": digests}
    if plugins := plugin_versions(settings.context):
        identity["plugins"] = plugins
    if settings.method != "answer-first":
        identity["method"] = settings.method
    if others:
        identity["distinct_from"] = sorted(others.values())
    ingredients = ingredient_digests(settings.context)
    if ingredients:
        identity["ingredient_files"] = ingredients
    rules = rules_digest(settings.context)
    if rules is not None:
        identity["rules"] = rules
    return RunInfo(
        workflow=WORKFLOW,
        fingerprint=digest(identity),
        seed=settings.seed,
        samples=settings.samples,
        method=settings.method,
        preset=settings.preset,
        settings=settings.context,
        distinct_from=others,
        ingredient_files=ingredients,
        rules=rules,
        tools=digests,
        versions=versions(settings.context),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def differences(run: RunInfo, yours: RunInfo, *, mended: bool = False) -> list[Difference]:
    """Return what changes the records between a run and a command, in the order of the settings.

    Tools that were `mended` may differ: their specs, and all that is said of their sources but which they are.
    """
    found = []
    if run.seed != yours.seed:
        found.append(Difference("seed", str(run.seed), str(yours.seed)))
    if run.method != yours.method:
        found.append(Difference("method", run.method, yours.method))
    old, new = _deciding(run.settings), _deciding(yours.settings)
    found += [
        Difference(plain_name(name), _short_value(old[name]), _short_value(new[name]))
        for name in new
        if old[name] != new[name] and not (mended and name == "tools" and _sources(run) == _sources(yours))
    ]
    found += [
        Difference(name, run.versions[name], yours.versions[name])
        for name in sorted(run.versions.keys() & yours.versions.keys())
        if name.startswith(PREFIX) and run.versions[name] != yours.versions[name]
        if not (mended and name.startswith(OF_TOOLS))
    ]
    if sorted(run.distinct_from.values()) != sorted(yours.distinct_from.values()):
        found.append(Difference("distinct_from", _files(run.distinct_from), _files(yours.distinct_from)))
    for kind in KINDS:
        before, now = run.ingredient_files.get(kind), yours.ingredient_files.get(kind)
        if before != now:
            shown = [_file(getattr(each.settings, kind), digest) for each, digest in ((run, before), (yours, now))]
            found.append(Difference(kind, *shown))
    if run.rules != yours.rules:
        shown = [_file(each.settings.rules, each.rules) for each in (run, yours)]
        found.append(Difference("rules", *shown))
    for name in sorted(run.tools.keys() | yours.tools.keys()) if not mended else ():
        before, now = run.tools.get(name), yours.tools.get(name)
        if before != now:
            found.append(Difference(f"tool {name}", _presence(before, now), _presence(now, before)))
    return found


def with_fingerprint_of(run: RunInfo, yours: RunInfo) -> RunInfo:
    """Return the run with the command's fingerprint where nothing differs.

    Earlier versions knew fewer settings, so that the same ones had another fingerprint.
    """
    return run if differences(run, yours) else run.model_copy(update={"fingerprint": yours.fingerprint})


def has_mended_tools(run: RunInfo, yours: RunInfo) -> bool:
    """Say whether the tools, or what is said of their sources, are others."""
    return run.fingerprint != yours.fingerprint


def next_round(run: RunInfo, yours: RunInfo, samples: int, earlier_bytes: int) -> RunInfo:
    """Return the run with the command's tools, about to make so many rejected samples anew."""
    done = Round(
        begun_at=datetime.now(UTC).isoformat(timespec="seconds"),
        samples=samples,
        state="moving",
        earlier_bytes=earlier_bytes,
        fingerprint=run.fingerprint,
        tools=run.tools,
        sources=run.settings.tools,
        left_out=run.left_out,
    )
    return run.model_copy(
        update={
            "fingerprint": yours.fingerprint,
            "tools": yours.tools,
            "versions": run.versions
            | {name: yours.versions[name] for name in yours.versions if name.startswith(OF_TOOLS)},
            "settings": run.settings.model_copy(update={"tools": yours.settings.tools}),
            "left_out": {},
            "rounds": [*run.rounds, done],
        }
    )


def with_state(run: RunInfo, state: Literal["moving", "making", "made"], **update: int) -> RunInfo:
    """Return the run with another state of its last round."""
    *before, last = run.rounds
    return run.model_copy(update={"rounds": [*before, last.model_copy(update={"state": state, **update})]})


def versions(context: Context) -> dict[str, str]:
    """Return the versions that may change records: ours, and those of the plugins that the settings name."""
    return {
        "toolgrad": version("toolgrad-langgraph"),
        "langgraph": version("langgraph"),
        "langchain-core": version("langchain-core"),
        **plugin_versions(context),
    }


def _deciding(context: Context) -> dict[str, Any]:
    return context.model_dump(mode="json", exclude=set(NOT_OF_THE_RECORDS | BY_CONTENT))


def _sources(run: RunInfo) -> list[tuple[str, str]]:
    """Return which sources the tools are from, whatever is said of them."""
    found = []
    for text in run.settings.tools:
        try:
            source = parse_spec(text)
        except LoadError:  # a profile, which is no source
            found.append((text, ""))
        else:
            found.append((source.kind, source.target))
    return found


def _files(files: dict[str, str]) -> str:
    return ", ".join(f"{name} ({digest[:8]})" for name, digest in files.items()) or "none"


def _file(path: str | None, digest: str | None) -> str:
    return f"{path} ({digest[:8]})" if digest else "none"


def _presence(mine: str | None, other: str | None) -> str:
    if mine is None:
        return "absent"
    return "present" if other is None else f"spec {mine[:8]}"


def _short_value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def digest(value: Any) -> str:
    """Return the SHA-256 of a JSON value."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    # surrogatepass: a tool's description may hold anything, and its digest must still exist.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
