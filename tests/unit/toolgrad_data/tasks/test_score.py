"""Rewards: each part on episodes that hold, that come another way to the same end, and that do not."""

import pytest

from tests.unit.toolgrad_data.tasks.playing import environment, keyed, own_play, records, reward_of, with_turn
from toolgrad_data.tasks.episode import EpisodeError
from toolgrad_data.tasks.mutants import PlannedCall
from toolgrad_data.tasks.proving import play
from toolgrad_data.tasks.reward import RewardWeights
from toolgrad_data.tasks.score import score

_BERGEN, _LOAN, _FRANCS, _URGENT, _DESK, _BILL = 0, 1, 4, 5, 6, 7


@pytest.mark.parametrize("number", range(14))
async def test_a_dialogues_own_episode_earns_all_and_an_empty_one_nothing(number: int) -> None:
    record = records()[number]
    reward = await reward_of(record, own_play(record))
    assert (reward.total, reward.solved) == (1, True), reward
    empty = await reward_of(record, ())
    assert (empty.total, empty.solved) == (0, False), empty


# Other ways to the same end


async def test_values_may_be_said_in_another_form() -> None:
    record = records()[_BERGEN]
    script = with_turn(own_play(record), 0, message="Sunrise is at 5:14 am, and the sun sets at 9:58 pm.")
    assert (await reward_of(record, script)).total == 1


async def test_reads_may_be_more_and_in_another_order() -> None:
    record = records()[_URGENT]
    first = own_play(record)[0]
    extra = PlannedCall("get_ticket", {"ticket": "T-1003"})
    script = with_turn(own_play(record), 0, calls=[extra, *reversed(first.calls), *first.calls])
    reward = await reward_of(record, script)
    assert reward.total == 1
    assert reward.economy.score is not None
    assert reward.economy.score < 1


async def test_a_call_that_failed_and_was_made_again_costs_nothing() -> None:
    record = records()[_DESK]
    own = own_play(record)[1]
    wrong = PlannedCall("assign_ticket", {"ticket": "T-9999", "agent": "Bruno"})
    reward = await reward_of(record, with_turn(own_play(record), 1, calls=[wrong, *own.calls]))
    assert reward.total == 1


async def test_a_default_may_be_left_out_and_what_was_told_need_not_be_told_again() -> None:
    record = records()[_LOAN]
    script = with_turn(own_play(record), 2, message="Sleep well!")
    assert (await reward_of(record, script)).total == 1


# Each part


async def test_evidence_is_the_share_of_end_results() -> None:
    record = records()[_BERGEN]
    reward = await reward_of(record, with_turn(own_play(record), 1, calls=[]))
    assert reward.evidence.score == pytest.approx(1 / 2)
    assert "sun_times" in reward.evidence.reason
    assert 0 < reward.total < 1


async def test_a_write_left_out_too_much_or_too_early_has_no_effects() -> None:
    record = records()[_DESK]
    own = own_play(record)
    note = own[3].calls[0]
    left_out = await reward_of(record, with_turn(own, 3, calls=[]))
    twice = await reward_of(record, with_turn(own, 3, calls=[note, note]))
    early = await reward_of(record, with_turn(with_turn(own, 3, calls=[]), 2, calls=[*own[2].calls, note]))
    for reward, words in ((left_out, "was not changed"), (twice, "more often"), (early, "too early")):
        assert reward.effects.score == 0, reward
        assert words in reward.effects.reason
        assert not reward.solved


async def test_the_state_counts_and_not_the_way_to_it() -> None:
    record = records()[_DESK]
    own = own_play(record)
    by_way_of = PlannedCall("assign_ticket", {"ticket": "T-1004", "agent": "Dmitri"})
    reward = await reward_of(record, with_turn(own, 1, calls=[by_way_of, *own[1].calls]))
    assert reward.effects.score == 1, reward.effects


async def test_a_wrong_value_in_a_write_is_another_state() -> None:
    record = records()[_DESK]
    wrong = PlannedCall("assign_ticket", {"ticket": "T-1004", "agent": "Dmitri"})
    reward = await reward_of(record, with_turn(own_play(record), 2, calls=[wrong]))
    assert reward.effects.score == 0
    assert not reward.solved


async def test_writes_where_nothing_is_to_be_changed_cost_all() -> None:
    record = records()[_URGENT].model_copy(update={"turns": records()[_URGENT].turns[:1]})
    script = own_play(record)
    assert (await reward_of(record, script)).total == 1
    write = PlannedCall("assign_ticket", {"ticket": "T-1002", "agent": "Chiara"})
    reward = await reward_of(record, with_turn(script, 0, calls=[*script[0].calls, write]))
    assert (reward.total, reward.effects.score) == (0, 0)


async def test_the_forbidden_call_costs_all() -> None:
    record = records()[_URGENT]
    refused = record.turns[1].refuses
    assert refused is not None
    script = with_turn(own_play(record), 1, calls=[PlannedCall(refused.tool, refused.arguments)])
    reward = await reward_of(record, script)
    assert (reward.total, reward.refused.score) == (0, 0)
    assert "a rule forbids" in reward.refused.reason


async def test_a_write_in_a_turn_that_refuses_costs_all() -> None:
    record = records()[_URGENT]
    own = own_play(record)
    script = with_turn(with_turn(own, 2, calls=[]), 1, calls=own[2].calls)
    reward = await reward_of(record, script)
    assert (reward.total, reward.refused.score) == (0, 0)


async def test_the_words_of_a_refusal_are_free() -> None:
    record = records()[_FRANCS]
    reward = await reward_of(record, with_turn(own_play(record), 1, message="Sorry, that I cannot do."))
    assert reward.total == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("On 9 May the sun comes up at 06:14 in Bergen and goes down at 21:58.", "06:14 contradicts"),
        ("On 9 May it comes up at 05:14 and goes down at 21:58. On 9 May it comes up at 04:41.", "contradicts"),
        ("It comes up at 05:14 or 05:15 and goes down at 21:58.", "contradicts"),
        ('{"sunrise": "2026-05-09T05:14:00+02:00", "sunset": "2026-05-09T21:58:00+02:00"}', "data is printed"),
        ("05:14, 21:58, " + ", ".join(f"{hour}.5" for hour in range(20, 30)), "figures beside those to tell"),
        (" ", "without a word"),
    ],
)
async def test_what_is_no_answer(words: str, why: str) -> None:
    record = records()[_BERGEN]
    reward = await reward_of(record, with_turn(own_play(record), 0, message=words))
    assert reward.answer.score is not None
    assert reward.answer.score < 1
    assert why in reward.answer.reason
    assert not reward.solved


async def test_a_value_told_in_another_turn_is_not_told() -> None:
    record = records()[_BILL]
    own = own_play(record)
    script = with_turn(with_turn(own, 1, message="I have it."), 2, message=f"{own[1].message} {own[2].message}")
    reward = await reward_of(record, script)
    assert not reward.solved


# Weights, and what is out of order


async def test_weights_are_settings() -> None:
    record = records()[_BERGEN]
    own = await environment()
    task = keyed(record, own)
    trace = await play(own, task.task, with_turn(own_play(record), 0, message="Done."))
    golden = await own.golden(task)
    plain = score(golden, trace)
    no_words = score(golden, trace, RewardWeights(answer=0))
    assert plain.total < no_words.total == 1
    assert not no_words.solved


async def test_a_reward_asked_for_before_the_end_is_refused() -> None:
    own = await environment()
    task = keyed(records()[_BERGEN], own)
    async with own.open(task.task) as episode:
        await episode.reset()
        trace = (await episode.submit()).model_copy(update={"ending": None})
    with pytest.raises(EpisodeError, match="submit it first"):
        await own.score(task, trace)
    with pytest.raises(EpisodeError, match="not of"):
        await own.score(task, trace.model_copy(update={"task": "task-other"}))
