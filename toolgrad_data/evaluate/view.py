"""An evaluation's report as a person reads it."""

from collections.abc import Iterator
from pathlib import Path

from rich.text import Text

from toolgrad_data.evaluate.report import PassRates, Report, Share
from toolgrad_data.runs.spending import Spending, spending_line

_LABEL = 18
#: Groups of one trait that are shown; the report has all.
_GROUPS = 8


def report_view(report: Report, folder: Path) -> Text:
    """Return the report for a console: a label and a value a line."""
    view = Text()
    for label, value, style in _rows(report, folder):
        view.append(f"{label:<{_LABEL}}", style="bold").append(f"{value}\n", style=style)
    return view


def _rows(report: Report, folder: Path) -> Iterator[tuple[str, str, str]]:
    overall = report.overall
    warmth = "the endpoint's own" if report.temperature is None else f"{report.temperature:g}"
    yield "model", f"{report.model} at {report.base_url}, temperature {warmth}, seed {report.seed}", ""
    yield "tasks", f"{overall.tasks}, {overall.trials} trials", ""
    for words, count in sorted(report.left_out.items()):
        yield "left out", f"{count} × {words.partition(chr(10))[0]}", "yellow"
    if report.missing:
        yield "missing", f"{report.missing} trials: the same command again plays them", "yellow"
    if report.in_words:
        yield "in words", f"{report.in_words} trials: tools were told and called in words, not natively", "yellow"
    most = max(overall.pass_at, default=0)
    for k in dict.fromkeys((1, most)) if most else ():
        yield f"pass@{k}", _share(overall.pass_at[k]), "green"
    if most > 1:
        yield f"pass^{most}", _share(overall.pass_all[most]), "green"
    if report.tool_recall is not None:
        yield "recall of tools", f"{100 * report.tool_recall:.1f} %", ""
    if report.calls_succeeded is not None:
        yield "calls", f"{report.calls}, {100 * report.calls_succeeded:.1f} % gave a result", ""
    if report.quality is not None:
        yield "judged quality", f"{report.quality:.2f} of 5, by {report.rated} answers", ""
    if report.rated is not None and report.rated < overall.trials:
        yield "not rated", f"{overall.trials - report.rated} of {overall.trials} trials of tasks", "yellow"
    for kind, share in report.negatives.items():
        yield kind.replace("_", " "), f"{_share(share)}, {share.of} negatives", ""
    for trait, groups in report.by.items():
        if len(groups) > 1 or trait == "tool":
            yield f"by {trait}", _groups(groups, worst_first=trait in ("tool", "category")), ""
    for number, (type_, failures) in enumerate(report.failures.items()):
        yield "failed" if not number else "", f"{failures.count} × {type_.replace('_', ' ')}", "red"
        for example in failures.examples:
            yield "", f"  {example.record}, trial {example.trial}: {example.words}", "dim"
    usage = report.usage
    spending = Spending()
    spending.add(usage)
    if line := spending_line(spending, 0):
        yield "spent", line, ""
    yield "files", str(folder), ""


def _share(share: Share) -> str:
    return f"{100 * share.value:.1f} % ({100 * share.low:.1f} to {100 * share.high:.1f})"


def _groups(groups: dict[str, PassRates], *, worst_first: bool) -> str:
    named = [(name, rates.pass_at[1].value, rates.tasks) for name, rates in groups.items() if 1 in rates.pass_at]
    if worst_first:
        named.sort(key=lambda entry: (entry[1], -entry[2], entry[0]))
    shown = ", ".join(f"{name} {100 * value:.0f} % ({tasks})" for name, value, tasks in named[:_GROUPS])
    return f"{shown}, and {len(named) - _GROUPS} more" if len(named) > _GROUPS else shown
