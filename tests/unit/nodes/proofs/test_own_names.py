"""Which names of results a person may know: those of a listing that was asked nothing."""

from typing import Any

import pytest

from graph.record import RecordContext, Step
from graph.sources import Source, StepSource, UserSource
from nodes.proofs.own_names import may_be_known

CONTEXT = RecordContext(now="2026-03-01T09:00:00+01:00", user={"account": "ada"})
LISTING = Step(id="s1", tool="list_files", arguments={}, result=["minutes.md"])
OF_CONTEXT = Step(id="s2", tool="followed_by", arguments={"account": "ada"}, result=["Ben Moss"])
ASKED = Step(id="s3", tool="search", arguments={"words": "minutes"}, result=["minutes.md"])
STEPS = {step.id: step for step in (LISTING, OF_CONTEXT, ASKED)}


def known(value: Any, source: Source | None) -> bool:
    return may_be_known(value, source, STEPS, CONTEXT)


@pytest.mark.parametrize(
    ("value", "step", "is_known"),
    [
        ("minutes.md", "s1", True),
        ("Ben Moss", "s2", True),
        ("minutes.md", "s3", False),  # found by what was asked for
        ("minutes.md", "s9", False),  # no such step
        ("report 2.pdf", "s1", True),  # a file may have a digit
        ("A1009", "s1", False),  # a code
        ("2026-05-09", "s1", False),  # a date
        ("1234", "s1", False),
        ("x", "s1", False),
        ("n" * 41, "s1", False),
        ("0123456789abcdef0123 x", "s1", False),  # what nobody types
        (7, "s1", False),
        (None, "s1", False),
    ],
)
def test_names_of_what_is_around_the_person_are_known(value: Any, step: str, is_known: bool) -> None:
    assert known(value, StepSource(step=step, pointer="/0")) is is_known


def test_only_what_comes_from_a_result_is_asked_about() -> None:
    assert not known("minutes.md", None)
    assert not known("minutes.md", UserSource(start=0, end=10, quote="minutes.md"))
