"""From a policy's draft to a turn: marks are taken out of the words, resolved, and what nobody marked is inferred."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import assert_never

from graph.marks import ArgumentSource, Ask, DerivedTell, GivenSource, Tell, TellSource
from graph.record import Finding, Record, RecordContext, RefusedCall, Step, Turn
from graph.sources import ContextSource, StepSource, UserSource
from graph.spans import occurrences
from nodes.marks.apply import FreeFigures, infer_tells, read_declines, read_query, read_questions, read_response
from nodes.marks.figures import Figure, figures_of
from nodes.marks.find import words_like
from nodes.marks.infer import Values, setting_of
from nodes.marks.parse import Mark, Marked, Reference, parse, read_target
from nodes.marks.places import is_verbatim, places_of
from nodes.marks.says import Place, Setting, hold
from nodes.marks.wording import opens_sentence
from nodes.policies.base import AddedMark, Draft, MarkedSpan, MarkedText, Plan, PlannedTurn, Written, WrittenTurn
from nodes.proofs.assign_sources import assign_sources
from tool_registry.json.pointer import scalars
from tool_registry.spec import ToolSpec

#: A shorter text of a result holds no link.
_LINK_MIN = 6


def read_draft(draft: Draft, previous: Written | None, literals: Callable[[str], bool], first: int = 0) -> Written:
    """Return what is written now: `previous` with the draft's turns from `first` on, marks as spans beside the words.

    A half that the draft leaves out stays as it was; so do the turns before.
    """
    turns = list(previous.turns) if previous is not None else []
    for number, drafted in enumerate(draft.turns, start=first):
        turns += [WrittenTurn()] * (number + 1 - len(turns))
        halves = {
            half: _as_text(parse(text.strip(), literals))
            for half, text in (("query", drafted.query), ("response", drafted.response))
            if text is not None
        }
        turns[number] = turns[number].model_copy(update=halves)
    for added in draft.marks:
        if 0 <= added.turn < len(turns):
            marked = _with_mark(getattr(turns[added.turn], added.half), added)
            turns[added.turn] = turns[added.turn].model_copy(update={added.half: marked})
    before = previous.thoughts if previous is not None else None
    thoughts = {**(before or {}), **draft.thoughts} if draft.thoughts else before
    return Written(turns=turns, thoughts=thoughts)


def literals_of(steps: Sequence[Step], context: RecordContext) -> Callable[[str], bool]:
    """Return a function that says whether a link stands verbatim in a result or the context, where it is text."""
    documents = [*(step.result for step in steps), *(step.arguments for step in steps), context.model_dump(mode="json")]
    texts = [
        value
        for document in documents
        for _, value in scalars(document)
        if isinstance(value, str) and len(value) >= _LINK_MIN and "](" in value
    ]
    return lambda link: any(link in text for text in texts)


def _as_text(marked: Marked) -> MarkedText:
    return MarkedText(
        text=marked.text,
        marks=[
            MarkedSpan(
                start=mark.start,
                end=mark.end,
                quote=marked.text[mark.start : mark.end],
                references=[str(reference) for reference in mark.references],
                verb=mark.verb,
            )
            for mark in marked.marks
        ],
    )


def _with_mark(text: MarkedText, added: AddedMark) -> MarkedText:
    """Return the text with the mark, where its words stand unmarked or else where they stand first.

    Of a query, words keep what they say and say this too; other words that asked for several steps ask for this one no
    more. Of a response, the new mark takes the place of one around the same words.
    """
    target = read_target(added.target)
    words = added.words.strip()
    spans = list(occurrences(words, text.text)) or list(words_like(text.text, words))
    if target is None or not spans:
        return text
    verb, references = target
    taken = {(mark.start, mark.end) for mark in text.marks}
    start, end = next((span for span in spans if span not in taken), spans[0])
    names = [str(each) for each in references]
    mark = MarkedSpan(start=start, end=end, quote=text.text[start:end], references=names, verb=verb)
    if added.half == "query":
        asked = {name for name in names if "/" not in name}
        others = [_without(each, asked) for each in text.marks]
    else:
        others = [each for each in text.marks if (each.start, each.end) != (start, end)]
    return text.model_copy(update={"marks": sorted([*others, mark], key=lambda each: (each.start, -each.end))})


def _without(mark: MarkedSpan, asked: set[str]) -> MarkedSpan:
    left = [name for name in mark.references if name not in asked]
    is_shared = len([name for name in mark.references if "/" not in name]) > 1
    return mark.model_copy(update={"references": left}) if is_shared and left else mark


def as_marked(text: MarkedText) -> Marked:
    """Return the text with the marks whose words still stand where they stood, as after an edit by hand."""
    return Marked(
        text.text,
        tuple(
            Mark(mark.start, mark.end, tuple(_reference(each) for each in mark.references), mark.verb)
            for mark in text.marks
            if text.text[mark.start : mark.end] == mark.quote
        ),
    )


def _reference(text: str) -> Reference:
    step, slash, rest = text.partition("/")
    return Reference(step, slash + rest)


def turns_of(
    written: Written,
    plan: Plan,
    steps: Sequence[Step],
    chains: Sequence[Sequence[str]],
    context: RecordContext,
    specs: Mapping[str, ToolSpec],
) -> list[Turn]:
    """Return the turns of the plan whose words are written, each with its steps, sources, asks and tells.

    What a query says of a call that is made in a later turn is that call's source. `specs` has the tools of refused
    calls too.
    """
    known = {step.id: step for step in steps}
    turns: list[Turn] = []
    said: dict[str, dict[str, UserSource]] = {}
    for number, (words, planned) in enumerate(zip(written.turns, plan.turns, strict=False)):
        mine = [known[name] for name in planned.steps]
        waiting = plan.turns[number + 1].steps if planned.awaits and number + 1 < len(plan.turns) else []
        turn = turn_of(
            words,
            mine,
            [left for chain in chains if (left := [name for name in planned.steps if name in chain])],
            context,
            specs,
            turns,
            refused=planned.refuses,
            later=[known[name] for later in plan.turns[number + 1 :] for name in later.steps],
            awaited=waiting,
            said=said,
        )
        spoken = _speech(as_marked(words.response), planned, waiting)
        thought = {"thoughts": _thoughts_of(planned.steps, written)}
        turns.append(turn.model_copy(update={"kind": planned.kind, "replaces": planned.replaces, **spoken, **thought}))
    return turns


def _thoughts_of(steps: Sequence[str], written: Written) -> dict[str, str] | None:
    """Return the thoughts before a turn's calls, without those that nobody wrote; None where none are wanted."""
    if written.thoughts is None:
        return None
    return {name: text for name in steps if (text := written.thoughts.get(name, "").strip())}


def _speech(response: Marked, planned: PlannedTurn, waiting: Collection[str]) -> dict[str, object]:
    """Return what the turn awaits, and the words of the response that ask for it, or that decline a call."""
    questions = read_questions(response, planned.awaits, waiting) if planned.awaits else None
    declines = read_declines(response, planned.refuses.id) if planned.refuses is not None else None
    return {"awaits": planned.awaits, "questions": questions, "declines": declines}


def turn_of(
    written: WrittenTurn,
    steps: list[Step],
    chains: list[list[str]],
    context: RecordContext,
    specs: Mapping[str, ToolSpec],
    earlier: Sequence[Turn] = (),
    *,
    refused: RefusedCall | None = None,
    later: Sequence[Step] = (),
    awaited: Collection[str] = (),
    said: dict[str, dict[str, UserSource]] | None = None,
) -> Turn:
    """Return the turn: each argument with its source, what is asked for, and what is told.

    Marks that point nowhere leave no trace: their words are inferred like unmarked ones. `earlier`: turns before.
    `later`: steps of turns to come, of which the query may say arguments; those that are `awaited` it may ask for.
    `said` has, by step, what earlier queries said of steps of later turns; what this one says is added.
    """
    setting = setting_of(context)
    query, response = as_marked(written.query), as_marked(written.response)
    queries = [*(turn.query for turn in earlier), query.text]
    before = [step for turn in earlier for step in turn.steps]
    never = [Step(id=refused.id, tool=refused.tool, arguments=refused.arguments, result=None)] if refused else []
    read = read_query(query, len(earlier), [*steps, *never, *later], specs, setting)
    said = {} if said is None else said
    for name, sources in read.sources.items():
        said[name] = said.get(name, {}) | sources
    assigned = assign_sources(queries, [*steps, *never], context, specs, said, before)
    if refused is not None:
        refused = refused.model_copy(update={"sources": refused.sources | assigned.pop().sources})
    known = {step.id: step for step in [*before, *assigned]}
    left: dict[tuple[int, int], list[Figure]] = {}
    tells = [
        tell
        if is_verbatim(tell, known, setting.locale)
        else _check_wording(tell, response.text, _places(tell, known, specs, context), setting, left)
        for tell in read_response(response, known, specs)
    ]
    values = Values(context, setting)
    for step in known.values():
        values.learn_step(step)
    descriptions = [specs[step.tool].description for step in steps if step.tool in specs]
    free = FreeFigures([*queries, *(turn.response for turn in earlier), *descriptions], setting)

    def unsaid(tell: Tell) -> list[Figure]:
        return left.get((tell.start, tell.end), [])

    inferred = infer_tells(response.text, tells, values, setting, free=free, unsaid=unsaid)
    return Turn(
        query=query.text,
        asks=_asks(read.asks, {*(step.id for step in (*steps, *never)), *awaited}),
        refuses=refused,
        steps=assigned,
        chains=chains,
        response=response.text,
        tells=sorted([*tells, *inferred], key=lambda tell: (tell.start, -tell.end)),
    )


def _asks(asks: Sequence[Ask], may_be_asked: Collection[str]) -> list[Ask]:
    """Return the asks without steps that the query cannot ask for, as they are those of turns to come."""
    left = (each.model_copy(update={"steps": [name for name in each.steps if name in may_be_asked]}) for each in asks)
    return [each for each in left if each.steps]


def _check_wording(
    tell: Tell, response: str, places: list[Place], setting: Setting, left: dict[tuple[int, int], list[Figure]]
) -> Tell:
    """Return the tell, said to be a paraphrase where its words are another wording of all that it names.

    What figures of its words none of the places says is added to `left`.
    """
    if not places:
        return tell
    figures = left.setdefault((tell.start, tell.end), [])

    def keep(figure: Figure) -> bool:
        figures.append(figure)
        return True

    holding = hold(tell.quote, places, setting, opening=opens_sentence(response, tell.start), is_free=keep)
    if tell.source is None:
        return tell
    return tell.model_copy(update={"paraphrase": holding.paraphrase and not holding.problem})


def _places(
    tell: Tell, steps: Mapping[str, Step], specs: Mapping[str, ToolSpec], context: RecordContext
) -> list[Place]:
    """Return what the tell names; of a deed all that its step got and gave; nothing where it dangles."""
    if tell.did is not None and tell.source is None:
        step = steps[tell.did]
        return [Place({"arguments": step.arguments, "result": step.result})]
    try:
        return [place for source in tell.sources() for place in places_of(source, steps, specs, context)]
    except LookupError:
        return []


#: The code of what is asked for once: a small figure that nobody marked and that stands in several places.
WHICH_FIGURE = "which_figure"


def warnings_of(record: Record) -> list[Finding]:
    """Return what is noticed and refuses nothing: figures that may tell several values, and the writer did not say."""
    steps = {step.id: step for turn in record.turns for step in turn.steps}
    return [finding for index, turn in enumerate(record.turns) for finding in open_figures(turn, steps, index)]


def open_figures(turn: Turn, steps: Mapping[str, Step], index: int = 0) -> list[Finding]:
    """Return the figures of one or two digits that nobody marked and that stand in several objects of the record.

    Arguments that the same words of a person give are one: nobody could say which of them is told.
    """
    findings = []
    for number, tell in enumerate(turn.tells or ()):
        sources = [source for source in (tell.source, *tell.either) if source is not None]
        objects = {_words_for(source, steps) or _object_of(source): _object_of(source) for source in sources}
        if not tell.inferred or len(objects) < 2 or not _is_small(tell.quote):
            continue
        places = " or ".join(sorted({*objects.values()}))
        message = f"which value does {tell.quote!r} in the response tell? It stands in {places}. Mark it."
        where = f"/turns/{index}/tells/{number}"
        findings.append(Finding(promise="cited", code=WHICH_FIGURE, message=message, where=where))
    return findings


def asks_only_for_figures(findings: Sequence[Finding]) -> bool:
    """Say whether all that is to be mended are figures that are to be marked."""
    return bool(findings) and all(finding.code == WHICH_FIGURE for finding in findings)


def _is_small(quote: str) -> bool:
    figures = figures_of(quote)
    return bool(figures) and figures[0].small


def _words_for(source: TellSource, steps: Mapping[str, Step]) -> tuple[int, int, int] | None:
    """Return where the person's words stand that give the argument which is told: turn, start and end."""
    if not isinstance(source, GivenSource) or not isinstance(source.of, ArgumentSource) or source.of.step not in steps:
        return None
    said = steps[source.of.step].sources.get(source.of.pointer)
    return (said.turn, said.start, said.end) if isinstance(said, UserSource) else None


def _object_of(source: TellSource) -> str:
    match source:
        case StepSource(step=step, pointer=pointer):
            return f"{step}{pointer.rpartition('/')[0]}"
        case GivenSource(of=ArgumentSource(step=step)):
            return f"the arguments of {step}"
        case GivenSource():
            return "the context"
        case DerivedTell(op=op, of=of):
            named = (f"{each.step}{each.pointer}" for each in of if not isinstance(each, ContextSource))
            return f"{op} of {', '.join(named)}"
        case _:
            assert_never(source)
