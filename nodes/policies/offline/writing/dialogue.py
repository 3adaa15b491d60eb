"""A dialogue from its plan: turn after turn, the least awkward of a few drafts that the proofs pass.

A question and the turn that answers it are written together, for neither holds alone.
"""

import random
from collections.abc import Iterator

from nodes.policies.base import Draft, SynthesizeRequest, Written
from nodes.policies.offline.writing.conversation import Conversation
from nodes.policies.offline.writing.review import objections
from nodes.policies.offline.writing.turns import recall_turn, write_turn

_DRAFTS = 12
_COMPARED = 3


def write_dialogue(request: SynthesizeRequest, spoken: SynthesizeRequest) -> Draft:
    """Return the turns that are asked for; `spoken` is the request without what the context says."""
    talk = Conversation.begin(spoken)
    before = Written(turns=request.previous.turns[: request.first]) if request.previous is not None else Written()
    for number in range(len(before.turns)):
        recall_turn(talk, number)
    for unit in _units(request):
        talk = _best(talk, unit, request, before)
    return talk.draft()


def _units(request: SynthesizeRequest) -> Iterator[list[int]]:
    """Yield the numbers of turns that are written together."""
    unit: list[int] = []
    for number in range(request.first, request.last + 1):
        unit.append(number)
        if not request.plan.turns[number].awaits:
            yield unit
            unit = []
    if unit:
        yield unit


def _best(talk: Conversation, unit: list[int], request: SynthesizeRequest, before: Written) -> Conversation:
    flawed: list[tuple[int, int, Conversation]] = []
    for start in range(0, _DRAFTS, _COMPARED):
        drafts: list[tuple[float, int, Conversation]] = []
        for attempt in range(start, start + _COMPARED):
            rng = random.Random(f"{request.seed}|{unit[0]}|{attempt}")
            draft = talk.fork(rng)
            for number in unit:
                write_turn(draft, number, cautious=attempt >= _DRAFTS // 2)
            drafts.append((draft.awkwardness, attempt, draft))
        for _, attempt, draft in sorted(drafts, key=lambda entry: entry[:2]):
            count = len(objections(draft.draft(), request, before))
            if not count:
                return draft
            flawed.append((count, attempt, draft))
    return min(flawed, key=lambda entry: entry[:2])[2]
