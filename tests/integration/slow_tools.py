"""Tools that log each call with its sample and take a while; loaded by path, as a user's file would be.

All calls of a sample but its first wait while the test holds the sample: a run goes no further than the test has seen.
"""

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.config import get_config
from pydantic import Field


class Parcel(TypedDict):
    weight_kg: float
    depot: str


#: Samples that have made a call in this process.
_begun: set[str] = set()


def wait_while_held(sample: str) -> None:
    """Wait as long as a file `hold` beside the log names this sample or an earlier one."""
    hold = Path(os.environ["CALL_LOG"]).with_name("hold")
    with contextlib.suppress(FileNotFoundError):
        while sample >= hold.read_text():
            time.sleep(0.02)


def _log(name: str, arguments: dict[str, Any]) -> None:
    sample = get_config()["configurable"]["thread_id"]
    line = json.dumps({"pid": os.getpid(), "sample": sample, "tool": name, "arguments": arguments})
    with open(os.environ["CALL_LOG"], "a") as file:
        file.write(f"{line}\n")
    time.sleep(float(os.environ["CALL_SECONDS"]))
    if sample in _begun:
        wait_while_held(sample)
    _begun.add(sample)


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
