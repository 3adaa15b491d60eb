"""What `toolgrad tasks` does: the run's tools loaded, each record made a task and proved, all of it written."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from graph.context import Context
from tool_registry.registry import get_registry
from toolgrad_data.errors import CliError, UsageError
from toolgrad_data.runs.reading import read_records
from toolgrad_data.runs.tool_loading import load_tools_again
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.making import OFFERED, limits_of, make_tasks
from toolgrad_data.tasks.store import TASKS, LeftOut, MutantCount, TasksReport, write_tasks
from toolgrad_data.tasks.task import KeyedTask


def write_tasks_of(
    run: Path,
    out: Path,
    context: Context,
    *,
    calls: int | None = None,
    offered: int = OFFERED,
    limit: int | None = None,
    overwrite: bool = False,
    say: Callable[[str], None] = lambda _: None,
    of_run: Context | None = None,
) -> TasksReport:
    """Write the tasks of the run's records with the report, and return it; `of_run` are the settings of the run.

    Raises UsageError, CliError.
    """
    if out.is_file():
        raise UsageError(f"--out {out}: is a file.\nGive a new or empty folder, such as --out tasks/first")
    if (out / TASKS).exists() and not overwrite:
        raise UsageError(f"--out {out}: has tasks.\nGive another folder, or --overwrite to replace them")
    if (out / "records.jsonl").exists():
        raise UsageError(f"--out {out}: is a run.\nGive a folder of its own, such as --out tasks/{out.name}")
    report, tasks = asyncio.run(_make(run, context, of_run, calls, offered, limit, say))
    try:
        write_tasks(out, tasks, report)
    except OSError as error:
        raise CliError(f"--out {out}: cannot be written: {error.strerror or error}") from error
    return report


async def _make(
    run: Path,
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
    records = (record for number, record in enumerate(read_records(run)) if limit is None or number < limit)
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
        raise UsageError(f"{run}: has no accepted records.\nFinish the run: its `toolgrad generate` command again.")
    return report, tasks
