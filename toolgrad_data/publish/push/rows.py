"""What `toolgrad push` does for runs: makes files and a card of them for the Hub, examples for LangSmith."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from toolgrad_data.export.data_options import DataOptions
from toolgrad_data.export.formats import format_named
from toolgrad_data.export.formats.turns import turn_by_turn
from toolgrad_data.export.pipeline import examples_of, export
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.stages import prepare_stages
from toolgrad_data.publish.card.build import card_of
from toolgrad_data.publish.card.writing import CardOptions
from toolgrad_data.publish.push.hub import CARD, push_folder
from toolgrad_data.publish.push.langsmith import push_examples


def push_runs_to_hub(
    runs: Sequence[Path], repo: str, format_name: str, data: DataOptions, card: CardOptions, *, private: bool
) -> str:
    """Export the runs into a folder for the time being, with a card, and push it. Raises UsageError, CliError."""
    format = format_named(format_name)
    with tempfile.TemporaryDirectory(prefix="toolgrad-") as folder, prepare_stages(data, runs, format) as ready:
        out = Path(folder) / f"data{format.suffix}"
        stages = [*ready.stages, *ready.last]
        report = export(runs, format, out, stages=stages, splits=ready.splits, reviewed=data.reviewed)
        text = card_of(runs, card, [Path(folder)], report=report.as_json(), reviewed=data.reviewed)
        (Path(folder) / CARD).write_text(text, encoding="utf-8")
        return push_folder(Path(folder), repo, private=private)


def push_runs_to_langsmith(runs: Sequence[Path], name: str, data: DataOptions) -> tuple[int, ExportReport]:
    """Push the runs' examples; returns how many, and what was left out. Raises UsageError, CliError."""
    report = ExportReport("langsmith")
    with prepare_stages(data, runs) as ready:
        examples = examples_of(runs, report, reviewed=data.reviewed)
        # Who is evaluated answers one query, with what was said before it.
        for stage in [*ready.stages, *ready.last, turn_by_turn]:
            examples = stage(examples, report)
        described = f"Tool-use conversations, made of {', '.join(run.resolve().name for run in runs)} by toolgrad."
        return push_examples(examples, name, described), report
