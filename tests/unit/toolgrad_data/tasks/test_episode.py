"""Episodes: what a policy sees, what it may do, and what is logged."""

import asyncio

import pytest

from tests.unit.toolgrad_data.tasks.playing import environment, keyed, records
from toolgrad_data.tasks.episode import Episode, EpisodeError
from toolgrad_data.tasks.task import TaskLimits

_BERGEN, _DESK = 0, 6


async def _episode(number: int, **limits: float) -> Episode:
    own = await environment()
    task = keyed(records()[number], own).task
    return own.open(task.model_copy(update={"limits": TaskLimits.model_validate(limits)}))


async def test_the_next_message_comes_after_each_final_one() -> None:
    async with await _episode(_BERGEN) as episode:
        seen = await episode.reset()
        messages = [seen.message]
        assert {spec.name for spec in seen.tools} >= {"city_location", "sun_times"}
        while not (seen := await episode.message("I see.")).done:
            messages.append(seen.message)
        assert messages == episode.task.messages
        assert seen.ending == "answered"
        with pytest.raises(EpisodeError, match="is over"):
            await episode.message("One more.")
        with pytest.raises(EpisodeError, match="is over"):
            await episode.call("city_location", {"city": "Bergen"})


async def test_nothing_goes_before_reset() -> None:
    async with await _episode(_BERGEN) as episode:
        for early in (episode.call("city_location", {}), episode.message("Hello"), episode.submit()):
            with pytest.raises(EpisodeError, match="call reset first"):
                await early


@pytest.mark.parametrize(
    ("tool", "arguments", "kind", "words"),
    [
        ("City_Location", {"city": "Bergen"}, "not_allowed", "Near it: city_location"),
        ("launch_rocket", {}, "not_allowed", "there is no tool"),
        ("country_capital", {"country": "NO"}, "not_allowed", "there is no tool"),  # loaded, and not offered
        ("city_location", {"town": "Bergen"}, "invalid_arguments", "city"),
        ("city_location", "{broken", "invalid_arguments", "no JSON"),
        ("city_location", '["Bergen"]', "invalid_arguments", "no object"),
        ("city_location", None, "invalid_arguments", "no object"),
    ],
)
async def test_a_bad_call_is_an_answer(tool: str, arguments: object, kind: str, words: str) -> None:
    async with await _episode(_BERGEN) as episode:
        await episode.reset()
        answer = await episode.call(tool, arguments)
        assert answer.error is not None
        assert answer.error.kind == kind
        assert words in answer.error.message
        assert not answer.done


async def test_arguments_may_come_as_their_json_text() -> None:
    async with await _episode(_BERGEN) as episode:
        await episode.reset()
        assert (await episode.call("city_location", '{"city": "Bergen"}')).ok
        (call,) = (await episode.submit()).calls()
        assert call.arguments == {"city": "Bergen"}


async def test_a_thousand_calls_end_the_episode_at_its_limit() -> None:
    async with await _episode(_BERGEN, calls=5) as episode:
        await episode.reset()
        answers = [await episode.call("city_location", {"city": "Bergen"}) for _ in range(6)]
        assert [answer.ok for answer in answers] == [True] * 5 + [False]
        assert answers[-1].done
        with pytest.raises(EpisodeError, match="calls"):
            await episode.call("city_location", {"city": "Bergen"})
        trace = await episode.submit()
        assert (trace.ending, len(trace.calls())) == ("calls", 5)


async def test_time_ends_it() -> None:
    async with await _episode(_BERGEN, seconds=1e-9) as episode:
        await episode.reset()
        assert (await episode.message("Late.")).ending == "seconds"


async def test_submitting_twice_gives_the_same() -> None:
    async with await _episode(_BERGEN) as episode:
        await episode.reset()
        await episode.message("On 9 May.")
        first = await episode.submit()
        assert first.ending == "submitted"
        assert await episode.submit() == first


async def test_who_vanishes_leaves_an_abandoned_episode() -> None:
    episode = await _episode(_BERGEN)
    await episode.reset()
    await episode.aclose()
    assert (await episode.submit()).ending == "abandoned"


async def test_each_episode_has_a_state_of_its_own() -> None:
    own = await environment()
    task = keyed(records()[_DESK], own).task
    new = {"subject": "badge does not open the garage", "priority": "P1"}

    async def numbered() -> object:
        async with own.open(task) as episode:
            await episode.reset()
            await episode.call("create_ticket", new)
            return (await episode.call("create_ticket", new)).content["ticket"]

    assert set(map(str, await asyncio.gather(*(numbered() for _ in range(8))))) == {"T-1005"}


async def test_a_reset_begins_anew() -> None:
    async with await _episode(_DESK) as episode:
        await episode.reset()
        new = {"subject": "badge does not open the garage", "priority": "P1"}
        assert (await episode.call("create_ticket", new)).content["ticket"] == "T-1004"
        await episode.reset()
        assert (await episode.call("create_ticket", new)).content["ticket"] == "T-1004"


async def test_a_long_message_is_cut_and_marked() -> None:
    async with await _episode(_BERGEN, message_characters=100) as episode:
        await episode.reset()
        await episode.message("x" * 1000)
        turn = (await episode.submit()).turns[0]
        assert (len(turn.message or ""), turn.is_cut) == (100, True)
