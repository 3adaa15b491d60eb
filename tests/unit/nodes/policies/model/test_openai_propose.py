"""What a model is told to propose calls, and what comes of its answers."""

import json
from collections import Counter
from typing import Any

import pytest

from bench.endpoint import reading as endpoint_reading
from graph.record import Attempt, Gradient, Ingredients, Step
from graph.sources import StepSource
from nodes.policies.base import (
    PolicyError,
)
from nodes.policies.model import sections
from nodes.propose_calls import sound_proposals
from tests.model_server import ModelServer, answer, text
from tests.unit.nodes.policies.model.conftest import (
    TOOLS,
    calls,
    propose_request,
)
from tests.unit.nodes.policies.model.deciding import BOOK, WAITING, critique_request, policy, report, verdicts
from tool_registry.result import ToolError

LAT = {"$from": "s1", "pointer": "/lat"}


LON = {"$from": "s1", "pointer": "/lon"}


async def test_references_become_values_with_sources() -> None:
    async with ModelServer([answer(calls(("sun_times", {"lat": LAT, "lon": LON, "date": "2026-03-02"})))]) as server:
        made = (await policy(server).propose(propose_request())).proposals[0]
    assert made.arguments == {"lat": 35.5523, "lon": 139.7798, "date": "2026-03-02"}
    assert made.sources == {
        "/lat": StepSource(step="s1", pointer="/lat"),
        "/lon": StepSource(step="s1", pointer="/lon"),
    }


async def test_copied_values_are_traced() -> None:
    copy = {"lat": 35.5523, "lon": 139.7798, "date": "2026-03-02"}
    async with ModelServer([answer(calls(("sun_times", copy)))]) as server:
        made = (await policy(server).propose(propose_request())).proposals[0]
    assert set(made.sources) == {"/lat", "/lon"}


async def test_a_value_in_the_schema_s_words_is_read_as_its_value() -> None:
    async with ModelServer([answer(calls(("convert", {"amount": "250", "to": "euros"})))]) as server:
        made = (await policy(server).propose(propose_request())).proposals[0]
    assert made.arguments == {"amount": 250, "to": "EUR"}


@pytest.mark.parametrize("lat", ["1" + "0" * 30, "1e999", "NaN", "[" * 200 + "]" * 200])
async def test_numbers_that_no_record_holds_are_asked_for_again(lat: str) -> None:
    """Also where the arguments come as JSON text inside the answer's JSON."""
    huge = json.dumps(
        {"calls": [{"tool": "sun_times", "arguments": f'{{"lat": {lat}, "lon": 1, "date": "2026-03-02"}}'}]}
    )
    right = answer(calls(("airport_lookup", {"iata": "LIS"})))
    async with ModelServer([text(huge), right]) as server:
        made = (await policy(server).propose(propose_request())).proposals
    assert [proposal.tool for proposal in made] == ["airport_lookup"]


async def test_one_batch_can_go_deep() -> None:
    first = ("airport_lookup", {"iata": "LIS"})
    place = {name: {"$from": "p2", "pointer": f"/{name}"} for name in ("lat", "lon")}
    second = ("sun_times", {**place, "date": "2026-03-02"})
    async with ModelServer([answer(calls(second, first))]) as server:
        made = (await policy(server).propose(propose_request())).proposals
    assert [proposal.tool for proposal in made] == ["airport_lookup", "sun_times"], "in an order that can run"
    assert made[1].references["/lat"] == StepSource(step=made[0].id, pointer="/lat")


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([("teleport", {})], "there is no tool 'teleport'"),
        ([("sun_times", {"lat": {"$from": "s7", "pointer": "/lat"}})], "there is no result 's7'"),
        ([("sun_times", {"lat": {"$from": "s1", "pointer": "/latitude"}})], "nothing at '/latitude'"),
        ([("sun_times", {"lat": 1.23456789, "lon": 2, "date": "2026-01-01"})], "nobody would type this value"),
        ([("sun_times", {"note": "n" * 150})], "over 120 characters"),
        ([("airport_lookup", {"iata": "HND"})], "has been called with these arguments already"),
        ([("airport_lookup", {"iata": {"$from": "p1", "pointer": "/x"}})], "there is no result 'p1'"),
        ([("airport_lookup", {"iata": "x" * 30_000})], "far too long"),
        (
            [
                ("airport_lookup", {"iata": {"$from": "p2", "pointer": "/x"}}),
                ("convert", {"amount": {"$from": "p1", "pointer": "/x"}, "to": "EUR"}),
            ],
            "cannot run before it",
        ),
    ],
)
async def test_unsound_proposals_are_told_once_and_let_nowhere(entries: Any, words: str) -> None:
    request = propose_request(
        attempts=[
            Attempt(iteration=1, id="p1", tool="airport_lookup", arguments={"iata": "HND"}, ok=True, selected=True)
        ]
    )
    async with ModelServer([answer(calls(*entries))]) as server:
        with pytest.raises(PolicyError, match="invalid_answer"):
            await policy(server).propose(request)
        assert words in server.asked[1].last
        assert len(server.asked) == 2


async def test_one_sound_proposal_is_enough() -> None:
    both = calls(("teleport", {}), ("functions.Airport_Lookup", {"iata": "LIS"}))
    async with ModelServer([answer(both)]) as server:
        made = (await policy(server).propose(propose_request())).proposals
        assert len(server.asked) == 1
    assert [(proposal.tool, proposal.arguments) for proposal in made] == [("airport_lookup", {"iata": "LIS"})]


async def test_optional_nulls_are_left_out() -> None:
    given = {"lat": LAT, "lon": LON, "date": "2026-03-02", "note": None}
    async with ModelServer([answer(calls(("sun_times", given)))]) as server:
        assert "note" not in (await policy(server).propose(propose_request())).proposals[0].arguments


async def test_no_more_than_asked_for_and_none_is_an_answer() -> None:
    many = calls(*[("airport_lookup", {"iata": f"AA{letter}"}) for letter in "ABCDEFGH"])
    async with ModelServer([answer(many), answer({"calls": []})]) as server:
        assert len((await policy(server).propose(propose_request(count=2))).proposals) == 2
        assert (await policy(server).propose(propose_request())).proposals == []


async def test_the_proposer_is_told_the_gradient_the_failures_and_the_setting() -> None:
    failed = ToolError(kind="tool_error", message="no such airport")
    request = propose_request(
        gradients=[Gradient(iteration=1, selected=["p1"], text="Result s1 is unused at /lat.")],
        attempts=[
            Attempt(iteration=1, id="p1", tool="airport_lookup", arguments={"iata": "HND"}, ok=True, selected=True),
            Attempt(iteration=1, id="p2", tool="airport_lookup", arguments={"iata": "XXX"}, ok=False, error=failed),
        ],
    )
    async with ModelServer([answer({"calls": []})]) as server:
        await policy(server).propose(request)
        told = server.asked[0].user
    assert "Result s1 is unused at /lat." in told
    assert 'airport_lookup(iata="XXX"): tool_error, no such airport' in told
    assert "worked, was not kept" not in told
    assert "now: 2026-03-01T09:00:00+09:00" in told
    assert 's1 airport_lookup(iata="HND") = {"name":"Tokyo Haneda"' in told
    assert "1 of 3 calls" in told


async def test_the_proposer_sees_the_reserve_and_builds_on_it() -> None:
    tried = [Attempt(iteration=1, id="p2", tool="sun_times", arguments=WAITING.proposal.arguments, ok=True)]
    request = propose_request(reserve=[WAITING], attempts=tried)
    on_it = ("convert", {"amount": {"$from": "r2", "pointer": "/minutes"}, "to": "EUR"})
    again = ("sun_times", WAITING.proposal.arguments)
    async with ModelServer([answer(calls(on_it, again))]) as server:
        made = await policy(server).propose(request)
        told = server.asked[0].user
    assert told.count("sun_times(lat=35.5523") == 1, "it is told once"
    assert 'r2 sun_times(lat=35.5523, lon=1, date="2026-03-02") = {"sunrise":"06:11","minutes":700.5}' in told
    assert ": worked, can still be kept" in told
    assert made.proposals[0].sources["/amount"] == StepSource(step="r2", pointer="/minutes")
    sound = sound_proposals(made, request)
    assert [proposal.tool for proposal in sound.proposals] == ["convert"]
    assert sound.proposals[0].sources["/amount"].step == "r2"
    assert (sound.nominated, sound.notes, made.dropped) == (["r2"], [], [])


async def test_what_a_model_answers_and_what_is_dropped_is_told_in_the_next_prompts() -> None:
    many = calls(
        ("teleport", {}),
        ("sun_times", {"lat": {"$from": "s9", "pointer": "/x"}}),
        ("convert", {"amount": 1.23456789, "to": "EUR"}),
        ("airport_lookup", {"iata": "HND"}),
        *(("airport_lookup", {"iata": f"AA{letter}"}) for letter in "ABCDEFGHIJKLMNOP"),
    )
    was = Attempt(iteration=1, id="p1", tool="airport_lookup", arguments={"iata": "HND"}, ok=True, selected=True)
    request = propose_request(attempts=[was], count=2)
    async with ModelServer([answer(many), verdicts({"proposal": "p1", "keep": True}), answer({"calls": []})]) as server:
        made = await policy(server).propose(request)
        sound = sound_proposals(made, request)
        dropped = [*made.dropped, *sound.notes]
        await policy(server).critique(critique_request(report("p1"), notes=dropped))
        gradient = Gradient(iteration=1, selected=["p1"], text="Go on.", notes=dropped)
        await policy(server).propose(propose_request(gradients=[gradient]))
        prompts = [asked.user for asked in server.asked[1:]]
    assert len(sound.proposals) == 2
    assert Counter(note.kind for note in dropped) == {
        "unknown_tool": 1,
        "dangling_reference": 1,
        "unusable_call": 1,
        "repeated_call": 1,
        "too_many_calls": 11,
    }
    for told in prompts:
        assert "Note: 7 more answers could not be used." in told
        assert "repeats s1." in told
        assert told.count("Note: ") == 9


def big_step(number: int, size: int) -> Step:
    result = {"id": number, "items": [{"title": "x" * 50, "value": n} for n in range(size // 80)]}
    return Step(id=f"s{number}", tool="airport_lookup", arguments={"iata": "HND"}, result=result)


async def prompt_length(steps: list[Step], attempts: int = 0) -> int:
    tried = [
        Attempt(iteration=n, id="p1", tool="convert", arguments={"amount": n, "to": "EUR"}, ok=True)
        for n in range(attempts)
    ]
    gradient = Gradient(iteration=1, selected=[], text="Try this. " * 400)
    chains = [[step.id for step in steps]]
    request = propose_request(steps=steps, chains=chains, attempts=tried, gradients=[gradient])
    async with ModelServer([answer({"calls": []})]) as server:
        await policy(server).propose(request)
        return len(json.dumps(server.asked[0].body))


async def test_the_prompt_does_not_grow_with_results_and_hardly_with_iterations() -> None:
    small = await prompt_length([big_step(n, 450) for n in range(1, 11)], 20)
    large = await prompt_length([big_step(n, 20_000) for n in range(1, 11)], 20)
    assert large <= 1.2 * small
    assert small - await prompt_length([big_step(1, 450)], 2) < 4_500


def test_a_kind_of_argument_is_asked_for_until_a_call_has_it() -> None:
    flat = propose_request(wants="switch")
    assert "at least has a switch" in sections.propose_aim(flat.model_copy(update={"steps": []}))
    fan = {"type": "object", "properties": {"fan": {"type": "boolean", "default": False}}}
    tools = {name: spec.model_copy(update={"parameters": fan}) for name, spec in flat.tools.items()}
    for value, said in ((False, False), (True, True)):
        steps = [each.model_copy(update={"arguments": {"fan": value}, "sources": {}}) for each in flat.steps]
        aim = sections.propose_aim(flat.model_copy(update={"steps": steps, "tools": tools}))
        assert ("at least has" not in aim) is said


async def test_ingredients_are_shown_and_read_back_by_the_simulated_model() -> None:
    given = Ingredients(who="a cook", places=["Graz, Austria"], names=["Ida Berg"], day="2026-05-14", amount=2400)
    async with ModelServer([answer(calls(("airport_lookup", {"iata": "LIS"})))]) as server:
        await policy(server).propose(propose_request(ingredients=given))
        asked = server.asked[0]
    assert "INGREDIENTS (to take or leave)\nasked by: a cook\nplaces: Graz, Austria\n" in asked.user
    messages = [{"content": asked.system}, {"content": asked.user}]
    told = endpoint_reading.variables_of("propose", messages)
    assert endpoint_reading.propose_request(told, TOOLS, 1).ingredients == given


async def test_what_is_missing_is_told_and_that_calls_see_no_change_that_they_do_not_refer_to() -> None:
    async with ModelServer([answer({"calls": []})]) as server:
        await policy(server).propose(propose_request(count=2, target_calls=2))
        await policy(server).propose(propose_request(count=3, target_calls=6))
        changing = {"tools": {**TOOLS, "book": BOOK}, "batch": ["book", "convert"]}
        await policy(server).propose(propose_request(**changing))
        alone, many, deeds = (asked.user.partition("the best first. ")[2] for asked in server.asked)
    assert alone.startswith("The chain has 1 of 2 calls; 1 is missing, one more is an alternative.\nAnswer as")
    assert many.startswith("The chain has 1 of 6 calls; 5 are missing.\nAnswer as")
    assert "see everything as it is now" in deeds
