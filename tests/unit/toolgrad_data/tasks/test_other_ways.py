"""Right ends reached another way than the record's, as people took them: each earns all, no wrong value does."""

import pytest

from nodes.marks.apply import FreeFigures
from nodes.marks.says import ENGLISH
from tests.unit.toolgrad_data.tasks.playing import own_play, records, reward_of, with_turn
from toolgrad_data.tasks.message import Message, ToldFigures, days_of, foreign_days
from toolgrad_data.tasks.mutants import PlannedCall, Play
from toolgrad_data.tasks.unasked import find_unasked

_BERGEN, _FLIGHT = 0, 3


def in_utc() -> Play:
    own = own_play(records()[_BERGEN])
    calls = [own[0].calls[0], PlannedCall("sun_times", {**own[0].calls[1].arguments, "timezone": "UTC"})]
    return with_turn(own, 0, calls=calls)


@pytest.mark.parametrize(
    ("words", "solved"),
    [
        ("On 9 May the sun comes up at 03:14 UTC and goes down at 19:58 UTC in Bergen.", True),
        ("On 9 May the sun comes up at 05:14 and goes down at 21:58 in Bergen, in local time.", True),
        ("On 9 May the sun comes up at 04:14 UTC and goes down at 19:58 UTC in Bergen.", False),
    ],
)
async def test_the_same_moments_may_be_asked_for_and_told_in_another_zone(words: str, solved: bool) -> None:
    reward = await reward_of(records()[_BERGEN], with_turn(in_utc(), 0, message=words))
    assert reward.solved is solved, reward


async def test_a_way_may_be_measured_from_its_other_end_and_need_not_be_told() -> None:
    own = own_play(records()[_FLIGHT])
    turned = PlannedCall("flight_distance", {"origin": "LIS", "destination": "VIE"})
    reward = await reward_of(records()[_FLIGHT], with_turn(own, 0, calls=[turned, own[0].calls[1]]))
    assert reward.solved, reward


def test_what_leads_to_the_answer_is_not_asked_for() -> None:
    class Told:
        def __init__(self, step: str, pointer: str) -> None:
            self.step, self.pointer = step, pointer

    turns = records()[_FLIGHT].turns
    told = [Told("s1", "/distance_km"), Told("s2", "/minutes"), Told("", "")]
    assert find_unasked(told, 0, turns) == {0}
    unmarked = [turns[0].model_copy(update={"asks": None}), *turns[1:]]
    assert find_unasked(told, 0, unmarked) == set()


def test_of_members_those_that_the_words_name_are_asked_for() -> None:
    class Told:
        def __init__(self, pointer: str) -> None:
            self.step, self.pointer = "s2", pointer

    def unasked(words: str, result: dict[str, float], *names: str) -> set[str]:
        turn = records()[_FLIGHT].turns[0]
        ask = turn.asks[0].model_copy(update={"quote": words}) if turn.asks else None
        step = turn.steps[1].model_copy(update={"result": result})
        changed = turn.model_copy(update={"asks": [ask], "steps": [turn.steps[0], step]})
        return {names[index] for index in find_unasked([Told(f"/{name}") for name in names], 0, [changed])}

    taxed = {"net_price": 123.2, "tax": 27.84, "gross": 151.04}
    assert unasked("how big is the tax part of the price", taxed, "tax", "net_price", "gross") == {"net_price", "gross"}
    assert unasked("what day of the week is it", {"weekday": 6, "week": 19}, "weekday", "week") == set()
    assert unasked("the rate and the one back", {"rate": 2.0, "inverse_rate": 0.4}, "rate", "inverse_rate") == set()
    assert unasked("how is it there", {"tax": 1.0, "rate": 2.0}, "tax", "rate") == set()


def test_a_long_number_may_be_written_once_more_in_groups() -> None:
    def untold(words: str) -> set[str]:
        message = Message.of(words, ENGLISH)
        figures = ToldFigures(message)
        figures.add(frozenset({len(message.figures) - 1}))
        return figures.untold(FreeFigures([], ENGLISH))[0]

    assert untold("It is 9 770098 748009 (9770098748009).") == {"9"}
    assert untold("It is 770098 748008 (9770098748009).") == {"748008"}
    assert untold("It is 770 (977009).") == {"770"}


def test_a_day_is_foreign_where_none_of_the_known_ones_is_meant() -> None:
    asked = days_of(Message.of("When does the moon set on 16 December 2024?", ENGLISH))
    assert asked == {(12, 16)}
    assert not foreign_days(Message.of("At 1:15 the next day.", ENGLISH), asked)
    assert foreign_days(Message.of("At 1:15 on 18 December.", ENGLISH), asked)
