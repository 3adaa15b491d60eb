"""Which reviewed records a command takes: the values of `--reviewed`."""

from enum import StrEnum


class Reviewed(StrEnum):
    """Which records are taken of those that somebody accepts or mends.

    `accepted`: those that nobody rejects. `any`: all of them. `all`: those that everybody accepts who reviewed the run.
    """

    accepted = "accepted"
    any = "any"
    all = "all"


#: What a command says of the option.
REVIEWED_HELP = (
    "Only records that people accepted, as they mended them (toolgrad review): accepted, that nobody rejects; any, "
    "that somebody accepts; all, that every reviewer accepts."
)
