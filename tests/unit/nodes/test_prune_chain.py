from typing import Any

import pytest

from graph.record import Finding, Step
from graph.sources import StepSource
from nodes.dialogues.plan import single_turn
from nodes.prune_chain import idle_steps, unneeded_steps, without
from tests.unit.nodes.proofs.records import spec
from tool_registry.spec import Annotations

READS = spec("look", {"a": {}})
WRITES = READS.model_copy(update={"name": "put", "annotations": Annotations(read_only=False)})
SPECS = {"look": READS, "put": WRITES}


def step(name: str, arguments: Any, result: Any, *uses: str, tool: str = "look", after: tuple[str, ...] = ()) -> Step:
    sources = {f"/{number}": StepSource(step=used, pointer="") for number, used in enumerate(uses)}
    return Step(id=name, tool=tool, arguments=arguments, result=result, sources=sources, after=list(after))


FOUND = step("s1", {"a": "Lisbon"}, {"country": "Portugal", "km": 312.5})


@pytest.mark.parametrize(
    ("later", "idle"),
    [
        ([step("s2", {"a": "PT"}, {"city": "Lisbon"})], ["s2"]),
        ([step("s2", {"a": "PT"}, {"city": "Porto"})], []),
        ([step("s2", {"a": "PT"}, {"city": "Lisbon", "capital": True})], []),
        ([step("s2", {"a": "PT"}, {"city": "Lisbon", "rank": 1})], []),
        ([step("s2", {"a": "PT"}, {})], []),
        ([step("s2", {"a": "Lisbon"}, {"a": "Lisbon", "bookings": []})], []),  # that there is none is news
        ([step("s2", {"a": "PT"}, {"city": "Lisbon"}), step("s3", {"a": "Lisbon"}, {"new": "Tejo"}, "s2")], []),
        ([step("s2", {"a": "PT"}, {"city": "Lisbon"}), step("s3", {"a": 1}, {"new": "Tejo"}, after=("s2",))], []),
        ([step("s2", {"a": "PT"}, {"city": "Lisbon"}), step("s3", {"a": 1}, "Portugal", "s2")], ["s2", "s3"]),
        ([step("s2", {"a": "PT"}, {"city": "Lisbon"}, tool="put")], []),
        ([step("s2", {"a": "PT"}, {"city": "Lisbon"}, tool="gone")], []),
    ],
)
def test_a_step_that_finds_nothing_new_for_nobody_is_idle(later: list[Step], idle: list[str]) -> None:
    assert idle_steps([FOUND, *later], SPECS) == idle


def unneeded(*positions: int) -> list[Finding]:
    return [
        Finding(promise="faithful", code="unneeded_step", message="", where=f"/turns/0/steps/{position}")
        for position in positions
    ]


def test_findings_name_steps_of_the_chain_as_it_stands() -> None:
    steps = [FOUND, step("s2", {}, 1), step("s3", {}, 2), step("s4", {}, 3, "s3"), step("s5", {}, 4, tool="put")]
    state: Any = {
        "steps": [each.model_dump() for each in steps],
        "pruned": ["s2"],
        "chains": [["s1", "s2"], ["s3", "s4"]],
    }
    chain = [each for each in steps if each.id != "s2"]
    plan = single_turn([step.id for step in chain])
    assert unneeded_steps(chain, plan, unneeded(1, 2), SPECS) == ["s3", "s4"]
    assert unneeded_steps(chain, plan, unneeded(1), SPECS) == []  # s4 uses it
    assert unneeded_steps(chain, plan, unneeded(3), SPECS) == []  # what was written cannot be taken back
    assert unneeded_steps(chain, plan, unneeded(0, 1, 2, 3), SPECS) == []  # something has to stay
    assert without(state, ["s3", "s4"]) == {"pruned": ["s2", "s3", "s4"], "chains": [["s1"]]}
