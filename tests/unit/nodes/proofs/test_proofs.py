"""All promises of a record together."""

from graph.record import Record
from nodes.proofs import prove
from tests.unit.nodes.proofs.records import META, example
from tests.unit.nodes.proofs.test_executed import edited


def test_the_example_of_the_design_holds() -> None:
    verification = prove(example())
    assert verification.findings == []
    assert (verification.executed, verification.typed, verification.grounded, verification.natural) == (True,) * 4
    assert (verification.replayed, verification.distinct, verification.faithful) == (None, None, True)


def test_a_record_without_steps_fails() -> None:
    record = Record(id="s", turns=[], tools=[], offered=[], meta=META)
    verification = prove(record)
    assert verification.executed is False
    assert [finding.code for finding in verification.findings] == ["no_steps"]


def test_a_missing_spec_fails_every_promise_that_needs_it() -> None:
    verification = prove(edited("tools", [0]))
    assert (verification.executed, verification.typed, verification.grounded) == (False, False, False)
