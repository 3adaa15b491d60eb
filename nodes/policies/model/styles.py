"""In which manner a request is written: one of many, so that a data set does not sound of one voice.

Most manners fit any chain. One that says why somebody asks is drawn only where the chain can be asked so: nobody plans
a journey, pays or changes something out of mere interest, and nobody plans ahead what has no date.
"""

import random
import re
from collections.abc import Iterator
from enum import Flag, auto
from typing import Any

from nodes.policies.base import SynthesizeRequest
from nodes.proofs.grounded import argument_leaves
from tool_registry.permissions import effective


class About(Flag):
    """What a chain has to do with."""

    NOTHING = 0
    DATES = auto()
    AMOUNTS = auto()
    DEEDS = auto()


#: Each manner with what the chain must have to do with, and what it must not.
_MANNERS: tuple[tuple[str, About, About], ...] = (
    ("two or three sentences; a short situation, then the wish", About.NOTHING, About.NOTHING),
    ("one long spoken sentence", About.NOTHING, About.NOTHING),
    ("short and direct, like a message typed on a phone", About.NOTHING, About.NOTHING),
    ("friendly, with the reason why it is needed", About.NOTHING, About.NOTHING),
    ("matter-of-fact, to somebody whose job it is", About.NOTHING, About.NOTHING),
    ("a little rambling, thinking aloud", About.NOTHING, About.NOTHING),
    ("polite and complete, like an e-mail", About.NOTHING, About.NOTHING),
    ("a question first, then the details that belong to it", About.NOTHING, About.DEEDS),
    ("the details first, then what is wanted", About.NOTHING, About.NOTHING),
    ("terse, without greeting, partly in fragments", About.NOTHING, About.NOTHING),
    ("curious, for no other reason than interest", About.NOTHING, About.DATES | About.AMOUNTS | About.DEEDS),
    ("planning ahead, with what depends on the answer", About.DATES, About.NOTHING),
)
_DATE_OR_TIME = re.compile(r"\d{4}-\d{2}(-\d{2})?([T ].*)?|\d{1,2}:\d{2}(:\d{2})?")
_TIME_FORMATS = frozenset(("date", "time", "date-time", "duration"))


def manner(request: SynthesizeRequest) -> str:
    """Return the manner that the request's `style_seed` draws among those that fit its chain."""
    subject = about(request)
    fitting = [words for words, wanted, excluded in _MANNERS if wanted in subject and not excluded & subject]
    return random.Random(request.style_seed).choice(fitting)


def about(request: SynthesizeRequest) -> About:
    """Return what the chain has to do with: dates and amounts that the person gives, and what its tools change."""
    subject = About.NOTHING
    for step in request.steps:
        spec = request.tools.get(step.tool)
        if spec is not None and not effective(spec).read_only:
            subject |= About.DEEDS
    for value, schema in _given(request):
        if schema.get("format") in _TIME_FORMATS or (isinstance(value, str) and _DATE_OR_TIME.fullmatch(value)):
            subject |= About.DATES
        elif isinstance(value, int | float) and not isinstance(value, bool):
            subject |= About.AMOUNTS
    return subject


def _given(request: SynthesizeRequest) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield the values that no result gives, each with its schema."""
    for step in request.steps:
        spec = request.tools.get(step.tool)
        for leaf in argument_leaves(step, spec.parameters if spec else {}):
            if leaf.pointer not in step.sources:
                yield leaf.value, leaf.place.schema
