"""Steps that no words ask for."""

from graph.marks import Ask
from graph.record import RecordContext, Turn
from graph.sources import StepSource
from nodes.proofs import cited
from tests.unit.nodes.proofs.marked import SPECS, step, turn

SUN, FUEL, ADDED = step(1, {"up": "06:11"}), step(2, {"fuel": 6.73}, name="find"), step(3, {"ok": True}, name="add")
TELLING = "[This](s1), [that](s2)"


def found(*turns: Turn) -> list[tuple[str, str]]:
    """Return what is found but for results that are not told."""
    findings = cited.check_with_asks(turns, RecordContext(), SPECS)
    return [(finding.code, finding.where) for finding in findings if finding.code != "untold"]


def test_each_step_is_asked_for() -> None:
    assert found(turn("[When is dawn](s1), and [how thirsty is it](s2)?", TELLING, SUN, FUEL)) == []
    assert found(turn("[When is dawn](s1), and how thirsty is it?", TELLING, SUN, FUEL)) == [
        ("not_asked", "/turns/0/steps/1")
    ]


def test_a_step_that_another_uses_need_not_be_asked_for() -> None:
    user = step(2, {"fuel": 1}, {"up": "06:11"}).model_copy(
        update={"sources": {"/up": StepSource(step="s1", pointer="/up")}}
    )
    assert found(turn("[How thirsty](s2)?", TELLING, SUN, user)) == []


def test_a_read_that_nobody_asks_for_or_tells_is_unneeded() -> None:
    assert found(turn("Hello", "", SUN)) == [("unneeded_step", "/turns/0/steps/0")]
    assert found(turn("Hello", TELLING, SUN)) == [("not_asked", "/turns/0/steps/0")]
    assert found(turn("Hello", "", ADDED)) == [("not_asked", "/turns/0/steps/0")]
    told = cited.check_with_asks([turn("Hello", "", SUN, ADDED)], RecordContext(), SPECS)
    assert [finding.where for finding in told if finding.code == "untold"] == ["/turns/0/steps/1/result"]


def test_words_ask_for_several_steps_only_of_one_tool() -> None:
    other = step(2, {"up": "06:15"})
    assert found(turn("[When is dawn in both](s1 s2)?", TELLING, SUN, other)) == []
    assert found(turn("[Dawn and fuel](s1 s2)?", TELLING, SUN, FUEL)) == [("asks_for_many", "/turns/0/asks/0")]


def test_asks_that_lie_are_found() -> None:
    plain = turn("[When is dawn](s1)?", "", SUN)
    for start, end, quote, code in [
        (0, 9, "When is dawn", "bad_span"),
        (0, 99, "x", "bad_span"),
        (0, 11, "When is daw", "bad_span"),
    ]:
        ask = Ask(start=start, end=end, quote=quote, steps=["s1"])
        assert found(plain.model_copy(update={"asks": [ask]})) == [(code, "/turns/0/asks/0")]
    ask = Ask(start=0, end=12, quote="When is dawn", steps=["s1", "s9"])
    assert found(plain.model_copy(update={"asks": [ask]})) == [("dangling", "/turns/0/asks/0")]


def test_nothing_is_said_where_nothing_is_stored() -> None:
    assert found(turn("Hello", "", SUN).model_copy(update={"asks": None})) == []


def test_a_later_turn_may_ask() -> None:
    first = turn("[Dawn](s1)?", "", SUN)
    assert found(first, turn("[And fuel](s2)?", "", FUEL, before=[first])) == []
