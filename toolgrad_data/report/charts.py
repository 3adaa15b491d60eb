"""What the overview draws: each chart as rows of label, series and number, which the page also shows as a table."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from graph.mix import parse_lengths
from toolgrad_data.report.figures import TIMES, RunFigures
from toolgrad_data.runs.record_cost import paper_text
from toolgrad_data.runs.run_info import RunInfo
from toolgrad_data.stats.figures import Stats

#: Of tools and the like as many are drawn; the table has more.
_DRAWN = 25
_ROWS = 500


class Row(NamedTuple):
    """A number of a series, such as ("3", "accepted", 12)."""

    label: str
    series: str
    value: float


class Chart(NamedTuple):
    """A chart: `columns` over an axis in the order of the rows, or `bars` with their labels.

    `wanted` is the series that is drawn as a mark across, not as a bar. `filter` is the filter of the records that a
    label stands for, if there is one.
    """

    id: str
    title: str
    note: str
    kind: str
    unit: str
    rows: list[Row]
    wanted: str = ""
    filter: str = ""
    drawn: int = _DRAWN
    section: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it for the page."""
        rows = [[row.label, row.series, row.value] for row in self.rows[:_ROWS]]
        return {**self._asdict(), "rows": rows}


def charts_of(figures: RunFigures, stats: Stats, run: RunInfo | None, tools: Iterable[str]) -> list[Chart]:
    """Return the charts of a run that have anything to show; `tools` are all that could have been called."""
    sections = {
        "Records": _of_records(figures, stats, run),
        "Tools": _of_tools(figures, stats, tools),
        "How they were made": _of_making(figures, stats),
    }
    made = [chart._replace(section=name) for name, charts in sections.items() for chart in charts]
    return [chart for chart in made if any(row.value for row in chart.rows)]


def _of_records(figures: RunFigures, stats: Stats, run: RunInfo | None) -> list[Chart]:
    samples = stats.records + (stats.rejected or 0)
    lengths = [*_rows(figures.accepted_by_target, "accepted"), *_rows(figures.rejected_by_target, "rejected")]
    lengths += _wanted(run.settings.calls if run else None, "calls", samples)
    turns = [*_rows(stats.turns, "accepted"), *_wanted(run.settings.turns if run else None, "turns", stats.records)]
    return [
        Chart("reasons", "Rejected for", "A sample with two kinds of reasons counts for both.", "bars", "samples",
              _rows(stats.rejected_by_reason, "rejected"), filter="finding"),
        Chart("targets", "Calls asked for", "Samples by the calls that they were to have; the mark is the mix's share.",
              "columns", "samples", _ordered(lengths), wanted="by the mix"),
        Chart("lengths", "Calls a record", "Accepted records by the calls that they have.", "columns", "records",
              _rows(stats.lengths, "accepted"), filter="calls"),
        Chart("turns", "Turns a record", "The mark is the mix's share.", "columns", "records", _ordered(turns),
              wanted="by the mix", filter="turns"),
        Chart("kinds", "Kinds of turns", "What the person's message of a turn is.", "bars", "turns",
              _rows(figures.turn_kinds, "accepted"), filter="kind"),
        Chart("depths", "Depth", "The longest path of calls that need another's result or effect.", "columns",
              "records",
 _rows(stats.depths, "accepted")),
        Chart("shapes", "Shapes", "How the calls of a record hang together.", "bars", "records",
              _rows(stats.shapes, "accepted")),
        Chart("sources", "Sources of arguments", "Where the values of kept calls come from.", "bars", "values",
              _rows(stats.arguments.by_source, "accepted")),
        Chart("marks", "Marks of responses", "Written ones are proved, inferred ones and other words are screened.",
              "bars", "marks", _rows(_marks(stats), "accepted")),
        Chart("warnings", "Noticed in accepted records", "Refuses nothing.", "bars", "records",
              _rows(figures.warnings, "accepted")),
    ]  # fmt: skip


def _of_tools(figures: RunFigures, stats: Stats, tools: Iterable[str]) -> list[Chart]:
    use = figures.tool_use()
    calls = [
        Row(tool, series, value)
        for tool, of in use.items()
        for series, value in (("kept", of.kept), ("worked, not kept", of.tried), ("failed", of.failed))
    ]
    slow = {tool: of.mean_ms for tool, of in use.items() if of.mean_ms is not None}
    slowest = sorted(slow.items(), key=lambda item: (-item[1], item[0]))
    never = sorted(set(tools) - use.keys())
    return [
        Chart("tools", "Tools", "All calls that were executed, those of rejected samples too.", "bars", "calls", calls,
              filter="tool"),
        Chart("never", "Tools never called", "They could run, and no sample called them.", "list", "",
              [Row(tool, "never called", 1) for tool in never]),
        Chart("categories", "Categories", "Kept calls by the category of their tool.", "bars", "calls",
              _rows(stats.tools.by_category, "kept")),
        Chart("errors", "Failures", "Failed calls by the kind of failure.", "bars", "calls",
              _rows(figures.errors, "failed")),
        Chart("times", "Time of a kept call", "", "columns", "calls",
              [Row(name, "kept", figures.times[name]) for name in TIMES]),
        Chart("slowest", "Slowest tools", "Mean time of kept calls in milliseconds.", "bars", "ms",
              [Row(tool, "kept", value) for tool, value in slowest], drawn=10),
    ]  # fmt: skip


def _of_making(figures: RunFigures, stats: Stats) -> list[Chart]:
    rounds = [row for name, counts in figures.iterations.items() for row in _rows(dict(sorted(counts.items())), name)]
    tokens = [
        Row(role, series, value)
        for role, usage in sorted(stats.usage.by_role.items())
        for series, value in (("in", usage.input_tokens), ("out", usage.output_tokens))
    ]
    took = stats.an_accepted_record.by_role
    asked = {role: of.llm_calls for role, of in took.items()}
    costs = {role: of.cost_usd for role, of in took.items() if of.cost_usd is not None}
    unpriced = [role for role, of in took.items() if of.cost_usd is None]
    without = f" Unknown for want of a price: {', '.join(unpriced)}." if unpriced else ""
    waits = {role: round(usage.latency_ms / usage.llm_calls) for role, usage in sorted(stats.usage.by_role.items())
             if usage.llm_calls}  # fmt: skip
    return [
        Chart("iterations", "Calls by iteration", "What each round of proposals gave the chain.", "columns", "calls",
              _ordered(rounds)),
        Chart("looked-for", "What critiques asked for", "And what the next iteration made of it.", "bars", "critiques",
              _rows(figures.looked_for, "asked")),
        Chart("notes", "Answers that were not followed", "Notes beside critiques, by kind.", "bars", "notes",
              _rows(figures.notes, "noted")),
        Chart("rewrites", "Rewrites a record", "How often query and response were written again.", "columns", "records",
              _rows(stats.query_rewrites, "accepted")),
        Chart("call-repairs", "Repairs a call", "How often a failing call was made again.", "columns", "calls",
              _rows(dict(sorted(figures.call_repairs.items())), "calls")),
        Chart("tokens", "Tokens by role", "Of all samples.", "bars", "tokens", tokens),
        Chart("asked", "Model calls an accepted record, by role",
              f"Rejected samples are paid for with it. The paper, all roles together: {paper_text()}.", "bars", "calls",
              _rows(asked, "calls")),
        Chart("cost", "Cost of an accepted record, by role", f"In US dollars, by the prices of the run.{without}",
              "bars", "USD", _rows(costs, "cost")),
        Chart("waits", "Time of a model call by role", "Mean in milliseconds.", "bars", "ms", _rows(waits, "mean")),
        Chart("naturalness", "Judge: naturalness", "1 to 5, 5 the most.", "columns", "records",
              _rows(stats.judged.naturalness, "accepted"), filter="score"),
        Chart("would-ask", "Judge: would a person ask it", "1 to 5, 5 the most.", "columns", "records",
              _rows(stats.judged.would_ask, "accepted")),
        Chart("solved", "Difficulty", "Trials of a solver that came to the record's results.", "bars", "records",
              _rows(figures.solved, "accepted")),
        Chart("mixed", "Diversity", "As many equally frequent values would be as mixed.", "bars", "values",
              _rows(_effective(stats), "effective")),
        Chart("copies", "Near copies", "Queries that are the same but for their values.", "bars", "records",
              _rows(stats.skeletons.most_repeated, "accepted"), drawn=5),
    ]  # fmt: skip


def _marks(stats: Stats) -> dict[str, int]:
    marks = stats.marks
    return {
        "asks (queries)": marks.asks,
        "written": marks.written - marks.paraphrase,
        "written, in other words": marks.paraphrase,
        "inferred": marks.inferred,
        "of these: deeds": marks.deeds,
    }


def _effective(stats: Stats) -> dict[str, float]:
    spreads = {**stats.diversity.values, "query openings": stats.diversity.openings, "tools": stats.diversity.tools}
    return {name: spread.effective for name, spread in spreads.items() if spread.effective is not None}


def _wanted(mix: str | None, setting: str, samples: int) -> list[Row]:
    """Return how many samples of each length a mix asks for."""
    try:
        parts = parse_lengths(mix or "", setting)
    except ValueError:
        return []  # a run of another version, whose mix is written otherwise
    whole = sum(weight for *_, weight in parts)
    shares: dict[int, float] = {}
    for low, high, weight in parts:
        for length in range(low, high + 1):
            shares[length] = shares.get(length, 0) + weight / whole / (high - low + 1)
    return [Row(str(length), "by the mix", round(share * samples, 2)) for length, share in sorted(shares.items())]


def _rows(counts: Mapping[Any, float], series: str) -> list[Row]:
    return [Row(str(label), series, value) for label, value in counts.items()]


def _ordered(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: int(row.label))
