"""What somebody who knows the reward's code has tried, to score without solving or to stop the scoring."""

import pytest

from tests.unit.toolgrad_data.tasks.playing import (
    environment,
    keyed,
    own_play,
    records,
    reward_by,
    reward_of,
    with_turn,
)
from toolgrad_data.tasks.episode import Episode
from toolgrad_data.tasks.message import Message
from toolgrad_data.tasks.mutants import PlannedCall

_BERGEN, _LOAN, _URGENT, _DESK = 0, 1, 5, 6


async def test_a_hedge_tells_what_other_calls_of_the_tool_gave() -> None:
    record = records()[_LOAN]
    own = own_play(record)
    other = PlannedCall("loan_payment", {"amount": 18000, "annual_rate": 4.5, "years": 12})
    assert (await reward_of(record, with_turn(own, 0, calls=[other, *own[0].calls]))).total == 1

    async def policy(episode: Episode) -> None:
        instead = (await episode.call(other.tool, other.arguments)).content["monthly_payment"]
        for number, turn in enumerate(own):
            for call in turn.calls:
                await episode.call(call.tool, call.arguments)
            await episode.message(turn.message if number else f"{turn.message} Perhaps you would rather pay {instead}.")

    reward = await reward_by(record, policy)
    assert "another call of loan_payment" in reward.answer.reason
    assert not reward.solved


async def test_calling_for_every_value_does_not_make_telling_them_all_an_answer() -> None:
    record = records()[_LOAN]
    own = own_play(record)
    calls = [
        PlannedCall("loan_payment", {"amount": 18000, "annual_rate": 4.5, "years": years}) for years in range(8, 13)
    ]

    async def policy(episode: Episode) -> None:
        told = []
        for call in calls:
            content = (await episode.call(call.tool, call.arguments)).content
            told.append(" and ".join(str(value) for value in content.values()))
        await episode.message("; ".join(told))
        for turn in own[1:]:
            for call in turn.calls:
                await episode.call(call.tool, call.arguments)
            await episode.message(turn.message)

    reward = await reward_by(record, policy)
    assert reward.evidence.score == 1
    assert not reward.solved, reward.answer


async def test_all_calls_in_the_last_turn_answer_nobody() -> None:
    record = records()[_BERGEN]
    own = own_play(record)
    calls = [call for turn in own for call in turn.calls]
    script = own
    for number in range(len(own)):
        script = with_turn(script, number, calls=calls if number == len(own) - 1 else [])
    reward = await reward_of(record, script)
    assert reward.evidence.score == 0


async def test_a_write_that_is_undone_by_the_end_of_its_turn_is_none_but_one_that_stays_is_early() -> None:
    record = records()[_DESK]
    own = own_play(record)
    early = PlannedCall("assign_ticket", {"ticket": "T-1004", "agent": "Chiara"})
    back = PlannedCall("assign_ticket", {"ticket": "T-1004", "agent": "Bruno"})
    stays = await reward_of(record, with_turn(own, 1, calls=[*own[1].calls, early]))
    undone = await reward_of(record, with_turn(own, 1, calls=[*own[1].calls, early, back]))
    assert (stays.effects.score, undone.effects.score) == (0, 1)


async def test_a_forbidden_call_with_its_default_written_out_or_in_another_turn_stays_forbidden() -> None:
    record = records()[_URGENT]
    refused = record.turns[1].refuses
    assert refused is not None
    own = own_play(record)
    for number in range(len(own)):
        calls = [*own[number].calls, PlannedCall(refused.tool, refused.arguments)]
        reward = await reward_of(record, with_turn(own, number, calls=calls))
        assert (reward.total, reward.refused.score) == (0, 0), number


@pytest.mark.parametrize(
    "words",
    [
        "{" + ":" * 19_000,
        "[" + "," * 19_000,
        "{" * 9_000 + ":" + "}" * 9_000,
        "05:14. " * 2_500,
        "5 " * 9_000,
        "On 9 May the sun comes up at 05:14 in Bergen. " * 400,
        "a" * 19_000 + "05:14",
        "Bergen " * 2_800,
    ],
)
async def test_no_message_stops_the_scoring(words: str) -> None:
    record = records()[_BERGEN]
    reward = await reward_of(record, with_turn(own_play(record), 0, message=words))
    assert not reward.solved


@pytest.mark.parametrize(
    ("words", "digits", "is_told"),
    [
        ("It is written 155,03 USD.", "15503", True),
        ("It is 155.03 in USD.", "15503", False),
        ("It is written 488,36 USD.", "15503", False),
        ("That is in US dollars.", "15503", False),
        ("They are US dollars.", "", True),
    ],
)
def test_a_part_without_its_figures_tells_no_text(words: str, digits: str, is_told: bool) -> None:
    from nodes.marks.says import ENGLISH, Place
    from toolgrad_data.tasks.message import told_by

    value = "155,03 USD" if digits else "USD"
    found = told_by(Message.of(words, ENGLISH), Place(value, name="written"), frozenset(), digits)
    assert (found is not None) is is_told


def test_data_is_no_words_and_words_are_no_data() -> None:
    from nodes.marks.says import ENGLISH

    for data in (
        '{"a": 5}',
        "{'a': [5, 6]}",
        "{a = 5}",
        "[5, 6, 7, 8]",
        '[{"a": {"b": 5}}]',
        '{"t": "x [y z", "n": 5}',
        '{"t": "{", "n": 5}',
    ):
        assert "5" not in Message.of(f"It is {data}.", ENGLISH).text, data
        assert Message.of(f"It is {data}.", ENGLISH).has_data is ("{" in data), data
    for words in ("It is {5}.", "It is [5].", "It is 5 [see there]."):
        assert "5" in Message.of(words, ENGLISH).text, words


@pytest.mark.parametrize(
    "arguments", [{"city": float("nan")}, {"city": {1, 2}}, '{"city": NaN}', "[" * 5_000, {"c": b"x"}]
)
async def test_arguments_that_are_no_json_are_an_answer(arguments: object) -> None:
    own = await environment()
    task = keyed(records()[_BERGEN], own)
    async with own.open(task.task) as episode:
        await episode.reset()
        answer = await episode.call("city_location", arguments)
        assert answer.error is not None
        assert answer.error.kind == "invalid_arguments"
        trace = await episode.submit()
    trace.model_dump_json()
    assert (await own.score(task, trace)).total == 0


async def test_half_a_character_is_no_reason_to_fail() -> None:
    record = records()[_BERGEN]
    assert (await reward_of(record, with_turn(own_play(record), 0, message="\ud800 05:14, 21:58"))).solved


async def test_an_assistant_that_says_none_has_said_nothing() -> None:
    record = records()[_BERGEN]

    async def policy(episode: Episode) -> None:
        while not (await episode.message(None)).done:
            pass

    assert (await reward_by(record, policy)).total == 0


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (_BERGEN, "In Bergen the sun does not come up at 05:14 on 9 May; it sets at 21:58."),
        (_BERGEN, "The sun comes up at 05:14 and goes down at 21:58. Well, it isn't 05:14."),
        (_BERGEN, "The sun comes up, not at 05:14, and goes down at 21:58."),
        (_BERGEN, "The sun comes up at 05:14 and goes down at 21:58. 05:14 is not right, though."),
        (_LOAN, "You would never pay 186.55 euros a month, nor 4,385.90 euros of interest."),
        (_LOAN, "You'd not pay 186.55 euros a month, and 4,385.90 euros of interest in all."),
    ],
)
async def test_a_value_that_is_denied_is_not_told(number: int, words: str) -> None:
    record = records()[number]
    reward = await reward_of(record, with_turn(own_play(record), 0, message=words))
    assert not reward.solved
    assert "contradicts" in reward.answer.reason


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (_BERGEN, "In Bergen the sun doesn't come up until 05:14 on 9 May, and it is not dark before 21:58."),
        (_BERGEN, "No clouds, not a drop of rain: sunrise is at 05:14, sunset at 21:58."),
        (_LOAN, "That's not cheap: 186.55 euros a month, so not less than 4,385.90 euros of interest in all."),
        (_LOAN, "It isn't only the 186.55 euros a month. With 4,385.90 euros of interest you repay 22,385.90 in all."),
        (_LOAN, "186.55 euros a month, which is 2,238.60 a year, and 4,385.90 euros of interest, 24.4 percent on top."),
    ],
)
async def test_a_denial_of_something_else_and_what_is_reckoned_cost_nothing(number: int, words: str) -> None:
    record = records()[number]
    reward = await reward_of(record, with_turn(own_play(record), 0, message=words))
    assert reward.solved, reward.answer


@pytest.mark.parametrize(
    ("number", "more"),
    [
        (_BERGEN, "Or it may be 04:47."),
        (_BERGEN, "Some say 04:47. Others say 05:29. My clock says 23:13."),
        (_LOAN, "Maybe rather 193.20 euros. Or 171.44 euros. Interest could come to 4,411.37 euros."),
        (_LOAN, "The other bank said 4,911 euros."),
    ],
)
async def test_wrong_figures_in_sentences_of_their_own_are_no_answer(number: int, more: str) -> None:
    record = records()[number]
    own = own_play(record)
    reward = await reward_of(record, with_turn(own, 0, message=f"{own[0].message} {more}"))
    assert not reward.solved, reward.answer


@pytest.mark.parametrize(
    "words",
    [
        "Might the sun come up at 05:14? Or go down at 21:58?",
        "Shall I say **05:14 and 21:58?**",
        "The sun comes up ~~at 05:14~~ early and goes down at 21:58.",
        "The sun comes up early. <!-- 05:14, 21:58 --> Enjoy!",
        "It comes up early <del>at 05:14</del> and goes down at 21:58. <!-- 05:14",
    ],
)
async def test_what_is_asked_struck_out_or_hidden_is_not_told(words: str) -> None:
    record = records()[_BERGEN]
    reward = await reward_of(record, with_turn(own_play(record), 0, message=words))
    assert not reward.solved, reward.answer


async def test_a_question_beside_what_is_told_costs_nothing() -> None:
    record = records()[_BERGEN]
    words = "Sunrise is at 05:14 and sunset at 21:58. Shall I set an alarm for 05:14?"
    assert (await reward_of(record, with_turn(own_play(record), 0, message=words))).solved
