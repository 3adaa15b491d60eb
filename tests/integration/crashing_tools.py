"""Tools whose work is sound, and a library that refuses what one of them gives, as libraries sometimes do.

Every process that loads this file has the serializer of the checkpoints refuse results with "soaked" in them.
"""

import json
import os
from typing import Annotated, Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from pydantic import Field

from tool_registry.declare import annotate

_dumps = JsonPlusSerializer.dumps_typed
Bed = Annotated[int, Field(title="bed", ge=1, le=900)]


def _refusing(self: JsonPlusSerializer, value: Any) -> tuple[str, bytes]:
    if "soaked" in repr(value):
        raise TypeError("a value that this serializer does not take")
    return _dumps(self, value)


JsonPlusSerializer.dumps_typed = _refusing  # type: ignore[method-assign]


def _log(tool: str) -> None:
    with open(os.environ["CALL_LOG"], "a") as log:
        log.write(json.dumps({"tool": tool}) + "\n")


@annotate(read_only=False, destructive=False)
def water_bed(bed: Bed) -> dict[str, Any]:
    """Water a bed of the garden."""
    _log("water_bed")
    return {"bed": bed, "soil": "soaked"}


@annotate(read_only=True)
def bed_width(bed: Bed) -> dict[str, Any]:
    """Return how wide a bed of the garden is."""
    _log("bed_width")
    return {"width_cm": 40 + 7 * bed % 53 + bed}


@annotate(read_only=True)
def row_spacing(plants: Annotated[int, Field(title="number of plants", ge=2, le=900)]) -> dict[str, Any]:
    """Return the space between the rows for a number of plants."""
    _log("row_spacing")
    return {"spacing_cm": 5 + plants % 37}


TOOLS = [water_bed, bed_width, row_spacing]
