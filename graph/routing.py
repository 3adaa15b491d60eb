"""The edges' decisions: pure functions of state. What they read was decided and named by a node before."""

from typing import Literal

from langgraph.types import Send

from graph.state import Json, SearchState, State
from nodes.reserve import built_on, reserve_by_id


def route_proposals(state: State) -> list[Send] | Literal["critique_calls"]:
    """Send each proposal to a branch of its own, those that use each other's results to one together.

    Without proposals go to the critique by name: an empty list of sends would end the run silently.
    """
    proposals = state.get("proposals") or []
    if not proposals:
        return "critique_calls"
    shared = {
        "seed": state.get("seed", 0),
        "index": state.get("index", 0),
        "iteration": state.get("iteration", 1),
        **({"chain": [_call(step) for step in state.get("steps", [])]} if state.get("ruled") else {}),
    }
    stateful = set(state.get("stateful") or ())
    return [
        Send("execute_call", {"call": {"proposals": group, **shared, **_accepted_calls(state, group, stateful)}})
        for group in linked_groups(proposals)
    ]


def _accepted_calls(state: State, group: list[Json], stateful: set[str]) -> Json:
    """Return what the session of a group that calls a stateful tool is built from.

    `accepted` are the chain's calls of such tools, `reserve` those whose results the group uses.
    """
    if not stateful or not any(proposal["tool"] in stateful for proposal in group):
        return {}
    steps = [_call(step) for step in state.get("steps", []) if step["tool"] in stateful]
    used = built_on(group, reserve_by_id(state))
    return {"accepted": steps, "reserve": [_call(each) for each in used if each["tool"] in stateful]}


def _call(made: Json) -> Json:
    return {name: made[name] for name in ("id", "tool", "arguments", "result", "truncated") if name in made}


def linked_groups(proposals: list[Json]) -> list[list[Json]]:
    """Return the proposals in groups that references link, directly or not; order is kept."""
    groups: list[list[Json]] = []
    for proposal in proposals:
        uses = {reference["step"] for reference in proposal.get("references", {}).values()}
        linked = [group for group in groups if uses & {member["id"] for member in group}]
        merged = [member for group in linked for member in group]
        merged.sort(key=proposals.index)
        groups = [group for group in groups if group not in linked]
        groups.append([*merged, proposal])
    return sorted(groups, key=lambda group: proposals.index(group[0]))


def route_selection(state: State) -> Literal["update_chain", "check_stop"]:
    """Update the chain when the critique selected something."""
    return "update_chain" if state.get("selection") else "check_stop"


def route_stop(state: State) -> Literal["sample_tools", "prune_chain", "reject_sample"]:
    """Go on while there is no reason to stop; then write the query, unless the sample came to nothing."""
    if state.get("stop_reason") is None:
        return "sample_tools"
    return "reject_sample" if state.get("reasons") else "prune_chain"


def route_pruned(state: State) -> Literal["plan_turns", "synthesize_query", "verify_record"]:
    """Plan a chain that is not planned; write again, unless nothing is held any more against what is written whole."""
    if not state.get("plan"):
        return "plan_turns"
    holds = not state.get("findings") and (is_written(state) or _has_unproved(state))
    return "verify_record" if holds else "synthesize_query"


def is_written(state: State) -> bool:
    """Say whether all turns of the plan have words."""
    return _turns(state.get("draft")) >= _turns(state.get("plan")) > 0


def _has_unproved(state: State) -> bool:
    return _turns(state.get("draft")) > state.get("proved_turns", 0)


def _turns(of: Json | None) -> int:
    return len((of or {}).get("turns", []))


def route_verification(
    state: State,
) -> Literal["prune_chain", "synthesize_query", "judge_record", "review_record", "reject_sample", "__end__"]:
    """End with a verdict, reject for reasons, mend what was found, write the next part of a long dialogue; else a judge
    or a person has still to see the record."""
    if state.get("status"):
        return "__end__"
    if state.get("reasons"):
        return "reject_sample"
    findings = state.get("findings") or []
    if not findings:
        return _route_proved(state) if is_written(state) else "synthesize_query"
    is_unneeded = any(finding["code"] == "unneeded_step" for finding in findings)
    return "prune_chain" if is_unneeded else "synthesize_query"


def _route_proved(state: State) -> Literal["judge_record", "review_record"]:
    return "review_record" if state.get("awaits") == "review" else "judge_record"


def route_judgement(state: State) -> Literal["synthesize_query", "review_record", "reject_sample", "__end__"]:
    """End with a verdict, reject for reasons; what holds a person has still to see; else there is a repair left."""
    if state.get("status"):
        return "__end__"
    if state.get("reasons"):
        return "reject_sample"
    return "synthesize_query" if state.get("findings") else "review_record"


def route_review(state: State) -> Literal["review_record", "reject_sample", "__end__"]:
    """End with a verdict, reject for reasons; else the person is asked again."""
    if state.get("status"):
        return "__end__"
    return "reject_sample" if state.get("reasons") else "review_record"


def route_query(state: SearchState) -> Literal["search_calls", "reject_sample"]:
    """Search for what answers the query, where one was written."""
    return "reject_sample" if state.get("reasons") else "search_calls"


def route_move(state: SearchState) -> list[Send] | Literal["search_calls", "close_search"]:
    """Execute the call, decide again, or close the search."""
    move = state.get("move")
    if move == "call":
        sends = route_proposals(state)
        return "search_calls" if isinstance(sends, str) else sends
    return "search_calls" if move == "again" else "close_search"


def route_kept_call(state: SearchState) -> Literal["update_chain", "search_calls"]:
    """Put a call that worked into the chain; go on from one that failed, too."""
    return "update_chain" if state.get("selection") else "search_calls"


def route_search_end(state: SearchState) -> Literal["verify_record", "reject_sample"]:
    """Prove what the search answered, where it did."""
    return "reject_sample" if state.get("reasons") else "verify_record"


def route_proved_answer(
    state: SearchState,
) -> Literal["prune_chain", "mend_response", "judge_record", "review_record", "reject_sample", "__end__"]:
    """End with a verdict, reject for reasons, mend what was found; else a judge or a person has still to see it."""
    if state.get("status"):
        return "__end__"
    if state.get("reasons"):
        return "reject_sample"
    findings = state.get("findings") or []
    if not findings:
        return _route_proved(state)
    return "prune_chain" if any(finding["code"] == "unneeded_step" for finding in findings) else "mend_response"


def route_pruned_answer(state: SearchState) -> Literal["verify_record", "mend_response"]:
    """Prove again what is held to nothing any more."""
    return "mend_response" if state.get("findings") else "verify_record"


def route_mended(state: SearchState) -> Literal["verify_record", "reject_sample"]:
    """Prove the response that was mended."""
    return "reject_sample" if state.get("reasons") else "verify_record"
