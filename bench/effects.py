"""What measuring the effects of undeclared stateful tools gives and costs, on classes of BFCL's multi-turn part.

Each class makes the same samples twice in turn: with states that are compared, and with states that cannot be, whose
calls all count as writes. Needs bfcl-eval.

Run: python -m bench.effects [SAMPLES OF A CLASS]
"""

import asyncio
import sys
import time
from importlib import import_module
from typing import Any, NamedTuple

from langgraph.checkpoint.memory import InMemorySaver

from graph.app import build_graph
from graph.context import Context
from graph.record import Record, RejectedRecord
from tool_registry.sessions.digest import IncomparableError, state_digest
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.python import instances
from toolgrad_data.runs.sample import run_sample

CLASSES = {
    "vehicle_control": "VehicleControlAPI",
    "trading_bot": "TradingBot",
    "travel_booking": "TravelAPI",
    "gorilla_file_system": "GorillaFileSystem",
    "message_api": "MessageAPI",
    "ticket_api": "TicketAPI",
    "posting_api": "TwitterAPI",
}
SAMPLES = 15
ROUNDS = 3


class Made(NamedTuple):
    """Samples: how many were accepted, their steps, those of them with an `after`, and CPU seconds."""

    accepted: int
    steps: int
    ordered: int
    cpu_seconds: float


def __getattr__(name: str) -> Any:
    """Return a function that makes an object of the class in the module of this name."""
    if name not in CLASSES:
        raise AttributeError(name)

    def make() -> Any:
        module = import_module(f"bfcl_eval.eval_checker.multi_turn_eval.func_source_code.{name}")
        value = getattr(module, CLASSES[name])()
        value._load_scenario({})
        return value

    return make


def _incomparable(*_: Any) -> str:
    raise IncomparableError("not compared, for comparison")


async def made(module: str, samples: int, *, is_measured: bool) -> Made:
    """Make the samples of a class."""
    instances.state_digest = state_digest if is_measured else _incomparable
    source = SourceConfig(kind="python", target=f"bench.effects:{module}", stateful=True, allow_unannotated=True)
    context = Context(tools=[source.as_spec()], calls="3-6:100")
    graph = build_graph().compile(checkpointer=InMemorySaver())
    began = time.process_time()
    records: list[Record | None] = [
        await run_sample(graph, context, 1, index, resume=False) for index in range(samples)
    ]
    used = time.process_time() - began
    kept = [record for record in records if record is not None and not isinstance(record, RejectedRecord)]
    steps = [step for record in kept for turn in record.turns for step in turn.steps]
    return Made(len(kept), len(steps), sum(bool(step.after) for step in steps), used)


async def main(samples: int) -> None:
    """Print the table."""
    print(f"{'':>20} {'accepted':>13} {'steps':>6} {'with after':>13} {'CPU ms a sample':>16} {'ratio':>6}")
    totals = {True: 0.0, False: 0.0}
    for module in CLASSES:
        await made(module, 1, is_measured=True)
        rounds = [[await made(module, samples, is_measured=way) for way in (False, True)] for _ in range(ROUNDS)]
        off, on = rounds[-1]
        cost = [min(pair[way].cpu_seconds for pair in rounds) for way in (0, 1)]
        totals[False] += cost[0]
        totals[True] += cost[1]
        print(
            f"{module:>20} {off.accepted:>5} -> {on.accepted:>4} {on.steps:>6} {off.ordered:>5} -> {on.ordered:>4} "
            f"{1000 * cost[0] / samples:>6.1f} -> {1000 * cost[1] / samples:>6.1f} {cost[1] / cost[0]:>6.2f}"
        )
    print(f"{'all':>20} {'':>50} {totals[True] / totals[False]:>6.2f}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES))
