"""The four decisions: what the model is told, what comes of its answers, and that nonsense gets nowhere."""

import json
from collections import Counter
from typing import Any

import pytest

from bench.endpoint import reading as endpoint_reading
from graph.record import Attempt, Finding, Gradient, Ingredients, RecordContext, RoleUsage, Step
from graph.sources import StepSource
from nodes.policies.base import (
    AddedMark,
    CallReport,
    CritiqueRequest,
    MarkedText,
    PolicyError,
    Proposal,
    RepairRequest,
    SynthesizeRequest,
    Written,
    WrittenTurn,
)
from nodes.policies.openai import OpenAIPolicy
from nodes.propose_calls import sound_proposals
from tests.model_server import ModelServer, answer, text
from tests.unit.model.conftest import (
    CURRENCY,
    HANEDA,
    QUICK,
    SUN,
    TOOLS,
    calls,
    propose_request,
    settings,
    view_members,
)
from tool_registry.result import ToolError
from tool_registry.spec import Annotations

LAT = {"$from": "s1", "pointer": "/lat"}
LON = {"$from": "s1", "pointer": "/lon"}


def policy(server: ModelServer) -> OpenAIPolicy:
    return OpenAIPolicy(settings(server.url), QUICK)


# propose


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


WAITING = CallReport(
    proposal=Proposal(
        id="r2", tool="sun_times", arguments={"lat": 35.5523, "lon": 1, "date": "2026-03-02"}, rationale="why"
    ),
    ok=True,
    result={"sunrise": "06:11", "minutes": 700.5},
)


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


async def test_ingredients_are_shown_and_read_back_by_the_simulated_model() -> None:
    given = Ingredients(who="a cook", places=["Graz, Austria"], names=["Ida Berg"], day="2026-05-14", amount=2400)
    async with ModelServer([answer(calls(("airport_lookup", {"iata": "LIS"})))]) as server:
        await policy(server).propose(propose_request(ingredients=given))
        asked = server.asked[0]
    assert "INGREDIENTS (to take or leave)\nasked by: a cook\nplaces: Graz, Austria\n" in asked.user
    messages = [{"content": asked.system}, {"content": asked.user}]
    told = endpoint_reading.variables_of("propose", messages)
    assert endpoint_reading.propose_request(told, TOOLS, 1).ingredients == given


BOOK = CURRENCY.model_copy(update={"name": "book", "annotations": Annotations(read_only=False)})


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


# repair


def repair_request(**changes: Any) -> RepairRequest:
    proposal = Proposal(id="p1", tool="convert", arguments={"amount": 5, "to": "euro"}, rationale="to pay")
    members = {
        "seed": 1,
        "context": RecordContext(),
        "spec": CURRENCY,
        "proposal": proposal,
        "error": ToolError(kind="invalid_arguments", message="/to: 'euro' is not valid"),
        "tried": [proposal.arguments],
        **changes,
    }
    return RepairRequest(**members)


async def test_a_repair_sees_the_error_and_what_is_allowed() -> None:
    mended = {"why": "typo", "arguments": {"amount": 5, "to": "EUR"}}
    async with ModelServer([answer(mended)]) as server:
        repair = await policy(server).repair(repair_request())
        told = server.asked[0].user
    assert repair.proposal is not None
    assert repair.proposal.arguments == {"amount": 5, "to": "EUR"}
    assert "'euro' is not valid" in told
    assert "EUR (euros)" in told
    assert "to pay" in told


async def test_a_repair_in_the_schema_s_words_is_put_right() -> None:
    async with ModelServer([answer({"why": "typo", "arguments": {"amount": "5", "to": "euros"}})]) as server:
        repair = await policy(server).repair(repair_request())
    assert repair.proposal is not None
    assert repair.proposal.arguments == {"amount": 5, "to": "EUR"}


async def test_a_repair_may_be_given_up() -> None:
    async with ModelServer([answer({"why": "no", "arguments": None})]) as server:
        assert (await policy(server).repair(repair_request())).proposal is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"amount": 5, "to": "pounds"}, "/to"),
        ({"amount": 5, "to": "euro"}, "failed already"),
        ({"amount": "five", "to": "EUR"}, "/amount: "),
        ({"amount": {"$from": "s1", "pointer": "/x"}, "to": "EUR"}, "there is no result 's1'"),
        ({}, "is a required property"),
    ],
)
async def test_a_repair_that_is_none_is_told_once(arguments: dict[str, Any], words: str) -> None:
    async with ModelServer([answer({"why": "", "arguments": arguments})]) as server:
        with pytest.raises(PolicyError, match="invalid_answer") as caught:
            await policy(server).repair(repair_request())
        assert words in server.asked[1].last
        assert caught.value.usage.llm_calls == 2


async def test_a_wrong_reference_to_another_proposal_can_be_corrected() -> None:
    broken = {name: {"$from": "p1", "pointer": f"/{name}itude"} for name in ("lat", "lon")}
    proposal = Proposal(
        id="p2",
        tool="sun_times",
        arguments={**broken, "date": "2026-01-01"},
        references={"/lat": StepSource(step="p1", pointer="/latitude")},
    )
    mended = {name: {"$from": "p1", "pointer": f"/{name}"} for name in ("lat", "lon")}
    reply = answer({"why": "", "arguments": {**mended, "date": "2026-01-01"}})
    async with ModelServer([reply]) as server:
        request = repair_request(spec=SUN, proposal=proposal, tried=[proposal.arguments])
        repaired = (await policy(server).repair(request)).proposal
    assert repaired is not None
    assert repaired.references["/lat"] == StepSource(step="p1", pointer="/lat")


# critique


def report(id: str, ok: bool = True, **changes: Any) -> CallReport:
    members = {
        "proposal": Proposal(id=id, tool="sun_times", arguments={"date": "2026-01-01"}, rationale="for the trip"),
        "ok": ok,
        "result": {"sunrise": "06:11"} if ok else None,
        "error": None if ok else ToolError(kind="tool_error", message="polar night"),
    }
    return CallReport(**{**members, **changes})


def critique_request(*reports: CallReport, **changes: Any) -> CritiqueRequest:
    members = {"batch": ["sun_times"], "reports": list(reports), "accept": 2, "attempts": [], **changes}
    return CritiqueRequest(**view_members(**members))


def verdicts(*entries: dict[str, Any], gradient: str = "Use s1.") -> Any:
    return answer({"verdicts": [{"reason": "r", "chain": None, **entry} for entry in entries], "gradient": gradient})


async def test_a_critique_selects_places_and_names_failures() -> None:
    reply = verdicts({"proposal": "p1", "keep": True, "chain": 0}, {"proposal": "p2", "keep": False})
    async with ModelServer([reply]) as server:
        critique = await policy(server).critique(critique_request(report("p1"), report("p2", ok=False)))
        told = server.asked[0].user
    assert [(choice.proposal, choice.chain) for choice in critique.selected] == [("p1", 0)]
    assert critique.gradient.startswith("Use s1.")
    assert "Tool sun_times failed: tool_error: polar night." in critique.gradient
    assert '"sunrise":"06:11"' in told
    assert "wanted: for the trip" in told
    assert "convert(" not in told, "tools that no report is of are not told again"


async def test_a_critic_sees_the_reserve_and_keeps_from_it_by_names_in_braces() -> None:
    reply = answer(
        {
            "verdicts": [
                {"proposal": "{p1}", "reason": "r", "keep": False, "chain": None},
                {"proposal": " {r2} ", "reason": "r", "keep": True, "chain": 0},
            ],
            "gradient": "{r2} has /minutes.",
            "concluded": True,
        }
    )
    request = critique_request(report("p1"), reserve=[WAITING], conclude_from=2)
    async with ModelServer([reply]) as server:
        critique = await policy(server).critique(request)
        told = server.asked[0].user
    assert [choice.proposal for choice in critique.selected] == ["r2"]
    assert (critique.gradient, critique.concluded) == ("{r2} has /minutes.", True)
    assert "{p1} sun_times(" in told
    assert '{r2} sun_times(lat=35.5523, lon=1, date="2026-03-02") = {"sunrise":"06:11"' in told
    assert "fewer good calls are better than more" in told
    assert "(2 calls at least)" in told


async def test_a_critic_is_told_that_reads_beside_a_change_do_not_see_it() -> None:
    booked = report("p2", proposal=Proposal(id="p2", tool="book", arguments={"amount": 5, "to": "EUR"}))
    async with ModelServer([verdicts({"proposal": "p1", "keep": True})]) as server:
        await policy(server).critique(critique_request(report("p1")))
        await policy(server).critique(critique_request(report("p1"), booked, tools={**TOOLS, "book": BOOK}))
        plain, beside = (asked.user for asked in server.asked)
    assert "as it was before them" not in plain
    assert "as it was before them" in beside


async def test_a_reserve_is_judged_where_nothing_new_worked() -> None:
    reply = verdicts({"proposal": "{r2}", "keep": True})
    async with ModelServer([reply]) as server:
        critique = await policy(server).critique(critique_request(report("p1", ok=False), reserve=[WAITING]))
        assert "ends the chain" not in server.asked[0].user, "where it may not"
    assert [choice.proposal for choice in critique.selected] == ["r2"]


@pytest.mark.parametrize("said", [None, "no", "false", 0, {}, "maybe"])
async def test_only_a_clear_word_ends_a_chain(said: Any) -> None:
    document = {"verdicts": [{"proposal": "p1", "reason": "", "keep": True}], "gradient": "g", "concluded": said}
    async with ModelServer([answer(document)]) as server:
        assert not (await policy(server).critique(critique_request(report("p1")))).concluded


@pytest.mark.parametrize(
    ("chain", "read"), [(0, 0), ("0", 0), ("chain 0", 0), ("new", None), (7, 7), (-1, None), (True, None)]
)
async def test_a_place_is_read(chain: Any, read: int | None) -> None:
    async with ModelServer([verdicts({"proposal": "p1", "keep": True, "chain": chain})]) as server:
        critique = await policy(server).critique(critique_request(report("p1")))
    assert critique.selected[0].chain == read


async def test_without_a_call_that_worked_no_model_is_asked() -> None:
    async with ModelServer([text("")]) as server:
        critique = await policy(server).critique(critique_request(report("p1", ok=False)))
        nothing = await policy(server).critique(critique_request())
        assert not server.asked
    assert "sun_times failed" in critique.gradient
    assert nothing.gradient
    assert nothing.usage == RoleUsage()


@pytest.mark.parametrize(
    "bad",
    [
        verdicts(),
        verdicts({"proposal": "p9", "keep": True}),
        verdicts({"proposal": "p1", "keep": True}, gradient="  "),
        verdicts({"proposal": "p1", "keep": "perhaps"}),
        verdicts({"proposal": "p1", "keep": True, "chain": 1.5}, gradient=""),
    ],
)
async def test_an_unsound_critique_is_told_once(bad: Any) -> None:
    async with ModelServer([bad]) as server:
        with pytest.raises(PolicyError, match="invalid_answer"):
            await policy(server).critique(critique_request(report("p1")))
        assert len(server.asked) == 2


async def test_a_large_result_is_a_view() -> None:
    large = report("p1", result={"rows": [{"text": "y" * 500} for _ in range(200)]})
    async with ModelServer([verdicts({"proposal": "p1", "keep": True})]) as server:
        await policy(server).critique(critique_request(large))
        assert len(server.asked[0].user) < 3_000
        assert "items]" in server.asked[0].user


# synthesize

LEAK = Finding(promise="natural", code="leak", message="the query holds 'Tokyo Haneda'", where="/turns/0/query")
LAST = Written(turns=[WrittenTurn(query=MarkedText(text="Old?"), response=MarkedText(text="At 06:11."))])


def synthesize_request(**changes: Any) -> SynthesizeRequest:
    sun = Step(
        id="s2",
        tool="sun_times",
        arguments={"lat": 35.5523, "lon": 139.7798, "date": "2026-03-01"},
        sources={
            "/lat": StepSource(step="s1", pointer="/lat"),
            "/lon": StepSource(step="s1", pointer="/lon"),
        },
        result={"sunrise": "06:11"},
    )
    return SynthesizeRequest(**view_members(steps=[HANEDA, sun], chains=[["s1", "s2"]], **changes))


async def test_the_writer_is_told_what_to_say_and_what_to_hide() -> None:
    async with ModelServer([answer({"query": " When? ", "response": "At 06:11."})]) as server:
        draft = await policy(server).synthesize(synthesize_request())
        told = server.asked[0].user
    assert draft.turns[0].query == "When?"
    assert draft.usage.llm_calls == 1
    say = told.partition("TO SAY")[2].partition("TO FIND OUT")[0]
    hide = told.partition("TO FIND OUT")[2].partition("ENDS")[0]
    assert "[Tokyo Haneda](s1/iata) or “HND”" in say
    assert "Tokyo Haneda" not in hide
    assert "[today](s2/date) or “1 March 2026”" in say
    assert "35.5523" not in say
    assert "35.5523" in hide
    assert "This is a rewrite" not in told


REWRITES = [
    ({"query": "New?", "response": None, "marks": None}, ("New?", None, [])),
    ({"query": "", "response": "[New](s2).", "marks": []}, (None, "[New](s2).", [])),
    (
        {"marks": [{"half": "Request", "words": "[Old](s2)", "target": "(s2)"}]},
        (None, None, [AddedMark(half="query", words="Old", target="s2")]),
    ),
    ({"marks": {"s2": "Old", "s1": ""}}, (None, None, [AddedMark(half="query", words="Old", target="s2")])),
    (
        {"marks": [{"words": "06:11", "target": "s2/sunrise"}, {"words": "06:12"}]},
        (None, None, [AddedMark(half="response", words="06:11", target="s2/sunrise")]),
    ),
]


@pytest.mark.parametrize(("said", "meant"), REWRITES)
async def test_a_rewrite_is_what_changes(said: Any, meant: Any) -> None:
    request = synthesize_request(findings=[LEAK], previous=LAST)
    async with ModelServer([answer(said)]) as server:
        draft = await policy(server).synthesize(request)
        assert len(server.asked) == 1
        told = server.asked[0].user
    assert (draft.turns[0].query, draft.turns[0].response, draft.marks) == meant
    assert "the query holds 'Tokyo Haneda'" in told
    assert "Query: Old?" in told
    assert "06:11" not in told.partition("This is a rewrite")[2], "the half that stands is not shown"


@pytest.mark.parametrize("bad", [{}, {"query": None, "response": None, "marks": []}, {"query": "q" * 9000}])
async def test_a_rewrite_that_is_none(bad: Any) -> None:
    async with ModelServer([answer(bad)]) as server:
        with pytest.raises(PolicyError, match="invalid_answer"):
            await policy(server).synthesize(synthesize_request(findings=[LEAK], previous=LAST))


async def test_a_rewrite_keeps_the_style_of_the_first_draft() -> None:
    async with ModelServer([answer({"query": "q", "response": "r"})]) as server:
        await policy(server).synthesize(synthesize_request(seed=3, style_seed=7))
        await policy(server).synthesize(synthesize_request(seed=4, style_seed=7, findings=[LEAK], previous=LAST))
        first, second = (asked.user.partition("STYLE")[2].strip().partition("\n")[0] for asked in server.asked)
    assert first == second


async def test_styles_differ_between_samples() -> None:
    async with ModelServer([answer({"query": "q", "response": "r"})]) as server:
        for seed in range(12):
            await policy(server).synthesize(synthesize_request(style_seed=seed))
        assert len({asked.user.partition("STYLE")[2] for asked in server.asked}) >= 4


@pytest.mark.parametrize("bad", [{"query": " ", "response": "r"}, {"query": "q" * 9000, "response": "r"}])
async def test_a_draft_that_is_none(bad: Any) -> None:
    async with ModelServer([answer(bad)]) as server:
        with pytest.raises(PolicyError, match="invalid_answer"):
            await policy(server).synthesize(synthesize_request())


async def test_what_never_changes_stands_in_front() -> None:
    async with ModelServer([answer({"calls": []})]) as server:
        await policy(server).propose(propose_request())
        await policy(server).propose(propose_request(steps=[], chains=[], seed=9, target_calls=8))
        first, second = server.asked
    assert first.system == second.system
    assert first.user != second.user
