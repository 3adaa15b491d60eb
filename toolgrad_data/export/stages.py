"""What happens to examples between records and files, from the options of `toolgrad export`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from graph.context import Context
from tool_registry.spec import ToolSpec
from toolgrad_data.errors import UsageError
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.data_options import DataOptions
from toolgrad_data.export.datasets.candidates import Candidates
from toolgrad_data.export.datasets.decontamination import Decontamination
from toolgrad_data.export.datasets.episodes import episodes_of
from toolgrad_data.export.datasets.likeness import ToolIndex, families
from toolgrad_data.export.datasets.measured import DifficultyRange, Measured, parse_range, read_measured
from toolgrad_data.export.datasets.obfuscation import Obfuscation
from toolgrad_data.export.datasets.preferences import Preferences
from toolgrad_data.export.datasets.recovery import Recoveries
from toolgrad_data.export.datasets.short_schemas import ShortSchemas
from toolgrad_data.export.datasets.splits import SPLITS, SplitPlan, plan_split
from toolgrad_data.export.datasets.tool_names import ToolNames
from toolgrad_data.export.datasets.trials import Trials, trials_of
from toolgrad_data.export.format import Format
from toolgrad_data.export.formats.turns import round_by_round, turn_by_turn, turns_that_fit
from toolgrad_data.export.name_styles import STYLES, NameStyle, parse_names
from toolgrad_data.export.negative_kinds import parse_mix
from toolgrad_data.export.negatives.stage import Negatives
from toolgrad_data.export.pipeline import Stage, examples_of
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.thought_forms import ThoughtForms, check_form
from toolgrad_data.files.jsonl import encode_line, read_lines
from toolgrad_data.runs.reading import read_records
from toolgrad_data.runs.store import TOOLS, read_run_info


@dataclass
class ExportStages:
    """The stages in their order, the splits that they give, and what they will have found out at the end.

    `last` come behind whatever else changes the messages: they compare messages, or name things anew.
    """

    stages: list[Stage] = field(default_factory=list)
    last: list[Stage] = field(default_factory=list)
    splits: tuple[str, ...] = ()
    decontamination: Decontamination | None = None

    def contaminated_lines(self) -> str:
        """Return what was left out as too near to a benchmark, as JSON Lines."""
        found = self.decontamination.found if self.decontamination else []
        return b"".join(map(encode_line, found)).decode()


@contextmanager
def prepare_stages(
    options: DataOptions, runs: Sequence[Path], format: Format | None = None, *, dots: bool = True
) -> Iterator[ExportStages]:
    """Give the stages for the runs' records; the tools that they try stay loaded until the end.

    `format` is what they are for, None where conversations are taken as they are: the share of negatives is of what
    fits it, and it may want a turn a row, or pairs of a better answer and a worse one. Without `dots` no name has any.
    Raises UsageError for options that cannot be met, and for files that cannot be read.
    """
    mix = parse_mix(options.negative_mix)
    if options.split_by != "random" and options.test_ratio is None:
        raise UsageError(f"--split-by {options.split_by}: nothing is split.\nGive --test-ratio too, such as 0.1")
    styles = _name_styles(options, format, dots=dots)
    check_form(options.thoughts, format)
    measured, wanted = _measured(options, runs)
    made = ExportStages([wanted.stage] if wanted else [])
    preferences = format is not None and format.of_pairs
    rounds = _in_rounds(options, format)
    if options.decontaminate:
        made.decontamination = Decontamination(options.decontaminate)
        made.stages.append(made.decontamination.stage)
    needs_pool = options.candidates is not None or options.negatives or options.test_ratio is not None or styles
    specs = tool_pool(runs) if needs_pool else {}
    index = ToolIndex(specs)
    related = families(index)
    without: dict[str | None, frozenset[str]] = {}
    if options.test_ratio is not None:
        plan = _plan_split(options, runs, made.decontamination, wanted, specs, related)
        made.stages.append(plan.stage)
        made.splits = SPLITS
        without = plan.without
    with ExitStack() as opened:
        if format is not None and format.of_episodes:
            made.stages.append(opened.enter_context(episodes_of(_context_of(runs))).stage)
        trials: Trials | None = None
        if options.candidates is not None or options.negatives or options.recovery or preferences:
            trials, why = opened.enter_context(trials_of(_context_of(runs), far=options.try_tools))
            made.stages.append(_note_trials(trials, why))
        if options.recovery:
            made.stages.append(Recoveries(options.recovery, options.seed, trials, measured).stage)
        if options.negatives:
            settings = {**_fitting(options, format, rounds=rounds), "trials": trials, "without": without}
            negatives = Negatives(index, related, options.negatives, mix, options.seed, **settings)
            made.stages.append(negatives.stage)
        if options.candidates is not None:
            made.stages.append(Candidates(index, options.candidates, options.seed, trials, without).stage)
        if format is not None and format.by_turn:
            made.last.append(turn_by_turn)
        if rounds:
            made.last.append(round_by_round)
        if preferences:
            made.last.append(Preferences(options.seed, trials, measured).stage)
        made.last += _shown_stages(options, styles, specs)
        yield made


def _in_rounds(options: DataOptions, format: Format | None) -> bool:
    """Say whether each round of calls is a row of its own."""
    return options.rounds and format is not None and format.one_turn and format.holds_history


def _fitting(options: DataOptions, format: Format | None, *, rounds: bool) -> dict[str, Any]:
    """Return how many tools negatives offer, and which of them fit the format."""
    at_once = format is not None and format.one_turn and not rounds
    with_history = format is None or format.holds_history
    fitting = partial(turns_that_fit, at_once=at_once, with_history=with_history)
    return {
        "offered": options.candidates,
        "dialogues": 0.0 if at_once or rounds or not with_history else options.dialogues,
        "fitting": fitting if format is not None and format.by_turn else None,
        "with_history": with_history,
    }


def _shown_stages(
    options: DataOptions, styles: Mapping[NameStyle, float], specs: Mapping[str, ToolSpec]
) -> Iterator[Stage]:
    """Yield what changes how tools are shown, schemas first: they are shortened by what calls say."""
    if options.schema_ == "short":
        yield ShortSchemas(options.seed).stage
    if styles:
        yield ToolNames(styles, options.seed, specs).stage
    if options.obfuscate:
        yield Obfuscation(options.seed).stage
    yield ThoughtForms(options.thoughts).stage


def _name_styles(options: DataOptions, format: Format | None, *, dots: bool) -> dict[NameStyle, float]:
    """Return the shares of the styles of names. Raises UsageError for those that cannot be."""
    allowed = STYLES if format is None else format.name_styles
    if not dots:
        allowed = tuple(style for style in allowed if style != "dotted")
    styles = parse_names(options.names, allowed, format.name if format else "this data set")
    if styles and options.obfuscate:
        raise UsageError(f"--names {options.names} --obfuscate: these names are invented already.\nGive one of the two")
    return styles


def _measured(options: DataOptions, runs: Sequence[Path]) -> tuple[Measured | None, DifficultyRange | None]:
    """Return what an evaluation has measured, where it is asked for, and the range that is wanted of it."""
    bounds = parse_range(options.difficulty) if options.difficulty is not None else None
    if bounds is None and options.evaluation is None:
        return None, None
    measured = read_measured(runs, options.evaluation)
    return measured, None if bounds is None else DifficultyRange(measured, bounds)


def tool_pool(runs: Sequence[Path]) -> dict[str, ToolSpec]:
    """Return the specs of all tools that the runs were offered, by name; of records' own where a run has no list.

    Of two specs of one name the first run's counts.
    """
    specs: dict[str, ToolSpec] = {}
    for run in runs:
        for _, data in read_lines(run / TOOLS):
            spec = ToolSpec.model_validate(data)
            specs.setdefault(spec.name, spec)
        if not (run / TOOLS).exists():
            for record in read_records(run):
                for spec in record.tools:
                    specs.setdefault(spec.name, spec)
    return specs


def _plan_split(
    options: DataOptions,
    runs: Sequence[Path],
    decontamination: Decontamination | None,
    wanted: DifficultyRange | None,
    specs: dict[str, ToolSpec],
    related: dict[str, str],
) -> SplitPlan:
    """Read the records once, for what decides where each of them goes; those that are left out do not count."""
    examples = examples_of(runs, ExportReport(""), reviewed=options.reviewed)
    if wanted is not None:
        examples = (example for example in examples if wanted.problem(example) is None)
    kept = (example for example in examples if decontamination is None or decontamination.hit(example) is None)
    ratio = options.test_ratio or 0.0
    plan = plan_split(kept, ratio, options.split_by, options.seed, specs=specs, families=related)
    found = set(plan.split.values())
    if found != set(SPLITS):
        raise UsageError(
            f"--test-ratio {ratio:g} --split-by {options.split_by}: all {len(plan.split)} records would go to "
            f"{' and '.join(sorted(found)) or 'no file'}.\n"
            "Make more records, or take another ratio or --split-by random"
        )
    return plan


def _context_of(runs: Sequence[Path]) -> Context | None:
    """Return the settings by which the tools of the first run are loaded, with the tools of all of them."""
    settings = [read_run_info(run).settings for run in runs if (run / "run.json").exists()]
    if not settings:
        return None
    tools = list(dict.fromkeys(text for one in settings for text in one.tools))
    return settings[0].model_copy(update={"tools": tools})


def _note_trials(trials: Trials | None, why: str) -> Stage:
    def stage(examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        yield from examples
        report.notes["tools_tried"] = dict(sorted(trials.counts.items())) if trials else {"none": why}

    return stage
