"""`toolgrad export` in this process, and what it wrote."""

import io
import json
from pathlib import Path
from typing import Any

from rich.console import Console

from toolgrad_data.export.command import run_export
from toolgrad_data.export.data_options import DataOptions
from toolgrad_data.export.report import ExportReport


def export_to(folder: Path, name: str, **data: Any) -> tuple[ExportReport, Path]:
    """Export the folder's records beside it; `data` are options of the data set."""
    out = folder.with_name(f"{folder.name}-{name}{'' if name == 'bfcl' else '.jsonl'}")
    report = run_export(
        [folder],
        name,
        out,
        overwrite=True,
        defaults=False,
        sequential=False,
        tokenizer=None,
        chat_template=None,
        max_tokens=None,
        report_file=None,
        err=Console(file=io.StringIO()),
        print_line=lambda _: None,
        data=DataOptions.model_validate(data),
    )
    return report, out


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
