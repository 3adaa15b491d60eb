"""Figures of a data set, counted record by record."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.record import Record, RejectedRecord, Usage
from nodes.marks.turns import with_tells
from tool_registry.json.pointer import leaves
from toolgrad_data.files.lines import Line, read_lines
from toolgrad_data.files.record_lines import NotARecordError, parse_json, parse_line
from toolgrad_data.reviews.figures import ReviewFigures
from toolgrad_data.runs.record_cost import RecordCost, cost_by_role, cost_of
from toolgrad_data.runs.spending import known_cost
from toolgrad_data.runs.summary import add_usage, reason_kinds
from toolgrad_data.runs.waiting import waiting_ids
from toolgrad_data.stats.argument_figures import KindCounter, KindFigures
from toolgrad_data.stats.dependence import is_dependent
from toolgrad_data.stats.dialogues import DialogueCounter, DialogueFigures
from toolgrad_data.stats.diversity import Diversity, DiversityCounter
from toolgrad_data.stats.structure import depth, shape, skeleton
from toolgrad_data.verify.printing import printable
from toolgrad_data.verify.progress import Watcher

_MOST = 20
_SKELETONS = 5


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Tools(_Model):
    """How calls are describe_counts over tools."""

    different: int = 0
    calls: int = 0
    most_used: dict[str, int] = {}
    by_category: dict[str, int] = {}
    evenness: Annotated[
        float | None,
        Field(description="Entropy of the calls by tool over its maximum (Pielou's J), 0 to 1; null for one tool."),
    ] = None


class Arguments(_Model):
    """How values are spread over arguments; a leaf is a scalar or an empty container."""

    leaves: int = 0
    different: Annotated[int, Field(description="Different (tool, parameter, value).")] = 0
    by_source: Annotated[dict[str, int], Field(description="Leaves by the kind of their source; `none` has none.")] = {}


class MarkFigures(_Model):
    """What is known of which words ask for and tell what. Where nothing is stored (version 1) marks are inferred."""

    asks: Annotated[int, Field(description="Stretches of queries that ask for what steps find or do.")] = 0
    tells: Annotated[int, Field(description="Stretches of responses that tell values or deeds.")] = 0
    written: Annotated[int, Field(description="Tells that the writer marked: these are proved.")] = 0
    inferred: Annotated[int, Field(description="Tells that the program found: these are screened.")] = 0
    paraphrase: Annotated[int, Field(description="Written tells in words that nothing but a judge can decide.")] = 0
    deeds: Annotated[int, Field(description="Tells that something was done.")] = 0
    several_places: Annotated[int, Field(description="Inferred tells that may stand for any of several places.")] = 0
    written_share: float | None = None
    turns_without: Annotated[int, Field(description="Turns of which no tells are stored.")] = 0


class Targets(_Model):
    """How long chains were to be and how long they are, of the records whose target is known."""

    records: int = 0
    by_length: Annotated[dict[int, int], Field(description="Records by the calls that they should have.")] = {}
    target_calls: Annotated[float | None, Field(description="Mean of the calls that they should have.")] = None
    calls: Annotated[float | None, Field(description="Mean of the calls that they have.")] = None
    share: Annotated[float | None, Field(description="Calls that they have over those that they should have.")] = None


class Skeletons(_Model):
    """Queries with the quoted values masked."""

    different: int = 0
    most_repeated: Annotated[dict[str, int], Field(description="The most frequent, of those that repeat.")] = {}


class JudgeFigures(_Model):
    """What models judged of the accepted records."""

    records: int = 0
    trials: int = 0
    solved: Annotated[int, Field(description="Trials that came to the record's results.")] = 0
    naturalness: Annotated[dict[int, int], Field(description="Records by score.")] = {}
    would_ask: Annotated[dict[int, int], Field(description="Records by score.")] = {}


class Cost(_Model):
    """What an accepted record took, rejected ones paid for with it."""

    llm_calls: float | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None
    cost_usd: Annotated[float | None, Field(description="Null when a price is unknown.")] = None
    tool_calls: float | None = None
    by_role: Annotated[dict[str, RecordCost], Field(description="Of the same, what each role took.")] = {}


class Stats(_Model):
    """Figures of the accepted records of a run or file; those of a run also tell of its rejected ones."""

    schema_version: int = 2
    file: str
    records: int = 0
    rejected: Annotated[int | None, Field(description="Null for a file that is not a run's.")] = None
    waiting: Annotated[int, Field(description="Samples of a run that wait for review.")] = 0
    skipped: Annotated[int, Field(description="Lines that are no records.")] = 0
    acceptance_rate: float | None = None
    rejected_by_reason: Annotated[
        dict[str, int], Field(description="Rejected samples by kind of reason; one with two kinds counts for both.")
    ] = {}
    lengths: Annotated[dict[int, int], Field(description="Records by number of calls.")] = {}
    targets: Targets = Targets()
    turns: Annotated[dict[int, int], Field(description="Records by number of turns.")] = {}
    chains: Annotated[dict[int, int], Field(description="Records by number of chains.")] = {}
    shapes: Annotated[dict[str, int], Field(description="Records by the shape of their calls.")] = {}
    depths: Annotated[dict[int, int], Field(description="Records by the longest path of calls that need another.")] = {}
    with_several_calls: int = 0
    dependent: Annotated[int, Field(description="Records of several calls with a data flow that is no echo.")] = 0
    dependent_share: float | None = None
    with_user_value: Annotated[int, Field(description="Records in which the user says some argument's value.")] = 0
    tools: Tools = Tools()
    arguments: Arguments = Arguments()
    kinds: KindFigures = KindFigures()
    marks: MarkFigures = MarkFigures()
    skeletons: Skeletons = Skeletons()
    diversity: Diversity = Diversity()
    dialogues: DialogueFigures = DialogueFigures()
    query_words: Annotated[dict[str, float], Field(description="mean, median, p95, max of words a query.")] = {}
    response_words: dict[str, float] = {}
    stop_reasons: dict[str, int] = {}
    query_rewrites: Annotated[dict[int, int], Field(description="Records by rewrites of their query.")] = {}
    pruned_steps: int = 0
    judged: JudgeFigures = JudgeFigures()
    usage: Usage = Usage()
    known_cost_usd: float = 0.0
    an_accepted_record: Cost = Cost()
    reviews: Annotated[ReviewFigures | None, Field(description="What people decided; null where nobody did.")] = None


class StatsCollector:
    """Counts records. Memory grows with the number of different values and skeletons, not with results."""

    def __init__(self, file: str, *, of_a_run: bool, waiting: Iterable[str] = ()) -> None:
        self._waiting = set(waiting)
        self._stats = Stats(file=file, rejected=0 if of_a_run else None)
        self._reasons: Counter[str] = Counter()
        self._counts: dict[str, Counter[Any]] = {
            name: Counter()
            for name in ("lengths", "turns", "chains", "shapes", "depths", "stop_reasons", "query_rewrites")
        }
        self._targets: Counter[int] = Counter()
        self._aimed_calls = 0  # of the records whose target is known
        self._tools: Counter[str] = Counter()
        self._categories: Counter[str] = Counter()
        self._sources: Counter[str] = Counter()
        self._skeletons: Counter[str] = Counter()
        self._values: set[bytes] = set()
        self._words: dict[str, Counter[int]] = {"query_words": Counter(), "response_words": Counter()}
        self._scores: dict[str, Counter[int]] = {"naturalness": Counter(), "would_ask": Counter()}
        self._tool_calls = 0
        self._diversity = DiversityCounter()
        self._dialogues = DialogueCounter()
        self._kinds = KindCounter()

    def add(self, record: Record) -> None:
        """Count one record, accepted or (a RejectedRecord) rejected."""
        stats = self._stats
        self._waiting.discard(record.id)
        add_usage(stats.usage, record.meta.usage)
        stats.known_cost_usd += known_cost(record.meta.usage)
        self._tool_calls += record.meta.tool_calls
        if isinstance(record, RejectedRecord):
            stats.rejected = (stats.rejected or 0) + 1
            self._reasons.update(reason_kinds(record))
            return
        stats.records += 1
        steps = [step for turn in record.turns for step in turn.steps]
        count = self._counts
        count["lengths"][len(steps)] += 1
        if record.meta.target_calls is not None:
            self._targets[record.meta.target_calls] += 1
            self._aimed_calls += len(steps)
        count["turns"][len(record.turns)] += 1
        count["chains"][sum(len(turn.chains) for turn in record.turns)] += 1
        count["shapes"][shape(record) or "none"] += 1
        count["depths"][depth(record)] += 1
        count["stop_reasons"][record.meta.stop_reason] += 1
        count["query_rewrites"][record.meta.repairs] += 1
        stats.pruned_steps += len(record.pruned)
        if record.judge is not None:
            stats.judged.records += 1
            stats.judged.trials += record.judge.trials
            stats.judged.solved += record.judge.solved
            self._scores["naturalness"][record.judge.naturalness] += 1
            self._scores["would_ask"][record.judge.would_ask] += 1
        if len(steps) > 1:
            stats.with_several_calls += 1
            stats.dependent += is_dependent(record)
        stats.with_user_value += any(any(source.quotes()) for step in steps for source in step.sources.values())
        categories = {spec.name: spec.category for spec in record.tools}
        for step in steps:
            self._tools[step.tool] += 1
            self._categories[categories.get(step.tool, "unknown")] += 1
            for pointer, value in leaves(step.arguments):
                if pointer:
                    self._values.add(_digest(step.tool, pointer, value))
                    source = step.sources.get(pointer)
                    self._sources[source.kind if source else "none"] += 1
        self._add_marks(record)
        self._diversity.add(record)
        self._dialogues.add(record)
        self._kinds.add(record)
        self._skeletons[printable(skeleton(record), 2000)] += 1
        for turn in record.turns:
            self._words["query_words"][len(turn.query.split())] += 1
            self._words["response_words"][len(turn.response.split())] += 1

    def _add_marks(self, record: Record) -> None:
        marks = self._stats.marks
        marks.turns_without += sum(turn.tells is None for turn in record.turns)
        for turn in with_tells(record).turns:
            marks.asks += len(turn.asks or ())
            for tell in turn.tells or ():
                marks.tells += 1
                marks.inferred += tell.inferred
                marks.paraphrase += tell.paraphrase and not tell.inferred
                marks.deeds += tell.did is not None
                marks.several_places += bool(tell.either)

    def skip(self) -> None:
        """Count a line that is no record."""
        self._stats.skipped += 1

    def stats(self) -> Stats:
        """Return the figures."""
        stats = self._stats
        stats.waiting = len(self._waiting)
        for name in ("lengths", "turns", "chains", "depths", "query_rewrites"):
            setattr(stats, name, dict(sorted(self._counts[name].items())))
        stats.targets = self._aims()
        stats.shapes, stats.stop_reasons = (
            _most_first(self._counts["shapes"]),
            _most_first(self._counts["stop_reasons"]),
        )
        if stats.rejected is not None and stats.records + stats.rejected:
            stats.acceptance_rate = round(stats.records / (stats.records + stats.rejected), 4)
        stats.rejected_by_reason = _most_first(self._reasons)
        if stats.with_several_calls:
            stats.dependent_share = round(stats.dependent / stats.with_several_calls, 4)
        stats.tools = Tools(
            different=len(self._tools),
            calls=self._tools.total(),
            most_used=_most_first(self._tools, _MOST),
            by_category=_most_first(self._categories),
            evenness=evenness(self._tools),
        )
        stats.arguments = Arguments(
            leaves=self._sources.total(), different=len(self._values), by_source=_most_first(self._sources)
        )
        stats.marks.written = stats.marks.tells - stats.marks.inferred
        if stats.marks.tells:
            stats.marks.written_share = round(stats.marks.written / stats.marks.tells, 4)
        repeated = Counter({text: count for text, count in self._skeletons.items() if count > 1})
        stats.skeletons = Skeletons(different=len(self._skeletons), most_repeated=_most_first(repeated, _SKELETONS))
        stats.diversity = self._diversity.diversity()
        stats.dialogues = self._dialogues.figures()
        stats.kinds = self._kinds.figures()
        stats.query_words, stats.response_words = (describe_counts(words) for words in self._words.values())
        for name, scores in self._scores.items():
            setattr(stats.judged, name, dict(sorted(scores.items())))
        stats.an_accepted_record = self._cost()
        return stats

    def _aims(self) -> Targets:
        records = self._targets.total()
        if not records:
            return Targets()
        aimed = sum(length * count for length, count in self._targets.items())
        return Targets(
            records=records,
            by_length=dict(sorted(self._targets.items())),
            target_calls=round(aimed / records, 3),
            calls=round(self._aimed_calls / records, 3),
            share=round(self._aimed_calls / aimed, 4),
        )

    def _cost(self) -> Cost:
        stats = self._stats
        if not stats.records:
            return Cost()
        usage = stats.usage
        return Cost(
            **cost_of(usage, stats.records).model_dump(),
            tool_calls=round(self._tool_calls / stats.records, 3),
            by_role=cost_by_role(usage, stats.records),
        )


def count_file(file: Path, rejected: Path | None = None, watcher: Watcher | None = None) -> Stats:
    """Return the figures of a file of records, and of the rejected samples beside it. Raises OSError."""
    waiting = waiting_ids(rejected.parent) if rejected is not None else ()
    collector = StatsCollector(str(file), of_a_run=rejected is not None, waiting=waiting)
    for record in records_of(file, watcher):
        collector.add(record) if record is not None else collector.skip()
    if rejected is not None and rejected.exists():
        for record in read_rejected(rejected, watcher):
            collector.add(record) if record is not None else collector.skip()
    return collector.stats()


def records_of(file: Path, watcher: Watcher | None = None) -> Iterator[Record | None]:
    """Yield each line's record, None for a line that is none. Raises OSError."""
    for line in _read_watched(file, watcher or Watcher()):
        try:
            yield parse_line(line)
        except NotARecordError:
            yield None


def read_rejected(file: Path, watcher: Watcher | None = None) -> Iterator[RejectedRecord | None]:
    """Yield each line's rejected record, None for a line that is none. Raises OSError."""
    for line in _read_watched(file, watcher or Watcher()):
        try:
            yield RejectedRecord.model_validate(parse_json(line))
        except (NotARecordError, ValidationError):
            yield None


def _read_watched(file: Path, watcher: Watcher) -> Iterator[Line]:
    watcher.begin(file.stat().st_size)
    try:
        for number, line in enumerate(read_lines(file), start=1):
            yield line
            watcher.advance(line.end, number)
    finally:
        watcher.end()


def evenness(counts: Counter[str]) -> float | None:
    """Return Pielou's J: the entropy of the counts over its maximum; None for fewer than two."""
    if len(counts) < 2:
        return None
    total = counts.total()
    entropy = -sum(count / total * math.log(count / total) for count in counts.values())
    return round(entropy / math.log(len(counts)), 4)


def describe_counts(counts: Counter[int]) -> dict[str, float]:
    """Return mean, median, 95th percentile (nearest rank) and maximum of values by how often they occur."""
    total = counts.total()
    if not total:
        return {}
    ordered = sorted(counts.items())

    def ranked(share: float) -> int:
        rank, passed = max(math.ceil(share * total), 1), 0
        for value, count in ordered:
            passed += count
            if passed >= rank:
                return value
        return ordered[-1][0]

    mean = sum(value * count for value, count in ordered) / total
    return {"mean": round(mean, 2), "median": ranked(0.5), "p95": ranked(0.95), "max": ordered[-1][0]}


def _digest(tool: str, pointer: str, value: Any) -> bytes:
    text = json.dumps([tool, pointer, value], ensure_ascii=True, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _most_first(counts: Counter[str], most: int | None = None) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most])
