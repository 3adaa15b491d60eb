"""The rules that a run's settings name: what is told of them before anything is written, and which they are."""

from graph.context import Context
from nodes.rules.loading import notes_on_rules, rules_of
from nodes.rules.reading import RulesFileError
from nodes.sample import record_context
from tool_registry.registry import get_registry
from toolgrad_data.errors import UsageError


async def rules_notes(context: Context) -> list[str]:
    """Return what is told of the rules, in words. Raises UsageError for rules that cannot be used."""
    try:
        registry = await get_registry(context.tools)
        return [f"--rules {note}" for note in notes_on_rules(context, registry, record_context(context))]
    except RulesFileError as error:
        raise UsageError(f"--rules {error}") from error


def rules_digest(context: Context) -> str | None:
    """Return the SHA-256 of the rules file, None where none is named. Raises UsageError."""
    try:
        file = rules_of(context)
    except RulesFileError as error:
        raise UsageError(f"--rules {error}") from error
    return None if file is None else file.digest
