"""What `toolgrad tasks` does: the run's tools loaded, each record made a task and proved, all of it written."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from graph.context import Context
from tool_registry.registry import get_registry
from toolgrad_data.errors import CliError, UsageError
from toolgrad_data.reviews.choice import Reviewed
from toolgrad_data.reviews.reviewed import reviewed_records
from toolgrad_data.runs.tool_loading import load_tools_again
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.making import OFFERED, limits_of, make_tasks
from toolgrad_data.tasks.store import TASKS, LeftOut, MutantCount, TasksReport, write_tasks
from toolgrad_data.tasks.task import KeyedTask
from toolgrad_data.tasks.writers import check_formats, write_formats


def write_tasks_of(
    run: Path,
    out: Path,
    context: Context,
    *,
    calls: int | None = None,
    offered: int = OFFERED,
    limit: int | None = None,
    reviewed: Reviewed | None = None,
    overwrite: bool = False,
    formats: Sequence[str] = (),
    say: Callable[[str], None] = lambda _: None,
    of_run: Context | None = None,
) -> TasksReport:
    """Write the tasks of the run's records with the report, and return it. Raises UsageError, CliError.

    `formats`: frameworks to write a package for beside them. `of_run`: the settings of the run.
    """
    check_formats(formats)
    if out.is_file():
        raise UsageError(f"--out {out}: is a file.\nGive a new or empty folder, such as --out tasks/first")
    if (out / TASKS).exists() and not overwrite:
        raise UsageError(f"--out {out}: has tasks.\nGive another folder, or --overwrite to replace them")
    if (out / "records.jsonl").exists():
        raise UsageError(f"--out {out}: is a run.\nGive a folder of its own, such as --out tasks/{out.name}")
    report, tasks = asyncio.run(_make(run, reviewed, context, of_run, calls, offered, limit, say))
    try:
        write_tasks(out, tasks, report)
        write_formats(out, formats, tasks, report)
    except OSError as error:
        raise CliError(f"--out {out}: cannot be written: {error.strerror or error}") from error
    return report


async def _make(
    run: Path,
    reviewed: Reviewed | None,
    context: Context,
    of_run: Context | None,
    calls: int | None,
    offered: int,
    limit: int | None,
    say: Callable[[str], None],
) -> tuple[TasksReport, list[KeyedTask]]:
    await load_tools_again(context, of_run)
    environment = Environment(await get_registry(context.tools), context.permissions)
    report, tasks = TasksReport.of(context), list[KeyedTask]()
    records = islice(reviewed_records(run, reviewed), limit)
    async for made in make_tasks(records, environment, limits_of(context, calls), offered=offered):
        report.records += 1
        for name, totals in (made.proof.mutants if made.proof is not None else {}).items():
            count = report.mutants.setdefault(name, MutantCount())
            count.made += len(totals)
            count.refused += sum(total < 1 for total in totals)
        if made.reason or made.proof is None:
            report.left_out.append(LeftOut(record=made.record, reason=made.reason))
        else:
            tasks.append(made.proof.keyed)
        if report.records % 50 == 0:
            say(f"{report.records} records, {len(tasks)} tasks")
    report.tasks = len(tasks)
    if not report.records:
        raise UsageError(
            f"{run}: has no records that were reviewed so.\nReview some: toolgrad review {run}"
            if reviewed is not None
            else f"{run}: has no accepted records.\nFinish the run: its `toolgrad generate` command again."
        )
    return report, tasks
