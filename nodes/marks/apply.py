"""From marks to what a record stores: where arguments are said, what is asked for, what is told.

What cannot be resolved leaves no trace here: its words are then inferred like unmarked ones.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, assert_never

from graph.record import (
    ArgumentSource,
    Ask,
    ContextSource,
    DerivedTell,
    GivenSource,
    Step,
    StepSource,
    Tell,
    TellSource,
    Turn,
    UserSource,
)
from nodes.marks.figures import Figure, Number, figures_of
from nodes.marks.infer import Values
from nodes.marks.parse import GIVEN, Mark, Marked, Reference
from nodes.marks.places import in_arguments, in_result
from nodes.marks.says import Place, Setting, is_harmless, says
from tool_registry.json_pointer import leaves
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec

Specs = Mapping[str, ToolSpec]


@dataclass
class QueryMarks:
    """What a query's marks say: the source of each argument leaf, by step and pointer, and what is asked for."""

    sources: dict[str, dict[str, UserSource]] = field(default_factory=dict)
    asks: list[Ask] = field(default_factory=list)
    unresolved: list[tuple[Mark, Reference]] = field(default_factory=list)


def read_query(marked: Marked, turn: int, steps: Sequence[Step], specs: Specs, setting: Setting) -> QueryMarks:
    """Return what the marks of the query of turn `turn` say of the steps, which may be those of later turns too."""
    known = {step.id: step for step in steps}
    read = QueryMarks()
    for mark in marked.marks:
        quote = marked.text[mark.start : mark.end]
        asked: list[str] = []
        for reference in mark.references:
            step = known.get(reference.step)
            if step is None:
                read.unresolved.append((mark, reference))
            elif not reference.pointer:
                asked.append(step.id)
            elif (found := in_arguments(step, specs.get(step.tool), reference)) is None:
                read.unresolved.append((mark, reference))
            else:
                _learn_leaves(read, mark, quote, turn, step, found.reference.pointer, specs, setting)
        if asked:
            read.asks.append(Ask(start=mark.start, end=mark.end, quote=quote, steps=list(dict.fromkeys(asked))))
    return read


def _learn_leaves(
    read: QueryMarks, mark: Mark, quote: str, turn: int, step: Step, pointer: str, specs: Specs, setting: Setting
) -> None:
    """Take the words as the source of each leaf at or below the pointer; the first words that say a leaf count."""
    spec = specs.get(step.tool)
    sources = read.sources.setdefault(step.id, {})
    star = "/*" in pointer
    for where, _ in leaves(step.arguments):
        if not where or not (star or where == pointer or where.startswith(f"{pointer}/")):
            continue
        found = in_arguments(step, spec, Reference(step.id, where))
        if found is None or (where in sources and not sources[where].paraphrase):
            continue
        verdict = says(quote, found.places[0], setting, opening=True).verdict
        if verdict == "no" and where != pointer:
            continue
        sources[where] = UserSource(
            turn=turn, start=mark.start, end=mark.end, quote=quote, paraphrase=verdict != "said"
        )


class _Told(NamedTuple):
    source: TellSource | None
    places: tuple[Place, ...]
    did: str | None = None


def read_response(marked: Marked, steps: Mapping[str, Step], specs: Specs) -> list[Tell]:
    """Return a tell for each mark of a response that resolves. `steps`: all that were made so far, by id."""
    tells = []
    for mark in marked.marks:
        told = _resolved(mark, steps, specs)
        if not told:
            continue
        quote = marked.text[mark.start : mark.end]
        did = next((each.did for each in told if each.did), None)
        sources = [each.source for each in told if each.source is not None]
        tells.append(
            Tell(
                start=mark.start,
                end=mark.end,
                quote=quote,
                source=sources[0] if sources else None,
                also=sources[1:],
                did=did,
            )
        )
    return tells


def _resolved(mark: Mark, steps: Mapping[str, Step], specs: Specs) -> list[_Told]:
    told: list[_Told] = []
    of: list[StepSource | ArgumentSource | ContextSource] = []
    for reference in mark.references:
        step = steps.get(reference.step)
        if step is None:
            return []
        spec = specs.get(step.tool)
        found = in_arguments(step, spec, reference) if mark.verb == GIVEN else in_result(step, spec, reference)
        if found is None and mark.verb:  # what was reckoned may take an argument
            found = in_arguments(step, spec, reference)
            if found is not None:
                of.append(ArgumentSource(step=step.id, pointer=found.reference.pointer))
                continue
        if found is None:
            return []
        pointer = found.reference.pointer
        if mark.verb == GIVEN:
            told.append(_Told(GivenSource(of=ArgumentSource(step=step.id, pointer=pointer)), found.places))
        elif mark.verb:
            of.append(StepSource(step=step.id, pointer=pointer))
        elif not pointer and spec is not None and effective(spec).read_only is not True:
            told.append(_Told(None, (), did=step.id))
        else:
            told.append(_Told(StepSource(step=step.id, pointer=pointer), found.places))
    return [_Told(DerivedTell(op=mark.verb, of=of), ())] if of else told


def infer_tells(
    response: str,
    tells: Sequence[Tell],
    values: Values,
    setting: Setting,
    *,
    free: "FreeFigures",
    unsaid: Callable[[Tell], Sequence[Figure]] = lambda _: (),
) -> list[Tell]:
    """Return tells for the figures of the response that lie in no tell and need one, where their values stand.

    A figure inside a tell that the tell does not say (`unsaid`, places as in its quote) is looked for in its own steps.
    """
    found = []
    open_figures = {(tell.start + each.start, tell.start + each.end) for tell in tells for each in unsaid(tell)}
    for figure in figures_of(response, setting.locale):
        if figure.soft or is_harmless(figure, response):
            continue
        around = [tell for tell in tells if tell.start <= figure.start < tell.end]
        if around and (figure.start, figure.end) not in open_figures:
            continue
        if not around and (free.has(figure, response) or is_told(figure, response, tells, setting)):
            continue
        prefer = _steps_of(around) if around else _steps_of(_nearest(tells, figure))
        places = values.places(figure, response, prefer)
        if around:
            places = [place for place in places if _step_of(place) in prefer]
        if not places:
            continue
        quote = response[figure.start : figure.end]
        found.append(
            Tell(start=figure.start, end=figure.end, quote=quote, source=places[0], either=places[1:], inferred=True)
        )
    return found


def is_told(figure: Figure, text: str, tells: Sequence[Tell], setting: Setting) -> bool:
    """Say whether the figure lies in a tell, or in several ("3 weeks and 4 days") with no other figure between them."""
    around = [tell for tell in tells if tell.start < figure.end and figure.start < tell.end]
    if any(tell.start <= figure.start and figure.end <= tell.end for tell in around):
        return True
    if len(around) < 2:
        return False
    ends = sorted({(tell.start, tell.end) for tell in around})
    gaps = zip([figure.start, *(end for _, end in ends)], [*(start for start, _ in ends), figure.end], strict=True)
    return not any(figures_of(text[start:end], setting.locale) for start, end in gaps if start < end)


def _nearest(tells: Sequence[Tell], figure: Figure) -> list[Tell]:
    before = [tell for tell in tells if tell.end <= figure.start]
    return before[-1:]


def _steps_of(tells: Sequence[Tell]) -> list[str]:
    return [step for tell in tells for source in tell.sources() if (step := _step_of(source))] + [
        tell.did for tell in tells if tell.did
    ]


def _step_of(source: TellSource) -> str:
    """Return the first step that it names, or an empty text."""
    match source:
        case StepSource(step=step) | GivenSource(of=ArgumentSource(step=step)):
            return step
        case DerivedTell(of=of):
            return next((each.step for each in of if not isinstance(each, ContextSource)), "")
        case GivenSource():
            return ""
        case _:
            assert_never(source)


class FreeFigures:
    """Figures that stand in texts that the person or the tools' authors wrote, each with a word beside it."""

    def __init__(self, texts: Iterable[str], setting: Setting) -> None:
        self._setting = setting
        self._known: set[tuple[Any, str]] = set()
        for text in dict.fromkeys(texts):
            for figure in figures_of(text, setting.locale):
                self._known.update(self._keys(figure, text))

    def has(self, figure: Figure, text: str) -> bool:
        """Say whether the figure stands there, a number with the same word before or behind it."""
        return any(key in self._known for key in self._keys(figure, text))

    def _keys(self, figure: Figure, text: str) -> list[tuple[Any, str]]:
        keys: list[tuple[Any, str]] = []
        before = text[max(0, figure.start - 40) : figure.start].casefold().split()[-1:]
        after = text[figure.end : figure.end + 40].casefold().split()[:1]
        for reading in figure.readings:
            if not isinstance(reading, Number):
                keys.append((reading, ""))
                continue
            words = [f"<{word.strip('.,;:!?()')}" for word in before] + [f">{word.strip('.,;:!?()')}" for word in after]
            keys.extend((abs(reading.value), word) for word in words)
        return keys


def draft_turn(turn: Turn) -> Marked:
    """Return a turn's response with its tells as marks, as a writer may be shown it again."""
    return Marked(turn.response, tuple(_as_mark(tell) for tell in turn.tells or () if not tell.inferred))


def _as_mark(tell: Tell) -> Mark:
    references, verb = [], ""
    for source in tell.sources():
        match source:
            case StepSource(step=step, pointer=pointer):
                references.append(Reference(step, pointer))
            case GivenSource(of=ArgumentSource(step=step, pointer=pointer)):
                references.append(Reference(step, pointer))
                verb = GIVEN
            case DerivedTell(op=op, of=of):
                references += [Reference(each.step, each.pointer) for each in of if not isinstance(each, ContextSource)]
                verb = op
            case GivenSource():  # the context, which no mark can name
                verb = GIVEN
            case _:
                assert_never(source)
    return Mark(tell.start, tell.end, tuple(references) or (Reference(tell.did or "", ""),), verb)
