"""Is each turn of a dialogue what its kind says? Their order here; each kind that claims more has a file of its own.

The kind is of the person's message. The first turn is a request, or a refusal; a turn that awaits a value is followed
by the clarification that gives it, and only such a one is. A chat calls nothing and asks for nothing. Who asks for a
step has it made in the same turn, unless the assistant first asks back.

Version 1 knows no kinds, and neither does foreign data, which is read as of version 1.
"""

from collections.abc import Iterator

from graph.record import Finding, Record, Turn
from nodes.proofs import chats, clarifications, corrections, refusals
from nodes.proofs.dialogue_reading import DialogueReading, executed_finding, faithful_finding

#: Kinds of messages that want something done.
_WISHES = ("request", "follow_up", "clarification", "correction")


def check(record: Record) -> list[Finding]:
    """Return the turns that are not what their kind says."""
    if record.schema_version == 1 or not record.turns or _is_single_request(record.turns):
        return []
    dialogue = DialogueReading(record)
    return [
        *_order(dialogue),
        *_asks(dialogue),
        *clarifications.check(dialogue),
        *corrections.check(dialogue),
        *refusals.check(dialogue),
        *chats.check(dialogue),
    ]


def _is_single_request(turns: list[Turn]) -> bool:
    """Say whether there is one turn, which claims nothing that a kind would have to prove."""
    first = turns[0]
    claims = first.awaits or first.replaces or first.refuses
    return len(turns) == 1 and first.kind == "request" and not claims


def _order(dialogue: DialogueReading) -> Iterator[Finding]:
    turns = dialogue.turns
    for index, turn in enumerate(turns):
        where = f"/turns/{index}"
        if (index == 0) != (turn.kind == "request") and not (index == 0 and turn.kind == "refusal"):
            may_be = "the first message is a request or a refusal, and no later one a request"
            yield executed_finding("wrong_place", f"turn {index} is a {turn.kind}: {may_be}", f"{where}/kind")
        is_awaited = index > 0 and bool(turns[index - 1].awaits)
        if turn.kind == "clarification" and index > 0 and not is_awaited:
            message = "it is said to give what the assistant asked for, and the turn before awaits nothing"
            yield executed_finding("nothing_awaited", message, f"{where}/kind")
        if turn.awaits and (index + 1 == len(turns) or turns[index + 1].kind != "clarification"):
            message = "the assistant asks for a value, and the next turn is no clarification that gives it"
            yield executed_finding("unanswered", message, f"{where}/awaits")
        for member, message in _not_of_kind(turn):
            yield executed_finding("not_of_kind", message, f"{where}/{member}")
        if turn.kind in _WISHES and not turn.steps and not turn.awaits:
            message = f"a {turn.kind} makes calls, or the assistant asks back: this turn does neither"
            yield executed_finding("nothing_done", message, f"{where}/steps")


def _not_of_kind(turn: Turn) -> Iterator[tuple[str, str]]:
    """Yield the members that the turn has and its kind has not, or the other way round, each with what is wrong."""
    if (turn.replaces is not None) != (turn.kind == "correction"):
        yield "replaces", f"a correction names the call that it replaces, and no other turn does: this is a {turn.kind}"
    if (turn.refuses is not None) != (turn.kind == "refusal"):
        yield "refuses", f"a refusal names the call that is not made, and no other turn does: this is a {turn.kind}"
    if turn.kind != "chat":
        return
    for member, value in (("steps", turn.steps), ("asks", turn.asks), ("awaits", turn.awaits)):
        if value:
            yield member, f"a chat wants nothing, so it has no {member}"


def _asks(dialogue: DialogueReading) -> Iterator[Finding]:
    """Yield words that ask for what is not made in their turn, though the assistant did not ask back."""
    for index, turn in enumerate(dialogue.turns):
        refused = turn.refuses.id if turn.refuses is not None else None
        for number, ask in enumerate(turn.asks or ()):
            for name in ask.steps:
                made = dialogue.made_in.get(name, index)
                if name == refused or made == index:
                    continue
                if made > index and all(each.awaits for each in dialogue.turns[index:made]):
                    continue
                when = "before" if made < index else "only later, though nothing was asked back"
                message = f"the words {ask.quote!r} ask for {name}, which is made in turn {made}: {when}"
                yield faithful_finding("asked_elsewhere", message, f"/turns/{index}/asks/{number}")
