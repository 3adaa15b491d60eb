"""Sources know themselves: what each is made of, whose results and which of the user's words it uses."""

from typing import Literal, get_args

import pytest

from graph.marks import ArgumentSource, DerivedTell, GivenSource, TellSource
from graph.record import RecordContext, Step
from graph.sources import (
    ComposedSource,
    ContextSource,
    DefaultSource,
    DerivedSource,
    Source,
    StepSource,
    UserSource,
    _Source,
)
from nodes.proofs.source_checks import Grounds, Leaf

USER = UserSource(start=0, end=3, quote="two")
STEP = StepSource(step="s1", pointer="/a")
OTHER = StepSource(step="s2", pointer="", span="x")
INNER = DerivedSource(op="sum", of=[STEP, USER])
DEEP = DerivedSource(op="ratio", of=[INNER, OTHER, ContextSource(pointer="/now")])
TEXT = ComposedSource(of=[DEEP, DefaultSource()])

CASES: list[tuple[Source, list[str], list[UserSource], int]] = [
    (USER, [], [USER], 1),
    (STEP, ["s1"], [], 1),
    (OTHER, ["s2"], [], 1),
    (ContextSource(pointer="/now"), [], [], 1),
    (DefaultSource(), [], [], 1),
    (INNER, ["s1"], [USER], 3),
    (DEEP, ["s1", "s2"], [USER], 6),
    (TEXT, ["s1", "s2"], [USER], 8),
    (ComposedSource(), [], [], 1),
]


@pytest.mark.parametrize(("source", "steps", "quotes", "size"), CASES)
def test_a_source_tells_its_steps_quotes_and_parts(
    source: Source, steps: list[str], quotes: list[UserSource], size: int
) -> None:
    assert list(source.steps()) == steps
    assert list(source.quotes()) == quotes
    whole = list(source.whole())
    assert (whole[0], len(whole)) == (source, size)


def test_a_step_uses_what_its_sources_use() -> None:
    step = Step(id="s3", tool="t", arguments={}, sources={"/a": DEEP, "/b": USER}, after=["s0"], result=1)
    assert step.uses() == {"s1", "s2"}


TOLD: list[tuple[TellSource, list[str]]] = [
    (STEP, ["s1"]),
    (GivenSource(of=ArgumentSource(step="s1", pointer="/a")), []),  # given, not found
    (GivenSource(of=ContextSource(pointer="/now")), []),
    (DerivedTell(op="sum", of=[STEP, OTHER]), ["s1", "s2"]),
    (DerivedTell(op="difference", of=[STEP, ArgumentSource(step="s2", pointer="/b")]), ["s1"]),
]


@pytest.mark.parametrize(("source", "steps"), TOLD)
def test_what_a_tell_names_tells_whose_results_it_uses(source: TellSource, steps: list[str]) -> None:
    assert list(source.steps()) == steps


def test_every_kind_of_source_is_among_the_cases() -> None:
    kinds = set(get_args(get_args(Source)[0]))
    assert kinds == {type(source) for source, *_ in CASES}


class _NewSource(_Source):
    kind: Literal["new"] = "new"

    def in_words(self) -> str:
        return "new"


def test_a_kind_that_nobody_handles_never_holds() -> None:
    grounds = Grounds(("two",), {}, RecordContext())
    with pytest.raises(AssertionError, match="unreachable"):
        grounds.problem(_NewSource(), Leaf("/a", 2, {}))  # type: ignore[arg-type]


def test_a_kind_that_cannot_be_told_in_words_cannot_be_made() -> None:
    class Silent(_Source):
        kind: Literal["silent"] = "silent"

    with pytest.raises(TypeError, match="in_words"):
        Silent()  # type: ignore[abstract]
