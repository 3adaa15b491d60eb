"""The compiled workflow: `graph` for `langgraph.json`, `build_graph()` for scripts that bring a checkpointer."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from langgraph.graph import END, START

from graph.context import Context
from graph.otel.setup import begin_spans
from graph.routing import (
    route_judgement,
    route_proposals,
    route_pruned,
    route_review,
    route_selection,
    route_stop,
    route_verification,
)
from graph.sample_input import SampleGraph
from graph.shadowing import check_packages
from graph.state import InputState, OutputState, State
from graph.tool_runs import run_of_call
from graph.tracing import protect_traces
from nodes.check_stop import check_stop
from nodes.critique_calls import critique_calls
from nodes.execute_call import execute_call, record_crash
from nodes.judge_record import judge_record
from nodes.plan_turns import plan_turns
from nodes.propose_calls import propose_calls
from nodes.prune_chain import prune_chain
from nodes.reject_sample import reject_sample
from nodes.review_record import review_record
from nodes.sample_tools import sample_tools
from nodes.synthesize_query import synthesize_query
from nodes.update_chain import update_chain
from nodes.verify_record import verify_record
from tool_registry.calling.call_watch import watch_calls

S = TypeVar("S", bound=State)


def inline(router: Callable[[S], Any]) -> Callable[[S], Awaitable[Any]]:
    """Return the router as one that LangGraph awaits: it calls a plain function in a thread, which takes longer."""

    @wraps(router)
    async def route(state: S) -> Any:
        return router(state)

    return route


def build_graph() -> SampleGraph:
    """Return the workflow, not compiled: `build_graph().compile(checkpointer=…)`.

    One thread is one sample. Input is `InputState`, output `OutputState`, settings are passed as
    `context=Context(…)`; without a context the defaults hold.
    """
    builder = SampleGraph(State, context_schema=Context, input_schema=InputState, output_schema=OutputState)
    builder.add_node("sample_tools", sample_tools)
    builder.add_node("propose_calls", propose_calls)
    builder.add_node("execute_call", execute_call, error_handler=record_crash)
    builder.add_node("critique_calls", critique_calls)
    builder.add_node("update_chain", update_chain)
    builder.add_node("check_stop", check_stop)
    builder.add_node("prune_chain", prune_chain)
    builder.add_node("plan_turns", plan_turns)
    builder.add_node("synthesize_query", synthesize_query)
    builder.add_node("verify_record", verify_record)
    builder.add_node("judge_record", judge_record)
    builder.add_node("review_record", review_record)
    builder.add_node("reject_sample", reject_sample)

    builder.add_edge(START, "sample_tools")
    builder.add_edge("sample_tools", "propose_calls")
    builder.add_conditional_edges("propose_calls", inline(route_proposals), ["execute_call", "critique_calls"])
    builder.add_edge("execute_call", "critique_calls")
    builder.add_conditional_edges("critique_calls", inline(route_selection), ["update_chain", "check_stop"])
    builder.add_edge("update_chain", "check_stop")
    builder.add_conditional_edges("check_stop", inline(route_stop), ["sample_tools", "prune_chain", "reject_sample"])
    after_pruning = ["plan_turns", "synthesize_query", "verify_record"]
    builder.add_conditional_edges("prune_chain", inline(route_pruned), after_pruning)
    builder.add_edge("plan_turns", "synthesize_query")
    builder.add_edge("synthesize_query", "verify_record")
    after_proof = ["prune_chain", "synthesize_query", "judge_record", "review_record", "reject_sample", END]
    builder.add_conditional_edges("verify_record", inline(route_verification), after_proof)
    after_judgement = ["synthesize_query", "review_record", "reject_sample", END]
    builder.add_conditional_edges("judge_record", inline(route_judgement), after_judgement)
    builder.add_conditional_edges("review_record", inline(route_review), ["review_record", "reject_sample", END])
    builder.add_edge("reject_sample", END)
    return builder


check_packages()  # once more: where `graph` itself is a foreign package, its `__init__` ran and not ours
# Before anything is traced, in scripts and in the development server alike.
protect_traces()
begin_spans()
watch_calls(run_of_call)
graph = build_graph().compile(name="toolgrad")
