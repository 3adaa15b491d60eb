"""Query first: write what a person asks, before anything is called."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import SearchState
from nodes.policies.lookup import search_policy_for
from nodes.policies.search import QueryRequest
from nodes.sample import Sample


async def write_query(state: SearchState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the policy for a query that the drawn tools may answer; without one there are `reasons` to end.

    It stands from here on, so which value a figure of the response tells is not asked about.
    """
    sample = await Sample.open(state, runtime)
    begun = {"tree": [], "at": 0, "fruitless": 0, "answer": "", "query": None, "figures_asked": True, "notes": []}
    if not sample.batch:
        why = "the query was not written: no tool may run (see `toolgrad tools`)"
        return {**begun, "move": "end", "stop_reason": "no_tools", "reasons": [why]}
    view = sample.view("query")
    batch = [name for name in sample.batch if name in view["tools"]]
    style_seed = sample.derive_seed("synthesize", 0)
    request = QueryRequest(**view, batch=batch, style_seed=style_seed)

    def about(tool: str | None) -> QueryRequest:
        return request.model_copy(update={"batch": [] if tool is None else [tool]})

    decision = sample.decision("synthesize", "query")
    written = await decision.ask(
        search_policy_for("synthesize", sample.context).write_query, request, (request.batch, about)
    )
    if written is None or not written.query.strip():
        reasons = ["the query was not written"]
        return {**begun, "move": "end", "stop_reason": "no_progress", "reasons": reasons, **decision.entries}
    query = {"text": written.query.strip(), "meant": [call.model_dump() for call in written.meant]}
    return {**begun, "move": "again", "query": query, **decision.entries}
