"""A tool that can be called in so few ways that samples of a run are like each other."""

from typing import Annotated

from pydantic import Field

from tool_registry.declare import annotate

_STOCK = {"A100": 12, "B200": 0, "C300": 7, "D400": 31}


@annotate(read_only=True, deterministic=True, category="shop")
def stock_level(
    article: Annotated[str, Field(description="Article number.", examples=[*_STOCK])],
) -> int:
    """Return how many pieces of an article are in stock."""
    return _STOCK[article]
