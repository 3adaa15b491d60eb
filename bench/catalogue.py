"""A library of 100,000 specs: written to an index once, opened cold, drawn from, searched, and noticed when it changes.

Run: python -m bench.catalogue [TOOLS]
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from tool_registry.drawing.composing import BatchGoal
from tool_registry.drawing.index import Catalogue, CataloguePool, open_catalogue
from tool_registry.drawing.sampling import Strategy, draw_batch
from tool_registry.drawing.tool_graph import traits_of
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry
from tool_registry.spec import Annotations, ToolSpec
from tool_registry.tool import Tool

_WORDS = (
    "order invoice parcel weather flight hotel player team league song album artist recipe stock price index coin "
    "market city country airport train route station movie actor review rating photo video channel message contact "
    "account balance payment refund ticket event venue seat course lesson school student job company employee"
).split()
_TYPES = ("string", "integer", "number")


def spec_of(number: int) -> ToolSpec:
    """Return the varied spec of this number; their mean is about 800 bytes of JSON."""
    rng = random.Random(number)
    noun, other = rng.sample(_WORDS, 2)

    def member() -> tuple[str, dict[str, Any]]:
        word = rng.choice(_WORDS)
        schema: dict[str, Any] = {"type": rng.choice(_TYPES), "description": f"The {word} of the {noun}."}
        if rng.random() < 0.2:
            schema["format"] = f"{word}-{rng.choice(('code', 'number', 'name'))}"
        if rng.random() < 0.3 and schema["type"] == "string":
            schema["examples"] = [f"{word[:3]}-{rng.randint(1, 999)}" for _ in range(2)]
        return f"{word}_{rng.choice(('id', 'code', 'name', 'total'))}", schema

    takes = dict(member() for _ in range(rng.randint(1, 3)))
    gives = dict(member() for _ in range(rng.randint(1, 4)))
    return ToolSpec(
        name=f"{noun}_{other}_{number}",
        description=f"Look up the {other} that belongs to a {noun}, as the {rng.choice(_WORDS)} service number "
        f"{number} knows it.",
        parameters={"type": "object", "properties": takes, "required": list(takes)[:1]},
        output_schema={"type": "object", "properties": gives} if rng.random() < 0.8 else None,
        category=rng.choice(_WORDS),
        source="toolbench",
        annotations=Annotations(read_only=True if rng.random() < 0.8 else None),
    )


class LinesLibrary:
    """A file with a spec a line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def label(self) -> str:
        """The file."""
        return str(self.path)

    def fingerprint(self) -> str:
        """Return its size and time."""
        status = self.path.stat()
        return f"{status.st_size} {status.st_mtime_ns}"

    def entries(self, problems: list[str]) -> Iterator[tuple[ToolSpec, Any]]:  # noqa: ARG002 - none is skipped
        """Yield the specs."""
        with self.path.open() as lines:
            for line in lines:
                yield ToolSpec.model_validate_json(line), None

    def bind(self, spec: ToolSpec, payload: Any) -> Tool:  # noqa: ARG002 - the tool only echoes
        """Return a tool that answers with its arguments."""

        async def call(arguments: dict[str, Any]) -> Any:
            return arguments

        return Tool(spec, call)


def _resident_mb() -> float:
    # Not getrusage: its peak is inherited from the process that started this one.
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _draws(catalogue: Catalogue, strategy: Strategy, times: int) -> list[float]:
    """Return the milliseconds of each draw, the specs of its tools parsed."""
    pool = CataloguePool(catalogue, Permissions(), {})
    rng = random.Random(1)
    needs, spent = BatchGoal(), []
    for index in range(times):
        started = time.perf_counter()
        batch = [catalogue[name].spec for name in draw_batch(pool, 50, strategy, rng, needs)]
        spent.append((time.perf_counter() - started) * 1000)
        needs = BatchGoal(produced=traits_of(batch[0]).gives, index=index)
    return spent


def _searches(catalogue: Catalogue, times: int) -> list[float]:
    """Return the milliseconds of searches for wishes of one to eight words, each another."""
    registry = ToolRegistry()
    registry.attach(catalogue)
    pool = registry.pool(Permissions())
    rng = random.Random(1)
    spent = []
    for number in range(times):
        words = rng.sample(_WORDS, 1 + number % 8)
        wish = " ".join(words) if number % 2 else f"look up the {' of the '.join(words)} by code"
        started = time.perf_counter()
        registry.search(wish, pool, 3)
        spent.append((time.perf_counter() - started) * 1000)
    return spent


def cold(folder: Path) -> None:
    """Open the index in this process, draw, and print the figures as JSON."""
    before = _resident_mb()
    started = time.perf_counter()
    catalogue = open_catalogue(LinesLibrary(folder / "library.jsonl"), folder)
    figures: dict[str, Any] = {"tools": len(catalogue), "open_ms": round((time.perf_counter() - started) * 1000, 1)}
    for strategy in get_args(Strategy):
        spent = _draws(catalogue, strategy, 1)[:1] + sorted(_draws(catalogue, strategy, 100))
        figures[f"{strategy}_ms"] = {
            "first": round(spent[0], 1),
            "median": round(spent[50], 1),
            "max": round(spent[-1], 1),
        }
    spent = _searches(catalogue, 201)
    spent = spent[:1] + sorted(spent[1:])
    figures["search_ms"] = {name: round(spent[at], 1) for name, at in (("first", 0), ("median", 100), ("max", 200))}
    figures["megabytes_more"] = round(_resident_mb() - before, 1)
    _draws(catalogue, "uniform", 400)
    figures["megabytes_more_after_400_more"] = round(_resident_mb() - before, 1)
    print(json.dumps(figures))


def _in_new_process(folder: Path) -> str:
    started = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-m", "bench.catalogue", "cold", str(folder)], capture_output=True, text=True, check=True
    )
    return f"{ran.stdout.strip()} ({time.perf_counter() - started:.1f} s with the interpreter and all draws)"


def figures(tools: int) -> dict[str, Any]:
    """Return what a library of so many tools costs: seconds to index it, its bytes, and a cold process's figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "library.jsonl").open("w") as lines:
            for number in range(tools):
                lines.write(spec_of(number).model_dump_json() + "\n")
        started = time.perf_counter()
        open_catalogue(LinesLibrary(folder / "library.jsonl"), folder).close()
        indexed = time.perf_counter() - started
        size = next(folder.glob("*.sqlite")).stat().st_size
        cold: dict[str, Any] = json.loads(_in_new_process(folder).partition(" (")[0])
    return {"index_s": indexed, "index_mb": size / 1e6, **cold}


def main(tools: int) -> None:
    """Write a library, index it, and measure cold processes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = folder / "library.jsonl"
        with library.open("w") as lines:
            for number in range(tools):
                lines.write(spec_of(number).model_dump_json() + "\n")
        print(f"{tools} specs of {library.stat().st_size / tools:.0f} bytes on average")
        started = time.perf_counter()
        open_catalogue(LinesLibrary(library), folder).close()
        index = next(folder.glob("*.sqlite"))
        print(f"indexed in {time.perf_counter() - started:.1f} s, {index.stat().st_size / 1e6:.0f} MB on disk")
        print("cold:", _in_new_process(folder))
        with library.open("a") as lines:
            lines.write(spec_of(tools).model_dump_json() + "\n")
        catalogue = open_catalogue(LinesLibrary(library), folder)
        print(f"after one more line: {len(catalogue)} tools")


if __name__ == "__main__":
    if sys.argv[1:2] == ["cold"]:
        cold(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
