"""From a model's answer to proposals: tools by name, references resolved, nothing unsound let through."""

import json
from typing import Any

from nodes.policies.base import Proposal, ProposeRequest
from nodes.policies.model.answers import CallAnswer, ProposeAnswer
from nodes.policies.model.coercion import coerced
from nodes.proofs.schemas import default_of, leaf_name, leaf_schema
from nodes.proofs.unsayable import unsayable
from nodes.references import copied, resolve_references
from tool_registry.json_pointer import equal, leaves, scalars
from tool_registry.json_schema import types_of
from tool_registry.resolved import properties_of, required_of
from tool_registry.spec import ToolSpec

#: Characters of one call's arguments as JSON; a model that writes more has run away.
_ARGUMENTS_MAX = 20_000
_WHY_MAX = 300
#: More calls than this in one answer are not looked at.
_CALLS_MAX = 16


def read_proposals(answer: ProposeAnswer, request: ProposeRequest) -> tuple[list[Proposal], list[str]]:
    """Return the sound proposals, at most `request.count`, and what is wrong with the others, in words.

    Arguments that only miss the tool's schema are kept: the executor has them repaired with a prompt a tenth
    as long. Dropped are calls of no offered tool, references to nowhere or in a circle, values that nobody
    can say, and repetitions. A proposal stands after those that it refers to.
    """
    calls = answer.calls[:_CALLS_MAX]
    ids = [f"p{number}" for number in range(1, len(calls) + 1)]
    found: dict[str, Proposal] = {}
    problems: list[str] = []
    for id, call in zip(ids, calls, strict=True):
        proposal, wrong = _read(id, call, [other for other in ids if other != id], request)
        problems += [f"{id}: {problem}" for problem in wrong]
        if proposal is not None:
            found[id] = proposal
    ordered, unreachable = _ordered(found)
    problems += unreachable
    return ordered[: request.count], problems


def _read(id: str, call: CallAnswer, others: list[str], request: ProposeRequest) -> tuple[Proposal | None, list[str]]:
    tool = _tool(call.tool, request.batch)
    if tool is None:
        return None, [f"there is no tool {call.tool[:64]!r} in TOOLS"]
    spec = request.tools[tool]
    if len(json.dumps(call.arguments)) > _ARGUMENTS_MAX:
        return None, ["the arguments are far too long"]
    results = {step.id: step.result for step in request.steps}
    given = coerced(_without_nulls(call.arguments, spec), spec.parameters)
    resolved = resolve_references(given, results, others)
    if resolved.problems:
        return None, resolved.problems
    sources = {**copied(resolved.arguments, resolved.sources, request.steps), **resolved.sources}
    wrong = _unsayable(resolved.arguments, {*sources, *resolved.pending}, spec, request)
    if wrong:
        return None, wrong
    repeated = any(
        attempt.tool == tool and equal(attempt.arguments, resolved.arguments) for attempt in request.attempts
    )
    if repeated:
        return None, [f"{tool} has been called with these arguments already"]
    return (
        Proposal(
            id=id,
            tool=tool,
            arguments=resolved.arguments,
            sources=sources,
            references=resolved.pending,
            rationale=" ".join(call.why.split())[:_WHY_MAX],
        ),
        [],
    )


def _tool(name: str, batch: list[str]) -> str | None:
    """Return the offered tool of that name; a namespace before it or another case does not matter."""
    bare = name.strip().rpartition(".")[2].removesuffix("()")
    if name in batch:
        return name
    alike = [offered for offered in batch if offered.lower() == bare.lower()]
    return alike[0] if len(alike) == 1 else None


def _without_nulls(arguments: dict[str, Any], spec: ToolSpec) -> dict[str, Any]:
    """Return the arguments without optional ones that are null where the schema admits no null."""
    required, members = set(required_of(spec.parameters)), properties_of(spec.parameters)
    return {
        name: value
        for name, value in arguments.items()
        if value is not None or name in required or "null" in types_of(members.get(name), spec.parameters)
    }


def _unsayable(arguments: dict[str, Any], given: set[str], spec: ToolSpec, request: ProposeRequest) -> list[str]:
    """Return the leaves that would have no source: no result gives them and nobody would type them."""
    known = [value for _, value in scalars(request.context.model_dump())]
    problems = []
    for pointer, value in leaves(arguments):
        if not pointer or any(pointer == place or pointer.startswith(f"{place}/") for place in given):
            continue
        schema = leaf_schema(spec.parameters, pointer)
        reason = unsayable(value, schema)
        told = any(equal(value, other) for other in known) or equal(value, default_of(spec.parameters, pointer))
        if reason and not told:
            problems.append(
                f"{pointer} ({leaf_name(pointer)}): nobody would type this value, {reason}; refer to a "
                "result, leave it out, or choose another call"
            )
    return problems


def _ordered(found: dict[str, Proposal]) -> tuple[list[Proposal], list[str]]:
    """Return the proposals, each after those it refers to, and words about those that can never run."""
    ordered: dict[str, Proposal] = {}
    waiting = dict(found)
    while True:
        ready = [
            id
            for id, proposal in waiting.items()
            if all(source.step in ordered for source in proposal.references.values())
        ]
        if not ready:
            break
        ordered[ready[0]] = waiting.pop(ready[0])
    words = [
        f"{id}: it refers to {', '.join(sorted({source.step for source in proposal.references.values()}))}, "
        "which cannot run before it"
        for id, proposal in waiting.items()
    ]
    return list(ordered.values()), words
