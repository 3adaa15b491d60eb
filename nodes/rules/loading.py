"""The rules that a run's settings name: read once a process, and tried against its tools before they are used."""

import asyncio
from functools import lru_cache
from typing import Any

from graph.context import Context
from graph.record import PolicyRules, RecordContext
from nodes.rules.checking import check_rules
from nodes.rules.reading import RulesFile, read_rules
from tool_registry.registry import ToolRegistry

_tried: set[tuple[str, int]] = set()


@lru_cache(maxsize=16)
def _read(name: str) -> RulesFile:
    return read_rules(name)


def rules_of(context: Context) -> RulesFile | None:
    """Return the rules that the settings name. Reads a file the first time. Raises RulesFileError."""
    return None if context.rules is None else _read(context.rules)


def policy_of(context: Context) -> PolicyRules | None:
    """Return the policy of the run's records. Reads a file the first time. Raises RulesFileError."""
    file = rules_of(context)
    return None if file is None else file.policy


def user_of(context: Context) -> dict[str, Any]:
    """Return what the rules file tells of the person. Reads a file the first time. Raises RulesFileError."""
    file = rules_of(context)
    return {} if file is None else file.user


def renew_rules(context: Context) -> RulesFile | None:
    """Read the file again, as a run begins. Raises RulesFileError."""
    _read.cache_clear()
    _tried.clear()
    return rules_of(context)


def notes_on_rules(context: Context, registry: ToolRegistry, setting: RecordContext) -> list[str]:
    """Return what is told of the rules with these tools, in words. Raises RulesFileError."""
    file = rules_of(context)
    if file is None:
        return []
    may_run = [name for name in registry.specs if registry.verdict(name, context.permissions).runs]
    return [f"{file.path.name}: {words}" for words in check_rules(file, registry.specs, may_run, setting)]


async def make_ready(context: Context, registry: ToolRegistry) -> None:
    """Read and try the rules in a thread, the first time in a process. Raises RulesFileError."""
    if context.rules is None or (context.rules, id(registry)) in _tried:
        return
    file = await asyncio.to_thread(rules_of, context)
    setting = RecordContext(now=context.now, timezone=context.timezone, locale=context.locale)
    setting = setting.model_copy(update={"user": file.user if file is not None else {}})
    await asyncio.to_thread(notes_on_rules, context, registry, setting)
    _tried.add((context.rules, id(registry)))
