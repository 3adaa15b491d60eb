"""In which styles tools are named: `--names mixed`, `--names dotted:0.5`, `--names camel:30,dotted:20`."""

from collections.abc import Sequence
from typing import Literal, get_args

from toolgrad_data.errors import UsageError

NameStyle = Literal["snake", "camel", "pascal", "dotted"]
STYLES: tuple[NameStyle, ...] = get_args(NameStyle)
KEPT, MIXED = "kept", "mixed"


def parse_names(text: str, allowed: Sequence[NameStyle], format_name: str) -> dict[NameStyle, float]:
    """Return each style's share of the tools, at most 1 together; what is left over keeps its names.

    `mixed` is all styles that are `allowed` in the format, in equal parts. Raises UsageError: no such style, a share
    that is none, shares of more than the whole, or a style that the format's readers refuse.
    """
    if text == KEPT:
        return {}
    if not allowed:
        raise UsageError(f"--names {text}: {format_name} names tools in a way of its own.\nLeave it out")
    if text == MIXED:
        return {style: 1 / len(allowed) for style in allowed}
    given: dict[NameStyle, float | None] = {}
    for part in text.split(","):
        style, colon, share = (piece.strip() for piece in part.partition(":"))
        if style not in STYLES:
            raise _no_names(text, f"{style!r} is no style")
        if style not in allowed:
            raise UsageError(
                f"--names {text}: who reads {format_name} takes no {style} names.\nAllowed there: {', '.join(allowed)}"
            )
        if style in given:
            raise _no_names(text, f"{style} is given twice")
        given[style] = _share(text, share) if colon else None
    rest = 1 - sum(share or 0 for share in given.values())
    open_ones = sum(share is None for share in given.values())
    if rest < -1e-9 or (open_ones and rest <= 0):
        raise _no_names(text, "the shares are more than the whole")
    return {style: rest / open_ones if share is None else share for style, share in given.items()}


def _share(text: str, share: str) -> float:
    try:
        number = float(share.removesuffix("%"))
    except ValueError:
        raise _no_names(text, f"{share!r} is no number") from None
    # As a part of 1 or in percent, which no share below 1 percent is meant in.
    number = number / 100 if share.endswith("%") or number > 1 else number
    if not 0 < number <= 1:
        raise _no_names(text, f"{share!r} is no share")
    return number


def _no_names(text: str, why: str) -> UsageError:
    return UsageError(
        f"--names {text}: {why}.\nAllowed: {KEPT}, {MIXED}, or STYLE:SHARE with commas between, STYLE one of "
        f"{', '.join(STYLES)}; what is left over keeps its names.\nExamples: --names mixed, --names dotted:0.5"
    )
