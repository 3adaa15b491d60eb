"""The workflow as runs use it, with checkpoints."""

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from graph.app import build_graph
from toolgrad_data.runs.sample import Graph


def compile_graph(saver: BaseCheckpointSaver[Any]) -> Graph:
    """Return the workflow with checkpoints."""
    return build_graph().compile(checkpointer=saver, name="toolgrad")
