from typing import Any

import pytest

from graph.record import Record, Step
from graph.sources import DerivedSource, StepSource
from tests.unit.toolgrad_data.runs.helpers import record
from toolgrad_data.stats.structure import depth, edges, shape, skeleton


def chained(**needs: str) -> Record:
    """A record of steps, each with the steps that it needs: `b="a"` needs a, `c="a+b"` both, `d="~a"` a's effect."""
    made = record()
    steps = []
    for id, needed in needs.items():
        names = [name for name in needed.split("+") if name]
        sources: dict[str, Any] = {
            f"/{name}": StepSource(step=name, pointer="") for name in names if not name.startswith("~")
        }
        after = [name[1:] for name in names if name.startswith("~")]
        steps.append(Step(id=id, tool="double", arguments={}, sources=sources, after=after, result=1))
    made.turns[0].steps = steps
    return made


@pytest.mark.parametrize(
    ("needs", "kind", "deep"),
    [
        ({}, None, 0),
        ({"a": ""}, "single", 1),
        ({"a": "", "b": "a"}, "linear", 2),
        ({"a": "", "b": "~a", "c": "b"}, "linear", 3),
        ({"a": "", "b": "", "c": ""}, "parallel", 1),
        ({"a": "", "b": "a", "c": "a"}, "tree", 2),
        ({"a": "", "b": "", "c": "a+b"}, "joined", 2),
        ({"a": "", "b": "a", "c": "a+b"}, "joined", 3),
        ({"a": "", "b": "a", "c": "", "d": "c"}, "mixed", 2),
        ({"a": "", "b": "a", "c": ""}, "mixed", 2),
        ({"a": "gone", "b": ""}, "parallel", 1),
    ],
)
def test_shape_and_depth(needs: dict[str, str], kind: str | None, deep: int) -> None:
    made = chained(**needs)
    assert (shape(made), depth(made)) == (kind, deep)


def test_what_a_derivation_takes_is_needed() -> None:
    made = chained(a="", b="")
    made.turns[0].steps[1].sources["/x"] = DerivedSource(op="sum", of=[StepSource(step="a", pointer="")])
    assert edges(made) == {("a", "b")}


def test_a_skeleton_masks_quotes_as_words_and_the_longest_first() -> None:
    made = record(number=12)
    made.turns[0].query = "Is 12 of 123 twelve, or 12?"
    assert skeleton(made) == "Is _ of 123 twelve, or _?"
