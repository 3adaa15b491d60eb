"""What a record says that it was made with, and that no package installed here has.

A record only names things: what is run is an installed package's screen, never anything of the record.
"""

import re
from itertools import islice

from graph.record import Record
from nodes.plugins import OF_SCREENS
from nodes.screens.kinds import SCREENS
from tool_registry.extensions import NAME, ExtensionError
from tool_registry.sources.kinds import SOURCES
from toolgrad_data.verify.printing import printable

#: Of screens and kinds that a hostile record may have without end.
_NAMES_MAX = 20


def screens_of(record: Record) -> tuple[list[str], list[str]]:
    """Return the packages' screens that the record says it has passed and that run here, and why others do not."""
    found: list[str] = []
    notes: list[str] = []
    claimed = (
        (key.removeprefix(OF_SCREENS), by) for key, by in record.meta.versions.items() if key.startswith(OF_SCREENS)
    )
    for name, package in islice(claimed, _NAMES_MAX):
        if not re.fullmatch(NAME, name):
            continue
        try:
            SCREENS.get(name)
        except ExtensionError as error:
            why = "no package installed here has it" if SCREENS.plugin(name) is None else str(error)
            by = f"{name} of {printable(package, 80)}"
            notes.append(f"screened by {by} when they were made, and not screened by it again: {why}")
        else:
            found.append(name)
    return found, notes


def unknown_sources(record: Record) -> list[str]:
    """Return what is said of the kinds of sources that nothing here gives: their tools cannot be run again."""
    kinds = sorted({spec.source for spec in record.tools} - set(SOURCES.own_names))
    notes = []
    for kind in kinds[:_NAMES_MAX]:
        if SOURCES.plugin(kind) is None:
            package = record.meta.versions.get(f"{SOURCES.group}:{kind}")
            by = f" (of {printable(package, 80)})" if package else ""
            notes.append(
                f"with tools of a source of kind {kind}{by}, which no package installed here has: "
                "they cannot be run again with it"
            )
    return notes
