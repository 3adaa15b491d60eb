"""The proof of the proofs: what the pipeline accepts is clean, and no single mutation of it goes unseen."""

import asyncio
import copy
from pathlib import Path
from typing import Any

import pytest

from bench.marks import findings, shares, unmarked
from graph.context import Context
from graph.record import Finding, Record
from nodes.proofs import prove
from tests.fixtures.dialogues import dialogues
from tests.fixtures.hand_written import cases
from tests.fixtures.mutations import MUTATIONS, Mutation, table
from tests.fixtures.ruled import ruled_records
from tool_registry.registry import get_registry
from toolgrad_data.runs.distinct_index import DistinctIndex
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.tool_loading import load_tools
from toolgrad_data.verify.replay import replay
from toolgrad_data.verify.verification import Options, Target, verify_file

Counts = dict[str, tuple[int, int]]

SAMPLES = 60
APPLIED = 4
HARMLESS = 6
UNSEEN = 8
PAGE = Path(__file__).parents[2] / "docs" / "verification.md"
CONTEXT = Context(calls="1:25,2:15,3-4:20,5-6:25,7-8:15", turns="1:100")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "clean"
    settings = RunSettings(samples=SAMPLES, seed=11, out=out, context=CONTEXT)
    summary = asyncio.run(generate(settings))
    assert summary.accepted >= 0.98 * SAMPLES
    return out


@pytest.fixture(scope="module")
def documents(run: Path) -> list[dict[str, Any]]:
    """The run's records, and those written by hand, which have what the run has not: other tools, dialogues."""
    lines = (run / "records.jsonl").read_text().splitlines()
    made = [Record.model_validate_json(line) for line in lines]
    by_hand = [Record.model_validate(case["record"]) for case in cases() if not case["expect"]]
    records = (*made, *by_hand, *dialogues(), *ruled_records())
    return [record.model_dump(mode="json") for record in records if not prove(record).findings]


@pytest.fixture(scope="module")
def planted(documents: list[dict[str, Any]]) -> tuple[Counts, Counts]:
    """Errors that were found and planted, by kind: with marks, and without."""
    records = [Record.model_validate(document) for document in documents[:SAMPLES]]
    return shares(records), shares([unmarked(record) for record in records])


def test_what_the_pipeline_accepts_verifies_clean_with_replay(run: Path) -> None:
    report = verify_file(Target(run / "records.jsonl", run), Options(tools=CONTEXT, replay=True, workers=1))
    assert not report.has_findings, report.model_dump_json(indent=1)[:3000]
    assert report.records >= 0.98 * SAMPLES
    assert report.replay is not None
    assert report.replay.outcomes == {"same": report.replay.steps}
    assert report.proved["executed"].held == report.proved["replayed"].held == report.records


#: The least share of planted errors that is found, where marks are written and where they are left out.
FLOORS = {
    "digit of three or more": (1, 0.95),
    "digit of one or two": (0.98, 0.75),
    "date": (1, 0.8),
    "time": (1, 0.7),
    "swap": (0.95, 0),
    "invented name": (0.95, 0.95),
    "invented fact": (0.95, 0.85),
    "invented deed": (0.95, 0.95),
}


@pytest.mark.parametrize("kind", FLOORS)
def test_errors_that_are_planted_are_found(kind: str, planted: tuple[Counts, Counts]) -> None:
    for counts, floor in zip(planted, FLOORS[kind], strict=True):
        found, tried = counts[kind]
        assert tried >= 15
        assert found >= floor * tried, counts


def test_what_is_accepted_has_no_finding_without_its_marks(documents: list[dict[str, Any]]) -> None:
    records = [unmarked(Record.model_validate(document)) for document in documents]
    offline = [record for record in records if record.meta.policies["propose"] == "offline"]
    found = {record.id: findings(record) for record in offline}
    assert [id for id, each in found.items() if each] == [], found


def test_there_are_many_mutations_and_few_are_harmless_or_not_seen() -> None:
    assert len(MUTATIONS) >= 100
    assert sum(one.promise is None for one in MUTATIONS) <= HARMLESS
    assert sum(not one.seen for one in MUTATIONS) <= UNSEEN
    assert len({(one.area, one.name) for one in MUTATIONS}) == len(MUTATIONS)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[f"{one.area}: {one.name}" for one in MUTATIONS])
async def test_a_mutation_is_seen_as_declared(mutation: Mutation, documents: list[dict[str, Any]]) -> None:
    applied = 0
    for document in documents[: SAMPLES if mutation.replay else None]:
        changed = copy.deepcopy(document)
        if not mutation.change(changed):
            continue
        applied += 1
        found = await _findings(mutation, document, changed)
        if mutation.promise is None or not mutation.seen:
            assert found == [], changed["turns"][0]
        else:
            assert mutation.promise in {finding.promise for finding in found}, (found, changed["turns"][0])
        if applied == APPLIED:
            break
    assert applied, "no record of the run can be changed so"


async def _findings(mutation: Mutation, original: dict[str, Any], changed: dict[str, Any]) -> list[Finding]:
    record = Record.model_validate(changed)
    found = list(prove(record).findings)
    if mutation.promise == "distinct":
        index = DistinctIndex()
        index.add(Record.model_validate(original))
        found += [finding for finding in [index.seen(record)] if finding is not None]
    if mutation.replay:
        assert mutation.promise not in {finding.promise for finding in found}, "it is seen without replay"
        await load_tools(CONTEXT)
        again = await replay(record, await get_registry(CONTEXT.tools), CONTEXT)
        found += again.findings
        if again.changed_tools:
            message = f"changed: {', '.join(sorted(again.changed_tools))}"
            found.append(Finding(promise="replayed", code="changed_tools", message=message))
    return found


def test_the_page_has_the_table() -> None:
    assert table() in PAGE.read_text(), "write it again: python -m tests.fixtures.mutations"
