"""What `toolgrad evaluate` does: finds what is to be played, plays it, and writes what came of it."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from graph.context import Context
from nodes.policies.base import PolicySetupError
from nodes.policies.model.client import close_clients
from nodes.policies.model.conversing import Converser
from nodes.policies.model.settings import AskSettings, settings_for
from tool_registry.registry import get_registry
from tool_registry.spec import ToolSpec
from toolgrad_data.errors import RunFailedError, UsageError
from toolgrad_data.evaluate.items import Item, item_of
from toolgrad_data.evaluate.negatives import negative_items
from toolgrad_data.evaluate.quality import Rater
from toolgrad_data.evaluate.report import Report, difficulties, report_of
from toolgrad_data.evaluate.run import Evaluation, Outcome
from toolgrad_data.evaluate.settings import EvaluateSettings
from toolgrad_data.evaluate.store import REPORT, EvaluationInfo, EvaluationStore
from toolgrad_data.export.datasets.measured import DIFFICULTY, EVALUATIONS
from toolgrad_data.files.jsonl import encode_line
from toolgrad_data.files.whole import write_whole
from toolgrad_data.reviews.reviewed import reviewed_records, standing_mends
from toolgrad_data.runs.limits import Budget, RunLimits, check_limits
from toolgrad_data.runs.observer import Observer
from toolgrad_data.runs.run_info import digest
from toolgrad_data.runs.tool_loading import load_tools_again
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.making import limits_of, make_tasks
from toolgrad_data.tasks.store import read_tasks
from toolgrad_data.tasks.target import Target
from toolgrad_data.tasks.task import changed_tools

#: Records that are told of.
_SHOWN = 5
_OTHER_TOOLS = (
    "Give the tools that they were made with (--tools or --config), or make the tasks anew of a run with these: "
    "toolgrad tasks RUN --out DIR"
)


@dataclass(frozen=True)
class Evaluated:
    """What a command has done, and where it is."""

    folder: Path
    report: Report
    outcome: Outcome


def prepare_items(
    target: Target, settings: EvaluateSettings, context: Context, say: Callable[[str], None] = lambda _: None
) -> list[Item]:
    """Return what is to be played, the tools loaded; `say` is told which records are no task.

    It runs a loop of its own. Raises UsageError where there is nothing to play, CorruptFileError.
    """
    tools = asyncio.run(load_tools_again(context, target.context))
    if target.tasks is not None:
        keyed = (item_of(one, settings.max_calls, settings.seed) for one in read_tasks(target.tasks))
        items = list(islice(keyed, settings.limit))
        if not items:
            raise UsageError(f"{target.tasks}: holds no tasks.\nMake some: toolgrad tasks RUN --out FOLDER")
        return items
    items = asyncio.run(_items_of_run(target.folder, settings, context, say))
    if settings.negatives:
        kept = {item.record.id for item in items}
        found = negative_items(
            target.folder,
            tools,
            context,
            share=settings.negatives,
            offered=settings.offered,
            seed=settings.seed,
            reviewed=settings.reviewed,
        )
        items += [item for item in found if item.record.id in kept]
    return items


async def _items_of_run(
    run: Path, settings: EvaluateSettings, context: Context, say: Callable[[str], None]
) -> list[Item]:
    """Return the run's records that prove to be tasks, as `toolgrad tasks` makes them."""
    environment = Environment(await get_registry(context.tools), context.permissions)
    records = islice(reviewed_records(run, settings.reviewed), settings.limit)
    items: list[Item] = []
    no_tasks: list[str] = []
    async for made in make_tasks(records, environment, limits_of(context), offered=settings.offered):
        if made.proof is None or made.reason:
            no_tasks.append(f"{made.record} is no task: {made.reason}")
        else:
            items.append(item_of(made.proof.keyed, settings.max_calls, settings.seed))
    if not items and not no_tasks and settings.reviewed is not None:
        raise UsageError(f"{run}: has no records that were reviewed so.\nReview some: toolgrad review {run}")
    if not items and not no_tasks:
        raise UsageError(
            f"{run}: has no accepted records, so there is nothing to play.\nSee why: toolgrad show {run} --rejected"
        )
    if not items:
        raise UsageError("\n".join([f"{run}: none of its records is a task.", *no_tasks[:_SHOWN]]))
    for words in no_tasks[:_SHOWN]:
        say(words)
    if len(no_tasks) > _SHOWN:
        say(f"and {len(no_tasks) - _SHOWN} more (toolgrad tasks {run} --out FOLDER tells of all)")
    return items


def evaluation_folder(target: Target, settings: EvaluateSettings) -> Path:
    """Return where the evaluation stands."""
    name = re.sub(r"[^\w.-]+", "-", settings.model).strip("-.") or "model"
    return settings.out or target.folder / EVALUATIONS / name


def asked_model(settings: EvaluateSettings, context: Context) -> AskSettings:
    """Return how the model is asked. Raises UsageError for a limit on cost without a price, PolicySetupError."""
    # The roles of a judge are those that are asked here: it plays as a solver does.
    for model in filter(None, (settings.model, settings.judge)):
        check_limits(RunLimits(max_cost=settings.max_cost), context.model_copy(update={"judge": f"openai:{model}"}))
    return settings_for(settings.model, "solve", context)


async def evaluate(
    target: Target,
    items: list[Item],
    settings: EvaluateSettings,
    context: Context,
    *,
    observer: Observer,
    stop: asyncio.Event,
) -> Evaluated:
    """Play what is missing and write the report. Raises CliError: what ended it, and what to do."""
    asked = asked_model(settings, context)
    registry = await get_registry(context.tools)
    environment = Environment(registry, context.permissions)
    left_out = _unplayable(items, registry.specs)
    if len(left_out) == len(items):
        some = "\n".join(f"  {words}" for words in sorted(set(left_out.values()))[:5])
        raise UsageError(f"{target.folder}: no task can be played.\n{some}\n{_OTHER_TOOLS}")
    folder = evaluation_folder(target, settings)
    rater = Rater(settings_for(settings.judge, "judge", context)) if settings.judge else None
    budget = Budget(settings)
    with EvaluationStore(folder, _info(asked, settings, target)) as store:
        for note in store.notes:
            observer.say(note)
        converser = Converser(asked, "solve", form=settings.call_form)
        playing = Evaluation(
            store, environment, asked, converser, budget, seed=settings.seed, rater=rater, observer=observer
        )
        outcome = Outcome()
        try:
            playable = [item for item in items if item.id not in left_out]
            outcome = await playing.play(playable, settings.trials, settings.concurrency, stop)
        except PolicySetupError as error:
            raise RunFailedError(f"{error}\nTrials that are done are kept; the same command goes on.") from None
        finally:
            await close_clients()
            left_out |= outcome.left_out
            report = _write(store, items, settings, asked, left_out)
    return Evaluated(folder, report, outcome)


def _write(
    store: EvaluationStore,
    items: list[Item],
    settings: EvaluateSettings,
    asked: AskSettings,
    left_out: Mapping[str, str],
) -> Report:
    about = {
        "model": asked.model,
        "base_url": asked.base_url,
        "temperature": asked.temperature,
        "seed": settings.seed,
    }
    report = report_of(
        items, store.trials, settings.trials, about=about, left_out=left_out, judged=settings.judge is not None
    )
    write_whole(store.folder / REPORT, report.model_dump_json(indent=2) + "\n")
    found = difficulties(items, store.trials, asked.model)
    lines = b"".join(encode_line(one.model_dump(mode="json")) for one in found)
    write_whole(store.folder / DIFFICULTY, lines.decode())
    return report


def _info(asked: AskSettings, settings: EvaluateSettings, target: Target) -> EvaluationInfo:
    deciding = {
        "temperature": asked.temperature,
        "reasoning_effort": asked.reasoning_effort,
        "max_answer_tokens": asked.max_answer_tokens,
        "extra_body": asked.extra_body,
        "call_form": settings.call_form,
        "seed": settings.seed,
        "offered": settings.offered,
        "max_calls": settings.max_calls,
        "negatives": settings.negatives,
        "judge": settings.judge,
    }
    if settings.reviewed is not None and target.tasks is None:
        # Trials of words that were mended since would not be comparable.
        deciding |= {"reviewed": str(settings.reviewed), "mends": digest(standing_mends(target.folder))}
    return EvaluationInfo.now(asked.model, asked.base_url, deciding)


def _unplayable(items: list[Item], tools: Mapping[str, ToolSpec]) -> dict[str, str]:
    """Return why items cannot be played, by their ids: their tools are gone or have changed."""
    found: dict[str, str] = {}
    for item in items:
        if item.keyed is not None and (wrong := changed_tools(item.keyed, tools)):
            name, why = next(iter(wrong.items()))
            found[item.id] = f"{name} {why}"
    return found
