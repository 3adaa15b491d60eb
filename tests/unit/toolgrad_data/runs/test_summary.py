import pytest

from graph.record import Finding, RejectedRecord, RoleUsage, Usage, Verification
from tests.unit.toolgrad_data.runs.helpers import record
from toolgrad_data.runs.summary import Session, Tally, reason_kinds


def test_counts_what_was_added() -> None:
    tally = Tally()
    for index in range(3):
        tally.add(record(index))
    tally.add(record(3, reasons=["crashed with KeyError: 'x'"]))
    made = tally.summary(0, 10, 6, Session(samples=4, seconds=2, samples_per_minute=120))
    assert (made.accepted, made.rejected, made.missing, made.acceptance_rate) == (3, 1, 6, 0.75)
    assert made.lengths == {"1": 3}
    assert made.tools == {"double": 3}
    assert made.stop_reasons == {"target_reached": 3}
    assert (made.tool_calls, made.tool_failures) == (8, 4)
    assert made.rejected_by_reason == {"crashed with KeyError": 1}
    assert (made.sample_seconds.mean, made.sample_seconds.p95) == (3.0, 3.0)


def test_reasons_are_kinds_of_findings_each_once() -> None:
    finding = Finding(promise="grounded", code="no_source", message="step s1 …")
    other = Finding(promise="natural", code="identifier", message="…")
    rejected = record(0, reasons=["grounded: step s1 …"]).model_copy(
        update={"verification": Verification(findings=[finding, finding, other])}
    )
    assert isinstance(rejected, RejectedRecord)
    assert reason_kinds(rejected) == ["grounded: no_source", "natural: identifier"]


def test_an_empty_chain_tells_what_ended_the_loop() -> None:
    rejected = record(0, reasons=["the chain is empty: no call was selected"])
    empty = rejected.model_copy(
        update={"turns": [], "meta": rejected.meta.model_copy(update={"stop_reason": "no_progress"})}
    )
    assert isinstance(empty, RejectedRecord)
    assert reason_kinds(empty) == ["the chain is empty (no_progress)"]


@pytest.mark.parametrize(("cost", "total"), [(0.25, 0.5), (None, None)])
def test_usage_is_summed_and_an_unknown_cost_stays_unknown(cost: float | None, total: float | None) -> None:
    tally = Tally()
    for index, one in enumerate([0.25, cost]):
        part = RoleUsage(llm_calls=1, input_tokens=10, cost_usd=one)
        usage = Usage(**part.model_dump(), by_role={"synthesize": part})
        made = record(index)
        tally.add(made.model_copy(update={"meta": made.meta.model_copy(update={"usage": usage})}))
    summed = tally.summary(0, 2, 0, Session()).usage
    assert (summed.llm_calls, summed.input_tokens, summed.cost_usd) == (2, 20, total)
    assert summed.by_role["synthesize"].cost_usd == total
    assert summed.by_role["synthesize"].input_tokens == 20
