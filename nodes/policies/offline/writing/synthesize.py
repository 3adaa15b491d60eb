"""The offline writer: a query a person would write for the chain, and a response that answers all of it.

Several drafts are tried: the first one that the proofs have nothing against is returned. A plan of several turns is
written by `dialogue.py`.
"""

import random

from nodes.marks.parse import render
from nodes.policies.base import Draft, DraftTurn, SynthesizeRequest
from nodes.policies.offline.asks import Ask
from nodes.policies.offline.reading.context_values import without_context
from nodes.policies.offline.writing.awkwardness import awkwardness_of
from nodes.policies.offline.writing.dialogue import write_dialogue
from nodes.policies.offline.writing.message import MessageWriter
from nodes.policies.offline.writing.review import objections

_DRAFTS = 12
_COMPARED = 3


def synthesize(request: SynthesizeRequest) -> Draft:
    """Return the least awkward of a few drafts that has no objections, else the one with the fewest of many."""
    spoken = request.model_copy(update={"steps": without_context(request.steps, request.context.vars)})
    is_single = len(request.plan.turns) == 1 and request.plan.turns[0].kind == "request"
    if not is_single:
        return write_dialogue(request, spoken)
    flawed: list[tuple[int, int, Draft]] = []
    options: dict[str, list[Ask]] = {}
    for start in range(0, _DRAFTS, _COMPARED):
        writers: list[tuple[float, int, MessageWriter]] = []
        for attempt in range(start, start + _COMPARED):
            rng = random.Random(f"{request.seed}|{attempt}")
            writer = MessageWriter(spoken, rng, options, cautious=attempt >= _DRAFTS // 2)
            writer.write()
            writers.append((awkwardness_of(writer), attempt, writer))
        # Writing and proving cost alike, and most drafts are sound: the best one is proved first.
        for _, attempt, writer in sorted(writers, key=lambda entry: entry[:2]):
            draft = _draft(writer)
            count = len(objections(draft, request))
            if not count:
                return draft
            flawed.append((count, attempt, draft))
    return min(flawed, key=lambda entry: entry[:2])[2]


def _draft(writer: MessageWriter) -> Draft:
    """Return what is written, marked."""
    locale = writer.request.context.locale
    query = writer.speaker.marks.marked(writer.query, locale)
    response = writer.answering.marks.marked(writer.response, locale)
    return Draft(turns=[DraftTurn(query=render(query), response=render(response))])
