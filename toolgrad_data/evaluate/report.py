"""What an evaluation found: pass rates with intervals, by what tasks are like, the paper's figures, and failures."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from statistics import fmean
from typing import Any

from pydantic import Field

from graph.record import Record, RoleUsage
from graph.strict_model import StrictModel
from toolgrad_data.estimates import CONFIDENCE, Estimate, mean, pass_all, pass_at, rate
from toolgrad_data.evaluate.items import Item
from toolgrad_data.evaluate.trial import FailureType, ItemKind, Trial
from toolgrad_data.export.datasets.measured import Difficulty
from toolgrad_data.stats.structure import depth

_EXAMPLES = 3


class Share(StrictModel):
    """A share from 0 to 1, its interval, and of how many tasks it is."""

    value: float
    low: float
    high: float
    of: int

    @classmethod
    def of_estimate(cls, estimate: Estimate) -> "Share":
        """Return the estimate as a member of a report."""
        return cls.model_validate(estimate.as_json())


class PassRates(StrictModel):
    """Pass rates of some tasks: by k, of one trial and of all k. A k is there where tasks have so many trials."""

    tasks: int
    trials: int
    pass_at: dict[int, Share] = Field(default={})
    pass_all: dict[int, Share] = Field(default={})


class FailureExample(StrictModel):
    """A trial that failed so."""

    task: str
    record: str
    trial: int
    words: str


class Failures(StrictModel):
    """How many trials failed so, and some of them."""

    count: int
    examples: list[FailureExample]


class Report(StrictModel):
    """`report.json`. Shares have intervals of the confidence that is told; the formulas are in docs/evaluate.md.

    `tool_recall` and `calls_succeeded` are the paper's: the share of a record's tools that were called, the mean of all
    trials, and of all calls the share that gave a result. `quality` is a judge's mean score, 1 to 5.
    """

    model: str
    base_url: str
    temperature: float | None = Field(description="None: the endpoint's own.")
    seed: int = Field(description="Of the evaluation; each trial's own stands in its line of trials.jsonl.")
    confidence: float = CONFIDENCE
    trials_wanted: int
    missing: int = Field(default=0, description="Trials that were not played.")
    left_out: dict[str, int] = Field(default={}, description="Tasks that could not be played, by why.")
    in_words: int = Field(default=0, description="Trials whose tools were told and called in words.")
    overall: PassRates
    by: dict[str, dict[str, PassRates]] = Field(default={}, description="By what a task is like, and how.")
    tool_recall: float | None = None
    calls: int = 0
    calls_succeeded: float | None = None
    quality: float | None = None
    negatives: dict[str, Share] = Field(default={})
    failures: dict[str, Failures] = Field(default={})
    usage: RoleUsage = RoleUsage()


def report_of(
    items: Sequence[Item],
    trials: Mapping[tuple[str, int], Trial],
    wanted: int,
    *,
    about: Mapping[str, Any],
    left_out: Mapping[str, str],
) -> Report:
    """Return what the trials of the items say; `about` has the members that tell of the model."""
    played = {item.id: [trials[key] for n in range(1, wanted + 1) if (key := (item.id, n)) in trials] for item in items}
    tasks = [item for item in items if item.kind == "task" and played[item.id]]
    of_tasks = [trial for item in tasks for trial in played[item.id]]
    everything = [trial for item in items for trial in played[item.id]]
    calls = sum(trial.calls for trial in of_tasks)
    recalls = [trial.tool_recall for trial in of_tasks if trial.tool_recall is not None]
    scores = [trial.quality.score for trial in of_tasks if trial.quality is not None]
    usage = RoleUsage()
    for trial in everything:
        usage.add(trial.usage)
    reasons: defaultdict[str, int] = defaultdict(int)
    for why in left_out.values():
        reasons[why] += 1
    playable = [item for item in items if item.id not in left_out]
    return Report(
        **about,
        trials_wanted=wanted,
        missing=len(playable) * wanted - sum(len(played[item.id]) for item in playable),
        left_out=dict(reasons),
        in_words=sum(trial.in_words for trial in everything),
        overall=_rates([played[item.id] for item in tasks]),
        by={name: _grouped(tasks, played, of) for name, of in _TRAITS.items()},
        tool_recall=round(fmean(recalls), 4) if recalls else None,
        calls=calls,
        calls_succeeded=round(sum(trial.calls_succeeded for trial in of_tasks) / calls, 4) if calls else None,
        quality=round(fmean(scores), 3) if scores else None,
        negatives=_negatives(items, played),
        failures=_failures(items, played),
        usage=usage,
    )


def difficulties(items: Iterable[Item], trials: Mapping[tuple[str, int], Trial], model: str) -> list[Difficulty]:
    """Return each task's pass rate over all its trials."""
    by_task: defaultdict[str, list[Trial]] = defaultdict(list)
    for trial in trials.values():
        by_task[trial.task].append(trial)
    found = []
    for item in items:
        if item.kind != "task" or not (own := by_task[item.id]):
            continue
        passed = sum(trial.passed for trial in own)
        share = rate(passed, len(own)).as_json()
        found.append(
            Difficulty(
                task=item.id,
                record=item.record.id,
                model=model,
                trials=len(own),
                passed=passed,
                pass_rate=share["value"],
                low=share["low"],
                high=share["high"],
            )
        )
    return found


def _rates(tasks: Sequence[Sequence[Trial]]) -> PassRates:
    rates = PassRates(tasks=len(tasks), trials=sum(map(len, tasks)))
    for k in range(1, max(map(len, tasks), default=0) + 1):
        # Tasks with fewer trials say nothing of k of them.
        counts = [(sum(trial.passed for trial in own), len(own)) for own in tasks if len(own) >= k]
        for name, estimate in (("pass_at", pass_at), ("pass_all", pass_all)):
            found = mean([estimate(k, passed, of) for passed, of in counts])
            if found is not None:
                getattr(rates, name)[k] = Share.of_estimate(found)
    return rates


def _grouped(
    tasks: Sequence[Item], played: Mapping[str, list[Trial]], of: Callable[[Record], Iterable[str]]
) -> dict[str, PassRates]:
    groups: defaultdict[str, list[list[Trial]]] = defaultdict(list)
    for item in tasks:
        for name in dict.fromkeys(of(item.record)):
            groups[name].append(played[item.id])
    ordered = sorted(groups, key=lambda name: (int(name), "") if name.isdigit() else (0, name))
    return {name: _rates(groups[name]) for name in ordered}


def _negatives(items: Sequence[Item], played: Mapping[str, list[Trial]]) -> dict[str, Share]:
    kinds: tuple[ItemKind, ...] = ("irrelevant", "missing_argument")
    found: dict[str, Share] = {}
    for kind in kinds:
        own = [played[item.id] for item in items if item.kind == kind and played[item.id]]
        share = mean([sum(trial.passed for trial in trials) / len(trials) for trials in own])
        if share is not None:
            found[kind] = Share.of_estimate(share)
    return found


def _failures(items: Sequence[Item], played: Mapping[str, list[Trial]]) -> dict[str, Failures]:
    by_type: defaultdict[FailureType, list[FailureExample]] = defaultdict(list)
    for item in items:
        for trial in played[item.id]:
            if trial.failure is not None:
                example = FailureExample(
                    task=item.id, record=item.record.id, trial=trial.trial, words=trial.failure.words
                )
                by_type[trial.failure.type].append(example)
    ranked = sorted(by_type.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return {type_: Failures(count=len(found), examples=_apart(found)) for type_, found in ranked}


def _apart(found: list[FailureExample]) -> list[FailureExample]:
    """Return the first few, of tasks that differ where there are such."""
    of_tasks = list({example.task: example for example in reversed(found)}.values())[::-1]
    rest = [example for example in found if example not in of_tasks]
    return list(islice([*of_tasks, *rest], _EXAMPLES))


def _steps(record: Record) -> list[Any]:
    return [step for turn in record.turns for step in turn.steps]


def _categories(record: Record) -> list[str]:
    specs = {spec.name: spec.category for spec in record.tools}
    return [specs[step.tool] for step in _steps(record) if step.tool in specs]


#: What tasks are told apart by.
_TRAITS: dict[str, Callable[[Record], Iterable[str]]] = {
    "length": lambda record: [str(len(_steps(record)))],
    "depth": lambda record: [str(depth(record))],
    "turns": lambda record: [str(len(record.turns))],
    "kind": lambda record: [turn.kind for turn in record.turns],
    "category": _categories,
    "tool": lambda record: [step.tool for step in _steps(record)],
}
