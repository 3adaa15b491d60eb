"""The sections of prompts that are the same for several decisions, each of bounded length."""

import difflib
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from graph.record import Attempt, Gradient, Ingredients, Note, PolicyRules, RecordContext
from nodes.policies.base import CallReport, CritiqueRequest, ProposeRequest, SampleView
from nodes.policies.model.chain_text import chain_text
from nodes.policies.model.pointed import named_in, taken_by
from nodes.policies.model.views import call_text, listed, view
from nodes.proofs.schemas import leaf_schema
from tool_registry.json.pointer import equal, leaves
from tool_registry.json.schema import closed_values, labels
from tool_registry.language_names import language_name
from tool_registry.permissions import effective
from tool_registry.result import ToolError
from tool_registry.spec import ToolSpec

CHAIN_CHARACTERS = 2_600
NEWEST_CHARACTERS = 500
_JUDGED_CHAIN_CHARACTERS = 1_600
_JUDGED_NEWEST_CHARACTERS = 260
_RESULT_CHARACTERS = 600
_ATTEMPTS, _ATTEMPT_CHARACTERS = 8, 90
_RESERVE_VIEWS, _RESERVE_CHARACTERS = 6, 200
_NOTES, _NOTE_CHARACTERS = 8, 200
_GRADIENT_CHARACTERS = 1_000
_ERROR_CHARACTERS = 240
_WANTED = {
    "array": "a list",
    "object": "an object",
    "switch": "a switch (true or false)",
    "choice": "one of a few choices",
    "number": "a number",
    "words": "a text of several words",
    "optional": "an argument that may be left out",
}
_SHAPES = {
    "parallel": " The calls are independent: none uses another's result, and one request asks for all of them, such as"
    " the same of several things (one tool, other values) or a few errands of one person.",
    "dependent": " Each call after the first uses the result of an earlier one.",
}
NOTHING_GIVEN = "(none)"
_CATEGORIES_CHARACTERS, _BATCH_CHARACTERS = 600, 1_000


def setting(context: RecordContext, policy: PolicyRules | None = None) -> str:
    """Return what is known of the time, the place and the user, and the rules that the assistant works under."""
    lines = []
    if context.now:
        lines.append(f"now: {context.now}")
    else:
        lines.append("the date and time are not known: nothing may depend on today")
    if context.timezone:
        lines.append(f"time zone: {context.timezone}")
    lines.append(f"language: {language_name(context.locale, context.language)} (locale {context.locale})")
    if context.user:
        lines.append(f"the user: {view(context.user, 600)}")
    if context.vars:
        lines.append(f"also: {view(context.vars, 600)}")
    if policy is not None:
        lines.append(f"the assistant works under this policy; a call that breaks a rule is not made:\n{policy.text}")
    return "\n".join(lines)


def ingredients(given: Ingredients | None) -> str:
    """Return what the sample may be made of, a line a kind."""
    if given is None:
        return NOTHING_GIVEN
    lines = _person(given)
    if given.names:
        lines.append(f"people: {'; '.join(given.names)}")
    if given.day or given.when:
        around = f"around {given.day}" if given.day else ""
        when = f" ({given.when})" if given.day and given.when else given.when or ""
        lines.append(f"time: {around}{when}")
    if given.amount is not None:
        lines.append(f"amounts: of the order of {given.amount:.12g}")
    return "\n".join(lines) or NOTHING_GIVEN


def asker(given: Ingredients | None) -> str:
    """Return who may ask, about what and where: what else there is, the calls say."""
    return "\n".join(_person(given)) or NOTHING_GIVEN if given is not None else NOTHING_GIVEN


def _person(given: Ingredients) -> list[str]:
    told = {"asked by": given.who, "about": given.topic, "places": "; ".join(given.places)}
    return [f"{name}: {words}" for name, words in told.items() if words]


def chain(request: SampleView) -> str:
    """Return the chain so far, as the proposer sees it, with what the last critique points to."""
    pointed = named_in(request.gradients[-1].text) if request.gradients else {}
    return chain_text(request.steps, request.chains, CHAIN_CHARACTERS, NEWEST_CHARACTERS, request.tools, pointed)


def judged_chain(request: CritiqueRequest) -> str:
    """Return the chain so far, shorter: the reports are what is judged; with what they take from it."""
    pointed = taken_by(report.proposal for report in [*request.reports, *request.reserve])
    characters, newest = _JUDGED_CHAIN_CHARACTERS, _JUDGED_NEWEST_CHARACTERS
    return chain_text(request.steps, request.chains, characters, newest, pointed=pointed)


def other_attempts(request: ProposeRequest) -> str:
    """Return the calls that can still be kept, and the latest others that are not in the chain, on short lines."""
    waiting = [report.proposal for report in request.reserve]
    lines = [
        _attempt(attempt)
        for attempt in request.attempts
        if not attempt.selected
        and not any(attempt.tool == call.tool and equal(attempt.arguments, call.arguments) for call in waiting)
    ]
    return listed([*(f"{line}: worked, can still be kept" for line in _reserve_lines(request)), *lines[-_ATTEMPTS:]])


def judged_reserve(request: CritiqueRequest) -> str:
    """Return the calls that can still be kept, as the critic sees them."""
    return "\n".join(_reserve_lines(request, braces=True)) or "(empty)"


def _reserve_lines(request: ProposeRequest | CritiqueRequest, *, braces: bool = False) -> list[str]:
    """Return a line for each call, the newest last and with their results."""
    lines = []
    results = results_of(request)
    for age, report in enumerate(reversed(request.reserve)):
        call = report.proposal
        head = f"{{{call.id}}}" if braces else call.id
        line = f"{head} {call_text(call.tool, call.arguments, call.sources, _ATTEMPT_CHARACTERS, results)}"
        shown = view(report.result, max(_RESERVE_CHARACTERS - len(line), 60)) if age < _RESERVE_VIEWS else ""
        lines.append(f"{line} = {shown}" if shown else line)
    return lines[::-1]


def _attempt(attempt: Attempt) -> str:
    call = call_text(attempt.tool, attempt.arguments, None, _ATTEMPT_CHARACTERS)
    if attempt.error is None:
        return f"{call}: worked, was not kept"
    return f"{call}: {attempt.error.kind}, {shortened(attempt.error.message, _ATTEMPT_CHARACTERS)}"


def last_gradient(gradients: list[Gradient]) -> str:
    """Return the last critique's words, what it looked for beside them, and what of the last answers was not done."""
    if not gradients:
        return "(none)"
    last = gradients[-1]
    words = shortened(last.text.strip(), _GRADIENT_CHARACTERS)
    in_vain = {note.call for note in last.notes}
    sought = [what for what in (*last.tools, *last.wishes) if what not in words and what not in in_vain]
    looked_for = f"Looked for: {'; '.join(sought)}." if sought else ""
    return "\n".join(filter(None, [words, looked_for, told_notes(last.notes)])) or "(none)"


def library(request: CritiqueRequest) -> str:
    """Return the categories of the whole library; of very many some, other ones for another sample and iteration."""
    return names_text(request.categories, _CATEGORIES_CHARACTERS, request.seed)


def at_hand(request: CritiqueRequest) -> str:
    """Return the names of the present batch's tools; nothing where this critique may well be the last."""
    if request.target_calls - len(request.steps) <= request.accept:
        return "(not told: the chain may be complete now)"
    return names_text(request.batch, _BATCH_CHARACTERS, request.seed)


def names_text(names: Sequence[str], characters: int, seed: int) -> str:
    """Return the names, commas between; where there is no room for all, some that the seed draws and how many more."""
    whole = ", ".join(names)
    if len(whole) <= characters:
        return whole or "(none)"
    drawn = list(names)
    random.Random(seed).shuffle(drawn)
    ends = accumulate(len(name) + 2 for name in drawn)
    room = sum(end <= characters for end in ends)
    return f"{', '.join(sorted(drawn[:room]))} and {len(names) - room} more"


def told_notes(notes: list[Note]) -> str:
    """Return what was answered and not done, a line each; of many the last ones, and how many more there are."""
    lines = [f"Note: {shortened(note.message, _NOTE_CHARACTERS)}." for note in notes]
    more = len(lines) - _NOTES
    return "\n".join([*([f"Note: {more} more answers could not be used."] if more > 0 else []), *lines[-_NOTES:]])


def judged_reports(request: CritiqueRequest) -> str:
    """Return the calls to judge with what came of them, and what was proposed and not called."""
    results = results_of(request)
    reports = [report(each, results) for each in request.reports]
    return "\n".join(filter(None, [*reports, told_notes(request.notes)])) or "(none)"


def results_of(request: ProposeRequest | CritiqueRequest) -> dict[str, Any]:
    """Return what steps and calls have found, by their ids."""
    judged = request.reports if isinstance(request, CritiqueRequest) else []
    found = {step.id: step.result for step in request.steps}
    return found | {each.proposal.id: each.result for each in [*request.reserve, *judged]}


def propose_aim(request: ProposeRequest) -> str:
    """Return how many calls there are and are missing, and what is to be known where some change something."""
    missing = request.target_calls - len(request.steps)
    words = f"The chain has {len(request.steps)} of {request.target_calls} calls; {missing} "
    words += "is missing" if missing == 1 else "are missing"
    words += ", one more is an alternative." if request.count > missing else "."
    words += _SHAPES.get(request.shape, "")
    if request.wants in _WANTED and not request.has_wanted:
        words += (
            f" One call of the chain at least has {_WANTED[request.wants]} among its arguments, said by the person."
        )
    if _any_deed(request, request.batch):
        words += (
            " Calls that refer to no other call of your answer see everything as it is now: what a change brings is"
            " read by a call that refers to it, or next time."
        )
    return words


def _any_deed(request: SampleView, tools: Iterable[str]) -> bool:
    return any(name in request.tools and effective(request.tools[name]).read_only is False for name in tools)


def critique_aim(request: CritiqueRequest) -> str:
    """Return how many calls there are and how many may be kept, and when the chain may end."""
    words = f"The chain has {len(request.steps)} of {request.target_calls} calls. Keep at most {request.accept}"
    words += "; fewer good calls are better than more." if request.accept > 1 else "."
    words += _SHAPES.get(request.shape, "")
    if request.conclude_from is not None:
        words += (
            ' "concluded": true ends the chain: when the concern is answered by what is kept'
            f" ({request.conclude_from} calls at least) and more would be another person's."
        )
    if _any_deed(request, (report.proposal.tool for report in request.reports)):
        words += (
            " A call that refers to no other call to judge saw everything as it was before them: one that should tell"
            " what a change brought is for next time."
        )
    return words


def report(report: CallReport, results: Mapping[str, Any]) -> str:
    """Return one call with what came of it; `results` are by step and call."""
    proposal = report.proposal
    call = call_text(proposal.tool, proposal.arguments, proposal.sources, 300, results)
    lines = [f"{{{proposal.id}}} {call}"]
    if proposal.rationale:
        lines.append(f"  wanted: {shortened(proposal.rationale, 200)}")
    if report.error is not None:
        lines.append(f"  FAILED, {failure(report.error)}")
    else:
        marks = " (empty)" * report.empty + " (cut to size)" * report.truncated
        lines.append(f"  result{marks}: {view(report.result, _RESULT_CHARACTERS)}")
    return "\n".join(lines)


def failure(error: ToolError) -> str:
    """Return why a call failed, on one line."""
    return f"{error.kind}: {shortened(error.message, _ERROR_CHARACTERS)}"


def hints(spec: ToolSpec, arguments: dict[str, Any]) -> str:
    """Return, for arguments outside of a closed choice, the allowed values that are most alike."""
    lines = []
    for pointer, value in leaves(arguments):
        schema = leaf_schema(spec.parameters, pointer)
        allowed = {str(choice): str(choice) for choice in closed_values(schema)}
        allowed |= {title: f"{choice} ({title})" for choice, title in labels(schema)}
        if not allowed or str(value) in map(str, closed_values(schema)):
            continue
        alike = difflib.get_close_matches(str(value)[:60], list(allowed), n=5, cutoff=0.5) or list(allowed)[:5]
        lines.append(f"{pointer}: allowed are, among {len(closed_values(schema))}: ")
        lines[-1] += ", ".join(dict.fromkeys(allowed[name] for name in alike))
    return "\n".join(lines)


def as_json(value: Any, characters: int) -> str:
    """Return the value as JSON where it is short, else a view of it."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= characters else view(value, characters)


def shortened(text: str, characters: int) -> str:
    """Return the text on one line or as it is, cut between words where it is too long."""
    if len(text) <= characters:
        return text
    return f"{text[: characters - 1].rpartition(' ')[0] or text[: characters - 1]}…"
