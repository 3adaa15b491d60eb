"""What a model policy costs and bears: calls, tokens, prompt sizes, throughput, memory, failures and nonsense.

Run: python -m bench.model_figures            all of it, some minutes
     python -m bench.model_figures cost nonsense --samples 20

Each figure is measured over HTTP: an endpoint (bench.endpoint.server, bench.nonsense) and a `toolgrad generate` are
processes of their own. Tokens are counted from the captured request bodies, tools and schemas included.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.endpoint.badness import is_planted
from bench.promises import broken_promises, dependent_steps, most_calls
from graph.context import Context
from graph.record import Record, RejectedRecord
from tool_registry.registry import get_registry
from toolgrad_data.stats.structure import depth

BUILTIN = "builtin"
SMALL = "python:bench.workload:TOOLS"
LARGE = "python:bench.workload:TOOLS_20KB"
_LATENCY_MS = 200
_AT_ONCE = 64


@dataclass
class Run:
    """A finished run and what was counted on both sides."""

    accepted: list[Record]
    rejected: list[RejectedRecord]
    stats: dict[str, Any]
    took: dict[str, float]
    context: Context
    uses: int = field(init=False)

    def __post_init__(self) -> None:
        self.uses = sum(len(turn.steps) for record in self.accepted for turn in record.turns)

    @property
    def share(self) -> float:
        """Return the share of samples that were accepted."""
        return len(self.accepted) / max(len(self.accepted) + len(self.rejected), 1)

    def per_use(self, what: str) -> float:
        """Return a count of the endpoint per accepted tool use; what rejected samples took is in it."""
        return float(self.stats[what]) / max(self.uses, 1)


def measured(samples: int, *server: str, tools: str = SMALL, concurrency: int = 8, **context: Any) -> Run:
    """Return a run of so many samples against the server module with its options."""
    with tempfile.TemporaryDirectory() as folder, serving(*server) as url:
        members = {
            "tools": [tools],
            "base_url": url,
            **dict.fromkeys(("proposer", "critic", "writer"), "openai:simulated"),
            "tools_per_batch": 50,
            "calls": "10:100",
            "turns": "1:100",
            **context,
        }
        took = generated({"samples": samples, "seed": 1, "concurrency": concurrency, **members}, Path(folder))
        with urllib.request.urlopen(url.removesuffix("/v1") + "/stats") as answer:
            stats = json.load(answer)
        accepted = [Record.model_validate_json(line) for line in _lines(folder, "records")]
        rejected = [RejectedRecord.model_validate_json(line) for line in _lines(folder, "rejected")]
    return Run(accepted, rejected, stats, took, Context.model_validate(members))


def generated(settings: dict[str, Any], folder: Path) -> dict[str, float]:
    """Run `toolgrad generate` into `folder`/run; return what the process took, in seconds and megabytes."""
    config = folder / "run.toml"
    config.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
    command = [sys.executable, "-m", "toolgrad_data", "generate", "--config", str(config), "--out", f"{folder}/run"]
    with (folder / "log.txt").open("w+") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=_environment())
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        # A run of which nothing was accepted fails too; with nonsense that is right.
        if process.returncode not in (0, 1) or not (folder / "run" / "summary.json").exists():
            raise RuntimeError(f"toolgrad generate ended with {process.returncode}:\n{log.read()[-2000:]}")
    session = json.loads((folder / "run" / "summary.json").read_text())["session"]
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": session["seconds"],
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss * kilobyte / 1e6,
    }


def _lines(folder: str, name: str) -> list[str]:
    return (Path(folder) / "run" / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]


def _environment() -> dict[str, str]:
    return {**os.environ, "LANGSMITH_TRACING": "false"}


@contextmanager
def serving(module: str, *options: str) -> Iterator[str]:
    """Run an endpoint in a process of its own; yield its base URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"bench.{module}", "--port", "0", *options],
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError(f"bench.{module} did not start")
        yield url
    finally:
        process.terminate()
        process.wait()


def show(what: str, value: str, target: str = "") -> None:
    """Print one line of the table."""
    print(f"{what:<52} {value:<22} {target}", flush=True)


def batches(samples: int) -> None:
    """What it costs to propose and keep 2, 3 or 4 calls at once, with the default mix of lengths."""
    mix = str(Context.model_fields["calls"].default)
    for tools in (BUILTIN, SMALL):
        for proposals, accept in ((2, 2), (3, 2), (3, 3), (4, 2), (4, 3), (4, 4)):
            more = {"proposals": proposals, "accept_per_iteration": accept}
            run = measured(samples, "endpoint", "--tools", tools, tools=tools, calls=mix, **more)
            _show_cost(f"{tools}, {proposals} proposed, {accept} kept", run, "1.2", "2,300")
            _show_growth(run)


def _show_growth(run: Run) -> None:
    """Whether chains reach their targets by several critiques, and what of the answers was not done."""
    aimed = sum(record.meta.target_calls or 0 for record in run.accepted)
    show("  of the target length", f"{run.uses / max(aimed, 1):.1%}", ">= 85 %")
    long = [record for record in run.accepted if sum(len(turn.steps) for turn in record.turns) >= 5]
    grown = sum(sum(bool(gradient.selected) for gradient in record.gradients) >= 2 for record in long)
    show("  of 5 calls and more, by two critiques that keep", f"{grown} of {len(long)}", "all")
    everything = [*run.accepted, *run.rejected]
    kept = [name for record in everything for gradient in record.gradients for name in gradient.selected]
    show("  kept from the reserve", f"{sum(name.startswith('r') for name in kept)} of {len(kept)}")
    kinds = Counter(note.kind for record in everything for gradient in record.gradients for note in gradient.notes)
    show("  answers that were not done", " ".join(f"{kind}:{count}" for kind, count in kinds.most_common()))
    ends = Counter(record.meta.stop_reason for record in everything)
    show("  ended by", " ".join(f"{reason}:{count}" for reason, count in ends.most_common()))


def cost(samples: int) -> None:
    """Calls and prompt tokens an accepted tool use: default mix, ten calls by their shape, and with bad decisions."""
    mix = str(Context.model_fields["calls"].default)
    for tools in (BUILTIN, SMALL):
        run = measured(samples, "endpoint", "--tools", tools, tools=tools, calls=mix)
        _show_cost(f"default mix, {tools}", run, "1.2", "2,300")
        _show_growth(run)
    for shape in ("mixed", "deep", "wide"):
        run = measured(samples, "endpoint", "--tools", SMALL, "--shape", shape)
        _show_cost(f"{shape} chains", run, "0.9", "2,100")
    for rate, calls, tokens in (("0.2", "2.0", "5,500"), ("0.3", "2.2", "6,000")):
        run = measured(samples, "endpoint", "--tools", SMALL, "--bad-decisions", rate)
        _show_cost(f"{float(rate):.0%} bad decisions", run, calls, tokens)
        _show_growth(run)
        planted = run.stats["planted_calls"]
        kept = sum(
            any(is_planted(step.tool, step.arguments, call) for call in planted)
            for record in run.accepted
            for step in record.turns[0].steps
        )
        show("  planted bad calls in accepted records", f"{kept} of {len(planted)}", "0")
        show("  accepted with a broken promise", f"{len(asyncio.run(_broken(run.accepted)))}", "0")
        show("  kinds of bad decisions", " ".join(f"{name}:{n}" for name, n in sorted(run.stats["planted"].items())))


def _show_cost(name: str, run: Run, calls: str, tokens: str) -> None:
    dependent = [dependent_steps(record) for record in run.accepted]
    share = sum(some for some, _ in dependent) / max(sum(every for _, every in dependent), 1)
    show(f"{name}: accepted", f"{len(run.accepted)} of {len(run.accepted) + len(run.rejected)}")
    show(
        "  tool uses a record, of them dependent", f"{run.uses / max(len(run.accepted), 1):.1f}, {share:.0%}", ">= 50 %"
    )
    show("  longest path of results used, median", f"{statistics.median(map(depth, run.accepted)):g}")
    show("  model calls an accepted tool use", f"{run.per_use('calls'):.2f}", f"<= {calls}")
    show("  prompt tokens an accepted tool use", f"{run.per_use('prompt_tokens'):,.0f}", f"<= {tokens}")
    show("  completion tokens an accepted tool use", f"{run.per_use('completion_tokens'):,.0f}")
    counted = " ".join(
        f"{role}:{stats['calls']}x{stats['prompt_tokens'] // stats['calls']}"
        for role, stats in run.stats["by_role"].items()
    )
    show("  calls x mean prompt tokens by role", counted)


def prompts(samples: int) -> None:
    """The largest prompt with large results against small ones; the last iteration's against the first's."""
    small = measured(samples, "endpoint", "--tools", SMALL, accept_per_iteration=1)
    large = measured(samples, "endpoint", "--tools", LARGE, tools=LARGE, accept_per_iteration=1)
    sizes = [run.stats["largest_prompt_tokens"] for run in (small, large)]
    show("largest prompt, 450-byte and 20 KB results", f"{sizes[0]:,} and {sizes[1]:,}")
    show("  ratio", f"{sizes[1] / sizes[0]:.2f}", "<= 1.2")
    for name, run in (("450-byte", small), ("20 KB", large)):
        # With one call kept an iteration, the chain's length tells which iteration asks.
        for roles in (("propose",), ("propose", "critique")):
            first, last = (_mean_prompt(run.stats["prompts"], roles, length) for length in (0, 9))
            show(
                f"{' + '.join(roles)}, {name}: iteration 1, 10",
                f"{first:,.0f}, {last:,.0f}: {last / first:.2f}",
                "<= 1.3",
            )


def _mean_prompt(prompts: list[list[Any]], roles: tuple[str, ...], length: int) -> float:
    return sum(
        statistics.fmean(tokens for role, asked_at, tokens in prompts if role == wanted and asked_at == length)
        for wanted in roles
    )


def throughput(samples: int) -> None:
    """Samples a minute at 200 ms an answer with 64 samples at once in one process, and its peak memory."""
    count = max(samples, 4 * _AT_ONCE)
    latency = ("--latency-ms", str(_LATENCY_MS))
    run = measured(count, "endpoint", "--tools", SMALL, *latency, concurrency=_AT_ONCE, max_iterations=20)
    in_sequence = run.stats["calls"] / count
    ideal = 60 * _AT_ONCE / (in_sequence * _LATENCY_MS / 1000)
    rate = 60 * count / run.took["seconds"]
    show(f"{_LATENCY_MS} ms an answer, {_AT_ONCE} at once: accepted", f"{len(run.accepted)} of {count}")
    show("  calls in sequence a sample", f"{in_sequence:.1f}")
    target = min(0.8 * ideal, 300)
    show(
        "  samples a minute",
        f"{rate:,.0f} ({rate / ideal:.0%} of ideal)",
        f">= {target:,.0f}",
    )
    cpu = run.took["cpu_seconds"] / count
    show("  CPU seconds a sample, start included", f"{cpu:.3f} ({60 / cpu:,.0f} a CPU minute)")
    show("  requests at once, most", f"{run.stats['most_in_flight']}")
    show("  peak memory", f"{run.took['peak_mb']:.0f} MB", "< 600 MB")


def failures(samples: int) -> None:
    """30 % of the requests fail, in six ways."""
    run = measured(samples, "endpoint", "--tools", SMALL, "--fail-rate", "0.3", concurrency=16)
    show("30 % failing requests: samples that ended", f"{len(run.accepted) + len(run.rejected)} of {samples}", "all")
    show("  accepted", f"{run.share:.0%}", ">= 90 %")
    show("  kinds", " ".join(f"{name}:{n}" for name, n in sorted(run.stats["failures"].items())))
    show("  requests, answered", f"{run.stats['requests']:,}, {run.stats['calls']:,}")
    show("  seconds", f"{run.took['seconds']:.0f}")
    _show_reasons(run)


def nonsense(samples: int) -> None:
    """The worst model: nothing that it says may get a record accepted that breaks a promise."""
    count = max(samples, 200)
    # With sensible roles beside the senseless one there are accepted records to prove.
    beside = {"proposer": "offline", "writer": "offline"}
    for name, manner, roles in (("any", "any", {}), ("knowing", "knowing", {}), ("critic alone", "knowing", beside)):
        run = measured(count, "nonsense", "--manner", manner, concurrency=16, **roles)
        broken = asyncio.run(_broken(run.accepted))
        ended = len(run.accepted) + len(run.rejected)
        asked = [record.meta.usage.llm_calls for record in [*run.accepted, *run.rejected]]
        show(f"nonsense ({name}): samples that ended", f"{ended} of {count}", "all")
        show("  accepted, of them with a broken promise", f"{len(run.accepted)}, {len(broken)}", "0 broken")
        show(
            "  calls a sample, mean and most",
            f"{statistics.mean(asked):.1f}, {max(asked)}",
            f"<= {most_calls(run.context)}",
        )
        show("  requests in all", f"{run.stats['requests']:,}")
        show("  peak memory", f"{run.took['peak_mb']:.0f} MB")
        crashed = [reason for record in run.rejected for reason in record.reasons if "crashed" in reason]
        show("  samples that crashed", f"{len(crashed)} {crashed[:1] or ''}", "0")
        for words in broken[:3]:
            show("  broken", str(words))


async def _broken(records: list[Record]) -> list[list[str]]:
    registry = await get_registry([SMALL])
    found = [await broken_promises(record, registry) for record in records]
    return [words for words in found if words]


def _show_reasons(run: Run) -> None:
    for record in run.rejected[:5]:
        show(f"  rejected {record.id}", "; ".join(record.reasons)[:160])


FIGURES: dict[str, Callable[[int], None]] = {
    "cost": cost,
    "batches": batches,
    "prompts": prompts,
    "throughput": throughput,
    "failures": failures,
    "nonsense": nonsense,
}


def main(argv: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figures", nargs="*", help=f"any of {', '.join(FIGURES)}; all when left out")
    parser.add_argument("--samples", type=int, default=40, help="samples a figure")
    arguments = parser.parse_args(argv)
    unknown = set(arguments.figures) - FIGURES.keys()
    if unknown:
        parser.error(f"no figure {', '.join(sorted(unknown))}; there are: {', '.join(FIGURES)}")
    from bench.endpoint.tokens import counter

    print(f"tokens counted as {counter()[0]}")
    for name in arguments.figures or FIGURES:
        FIGURES[name](arguments.samples)


if __name__ == "__main__":
    main(sys.argv[1:])
