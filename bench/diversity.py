"""How alike records of a model are without ingredients and with them: places, people, days, amounts, acceptance.

Run: python -m bench.diversity [--samples 200] [--offline | --tools builtin]

The model is `bench.endpoint`, over HTTP; it gives a few everyday values again and again, as models do, and takes what
its prompt offers where it fits, mostly. With `--offline` the offline policy over the built-in tools.
"""

import argparse
import hashlib
import inspect
import random
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypedDict

from pydantic import Field

from bench.model_figures import generated, measured, show
from bench.workload import FIELDS, TOOLS, City, Day, Price
from graph.record import Record
from tool_registry.declare import annotate
from toolgrad_data.runs.store import RECORDS, REJECTED
from toolgrad_data.stats.figures import Stats, StatsCollector, count_file

#: What the model is given, too.
SPEC = "python:bench.diversity:LIBRARY"
_WORDS = ("Aster", "Birch", "Clover", "Dahlia", "Elder", "Fennel", "Gentian", "Heather", "Iris", "Jasmine")

Person = Annotated[str, Field(title="person", description="Who it is for.")]


class Booking(TypedDict):
    """A booking."""

    label: str
    city: City
    day: Day
    price: Price


def _booking(field: str) -> Callable[..., Any]:
    """Return a tool that asks for a person, a place, a day and an amount, with no or few examples of them."""
    noun = FIELDS[field]

    def call(**arguments: Any) -> Booking:
        rng = random.Random(hashlib.sha256(f"{field} {sorted(arguments.items())}".encode()).digest())
        return {
            "label": f"{rng.choice(_WORDS)} {rng.choice(_WORDS)}",
            "city": str(arguments["city"]),
            "day": f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
            "price": round(rng.uniform(10, 900), 2),
        }

    types: dict[str, Any] = {
        "person": Person,
        "city": Annotated[City, Field(description="City to look in.")],
        "day": Annotated[Day, Field(description="The day in question.")],
        "budget": Annotated[Price, Field(description="Most to pay.", examples=[50.0, 100.0, 200.0, 250.0, 500.0])],
    }
    call.__name__ = f"{field}_booking"
    call.__doc__ = f"Hold a {noun} for a person within a budget."
    call.__annotations__ = {**types, "return": Booking}
    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY) for each in types]
    )
    return annotate(read_only=True, deterministic=True, idempotent=True, open_world=False, category=field)(call)


#: A library of which every third tool asks for a person.
LIBRARY = [*TOOLS[::5], *map(_booking, FIELDS)]


def at_endpoint(samples: int, *, given: bool, tools: str = SPEC) -> Stats:
    """Return the figures of a run at the simulated endpoint."""
    run = measured(
        samples, "endpoint", "--tools", tools, tools=tools, calls="1:15,2:20,3-4:30,5-6:25", ingredients=given
    )
    counted = StatsCollector("run", of_a_run=True)
    made: list[Record] = [*run.accepted, *run.rejected]
    for record in made:
        counted.add(record)
    return counted.stats()


def offline(samples: int, *, given: bool) -> Stats:
    """Return the figures of a run of the offline policy."""
    with tempfile.TemporaryDirectory() as folder:
        generated({"samples": samples, "seed": 1, "ingredients": given}, Path(folder))
        return count_file(Path(folder) / "run" / RECORDS, Path(folder) / "run" / REJECTED)


def main(argv: list[str]) -> None:
    """Print both runs side by side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=200, help="samples of each run")
    parser.add_argument("--offline", action="store_true", help="the offline policy instead of the endpoint")
    parser.add_argument("--tools", default=SPEC, help="another library for the endpoint, such as builtin")
    arguments = parser.parse_args(argv)
    make = offline if arguments.offline else partial(at_endpoint, tools=arguments.tools)
    without, with_them = (make(arguments.samples, given=given) for given in (False, True))
    show("", "without, with", "times")
    for name in ("places", "people", "amounts", "days"):
        one, other = (each.diversity.values[name] for each in (without, with_them))
        ratio = f"{(other.effective or 0) / (one.effective or 1):.2f}"
        target = "" if name == "days" else "  >= 1.5"
        show(f"effective number of {name}", f"{one.effective or 0:g}, {other.effective or 0:g}", f"{ratio}{target}")
        show("  different of all", f"{one.different} of {one.things}, {other.different} of {other.things}")
        repeated = [sum(count - 1 for count in each.most.values()) for each in (one, other)]
        show("  repeats of the five most frequent", f"{repeated[0]}, {repeated[1]}")
    for name, value in (
        ("accepted", lambda each: f"{100 * (each.acceptance_rate or 0):.1f} %"),
        ("dependent", lambda each: f"{100 * (each.dependent_share or 0):.1f} %"),
        ("effective openings", lambda each: f"{each.diversity.openings.effective}"),
        ("effective tools", lambda each: f"{each.diversity.tools.effective}"),
        ("4-grams of a query that others have", lambda each: f"{100 * (each.diversity.overlap or 0):.0f} %"),
        ("records that say a place or name given", lambda each: f"{each.diversity.taken}"),
        ("prompt tokens a record", lambda each: f"{each.an_accepted_record.input_tokens or 0:,.0f}"),
    ):
        show(name, f"{value(without)}, {value(with_them)}")


if __name__ == "__main__":
    main(sys.argv[1:])
