"""The compiled workflow: its input is checked where it comes in, before a checkpointer has to hold it; it is traced."""

from collections.abc import Sequence
from typing import Any

from langgraph.channels import EphemeralValue
from langgraph.constants import START
from langgraph.graph import StateGraph
from langgraph.graph.state import CompiledStateGraph

from graph.context import Context
from graph.otel.setup import current_handler
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
    """The workflow's graph: its input is checked, and its runs are spans where they are asked for."""

    def compile(self, *args: Any, **more: Any) -> CompiledStateGraph[State, Context, InputState, OutputState]:
        """Return the compiled graph, as `StateGraph.compile` does."""
        compiled = super().compile(*args, **more)
        handler = current_handler()
        if handler is not None:
            compiled = compiled.with_config(callbacks=[handler])
        compiled.channels[START] = CheckedInput(InputState)
        return compiled
