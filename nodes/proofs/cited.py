"""Promise 6, cited: each figure, date and time that a response tells lies in a mark, and the mark holds.

A mark holds when each value that it names is said by its words, and each figure of its words by one of the values
(`nodes/marks/says.py` decides both). A figure needs no mark where it stands, with a word beside it, in the
queries so far or in the description of a tool that the turn calls. Each step whose result no other step uses is told: a
tell names something of its result, or, of a step that changes something, the deed.

Written marks are proved here. What the program inferred exists in the record, no more: where that is wrong the finding
is of promise 8. Not proved is that the sentence says the right thing of the value, nor what a paraphrase means.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from graph.record import (
    Finding,
    Promise,
    RecordContext,
    Step,
    StepSource,
    Tell,
    TellSource,
    Turn,
)
from graph.spans import stands_whole
from nodes.marks.apply import FreeFigures, is_told
from nodes.marks.figures import Clock, Day, Figure, figures_of
from nodes.marks.find import said_anywhere
from nodes.marks.infer import Values, setting_of
from nodes.marks.moments import faces_of
from nodes.marks.places import places_of
from nodes.marks.readings import Number
from nodes.marks.says import Place, Setting, hold, is_harmless
from nodes.marks.turns import read_turns
from nodes.marks.wording import opens_sentence
from nodes.proofs.source_checks import shown
from tool_registry.json_pointer import leaves
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec

Specs = Mapping[str, ToolSpec]

_ID = re.compile(r"(?:\b|_)id\Z|[a-z]Id\Z")


def check(turns: Sequence[Turn], context: RecordContext, specs: Specs) -> list[Finding]:
    """Return marks that do not hold, figures without a mark, and results that no words tell."""
    setting = setting_of(context)
    used = {target for turn in turns for step in turn.steps for target in step.uses()}
    findings: list[Finding] = []
    for index, (turn, tells, steps, values, free) in enumerate(read_turns(turns, context, specs)):
        reader = _Reader(turn, f"/turns/{index}", steps, specs, context, setting)
        findings += reader.marks(turn.tells or (), free, values)
        findings += reader.figures(tells, free)
        findings += reader.told(tells, used)
    return findings


class _Reader:
    """Reads one turn's response against what is known by then."""

    def __init__(
        self, turn: Turn, where: str, steps: Mapping[str, Step], specs: Specs, context: RecordContext, setting: Setting
    ) -> None:
        self.turn, self.where, self.steps, self.specs = turn, where, dict(steps), specs
        self.context, self.setting = context, setting
        self.response = turn.response

    def marks(self, tells: Sequence[Tell], free: FreeFigures, values: Values) -> Iterator[Finding]:
        """Yield the tells that do not hold."""
        nested = {(tell.start, tell.end) for tell in tells if tell.inferred}
        figures = {(each.start, each.end): each for each in figures_of(self.response, self.setting.locale)}
        for index, tell in enumerate(tells):
            place = f"{self.where}/tells/{index}"
            if self.response[tell.start : tell.end] != tell.quote or not stands_whole(
                self.response, tell.start, tell.end
            ):
                yield _finding("bad_span", f"the mark {tell.quote!r} is not what stands at {tell.start}", place)
                continue
            if tell.inferred:
                figure = figures.get((tell.start, tell.end))
                either = [source for source in (tell.source, *tell.either) if source is not None]
                if figure is None or not any(values.has(figure, self.response, source) for source in either):
                    message = f"the response says {tell.quote!r}, which does not stand where it was found"
                    yield _finding("not_said", message, place, "", "faithful")
                continue

            def is_free(figure: Figure, tell: Tell = tell) -> bool:
                start, end = tell.start + figure.start, tell.start + figure.end
                moved = Figure(start, end, figure.readings, figure.soft)
                if (start, end) in nested:
                    return True
                # Beside a date that is told another one that the query has would be a lie all the same.
                is_number = isinstance(figure.readings[0], Number)
                return (is_number or not self._is_calendar(tell)) and free.has(moved, self.response)

            problem = self._problem(tell, is_free)
            if problem is not None:
                code, message, because = problem
                yield _finding(code, message, place, because)

    def _problem(self, tell: Tell, is_free: Callable[[Figure], bool]) -> tuple[str, str, str] | None:
        """Return code, message and what the record has instead, or None."""
        if tell.did is not None and (tell.source is None or not self._is_deed(tell.did)):
            return self._deed(tell, is_free)
        if tell.source is None:
            return "no_source", f"the mark {tell.quote!r} names nothing", ""
        try:
            places = [
                place for source in tell.sources() for place in places_of(source, self.steps, self.specs, self.context)
            ]
        except LookupError as error:
            return "dangling", f"the mark {tell.quote!r}: {error.args[0]}", ""
        opening = opens_sentence(self.response, tell.start)
        is_moment = any(isinstance(place.value, str) and faces_of(place.value, (), None).faces for place in places)

        def is_elsewhere(figure: Figure) -> bool:  # beside the time of a moment its own date stands, no other one
            return not (is_moment and isinstance(figure.readings[0], Day | Clock)) and is_free(figure)

        holding = hold(tell.quote, places, self.setting, opening=opening, is_free=is_elsewhere)
        has = ", ".join(f"{place.name or 'it'} is {shown(place.value)}" for place in places[:3])
        if holding.problem:
            marked = f"the response marks {tell.quote!r} with {_names(tell)}"
            return "not_said", f"{marked}, but {holding.problem!r} is not what stands there", has
        if holding.paraphrase and not tell.paraphrase:
            return "not_said", f"the words {tell.quote!r} do not say what {_names(tell)} holds", has
        return None

    def _is_calendar(self, tell: Tell) -> bool:
        """Say whether the tell names a date, a time or a moment."""
        places = [
            place for source in tell.sources() for place in places_of(source, self.steps, self.specs, self.context)
        ]
        return any(isinstance(each.value, str) and faces_of(each.value, (), None).is_calendar for each in places)

    def _deed(self, tell: Tell, is_free: Callable[[Figure], bool]) -> tuple[str, str, str] | None:
        step = self.steps.get(tell.did or "")
        if step is None:
            return "dangling", f"the mark {tell.quote!r}: there is no step {tell.did!r} so far", ""
        if not self._is_deed(step.id):
            return (
                "no_deed",
                f"the response marks {tell.quote!r} as done by {step.id} {step.tool}, which only reads",
                "",
            )
        whole = Place({"arguments": step.arguments, "result": step.result})
        problem = hold(tell.quote, [whole], self.setting, opening=True, is_free=is_free).problem
        if problem:
            return (
                "not_said",
                f"the response says of {step.id} {step.tool} {problem!r}, which it neither got nor gave",
                "",
            )
        return None

    def figures(self, tells: Sequence[Tell], free: FreeFigures) -> Iterator[Finding]:
        """Yield figures that lie in no tell: findings of this promise where marks were stored, else of promise 8."""
        stored = self.turn.tells is not None
        last: Figure | None = None
        for figure in figures_of(self.response, self.setting.locale):
            if figure.soft or is_harmless(figure, self.response) or free.has(figure, self.response):
                continue
            if is_told(figure, self.response, tells, self.setting):
                if not stored and last is not None and self._is_empty_range(last, figure):
                    words = self.response[last.start : figure.end]
                    message = f"the response says {words!r}, a range from one value to the same"
                    yield _finding("untraced_figure", message, f"{self.where}/response", "", "faithful")
                last = figure
                continue
            words = self.response[max(0, figure.start - 24) : figure.end + 16].strip()
            message = (
                f"the response says {self.response[figure.start : figure.end]!r} (… {words} …), which no result gives"
            )
            code = "no_mark" if stored else "untraced_figure"
            yield _finding(code, message, f"{self.where}/response", "", "cited" if stored else "faithful")

    def _is_empty_range(self, one: Figure, other: Figure) -> bool:
        between = self.response[one.end : other.start].strip().casefold()
        return one.readings == other.readings and between in ("to", "–", "-", "until", "till")

    def told(self, tells: Sequence[Tell], used: set[str]) -> Iterator[Finding]:
        """Yield the turn's results that no other step uses and no words tell."""
        stored = self.turn.tells is not None
        named = {name for tell in tells for source in _counted(tell) for name in source.steps()}
        named |= {tell.did for tell in tells if tell.did and self._is_deed(tell.did)}
        for index, step in enumerate(self.turn.steps):
            if step.id in used or step.id in named or (not stored and not self._could_be_missed(step)):
                continue
            message = f"the response does not tell what {step.id} {step.tool} found"
            yield _finding(
                "untold",
                message,
                f"{self.where}/steps/{index}/result",
                shown(step.result),
                "cited" if stored else "faithful",
            )

    def _is_deed(self, name: str) -> bool:
        step = self.steps.get(name)
        spec = None if step is None else self.specs.get(step.tool)
        return spec is not None and effective(spec).read_only is not True

    def _could_be_missed(self, step: Step) -> bool:
        """Say whether the result has figures, no yes or no, and the unmarked words hold nothing of it but an id."""
        decided = False
        for pointer, value in leaves(step.result):
            if isinstance(value, bool):
                return False  # a yes or no alone may tell it, which nobody can say
            if isinstance(value, dict | list) or value in (None, 0):  # none is said in many ways
                continue
            if said_anywhere(self.response, value, self.setting):
                return False
            if not _ID.search(pointer):
                decided = decided or not isinstance(value, str) or faces_of(value, (), None).is_calendar
        return decided


def _counted(tell: Tell) -> list[TellSource]:
    """Return what a tell tells: of a mark the places that it names, not those that it leaves open."""
    return tell.sources() + (tell.either if tell.inferred else [])


def _names(tell: Tell) -> str:
    names = [f"{s.step}{s.pointer}" for s in tell.sources() if isinstance(s, StepSource)]
    return ", ".join(names) or "what was given"


def _finding(code: str, message: str, where: str, because: str = "", promise: Promise = "cited") -> Finding:
    return Finding(promise=promise, code=code, message=message, where=where, because=because)
