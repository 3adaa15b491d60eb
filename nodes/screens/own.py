"""Our screens as the registry has them: functions of a `Dialogue`."""

from collections.abc import Iterable

from graph.record import Finding
from nodes.screens import deeds, names, natural
from nodes.screens.kinds import Dialogue


def check_natural(seen: Dialogue) -> Iterable[Finding]:
    """Return what no person would write."""
    return natural.check(seen.turns, seen.context, seen.specs, seen.offered)


def check_names(seen: Dialogue) -> Iterable[Finding]:
    """Return names that nothing gives."""
    return names.check(seen.turns, seen.context, dict(seen.specs))


def check_deeds(seen: Dialogue) -> Iterable[Finding]:
    """Return deeds that no step did."""
    return deeds.check(seen.turns, dict(seen.specs))
