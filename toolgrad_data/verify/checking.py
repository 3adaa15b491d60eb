"""What is found in one line: proved again from the record, and from the tools when it is replayed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.record import Finding, Judgement, Record
from graph.sources import ComposedSource, Source
from nodes.drafts import warnings_of
from nodes.proofs import prove
from nodes.proofs.distinct import calls_key, grams
from toolgrad_data.files.lines import Line
from toolgrad_data.files.record_lines import NotARecordError, Problem, parse_line
from toolgrad_data.verify import judgement
from toolgrad_data.verify.distinctness import RecordTraits
from toolgrad_data.verify.printing import printable
from toolgrad_data.verify.replayed import Replayed
from toolgrad_data.verify.unknown_plugins import screens_of, unknown_sources

PROVED = ("executed", "typed", "grounded", "replayed", "distinct", "cited")
SCREENED = ("natural", "faithful")
PROMISES = (*PROVED, *SCREENED)


class PlacedFinding(NamedTuple):
    """A finding of a promise, fit for printing."""

    promise: str
    code: str
    message: str
    where: str
    because: str = ""


@dataclass
class Checked:
    """What is known of one line. `promises` is true, false, or None where it was not checked.

    `end` is where the line ends in the file, in bytes. `warnings` refuse nothing. `claims` are the promises that the
    record says it keeps. `notes` are of what it was made with and is not here. `judge` is what the record says a model
    judged. `skipped` is why there is nothing to check in the line, `not_checkable` why promises cannot be checked in
    its format.
    """

    number: int
    end: int
    id: str | None = None
    problems: list[Problem] = field(default_factory=list)
    skipped: str | None = None
    not_checkable: dict[str, str] = field(default_factory=dict)
    promises: dict[str, bool | None] = field(default_factory=dict)
    findings: list[PlacedFinding] = field(default_factory=list)
    warnings: list[PlacedFinding] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    traits: RecordTraits | None = None
    composed: int = 0
    judge: Judgement | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    unchecked: Counter[str] = field(default_factory=Counter)
    changed_tools: set[str] = field(default_factory=set)
    vanished_tools: set[str] = field(default_factory=set)

    @property
    def failed(self) -> bool:
        """Whether something is wrong with the line."""
        return bool(self.problems or self.findings or self.changed_tools or self.vanished_tools)


def check_record(
    record: Record,
    line: Line,
    *,
    allow_composed: bool = False,
    replayed: Replayed | None = None,
    not_checkable: Mapping[str, str] | None = None,
    audited: Sequence[Finding] = (),
    screens: Sequence[str] = (),
) -> Checked:
    """Prove the record again. It is trusted in nothing: not in its verification, not in its flags.

    `not_checkable` are promises that the line's format cannot show, with the reason: of them nothing is said but what
    is `audited`, which the line shows by itself. `screens` are packages' screens, beside those that
    the record has passed.
    """
    passed, notes = screens_of(record)
    proved = prove(record, allow_composed=allow_composed, screens=list(dict.fromkeys([*screens, *passed])))
    checked = Checked(number=line.number, end=line.end, id=printable(record.id, 80))
    checked.not_checkable = dict(not_checkable or {})
    checked.promises = {name: getattr(proved, name) for name in PROMISES}
    found = [*proved.findings, *(replayed.findings if replayed else ()), *judgement.check(record)]
    shown = [one for one in found if one.promise not in checked.not_checkable]
    checked.findings = [_printable(one) for one in (*shown, *audited)]
    checked.notes = [*notes, *unknown_sources(record), *_unmarked(record)]
    checked.warnings = [_printable(one) for one in warnings_of(record)]
    _settle(checked, replayed)
    checked.promises.update(dict.fromkeys(checked.not_checkable))
    checked.promises.update(dict.fromkeys((one.promise for one in audited), False))
    checked.claims = [name for name in PROMISES if getattr(record.verification, name) is True]
    checked.traits = traits(record)
    checked.composed = sum(
        _count_composed(source) for turn in record.turns for step in turn.steps for source in step.sources.values()
    )
    checked.judge = record.judge
    if replayed is not None:
        checked.outcomes = replayed.outcomes
        checked.unchecked = Counter({printable(reason): count for reason, count in replayed.unchecked.items()})
        checked.changed_tools = {printable(name, 64) for name in replayed.changed_tools}
        checked.vanished_tools = {printable(name, 64) for name in replayed.vanished_tools}
    return checked


def unreadable(line: Line, error: NotARecordError) -> Checked:
    """Return what is known of a line that is no record."""
    problems = [Problem(problem.code, printable(problem.message)) for problem in error.problems]
    return Checked(line.number, line.end, printable(error.id, 80) if error.id else None, problems)


def traits_of_line(line: Line) -> Checked:
    """Return no more than what the line is compared by: for files that are not themselves checked."""
    try:
        record = parse_line(line)
    except NotARecordError as error:
        return unreadable(line, error)
    return Checked(line.number, line.end, printable(record.id, 80), traits=traits(record))


def traits(record: Record) -> RecordTraits:
    """Return what the record is compared with others by."""
    order = (record.meta.run_seed, record.meta.index)
    return RecordTraits(order, calls_key(record), grams(record))


def _printable(found: Finding) -> PlacedFinding:
    return PlacedFinding(
        found.promise, found.code, printable(found.message), printable(found.where, 200), printable(found.because, 200)
    )


def _unmarked(record: Record) -> Iterator[str]:
    """Yield what older records do not mark, so that it is not proved."""
    dialogue = record.turns if record.schema_version != 1 else ()
    if any(turn.refuses is not None and turn.declines is None for turn in dialogue):
        yield "with a refusal whose words are not marked: that they decline is not checked"
    if any(turn.awaits and turn.questions is None for turn in dialogue):
        yield "with a question back whose words are not marked: what they ask for is not checked"


def _settle(checked: Checked, replayed: Replayed | None) -> None:
    """Decide what only the tools can tell: without them a record's own structure proves no execution."""
    broken = {found.promise for found in checked.findings}
    for name in broken & set(PROMISES):
        checked.promises[name] = False
    for name in ("executed", "replayed"):
        if name not in broken:
            checked.promises[name] = None
    if replayed is None:
        return
    if replayed.outcomes["differs"]:
        checked.promises["executed"] = False
    elif not replayed.outcomes["not_checkable"] and "replayed" not in broken:
        checked.promises["replayed"] = True
        # Of a tool that answers differently each time only the shape can be shown.
        if not replayed.outcomes["same_shape"] and "executed" not in broken:
            checked.promises["executed"] = True


def _count_composed(source: Source) -> int:
    return sum(isinstance(part, ComposedSource) for part in source.whole())
