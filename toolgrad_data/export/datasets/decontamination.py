"""Leaving out what is too near to a benchmark, by its query or by a tool that it calls."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tool_registry.spec import ToolSpec
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.datasets.benchmark_files import read_benchmark
from toolgrad_data.export.datasets.likeness import ToolIndex
from toolgrad_data.export.datasets.overlap import NearTexts, grams_of
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.step_usage import tools_called

#: From this cosine on, a tool is one of the benchmark's under another name.
SAME_TOOL = 0.85
_TEXT = 160


class Decontamination:
    """Compares records with benchmark files. `found` lists what was left out, for `--decontaminate-report`.

    A query is too near when its word 3-grams overlap with one of the files' by Jaccard 0.8 or more; a tool when its
    name and parameter names are the same, or its spec's cosine (`likeness.py`) is 0.85 or more.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._queries = NearTexts()
        self._said: list[tuple[str, int, str]] = []
        self._places: dict[str, tuple[str, int]] = {}
        tools: dict[str, ToolSpec] = {}
        self.read: dict[str, dict[str, int]] = {}
        for path in files:
            counts = self.read.setdefault(path.name, {"queries": 0, "tools": 0})
            for line in read_benchmark(path):
                for query in line.queries:
                    self._queries.add(grams_of(query))
                    self._said.append((line.file, line.line, query))
                for tool in line.tools:
                    key = f"{tool.name} {sorted(tool.parameters.get('properties') or {})}"
                    if key not in tools:
                        tools[key] = tool
                        self._places[key] = (line.file, line.line)
                counts["queries"] += len(line.queries)
                counts["tools"] += len(line.tools)
        self._signatures = {_signature(tool): key for key, tool in tools.items()}
        self._tools = ToolIndex(tools)
        self._near_tools: dict[str, dict[str, Any] | None] = {}
        self.found: list[dict[str, Any]] = []

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Yield the examples that are not too near; the others are counted and listed."""
        for example in examples:
            hit = self.hit(example)
            if hit is None:
                yield example
                continue
            self.found.append({"id": example.id, **hit})
            report.leave_out(f"is too near to a benchmark by its {hit['by']}")
        by = [hit["by"] for hit in self.found]
        report.notes["decontamination"] = {
            "files": self.read,
            "left_out": {kind: by.count(kind) for kind in ("query", "tool")},
        }

    def hit(self, example: Example) -> dict[str, Any] | None:
        """Return what the example is too near to, or None."""
        record = example.record
        if record is None:
            return None
        for turn in record.turns:
            if turn.kind == "chat":  # thanks are the same everywhere
                continue
            near = self._queries.near(grams_of(turn.query))
            if near is not None:
                file, line, query = self._said[near[0]]
                return {
                    "by": "query",
                    "file": file,
                    "line": line,
                    "likeness": round(float(near[1]), 3),
                    "query": turn.query[:_TEXT],
                    "benchmark": query[:_TEXT],
                }
        specs = {spec.name: spec for spec in record.tools}
        hits = (self._near_tool(specs[name]) for name in tools_called(record) if name in specs)
        return next((hit for hit in hits if hit is not None), None)

    def _near_tool(self, spec: ToolSpec) -> dict[str, Any] | None:
        if spec.name not in self._near_tools:
            self._near_tools[spec.name] = self._comparable_spec(spec)
        return self._near_tools[spec.name]

    def _comparable_spec(self, spec: ToolSpec) -> dict[str, Any] | None:
        key, score = self._signatures.get(_signature(spec)), 1.0
        if key is None:
            key, score = self._tools.nearest(spec)
        if score < SAME_TOOL:
            return None
        file, line = self._places[key]
        theirs = self._tools.specs[key]
        return {
            "by": "tool",
            "file": file,
            "line": line,
            "likeness": round(score, 3),
            "tool": spec.name,
            "benchmark": theirs.original_name or theirs.name,
        }


def _signature(spec: ToolSpec) -> tuple[str, tuple[str, ...]]:
    properties: Mapping[str, Any] = spec.parameters.get("properties") or {}
    name = (spec.original_name or spec.name).rpartition(".")[2].replace("_", "").lower()
    return name, tuple(sorted(map(str.lower, properties)))
