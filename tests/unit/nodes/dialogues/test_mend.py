"""A plan whose chain has become shorter, and the parts in which a long one is written."""

from typing import Any

from graph.record import Awaited, Step
from nodes.dialogues.mend import without_steps
from nodes.dialogues.parts import CHARACTERS_MAX, STEPS_MAX, last_of_part
from nodes.dialogues.plan import Plan, PlannedTurn


def turn(kind: str, *steps: str, **more: Any) -> PlannedTurn:
    return PlannedTurn.model_validate({"kind": kind, "steps": list(steps), **more})


def shape(plan: Plan) -> list[tuple[str, list[str]]]:
    return [(turn.kind, turn.steps) for turn in plan.turns]


ASKED = [Awaited(step="s2", pointer="/city")]
PLAN = Plan(
    turns=[
        turn("request", "s1"),
        turn("follow_up", awaits=ASKED),
        turn("clarification", "s2", "s3"),
        turn("chat"),
        turn("follow_up", "s4", "s5"),
    ]
)


def test_a_turn_that_keeps_a_call_keeps_its_words() -> None:
    plan, same = without_steps(PLAN, {"s5"})
    assert shape(plan)[-1] == ("follow_up", ["s4"])
    assert same == 5


def test_a_turn_without_calls_goes_and_what_follows_is_written_anew() -> None:
    plan, same = without_steps(PLAN, {"s4", "s5"})
    assert [kind for kind, _ in shape(plan)] == ["request", "follow_up", "clarification", "chat"]
    assert same == 4
    plan, same = without_steps(PLAN, {"s1"})
    assert shape(plan)[0] == ("request", [])
    assert plan.turns[0].awaits == ASKED
    assert same == 0


def test_a_question_goes_with_the_call_that_it_is_for() -> None:
    plan, same = without_steps(PLAN, {"s2"})
    assert shape(plan)[:2] == [("request", ["s1"]), ("follow_up", ["s3"])]
    assert same == 1
    plan, same = without_steps(PLAN, {"s2", "s3"})
    assert [kind for kind, _ in shape(plan)] == ["request", "chat", "follow_up"]
    plan, _ = without_steps(PLAN, {"s1", "s2", "s3"})
    assert shape(plan) == [("request", ["s4", "s5"])], "a dialogue begins with no remark"


def steps(count: int, size: int = 1) -> dict[str, Step]:
    made = [Step(id=f"s{number}", tool="t", arguments={}, result="x" * size) for number in range(1, count + 1)]
    return {step.id: step for step in made}


def parts(plan: Plan, known: dict[str, Step]) -> list[int]:
    """Return the last turn of each part."""
    ends: list[int] = []
    while not ends or ends[-1] < len(plan.turns) - 1:
        ends.append(last_of_part(plan, ends[-1] + 1 if ends else 0, known))
    return ends


def test_what_is_short_is_one_part() -> None:
    assert parts(PLAN, steps(5)) == [4]


def test_parts_have_a_bounded_number_of_calls_and_characters() -> None:
    known = steps(40)
    long = Plan(turns=[turn("follow_up", f"s{number}", f"s{number + 1}") for number in range(1, 40, 2)])
    assert parts(long, known) == [5, 11, 17, 19]
    assert STEPS_MAX == 12
    wide = Plan(turns=[turn("follow_up", f"s{number}") for number in range(1, 6)])
    assert parts(wide, steps(5, CHARACTERS_MAX // 2)) == [0, 1, 2, 3, 4]
    assert parts(wide, steps(5, 2 * CHARACTERS_MAX)) == [0, 1, 2, 3, 4]


def test_a_question_and_its_answer_stay_together() -> None:
    known = steps(24)
    first = turn("request", *list(known)[:12])
    asked = turn("follow_up", awaits=[Awaited(step="s13", pointer="/x")])
    answer = turn("clarification", *list(known)[12:])
    assert parts(Plan(turns=[first, asked, answer]), known) == [0, 2]
    assert parts(Plan(turns=[asked, answer, first]), known) == [1, 2]


def test_what_makes_no_call_is_no_part() -> None:
    known = steps(13)
    calls = turn("request", *list(known)[:12])
    thanks = [turn("chat"), turn("follow_up", "s13"), turn("chat")]
    assert parts(Plan(turns=[calls, *thanks]), known) == [1, 3]
