"""What is wrong with a plan is said: each rule broken once."""

from typing import Any

import pytest

from graph.record import Awaited, RefusedCall, Replacement
from nodes.dialogues.given import Chain
from nodes.dialogues.holds import changed_leaves, problems
from nodes.dialogues.plan import ChangedCall, Plan, PlannedTurn
from tests.unit.nodes.dialogues.trips import CHAIN, PLACE, TOOLS

REFUND = RefusedCall(id="x1", tool="refund", arguments={"booking": "B-17"})
CITY, NIGHTS = Awaited(step="s1", pointer="/city"), Awaited(step="s4", pointer="/nights")
LINZ = ChangedCall(step="s1", arguments={"city": "Linz", "language": "en"})


def turn(kind: str, *steps: str, **more: Any) -> PlannedTurn:
    return PlannedTurn.model_validate({"kind": kind, "steps": list(steps), **more})


def changed(step: str, arguments: dict[str, Any]) -> PlannedTurn:
    return turn("correction", changes=ChangedCall(step=step, arguments=arguments))


GOOD = [
    turn("request", awaits=[CITY]),
    turn("clarification", "s1", "s2"),
    changed("s2", {"lat": 47.07, "day": "2026-05-10"}),
    turn("follow_up", "s3"),
    turn("refusal", refuses=REFUND),
    turn("follow_up", "s4", "s5"),
    turn("chat"),
]


def found(*turns: PlannedTurn) -> list[str]:
    return problems(Plan(turns=list(turns)), CHAIN, [REFUND])


def test_a_dialogue_of_every_kind_holds() -> None:
    assert found(*GOOD) == []


ALL = ("s1", "s2", "s3", "s4", "s5")
WRONG: list[tuple[str, list[PlannedTurn]]] = [
    ("the plan has no turns", []),
    ("begins with a request or a refusal, not with a follow_up", [turn("follow_up", *ALL)]),
    ("only the first turn is a request", [turn("request", "s1", "s2"), turn("request", "s3", "s4", "s5")]),
    ("no turn has s5", [turn("request", "s1", "s2", "s3", "s4")]),
    ("s1 stands 2 times", [turn("request", *ALL), turn("follow_up", "s1")]),
    ("there is no step 's9'", [turn("request", *ALL, "s9")]),
    ("s2 needs s1, made only later", [turn("request", "s2"), turn("follow_up", "s1", "s3", "s4", "s5")]),
    ("s5 needs s4, made only later", [turn("request", "s1", "s2", "s3"), turn("follow_up", "s5", "s4")]),
    ("s4 needs s1, s2, made only later", [turn("request", "s3", "s4"), turn("follow_up", "s1", "s2", "s5")]),
    ("a chat makes no call", [turn("request", "s1", "s2"), turn("chat", "s3", "s4", "s5")]),
    ("a follow_up makes a call, or", [turn("request", *ALL), turn("follow_up")]),
    ("must be the clarification that gives it", [turn("request", awaits=[CITY]), turn("follow_up", *ALL)]),
    ("must be the clarification that gives it", [turn("request", *ALL, awaits=[CITY])]),
    ("that awaits nothing", [turn("request", "s1", "s2"), turn("clarification", "s3", "s4", "s5")]),
    (
        "the next turn must make s1",
        [turn("request", "s1", "s2", awaits=[CITY]), turn("clarification", "s3", "s4", "s5")],
    ),
    (
        "it is no value that only the person gives",  # a result gives it
        [turn("request", "s1", awaits=[Awaited(step="s2", pointer="/lat")]), turn("clarification", *ALL[1:])],
    ),
    (
        "it is no value that only the person gives",  # the schema gives it
        [turn("request", awaits=[Awaited(step="s1", pointer="/language")]), turn("clarification", *ALL)],
    ),
    (
        "the call can do without it or it is known by then",  # three nights were said before
        [turn("request", *ALL[:3], awaits=[NIGHTS]), turn("clarification", *ALL[3:])],
    ),
    (
        "s4/nights has the value that is awaited for another call",
        [turn("request", *ALL[:2], awaits=[Awaited(step="s3", pointer="/nights")]), turn("clarification", *ALL[2:])],
    ),
    ("a clarification makes the calls", [turn("request", *ALL, awaits=[CITY]), turn("clarification")]),
    ("only a correction makes a call again", [turn("request", *ALL), turn("follow_up", "s1", changes=LINZ)]),
    ("names the call that it makes again, once", [turn("request", *ALL), turn("correction")]),
    ("makes s1 again, which no earlier turn made", [turn("request", *ALL[2:]), turn("correction", changes=LINZ)]),
    (
        "s4 may not be made twice",
        [turn("request", *ALL), changed("s4", {"hotel": "Donau", "nights": 4})],
    ),
    (
        "with the same arguments",
        [turn("request", *ALL), changed("s1", PLACE.arguments)],
    ),
    (
        "s3 cannot be made so",
        [turn("request", "s1", "s2", "s3"), changed("s3", {"city": "Linz", "nights": 99})],
    ),
    (
        "s2/lat is changed, which is no value that only the person gives",
        [
            turn("request", "s1", "s2"),
            changed("s2", {"lat": 48.2, "day": "2026-05-09"}),
        ],
    ),
    (
        "s2 uses s1 after it was corrected",
        [turn("request", "s1"), turn("correction", changes=LINZ), turn("follow_up", *ALL[1:])],
    ),
    (
        "what uses s3 cannot be made again with it",
        [turn("request", *ALL), changed("s3", {"city": "Wels", "nights": 3})],
    ),
    (
        "s3 replaces s1; the turn must make it",
        [turn("request", *ALL), turn("correction", replaces=Replacement(step="s1", by="s3"))],
    ),
    (
        "s3 must be the call s1 with another value",
        [turn("request", "s1", "s2"), turn("correction", "s3", "s4", "s5", replaces=Replacement(step="s1", by="s3"))],
    ),
    ("names the call that is refused", [turn("request", *ALL), turn("refusal")]),
    ("names the call that is refused", [turn("request", *ALL, refuses=REFUND)]),
    (
        "is no call that has to be refused",
        [turn("request", *ALL), turn("refusal", refuses=REFUND.model_copy(update={"arguments": {"booking": "B-1"}}))],
    ),
    ("stands 2 times", [turn("request", *ALL), turn("refusal", refuses=REFUND), turn("refusal", refuses=REFUND)]),
    ("a refusal changes nothing", [turn("request", *ALL[:3]), turn("refusal", *ALL[3:], refuses=REFUND)]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "turns"), WRONG)
def test_what_does_not_hold_says_why(why: str, turns: list[PlannedTurn]) -> None:
    assert any(why in problem for problem in found(*turns)), found(*turns)


def test_what_changes_is_found_as_deep_as_it_is() -> None:
    one = {"a": {"b/c": [1, 2]}, "d": 1}
    assert changed_leaves(one, {"a": {"b/c": [1, 3]}, "d": 1}) == ["/a/b~1c/1"]
    assert changed_leaves(one, {"a": {"b/c": [1]}, "d": 1}) == ["/a/b~1c"]
    assert changed_leaves(one, one) == []


def test_a_tool_that_is_not_loaded_any_more_counts_as_one_that_writes() -> None:
    gone = Chain(CHAIN.steps, {name: spec for name, spec in TOOLS.items() if name != "place"}, CHAIN.context)
    assert gone.writes(PLACE)
    assert problems(Plan(turns=[turn("request", *ALL)]), gone) == []
