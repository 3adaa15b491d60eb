"""From a model's answer to proposals: tools by name, references resolved, nothing unsound let through."""

import json
from dataclasses import dataclass, field
from typing import Any

from graph.record import Attempt, Note, NoteKind
from nodes.policies.base import Proposal, ProposeRequest
from nodes.policies.model.answers import CallAnswer, ProposeAnswer
from nodes.policies.model.coercion import coerced
from nodes.proofs.schemas import default_of, leaf_schema
from nodes.proofs.unsayable import unsayable
from nodes.references import find_copies, resolve_references
from tool_registry.json.pointer import equal, leaf_name, leaves, scalars
from tool_registry.json.resolved import properties_of, required_of
from tool_registry.json.schema import types_of
from tool_registry.spec import ToolSpec

#: Characters of one call's arguments as JSON; a model that writes more has run away.
_ARGUMENTS_MAX = 20_000
_WHY_MAX = 300
#: More calls than this in one answer are not looked at.
_CALLS_MAX = 16


@dataclass
class ReadProposals:
    """The sound proposals of an answer, each after those it refers to, and what is wrong with the others."""

    proposals: list[Proposal] = field(default_factory=list)
    dropped: list[Note] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)

    @property
    def is_usable(self) -> bool:
        """Say whether there is a call that was not made before."""
        return len(self.proposals) > len(self.repeated)

    @property
    def problems(self) -> list[str]:
        """Return what is wrong with an answer that is not usable, in words."""
        again = [f"{tool} has been called with these arguments already" for tool in self.repeated]
        return [*(note.message for note in self.dropped), *again]


def read_proposals(answer: ProposeAnswer, request: ProposeRequest) -> ReadProposals:
    """Return the sound proposals, at most `request.count` that were not made before.

    Arguments that only miss the tool's schema are kept: the executor has them repaired with a prompt a tenth
    as long. Dropped are calls of no offered tool, references to nowhere or in a circle, and values that nobody
    can say.
    """
    calls = answer.calls[:_CALLS_MAX]
    ids = [f"p{number}" for number in range(1, len(calls) + 1)]
    found: dict[str, Proposal] = {}
    read = ReadProposals()
    for id, call in zip(ids, calls, strict=True):
        proposal = _read(id, call, [other for other in ids if other != id], request)
        if isinstance(proposal, Proposal):
            found[id] = proposal
        else:
            read.dropped += proposal
    ordered, unreachable = _ordered(found)
    read.dropped += unreachable
    room = request.count
    for proposal in ordered:
        made_before = any(_is_same(report.proposal, proposal) for report in request.reserve)
        if _is_repeated(proposal, request):
            read.repeated.append(proposal.tool)
        elif not made_before and not room:
            message = f"{_about(proposal.tool, proposal.id)}: only {request.count} were asked for"
            read.dropped.append(Note(kind="too_many_calls", call=proposal.tool, message=message))
            continue
        elif not made_before:
            room -= 1
        read.proposals.append(proposal)
    if more := len(answer.calls) - len(calls):
        message = f"{more} more calls were answered; at most {_CALLS_MAX} are looked at"
        read.dropped.append(Note(kind="too_many_calls", message=message))
    return read


def _is_repeated(proposal: Proposal, request: ProposeRequest) -> bool:
    """Tell whether the call was made before and cannot be kept: it is in the chain already, or it failed."""
    return any(_is_same(attempt, proposal) for attempt in request.attempts if attempt.selected or not attempt.ok)


def _is_same(made: Attempt | Proposal, proposal: Proposal) -> bool:
    return made.tool == proposal.tool and equal(made.arguments, proposal.arguments)


def _about(tool: str, id: str) -> str:
    return f"the call of {tool[:64]} that was proposed as {id} was not made"


def _read(id: str, call: CallAnswer, others: list[str], request: ProposeRequest) -> Proposal | list[Note]:
    """Return the call as a proposal, or what is wrong with it."""

    def problems(kind: NoteKind, *words: str) -> list[Note]:
        about = _about(call.tool, id)
        return [Note(kind=kind, call=call.tool[:64], message=f"{about}: {each}") for each in words]

    tool = _tool(call.tool, request.batch)
    if tool is None:
        return problems("unknown_tool", f"there is no tool {call.tool[:64]!r} in TOOLS")
    spec = request.tools[tool]
    if len(json.dumps(call.arguments)) > _ARGUMENTS_MAX:
        return problems("unusable_call", "the arguments are far too long")
    results = {step.id: step.result for step in request.steps}
    results |= {report.proposal.id: report.result for report in request.reserve}
    given = coerced(_without_nulls(call.arguments, spec), spec.parameters)
    resolved = resolve_references(given, results, others)
    if resolved.problems:
        return problems("dangling_reference", *resolved.problems)
    context = request.context.model_dump()
    traced = find_copies(resolved.arguments, resolved.sources, request.steps, schema=spec.parameters, context=context)
    sources = {**traced, **resolved.sources}
    wrong = _unsayable(resolved.arguments, {*sources, *resolved.pending}, spec, request)
    if wrong:
        return problems("unusable_call", *wrong)
    return Proposal(
        id=id,
        tool=tool,
        arguments=resolved.arguments,
        sources=sources,
        references=resolved.pending,
        rationale=" ".join(call.why.split())[:_WHY_MAX],
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


def _ordered(found: dict[str, Proposal]) -> tuple[list[Proposal], list[Note]]:
    """Return the proposals, each after those it refers to, and notes about those that can never run."""
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
    lost = []
    for id, proposal in waiting.items():
        targets = ", ".join(sorted({source.step for source in proposal.references.values()}))
        message = f"{_about(proposal.tool, id)}: it refers to {targets}, which cannot run before it"
        lost.append(Note(kind="dangling_reference", call=proposal.tool, message=message))
    return list(ordered.values()), lost
