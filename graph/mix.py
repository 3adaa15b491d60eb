"""Mixes as settings write them: the shares of lengths among a run's samples, and of kinds among their turns."""

import re
from typing import Literal, get_args

from graph.record import TurnKind

#: What one of a sample's calls is to have among its arguments; any: nothing in particular.
WantedArgument = Literal["any", "array", "object", "switch", "choice", "number", "words", "optional"]
#: How a sample's calls hang together.
Shape = Literal["mixed", "parallel", "dependent"]
#: Calls or turns that a sample may have.
LONGEST = 100
#: The kinds of a dialogue's later turns.
LATER_KINDS: tuple[TurnKind, ...] = tuple(kind for kind in get_args(TurnKind) if kind != "request")

_LENGTH = re.compile(r"\s*(\d+)(?:-(\d+))?\s*:\s*(\d+(?:\.\d+)?)\s*")
_KIND = re.compile(r"\s*([a-z_-]+)\s*:\s*(\d+(?:\.\d+)?)\s*")


def parse_lengths(text: str, setting: str) -> list[tuple[int, int, float]]:
    """Return (shortest, longest, weight) for each part of a mix such as `1:15,2:20,3-4:30`.

    Raises ValueError naming the part that cannot be read, and the setting.
    """
    parts: list[tuple[int, int, float]] = []
    for part in text.split(","):
        found = _LENGTH.fullmatch(part)
        if not found:
            raise ValueError(
                f"cannot read {part.strip()!r} in {setting} {text!r}: write LENGTH:PERCENT or LOW-HIGH:PERCENT"
            )
        low, high = int(found[1]), int(found[2] or found[1])
        if not 1 <= low <= high <= LONGEST:
            raise ValueError(
                f"{part.strip()!r} in {setting} {text!r}: lengths go from 1 to {LONGEST}, the shorter first"
            )
        parts.append((low, high, float(found[3])))
    if sum(weight for *_, weight in parts) <= 0:
        raise ValueError(f"{setting} {text!r}: at least one part needs a percentage above 0")
    return parts


def parse_arguments(text: str) -> dict[WantedArgument, float]:
    """Return the weight of each kind of argument of a mix such as `array:30,switch:20,any:50`.

    Raises ValueError naming the part that cannot be read.
    """
    kinds: tuple[WantedArgument, ...] = get_args(WantedArgument)
    shares: dict[WantedArgument, float] = {}
    for part in text.split(","):
        found = _KIND.fullmatch(part)
        kind = next((each for each in kinds if found and each == found[1]), None)
        if not found or kind is None:
            raise ValueError(
                f"cannot read {part.strip()!r} in arguments {text!r}: write KIND:PERCENT, KIND of {', '.join(kinds)}"
            )
        if kind in shares:
            raise ValueError(f"arguments {text!r} names {kind} twice")
        shares[kind] = float(found[2])
    if sum(shares.values()) <= 0:
        raise ValueError(f"arguments {text!r}: at least one kind of {', '.join(kinds)} needs a percentage above 0")
    return shares


def draw_argument(mix: str, place: float) -> WantedArgument:
    """Return the kind of argument that a sample at that place of the mix, from 0 to 1, is to have."""
    shares = parse_arguments(mix)
    point = place * sum(shares.values())
    for kind, weight in shares.items():
        point -= weight
        if point < 0:
            return kind
    return next(iter(shares))


def parse_turn_kinds(text: str) -> dict[TurnKind, float]:
    """Return the weight of each kind of a mix such as `follow_up:60,chat:10`; what it leaves out has none.

    Raises ValueError naming the part that cannot be read.
    """
    allowed = ", ".join(LATER_KINDS)
    shares: dict[TurnKind, float] = {}
    for part in text.split(","):
        found = _KIND.fullmatch(part)
        kind = next((each for each in LATER_KINDS if found and each == found[1].replace("-", "_")), None)
        if not found or kind is None:
            raise ValueError(
                f"cannot read {part.strip()!r} in turn_kinds {text!r}: write KIND:PERCENT, KIND of {allowed}"
            )
        if kind in shares:
            raise ValueError(f"turn_kinds {text!r} names {kind} twice")
        shares[kind] = float(found[2])
    if sum(shares.values()) <= 0:
        raise ValueError(f"turn_kinds {text!r}: at least one kind of {allowed} needs a percentage above 0")
    return shares
