"""What a finished command prints: the counts, where the files are, and what to do next."""

from pathlib import Path

from rich.text import Text

from toolgrad_data.store import RECORDS, REJECTED
from toolgrad_data.summary import Summary

_LABEL = 16
_REASONS, _TOOLS = 5, 3


def outcome_view(folder: Path, summary: Summary) -> Text:
    """Return the summary for a console: a label and a value a line."""
    view = Text()
    for label, value, style in _rows(folder, summary):
        view.append(f"{label:<{_LABEL}}", style="bold").append(f"{value}\n", style=style)
    return view


def _rows(folder: Path, summary: Summary) -> list[tuple[str, str, str]]:
    judged = summary.accepted + summary.rejected
    share = f" of {judged} ({100 * summary.accepted / judged:.1f} %)" if judged else ""
    rows = [
        ("accepted", f"{summary.accepted}{share}", "green"),
        ("rejected", str(summary.rejected), "red" if summary.rejected else ""),
    ]
    rows += [("", f"{count} × {kind}", "") for kind, count in _first(summary.rejected_by_reason, _REASONS)]
    if summary.missing:
        rows.append(("missing", f"{summary.missing} of {summary.samples}", "yellow"))
    if summary.lengths:
        lengths = "  ".join(f"{length}: {count}" for length, count in summary.lengths.items())
        rows.append(("calls a record", lengths, ""))
    if summary.tools:
        most = ", ".join(f"{name} {count}" for name, count in _first(summary.tools, _TOOLS))
        rows.append(("tools used", f"{len(summary.tools)}, most often {most}", ""))
    failed = f", {summary.tool_failures} failed" if summary.tool_failures else ""
    rows.append(("tool calls", f"{summary.tool_calls}{failed}", ""))
    if used := summary.usage.llm_calls:
        cost = "" if summary.usage.cost_usd is None else f", {summary.usage.cost_usd:.4f} USD"
        tokens = f"{summary.usage.input_tokens} tokens in, {summary.usage.output_tokens} out"
        rows.append(("model calls", f"{used}, {tokens}{cost}", ""))
    if summary.session.samples:
        rate = f"{summary.session.samples_per_minute:.0f} samples a minute"
        rows.append(("time", f"{summary.session.seconds:.1f} s, {rate}", ""))
    rows.append(("records", str(folder / RECORDS), ""))
    if summary.rejected:
        rows.append(("", str(folder / REJECTED), ""))
    rows.append(("next", f"toolgrad show {folder}", "cyan"))
    return rows


def _first(counts: dict[str, int], number: int) -> list[tuple[str, int]]:
    return list(counts.items())[:number]
