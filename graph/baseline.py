"""The query-first workflow, answer-first's rival: `baseline` for `langgraph.json`, `build_baseline()` for scripts.

A query is written for a batch of tools, then searched for by depth-first tool calls with backtracking. Drawing,
executing, the chain, the proofs and the judge are the answer-first workflow's own nodes. See docs/baseline.md.
"""

from typing import Any

from langgraph.graph import END, START

from graph.app import inline
from graph.context import Context
from graph.routing import (
    route_kept_call,
    route_mended,
    route_move,
    route_proved_answer,
    route_pruned_answer,
    route_query,
    route_review,
    route_search_end,
)
from graph.sample_input import SampleGraph
from graph.state import InputState, OutputState, SearchState
from nodes.execute_call import execute_call, record_crash
from nodes.judge_record import judge_record
from nodes.prune_chain import prune_chain
from nodes.reject_sample import reject_sample
from nodes.review_record import review_record
from nodes.sample_tools import sample_tools
from nodes.search.close_search import close_search
from nodes.search.keep_call import keep_call
from nodes.search.mend_response import mend_response
from nodes.search.search_calls import search_calls
from nodes.search.write_query import write_query
from nodes.update_chain import update_chain
from nodes.verify_record import verify_record


def build_baseline() -> SampleGraph:
    """Return the workflow, not compiled; input, output and context are those of `build_graph()`."""
    builder = SampleGraph(SearchState, context_schema=Context, input_schema=InputState, output_schema=OutputState)
    nodes: dict[str, Any] = {
        "sample_tools": sample_tools,
        "write_query": write_query,
        "search_calls": search_calls,
        "keep_call": keep_call,
        "update_chain": update_chain,
        "close_search": close_search,
        "verify_record": verify_record,
        "prune_chain": prune_chain,
        "mend_response": mend_response,
        "judge_record": judge_record,
        "review_record": review_record,
        "reject_sample": reject_sample,
    }
    for name, node in nodes.items():
        builder.add_node(name, node)
    builder.add_node("execute_call", execute_call, error_handler=record_crash)

    builder.add_edge(START, "sample_tools")
    builder.add_edge("sample_tools", "write_query")
    builder.add_conditional_edges("write_query", inline(route_query), ["search_calls", "reject_sample"])
    builder.add_conditional_edges("search_calls", inline(route_move), ["execute_call", "search_calls", "close_search"])
    builder.add_edge("execute_call", "keep_call")
    builder.add_conditional_edges("keep_call", inline(route_kept_call), ["update_chain", "search_calls"])
    builder.add_edge("update_chain", "search_calls")
    builder.add_conditional_edges("close_search", inline(route_search_end), ["verify_record", "reject_sample"])
    after_proof = ["prune_chain", "mend_response", "judge_record", "review_record", "reject_sample", END]
    builder.add_conditional_edges("verify_record", inline(route_proved_answer), after_proof)
    builder.add_conditional_edges("prune_chain", inline(route_pruned_answer), ["verify_record", "mend_response"])
    builder.add_conditional_edges("mend_response", inline(route_mended), ["verify_record", "reject_sample"])
    after_judgement = ["mend_response", "review_record", "reject_sample", END]
    builder.add_conditional_edges("judge_record", inline(route_proved_answer), after_judgement)
    builder.add_conditional_edges("review_record", inline(route_review), ["review_record", "reject_sample", END])
    builder.add_edge("reject_sample", END)
    return builder


baseline = build_baseline().compile(name="baseline")
