"""Tools that log each call with its sample and take a while; loaded by path, as a user's file would be."""

import json
import os
import time
from typing import Annotated, Any, TypedDict

from langgraph.config import get_config
from pydantic import Field


class Parcel(TypedDict):
    weight_kg: float
    depot: str


def _log(name: str, arguments: dict[str, Any]) -> None:
    sample = get_config()["configurable"]["thread_id"]
    line = json.dumps({"pid": os.getpid(), "sample": sample, "tool": name, "arguments": arguments})
    with open(os.environ["CALL_LOG"], "a") as file:
        file.write(f"{line}\n")
    time.sleep(float(os.environ["CALL_SECONDS"]))


def parcel_weight(
    parcel_number: Annotated[int, Field(description="Number of the parcel.", examples=[*range(1000, 1400, 7)])],
) -> Parcel:
    """Look up the weight of a parcel and the depot where it lies."""
    _log("parcel_weight", {"parcel_number": parcel_number})
    return {"weight_kg": parcel_number % 37 + 0.5, "depot": f"Depot {parcel_number % 11}"}


def depot_manager(
    depot: Annotated[str, Field(description="Name of the depot.", examples=[f"Depot {i}" for i in range(11)])],
) -> str:
    """Find out who manages a depot."""
    _log("depot_manager", {"depot": depot})
    return f"Manager {sum(map(ord, depot)) % 90}"


def letter_postage(
    weight_grams: Annotated[int, Field(description="Weight of the letter in grams.", examples=[*range(10, 500, 3)])],
) -> float:
    """Compute the postage of a letter in euros."""
    _log("letter_postage", {"weight_grams": weight_grams})
    return round(weight_grams * 0.013, 2)


TOOLS = [parcel_weight, depot_manager, letter_postage]
