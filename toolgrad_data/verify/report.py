"""What a verification found, as data: proved, screened and judged apart."""

from collections import Counter
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from graph.record import Judgement
from toolgrad_data.verify.checking import PROVED, SCREENED, Checked
from toolgrad_data.verify.distinctness import DistinctEntry, Likeness

#: The format of our own records; others are named as `--from` names them.
RECORDS_FORMAT = "records"
#: Of tools and reasons that a hostile file may have without end.
_NAMES_MAX = 1000


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PromiseCounts(_Model):
    """Records that keep a promise, break it, or in which it was not or could not be checked."""

    held: int = 0
    failed: int = 0
    unchecked: int = 0
    findings: Annotated[dict[str, int], Field(description="Findings by code.")] = {}


class Screened(_Model):
    """What rules say that can err."""

    promises: dict[str, PromiseCounts]
    composed_leaves: Annotated[
        int, Field(description="Argument leaves whose text the record's author wrote: grounded by his word alone.")
    ] = 0


class JudgeCounts(_Model):
    """What the records say that models judged; no model is asked here.

    Only whether outcomes and counts are those that the told trials give is checked again.
    """

    findings: Annotated[dict[str, int], Field(description="Findings by code.")] = {}

    records: Annotated[int, Field(description="Records that a model judged.")] = 0
    trials: int = 0
    solved: Annotated[int, Field(description="Trials that came to the record's own result.")] = 0
    naturalness: Annotated[float | None, Field(description="Mean score, 1 to 5.")] = None
    would_ask: Annotated[float | None, Field(description="Mean score, 1 to 5.")] = None


class Replay(_Model):
    """Steps that were run again, by outcome, and why others could not be."""

    steps: int = 0
    outcomes: Annotated[
        dict[str, int], Field(description="same, same_shape (not deterministic), differs, not_checkable")
    ] = {}
    not_checkable: Annotated[dict[str, int], Field(description="Steps by why they cannot be run as they were.")] = {}
    changed_tools: Annotated[
        dict[str, list[int]], Field(description="Tools with other parameters than records say: the first lines.")
    ] = {}
    vanished_tools: Annotated[
        dict[str, list[int]], Field(description="Tools that are not loaded: the first lines.")
    ] = {}


class Wrong(_Model):
    """One thing that is wrong: with a line (`promise` null), or with a promise of its record."""

    line: int
    id: str | None
    promise: str | None
    code: str
    message: str
    where: Annotated[str, Field(description="JSON Pointer into the record, or empty.")] = ""
    because: Annotated[str, Field(description="What the record has instead, or empty.")] = ""


class VerificationReport(_Model):
    """The verification of one file."""

    schema_version: Literal[2] = 2
    file: str
    format: str = RECORDS_FORMAT
    lines: Annotated[int, Field(description="Lines that are not blank.")] = 0
    records: Annotated[int, Field(description="Lines that are records and were checked.")] = 0
    clean: Annotated[int, Field(description="Records with nothing wrong.")] = 0
    unreadable: Annotated[int, Field(description="Lines that are no record.")] = 0
    skipped: Annotated[
        dict[str, int], Field(description="Lines in which there is nothing to check, by why; not among the others.")
    ] = {}
    line_problems: Annotated[dict[str, int], Field(description="What is wrong with lines, by code.")] = {}
    proved: dict[str, PromiseCounts] = {}
    screened: Screened = Screened(promises={})
    judged: JudgeCounts = JudgeCounts()
    not_checkable: Annotated[
        dict[str, dict[str, int]], Field(description="Records by promise and why the format cannot show it.")
    ] = {}
    false_claims: Annotated[
        dict[str, int], Field(description="Records that say they keep a promise and do not, by promise.")
    ] = {}
    unproved_claims: Annotated[
        dict[str, int], Field(description="Records that say they keep a promise that was not checked here.")
    ] = {}
    replay: Annotated[Replay | None, Field(description="Null without replay.")] = None
    findings: Annotated[list[Wrong], Field(description="The first of them, in the order they were found.")] = []
    findings_total: int = 0
    warnings: Annotated[list[Wrong], Field(description="The first of what was noticed and refuses nothing.")] = []
    warnings_by_code: dict[str, int] = {}
    notes: list[str] = []
    seconds: float = 0.0

    @property
    def has_findings(self) -> bool:
        """Whether anything is wrong."""
        return self.clean < self.lines or bool(self.findings_total)


class Collector:
    """Counts checked lines into a report; keeps the first `shown` findings and the lines that failed."""

    def __init__(self, file: str, *, format: str, replay: bool, shown: int) -> None:
        self._report = VerificationReport(file=file, format=format)
        self._replay = Replay() if replay else None
        self._shown = shown
        self._counts = {name: PromiseCounts() for name in (*PROVED, *SCREENED)}
        self._codes: dict[str, Counter[str]] = {name: Counter() for name in (*self._counts, "judged")}
        self._problems: Counter[str] = Counter()
        self._warnings: Counter[str] = Counter()
        self._claims: Counter[str] = Counter()
        self._unproved: Counter[str] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        self._not_checkable: dict[str, Counter[str]] = {}
        self._unchecked: Counter[str] = Counter()
        self._scores: dict[str, list[float]] = {"naturalness": [0, 0], "would_ask": [0, 0]}
        self._notes: Counter[str] = Counter()
        self._failed_late: set[int] = set()
        self.findings = 0

    def add(self, checked: Checked) -> None:
        """Count one line. Distinctness is counted later, by `repeated` and `alike`."""
        if checked.skipped is not None:
            self._skipped[checked.skipped] += 1
            return
        self._report.lines += 1
        for name, reason in checked.not_checkable.items():
            reasons = self._not_checkable.setdefault(name, Counter())
            reasons[reason if reason in reasons or len(reasons) < _NAMES_MAX else "other reasons"] += 1
        for problem in checked.problems:
            self._problems[problem.code] += 1
            self._note(checked.number, checked.id, None, problem.code, problem.message)
        if checked.traits is None:
            self._report.unreadable += 1
            return
        self._report.records += 1
        self._report.clean += not checked.failed
        for name, kept in checked.promises.items():
            self._count(name, kept)
            if name in checked.claims and kept is False:
                self._claims[name] += 1
            if name in checked.claims and kept is None and name != "distinct":
                self._unproved[name] += 1
        for found in checked.findings:
            self._codes[found.promise][found.code] += 1
            self._note(checked.number, checked.id, *found)
        for found in checked.warnings:
            self._warnings[found.code] += 1
            if len(self._report.warnings) < self._shown:
                self._report.warnings.append(_wrong(checked.number, checked.id, *found))
        for note in checked.notes:
            self._notes[note if note in self._notes or len(self._notes) < _NAMES_MAX else "with other plugins"] += 1
        self._report.screened.composed_leaves += checked.composed
        self._add_judge(checked.judge)
        self._add_replay(checked)

    def add_repeated_id(self, entry: DistinctEntry, before: int) -> None:
        """Count a record with the id of an earlier line."""
        self._problems["repeated_id"] += 1
        self._fail_late(entry)
        message = f"line {before} has the id {entry.id} too; an id stands for one record"
        self._note(entry.number, entry.id, None, "repeated_id", message)

    def alike(self, found: Likeness) -> None:
        """Count a record that an earlier one is like."""
        entry, code = found.entry, found.code
        counts = self._counts["distinct"]
        counts.held -= 1
        counts.failed += 1
        self._codes["distinct"][code] += 1
        self._claims["distinct"] += entry.claimed
        self._fail_late(entry)
        where = "/turns" if code == "same_calls" else "/turns/0/query"
        self._note(entry.number, entry.id, "distinct", code, found.message, where)

    def assume_distinct(self) -> None:
        """Count every record as distinct; `alike` then takes back what is not."""
        counts = self._counts["distinct"]
        counts.held, counts.unchecked = counts.held + counts.unchecked, 0

    def report(self, *, seconds: float, notes: list[str]) -> VerificationReport:
        """Return the report."""
        for name, counts in self._counts.items():
            counts.findings = _most_first(self._codes[name])
        report = self._report
        report.judged.findings = _most_first(self._codes["judged"])
        report.proved = {name: self._counts[name] for name in PROVED}
        report.screened.promises = {name: self._counts[name] for name in SCREENED}
        report.warnings_by_code = _most_first(self._warnings)
        report.line_problems = _most_first(self._problems)
        report.false_claims = _most_first(+self._claims)
        report.skipped = _most_first(self._skipped)
        report.not_checkable = {name: _most_first(self._not_checkable[name]) for name in sorted(self._not_checkable)}
        report.unproved_claims = _most_first(self._unproved)
        if self._replay is not None:
            self._replay.outcomes = _most_first(self._outcomes)
            self._replay.not_checkable = _most_first(self._unchecked)
            report.replay = self._replay
        for name, (total, count) in self._scores.items():
            setattr(report.judged, name, round(total / count, 3) if count else None)
        report.findings_total = self.findings
        report.seconds = round(seconds, 3)
        counted = (f"{count:,} record{'s' * (count > 1)} {note}" for note, count in self._notes.most_common())
        report.notes = [*notes, *counted]
        return report

    def _count(self, name: str, kept: bool | None) -> None:
        counts = self._counts[name]
        counts.held += kept is True
        counts.failed += kept is False
        counts.unchecked += kept is None

    def _fail_late(self, entry: DistinctEntry) -> None:
        if not entry.failed and entry.number not in self._failed_late:
            self._failed_late.add(entry.number)
            self._report.clean -= 1

    def _note(self, line: int, id: str | None, promise: str | None, *found: str) -> None:
        self.findings += 1
        if len(self._report.findings) < self._shown:
            self._report.findings.append(_wrong(line, id, promise, *found))

    def _add_judge(self, judge: Judgement | None) -> None:
        if judge is None:
            return
        judged = self._report.judged
        judged.records += 1
        judged.trials += judge.trials
        judged.solved += judge.solved
        for name, sums in self._scores.items():
            sums[0] += getattr(judge, name)
            sums[1] += 1

    def _add_replay(self, checked: Checked) -> None:
        if self._replay is None:
            return
        self._replay.steps += sum(checked.outcomes.values())
        self._outcomes += checked.outcomes
        # A few thousand different reasons at most: messages may name what is special to a step.
        for reason, count in checked.unchecked.items():
            known = reason in self._unchecked or len(self._unchecked) < _NAMES_MAX
            self._unchecked[reason if known else "other reasons"] += count
        for tools, kind, words in (
            (checked.changed_tools, self._replay.changed_tools, "takes other parameters now than the record says"),
            (checked.vanished_tools, self._replay.vanished_tools, "is not among the tools loaded"),
        ):
            for name in sorted(tools):
                known = name in kind or len(kind) < _NAMES_MAX
                lines = kind.setdefault(name if known else "other tools", [])
                if not lines:
                    code = "tool_changed" if kind is self._replay.changed_tools else "tool_vanished"
                    self._note(checked.number, checked.id, "replayed", code, f"the tool {name} {words}")
                if len(lines) < 5:
                    lines.append(checked.number)


def _wrong(
    line: int, id: str | None, promise: str | None, code: str, message: str, where: str = "", because: str = ""
) -> Wrong:
    return Wrong(line=line, id=id, promise=promise, code=code, message=message, where=where, because=because)


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
