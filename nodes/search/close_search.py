"""Close the search: no further call is made; its answer is put beside the query, as a draft that can be proved."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import SearchState
from nodes.dialogues.plan import Plan, single_turn
from nodes.drafts import literals_of, read_draft, turns_of
from nodes.policies.base import Draft, DraftTurn, MarkedText, Written, WrittenTurn
from nodes.sample import Sample
from nodes.search.query_marks import with_asks
from nodes.stateful.branches import end_session, not_replayable


async def close_search(state: SearchState, runtime: Runtime[Context]) -> dict[str, Any]:
    """End the sample's session. Where there is an answer set `draft` and `plan`, else there are `reasons` already.

    A chain of stateful tools that a fresh session does not give again is rejected here.
    """
    sample = await Sample.open(state, runtime)
    await end_session(sample.context, sample.seed, sample.index)
    if state.get("reasons"):
        # What a person needs to see why: the query, with what was called on the last way.
        return {"draft": as_draft(sample, state, "").model_dump()} if state.get("query") else {}
    plan = single_turn([step.id for step in sample.steps])
    why = await not_replayable(sample)
    return {
        "plan": plan.model_dump(),
        "draft": as_draft(sample, state, state.get("answer", ""), plan).model_dump(),
        "reasons": [f"replayed: {words}" for words in why],
    }


def as_draft(sample: Sample, state: SearchState, response: str, plan: Plan | None = None) -> Written:
    """Return the query and the response with their marks: the response's as they were written, the query's inferred."""
    query = MarkedText(text=(state.get("query") or {}).get("text", ""))
    steps = sample.steps
    literals = literals_of(steps, sample.setting)
    first = Written(turns=[WrittenTurn(query=query)])
    written = read_draft(Draft(turns=[DraftTurn(response=response)]), first, literals)
    plan = plan or single_turn([step.id for step in steps])
    specs = sample.specs(step.tool for step in steps)
    turn = turns_of(written, plan, steps, sample.state.get("chains", []), sample.setting, specs)[0]
    marked = written.turns[0].model_copy(update={"query": with_asks(query, turn, specs)})
    return Written(turns=[marked])
