"""Steps that nothing needs leave the chain and stay in the record beside it."""

import pytest

from graph.record import Record
from nodes.policies import kinds
from nodes.proofs import prove
from tests.fixtures.policies import ForgetfulWriter
from tests.integration.workflow import sample, settings


@pytest.mark.parametrize("index", [1, 2, 4])
@pytest.mark.parametrize("max_repairs", [0, 2])
async def test_what_the_writer_leaves_out_is_pruned_without_a_rewrite(
    monkeypatch: pytest.MonkeyPatch, index: int, max_repairs: int
) -> None:
    writer = ForgetfulWriter()
    monkeypatch.setattr(kinds, "_offline", lambda: writer)
    output = await sample(settings(max_repairs=max_repairs), target_calls=3, index=index)
    record = Record.model_validate(output["record"])
    turn = record.turns[0]
    assert output["status"] == "accepted", output["reasons"]
    assert (writer.asked, record.meta.repairs) == (1, 0)
    assert [step.id for step in turn.steps] == ["s1", "s2"]
    assert [step.id for step in record.pruned] == ["s3"]
    assert sorted(name for chain in turn.chains for name in chain) == ["s1", "s2"]
    assert all(turn.chains)
    assert prove(record).findings == []


async def test_the_only_step_is_never_pruned(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = ForgetfulWriter()
    monkeypatch.setattr(kinds, "_offline", lambda: writer)
    output = await sample(settings(max_repairs=1), target_calls=1)
    assert output["status"] == "rejected"
    assert output["record"]["pruned"] == []
    assert output["record"]["turns"][0]["steps"]
