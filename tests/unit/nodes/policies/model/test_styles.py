"""The manner of writing fits what the chain has to do with."""

from typing import Any

from graph.record import Step
from graph.sources import StepSource
from nodes.policies.base import SynthesizeRequest
from nodes.policies.model.styles import About, about, manner
from tests.unit.nodes.policies.model.conftest import view_members
from tool_registry.spec import Annotations, ToolSpec

DATE = {"type": "string", "format": "date"}
INTEREST = "curious, for no other reason than interest"
PLANNING = "planning ahead, with what depends on the answer"


def request(*steps: Step, seed: int = 0, read_only: bool = True, **properties: Any) -> SynthesizeRequest:
    spec = ToolSpec(
        name="look",
        description="Look.",
        parameters={"type": "object", "properties": properties},
        source="python",
        annotations=Annotations(read_only=read_only),
    )
    members = {**view_members(steps=list(steps), chains=[[each.id for each in steps]]), "tools": {"look": spec}}
    return SynthesizeRequest(**members, style_seed=seed)


def step(arguments: dict[str, Any], **sources: StepSource) -> Step:
    given = {f"/{name}": source for name, source in sources.items()}
    return Step(id="s1", tool="look", arguments=arguments, sources=given, result={})


def manners(*steps: Step, **members: Any) -> set[str]:
    return {manner(request(*steps, seed=seed, **members)) for seed in range(300)}


def test_what_a_chain_is_about_is_told_by_what_the_person_gives() -> None:
    found = StepSource(step="s0", pointer="/day")
    assert about(request(step({"planet": "Mars"}))) == About.NOTHING
    assert about(request(step({"day": "2026-05-09"}), day=DATE)) == About.DATES
    assert about(request(step({"at": "23:10"}))) == About.DATES
    assert about(request(step({"day": "2026-05-09"}, day=found))) == About.NOTHING
    assert about(request(step({"price": 12.5, "gift": True}))) == About.AMOUNTS
    assert about(request(step({"planet": "Mars"}), read_only=False)) == About.DEEDS


def test_a_dated_plan_a_payment_and_a_deed_are_no_curiosity() -> None:
    lookup = manners(step({"planet": "Mars"}))
    assert INTEREST in lookup
    assert PLANNING not in lookup
    dated = manners(step({"day": "2026-05-09"}), day=DATE)
    assert PLANNING in dated
    assert INTEREST not in dated
    assert INTEREST not in manners(step({"price": 12.5}))
    assert INTEREST not in manners(step({"planet": "Mars"}), read_only=False)
    assert len(manners(step({"price": 12.5}))) == 10


def test_a_rewrite_has_the_manner_of_its_draft() -> None:
    draft = request(step({"planet": "Mars"}), seed=7)
    assert manner(draft) == manner(draft.model_copy(update={"seed": 99, "repairs": 1}))
