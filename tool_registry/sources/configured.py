"""A source's tools as the user's configuration wants them: which of them, what they do, how they are treated."""

import json
from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from tool_registry.calling.answer_reading import AnswerReading
from tool_registry.calling.redaction import REDACTED, Redaction
from tool_registry.permissions import Permissions
from tool_registry.sources.admission import admit_spec
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.environment import expand, secrets_in
from tool_registry.sources.kinds import SOURCES
from tool_registry.sources.limits import Limits
from tool_registry.sources.python.examples import no_such_tool, with_examples
from tool_registry.sources.python.importing import user_line
from tool_registry.spec import Annotations, ToolSpec
from tool_registry.tool import Loaded, LoadError, Tool, Treatment


def load_source(config: SourceConfig) -> Loaded:
    """Return the tools of a source under its configuration, and what was skipped and why.

    It imports modules, reads files and may start servers. Raises LoadError when nothing of it can be had,
    whatever the reason; the message holds no secret.
    """
    clean = _without(secrets_in(config.model_dump()))
    try:
        # Before it is imported: for each source alike, also for what it would fill in only at its first call.
        expand(config.model_dump(), config.label)
        target = str(expand(config.target, config.label))
        return apply_config(config, _load(config.model_copy(update={"target": target})))
    except LoadError as error:
        if clean(str(error)) == str(error):
            raise
        # Not chained: the cause would show the secret.
        raise LoadError(clean(str(error))) from None
    except Exception as error:
        # The boundary of a source: a fault in one must not keep the others from being loaded.
        raise LoadError(clean(f"{config.label} cannot be loaded: {type(error).__name__}: {error}")) from error


def _load(config: SourceConfig) -> Loaded:
    load, plugin = SOURCES.get(config.kind).load, SOURCES.plugin(config.kind)
    if plugin is None:
        return load(config)
    try:
        loaded = load(config)
    except LoadError:
        raise
    except (Exception, SystemExit) as error:
        raise LoadError(
            f"{config.label}: {plugin} broke off with {type(error).__name__}: {error}{user_line(error)}"
        ) from error
    if not isinstance(loaded, Loaded) or not all(isinstance(tool, Tool) for tool in loaded.tools):
        raise LoadError(f"{config.label}: {plugin} gives no Loaded with a list of Tool (tool_registry.tool)")
    # A record tells the kind by it, and permissions trust ours for what they know of them.
    tools = [replace(tool, spec=tool.spec.model_copy(update={"source": config.kind})) for tool in loaded.tools]
    return replace(loaded, tools=tools)


def apply_config(config: SourceConfig, loaded: Loaded) -> Loaded:
    """Return what a source gave under its configuration, without the tools that `admit_spec` refuses.

    What `allow` leaves out is gone; what `deny` names stays, so that a call of it is refused and said to be.
    A pattern that matches nothing is a problem: somebody relies on it.
    """
    secrets = [*secrets_in(config.model_dump()), *loaded.secrets]
    clean = _without(secrets)
    treatment = _treatment(config, secrets)
    tools: list[Tool] = []
    problems = [clean(problem) for problem in loaded.problems]
    for tool in loaded.tools:
        if config.allow and not _named(tool.spec, config.allow):
            continue
        try:
            spec, lost = admit_spec(tool.spec)
        except LoadError as error:
            problems.append(clean(f"{config.label}: {error}"))
            continue
        problems.extend(clean(f"{config.label}: {each}") for each in lost)
        spec = _spec(spec, config, clean)
        for name, examples in config.examples.items():
            if _named(tool.spec, [name]):
                spec, wrong = with_examples(spec, examples)
                problems += [f"{config.label}: {problem}" for problem in wrong]
        denied = next((pattern for pattern in config.deny if _named(tool.spec, [pattern])), None)
        # What a source says of its own tools holds where the user says nothing.
        mine = treatment if config.timeout_s else replace(treatment, timeout_s=tool.treatment.timeout_s)
        mine = replace(mine, reading=replace(mine.reading, reads_json=tool.treatment.reading.reads_json))
        if denied is not None:
            mine = replace(mine, denied=f"{spec.name} is denied by the configuration of {config.label} ({denied})")
        if spec is not tool.spec or mine != tool.treatment:
            tool = replace(tool, spec=spec, treatment=mine, origin=tool.origin or tool)
        tools.append(tool)
    for name in config.examples:
        if not any(_named(tool.spec, [name]) for tool in loaded.tools):
            known = [tool.spec.original_name or tool.spec.name for tool in loaded.tools]
            problems.append(f"{config.label}: {no_such_tool(name, known)}")
    for member, patterns in (("allow", config.allow), ("deny", config.deny), ("annotations", [*config.annotations])):
        for pattern in patterns:
            if not any(_named(tool.spec, [pattern]) for tool in loaded.tools):
                problems.append(f"{config.label}: {member} {pattern!r} matches none of its {len(loaded.tools)} tools")
    return Loaded(tools, problems)


def _named(spec: ToolSpec, patterns: list[str]) -> bool:
    names = {spec.name, spec.original_name or spec.name}
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _spec(spec: ToolSpec, config: SourceConfig, clean: Callable[[str], str]) -> ToolSpec:
    update: dict[str, Any] = {}
    if config.category is not None and config.category != spec.category:
        update["category"] = config.category
    said: dict[str, bool | None] = {}
    for pattern, declared in config.annotations.items():
        if _named(spec, [pattern]):
            said.update(declared.model_dump(exclude_unset=True))
    if said:
        update["annotations"] = Annotations(**{**spec.annotations.model_dump(), **said})
    if update:
        spec = spec.model_copy(update=update)
    text = spec.model_dump_json()
    shown = clean(text)
    return spec if shown == text else ToolSpec.model_validate_json(shown)


def _treatment(config: SourceConfig, secrets: list[str]) -> Treatment:
    limits = redaction = None
    if config.concurrency is not None or config.requests_per_minute is not None:
        limits = Limits(config.concurrency, config.requests_per_minute)
    if config.redact or config.pseudonymize or secrets:
        key = str(expand(config.pseudonym_key or "", config.label))
        redaction = Redaction(config.redact, config.pseudonymize, key, secrets)
    return Treatment(
        granted=Permissions(config.allow_unannotated, config.allow_writes),
        timeout_s=config.timeout_s,
        limits=limits,
        redaction=redaction,
        reading=AnswerReading(failures=tuple(config.failures), errors_are_answers=config.errors_are_answers),
    )


def _without(secrets: list[str]) -> Callable[[str], str]:
    def clean(text: str) -> str:
        for secret in secrets:
            text = text.replace(json.dumps(secret)[1:-1], REDACTED).replace(secret, REDACTED)
        return text

    return clean
