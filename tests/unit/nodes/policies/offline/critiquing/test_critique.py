"""The offline critic looks for what takes its unused results, beyond what is at hand."""

from functools import cache
from typing import Any

from graph.record import RecordContext, Step
from nodes.policies.base import CallReport, Critique, CritiqueRequest, Proposal
from nodes.policies.offline.critiquing.critique import critique
from nodes.steering import SampleLibrary, seek
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry, load_registry

AIRPORT = {"iata": "ZRH", "name": "Zurich Airport", "latitude": 47.46, "longitude": 8.55, "timezone": "Europe/Zurich"}
FAR = ["currency_of_country", "soundex_code", "split_bill"]


@cache
def registry() -> ToolRegistry:
    return load_registry(["builtin"])


def judged(seed: int = 1, **more: Any) -> Critique:
    batch = [*FAR, "airport_details", "compass_bearing", "utc_offset_on_date"]
    call = Proposal(id="p1", tool="airport_details", arguments={"airport": "ZRH"})
    members: dict[str, Any] = {
        "seed": seed,
        "iteration": 1,
        "target_calls": 4,
        "context": RecordContext(),
        "tools": {name: registry().get(name).spec for name in batch},
        "steps": [],
        "chains": [],
        "gradients": [],
        "batch": batch,
        "reports": [CallReport(proposal=call, ok=True, result=AIRPORT)],
        "accept": 1,
        "attempts": [],
        "categories": sorted(registry().pool(Permissions()).categories()),
    }
    return critique(CritiqueRequest(**{**members, **more}))


def test_its_wishes_find_tools_that_are_not_at_hand() -> None:
    library = SampleLibrary(registry(), Permissions())
    found = [seek(library, [], judged(seed).wishes).found for seed in range(20)]
    assert all(len(wishes) == 3 for wishes in found)
    brought = [names for wishes in found for names in wishes.values()]
    assert sum(bool(set(names) - {*FAR, "airport_details"}) for names in brought) > 0.9 * len(brought)
    # Others for another sample, the same for the same.
    assert len({tuple(wishes) for wishes in found}) > 10
    assert judged(3) == judged(3)


def test_it_explores_domains_of_the_whole_library() -> None:
    at_hand = {registry().get(name).spec.category for name in FAR}
    words = [line for seed in range(10) for line in judged(seed).gradient.splitlines() if line.startswith("Explore")]
    assert any("moon" in line or "chemistry" in line or "working days" in line for line in words)
    assert any("moon" not in at_hand and "moon" in wish for seed in range(40) for wish in judged(seed).wishes)


def test_it_names_tools_at_hand_that_take_what_is_unused() -> None:
    assert judged().tools
    assert set(judged().tools) <= {"compass_bearing", "utc_offset_on_date"}
    call = Step(id="s1", tool="compass_bearing", arguments={}, result={"bearing": 1})
    assert "compass_bearing" not in judged(steps=[call], chains=[["s1"]]).tools


def test_with_nothing_to_go_on_from_it_wishes_for_domains() -> None:
    made = judged(reports=[])
    assert made.tools == []
    assert made.wishes
    assert set(made.wishes) <= set(registry().pool(Permissions()).categories())


def test_what_parallel_calls_leave_unused_is_not_told() -> None:
    assert "is unused at" in judged().gradient
    assert "is unused at" not in judged(shape="parallel").gradient


def test_it_keeps_what_has_the_argument_that_is_wanted() -> None:
    names = ("oven_setting", "scale_recipe", "airport_details")
    tools = {name: registry().get(name).spec for name in names}
    plain = Proposal(id="p1", tool="airport_details", arguments={"airport": "ZRH"})

    def kept(fan: bool, wants: str) -> list[str]:
        oven = {"temperature": 180, "unit": "Celsius", "to": "Fahrenheit", "fan": fan}
        reports = [
            CallReport(proposal=plain, ok=True, result=AIRPORT),
            CallReport(
                proposal=Proposal(id="p2", tool="oven_setting", arguments=oven), ok=True, result={"degrees": 320}
            ),
        ]
        return [each.proposal for each in judged(tools=tools, batch=[*names], reports=reports, wants=wants).selected]

    assert kept(fan=True, wants="switch") == ["p2"]
    assert kept(fan=False, wants="switch") == kept(fan=True, wants="any") == ["p1"]
