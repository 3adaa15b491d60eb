"""The compiled workflow as a script uses it: a sample on a thread, its settings, its history."""

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import StateSnapshot

from graph.app import build_graph
from graph.context import Context

Graph = CompiledStateGraph[Any, Any, Any, Any]
Json = dict[str, Any]

#: The nodes that an accepted sample passes, in the order of the loop; and those that only some samples pass.
NODES = (
    "sample_tools",
    "propose_calls",
    "execute_call",
    "critique_calls",
    "update_chain",
    "check_stop",
    "prune_chain",
    "plan_turns",
    "synthesize_query",
    "verify_record",
)
SOMETIMES = ("judge_record", "review_record", "reject_sample")


def tools(attribute: str = "TOOLS", module: str = "parcels") -> list[str]:
    """Tool specs of a fixture module."""
    return [f"python:tests.fixtures.{module}:{attribute}"]


def settings(**more: Any) -> Context:
    """Return settings of single turns, unless the test says otherwise."""
    return Context(**{"tools": tools(), "turns": "1:100", **more})


def compiled(saver: BaseCheckpointSaver[Any] | None = None) -> Graph:
    return build_graph().compile(checkpointer=saver or InMemorySaver())


def thread(name: str = "one") -> RunnableConfig:
    return {"configurable": {"thread_id": name}}


async def sample(context: Context, graph: Graph | None = None, name: str = "one", **given: int) -> Json:
    """Run a sample from its start to its end; seed 1, index 0 unless given."""
    graph = graph or compiled()
    return dict(await graph.ainvoke({"seed": 1, "index": 0, **given}, thread(name), context=context))


async def history(graph: Graph, name: str = "one") -> list[StateSnapshot]:
    """The thread's checkpoints, oldest first."""
    return [snapshot async for snapshot in graph.aget_state_history(thread(name))][::-1]
