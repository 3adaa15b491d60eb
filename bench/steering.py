"""Does the gradient steer? What critiques look for, whether the next batch has it, and what becomes of it.

Run: python -m bench.steering [--samples 60] [--seed 1] [--tools builtin] [--endpoint]

With --endpoint the simulated model (bench.endpoint) makes the decisions instead of the offline policy.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bench.endpoint.server import sensible_endpoint
from graph.app import build_graph
from graph.context import Context
from graph.record import Gradient
from nodes.steering import SampleLibrary, seek, tools_in_words
from tool_registry.registry import get_registry

_AT_ONCE = 8


@dataclass
class Iteration:
    """One round of the loop; `called` are the tools that were called until its critique, itself included."""

    batch: list[str] = field(default_factory=list)
    proposed: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    gradient: Gradient | None = None
    called: set[str] = field(default_factory=set)


@dataclass
class Counts:
    """What was counted over all critiques that go on: another batch was drawn after them."""

    critiques: int = 0
    looking_outside: int = 0
    named: int = 0
    named_outside: int = 0
    named_at_hand: int = 0
    wishes: int = 0
    wishes_that_bring: int = 0
    wishes_proposed: int = 0
    wishes_kept: int = 0
    steered: int = 0
    batches: int = 0
    samples: int = 0
    accepted: int = 0


async def iterations(index: int, seed: int, context: Context) -> tuple[list[Iteration], bool]:
    """Return what a sample's iterations were like, and whether its record was accepted."""
    found: list[Iteration] = []
    accepted = False
    called: set[str] = set()
    async for update in (
        build_graph().compile().astream({"seed": seed, "index": index}, context=context, stream_mode="updates")
    ):
        for node, values in update.items():
            if not isinstance(values, dict):
                continue
            if node == "sample_tools":
                found.append(Iteration(batch=list(values["batch"])))
            elif node == "propose_calls":
                found[-1].proposed = {each["id"]: each["tool"] for each in values["proposals"]}
                called |= set(found[-1].proposed.values())
            elif node in ("critique_calls", "update_chain"):
                for gradient in values.get("gradients", ()):
                    found[-1].gradient = Gradient.model_validate(gradient)
                    found[-1].called = set(called)
                if "selection" in values:
                    chosen = {each["proposal"] for each in values["selection"]}
                    # What is kept from the reserve was proposed before.
                    found[-1].kept = {tool for call, tool in found[-1].proposed.items() if call in chosen}
            accepted = accepted or values.get("status") == "accepted"
    return found, accepted


def count(counts: Counts, rounds: list[Iteration], library: SampleLibrary) -> None:
    """Add what the critiques of a sample look for."""
    counts.batches += len(rounds)
    for now, after in pairwise(rounds):
        if now.gradient is None:
            continue
        gradient = now.gradient
        named = dict.fromkeys([*gradient.tools, *tools_in_words(gradient.text, library, now.called)])
        found = seek(library, (), gradient.wishes).found
        brought = [{name for name in found.get(wish, ()) if name in after.batch} - {*now.batch} for wish in found]
        counts.critiques += 1
        counts.looking_outside += any(name not in now.batch for name in named) or any(brought)
        counts.named += len(named)
        counts.named_outside += sum(name not in now.batch for name in named)
        counts.named_at_hand += sum(name in after.batch for name in named)
        counts.wishes += len(gradient.wishes)
        counts.wishes_that_bring += sum(map(bool, brought))
        counts.wishes_proposed += sum(bool(names & set(after.proposed.values())) for names in brought)
        counts.wishes_kept += sum(bool(names & after.kept) for names in brought)
        counts.steered += len({*named, *(name for names in brought for name in names)} & set(after.batch))


async def counted(samples: int, seed: int, context: Context) -> Counts:
    """Return the counts of a run."""
    counts = Counts(samples=samples)
    library = SampleLibrary(await get_registry(context.tools), context.permissions)
    free = asyncio.Semaphore(_AT_ONCE)

    async def one(index: int) -> tuple[list[Iteration], bool]:
        async with free:
            return await iterations(index, seed, context)

    for rounds, accepted in await asyncio.gather(*map(one, range(samples))):
        counts.accepted += accepted
        count(counts, rounds, library)
    return counts


def show(counts: Counts) -> None:
    """Print the figures beside what is asked of them."""

    def line(what: str, part: int, whole: int, target: str = "") -> None:
        print(f"{what:<56} {part:>5} of {whole:<5} {100 * part / max(whole, 1):5.1f} %  {target}")

    line("samples accepted", counts.accepted, counts.samples)
    line("critiques that look outside of the present batch", counts.looking_outside, counts.critiques, ">= 70 %")
    line("named tools that are in the next batch", counts.named_at_hand, counts.named, ">= 95 %")
    line("  of the named, not in the present batch", counts.named_outside, counts.named)
    line("wishes that bring a tool that was not there", counts.wishes_that_bring, counts.wishes, ">= 60 %")
    line("  a tool that it brought is proposed at once", counts.wishes_proposed, counts.wishes_that_bring)
    line("  and kept", counts.wishes_kept, counts.wishes_that_bring)
    print(f"iterations a sample {counts.batches / counts.samples:.1f}; ", end="")
    print(f"tools that steering put into a batch {counts.steered / max(counts.critiques, 1):.1f}")


@asynccontextmanager
async def deciding(tools: list[str], endpoint: bool) -> AsyncIterator[dict[str, Any]]:
    """Yield the settings of who decides."""
    if not endpoint:
        yield {}
        return
    os.environ.setdefault("TOOLGRAD_BENCH_KEY", "none")
    async with sensible_endpoint(tools) as running:
        roles = dict.fromkeys(("proposer", "critic", "writer"), "openai:simulated")
        yield {**roles, "base_url": running.base_url, "api_key_env": "TOOLGRAD_BENCH_KEY"}


async def _main(options: argparse.Namespace) -> None:
    async with deciding(options.tools, options.endpoint) as settings:
        context = Context(tools=options.tools, tools_per_batch=options.batch, calls=options.calls, **settings)
        show(await counted(options.samples, options.seed, context))


def main(argv: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tools", nargs="+", default=["builtin"], help="tool specs")
    parser.add_argument("--batch", type=int, default=50, help="tools a batch")
    parser.add_argument("--calls", default=Context().calls, help="mix of lengths")
    parser.add_argument("--endpoint", action="store_true", help="the simulated model decides")
    asyncio.run(_main(parser.parse_args(argv)))


if __name__ == "__main__":
    main(sys.argv[1:])
