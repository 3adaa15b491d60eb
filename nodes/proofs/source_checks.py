"""Does a source hold: is the value of an argument leaf really there?"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple, assert_never

from graph.record import (
    ComposedSource,
    ContextSource,
    DefaultSource,
    DerivedSource,
    RecordContext,
    Source,
    Step,
    StepSource,
    UserSource,
)
from graph.spans import occurrences, stands_whole
from nodes.marks.called import names_code
from nodes.marks.figures import Clock, Day, Month, Number, Offset, figures_of
from nodes.marks.find import find_words
from nodes.marks.infer import setting_of
from nodes.marks.operations import DerivationError, json_number, recompute
from nodes.marks.quantities import exact
from nodes.marks.says import Place, Setting, says
from nodes.marks.wording import opens_sentence
from nodes.proofs.schemas import default_of, leaf_name, leaf_schema
from nodes.proofs.unsayable import unsayable
from tool_registry.json_pointer import MISSING, equal, resolve

_DEPTH_MAX = 8
_READINGS_MAX = 64


class Leaf(NamedTuple):
    """An argument leaf: its pointer and value, and the parameters schema of its tool."""

    pointer: str
    value: Any
    parameters: dict[str, Any]

    @property
    def schema(self) -> dict[str, Any]:
        """The innermost schema of the leaf."""
        return leaf_schema(self.parameters, self.pointer)

    @property
    def name(self) -> str:
        """The name of the parameter that the leaf belongs to."""
        return leaf_name(self.pointer)


class Problem(NamedTuple):
    """Why a source does not hold: a code and a sentence."""

    code: str
    message: str


class _UnresolvedError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(code, message)


def shown(value: Any) -> str:
    """Return the value as JSON, shortened for a message."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(type(value))
    return text if len(text) <= 80 else text[:77] + "..."


def same_value(a: Any, b: Any) -> bool:
    """Compare computed values: as JSON, but numbers to 12 significant digits, the rest is binary noise."""
    if equal(a, b):
        return True
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (a, b))
    try:
        return numbers and math.isclose(a, b, rel_tol=5e-13, abs_tol=0.0)
    except OverflowError:
        return False


def readings(quote: str, setting: Setting) -> list[Any]:
    """Return what a quote may mean as a derivation's input: a number, a date or time, the text itself."""
    figures = figures_of(quote, setting.locale)
    found: list[Any] = [
        json_number(reading.value)
        for figure in figures
        for reading in figure.readings
        if isinstance(reading, Number) and reading.value.adjusted() < 300
    ]
    parts = {type(reading): reading for figure in figures for reading in figure.readings[:1]}
    day, clock, offset = parts.get(Day), parts.get(Clock), parts.get(Offset)
    if isinstance(day, Day) and day.year is not None:
        date = f"{day.year:04d}-{day.month:02d}-{day.day:02d}"
        if isinstance(clock, Clock):
            zone = f"{_offset(offset.minutes)}" if isinstance(offset, Offset) else ""
            found.append(f"{date}T{_clock(clock)}{zone}")
        found.append(date)
    elif isinstance(clock, Clock):
        found.append(_clock(clock))
    month = parts.get(Month)
    if isinstance(month, Month) and month.year is not None:
        found.append(f"{month.year:04d}-{month.month:02d}")
    return [*found, quote]


def _offset(minutes: int) -> str:
    return "Z" if not minutes else f"{'+' if minutes > 0 else '-'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _clock(clock: Clock) -> str:
    text = f"{clock.hour:02d}:{clock.minute:02d}"
    return text if not clock.second else f"{text}:{clock.second:02f}"


def _resolve(document: Any, pointer: str, where: str) -> Any:
    try:
        found = resolve(document, pointer)
    except ValueError as error:
        raise _UnresolvedError("bad_pointer", f"{error} (looked for in {where})") from error
    if found is MISSING:
        raise _UnresolvedError("no_such_pointer", f"{where} has nothing at {pointer!r}")
    return found


def _is_text_of(span: str, value: Any) -> bool:
    if isinstance(value, str):
        return span == value
    if isinstance(value, bool) or value is None:
        return span == json.dumps(value)
    if isinstance(value, int | float):
        figures = figures_of(span)
        number = figures[0].readings[0] if len(figures) == 1 else None
        return isinstance(number, Number) and not number.ordinal and number.value == exact(value)
    return False


@dataclass(frozen=True)
class Grounds:
    """What the arguments of one step may come from.

    `queries` are those of this and of earlier turns; `earlier` maps the ids of earlier steps, in order, to
    them.
    """

    queries: Sequence[str]
    earlier: Mapping[str, Step]
    context: RecordContext
    #: Whether the record says which words are paraphrases: not in version 1.
    is_strict: bool = True
    #: All results of the record, which may call a code by the name that the person says.
    results: Sequence[Any] = ()

    @property
    def setting(self) -> Setting:
        """What words are read against."""
        return setting_of(self.context)

    def problem(self, source: Source, leaf: Leaf, *, allow_composed: bool = False) -> Problem | None:
        """Return why the source does not give the leaf its value, or None when it does. Never raises."""
        try:
            match source:
                case UserSource():
                    self._user(source, leaf)
                case StepSource():
                    self._step(source, leaf.value)
                case ContextSource():
                    self._same(self._in_context(source), leaf.value, f"the context at {source.pointer!r}")
                case DefaultSource():
                    self._default(leaf)
                case DerivedSource():
                    self._derived(source, leaf.value)
                case ComposedSource():
                    self._composed(source, leaf.value, allow_composed)
                case _:
                    assert_never(source)
        except _UnresolvedError as error:
            return error.problem
        return None

    def _same(self, found: Any, value: Any, where: str) -> None:
        if not equal(found, value):
            raise _UnresolvedError("other_value", f"{where} is {shown(found)}, not {shown(value)}")

    def _user(self, source: UserSource, leaf: Leaf) -> None:
        schema = leaf.schema
        if reason := unsayable(leaf.value, schema):
            raise _UnresolvedError("nobody_types_this", f"{shown(leaf.value)} cannot come from a user: {reason}")
        self._stands(source)
        place = Place(leaf.value, schema, leaf.name)
        opening = opens_sentence(self.queries[source.turn], source.start)
        verdict = says(source.quote, place, self.setting, opening=opening).verdict
        if (
            verdict == "said"
            or (verdict == "could" and (source.paraphrase or not self.is_strict))
            or self._is_carried_over(source, leaf.value)
            or (source.paraphrase and names_code(source.quote, leaf.value, self.results, self.setting.locale))
        ):
            return
        message = f"the quote {source.quote!r} does not say {shown(leaf.value)}"
        raise _UnresolvedError("quote_does_not_say", message)

    def _stands(self, source: UserSource) -> None:
        """Check that the quote stands where the source says, with no word or number cut."""
        if source.turn >= len(self.queries):
            raise _UnresolvedError("not_in_query", f"there is no query of turn {source.turn} so far")
        query = self.queries[source.turn]
        if query[source.start : source.end] != source.quote or not stands_whole(query, source.start, source.end):
            message = f"the quote {source.quote!r} does not stand at {source.start} in the query of turn {source.turn}"
            raise _UnresolvedError("not_in_query", message)

    def _is_carried_over(self, source: UserSource, value: Any) -> bool:
        """Say whether words without a figure ("there", "the same amount") may mean what an earlier turn said."""
        if not source.paraphrase or source.turn == 0 or figures_of(source.quote, self.setting.locale):
            return False
        return any(find_words(text, Place(value), self.setting) for text in self.queries[: source.turn])

    def _earlier(self, step: str) -> Step:
        found = self.earlier.get(step)
        if found is None:
            known = ", ".join(self.earlier) or "none"
            raise _UnresolvedError("not_an_earlier_step", f"{step!r} is no earlier step; earlier are: {known}")
        return found

    def _at_step(self, source: StepSource) -> Any:
        return _resolve(self._earlier(source.step).result, source.pointer, f"the result of {source.step}")

    def _step(self, source: StepSource, value: Any) -> None:
        found = self._at_step(source)
        where = f"the result of {source.step} at {source.pointer!r}"
        if source.span is None:
            self._same(found, value, where)
            return
        if not isinstance(found, str) or not any(occurrences(source.span, found)):
            raise _UnresolvedError("no_such_span", f"{where} does not hold {source.span!r} on word boundaries")
        if not _is_text_of(source.span, value):
            raise _UnresolvedError("other_value", f"the span {source.span!r} is not the text of {shown(value)}")

    def _in_context(self, source: ContextSource) -> Any:
        found = _resolve(self.context.model_dump(mode="python"), source.pointer, "the context")
        if found is None:
            raise _UnresolvedError("not_in_context", f"the context tells nothing at {source.pointer!r}")
        return found

    def _default(self, leaf: Leaf) -> None:
        default = default_of(leaf.parameters, leaf.pointer)
        if default is MISSING:
            raise _UnresolvedError("no_default", f"the schema of {leaf.pointer!r} has no default")
        self._same(default, leaf.value, f"the default of {leaf.pointer!r}")

    def _derived(self, source: DerivedSource, value: Any) -> None:
        outcomes = self._outcomes(source, depth=0)
        if not any(same_value(outcome, value) for outcome in outcomes):
            gives = " or ".join(shown(outcome) for outcome in outcomes[:3])
            raise _UnresolvedError("other_value", f"{source.op} gives {gives}, not {shown(value)}")

    def _outcomes(self, source: DerivedSource, depth: int) -> list[Any]:
        if depth > _DEPTH_MAX:
            raise _UnresolvedError("too_deep", f"derivations are nested more than {_DEPTH_MAX} deep")
        inputs = [self._inputs(part, depth) for part in source.of]
        if math.prod(len(part) for part in inputs) > _READINGS_MAX:
            raise _UnresolvedError("ambiguous", f"the quotes of {source.op} can be read in too many ways")
        outcomes: list[Any] = []
        failure = "no values"
        for values in product(*inputs):
            try:
                outcome = recompute(source.op, list(values), source.params)
            except DerivationError as error:
                failure = str(error)
                continue
            if not any(equal(outcome, known) for known in outcomes):
                outcomes.append(outcome)
        if not outcomes:
            raise _UnresolvedError("bad_derivation", failure)
        return outcomes

    def _inputs(self, source: Source, depth: int) -> list[Any]:
        match source:
            case UserSource():
                return self._said(source)
            case StepSource():
                found = self._at_step(source)
                if source.span is None:
                    return [found]
                if not isinstance(found, str) or not any(occurrences(source.span, found)):
                    raise _UnresolvedError("no_such_span", f"the result of {source.step} does not hold {source.span!r}")
                return readings(source.span, self.setting)
            case ContextSource():
                return [self._in_context(source)]
            case DerivedSource():
                return self._outcomes(source, depth + 1)
            case DefaultSource() | ComposedSource():
                raise _UnresolvedError("bad_derivation", f"a {source.kind} source gives a derivation no value")
            case _:
                assert_never(source)

    def _said(self, source: UserSource) -> list[Any]:
        self._stands(source)
        said = [value for value in readings(source.quote, self.setting) if not unsayable(value, {})]
        if not said:
            raise _UnresolvedError("quote_does_not_say", f"the quote {source.quote!r} says no value")
        return said

    def _composed(self, source: ComposedSource, value: Any, allowed: bool) -> None:
        if not allowed:
            raise _UnresolvedError("composed_not_allowed", "composed text is not allowed in this run")
        if not isinstance(value, str):
            raise _UnresolvedError("composed_not_text", f"only text is composed, not {shown(value)}")
        for part in source.of:
            if not isinstance(part, DefaultSource | ComposedSource):
                self._inputs(part, depth=0)
