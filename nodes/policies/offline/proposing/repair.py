"""Offline repair: other values for the arguments that a call failed for."""

import random
import re

from nodes.policies.base import Repair, RepairRequest
from nodes.policies.offline.proposing.values import drawn
from nodes.policies.offline.reading.context_values import context_value
from nodes.policies.offline.reading.parameters import parameters_of
from tool_registry.json.pointer import MISSING


def repair(request: RepairRequest) -> Repair:
    """Return the call with the arguments that the error names drawn anew, or None when none can be drawn."""
    rng = random.Random(request.seed)
    root = request.spec.parameters
    parameters = parameters_of(request.spec)
    named = {token for token in re.findall(r"/([\w-]+)", request.error.message) if token in parameters.by_name}
    missing = {name for name in root.get("required") or () if name not in request.proposal.arguments}
    unknown = {name for name in request.proposal.arguments if name not in parameters.by_name}
    arguments = {name: value for name, value in request.proposal.arguments.items() if name not in unknown}
    for name in sorted(named | missing):
        parameter = parameters.by_name.get(name)
        value = context_value(name, request.context.vars) if name in missing else MISSING
        if value is MISSING and parameter:
            value = drawn(parameter, rng)
        if value is MISSING:
            return Repair(proposal=None)
        arguments[name] = value
    if arguments in request.tried or not parameters.is_valid(arguments):
        return Repair(proposal=None)
    changed = named | missing
    sources = {
        pointer: source
        for pointer, source in request.proposal.sources.items()
        if pointer.split("/")[1] not in changed | unknown
    }
    return Repair(proposal=request.proposal.model_copy(update={"arguments": arguments, "sources": sources}))
