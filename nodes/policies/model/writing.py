"""What the writer is told: what the query has to say, what it must not give away, in which style."""

import random
from collections.abc import Iterator

from graph.record import Step, StepSource
from nodes.drafts import as_marked
from nodes.marks.find import said_anywhere
from nodes.marks.infer import setting_of
from nodes.marks.language import language_of
from nodes.marks.parse import render
from nodes.marks.spelling import spellings
from nodes.policies.base import SynthesizeRequest
from nodes.policies.model.sections import shortened
from nodes.policies.model.views import call_text, listed, view
from nodes.proofs.grounded import argument_leaves
from nodes.proofs.schemas import default_of
from nodes.proofs.source_checks import Leaf
from tool_registry.json_pointer import MISSING, equal, resolve, scalars

_RESULT_CHARACTERS = 1_500
_RESULTS_CHARACTERS = 16_000
_SPELLINGS = 3
_HIDDEN = 24
_HIDDEN_MIN = 4
_LEAVES_MAX = 16

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


def language(request: SynthesizeRequest) -> str:
    """Return the English name of the language to write in."""
    code = language_of(request.context.locale).names.language
    return str(language_of("en").names.languages.get(code, code))


def must_say(request: SynthesizeRequest) -> str:
    """Return the values that only the person can give: each with its references and words that would say it."""
    references: dict[str, list[str]] = {}
    for step, leaf in _said_leaves(request):
        about = _label(leaf.schema, leaf.name)
        references.setdefault(f"{about}: {_words(leaf, request)}", []).append(f"{step.id}{leaf.pointer}")
    return listed(f"({' '.join(places)}) {line}" for line, places in references.items())


def _said_leaves(request: SynthesizeRequest) -> Iterator[tuple[Step, Leaf]]:
    """Yield the arguments that neither a step gives nor a default, nor the context."""
    known = [value for _, value in scalars(request.context.model_dump()) if isinstance(value, str)]
    for step in request.steps:
        spec = request.tools.get(step.tool)
        for leaf in argument_leaves(step, spec.parameters if spec else {}):
            default = default_of(leaf.parameters, leaf.pointer)
            unsaid = default is not MISSING and equal(default, leaf.value)  # as good as said
            if leaf.pointer not in step.sources and not unsaid and leaf.value not in known:
                yield step, leaf


def _words(leaf: Leaf, request: SynthesizeRequest) -> str:
    """Return examples of how people say the value; what is now may be said by it."""
    ways = spellings(leaf.value, leaf.schema, leaf.name)[:_SPELLINGS]
    if request.context.now and isinstance(leaf.value, str) and leaf.value == request.context.now[:10]:
        ways = ["today", *ways[:1]]
    return "such as " + " or ".join(f"“{way}”" for way in ways) if ways else f"{leaf.value!r}, in your words"


def _label(schema: dict[str, object], name: str) -> str:
    about = str(schema.get("title") or schema.get("description") or "")
    words = name.replace("_", " ")
    return f"{words} ({shortened(about, 60)})" if about and about.lower() != words else words


def must_hide(request: SynthesizeRequest) -> str:
    """Return what is found on the way and then used, first; of the other findings a few. Nothing that is to be said."""
    setting = setting_of(request.context)
    said = [leaf.value for _, leaf in _said_leaves(request)]
    told = " · ".join(way for value in said for way in [*spellings(value, {})[:1], str(value)])
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
        if _HIDDEN_MIN <= len(text) <= 60 and text not in hidden and not said_anywhere(told, value, setting):
            hidden[text] = None
        if len(hidden) >= _HIDDEN:
            break
    return f"{', '.join(hidden) or '(nothing in particular)'} – and whatever else only RESULTS tell"


def ends(request: SynthesizeRequest) -> str:
    """Return the steps whose results no other step uses: each is to be asked for and told."""
    used = {name for step in request.steps for source in step.sources.values() for name in source.steps()}
    return ", ".join(f"{step.id} ({step.tool})" for step in request.steps if step.id not in used)


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
    """Return each result, together bounded: value by value with references where they are few, else as a view."""
    room = min(_RESULT_CHARACTERS, _RESULTS_CHARACTERS // max(len(request.steps), 1))
    return "\n".join(_result(step, room) for step in request.steps)


def _result(step: Step, room: int) -> str:
    found = [(pointer, value) for pointer, value in scalars(step.result)]
    if 0 < len(found) <= _LEAVES_MAX:
        text = " ".join(f"{step.id}{pointer}={view(value, 120)}" for pointer, value in found)
        if len(text) <= room:
            return text
    return f"{step.id}: {view(step.result, room)}"


def rewrite(request: SynthesizeRequest) -> str:
    """Return what was found wrong with what was written last; empty for a first draft."""
    if request.previous is None:
        return ""
    found = listed(
        shortened(finding.message + (f" (there: {finding.because})" if finding.because else ""), 300)
        for finding in request.findings[:12]
    )
    query, response = (render(as_marked(half)) for half in (request.previous.query, request.previous.response))
    return (
        "This is a rewrite. Put right what was found wrong, and nothing else; keep the manner in which it is written.\n"
        f"Last query: {shortened(query, 3000) or '(none)'}\n"
        f"Last response: {shortened(response, 4000) or '(none)'}\n"
        f"Found wrong:\n{found}\n"
    )


def answer_form(request: SynthesizeRequest) -> str:
    """Return in which form the answer is wanted; of a rewrite only what changes."""
    if request.previous is None or not request.previous.query.text:
        return 'Answer as {"query": "…", "response": "…"}.'
    return (
        'Answer as {"query": …, "response": …, "marks": […]}. Give only what changes: null for a half that stays as it '
        'is; where words only lack a mark, leave both null and mark them: {"half": "query", "words": "copied from it", '
        '"target": "s3"}.'
    )
