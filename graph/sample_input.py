"""The input of a sample, checked where it comes in: before a checkpointer has to hold it."""

from collections.abc import Sequence
from typing import Any

from langgraph.channels import EphemeralValue
from langgraph.constants import START
from langgraph.graph import StateGraph
from langgraph.graph.state import CompiledStateGraph

from graph.context import Context
from graph.state import InputState, OutputState, State, check_input


class CheckedInput(EphemeralValue[Any]):
    """LangGraph's channel of the input. Neither LangGraph nor its server checks an input against its schema."""

    def update(self, values: Sequence[Any]) -> bool:
        """Take the input. Raises as `check_input` does."""
        for value in values:
            if isinstance(value, dict):
                check_input(value)
        return super().update(values)


class SampleGraph(StateGraph[State, Context, InputState, OutputState]):
    """The workflow's graph: its input is checked."""

    def compile(self, *args: Any, **more: Any) -> CompiledStateGraph[State, Context, InputState, OutputState]:
        """Return the compiled graph, as `StateGraph.compile` does."""
        compiled = super().compile(*args, **more)
        compiled.channels[START] = CheckedInput(InputState)
        return compiled
