"""Whatever JSON a model writes, a decision's reader takes it or says what is wrong; nothing unsound comes out."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.policies.base import Proposals
from nodes.policies.model.answers import CritiqueAnswer, DraftAnswer, ProposeAnswer, RepairAnswer, RewriteAnswer
from nodes.policies.model.proposals import read_proposals
from nodes.policies.model.structured import _read, _Unusable
from nodes.policies.model.transport import Completion
from nodes.propose_calls import sound_proposals
from tests.unit.nodes.policies.model.conftest import TOOLS, propose_request
from tests.unit.nodes.policies.model.conftest import settings as ask_settings
from tool_registry.json.pointer import equal, resolve

SETTINGS = ask_settings("http://127.0.0.1:1/v1")
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50) | st.just("/lat")
ANY = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
REFERENCE = st.fixed_dictionaries(
    {"$from": st.sampled_from(["s1", "s2", "p1", "p2", "p3", ""]) | ANY},
    optional={"pointer": st.sampled_from(["", "/lat", "lat", "/none", "//", "~2", "/name"]) | ANY, "x": ANY},
)
ARGUMENTS = st.dictionaries(
    st.sampled_from(["iata", "lat", "lon", "date", "amount", "to", "odd/~name", "$from"]), ANY | REFERENCE, max_size=5
)
CALL = st.fixed_dictionaries(
    {},
    optional={
        "tool": st.sampled_from([*TOOLS, "SUN_TIMES", "x.convert", "nothing"]) | ANY,
        "arguments": ARGUMENTS | ARGUMENTS.map(json.dumps) | ANY | REFERENCE,
        "why": ANY,
    },
)
VERDICT = st.fixed_dictionaries({}, optional={"proposal": ANY, "reason": ANY, "keep": ANY, "chain": ANY})
MARK = st.fixed_dictionaries({}, optional={"half": ANY, "words": ANY, "target": ANY})
DOCUMENT = st.fixed_dictionaries(
    {},
    optional={
        "calls": st.lists(CALL | ANY, max_size=5) | ANY,
        "arguments": ARGUMENTS | ANY,
        "verdicts": st.lists(VERDICT | ANY, max_size=3) | ANY,
        "gradient": ANY,
        "query": ANY,
        "response": ANY,
        "marks": st.lists(MARK | ANY, max_size=3) | MARK | ANY,
    },
)


@pytest.mark.parametrize("answer", [ProposeAnswer, RepairAnswer, CritiqueAnswer, DraftAnswer, RewriteAnswer])
@given(document=DOCUMENT | ANY)
def test_every_answer_is_read_or_unusable(answer: Any, document: Any) -> None:
    try:
        value = _read(Completion(text=json.dumps(document)), answer, lambda _: [], SETTINGS)
    except _Unusable as error:
        told = error.problems
    else:
        assert isinstance(value, answer)
        return
    assert 0 < sum(map(len, told)) < 3000, "what is told back is bounded"


@settings(max_examples=300)
@given(st.lists(CALL, max_size=5))
def test_proposals_that_come_out_are_sound(calls: list[dict[str, Any]]) -> None:
    request = propose_request()
    try:
        answer = _read(Completion(text=json.dumps({"calls": calls})), ProposeAnswer, lambda _: [], SETTINGS)
    except _Unusable:
        return
    proposals = read_proposals(answer, request).proposals
    assert len(proposals) <= request.count
    before: set[str] = set()
    for proposal in proposals:
        assert proposal.tool in request.batch
        assert {source.step for source in proposal.references.values()} <= before
        before.add(proposal.id)
        for pointer, source in proposal.sources.items():
            assert source.step == "s1"
            assert equal(resolve(request.steps[0].result, source.pointer), resolve(proposal.arguments, pointer))
    json.dumps([proposal.model_dump() for proposal in proposals], allow_nan=False)
    again = sound_proposals(Proposals(proposals=proposals), request).proposals
    ids = [proposal.id for proposal in again]
    assert ids == [f"p{number}" for number in range(1, len(again) + 1)]
    for position, proposal in enumerate(again):
        assert {source.step for source in proposal.references.values()} <= set(ids[:position])
