"""Does a source hold: does it give an argument leaf its value?

Each kind of source gives values: the one that stands there, or what words can be read as. The source holds where one of
them is the leaf's. Only of the person's words it is asked the other way round, whether they say the leaf's value
(`nodes/marks/says.py`): nobody could list all that "the day after" may mean.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, assert_never

from graph.record import RecordContext, Step
from graph.sources import ComposedSource, ContextSource, DefaultSource, DerivedSource, Source, StepSource, UserSource
from graph.spans import occurrences, stands_whole
from nodes.marks.called import says_code
from nodes.marks.figures import Ahead, Clock, Day, Month, Number, Weekday, figures_of
from nodes.marks.find import find_words
from nodes.marks.infer import setting_of
from nodes.marks.moments import faces_of
from nodes.marks.operations import DerivationError, json_number, recompute
from nodes.marks.says import Place, Setting, says, spells
from nodes.marks.wording import fold_words, names_in, opens_sentence
from nodes.proofs.schemas import default_of, leaf_schema
from nodes.proofs.unsayable import unsayable
from tool_registry.json.pointer import MISSING, equal, leaf_name, resolve
from tool_registry.json.schema import closed_values

_DEPTH_MAX = 8
_LONG = 40
#: A choice of more, such as all countries, is met by no hint alone.
_FEW = 20
_READINGS_MAX = 64
_LITERALS: Mapping[str, list[Any]] = {"true": [True], "false": [False], "null": [None]}
#: Verdicts of words that name a code: they do, or nothing tells what it is called.
_NAMED = ("said", "could")


@dataclass(frozen=True)
class Leaf:
    """An argument leaf: its pointer and value, and the parameters schema of its tool."""

    pointer: str
    value: Any
    parameters: dict[str, Any]

    @cached_property
    def place(self) -> Place:
        """What words may say: the value, its innermost schema and the name of its parameter."""
        return Place(self.value, leaf_schema(self.parameters, self.pointer), leaf_name(self.pointer))


class UngroundedError(Exception):
    """Why a source does not give a value: a code and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def show_value(value: Any) -> str:
    """Return the value as JSON, shortened for a message."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(type(value))
    return text if len(text) <= 80 else text[:77] + "..."


def readings(words: str, setting: Setting) -> list[Any]:
    """Return what words may mean as values: numbers, dates and times; the words themselves are the last."""
    found: list[Any] = []
    for reading in (reading for figure in figures_of(words, setting.locale) for reading in figure.readings):
        match reading:
            case Number(value=value) if value.adjusted() < 300:
                found.append(json_number(value))
            case Day(year=int(year), month=month, day=day):
                found.append(f"{year:04d}-{month:02d}-{day:02d}")
            case Clock(hour=hour, minute=minute):
                found.append(f"{hour:02d}:{minute:02d}")
    return [*found, words]


def _is_close(one: Any, other: Any) -> bool:
    """Compare computed values: as JSON, but numbers to 12 significant digits, the rest is binary noise."""
    try:
        return equal(one, other) or math.isclose(one, other, rel_tol=5e-13, abs_tol=0.0)
    except (OverflowError, TypeError):
        return False


@dataclass(frozen=True)
class Grounds:
    """What arguments may come from: the queries of this turn and earlier ones, earlier steps by id, and the context."""

    queries: Sequence[str]
    earlier: Mapping[str, Step]
    context: RecordContext
    #: Whether the record says which words are paraphrases: not in version 1.
    is_strict: bool = True
    #: All results of the record, which may call a code by the name that the person says.
    results: Sequence[Any] = ()
    #: What the assistant answered in the turns before, which a person may copy.
    responses: Sequence[str] = ()

    @cached_property
    def setting(self) -> Setting:
        """What words are read against."""
        return setting_of(self.context)

    def problem(self, source: Source, leaf: Leaf, *, allow_composed: bool = False) -> UngroundedError | None:
        """Return why the source does not give the leaf its value, or None when it does. Never raises."""
        try:
            if isinstance(source, ComposedSource) and not allow_composed:
                return UngroundedError("composed_not_allowed", "composed text is not allowed in this run")
            if isinstance(source, UserSource):
                return self._not_said(source, leaf)
            given = self._values(source, leaf)
        except UngroundedError as error:
            return error
        is_same = _is_close if isinstance(source, DerivedSource) else equal
        if any(is_same(value, leaf.value) for value in given):
            return None
        gives = " or ".join(show_value(value) for value in given[:3])
        return UngroundedError("other_value", f"the {source.kind} source gives {gives}, not {show_value(leaf.value)}")

    def quotes_for(self, leaf: Leaf) -> Iterator[UserSource]:
        """Yield words that may say the leaf, of the last query first."""
        for turn in range(len(self.queries) - 1, -1, -1):
            span = find_words(self.queries[turn], leaf.place, self.setting)
            if span is not None:
                quote = self.queries[turn][span[0] : span[1]]
                could = says(quote, leaf.place, self.setting, opening=True).verdict == "could"
                yield UserSource(turn=turn, start=span[0], end=span[1], quote=quote, paraphrase=could)

    def _not_said(self, source: UserSource, leaf: Leaf) -> UngroundedError | None:
        reason = unsayable(leaf.value, leaf.place.schema)
        if reason and not self._was_told(leaf.value, source.turn):
            return UngroundedError("nobody_types_this", f"{show_value(leaf.value)} cannot come from a user: {reason}")
        self._check_span(source)
        if spells(source.quote, leaf.value, self.setting.locale):
            return None
        opening = opens_sentence(self.queries[source.turn], source.start)
        verdict = says(source.quote, leaf.place, self.setting, opening=opening).verdict
        if verdict == "said" or (verdict == "could" and not self.is_strict):
            return None
        if source.paraphrase and verdict == "could" and self._can_be_meant(source, leaf):
            return None
        if source.paraphrase and self._is_called_so(source, leaf.value):
            return None
        return UngroundedError(
            "quote_does_not_say", f"the quote {source.quote!r} does not say {show_value(leaf.value)}"
        )

    def _was_told(self, value: Any, turn: int) -> bool:
        """Say whether a response before that turn has the value, letter by letter."""
        text = value if isinstance(value, str) else json.dumps(value)
        return bool(text.strip()) and any(any(occurrences(text, response)) for response in self.responses[:turn])

    def _can_be_meant(self, source: UserSource, leaf: Leaf) -> bool:
        """Say whether somebody could know the value from the words: "my account" gives nobody its number.

        It is a choice of few or a long text, the words hold most of its own, or the queries say it elsewhere ("her").
        """
        value, said = leaf.value, self.queries[: source.turn + 1]
        if not isinstance(value, str) or len(value) > _LONG or 0 < len(closed_values(leaf.place.schema)) <= _FEW:
            return True
        words, quoted = fold_words(value).split(), fold_words(source.quote).split()
        if 2 * sum(word in quoted for word in words) >= len(words):
            return True
        if faces_of(value, (), None).is_calendar:  # "the day before" is reckoned from another date
            dates = (figure for text in said for figure in figures_of(text, self.setting.locale))
            return any(isinstance(each.readings[0], Day | Month | Weekday | Ahead | Clock) for each in dates)
        return any(find_words(text, leaf.place, self.setting) for text in said)

    def _is_called_so(self, source: UserSource, value: Any) -> bool:
        """Say whether a result calls the value so, or an earlier turn said what "there", "the same amount" mean."""
        has_name = source.quote[:1].isupper() or bool(names_in(source.quote, opening=True))
        known, locale = self.results, self.setting.locale
        if isinstance(value, str) and has_name and says_code(source.quote, value, known, locale) in _NAMED:
            return True  # no result calls LIS otherwise than "Lisbon"
        earlier = () if figures_of(source.quote, self.setting.locale) else self.queries[: source.turn]
        return any(find_words(text, Place(value), self.setting) for text in earlier)

    def _check_span(self, source: UserSource) -> None:
        """Raise unless the quote stands where the source says, with no word or number cut."""
        if source.turn >= len(self.queries):
            raise UngroundedError("not_in_query", f"there is no query of turn {source.turn} so far")
        query = self.queries[source.turn]
        if query[source.start : source.end] != source.quote or not stands_whole(query, source.start, source.end):
            message = f"the quote {source.quote!r} does not stand at {source.start} in the query of turn {source.turn}"
            raise UngroundedError("not_in_query", message)

    def _values(self, source: Source, leaf: Leaf, depth: int = 0) -> list[Any]:
        """Return the values that the source gives. Raises UngroundedError where it gives none."""
        match source:
            case UserSource():
                self._check_span(source)
                said = [value for value in readings(source.quote, self.setting) if not unsayable(value, {})]
                if not said:
                    raise UngroundedError("quote_does_not_say", f"the quote {source.quote!r} says no value")
                return said
            case StepSource():
                return self._values_at(source)
            case ContextSource():
                found = _resolve(self.context.model_dump(mode="python"), source.pointer, "the context")
                if found is None:
                    raise UngroundedError("not_in_context", f"the context tells nothing at {source.pointer!r}")
                return [found]
            case DefaultSource():
                default = default_of(leaf.parameters, leaf.pointer)
                if default is MISSING:
                    raise UngroundedError("no_default", f"the schema of {leaf.pointer!r} has no default")
                return [default]
            case DerivedSource():
                return self._derive(source, leaf, depth)
            case ComposedSource():
                if not isinstance(leaf.value, str):
                    raise UngroundedError("composed_not_text", f"only text is composed, not {show_value(leaf.value)}")
                for part in source.of:
                    if not isinstance(part, DefaultSource | ComposedSource):
                        self._values(part, leaf)
                return [leaf.value]
            case _:
                assert_never(source)

    def _values_at(self, source: StepSource) -> list[Any]:
        if source.step not in self.earlier:
            known = ", ".join(self.earlier) or "none"
            message = f"{source.step!r} is no earlier step; earlier are: {known}"
            raise UngroundedError("not_an_earlier_step", message)
        where = f"the result of {source.step}"
        found = _resolve(self.earlier[source.step].result, source.pointer, where)
        if source.span is None:
            return [found]
        if not isinstance(found, str) or not any(occurrences(source.span, found)):
            message = f"{where} at {source.pointer!r} does not hold {source.span!r} on word boundaries"
            raise UngroundedError("no_such_span", message)
        return [*_LITERALS.get(source.span, []), *readings(source.span, self.setting)]

    def _derive(self, source: DerivedSource, leaf: Leaf, depth: int) -> list[Any]:
        if depth > _DEPTH_MAX:
            raise UngroundedError("too_deep", f"derivations are nested more than {_DEPTH_MAX} deep")
        if wrong := next((part for part in source.of if isinstance(part, DefaultSource | ComposedSource)), None):
            raise UngroundedError("bad_derivation", f"a {wrong.kind} source gives a derivation no value")
        inputs = [self._values(part, leaf, depth + 1) for part in source.of]
        if math.prod(map(len, inputs)) > _READINGS_MAX:
            raise UngroundedError("ambiguous", f"the quotes of {source.op} can be read in too many ways")
        outcomes: list[Any] = []
        failure = "no values"
        for values in product(*inputs):
            try:
                outcome = recompute(source.op, list(values), source.params)
            except DerivationError as error:
                failure = str(error)
            else:
                outcomes += [] if any(equal(outcome, known) for known in outcomes) else [outcome]
        if not outcomes:
            raise UngroundedError("bad_derivation", failure)
        return outcomes


def _resolve(document: Any, pointer: str, where: str) -> Any:
    try:
        found = resolve(document, pointer)
    except ValueError as error:
        raise UngroundedError("bad_pointer", f"{error} (looked for in {where})") from error
    if found is MISSING:
        raise UngroundedError("no_such_pointer", f"{where} has nothing at {pointer!r}")
    return found
