"""Records written by hand from the design: the proofs find what their author put in, and nothing else."""

from typing import Any

import pytest

from graph.record import Finding, Record
from nodes.proofs import prove
from tests.fixtures.hand_written import cases
from toolgrad_data.runs.distinct_index import DistinctIndex

CASES = {case["name"]: case for case in cases()}


def findings_of(case: dict[str, Any]) -> list[Finding]:
    record = Record.model_validate(case["record"])
    earlier = DistinctIndex()
    for name in case.get("earlier", []):
        earlier.add(Record.model_validate(CASES[name]["record"]))
    same = earlier.seen(record)
    return [*prove(record, allow_composed=True).findings, *([same] if same else [])]


def test_there_are_enough_and_no_two_have_one_name() -> None:
    assert len(CASES) == len(cases()) >= 60
    assert sum(not case["expect"] for case in CASES.values()) >= 25


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case["expect"]])
def test_a_clean_record_is_clean(name: str) -> None:
    assert findings_of(CASES[name]) == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["expect"]])
def test_a_fault_is_found_where_it_is(name: str) -> None:
    case = CASES[name]
    found = findings_of(case)
    for expected in case["expect"]:
        places = [finding.where for finding in found if finding.promise == expected["promise"]]
        assert any(place.startswith(expected["where"]) for place in places), (expected, found)
    allowed = {expected["promise"] for expected in case["expect"]} | set(case.get("also", []))
    assert {finding.promise for finding in found} <= allowed, found


def test_their_sources_are_of_every_kind() -> None:
    def kinds(source: Any) -> set[str]:
        return {source["kind"]}.union(*(kinds(part) for part in source.get("of", ())))

    steps = [step for case in CASES.values() if not case["expect"] for step in case["record"]["turns"][0]["steps"]]
    found = [source for step in steps for source in step["sources"].values()]
    assert set().union(*(kinds(source) for source in found)) == {
        *("user", "step", "context", "default", "derived", "composed"),
    }
    assert any(source.get("span") for source in found)
