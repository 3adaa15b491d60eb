"""The tools of the settings: what would run, what would not and why."""

import json
from collections import defaultdict
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tool_registry.drawing.value_words import first_sentence
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.tool_loading import LoadedTools, group_problems


def in_category(tools: LoadedTools, category: str) -> LoadedTools:
    """Return the tools of one category. Raises UsageError, listing the categories, when there is none."""
    runs = {name: spec for name, spec in tools.runs.items() if spec.category == category}
    refused = {name: (spec, why) for name, (spec, why) in tools.refused.items() if spec.category == category}
    if not runs and not refused:
        known = {spec.category for spec in tools.runs.values()} | {spec.category for spec, _ in tools.refused.values()}
        raise UsageError(f"--category {category}: no such category.\nThere are: {', '.join(sorted(known)) or 'none'}")
    return LoadedTools(runs, refused, tools.problems)


def tools_as_json(tools: LoadedTools) -> str:
    """Return `{"tools": [ToolSpec and runs, reason], "problems": [str]}` as JSON text."""
    rows = [_row(spec, True, None) for spec in tools.runs.values()]
    rows += [_row(spec, False, why) for spec, why in tools.refused.values()]
    return json.dumps({"tools": rows, "problems": tools.problems}, ensure_ascii=False, indent=2)


def tools_view(tools: LoadedTools) -> RenderableType:
    """Return the tools that run by category, then those that do not, then what could not be loaded."""
    by_category: defaultdict[str, list[ToolSpec]] = defaultdict(list)
    for spec in tools.runs.values():
        by_category[spec.category].append(spec)
    parts: list[RenderableType] = []
    width = max(map(len, tools.runs), default=0)
    for category in sorted(by_category):
        specs = sorted(by_category[category], key=lambda spec: spec.name)
        rows = [(spec.name, first_sentence(spec.description)) for spec in specs]
        parts += [_heading(category, len(specs), ""), _table(rows, width, "cyan", one_line=True), ""]
    if tools.refused:
        rows = [(name, why.removeprefix(f"{name} ")) for name, (_, why) in sorted(tools.refused.items())]
        parts += [_heading("Do not run", len(rows), "red")]
        parts += [_table(rows, max(map(len, tools.refused)), "red", one_line=False), ""]
    if tools.problems:
        parts.append(_heading("Could not be loaded", len(tools.problems), "red"))
        parts += [*(Text(f"  {problem}") for problem in group_problems(tools.problems)), ""]
    categories = f"{len(by_category)} categor{'y' if len(by_category) == 1 else 'ies'}"
    parts.append(Text(f"{len(tools.runs)} tools in {categories} run, {len(tools.refused)} do not."))
    return Group(*parts)


def _heading(title: str, count: int, style: str) -> Text:
    return Text(title, style=f"bold {style}".strip()) + Text(f"  {count}", style="dim")


def _table(rows: list[tuple[str, str]], width: int, style: str, *, one_line: bool) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=width + 2, no_wrap=True)
    table.add_column(no_wrap=one_line, overflow="ellipsis" if one_line else "fold")
    for name, words in rows:
        table.add_row(Text(f"  {name}", style=style), Text(words))
    return table


def _row(spec: ToolSpec, runs: bool, reason: str | None) -> dict[str, Any]:
    counts = effective(spec)
    return {
        **spec.model_dump(mode="json"),
        "runs": runs,
        "reason": reason,
        "read_only": counts.read_only,
        "deterministic": counts.deterministic,
    }
