"""A record's words as a writer writes them, with their marks, and the record with other words in their place."""

from collections.abc import Iterable, Iterator, Sequence

from graph.marks import ArgumentSource, DerivedTell, GivenSource, Tell, TellSource
from graph.record import Record, RefusedCall, Step, Turn
from graph.sources import ContextSource, Source, StepSource, UserSource
from nodes.dialogues.plan import Plan, PlannedTurn
from nodes.drafts import literals_of, read_draft, turns_of, warnings_of
from nodes.marks.parse import GIVEN, Mark, Marked, Reference, render
from nodes.marks.turns import with_tells
from nodes.policies.base import Draft
from nodes.policies.base import DraftTurn as WriterTurn
from nodes.proofs import prove
from toolgrad_data.reviews.review import DraftTurn, MendedDraft


class MendError(ValueError):
    """A draft that cannot take the place of the record's words."""


def draft_of(record: Record) -> MendedDraft:
    """Return the words of the record's turns with the marks that say what its asks, sources and tells say.

    Figures that were inferred are not marked: they are inferred again. Marks that cross another are left out.
    """
    turns = with_tells(record).turns
    return MendedDraft(
        turns=[
            DraftTurn(
                query=render(Marked(turn.query, tuple(_query_marks(turns, number)))),
                response=render(Marked(turn.response, tuple(_response_marks(turn)))),
            )
            for number, turn in enumerate(turns)
        ]
    )


def mend(record: Record, draft: MendedDraft, *, screens: Sequence[str] = ()) -> Record:
    """Return the record with the draft's words, its sources, asks and tells made anew, and proved.

    Calls and results stay. What a model judged of the words before is left out. `verification` and `warnings` are
    those of the new words; with findings the mended record does not hold. `screens` are packages' screens to be passed
    too. Raises MendError: another number of turns, or no words.
    """
    _check_words(record, draft)
    steps = [step for turn in record.turns for step in turn.steps]
    drafted = [WriterTurn(query=turn.query, response=turn.response) for turn in draft.turns]
    written = read_draft(Draft(turns=drafted), None, literals_of(steps, record.context))
    anchored = [_anchored(step, [turn.query.text for turn in written.turns]) for step in steps]
    specs = {spec.name: spec for spec in record.tools}
    chains = _chains(record)
    turns = turns_of(written, _plan(record), anchored, chains, record.context, specs)
    kept = [_as_before(turn, before) for turn, before in zip(turns, record.turns, strict=True)]
    mended = record.model_copy(update={"turns": kept, "judge": None, "trajectories": None})
    proved = prove(mended, screens=screens)
    # Which records are alike is not asked here: that needs the run's other records.
    proved = proved.model_copy(update={"distinct": record.verification.distinct})
    return mended.model_copy(update={"verification": proved, "warnings": warnings_of(mended)})


def _check_words(record: Record, draft: MendedDraft) -> None:
    if len(draft.turns) != len(record.turns):
        raise MendError(f"the record has {len(record.turns)} turns, and the draft {len(draft.turns)}")
    for number, turn in enumerate(draft.turns, start=1):
        for half, text in (("query", turn.query), ("response", turn.response)):
            if not text.strip():
                raise MendError(f"turn {number}: the {half} is empty")


def _plan(record: Record) -> Plan:
    return Plan(
        turns=[
            PlannedTurn(
                kind=turn.kind,
                steps=[step.id for step in turn.steps],
                awaits=turn.awaits,
                replaces=turn.replaces,
                refuses=turn.refuses,
            )
            for turn in record.turns
        ]
    )


def _as_before(turn: Turn, before: Turn) -> Turn:
    """Return the turn with what its words do not change; no asks where none were stated, before or now (version 1)."""
    asks = None if before.asks is None and not turn.asks else turn.asks
    return turn.model_copy(update={"thoughts": before.thoughts, "chains": before.chains, "asks": asks})


def _chains(record: Record) -> list[list[str]]:
    return [chain for turn in record.turns for chain in turn.chains]


def _query_marks(turns: list[Turn], number: int) -> Iterator[Mark]:
    """Yield what the query of a turn asks for and which arguments its words give, those of later turns included."""
    spans: dict[tuple[int, int], list[Reference]] = {}
    for ask in turns[number].asks or ():
        spans.setdefault((ask.start, ask.end), []).extend(Reference(step, "") for step in ask.steps)
    for turn in turns:
        for call in _calls(turn):
            for pointer, source in call.sources.items():
                if isinstance(source, UserSource) and source.turn == number:
                    spans.setdefault((source.start, source.end), []).append(Reference(call.id, pointer))
    for (start, end), references in spans.items():
        yield Mark(start, end, tuple(dict.fromkeys(references)))


def _calls(turn: Turn) -> Iterable[Step | RefusedCall]:
    return [*turn.steps, *([turn.refuses] if turn.refuses is not None else [])]


def _response_marks(turn: Turn) -> Iterator[Mark]:
    for tell in turn.tells or ():
        if not tell.inferred and (target := _target_of(tell)) is not None:
            verb, references = target
            yield Mark(tell.start, tell.end, references, verb)


def _target_of(tell: Tell) -> tuple[str, tuple[Reference, ...]] | None:
    """Return the verb and the references that a mark of these words has; None for what no mark can say."""
    verbs: list[str] = []
    references = [Reference(tell.did, "")] if tell.did is not None else []
    for source in tell.sources():
        verb, named = _read_source(source)
        verbs.append(verb)
        references += named
    if len(set(verbs)) > 1 or not references:
        return None
    return (verbs[0] if verbs else ""), tuple(dict.fromkeys(references))


def _read_source(source: TellSource) -> tuple[str, list[Reference]]:
    match source:
        case StepSource(step=step, pointer=pointer):
            return "", [Reference(step, pointer)]
        case GivenSource(of=of):
            return GIVEN, _places([of])
        case DerivedTell(op=op, of=parts):
            return op, _places(parts)


def _places(sources: Iterable[StepSource | ArgumentSource | ContextSource]) -> list[Reference]:
    """Return where the values stand; the context has no reference, so what it gives is inferred again."""
    return [Reference(each.step, each.pointer) for each in sources if not isinstance(each, ContextSource)]


def _anchored(step: Step, queries: list[str]) -> Step:
    """Return the step with the user's words that derived sources rest on where they now stand."""
    if not any(list(source.quotes()) and not isinstance(source, UserSource) for source in step.sources.values()):
        return step
    moved = {pointer: _moved(source, queries) for pointer, source in step.sources.items()}
    return step.model_copy(update={"sources": moved})


def _moved(source: Source, queries: list[str]) -> Source:
    if isinstance(source, UserSource):
        text = queries[source.turn] if source.turn < len(queries) else ""
        at = text.find(source.quote)
        return source if at < 0 else source.model_copy(update={"start": at, "end": at + len(source.quote)})
    parts = source.parts()
    return source.model_copy(update={"of": [_moved(part, queries) for part in parts]}) if parts else source
