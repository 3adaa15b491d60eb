"""Refusals: a wish that a rule of the record's policy forbids, or that no offered tool can do; nothing is done.

The call that the wish comes to is there complete, each argument with a source that holds, and is asked for; it is
never made. Words of the response are marked as declining it; that they do decline only a reader sees. Older files have
no such marks (`declines` is null): of them no more is proved. Reads that tell why may be made, writes may not, and the
response claims no deed. Without a rule, the tool is none that is offered, and none of its category is: that is seen
where the tools are (`offered_of_kind`), for a record has no spec of what was not called. What a rule forbids is proved
in `rules.py`.
"""

from collections.abc import Iterator, Mapping

from graph.record import Finding, Record, RefusedCall, Turn
from graph.spans import stands_whole
from nodes.proofs.dialogue_reading import (
    DialogueReading,
    cited_finding,
    executed_finding,
    faithful_finding,
    stands_at,
)
from tool_registry.spec import ToolSpec


def check(dialogue: DialogueReading) -> Iterator[Finding]:
    """Yield refused calls that were wished for by nobody or could have been made, and what was done all the same."""
    ids = set(dialogue.steps)
    for index, turn in enumerate(dialogue.turns):
        if turn.refuses is None:
            continue
        where, refused = f"/turns/{index}", turn.refuses
        if refused.id in ids:
            message = f"the refused call is called {refused.id!r}, as another one is"
            yield executed_finding("duplicate_id", message, f"{where}/refuses/id")
        ids.add(refused.id)
        yield from _made(dialogue, index, refused)
        if turn.asks is not None and not any(refused.id in ask.steps for ask in turn.asks):
            message = f"no words of the query are marked as asking for {refused.id} ({refused.tool}), which is refused"
            yield faithful_finding("not_asked", message, f"{where}/refuses")
        yield from _declined(turn, refused, where)
        yield from _offered(dialogue.record, refused, where)
        for number, step in enumerate(turn.steps):
            if not dialogue.only_reads(step):
                message = f"{step.id} {step.tool} may change something, in a turn that does nothing but refuse"
                yield executed_finding("done_all_the_same", message, f"{where}/steps/{number}")
        for number, tell in enumerate(turn.tells or ()):
            if tell.did is not None and stands_whole(turn.response, tell.start, tell.end):
                message = f"the words {tell.quote!r} tell a deed ({tell.did}), in a turn that does nothing but refuse"
                yield cited_finding("deed_in_refusal", message, f"{where}/tells/{number}")


def _declined(turn: Turn, refused: RefusedCall, where: str) -> Iterator[Finding]:
    """Yield what is wrong with the marks of the words that decline, where marks are stored."""
    if turn.declines is None:
        return
    for number, decline in enumerate(turn.declines):
        place = f"{where}/declines/{number}"
        if not stands_at(decline, turn.response):
            message = f"the mark {decline.quote!r} is not what stands at {decline.start}"
            yield cited_finding("bad_span", message, place)
        if decline.call != refused.id:
            message = f"the words {decline.quote!r} decline {decline.call}, which is not what the turn refuses"
            yield cited_finding("dangling", message, place)
    if not any(decline.call == refused.id for decline in turn.declines):
        message = f"no words of the response are marked as declining {refused.id} ({refused.tool})"
        yield cited_finding("not_declined", message, f"{where}/response")


def _made(dialogue: DialogueReading, index: int, refused: RefusedCall) -> Iterator[Finding]:
    """Yield steps that are the refused call."""
    for name, step in dialogue.steps.items():
        if dialogue.made_in[name] == index and step.tool == refused.tool and step.arguments == refused.arguments:
            message = f"{name} is the call of {refused.tool} that is refused"
            yield executed_finding("made_all_the_same", message, f"/turns/{index}/refuses")


def _offered(record: Record, refused: RefusedCall, where: str) -> Iterator[Finding]:
    """Yield what contradicts the reason: without a rule nothing may do it, with one the tool has to be there."""
    is_known = any(spec.name == refused.tool for spec in record.tools)
    is_offered = refused.tool in record.offered
    if refused.rule is None and (is_known or is_offered):
        message = f"{refused.tool} is refused without a rule, though it is {'offered' if is_offered else 'there'}"
        yield executed_finding("tool_is_offered", message, f"{where}/refuses/tool")
    if refused.rule is None and refused.allowed is not None:
        message = "other arguments are said to be allowed, but no rule forbids these"
        yield executed_finding("not_of_kind", message, f"{where}/refuses/allowed")
    if refused.rule is not None and not (is_known and is_offered):
        message = f"a rule is said to forbid a call of {refused.tool}, which is not offered at all"
        yield executed_finding("tool_not_offered", message, f"{where}/refuses/tool")


def offered_of_kind(record: Record, specs: Mapping[str, ToolSpec]) -> Iterator[Finding]:
    """Yield refusals without a rule though an offered tool is of the refused one's category; `specs`: all tools."""
    for index, turn in enumerate(record.turns):
        refused = turn.refuses
        spec = None if refused is None or refused.rule is not None else specs.get(refused.tool)
        if refused is None or spec is None:
            continue
        near = [name for name in record.offered if name in specs and specs[name].category == spec.category]
        if near:
            message = f"{refused.tool} is refused, and of its category {spec.category!r} {near[0]} is offered"
            yield executed_finding("kind_is_offered", message, f"/turns/{index}/refuses/tool")
