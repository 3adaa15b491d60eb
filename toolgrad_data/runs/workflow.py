"""The workflow as runs use it, with checkpoints."""

from collections.abc import Callable
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from graph.app import build_graph
from graph.baseline import build_baseline
from graph.sample_input import SampleGraph
from toolgrad_data.runs.sample import Graph
from toolgrad_data.runs.settings import Method

_BUILDERS: dict[Method, Callable[[], SampleGraph]] = {"answer-first": build_graph, "dfs": build_baseline}


def compile_graph(saver: BaseCheckpointSaver[Any], method: Method = "answer-first") -> Graph:
    """Return the method's workflow with checkpoints."""
    return _BUILDERS[method]().compile(checkpointer=saver, name="toolgrad")
