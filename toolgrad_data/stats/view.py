"""Figures for reading, of one data set or of two side by side."""

from collections.abc import Iterator
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from toolgrad_data.reviews.figures import review_lines
from toolgrad_data.runs.record_cost import cost_text, paper_text
from toolgrad_data.runs.spending import usd_text
from toolgrad_data.stats.argument_figures import KindFigures
from toolgrad_data.stats.dialogues import DialogueFigures
from toolgrad_data.stats.diversity import Diversity, Spread
from toolgrad_data.stats.figures import JudgeFigures, MarkFigures, Stats, Targets
from toolgrad_data.verify.printing import printable

_FIRST = 8
_SKELETON = 160

Row = tuple[str, str]


def stats_view(stats: Stats) -> Text:
    """Return the figures of one data set for a console."""
    view = Text(f"{stats.file}\n", style="bold cyan")
    for label, value in rows(stats):
        view.append(f"{label:<20}", style="bold").append(f"{value}\n", style="")
    for label, value in review_lines(stats.reviews) if stats.reviews is not None else ():
        view.append(f"{label:<20}", style="bold").append(f"{printable(value)}\n", style="")
    for text, count in stats.skeletons.most_repeated.items():
        view.append(f"  {count} × {text[:_SKELETON]}\n", style="dim")
    return view


def beside_view(left: Stats, right: Stats, names: tuple[str, str]) -> Table:
    """Return the figures of two data sets side by side; what differs stands out."""
    table = Table(box=box.SIMPLE, show_edge=False, pad_edge=False)
    table.add_column("")
    for name in names:
        table.add_column(name, overflow="fold")
    for (label, mine), (_, theirs) in zip(rows(left), rows(right), strict=True):
        table.add_row(Text(label), Text(mine), Text(theirs), style="" if mine == theirs else "yellow")
    return table


def rows(stats: Stats) -> Iterator[Row]:
    """Yield a label and a value for each figure, the same labels for any data set."""
    rejected = "" if stats.rejected is None else f", {stats.rejected:,} rejected"
    rate = "" if stats.acceptance_rate is None else f" ({100 * stats.acceptance_rate:.1f} % accepted)"
    waiting = f", {stats.waiting:,} wait for review" if stats.waiting else ""
    yield "records", f"{stats.records:,}{rejected}{rate}{waiting}"
    yield "no records", f"{stats.skipped:,} lines"
    yield "rejected for", _counts(stats.rejected_by_reason, stats.rejected)
    yield "calls a record", _counts(stats.lengths, stats.records)
    yield "of the target", _targets(stats.targets)
    yield "chains a record", _counts(stats.chains, stats.records)
    yield "turns a record", _counts(stats.turns, stats.records)
    yield from _dialogue_rows(stats.dialogues)
    yield "shapes", _counts(stats.shapes, stats.records)
    yield "depth", _counts(stats.depths, stats.records)
    share = "" if stats.dependent_share is None else f" ({100 * stats.dependent_share:.1f} %)"
    yield "dependent", f"{stats.dependent:,} of {stats.with_several_calls:,} with several calls{share}"
    even = "" if stats.tools.evenness is None else f", evenness {stats.tools.evenness:.2f}"
    yield "tools", f"{stats.tools.different:,} in {stats.tools.calls:,} calls{even}"
    yield "most used", _counts(stats.tools.most_used, stats.tools.calls)
    yield "categories", _counts(stats.tools.by_category, stats.tools.calls)
    arguments = stats.arguments
    yield "argument values", f"{arguments.different:,} different of {arguments.leaves:,}"
    for name in ("places", "people", "days", "amounts"):
        yield f"different {name}", _diverse(stats.diversity.values.get(name, Spread()))
    yield "sources", _counts(arguments.by_source, arguments.leaves)
    yield from _kind_rows(stats.kinds)
    yield "marks", _marks(stats.marks)
    yield "words a query", _distribution_text(stats.query_words)
    yield "words a response", _distribution_text(stats.response_words)
    yield "ended by", _counts(stats.stop_reasons, stats.records)
    yield "query rewrites", _counts(stats.query_rewrites, stats.records)
    yield "pruned steps", f"{stats.pruned_steps:,}"
    yield "judged", _judge_line(stats.judged)
    yield "an accepted record", _cost(stats)
    yield "of that, by role", _cost_by_role(stats)
    yield "the paper took", paper_text()
    yield "ingredients", _ingredients(stats.diversity)
    yield "query openings", _diverse(stats.diversity.openings)
    yield "effective tools", "–" if stats.diversity.tools.effective is None else f"{stats.diversity.tools.effective:g}"
    yield "wording", _wording(stats.diversity)
    yield "query skeletons", f"{stats.skeletons.different:,} different"


def _kind_rows(kinds: KindFigures) -> Iterator[Row]:
    yield "kinds of parameters", _counts(kinds.parameters, sum(kinds.parameters.values()))
    yield "kinds of arguments", _counts(kinds.arguments, sum(kinds.arguments.values()))
    yield "arguments a call", _counts(kinds.by_count, sum(kinds.by_count.values()))
    yield "optional ones given", _part(kinds.optional_given, kinds.optional)
    yield "texts word for word", _part(kinds.verbatim, kinds.texts)
    yield "of several words", _part(kinds.several_words, kinds.texts)


def _part(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({100 * part / whole:.1f} %)" if whole else "–"


def _dialogue_rows(dialogues: DialogueFigures) -> Iterator[Row]:
    yield "kinds of turns", _counts(dialogues.kinds, dialogues.turns)
    yield "calls a turn", _counts(dialogues.turn_calls, dialogues.turns)
    yield "links of turns", _links(dialogues)
    yield "words a message", "–" if dialogues.words is None else f"mean {dialogues.words:g}, chats left out"


def _links(dialogues: DialogueFigures) -> str:
    parts = []
    if dialogues.carrying_share is not None:
        share = f"{100 * dialogues.carrying_share:.0f} %"
        parts.append(f"{dialogues.carrying:,} of {dialogues.follow_ups:,} follow-ups take what came before ({share})")
    if dialogues.unlinked_share is not None:
        share = f"{100 * dialogues.unlinked_share:.0f} %"
        parts.append(f"{dialogues.unlinked:,} of {dialogues.later:,} later turns have no link ({share})")
    return "; ".join(parts) or "–"


def _diverse(spread: Spread) -> str:
    if spread.effective is None:
        return "–"
    most = "; ".join(f"{count} × {text}" for text, count in spread.most.items())
    words = f"{spread.different:,} of {spread.things:,}, as mixed as {spread.effective:g} equally frequent ones"
    return f"{words}; {most}" if most else words


def _ingredients(diversity: Diversity) -> str:
    if not diversity.with_ingredients:
        return "–"
    return f"given to {diversity.with_ingredients:,}, a place or name of them said in {diversity.taken:,}"


def _wording(diversity: Diversity) -> str:
    if not diversity.distinct_ngrams:
        return "–"
    shares = ", ".join(f"{100 * share:.0f} % of {n}-grams" for n, share in diversity.distinct_ngrams.items())
    overlap = "" if diversity.overlap is None else f"; {100 * diversity.overlap:.0f} % of a query's 4-grams in others"
    return f"different are {shares}{overlap} ({diversity.compared:,} queries)"


def _targets(targets: Targets) -> str:
    if targets.share is None:
        return "–"
    return f"{targets.calls:.2f} of {targets.target_calls:.2f} calls ({100 * targets.share:.1f} %)"


def _marks(marks: MarkFigures) -> str:
    if not marks.tells and not marks.asks:
        return "–"
    share = "" if marks.written_share is None else f" ({100 * marks.written_share:.0f} %)"
    inferred = f"{marks.inferred:,} inferred"
    if marks.several_places:
        inferred += f", {marks.several_places:,} of them in several places"
    without = f"; {marks.turns_without:,} turns have none stored" if marks.turns_without else ""
    return (
        f"{marks.asks:,} asks; {marks.tells:,} tells: {marks.written:,} written{share}, "
        f"{marks.paraphrase:,} of them in other words, {marks.deeds:,} deeds; {inferred}{without}"
    )


def _judge_line(judged: JudgeFigures) -> str:
    if not judged.records:
        return "–"
    return (
        f"{judged.records:,} records, {judged.solved:,} of {judged.trials:,} trials solved; "
        f"naturalness {_counts(judged.naturalness, None)}; would ask {_counts(judged.would_ask, None)}"
    )


def _counts(counts: dict[Any, int], total: int | None) -> str:
    if not counts:
        return "–"
    shown = [
        f"{key}: {count:,}" + (f" ({100 * count / total:.0f} %)" if total else "")
        for key, count in list(counts.items())[:_FIRST]
    ]
    more = len(counts) - _FIRST
    return ", ".join(shown) + (f", … {more} more" if more > 0 else "")


def _distribution_text(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items()) or "–"


def _cost(stats: Stats) -> str:
    took = stats.an_accepted_record
    if took.tool_calls is None:
        return "–"
    parts = [f"{took.tool_calls:g} tool calls", f"{took.llm_calls:g} model calls"]
    if took.llm_calls:
        parts += [f"{took.input_tokens:,.0f} tokens in", f"{took.output_tokens:,.0f} out"]
        parts.append(cost_text(stats.usage, stats.records))
    return ", ".join(parts)


def _cost_by_role(stats: Stats) -> str:
    return (
        "; ".join(
            f"{role} {of.llm_calls:g} calls, {of.input_tokens:,.0f} tokens in, {of.output_tokens:,.0f} out, "
            f"{usd_text(of.cost_usd)}"
            for role, of in stats.an_accepted_record.by_role.items()
        )
        or "–"
    )
