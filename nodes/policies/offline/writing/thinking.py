"""Thoughts of the offline writer before a call: what it is for, and where its values come from.

They say what a tool does in its own description's words and never a value, so that nothing is told ahead.
"""

import random
import re
from collections.abc import Sequence

from graph.record import Step
from nodes.policies.base import SynthesizeRequest
from nodes.policies.offline.writing.grammar import upper_first
from nodes.policies.offline.writing.naming import noun_of, parts_of
from nodes.proofs.grounded import argument_leaves
from nodes.proofs.schemas import default_of
from tool_registry.json.pointer import MISSING, equal
from tool_registry.spec import ToolSpec

_ASKED = re.compile(r"(?:how|what|whether|when|where|who|whose|which|why|if)\b", re.IGNORECASE)
_FIGURE = re.compile(r"\d")
_NAMED = 3
_MEANS = (
    "Before I can {later}, I have to {purpose}.",
    "To {later} I first need to {purpose}.",
    "I cannot {later} yet: that takes a step before, to {purpose}.",
)
_ENDS = (
    "This asks me to {purpose}.",
    "One thing wanted is to {purpose}.",
    "I should {purpose} for this.",
    "Now to {purpose}.",
)
_GIVEN = (
    "The message gives the {nouns}.",
    "I have the {nouns} from the message.",
    "From the message I take the {nouns}.",
)
_FOUND = (
    "What {tools} found has the {nouns}.",
    "I take the {nouns} from the result of {tools}.",
    "For the {nouns} I use what {tools} returned.",
)
_NOTHING = ("The tool for that is {tool}.", "That is what {tool} does.", "So I call {tool}.")
#: A description's clause that long is cut at its first comma.
_LONG = 60


def thoughts_of(request: SynthesizeRequest) -> dict[str, str]:
    """Return a thought before each call of the turns that are asked for, by step."""
    turns = request.plan.turns[request.first : request.last + 1]
    names = [name for turn in turns for name in turn.steps]
    steps = {step.id: step for step in request.steps}
    return {name: _thought(steps[name], request) for name in names if name in steps}


def _thought(step: Step, request: SynthesizeRequest) -> str:
    rng = random.Random(f"{request.style_seed}|thought|{step.id}")
    spec = request.tools[step.tool]
    user = next((other for other in request.steps if step.id in other.uses()), None)
    purpose = _purpose(spec)
    if user is not None and _purpose(request.tools[user.tool]) != purpose:
        said = [rng.choice(_MEANS).format(later=_purpose(request.tools[user.tool]), purpose=purpose)]
    else:
        said = [rng.choice(_ENDS).format(purpose=purpose)]
    given, found = _nouns(step, spec, request)
    if found:
        tools = {each.id: each.tool for each in request.steps}
        used = [tools[name] for name in sorted(step.uses(), key=list(tools).index) if name in tools]
        said.append(rng.choice(_FOUND).format(nouns=_listed(found), tools=_listed(list(dict.fromkeys(used)))))
    if given:
        said.append(rng.choice(_GIVEN).format(nouns=_listed(given)))
    if not (given or found) or rng.random() < 1 / 3:
        said.append(rng.choice(_NOTHING).format(tool=step.tool))
    return " ".join(map(upper_first, said))


def _purpose(spec: ToolSpec) -> str:
    """Return what the tool does, as what follows "to"; that it is used, where the description does not say it."""
    verb, body = parts_of(spec.description, spec.name)
    if not body or _FIGURE.search(body):
        return f"use {spec.name}"
    if len(body) > _LONG:
        body = re.split(r"[,;:(] ?", body, maxsplit=1)[0].strip() or body
    if verb is not None:
        return f"{verb} {body}"
    return f"find out {body}" if _ASKED.match(body) else f"get {body}"


def _nouns(step: Step, spec: ToolSpec, request: SynthesizeRequest) -> tuple[list[str], list[str]]:
    """Return what the arguments are called that the person gives, and those that results give."""
    given: dict[str, None] = {}
    found: dict[str, None] = {}
    known = request.context.vars.values()
    for leaf in argument_leaves(step, spec.parameters):
        source = step.sources.get(leaf.pointer)
        noun = noun_of(leaf.place.schema, leaf.place.name)
        if _FIGURE.search(noun):
            continue
        if source is not None and source.steps():
            found[noun] = None
        elif source is None and not _is_default(leaf.parameters, leaf.pointer, leaf.value) and leaf.value not in known:
            given[noun] = None
    return list(given), list(found)


def _is_default(parameters: dict[str, object], pointer: str, value: object) -> bool:
    default = default_of(parameters, pointer)
    return default is not MISSING and equal(default, value)


def _listed(words: Sequence[str]) -> str:
    shown = list(words[:_NAMED])
    if len(words) > _NAMED:
        shown.append("the rest")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
