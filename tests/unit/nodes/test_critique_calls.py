"""What of a critique can be done: units, room, unknown and failed calls."""

from typing import Any

import pytest

from graph.record import Gradient, RecordContext
from graph.sources import StepSource
from nodes.critique_calls import fewest_calls, sound_selection
from nodes.policies.base import CallReport, Critique, CritiqueRequest, Proposal, Selection


def report(id: str, *uses: str, ok: bool = True) -> CallReport:
    sources = {f"/a{number}": StepSource(step=step, pointer="/x") for number, step in enumerate(uses)}
    return CallReport(proposal=Proposal(id=id, tool=f"tool_{id}", arguments={}, sources=sources), ok=ok)


def request(*reports: CallReport, accept: int = 2, target: int = 9, **more: Any) -> CritiqueRequest:
    members = {
        "seed": 1,
        "iteration": 1,
        "target_calls": target,
        "context": RecordContext(),
        "tools": {},
        "steps": [],
        "chains": [],
        "gradients": [],
        "batch": [],
        "reports": list(reports),
        "accept": min(accept, target),
        "attempts": [],
    }
    return CritiqueRequest(**{**members, **more})


def kept(asked: CritiqueRequest, *names: str) -> tuple[list[str], list[tuple[str, str]]]:
    critique = Critique(selected=[Selection(proposal=name) for name in names], gradient="")
    selected, notes = sound_selection(critique, asked)
    return [choice.proposal for choice in selected], [(note.kind, note.call) for note in notes]


PAIR = (report("p1"), report("p2"), report("p3", "p1", "p2"))


def test_a_unit_is_kept_beyond_what_is_accepted() -> None:
    assert kept(request(*PAIR), "p1", "p2", "p3") == (["p1", "p2", "p3"], [])
    assert kept(request(*PAIR), "p3") == (["p1", "p2", "p3"], [])


def test_a_unit_is_not_cut_where_the_chain_has_no_room() -> None:
    assert kept(request(*PAIR, target=2), "p1", "p2", "p3") == ([], [("no_room", "p3")])
    assert kept(request(*PAIR, target=2), "p1", "p2") == (["p1", "p2"], [])
    # Another one fits, and is kept in its place.
    assert kept(request(*PAIR, report("p4"), target=2), "p3", "p4") == (["p4"], [("no_room", "p3")])


def test_only_the_last_unit_goes_beyond() -> None:
    others = (report("p4"), report("p5", "p4"), report("p6"))
    asked = request(*PAIR, *others)
    assert kept(asked, "p4", "p3", "p5", "p6") == (["p1", "p2", "p3"], [("no_room", "p5"), ("no_room", "p6")])
    assert kept(asked, "p6", "p3") == (["p6", "p1", "p2", "p3"], [])


def test_a_second_time_without_progress_a_unit_is_begun() -> None:
    idle = [Gradient(iteration=1, selected=[], text="")]
    assert kept(request(*PAIR, target=2, gradients=idle), "p1", "p2", "p3")[0] == ["p1", "p2"]
    gone_on = [Gradient(iteration=1, selected=["p1"], text="")]
    assert kept(request(*PAIR, target=2, gradients=gone_on), "p1", "p2", "p3")[0] == []


def test_a_unit_reaches_into_the_reserve() -> None:
    asked = request(report("p1", "r4", "s1"), reserve=[report("r2"), report("r4", "r2"), report("r5")])
    assert kept(asked, "p1") == (["r2", "r4", "p1"], [])
    assert kept(asked, "r5") == (["r5"], [])


def test_what_is_pulled_in_goes_where_its_end_goes() -> None:
    critique = Critique(selected=[Selection(proposal="p3", chain=1)], gradient="")
    selected, _ = sound_selection(critique, request(*PAIR, chains=[["s1"]]))
    assert [(choice.proposal, choice.chain) for choice in selected] == [("p1", 1), ("p2", 1), ("p3", 1)]


def test_unknown_and_failed_calls_are_told_each() -> None:
    asked = request(report("p1"), report("p2", ok=False))
    assert kept(asked, "p2", "p1", "p1", "p9", "x" * 500) == (
        ["p1"],
        [("failed_call", "p2"), ("unknown_call", "p9"), ("unknown_call", "x" * 40)],
    )


def test_beyond_what_is_accepted_calls_wait() -> None:
    assert kept(request(report("p1"), report("p2"), report("p3")), "p3", "p2", "p1") == (
        ["p3", "p2"],
        [("no_room", "p1")],
    )


@pytest.mark.parametrize(
    ("target", "share", "fewest"),
    [(4, 0.5, 2), (5, 0.5, 3), (2, 0.5, 1), (1, 0.5, None), (8, 1, None), (8, 0.9, None), (8, 0.01, 1), (10, 0.8, 8)],
)
def test_from_how_many_calls_on_a_chain_may_end(target: int, share: float, fewest: int | None) -> None:
    assert fewest_calls(target, share) == fewest
