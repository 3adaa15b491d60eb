"""Mini-batch: draw the tools that this iteration may use."""

import random
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

from langgraph.runtime import Runtime
from langgraph.types import Overwrite

from graph.context import Context
from graph.mix import parse_lengths
from graph.state import WORKFLOW, State, check_input
from nodes.ingredients.draw import ingredients_for
from nodes.marks.units import learn_units
from nodes.sample import Sample
from nodes.seeding import derive_seed, place_for
from nodes.steering import steer
from tool_registry.calling.crashes import attributed_to
from tool_registry.calling.threads import in_thread
from tool_registry.drawing.argument_kinds import parameters_of_kind
from tool_registry.drawing.composing import BatchGoal
from tool_registry.drawing.sampling import draw_batch
from tool_registry.drawing.tool_graph import MemoryPool, keys_of_result
from tool_registry.drawing.value_kinds import Keys
from tool_registry.json.pointer import scalars

#: How many times larger a batch is drawn in which tools are looked for that take a kind of argument.
_WIDER = 4
_ACCUMULATED = ("attempts", "gradients", "steps", "usage", "policy_failures")


async def sample_tools(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Draw a seeded batch among the tools that may run; the chain's own tools stay known without it.

    It begins with what the last gradient looks for; what of that there is not is told in the gradient's words.
    """
    sample = await Sample.open(state, runtime)
    start: State = {}
    if not sample.iteration or state.get("status"):
        start = await _begin(sample)
        sample = Sample(start, sample.context, sample.registry)
    context, library, iteration = sample.context, sample.library, sample.iteration + 1
    first, steered = await _steer_batch(sample)
    pool = library.pool
    # Those of a catalogue stay in its pool.
    spare = len(library.without) if not isinstance(pool, MemoryPool) else 0
    # Of independent calls none goes on from another, so that nothing has to fit together.
    sampling = "uniform" if context.shape == "parallel" and context.sampling == "composable" else context.sampling
    composed = sampling == "composable"
    goal = batch_goal(sample, iteration) if composed else None
    rng = random.Random(sample.derive_seed("sample_tools", iteration))
    wants = sample.wants if not state.get("steps") else "any"
    size = context.tools_per_batch * (_WIDER if wants != "any" else 1)
    draw = partial(draw_batch, pool, size + spare, sampling, rng, goal, first)
    # In a thread where it may take long: the first composed draw builds the tool graph, a catalogue is on disk.
    at_hand = isinstance(pool, MemoryPool) and (pool.linked_up or not composed)
    drawn = draw() if at_hand else await in_thread(draw)
    # What is asked for once can be asked for again, with other values.
    again = [step["tool"] for step in sample.state.get("steps", [])] if context.shape == "parallel" else []
    batch = [name for name in dict.fromkeys([*again, *drawn]) if name not in library.without][: context.tools_per_batch]
    if wants != "any":
        drawn = [name for name in drawn if name not in library.without]
        having = [name for name, spec in sample.specs(drawn).items() if parameters_of_kind(spec, wants)]
        batch = list(dict.fromkeys([*having, *batch]))[: context.tools_per_batch]
    return {
        **start,
        **({name: Overwrite([]) for name in _ACCUMULATED} if start and state.get("status") else {}),
        **steered,
        "iteration": iteration,
        "batch": batch,
        "offered": list(dict.fromkeys([*sample.state.get("offered", []), *batch])),
        "proposals": [],
        "nominated": [],
        "notes": [],
        "selection": [],
    }


async def _steer_batch(sample: Sample) -> tuple[list[str], dict[str, Any]]:
    """Return what the batch begins with, and the last gradient where it is told what it looks for in vain."""
    gradients = sample.gradients
    if not gradients or gradients[-1].iteration != sample.iteration:
        return [], {}
    library = sample.library
    called = {attempt["tool"] for attempt in sample.state.get("attempts", [])}
    size = min(sample.context.tools_per_batch, len(library.pool))
    first, gradient = await in_thread(steer, gradients[-1], library, sample.batch, called, size)
    return first, {} if gradient is gradients[-1] else {"gradients": [gradient.model_dump()]}


def batch_goal(sample: Sample, iteration: int) -> BatchGoal:
    """Return what the next batch is to go on from: what the chain has produced, what failed, what is in the chain."""
    steps = sample.state.get("steps", [])
    arguments = [value for step in steps for _, value in scalars(step["arguments"])]
    produced: Keys = {}
    for step in steps:
        spec = sample.specs([step["tool"]]).get(step["tool"])
        with attributed_to(step["tool"]):
            for key, weight in keys_of_result(step["result"], spec, arguments).items():
                produced[key] = max(weight, produced.get(key, 0.0))
    return BatchGoal(
        produced,
        failures=Counter(attempt["tool"] for attempt in sample.state.get("attempts", []) if not attempt["ok"]),
        used=Counter(step["tool"] for step in steps),
        run_seed=sample.seed,
        index=sample.index,
        iteration=iteration,
        target=sample.state.get("target_calls") or 2,
        stuck=sample.state.get("idle_iterations", 0) > 0,
    )


async def _begin(sample: Sample) -> State:
    """Return a sample's first values, also on a thread that has run another sample before.

    Raises pydantic's ValidationError for an input that is not an `InputState`.
    """
    # Again here, for a state that was edited by hand.
    given = check_input(sample.state)
    seed, index = given.get("seed", 0), given.get("index", 0)
    is_used = bool(sample.state.get("status"))
    target = None if is_used else sample.state.get("target_calls")
    turns = None if is_used else sample.state.get("target_turns")
    await in_thread(learn_units, sample.setting.writing_locale)
    ingredients = await ingredients_for(sample.context, seed, index)
    return {
        "seed": seed,
        "index": index,
        "without": list(given.get("without") or ()),
        "target_calls": target or draw_length(sample.context.calls, seed, index),
        "ingredients": None if ingredients is None else ingredients.model_dump(),
        "target_turns": 1
        if sample.context.shape == "parallel"
        else turns or draw_length(sample.context.turns, seed, index, "turns"),
        "plan": None,
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
        "proved_turns": 0,
        "repairs_before": 0,
        "review": None,
        "status": None,  # type: ignore[typeddict-item]
        "record": None,  # type: ignore[typeddict-item]
        "reasons": [],
    }


def draw_length(mix: str, seed: int, index: int, of: Literal["length", "turns"] = "length") -> int:
    """Return the length of a sample's chain, or how many turns its dialogue has, drawn from the mix.

    Evenly spread places (`nodes/seeding.py`) stand in for independent draws, so that also short runs follow the mix
    closely; those of the turns tell nothing of those of the length.
    """
    parts = parse_lengths(mix, "calls" if of == "length" else "turns")
    point = place_for(of, seed, index) * sum(weight for *_, weight in parts)
    rng = random.Random(derive_seed(seed, index, 0, of))
    for low, high, weight in parts:
        point -= weight
        if point < 0:
            return rng.randint(low, high)
    return parts[-1][1]
