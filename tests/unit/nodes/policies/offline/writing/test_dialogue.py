"""Dialogues from plans made by hand, of calls of built-in tools that were made: each kind of turn in words."""

from collections.abc import Iterator
from typing import Any

import pytest

from graph.record import Awaited, PolicyRules, RecordContext, RefusedCall, Replacement, Rule, Step, Turn
from graph.sources import StepSource, UserSource
from nodes.dialogues.plan import Plan, PlannedTurn
from nodes.drafts import read_draft, turns_of
from nodes.policies.base import Draft, SynthesizeRequest, Written
from nodes.policies.offline.writing.review import objections
from nodes.policies.offline.writing.synthesize import synthesize
from tests.unit.tool_registry.making import run
from tool_registry.json.pointer import resolve
from tool_registry.registry import ToolRegistry, get_registry

SEEDS = range(12)


class Made:
    """Calls that were made, in order."""

    def __init__(self, registry: ToolRegistry) -> None:
        self.registry = registry
        self.steps: list[Step] = []

    async def call(self, tool: str, /, **arguments: Any) -> Step:
        """Make a call; an argument that is a pair is what a step has at a pointer."""
        sources = {f"/{name}": value for name, value in arguments.items() if isinstance(value, tuple)}
        given = {
            name: resolve(value[0].result, value[1]) if isinstance(value, tuple) else value
            for name, value in arguments.items()
        }
        result = await run(self.registry.get(tool), given)
        assert result.error is None, result.error
        step = Step(
            id=f"s{len(self.steps) + 1}",
            tool=tool,
            arguments=given,
            sources={name: StepSource(step=step.id, pointer=pointer) for name, (step, pointer) in sources.items()},
            result=result.content,
        )
        self.steps.append(step)
        return step

    def request(self, *turns: PlannedTurn, seed: int = 0, **more: Any) -> SynthesizeRequest:
        names = {*(step.tool for step in self.steps), *(turn.refuses.tool for turn in turns if turn.refuses)}
        return SynthesizeRequest(
            seed=seed,
            iteration=1,
            target_calls=len(self.steps),
            target_turns=len(turns),
            context=RecordContext(now="2026-03-01T09:00:00+01:00"),
            tools={name: self.registry.get(name).spec for name in sorted(names)},
            steps=self.steps,
            chains=[[step.id for step in self.steps]],
            gradients=[],
            plan=Plan(turns=list(turns)),
            **more,
        )


@pytest.fixture
async def made() -> Made:
    return Made(await get_registry(["builtin"]))


def read(request: SynthesizeRequest, draft: Draft) -> list[Turn]:
    written = read_draft(draft, request.previous, lambda _: False, request.first)
    return turns_of(written, request.plan, request.steps, request.chains, request.context, request.tools)


def written(made: Made, *turns: PlannedTurn, **more: Any) -> Iterator[list[Turn]]:
    """Yield the turns as each seed writes them, which the proofs pass."""
    for seed in SEEDS:
        request = made.request(*turns, seed=seed, **more)
        draft = synthesize(request)
        assert objections(draft, request) == []
        yield read(request, draft)


async def test_a_follow_up_goes_back_to_what_was_told(made: Made) -> None:
    airport = await made.call("airport_details", iata="DEN")
    await made.call("height_in_feet", height_m=(airport, "/elevation_m"))
    plan = PlannedTurn(steps=["s1"]), PlannedTurn(kind="follow_up", steps=["s2"])
    for request, follow_up in written(made, *plan):
        assert follow_up.steps[0].sources["/height_m"] == StepSource(step="s1", pointer="/elevation_m")
        assert str(airport.result["elevation_m"]) not in follow_up.query
        assert [ask.steps for ask in request.asks or ()] == [["s1"]]
        assert [ask.steps for ask in follow_up.asks or ()] == [["s2"]]
        assert {name for tell in request.tells or () for each in tell.sources() for name in each.steps()} == {"s1"}


async def test_the_same_with_one_other_value_is_an_ellipsis(made: Made) -> None:
    await made.call("utc_offset_on_date", timezone="Europe/Berlin", date="2026-05-03")
    await made.call("utc_offset_on_date", timezone="Europe/Berlin", date="2026-12-24")
    plan = PlannedTurn(steps=["s1"]), PlannedTurn(kind="follow_up", steps=["s2"])
    words = set()
    for _, follow_up in written(made, *plan):
        zone, date = (follow_up.steps[0].sources[name] for name in ("/timezone", "/date"))
        assert isinstance(zone, UserSource)
        assert zone.turn == 0
        assert isinstance(date, UserSource)
        assert date.turn == 1
        assert "Berlin" not in follow_up.query
        assert len(follow_up.query.split()) <= 14
        words.add(follow_up.query.replace(date.quote, "_"))
    assert len(words) > len(SEEDS) / 2


async def test_what_is_left_open_is_asked_for_and_given(made: Made) -> None:
    await made.call("flight_distance", origin="LIS", destination="HND")
    awaited = Awaited(step="s1", pointer="/destination")
    plan = PlannedTurn(awaits=[awaited]), PlannedTurn(kind="clarification", steps=["s1"])
    questions = set()
    for request, answer in written(made, *plan):
        assert "HND" not in request.query
        assert "LIS" in request.query
        assert "airport" in request.response
        assert request.response.endswith("?")
        assert request.steps == []
        assert request.tells == []
        source = answer.steps[0].sources["/destination"]
        assert isinstance(source, UserSource)
        assert (source.turn, source.quote.upper()) in (
            (1, "HND"),
            (1, "HND AIRPORT"),
        )
        assert len(answer.query.split()) <= 10
        questions.add(request.response)
    assert len(questions) > len(SEEDS) / 2


async def test_one_thing_that_two_calls_take_is_left_open_in_both(made: Made) -> None:
    await made.call("weekday_of_date", date="2026-05-03")
    await made.call("count_public_holidays", country="NO", year=2026)
    await made.call("next_public_holiday", country="NO", after="2026-05-03")
    # The year of that day is said: that gives no day.
    awaited = [Awaited(step="s1", pointer="/date"), Awaited(step="s3", pointer="/after")]
    plan = PlannedTurn(awaits=awaited), PlannedTurn(kind="clarification", steps=["s1", "s2", "s3"])
    for _, answer in written(made, *plan):
        for number, name in ((0, "/date"), (2, "/after")):
            source = answer.steps[number].sources[name]
            assert isinstance(source, UserSource)
            assert source.turn == 1


async def test_a_correction_names_the_new_value_and_tells_the_new_result(made: Made) -> None:
    old = await made.call("weekday_of_date", date="2026-05-03")
    new = await made.call("weekday_of_date", date="2026-06-09")
    replaces = Replacement(step="s1", by="s2")
    plan = PlannedTurn(steps=["s1"]), PlannedTurn(kind="correction", steps=["s2"], replaces=replaces)
    for _, correction in written(made, *plan):
        assert [ask.steps for ask in correction.asks or ()] == [["s2"]]
        source = correction.steps[0].sources["/date"]
        assert isinstance(source, UserSource)
        assert source.turn == 1
        assert any(str(new.result[name]) in correction.response for name in new.result)
        assert not any(str(old.result[name]) in correction.response for name in ("weekday", "day_of_year"))


@pytest.mark.parametrize(
    ("tool", "arguments", "awaited", "unheard"),
    [
        ("discounted_price", {"price": 120, "discount": 15}, "/discount", "discount of a"),
        ("countries_using_currency", {"currency": "XPF"}, "/currency", "that pay."),
    ],
)
async def test_what_is_left_open_leaves_a_sentence(
    made: Made, tool: str, arguments: dict[str, Any], awaited: str, unheard: str
) -> None:
    await made.call(tool, **arguments)
    plan = (
        PlannedTurn(awaits=[Awaited(step="s1", pointer=awaited)]),
        PlannedTurn(kind="clarification", steps=["s1"]),
    )
    requests = [made.request(*plan, seed=seed) for seed in range(60)]
    queries = [read(request, synthesize(request))[0].query for request in requests]
    assert not [query for query in queries if unheard in query]


async def test_nobody_says_that_this_is_all_and_goes_on(made: Made) -> None:
    await made.call("weekday_of_date", date="2026-05-03")
    await made.call("weekday_of_date", date="2026-06-09")
    plan = PlannedTurn(steps=["s1"]), PlannedTurn(kind="follow_up", steps=["s2"])
    requests = [made.request(*plan, seed=seed) for seed in range(200)]
    queries = [read(request, synthesize(request))[0].query for request in requests]
    assert any(query.endswith(("Thanks!", "No rush.")) for query in queries)
    assert not any("all for now" in query for query in queries)


async def test_a_correction_says_which_of_two_like_values_it_changes(made: Made) -> None:
    await made.call("annual_growth_rate", start=5600, end=272000, years=16)
    await made.call("annual_growth_rate", start=3500, end=272000, years=16)
    replaces = Replacement(step="s1", by="s2")
    plan = PlannedTurn(steps=["s1"]), PlannedTurn(kind="correction", steps=["s2"], replaces=replaces)
    for _, correction in written(made, *plan):
        assert "5,600" in correction.query or "5600" in correction.query


async def test_what_was_found_with_the_old_value_is_told_anew(made: Made) -> None:
    first = await made.call("distance_covered", speed_kmh=20, hours=2)
    await made.call("distance_in_miles", distance_km=(first, "/distance_km"))
    second = await made.call("distance_covered", speed_kmh=20, hours=3)
    miles = await made.call("distance_in_miles", distance_km=(second, "/distance_km"))
    replaces = Replacement(step="s1", by="s3")
    plan = PlannedTurn(steps=["s1", "s2"]), PlannedTurn(kind="correction", steps=["s3", "s4"], replaces=replaces)
    for _, correction in written(made, *plan):
        named = {name for tell in correction.tells or () for each in tell.sources() for name in each.steps()}
        assert miles.id in named
        assert not named & {"s1", "s2"}


@pytest.mark.parametrize("rule", [0, None])
async def test_a_refusal_says_why(made: Made, rule: int | None) -> None:
    await made.call("flight_distance", origin="LIS", destination="HND")
    words = "Never reckon calories: that is a matter for a doctor."
    policy = PolicyRules(text=words, rules=[Rule(text=words, forbids={"tool": "walking_energy"})])
    arguments = {"distance_km": 12, "weight_kg": 70}
    refused = RefusedCall(id="x1", tool="walking_energy", arguments=arguments, rule=rule)
    plan = PlannedTurn(steps=["s1"]), PlannedTurn(kind="refusal", refuses=refused)
    for _, refusal in written(made, *plan, policy=policy if rule is not None else None):
        assert [ask.steps for ask in refusal.asks or ()] == [["x1"]]
        assert refusal.refuses is not None
        assert {(name, source.kind) for name, source in refusal.refuses.sources.items()} == {
            ("/distance_km", "user"),
            ("/weight_kg", "user"),
        }
        assert refusal.tells == []
        assert (words in refusal.response) == (rule is not None)


async def test_a_chat_wants_and_tells_nothing(made: Made) -> None:
    await made.call("molar_mass", formula="H2O")
    for _, chat in written(made, PlannedTurn(steps=["s1"]), PlannedTurn(kind="chat")):
        assert chat.asks == []
        assert chat.tells == []
        assert chat.query
        assert chat.response


async def test_a_later_part_goes_on_from_what_is_written(made: Made) -> None:
    airport = await made.call("airport_details", iata="DEN")
    await made.call("height_in_feet", height_m=(airport, "/elevation_m"))
    plan = PlannedTurn(steps=["s1"]), PlannedTurn(kind="follow_up", steps=["s2"])
    begun = made.request(*plan, first=0, last=0)
    draft = synthesize(begun)
    assert len(draft.turns) == 1
    before = read_draft(draft, None, lambda _: False)
    rest = made.request(*plan, first=1, last=1, previous=Written(turns=before.turns))
    later = synthesize(rest)
    assert len(later.turns) == 1
    assert objections(later, rest, before) == []
    assert read(rest, later)[1].steps[0].sources["/height_m"] == StepSource(step="s1", pointer="/elevation_m")


async def test_no_dialogue_is_written_twice_alike(made: Made) -> None:
    await made.call("weekday_of_date", date="2026-05-03")
    await made.call("shift_date", date="2026-05-03", days=14)
    plan = PlannedTurn(steps=["s1"]), PlannedTurn(kind="follow_up", steps=["s2"]), PlannedTurn(kind="chat")
    texts = {tuple(turn.query for turn in turns) for turns in written(made, *plan)}
    assert len(texts) == len(SEEDS)
    one, other = (synthesize(made.request(*plan, seed=7)) for _ in range(2))
    assert one == other
