"""From marks to what a record stores: where arguments are said, what is asked for, what is told.

What cannot be resolved leaves no trace here: its words are then inferred like unmarked ones.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from graph.marks import (
    ArgumentSource,
    Ask,
    Awaited,
    Decline,
    DerivedTell,
    GivenSource,
    Question,
    Tell,
    TellSource,
    ValueSource,
)
from graph.record import Step
from graph.sources import ContextSource, StepSource, UserSource
from nodes.marks.figures import Figure, Number, figures_of
from nodes.marks.infer import Values
from nodes.marks.parse import GIVEN, Mark, Marked, Reference
from nodes.marks.places import Specs, arguments_reference, in_arguments, result_reference
from nodes.marks.says import Setting, Verdict, is_harmless, says, spells
from tool_registry.json.pointer import leaves, resolve
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec


@dataclass
class QueryMarks:
    """What a query's marks say: the source of each argument leaf, by step and pointer, and what is asked for."""

    sources: dict[str, dict[str, UserSource]] = field(default_factory=dict)
    asks: list[Ask] = field(default_factory=list)


def read_query(marked: Marked, turn: int, steps: Sequence[Step], specs: Specs, setting: Setting) -> QueryMarks:
    """Return what the marks of the query of turn `turn` say of the steps, which may be those of later turns too."""
    known = {step.id: step for step in steps}
    read = QueryMarks()
    for mark in marked.marks:
        quote = marked.text[mark.start : mark.end]
        referred = [(known[each.step], each) for each in mark.references if each.step in known]
        for step, reference in referred:
            found = arguments_reference(step, reference) if reference.pointer else None
            sources = read.sources.setdefault(step.id, {})
            for pointer in _leaves_at(step, found.pointer) if found is not None else ():
                # The first words that say a leaf count.
                if pointer in sources and not sources[pointer].paraphrase:
                    continue
                verdict = _verdict(quote, step, specs.get(step.tool), pointer, setting)
                if verdict != "no" or (found is not None and pointer == found.pointer):
                    sources[pointer] = UserSource(
                        turn=turn, start=mark.start, end=mark.end, quote=quote, paraphrase=verdict != "said"
                    )
        asked = dict.fromkeys(step.id for step, reference in referred if not reference.pointer)
        if asked:
            read.asks.append(Ask(start=mark.start, end=mark.end, quote=quote, steps=list(asked)))
    return read


def _verdict(quote: str, step: Step, spec: ToolSpec | None, pointer: str, setting: Setting) -> Verdict:
    """Say whether the words of a query say an argument."""
    if spells(quote, resolve(step.arguments, pointer), setting.locale):
        return "said"
    found = in_arguments(step, spec, Reference(step.id, pointer))
    return "no" if found is None else says(quote, found.places[0], setting, opening=True).verdict


def _leaves_at(step: Step, pointer: str) -> Iterator[str]:
    """Yield the pointers of the leaves there or below; of `*` those of all elements."""
    parts = pointer.split("/")
    for where, _ in leaves(step.arguments):
        if where and all(part in ("*", token) for part, token in zip(parts, where.split("/"), strict=False)):
            yield where


def read_response(marked: Marked, steps: Mapping[str, Step], specs: Specs) -> list[Tell]:
    """Return a tell for each mark of a response that resolves. `steps`: all that were made so far, by id."""
    tells = [_tell(mark, marked.text[mark.start : mark.end], steps, specs) for mark in marked.marks]
    return [tell for tell in tells if tell is not None]


def _tell(mark: Mark, quote: str, steps: Mapping[str, Step], specs: Specs) -> Tell | None:
    sources: list[StepSource | GivenSource | DerivedTell] = []
    of: list[StepSource | ArgumentSource | ContextSource] = []
    did = None
    for reference in mark.references:
        step = steps.get(reference.step)
        spec = specs.get(step.tool) if step is not None else None
        result = result_reference(step, reference) if step is not None and mark.verb != GIVEN else None
        # What was reckoned may take an argument.
        given = arguments_reference(step, reference) if step is not None and mark.verb and result is None else None
        if result is not None and mark.verb:
            of.append(StepSource(step=reference.step, pointer=result.pointer))
        elif given is not None:
            of.append(ArgumentSource(step=reference.step, pointer=given.pointer))
        elif result is None:
            return None
        elif not result.pointer and spec is not None and effective(spec).read_only is not True:
            did = did or reference.step
        else:
            sources.append(StepSource(step=reference.step, pointer=result.pointer))
    if mark.verb == GIVEN:
        sources = [GivenSource(of=each) for each in of if not isinstance(each, StepSource)]
    elif of:
        sources = [DerivedTell(op=mark.verb, of=of)]
    if not sources and did is None:
        return None
    source = sources[0] if sources else None
    # `either` as well: pydantic would copy its default deeply.
    return Tell(start=mark.start, end=mark.end, quote=quote, source=source, also=sources[1:], either=[], did=did)


def read_declines(marked: Marked, call: str) -> list[Decline]:
    """Return the words of a response that are marked as declining the call: `[I can't do that](x1)`."""
    return [
        Decline(start=mark.start, end=mark.end, quote=marked.text[mark.start : mark.end], call=call)
        for mark in marked.marks
        if not mark.verb and any(each.step == call and not each.pointer for each in mark.references)
    ]


def read_questions(marked: Marked, awaits: Sequence[Awaited], waiting: Collection[str]) -> list[Question]:
    """Return the words of a response that are marked as asking for arguments: `[which date](s3/date)`.

    `waiting` are the steps that the next turn makes: their arguments are what may be asked for. The step alone, or an
    object of its arguments, stands for what is awaited of it.
    """
    found = []
    for mark in marked.marks:
        named: list[Awaited] = []
        for each in mark.references if not mark.verb else ():
            inside = [
                one for one in awaits if one.step == each.step and f"{one.pointer}/".startswith(f"{each.pointer}/")
            ]
            other = [Awaited(step=each.step, pointer=each.pointer)] if each.pointer and each.step in waiting else []
            named += [one for one in inside or other if one not in named]
        if named:
            quote = marked.text[mark.start : mark.end]
            found.append(Question(start=mark.start, end=mark.end, quote=quote, awaits=named))
    return found


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
    left = {(tell.start + each.start, tell.start + each.end) for tell in tells for each in unsaid(tell)}
    for figure, touching in with_tells_around(figures_of(response, setting.locale), tells):
        if figure.soft or is_harmless(figure, response):
            continue
        around = [tell for tell in touching if tell.start <= figure.start]
        if around:
            is_open = (figure.start, figure.end) in left
        else:
            is_open = not (is_told(figure, response, touching, setting) or free.has(figure, response))
        if not is_open:
            continue
        beside = around or [tell for tell in tells if tell.end <= figure.start][-1:]
        prefer = {name for tell in beside for name in _steps_of(tell)}
        places = values.places(figure, response, prefer)
        if around:
            places = [place for place in places if prefer.intersection(_steps_in(place))]
        if places:
            start, end = figure.start, figure.end
            found.append(
                Tell(
                    start=start, end=end, quote=response[start:end], source=places[0], either=places[1:], inferred=True
                )
            )
    return found


def with_tells_around(figures: Iterable[Figure], tells: Iterable[Tell]) -> Iterator[tuple[Figure, list[Tell]]]:
    """Yield each figure, which come in order, with the tells that it lies in or touches a part of."""
    waiting = sorted(tells, key=lambda tell: tell.start, reverse=True)
    near: list[Tell] = []
    for figure in figures:
        while waiting and waiting[-1].start < figure.end:
            near.append(waiting.pop())
        near = [tell for tell in near if tell.end > figure.start]
        yield figure, near


def is_told(figure: Figure, text: str, tells: Sequence[Tell], setting: Setting) -> bool:
    """Say whether the figure lies in a tell, or in several ("3 weeks and 4 days") with no other figure between them."""
    around = [tell for tell in tells if tell.start < figure.end and figure.start < tell.end]
    if any(tell.start <= figure.start and figure.end <= tell.end for tell in around):
        return True
    ends = sorted({(tell.start, tell.end) for tell in around})
    gaps = zip([figure.start, *(end for _, end in ends)], [*(start for start, _ in ends), figure.end], strict=True)
    return len(around) > 1 and not any(
        figures_of(text[start:end], setting.locale) for start, end in gaps if start < end
    )


def _steps_of(tell: Tell) -> list[str]:
    return [*(step for source in tell.sources() for step in _steps_in(source)), *([tell.did] if tell.did else [])]


def _steps_in(source: TellSource | ValueSource) -> list[str]:
    match source:
        case StepSource(step=step) | ArgumentSource(step=step):
            return [step]
        case GivenSource(of=of):
            return _steps_in(of)
        case DerivedTell(of=parts):
            return [step for part in parts for step in _steps_in(part)]
        case ContextSource():
            return []
        case _:
            assert_never(source)


class FreeFigures:
    """Figures that stand in texts that the person or the tools' authors wrote, each with a word beside it."""

    def __init__(self, texts: Iterable[str], setting: Setting) -> None:
        self._texts, self._setting = list(dict.fromkeys(texts)), setting
        self._known: set[tuple[object, str]] | None = None

    def has(self, figure: Figure, text: str) -> bool:
        """Say whether the figure stands there, a number with the same word before or behind it."""
        if self._known is None:
            locale = self._setting.locale
            self._known = {
                key for each in self._texts for known in figures_of(each, locale) for key in _keys(known, each)
            }
        return not self._known.isdisjoint(_keys(figure, text))


def _keys(figure: Figure, text: str) -> list[tuple[object, str]]:
    """Return each reading with the word before and behind it, percent being one; of dates and times it alone."""
    before = [
        f"<{word.strip('.,;:!?()')}" for word in text[max(0, figure.start - 40) : figure.start].casefold().split()[-1:]
    ]
    after = [f">{word.strip('.,;:!?()')}" for word in text[figure.end : figure.end + 40].casefold().split()[:1]]
    return [
        key
        for reading in figure.readings
        for key in (
            [(abs(reading.value), word) for word in [*before, *after, *(["%"] * reading.percent)]]
            if isinstance(reading, Number)
            else [(reading, "")]
        )
    ]
