"""One suite of the port that every policy passes: the offline one, and a model behind a real HTTP server."""

import copy
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from graph.record import Finding, RecordContext, Step
from graph.sources import StepSource, UserSource
from nodes.drafts import read_draft, turn_of
from nodes.policies.base import (
    CallReport,
    Critique,
    CritiqueRequest,
    Policy,
    Proposal,
    ProposeRequest,
    RepairRequest,
    SynthesizeRequest,
)
from nodes.policies.model import client, endpoint
from nodes.policies.model.settings import AskSettings
from nodes.policies.offline.policy import OfflinePolicy
from nodes.policies.openai import OpenAIPolicy
from tests.model_server import Asked, ModelServer, Reply, answer
from tool_registry.json.pointer import equal, resolve
from tool_registry.json.schema import validation_errors
from tool_registry.result import ToolError
from tool_registry.spec import ToolSpec

CODE = {"type": "string", "format": "iata-airport", "pattern": "^[A-Z]{3}$", "examples": ["HND", "LIS", "DEN"]}
LATITUDE = {"type": "number", "format": "latitude", "minimum": -90, "maximum": 90}
LONGITUDE = {"type": "number", "format": "longitude", "minimum": -180, "maximum": 180}
DATE = {"type": "string", "format": "date"}


def tool(name: str, description: str, parameters: dict[str, Any], output: dict[str, Any]) -> ToolSpec:
    schema = {"type": "object", "properties": parameters, "required": list(parameters)}
    return ToolSpec(
        name=name,
        description=description,
        parameters={**schema, "additionalProperties": False},
        output_schema={"type": "object", "properties": output},
        category=name.partition("_")[0],
        source="python",
    )


TOOLS = {
    spec.name: spec
    for spec in (
        tool("airport_place", "Look up where an airport is.", {"iata": CODE}, {"lat": LATITUDE, "lon": LONGITUDE}),
        tool("sun_times", "Compute the sunrise.", {"lat": LATITUDE, "lon": LONGITUDE, "date": DATE}, {"sunrise": {}}),
        tool("moon_phase", "Tell the phase of the moon on a date.", {"date": DATE}, {"phase": {"type": "string"}}),
    )
}
PLACE = Step(id="s1", tool="airport_place", arguments={"iata": "HND"}, result={"lat": 35.5523, "lon": 139.7798})
SUN_ARGUMENTS = {"lat": 35.5523, "lon": 139.7798, "date": "2026-03-01"}
SUN_SOURCES = {name: StepSource(step="s1", pointer=name) for name in ("/lat", "/lon")}


def sensible(asked: Asked) -> Reply:
    """Answer as a good model would."""
    refer = {name: {"$from": "s1", "pointer": f"/{name}"} for name in ("lat", "lon")}
    match asked.body["response_format"]["json_schema"]["name"]:
        case "propose" if "(empty)" in asked.user:
            first = {"why": "to go there", "tool": "airport_place", "arguments": {"iata": "LIS"}}
            then = {"lat": {"$from": "p1", "pointer": "/lat"}, "lon": {"$from": "p1", "pointer": "/lon"}}
            second = {"why": "to be up", "tool": "sun_times", "arguments": {**then, "date": "2026-05-02"}}
            return answer({"calls": [first, second]})
        case "propose":
            arguments = {**refer, "date": "2026-05-02"}
            return answer({"calls": [{"why": "to be up", "tool": "sun_times", "arguments": arguments}]})
        case "repair":
            return answer({"why": "a code has three letters", "arguments": {"iata": "HND"}})
        case "critique":
            verdicts = [
                {"proposal": "p1", "reason": "goes on from s1", "keep": True, "chain": 0},
                {"proposal": "p2", "reason": "failed", "keep": False, "chain": None},
            ]
            return answer({"verdicts": verdicts, "gradient": "Tool moon_phase failed: avoid it. Use s1."})
        case _:
            query = "[When does the sun come up](s2) at [HND](s1/iata) on [1 March 2026](s2/date), and where is that?"
            response = "It lies at [35.5523, 139.7798](s1/lat s1/lon); sunrise is at [06:11](s2/sunrise)."
            return answer({"query": query, "response": response})


@pytest.fixture(params=["offline", "openai"])
async def policy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Policy]:
    if request.param == "offline":
        yield OfflinePolicy()
        return
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    endpoint.endpoint.cache_clear()
    async with ModelServer(sensible) as server:
        yield OpenAIPolicy(AskSettings(model="m", base_url=server.url))
        await client.close_clients()


def view_members(steps: list[Step], **changes: Any) -> dict[str, Any]:
    return {
        "seed": 11,
        "iteration": 1 + len(steps),
        "target_calls": 3,
        "context": RecordContext(),
        "tools": TOOLS,
        "steps": steps,
        "chains": [[step.id for step in steps]] if steps else [],
        "gradients": [],
        **changes,
    }


def propose_request(steps: list[Step], **changes: Any) -> ProposeRequest:
    return ProposeRequest(**view_members(steps), **{"batch": list(TOOLS), "count": 2, "attempts": [], **changes})


@pytest.mark.parametrize("steps", [[], [PLACE]], ids=["opening", "going-on"])
async def test_proposals_can_be_executed(policy: Policy, steps: list[Step]) -> None:
    request = propose_request(steps)
    before = copy.deepcopy(request)
    made = (await policy.propose(request)).proposals
    assert request == before, "a policy changes nothing that it is asked with"
    assert 1 <= len(made) <= request.count
    assert len({proposal.id for proposal in made}) == len(made)
    results = {step.id: step.result for step in steps}
    for position, proposal in enumerate(made):
        assert proposal.tool in request.batch
        assert json.loads(json.dumps(proposal.arguments)) == proposal.arguments
        for pointer, source in proposal.sources.items():
            given = resolve(results[source.step], source.pointer)
            assert equal(given, resolve(proposal.arguments, pointer))
        earlier = {other.id for other in made[:position]}
        assert {source.step for source in proposal.references.values()} <= earlier
        if not proposal.references:
            assert validation_errors(TOOLS[proposal.tool].parameters, proposal.arguments) == []


async def test_a_chain_is_gone_on_from(policy: Policy) -> None:
    made = (await policy.propose(propose_request([PLACE]))).proposals
    assert any(source.step == "s1" for proposal in made for source in proposal.sources.values())


async def test_one_is_enough_where_one_is_asked_for(policy: Policy) -> None:
    assert len((await policy.propose(propose_request([PLACE], count=1))).proposals) == 1


async def test_a_repair_fits_the_schema(policy: Policy) -> None:
    spec = TOOLS["airport_place"]
    broken = {"iata": "Haneda"}
    error = ToolError(kind="invalid_arguments", message=validation_errors(spec.parameters, broken)[0])
    proposal = Proposal(id="p1", tool=spec.name, arguments=broken, rationale="to go there")
    repair = await policy.repair(
        RepairRequest(seed=3, context=RecordContext(), spec=spec, proposal=proposal, error=error, tried=[broken])
    )
    assert repair.proposal is not None
    assert (repair.proposal.id, repair.proposal.tool) == ("p1", "airport_place")
    assert validation_errors(spec.parameters, repair.proposal.arguments) == []


def reports() -> list[CallReport]:
    sun = Proposal(id="p1", tool="sun_times", arguments=SUN_ARGUMENTS, sources=SUN_SOURCES)
    moon = Proposal(id="p2", tool="moon_phase", arguments={"date": "2026-03-01"})
    failure = ToolError(kind="unavailable", message="the moon is out")
    return [
        CallReport(proposal=sun, ok=True, result={"sunrise": "06:11"}),
        CallReport(proposal=moon, ok=False, error=failure),
    ]


async def critique(policy: Policy, judged: list[CallReport]) -> Critique:
    request = CritiqueRequest(**view_members([PLACE]), batch=list(TOOLS), reports=judged, accept=2, attempts=[])
    before = copy.deepcopy(request)
    made = await policy.critique(request)
    assert request == before
    return made


async def test_a_critique_keeps_what_goes_on_and_names_what_failed(policy: Policy) -> None:
    made = await critique(policy, reports())
    assert [(choice.proposal, choice.chain) for choice in made.selected] == [("p1", 0)]
    assert "moon_phase" in made.gradient


async def test_a_critique_of_failures_selects_nothing_and_says_so(policy: Policy) -> None:
    made = await critique(policy, reports()[1:])
    assert made.selected == []
    assert "moon_phase" in made.gradient
    assert (await critique(policy, [])).gradient.strip()


async def test_a_draft_says_what_only_the_user_can_say(policy: Policy) -> None:
    sun = Step(
        id="s2", tool="sun_times", arguments=SUN_ARGUMENTS, sources=dict(SUN_SOURCES), result={"sunrise": "06:11"}
    )
    request = SynthesizeRequest(**view_members([PLACE, sun]))
    before = copy.deepcopy(request)
    draft = await policy.synthesize(request)
    assert request == before
    written = read_draft(draft, None, lambda _: False)
    turn = turn_of(written.turns[0], request.steps, request.chains, request.context, TOOLS)
    place, sunrise = turn.steps
    assert isinstance(place.sources["/iata"], UserSource)
    assert isinstance(sunrise.sources["/date"], UserSource)
    assert "s2" in [step for ask in turn.asks or () for step in ask.steps]
    assert any(tell.source == StepSource(step="s2", pointer="/sunrise") for tell in turn.tells or ())
    assert "35.55" not in turn.query
    assert "sun_times" not in turn.query
    leak = Finding(promise="natural", code="leak", message="the query gives it away", where="/turns/0/query")
    again = await policy.synthesize(request.model_copy(update={"previous": written, "findings": [leak]}))
    query = again.turns[0].query
    assert query is not None
    assert query.strip()
