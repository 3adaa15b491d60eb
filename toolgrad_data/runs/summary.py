"""`summary.json`: what a run has made so far, counted from its files."""

import math
from array import array
from collections import Counter
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from graph.record import Record, RejectedRecord, RoleUsage, Usage
from nodes.reasons import lacking
from toolgrad_data.runs.limits import LimitName
from toolgrad_data.runs.spending import known_cost

_MOST, _MESSAGE_MAX = 10, 200


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SampleSeconds(_Model):
    """Wall time of one sample from start to verdict, in seconds; pauses of an interrupted run included."""

    mean: float = 0.0
    median: float = 0.0
    p95: float = 0.0
    max: float = 0.0


class Session(_Model):
    """What the last command did; earlier ones on the same run are not included."""

    samples: Annotated[int, Field(description="Samples that got their verdict.")] = 0
    seconds: Annotated[float, Field(description="Wall time of the command's run, in seconds.")] = 0.0
    samples_per_minute: float = 0.0
    tool_problems: Annotated[int, Field(description="Tools and sources that could not be loaded.")] = 0
    stopped_by: Annotated[LimitName | None, Field(description="The limit that ended the last command.")] = None
    stopped_with: Annotated[str | None, Field(description="How far it went, in words.")] = None

    @classmethod
    def of(cls, samples: int, seconds: float, tool_problems: int) -> "Session":
        """Return what a command did that has made samples in so many seconds."""
        rate = round(60 * samples / seconds, 1) if seconds else 0.0
        return cls(samples=samples, seconds=round(seconds, 3), samples_per_minute=rate, tool_problems=tool_problems)


class FailedCalls(_Model):
    """Calls of rejected samples that failed, of one tool and one kind of failure."""

    tool: str
    kind: str
    calls: int
    message: Annotated[str, Field(description="What the first of them said.")]


class NoValue(_Model):
    """A required parameter that no value was found for, where nothing else could be called either."""

    tool: str
    parameter: str
    samples: Annotated[int, Field(description="Rejected samples that it is a reason of.")]


class Summary(_Model):
    """Counts over `records.jsonl` and `rejected.jsonl`."""

    schema_version: Literal[1] = 1
    seed: int
    samples: Annotated[int, Field(description="Samples asked for.")]
    accepted: int = 0
    rejected: int = 0
    missing: Annotated[int, Field(description="Samples asked for that have no verdict yet, and do not wait.")] = 0
    waiting: Annotated[int, Field(description="Samples whose proved records wait for a person.")] = 0
    acceptance_rate: Annotated[float | None, Field(description="Accepted among those with a verdict, 0 to 1.")] = None
    rejected_by_reason: Annotated[
        dict[str, int],
        Field(description="Records for each kind of reason; one with two kinds counts for both."),
    ] = {}
    failed_most: Annotated[
        list[FailedCalls], Field(description="What failed most in rejected samples, at most ten.")
    ] = []
    no_value: Annotated[
        list[NoValue], Field(description="What could not be filled most often in rejected samples, at most ten.")
    ] = []
    left_out: Annotated[dict[str, str], Field(description="Tools that crashed two samples, and the exception.")] = {}
    lengths: Annotated[dict[str, int], Field(description="Accepted records by number of calls.")] = {}
    tools: Annotated[dict[str, int], Field(description="Calls in accepted records by tool, the most used first.")] = {}
    stop_reasons: Annotated[dict[str, int], Field(description="Accepted records by what ended their loop.")] = {}
    tool_calls: Annotated[int, Field(description="Calls executed for all samples, selected or not.")] = 0
    tool_failures: Annotated[int, Field(description="Part of `tool_calls` that failed.")] = 0
    sample_seconds: SampleSeconds = SampleSeconds()
    usage: Annotated[Usage, Field(description="What the model calls of all samples with a verdict took.")] = Usage()
    known_cost_usd: Annotated[
        float, Field(description="The part of the cost that is known: all of it when `usage.cost_usd` is not null.")
    ] = 0.0
    cost_per_accepted_usd: Annotated[
        float | None,
        Field(description="`usage.cost_usd`, rejected samples included, for each accepted record; null when unknown."),
    ] = None
    unfinished_usage: Annotated[
        RoleUsage,
        Field(description="What samples took that the last command left without a verdict, in their checkpoints."),
    ] = RoleUsage()
    session: Session = Session()


class Tally:
    """Counts records as they are committed, so that a summary needs no second reading of the files."""

    def __init__(self) -> None:
        self.accepted = 0
        self.rejected = 0
        self._reasons: Counter[str] = Counter()
        self._failed: Counter[tuple[str, str]] = Counter()
        self._said: dict[tuple[str, str], str] = {}
        self._no_value: Counter[tuple[str, str]] = Counter()
        self._lengths: Counter[int] = Counter()
        self._tools: Counter[str] = Counter()
        self._stop_reasons: Counter[str] = Counter()
        self._seconds = array("d")
        self._tool_calls = 0
        self._tool_failures = 0
        self._usage = Usage()
        self._known_cost_usd = 0.0

    def add(self, record: Record) -> None:
        """Count one record, accepted or (a RejectedRecord) rejected."""
        if isinstance(record, RejectedRecord):
            self.rejected += 1
            self._reasons.update(reason_kinds(record))
            self._no_value.update(lack for reason in record.reasons if (lack := lacking(reason)) is not None)
            for attempt in record.attempts:
                if attempt.error is not None:
                    failure = (attempt.tool, attempt.error.kind)
                    self._failed[failure] += 1 + attempt.repairs
                    self._said.setdefault(failure, " ".join(attempt.error.message.split())[:_MESSAGE_MAX])
        else:
            self.accepted += 1
            steps = [step for turn in record.turns for step in turn.steps]
            self._lengths[len(steps)] += 1
            self._stop_reasons[record.meta.stop_reason] += 1
            self._tools.update(step.tool for step in steps)
        self._tool_calls += record.meta.tool_calls
        self._tool_failures += record.meta.tool_failures
        add_usage(self._usage, record.meta.usage)
        self._known_cost_usd += known_cost(record.meta.usage)
        if (seconds := _duration(record)) is not None:
            self._seconds.append(seconds)

    def summary(
        self,
        seed: int,
        samples: int,
        missing: int,
        session: Session,
        unfinished: RoleUsage | None = None,
        left_out: dict[str, str] | None = None,
        waiting: int = 0,
    ) -> Summary:
        """Return the counts so far; `unfinished` is what samples without a verdict took."""
        judged = self.accepted + self.rejected
        cost = self._usage.cost_usd
        return Summary(
            seed=seed,
            samples=samples,
            accepted=self.accepted,
            rejected=self.rejected,
            missing=missing,
            waiting=waiting,
            acceptance_rate=round(self.accepted / judged, 4) if judged else None,
            rejected_by_reason=_most_first(self._reasons),
            failed_most=[
                FailedCalls(tool=tool, kind=kind, calls=calls, message=self._said[tool, kind])
                for (tool, kind), calls in self._failed.most_common(_MOST)
            ],
            no_value=[
                NoValue(tool=tool, parameter=parameter, samples=samples)
                for (tool, parameter), samples in self._no_value.most_common(_MOST)
            ],
            left_out=left_out or {},
            lengths={str(length): self._lengths[length] for length in sorted(self._lengths)},
            tools=_most_first(self._tools),
            stop_reasons=_most_first(self._stop_reasons),
            tool_calls=self._tool_calls,
            tool_failures=self._tool_failures,
            sample_seconds=_sample_seconds(self._seconds),
            usage=self._usage.model_copy(deep=True),
            known_cost_usd=self._known_cost_usd,
            cost_per_accepted_usd=cost / self.accepted if cost is not None and self.accepted else None,
            unfinished_usage=unfinished or RoleUsage(),
            session=session,
        )


def reason_kinds(record: RejectedRecord) -> list[str]:
    """Return why a record was rejected, without what is special to it, each kind once."""
    kinds = [f"{finding.promise}: {finding.code}" for finding in record.verification.findings]
    # Other reasons read "kind: details".
    kinds = kinds or [reason.split(":", 1)[0] for reason in record.reasons[:1]]
    if not record.turns and not record.verification.findings:
        kinds = [f"{kind} ({record.meta.stop_reason})" if "crash" not in kind else kind for kind in kinds]
    return list(dict.fromkeys(kinds)) or ["no reason given"]


def add_usage(total: Usage, usage: Usage) -> None:
    """Add a sample's usage to the total in place; an unknown cost makes the sum unknown."""
    total.add(usage)
    for role, part in usage.by_role.items():
        total.by_role.setdefault(role, RoleUsage()).add(part)


def _duration(record: Record) -> float | None:
    try:
        start, end = (datetime.fromisoformat(moment) for moment in (record.meta.started_at, record.meta.finished_at))
        return max((end - start).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None  # a sample that failed before its first node has no start


def _sample_seconds(seconds: "array[float]") -> SampleSeconds:
    if not seconds:
        return SampleSeconds()
    ordered = sorted(seconds)

    def nearest_rank(share: float) -> float:
        return round(ordered[max(math.ceil(share * len(ordered)) - 1, 0)], 3)

    return SampleSeconds(
        mean=round(sum(ordered) / len(ordered), 3),
        median=nearest_rank(0.5),
        p95=nearest_rank(0.95),
        max=round(ordered[-1], 3),
    )


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
