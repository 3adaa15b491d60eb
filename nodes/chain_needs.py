"""What the next batch is to go on from, read off the state."""

from collections import Counter

from graph.state import State
from tool_registry.calling.crashes import attributed_to
from tool_registry.drawing.composing import ChainNeeds
from tool_registry.drawing.tool_graph import keys_of_result
from tool_registry.drawing.value_kinds import Keys
from tool_registry.json.pointer import scalars
from tool_registry.registry import ToolRegistry


def chain_needs(state: State, registry: ToolRegistry, iteration: int) -> ChainNeeds:
    """Return what the chain has produced so far, which tools failed in this sample and which are in the chain."""
    steps = state.get("steps", [])
    arguments = [value for step in steps for _, value in scalars(step["arguments"])]
    produced: Keys = {}
    for step in steps:
        spec = registry.get(step["tool"]).spec if step["tool"] in registry else None
        with attributed_to(step["tool"]):
            for key, weight in keys_of_result(step["result"], spec, arguments).items():
                produced[key] = max(weight, produced.get(key, 0.0))
    failures = Counter(attempt["tool"] for attempt in state.get("attempts", []) if not attempt["ok"])
    used = Counter(step["tool"] for step in steps)
    return ChainNeeds(
        produced,
        failures,
        used,
        run_seed=state.get("seed", 0),
        index=state.get("index", 0),
        iteration=iteration,
        target=state.get("target_calls") or 2,
        stuck=state.get("idle_iterations", 0) > 0,
    )
