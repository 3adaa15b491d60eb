"""What a finished command prints: the counts, where the files are, and what to do next."""

from pathlib import Path

from rich.text import Text

from graph.record import RoleUsage
from toolgrad_data.runs.spending import tokens_text, usd_text
from toolgrad_data.runs.store import RECORDS, REJECTED
from toolgrad_data.runs.summary import Summary

_LABEL = 16
_REASONS, _TOOLS, _FAILURES = 5, 3, 3


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
    nothing_came = (
        not summary.accepted and not summary.missing and not summary.waiting
    )  # then the command's error says it
    if summary.rejected and not nothing_came:
        rows += [("failed most" if not row else "", words, "") for row, words in enumerate(failures(summary))]
    rows += [("left out", f"{tool}, which crashed: {error}", "yellow") for tool, error in summary.left_out.items()]
    if summary.missing:
        rows.append(("missing", f"{summary.missing} of {summary.samples}", "yellow"))
    if summary.waiting:
        verb = "waits" if summary.waiting == 1 else "wait"
        rows.append(("review", f"{summary.waiting} {verb} for review: toolgrad waiting {folder}", "yellow"))
        rows.append(("", "once some are decided, the same command goes on with them", ""))
    if summary.lengths:
        lengths = "  ".join(f"{length}: {count}" for length, count in summary.lengths.items())
        rows.append(("calls a record", lengths, ""))
    if summary.tools:
        most = ", ".join(f"{name} {count}" for name, count in _first(summary.tools, _TOOLS))
        rows.append(("tools used", f"{len(summary.tools)}, most often {most}", ""))
    failed = f", {summary.tool_failures} failed" if summary.tool_failures else ""
    rows.append(("tool calls", f"{summary.tool_calls}{failed}", ""))
    if summary.session.tool_problems:
        rows.append(("tools left out", f"{summary.session.tool_problems}; see: toolgrad tools", "yellow"))
    rows += _model_rows(summary)
    if summary.session.samples:
        rate = f"{summary.session.samples_per_minute:.0f} samples a minute"
        rows.append(("time", f"{summary.session.seconds:.1f} s, {rate}", ""))
    rows.append(("records", str(folder / RECORDS), ""))
    if summary.rejected:
        rows.append(("", str(folder / REJECTED), ""))
    rows.append(("next", f"toolgrad show {folder}", "cyan"))
    if summary.rejected and not nothing_came and not summary.missing:
        rows.append(("", "once tools are mended, the same command with --again makes the rejected samples anew", ""))
    return rows


def failures(summary: Summary) -> list[str]:
    """Return which tools, errors and parameters failed most in rejected samples, in words."""
    called = [f"{one.tool}: {one.kind} × {one.calls}: {one.message}" for one in summary.failed_most[:_FAILURES]]
    unfilled = [
        f"`{one.parameter}` of `{one.tool}` has no value: give `examples`" for one in summary.no_value[:_FAILURES]
    ]
    return called + unfilled


def advice(summary: Summary) -> list[str]:
    """Return what to change so that something comes, one sentence each."""
    said = []
    if summary.no_value:
        first = summary.no_value[0]
        said.append(
            f"Give `{first.parameter}` of `{first.tool}` an `examples`, `enum`, `default` or `format` in its schema, "
            f'or in a configuration: [tools.examples."{first.tool}"] {first.parameter} = […] (docs/tools.md)'
        )
    if summary.failed_most:
        first_call = summary.failed_most[0]
        said.append(_REMEDIES.get(first_call.kind, _REMEDY).format(tool=first_call.tool))
    if summary.left_out:
        said.append(f"What crashed is in crashes.jsonl: {', '.join(summary.left_out)}")
    return said


_REMEDY = "Look at what {tool} says, and mend what it needs: a key, a server, its arguments"
_REMEDIES = {
    "timeout": "Give {tool} more time with --tool-timeout, or look at why it takes so long",
    "invalid_arguments": "Look at the schema of {tool}: it does not say what its values must be, or give it `examples`",
    "malformed_output": "{tool} answers what cannot be read as its result: look at what it returns",
    "forbidden_by_rule": "{tool} is mostly called as the rules forbid: see --rules, and what was told of them",
    "not_allowed": "{tool} may not run: see `toolgrad tools`",
}


def _model_rows(summary: Summary) -> list[tuple[str, str, str]]:
    """Return what model calls took: together, by role, and what lies in unfinished samples."""
    usage, unfinished = summary.usage, summary.unfinished_usage
    rows = []
    if usage.llm_calls:
        rows.append(("model calls", _took(usage), ""))
        rows += [("", f"{role}: {_took(part)}", "dim") for role, part in usage.by_role.items()]
        rows.append(("cost", _cost(summary), ""))
    if unfinished.llm_calls:
        rows.append(("unfinished", f"{_took(unfinished)}, cost {usd_text(unfinished.cost_usd)}", "yellow"))
    return rows


def _took(usage: RoleUsage) -> str:
    cached = f" ({tokens_text(usage.cached_tokens)} cached)" if usage.cached_tokens else ""
    thought = f" ({tokens_text(usage.reasoning_tokens)} reasoning)" if usage.reasoning_tokens else ""
    seconds = usage.latency_ms / max(usage.llm_calls, 1) / 1000
    return (
        f"{usage.llm_calls:,}, {tokens_text(usage.input_tokens)} tokens in{cached}, "
        f"{tokens_text(usage.output_tokens)} out{thought}, {seconds:.1f} s each"
    )


def _cost(summary: Summary) -> str:
    if summary.usage.cost_usd is None:
        known = f", at least {usd_text(summary.known_cost_usd)}" if summary.known_cost_usd else ""
        return f"unknown{known}; give prices with --prices FILE" if not known else f"unknown{known}"
    each = summary.cost_per_accepted_usd
    return usd_text(summary.usage.cost_usd) + (f", {usd_text(each)} an accepted record" if each is not None else "")


def _first(counts: dict[str, int], number: int) -> list[tuple[str, int]]:
    return list(counts.items())[:number]
