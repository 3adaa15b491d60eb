"""The sections of prompts that are the same for several decisions, each of bounded length."""

import difflib
import json
from typing import Any

from graph.record import Attempt, Gradient, Ingredients, RecordContext
from nodes.policies.base import CritiqueRequest, Report, SampleView
from nodes.policies.model.views import call_text, chain_text, listed, view
from nodes.proofs.schemas import leaf_schema
from tool_registry.json_pointer import leaves
from tool_registry.json_schema import closed_values, labels
from tool_registry.language_names import language_name
from tool_registry.result import ToolError
from tool_registry.spec import ToolSpec

CHAIN_CHARACTERS = 2_600
NEWEST_CHARACTERS = 500
_JUDGED_CHAIN_CHARACTERS = 1_600
_JUDGED_NEWEST_CHARACTERS = 260
_RESULT_CHARACTERS = 600
_ATTEMPTS, _ATTEMPT_CHARACTERS = 8, 90
_GRADIENT_CHARACTERS = 1_000
_ERROR_CHARACTERS = 240
NOTHING_GIVEN = "(none)"


def setting(context: RecordContext) -> str:
    """Return what is known of the time, the place and the user."""
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
    """Return the chain so far, as the proposer sees it."""
    return chain_text(request.steps, request.chains, CHAIN_CHARACTERS, NEWEST_CHARACTERS, request.tools)


def judged_chain(request: CritiqueRequest) -> str:
    """Return the chain so far, shorter: the reports are what is judged."""
    return chain_text(request.steps, request.chains, _JUDGED_CHAIN_CHARACTERS, _JUDGED_NEWEST_CHARACTERS)


def other_attempts(attempts: list[Attempt]) -> str:
    """Return the latest calls that are not in the chain, on short lines."""
    lines = [_attempt(attempt) for attempt in attempts if not attempt.selected]
    return listed(lines[-_ATTEMPTS:])


def _attempt(attempt: Attempt) -> str:
    call = call_text(attempt.tool, attempt.arguments, None, _ATTEMPT_CHARACTERS)
    if attempt.error is None:
        return f"{call}: worked, was not kept"
    return f"{call}: {attempt.error.kind}, {shortened(attempt.error.message, _ATTEMPT_CHARACTERS)}"


def last_gradient(gradients: list[Gradient]) -> str:
    """Return the last critique's words."""
    text = gradients[-1].text if gradients else ""
    return shortened(text.strip(), _GRADIENT_CHARACTERS) or "(none)"


def report(report: Report) -> str:
    """Return one call with what came of it."""
    proposal = report.proposal
    call = call_text(proposal.tool, proposal.arguments, proposal.sources, 300)
    lines = [f"{proposal.id} {call}"]
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
