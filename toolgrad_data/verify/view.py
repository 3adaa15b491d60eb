"""A report for reading: what is proved, what is screened, what is judged, and the first findings."""

from rich.text import Text

from toolgrad_data.verify.report import PromiseCounts, VerificationReport, Wrong

_LABEL = 14
_CODES = 4
_REASONS = 5


def report_view(report: VerificationReport) -> Text:
    """Return the report for a console."""
    view = Text()
    _heading(view, report)
    if report.records:
        _add_counts(view, report)
    if report.findings:
        view.append("\nFindings\n", style="bold")
        for wrong in report.findings:
            _finding(view, wrong)
        if more := report.findings_total - len(report.findings):
            view.append(f"  … and {more:,} more; show them with --findings {report.findings_total}\n", style="dim")
    if report.warnings_by_code:
        counted = ", ".join(f"{count:,} × {code}" for code, count in report.warnings_by_code.items())
        view.append(f"\nNoticed, which refuses nothing: {counted}\n", style="yellow")
    for note in report.notes:
        view.append(f"{note}\n", style="yellow")
    return view


def _add_counts(view: Text, report: VerificationReport) -> None:
    """Say what came of the records, what is proved, screened and judged apart."""
    _promises(view, "Proved", report.proved)
    _promises(view, "Screened by rules, which can err", report.screened.promises)
    if report.screened.composed_leaves:
        _row(
            view, "composed", f"{report.screened.composed_leaves:,} argument values are the author's own text", "yellow"
        )
    _add_judged(view, report)
    _replay(view, report)
    _not_checkable(view, report)
    _claims(view, report)


def _heading(view: Text, report: VerificationReport) -> None:
    view.append(f"{report.file}\n", style="bold cyan")
    share = f"{report.clean:,} of {report.lines:,}" if report.lines else "none: the file has no lines"
    _row(view, "clean", share, "green" if report.clean == report.lines else "red")
    if report.unreadable:
        _row(view, "no record", f"{report.unreadable:,} lines", "red")
    for code, count in report.line_problems.items():
        _row(view, "", f"{count:,} × {code}", "red")
    for reason, count in report.skipped.items():
        _row(view, "left out", f"{count:,} lines: {reason}", "dim")
    rate = f", {report.lines / report.seconds:,.0f} a second" if report.seconds else ""
    _row(view, "time", f"{report.seconds:.1f} s{rate}", "dim")


def _promises(view: Text, title: str, promises: dict[str, PromiseCounts]) -> None:
    view.append(f"\n{title}\n", style="bold")
    for name, counts in promises.items():
        parts = [(f"{counts.held:,} hold", "green")] if counts.held else []
        parts += [(f"{counts.failed:,} fail", "red")] if counts.failed else []
        parts += [(f"{counts.unchecked:,} not checked", "yellow")] if counts.unchecked else []
        view.append(f"  {name:<{_LABEL - 2}}")
        for number, (words, style) in enumerate(parts):
            view.append(", " if number else "").append(words, style=style)
        codes = list(counts.findings.items())
        if codes:
            listed = ", ".join(f"{code} {count:,}" for code, count in codes[:_CODES])
            view.append(f"  ({listed}{', …' if len(codes) > _CODES else ''})", style="dim")
        view.append("\n")


def _add_judged(view: Text, report: VerificationReport) -> None:
    judged = report.judged
    view.append("\nJudged by models, as the records say\n", style="bold")
    if not judged.records:
        _row(view, "  judge", "no record was judged", "dim")
        return
    _row(view, "  judge", f"{judged.records:,} records, {judged.solved:,} of {judged.trials:,} trials solved", "")
    for code, count in judged.findings.items():
        _row(view, "", f"{count:,} × {code}: not what the trials that are told give", "red")
    for name, score in (("naturalness", judged.naturalness), ("would ask", judged.would_ask)):
        if score is not None:
            _row(view, f"  {name}", f"{score:g} of 5", "")


def _replay(view: Text, report: VerificationReport) -> None:
    if report.replay is None:
        view.append("\nNothing was run again: executed and replayed take --replay.\n", style="dim")
        return
    view.append("\nReplay\n", style="bold")
    outcomes = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in report.replay.outcomes.items())
    _row(view, "  steps", f"{report.replay.steps:,}: {outcomes}" if outcomes else "none", "")
    reasons = list(report.replay.not_checkable.items())
    for reason, count in reasons[:_REASONS]:
        _row(view, "", f"{count:,} × {reason}", "yellow")
    if len(reasons) > _REASONS:
        _row(view, "", f"… and {len(reasons) - _REASONS} more reasons", "yellow")
    for words, tools in (("changed", report.replay.changed_tools), ("vanished", report.replay.vanished_tools)):
        for name, lines in tools.items():
            _row(view, f"  {words}", f"{name} (first in line {', '.join(map(str, lines))})", "red")


def _not_checkable(view: Text, report: VerificationReport) -> None:
    if report.not_checkable:
        view.append(f"\nNot checkable in {report.format}\n", style="bold")
        for name, reasons in report.not_checkable.items():
            for reason, count in reasons.items():
                _row(view, f"  {name}", f"{count:,} × {reason}", "yellow")


def _claims(view: Text, report: VerificationReport) -> None:
    if report.false_claims:
        view.append("\nFalse claims of the records\n", style="bold")
        for name, count in report.false_claims.items():
            _row(view, f"  {name}", f"{count:,} say that it holds, and it does not", "red")


def _finding(view: Text, wrong: Wrong) -> None:
    view.append(f"  line {wrong.line}", style="bold")
    view.append(f" {wrong.id or '(no id)'} ", style="cyan")
    view.append(f"{wrong.promise or 'line'}: {wrong.code}\n", style="red")
    view.append(f"    {wrong.message}")
    view.append(f"  {wrong.where}\n" if wrong.where else "\n", style="dim")
    if wrong.because:
        view.append(f"    the record has: {wrong.because}\n", style="dim")


def _row(view: Text, label: str, value: str, style: str) -> None:
    view.append(f"{label:<{_LABEL}}").append(f"{value}\n", style=style)
