"""What the writer is told: what the query has to say, what it must not give away, in which style."""

import random

from graph.record import StepSource
from nodes.policies.base import SynthesizeRequest
from nodes.policies.model.sections import shortened
from nodes.policies.model.views import call_text, listed, view
from nodes.proofs.finding_quotes import spellings
from nodes.proofs.schemas import default_of, leaf_name, leaf_schema
from tool_registry.json_pointer import MISSING, comparable, equal, leaves, resolve, scalars

_RESULT_CHARACTERS = 1_500
_RESULTS_CHARACTERS = 16_000
_SPELLINGS = 3
_HIDDEN = 24
_HIDDEN_MIN = 4

_STYLES = (
    "two or three sentences; a short situation, then the wish",
    "one long spoken sentence",
    "short and direct, like a message typed on a phone",
    "friendly, with the reason why it is needed",
    "matter-of-fact, at work, to a colleague",
    "a little rambling, thinking aloud",
    "polite and complete, like an e-mail",
    "a question first, then the details that belong to it",
    "the details first, then what is wanted",
    "terse, without greeting, partly in fragments",
    "curious, for no other reason than interest",
    "planning ahead, with what depends on the answer",
)


def style(seed: int) -> str:
    """Return the register of one query; many of them, so that a data set does not sound of one voice."""
    return random.Random(seed).choice(_STYLES)


def must_say(request: SynthesizeRequest) -> str:
    """Return the values that only the person can give, with the spellings that count."""
    told = [value for _, value in scalars(request.context.model_dump()) if isinstance(value, str)]
    lines: dict[str, None] = {}
    for step in request.steps:
        spec = request.tools.get(step.tool)
        parameters = spec.parameters if spec else {}
        for pointer, value in leaves(step.arguments):
            if not pointer or pointer in step.sources:
                continue
            schema, name = leaf_schema(parameters, pointer), leaf_name(pointer)
            default = default_of(parameters, pointer)
            if default is not MISSING and equal(default, value):
                continue  # unsaid is as good as said
            if any(equal(value, known) for known in told):
                lines[f"{_label(schema, name)}: {value!r}, or leave it to the setting"] = None
                continue
            ways = spellings(value, schema, name)[:_SPELLINGS]
            said = " or ".join(f"“{way}”" for way in ways) or f"{value!r}, as a phrase about {name}"
            lines[f"{_label(schema, name)}: {said}"] = None
    return listed(lines)


def _label(schema: dict[str, object], name: str) -> str:
    about = str(schema.get("title") or schema.get("description") or "")
    words = name.replace("_", " ")
    return f"{words} ({shortened(about, 60)})" if about and about.lower() != words else words


def must_hide(request: SynthesizeRequest) -> str:
    """Return what is found on the way and then used, first; of the other findings a few."""
    said = {
        comparable(value)
        for step in request.steps
        for pointer, value in scalars(step.arguments)
        if not isinstance(step.sources.get(pointer), StepSource)
    }
    used = [
        resolve(step.arguments, pointer)
        for step in request.steps
        for pointer, source in step.sources.items()
        if isinstance(source, StepSource)
    ]
    found = [value for step in request.steps for _, value in scalars(step.result)]
    hidden: dict[str, None] = {}
    for value in [*used, *found]:
        text = str(value)
        if isinstance(value, bool) or value is None or value is MISSING or isinstance(value, dict | list):
            continue
        if _HIDDEN_MIN <= len(text) <= 60 and comparable(value) not in said:
            hidden[text] = None
        if len(hidden) >= _HIDDEN:
            break
    return f"{', '.join(hidden) or '(nothing in particular)'} – and whatever else only RESULTS tell"


def calls(request: SynthesizeRequest) -> str:
    """Return the chain's calls in order, with where each argument comes from."""
    lines = []
    for number, ids in enumerate(request.chains):
        lines.append(f"chain {number}: {' → '.join(ids)}")
    for step in request.steps:
        spec = request.tools.get(step.tool)
        about = shortened(" ".join(spec.description.split()), 120) if spec else ""
        lines.append(f"{step.id} {call_text(step.tool, step.arguments, step.sources, 300)} – {about}")
    return "\n".join(lines)


def results(request: SynthesizeRequest) -> str:
    """Return a view of each result, together bounded."""
    room = min(_RESULT_CHARACTERS, _RESULTS_CHARACTERS // max(len(request.steps), 1))
    return "\n".join(f"{step.id}: {view(step.result, room)}" for step in request.steps)


def rewrite(request: SynthesizeRequest) -> str:
    """Return what the proofs found wrong with the last draft; empty for a first one."""
    if request.previous is None:
        return ""
    found = listed(shortened(finding.message, 300) for finding in request.findings[:12])
    return (
        "This is a rewrite. Keep what was good and put right what was found wrong.\n"
        f"Last query: {shortened(request.previous.query, 1500) or '(none)'}\n"
        f"Last response: {shortened(request.previous.response, 2000) or '(none)'}\n"
        f"Found wrong:\n{found}"
    )
