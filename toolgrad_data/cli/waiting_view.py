"""What waits for a person, for a console or as JSON."""

import json
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from graph.record import Record
from toolgrad_data.cli.consoles import emit, print_json
from toolgrad_data.cli.record_view import print_records
from toolgrad_data.runs.waiting import WaitingSample


def print_waiting(samples: Iterable[WaitingSample], console: Console, *, as_draft: bool, as_json: bool) -> None:
    """Print each sample: its record to read, or its words to mend, or its line."""
    number = 0
    for sample in samples:
        number += 1
        if as_json:
            print_json(sample.model_dump_json())
        elif as_draft:
            print_json(json.dumps(sample.draft, ensure_ascii=False, indent=2))
        else:
            print_records([Record.model_validate(sample.record)], console)
            for line in _told(sample):
                emit(console, Text(line, style="yellow"))
    if not number and not as_json and not as_draft:
        emit(console, Text("Nothing waits for review."))


def _told(sample: WaitingSample) -> list[str]:
    told = [sample.problem] if sample.problem else []
    told += [f"{finding.get('promise')}: {finding.get('message')}" for finding in sample.findings]
    if sample.behind is not None:
        told.append(f"accepted; waits for {sample.behind}, which it is like")
    return told
