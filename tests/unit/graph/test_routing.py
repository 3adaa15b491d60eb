"""Routers read state and nothing else."""

from langgraph.graph import END

from graph.routing import (
    route_judgement,
    route_proposals,
    route_pruned,
    route_review,
    route_selection,
    route_stop,
    route_verification,
)
from graph.state import State


def test_each_proposal_has_a_branch_of_its_own() -> None:
    state = {"proposals": [{"id": "p1"}, {"id": "p2"}], "iteration": 3, "seed": 7, "index": 2}
    sends = route_proposals(state)
    assert [send.node for send in sends] == ["execute_call", "execute_call"]
    assert [[p["id"] for p in send.arg["call"]["proposals"]] for send in sends] == [["p1"], ["p2"]]
    assert sends[0].arg["call"]["iteration"] == 3


def test_proposals_that_use_each_other_share_a_branch_in_order() -> None:
    def proposal(name: str, *uses: str) -> dict[str, object]:
        references = {f"/{used}": {"kind": "step", "step": used, "pointer": ""} for used in uses}
        return {"id": name, "references": references}

    proposals = [proposal("p1"), proposal("p2"), proposal("p3", "p1"), proposal("p4", "p3", "p1")]
    groups = [send.arg["call"]["proposals"] for send in route_proposals({"proposals": proposals})]
    assert [[member["id"] for member in group] for group in groups] == [["p1", "p3", "p4"], ["p2"]]


def test_no_proposal_goes_to_the_critique_by_name() -> None:
    assert route_proposals({"proposals": []}) == "critique_calls"
    assert route_proposals({}) == "critique_calls"


def test_selection() -> None:
    assert route_selection({"selection": [{"proposal": "p1", "chain": None}]}) == "update_chain"
    assert route_selection({"selection": []}) == "check_stop"


def test_stop() -> None:
    assert route_stop({"stop_reason": None}) == "sample_tools"
    assert route_stop({"stop_reason": "target_reached", "reasons": []}) == "prune_chain"
    assert route_stop({"stop_reason": "no_tools", "reasons": ["the chain is empty"]}) == "reject_sample"


#: A dialogue of two turns.
TWO: State = {"plan": {"turns": [{}, {}]}}


def test_what_was_pruned() -> None:
    assert route_pruned({"plan": None, "draft": None, "findings": []}) == "plan_turns"
    assert route_pruned({**TWO, "draft": {"turns": [{}, {}]}, "findings": []}) == "verify_record"
    assert route_pruned({**TWO, "draft": {"turns": [{}, {}]}, "findings": [{"code": "no_mark"}]}) == "synthesize_query"
    # Of a long dialogue what is written is proved before the next part is; what is proved is not proved again.
    assert route_pruned({**TWO, "draft": {"turns": [{}]}, "findings": []}) == "verify_record"
    assert route_pruned({**TWO, "draft": {"turns": [{}]}, "proved_turns": 1, "findings": []}) == "synthesize_query"


def test_verification() -> None:
    assert route_verification({"status": "accepted"}) == END
    assert route_verification({"findings": [{"code": "no_mark"}]}) == "synthesize_query"
    assert route_verification({"findings": [{"code": "no_mark"}, {"code": "unneeded_step"}]}) == "prune_chain"
    assert route_verification({"findings": [{"code": "no_mark"}], "reasons": ["cited: …"]}) == "reject_sample"
    proved: State = {**TWO, "findings": [], "reasons": [], "record": {}}
    assert route_verification({**proved, "draft": {"turns": [{}, {}]}}) == "judge_record"
    assert route_verification({**proved, "draft": {"turns": [{}, {}]}, "awaits": "review"}) == "review_record"
    assert route_verification({**proved, "draft": {"turns": [{}]}}) == "synthesize_query"


def test_judgement() -> None:
    assert route_judgement({"status": "accepted"}) == END
    assert route_judgement({"findings": [{"code": "nobody_asks"}]}) == "synthesize_query"
    assert route_judgement({"findings": [{"code": "not_judged"}], "reasons": ["judged: …"]}) == "reject_sample"
    assert route_judgement({"findings": [], "reasons": [], "record": {}, "awaits": "review"}) == "review_record"


def test_review() -> None:
    assert route_review({"status": "accepted"}) == END
    assert route_review({"reasons": ["review: reads oddly"], "record": {}}) == "reject_sample"
    assert route_review({"reasons": [], "review": {"problem": "no answer"}}) == "review_record"
