"""Mini-batch: draw the tools that this iteration may use."""

import random
from datetime import UTC, datetime
from functools import partial
from typing import Any

from langgraph.runtime import Runtime
from langgraph.types import Overwrite

from graph.context import Context, parse_calls_mix
from graph.state import WORKFLOW, State, check_input
from nodes.chain_needs import chain_needs
from nodes.ingredients.draw import ingredients_for
from nodes.marks.units import learn_units
from nodes.seeding import derive_seed
from nodes.steering import Library, steer
from nodes.views import gradients_of, permissions_of, record_context, registry_of
from tool_registry.calling.threads import in_thread
from tool_registry.drawing.sampling import draw_batch
from tool_registry.drawing.tool_graph import MemoryPool
from tool_registry.registry import ToolRegistry

_ACCUMULATED = ("attempts", "gradients", "steps", "usage", "policy_failures")


async def sample_tools(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Draw a seeded batch among the tools that may run; the chain's own tools stay known without it.

    It begins with what the last gradient looks for; what of that there is not is told in the gradient's words.
    """
    context = runtime.context or Context()
    registry = await registry_of(context)
    start = {} if state.get("iteration") and not state.get("status") else _fresh(state, context)
    seed, index = state.get("seed", 0), state.get("index", 0)
    if start:
        await in_thread(learn_units, record_context(context).writing_locale)
        given = await ingredients_for(context, seed, index)
        start["ingredients"] = None if given is None else given.model_dump()
    iteration = int(start.get("iteration", state.get("iteration", 0))) + 1
    rng = random.Random(derive_seed(seed, index, iteration, "sample_tools"))
    without = frozenset(start.get("without", state.get("without")) or ())
    pool = registry.pool(permissions_of(context), without)
    composed = context.sampling == "composable"
    known: State = {"seed": seed, "index": index, "target_calls": start["target_calls"]} if start else state
    needs = chain_needs(known, registry, iteration) if composed else None
    # Those of a catalogue stay in its pool.
    spare = len(without) if not isinstance(pool, MemoryPool) else 0
    first, told = ([], {}) if start else await _steer_batch(state, context, registry)
    draw = partial(draw_batch, pool, context.tools_per_batch + spare, context.sampling, rng, needs, first)
    # In a thread where it may take long: the first composed draw builds the tool graph, a catalogue is on disk.
    at_hand = isinstance(pool, MemoryPool) and (pool.linked_up or not composed)
    drawn = draw() if at_hand else await in_thread(draw)
    batch = [name for name in drawn if name not in without][: context.tools_per_batch]
    offered = [] if start else state.get("offered", [])
    return {
        **start,
        **told,
        "iteration": iteration,
        "batch": batch,
        "offered": list(dict.fromkeys([*offered, *batch])),
        "proposals": [],
        "nominated": [],
        "notes": [],
        "selection": [],
    }


async def _steer_batch(
    state: State, context: Context, registry: ToolRegistry
) -> tuple[list[str], dict[str, list[dict[str, Any]]]]:
    """Return what the batch begins with, and the last gradient where it is told what it looks for in vain."""
    gradients = gradients_of(state)
    if not gradients or gradients[-1].iteration != state.get("iteration"):
        return [], {}
    library = Library.of(state, context, registry)
    called = {attempt["tool"] for attempt in state.get("attempts", [])}
    size = min(context.tools_per_batch, len(library.pool))
    first, gradient = await in_thread(steer, gradients[-1], library, state.get("batch", []), called, size)
    return first, {} if gradient is gradients[-1] else {"gradients": [gradient.model_dump()]}


def _fresh(state: State, context: Context) -> dict[str, Any]:
    """Return a sample's first values, also on a thread that has run another sample before.

    Raises pydantic's ValidationError for an input that is not an `InputState`.
    """
    # Again here, for a state that was edited by hand.
    given = check_input(state)
    seed, index = given.get("seed", 0), given.get("index", 0)
    used = bool(state.get("status"))
    return {
        "seed": seed,
        "index": index,
        "without": list(given.get("without") or ()),
        "target_calls": (None if used else state.get("target_calls")) or draw_length(context.calls, seed, index),
        "workflow": WORKFLOW,
        "started_at": datetime.now(UTC).isoformat(),
        "iteration": 0,
        "idle_iterations": 0,
        "unfilled": [],
        "reserve": [],
        "chains": [],
        "pruned": [],
        "stop_reason": None,
        "draft": None,
        "findings": [],
        "repairs": 0,
        "status": None,
        "record": None,
        "reasons": [],
        **({name: Overwrite([]) for name in _ACCUMULATED} if used else {}),
    }


def draw_length(mix: str, seed: int, index: int) -> int:
    """Return the chain length of a sample, drawn from the mix.

    A low-discrepancy sequence (the golden ratio's multiples, shifted by the seed) stands in for independent
    draws, so that also short runs follow the mix closely.
    """
    parts = parse_calls_mix(mix)
    shift = derive_seed(seed, 0, 0, "length") / 2**64
    point = (shift + index * 0.6180339887498949) % 1.0 * sum(weight for *_, weight in parts)
    rng = random.Random(derive_seed(seed, index, 0, "length"))
    for low, high, weight in parts:
        point -= weight
        if point < 0:
            return rng.randint(low, high)
    return parts[-1][1]
