"""The kinds of negatives, and how many of each: `--negatives 0.25 --negative-mix irrelevant:40,missing_argument:60`."""

from collections.abc import Mapping
from typing import Literal, get_args

from toolgrad_data.errors import UsageError

NegativeKind = Literal["irrelevant", "missing_tool", "missing_argument", "chit_chat", "near_tool", "lacking_parameter"]

KINDS: tuple[NegativeKind, ...] = get_args(NegativeKind)
DEFAULT_MIX = "irrelevant:35,missing_tool:20,missing_argument:35,chit_chat:10"


def parse_mix(text: str) -> dict[NegativeKind, float]:
    """Return each kind's share, which add up to 1. Raises UsageError for what is no mix."""
    shares: dict[NegativeKind, float] = {}
    for part in text.split(","):
        kind, colon, percent = part.strip().partition(":")
        kind = kind.strip().replace("-", "_")
        if kind not in KINDS:
            raise _no_mix(text, f"{kind!r} is no kind of negative")
        try:
            share = float(percent.removesuffix("%")) if colon else 1.0
        except ValueError:
            raise _no_mix(text, f"{percent!r} is no number") from None
        if not 0 <= share <= 1e9 or kind in shares:
            raise _no_mix(text, f"{kind} is given twice" if kind in shares else f"{percent!r} is no share")
        shares[kind] = share
    total = sum(shares.values())
    if not total:
        raise _no_mix(text, "all shares are 0")
    return {kind: share / total for kind, share in shares.items() if share}


def _no_mix(text: str, why: str) -> UsageError:
    return UsageError(
        f"--negative-mix {text}: {why}.\nAllowed: KIND:PERCENT with commas between, KIND one of {', '.join(KINDS)}.\n"
        f"Example: --negative-mix {DEFAULT_MIX}"
    )


class Quota:
    """How many negatives of each kind are due, `share` of all examples being negatives."""

    def __init__(self, share: float, mix: Mapping[NegativeKind, float]) -> None:
        self._each = {kind: part * share / (1 - share) for kind, part in mix.items()}
        # Begun at different points, so that the kinds do not fall due for the same record.
        self._due = {kind: position / len(mix) for position, kind in enumerate(mix)}

    def count_positive(self) -> None:
        """Count a positive example."""
        for kind, each in self._each.items():
            self._due[kind] += each

    def due(self) -> list[NegativeKind]:
        """Return the kinds of which one is due, the longest due first."""
        ranked = sorted(self._due.items(), key=lambda entry: (-entry[1], entry[0]))
        return [kind for kind, due in ranked if due >= 1]

    def count_negative(self, kind: NegativeKind) -> None:
        """Count a negative."""
        self._due[kind] -= 1
