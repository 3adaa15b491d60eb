"""The orders in which records are reviewed."""

from enum import StrEnum


class Order(StrEnum):
    """The order in which records are reviewed."""

    file = "file"
    random = "random"
    screened = "screened"
    disagreement = "disagreement"
