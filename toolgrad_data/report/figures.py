"""What the report counts beside `toolgrad_data.stats`: how samples came to be, by tool and by iteration."""

from collections import Counter, defaultdict
from typing import NamedTuple

from graph.record import Attempt, Record, RejectedRecord
from toolgrad_data.stats.figures import StatsCollector

#: Upper ends of the classes of a call's time, in milliseconds, and their names.
_TIMES = ((1, "under 1 ms"), (10, "1–10 ms"), (100, "10–100 ms"), (1000, "0.1–1 s"), (10_000, "1–10 s"))
_SLOWEST = "over 10 s"
TIMES = (*(name for _, name in _TIMES), _SLOWEST)
_SHARES = ("none", "some", "half or more", "all")


class ToolUse(NamedTuple):
    """How often a tool was called: for calls that records keep, for others that worked, and in vain."""

    kept: int
    tried: int
    failed: int
    mean_ms: float | None


class RunFigures:
    """Counts a run's records, accepted and rejected ones. Memory grows with the number of different tools and codes."""

    def __init__(self, collector: StatsCollector) -> None:
        self.stats = collector
        self.accepted_by_target: Counter[int] = Counter()
        self.rejected_by_target: Counter[int] = Counter()
        self.turn_kinds: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.call_repairs: Counter[int] = Counter()
        self.iterations: dict[str, Counter[int]] = {name: Counter() for name in ("kept", "not kept", "failed")}
        self.looked_for: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self.times: Counter[str] = Counter()
        self.solved: Counter[str] = Counter()
        self._steps: Counter[str] = Counter()
        self._milliseconds: defaultdict[str, float] = defaultdict(float)
        self._attempts: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()

    def add(self, record: Record) -> None:
        """Count one record, accepted or (a RejectedRecord) rejected."""
        self.stats.add(record)
        accepted = not isinstance(record, RejectedRecord)
        if record.meta.target_calls is not None:
            by_target = self.accepted_by_target if accepted else self.rejected_by_target
            by_target[record.meta.target_calls] += 1
        self._add_history(record)
        for turn in record.turns:
            for step in turn.steps:
                self.times[_time_class(step.elapsed_ms)] += 1
                self._milliseconds[step.tool] += step.elapsed_ms
                self._steps[step.tool] += 1
        if not accepted:
            return
        self.turn_kinds.update(turn.kind.replace("_", " ") for turn in record.turns)
        self.warnings.update({f"{warning.promise}: {warning.code}" for warning in record.warnings})
        if record.judge is not None and record.judge.trials:
            self.solved[_share_class(record.judge.solved, record.judge.trials)] += 1

    def skip(self) -> None:
        """Count a line that is no record."""
        self.stats.skip()

    def tool_use(self) -> dict[str, ToolUse]:
        """Return each tool's use, the most called first."""
        found = {}
        for tool in self._attempts.keys() | self._steps.keys():
            kept, failed = self._steps[tool], self._failed[tool]
            tried = max(self._attempts[tool] - failed - kept, 0)
            mean = round(self._milliseconds[tool] / kept, 2) if kept else None
            found[tool] = ToolUse(kept, tried, failed, mean)
        return dict(sorted(found.items(), key=lambda item: (-sum(item[1][:3]), item[0])))

    def _add_history(self, record: Record) -> None:
        by_iteration: dict[int, list[Attempt]] = {}
        for attempt in record.attempts:
            self._attempts[attempt.tool] += 1
            self.call_repairs[attempt.repairs] += 1
            outcome = "failed" if not attempt.ok else "kept" if attempt.selected else "not kept"
            self.iterations[outcome][attempt.iteration] += 1
            by_iteration.setdefault(attempt.iteration, []).append(attempt)
            if attempt.error is not None:
                self._failed[attempt.tool] += 1
                self.errors[attempt.error.kind.replace("_", " ")] += 1
        for gradient in record.gradients:
            self.notes.update(note.kind.replace("_", " ") for note in gradient.notes)
            came = by_iteration.get(gradient.iteration + 1)
            if came is None or not (gradient.tools or gradient.wishes):
                continue
            called, kept = {each.tool for each in came}, {each.tool for each in came if each.selected}
            for tool in gradient.tools:
                outcome = "tool named: kept next" if tool in kept else "tool named: called next, not kept"
                self.looked_for[outcome if tool in called else "tool named: not called next"] += 1
            if gradient.wishes:
                self.looked_for["wish in words: a call kept next" if kept else "wish in words: nothing kept next"] += 1


def _time_class(milliseconds: float) -> str:
    return next((name for end, name in _TIMES if milliseconds < end), _SLOWEST)


def _share_class(solved: int, trials: int) -> str:
    none, some, half, whole = _SHARES
    if solved in (0, trials):
        return whole if solved else none
    return half if 2 * solved >= trials else some
