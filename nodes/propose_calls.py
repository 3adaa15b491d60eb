"""Forward: propose calls with arguments, given the chain, the batch and the last gradient."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import StepSource
from graph.state import State
from nodes.blame import blame
from nodes.policies.base import PolicyError, Proposal, Proposals, ProposeRequest
from nodes.policies.lookup import is_free, policy_for
from nodes.proofs.source_checks import Grounds, Leaf
from nodes.references import MARK
from nodes.stateful import stateful_tools, still_true
from nodes.usage import failure_entry, usage_entry
from nodes.views import attempts_of, registry_of, sample_view
from tool_registry.crashes import attributed_to
from tool_registry.json_native import is_json_native
from tool_registry.json_pointer import MISSING, equal, resolve

#: Parameters named of those that kept an iteration from proposing anything.
_UNFILLED_MAX = 20


async def propose_calls(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the policy for calls; what names no offered tool or repeats a call is dropped."""
    context = runtime.context or Context()
    if not state.get("batch"):
        return {"proposals": []}
    registry = await registry_of(context)
    view = sample_view(state, context, registry, "propose")
    request = ProposeRequest(
        **view,
        batch=[name for name in state["batch"] if name in view["tools"]],
        count=context.proposals,
        attempts=attempts_of(state, still_true(state, state.get("attempts", []), registry)),
    )
    try:
        answer = await policy_for("propose", context).propose(request)
    except PolicyError as error:
        return {
            "proposals": [],
            "policy_failures": [failure_entry(state, "propose", error)],
            "usage": usage_entry(state, "propose", error.usage),
        }
    except Exception as error:
        if is_free("propose", context):
            chain = [step.tool for step in request.steps]
            specs = {name: spec for name, spec in request.tools.items() if name in chain}

            async def with_one(tool: str | None) -> None:
                batch = [tool] if tool is not None else []
                tools = {**specs, **{name: request.tools[name] for name in batch}}
                await policy_for("propose", context).propose(
                    request.model_copy(update={"batch": batch, "tools": tools})
                )

            async def after_one(tool: str | None) -> None:
                steps = [step for step in request.steps if step.tool == tool]
                alone = request.model_copy(update={"batch": [], "steps": steps, "tools": specs})
                await policy_for("propose", context).propose(alone)

            await blame(error, request.batch, with_one)
            await blame(error, chain, after_one)
        raise
    proposals = sound_proposals(answer, request)
    called = [*(proposal.tool for proposal in proposals), *(step.tool for step in request.steps)]
    stateful = stateful_tools(registry, called)
    return {
        "proposals": [proposal.model_dump() for proposal in proposals],
        "unfilled": [] if proposals else _unfilled(answer, request),
        "usage": usage_entry(state, "propose", answer.usage),
        **({"stateful": stateful} if stateful or state.get("stateful") else {}),
    }


def _unfilled(answer: Proposals, request: ProposeRequest) -> list[dict[str, str]]:
    """Return what kept tools of the batch from being called, while nothing could be."""
    return [
        {"tool": tool, "parameter": parameter}
        for tool, parameter in sorted(answer.unfilled.items())
        if tool in request.batch
    ][:_UNFILLED_MAX]


def sound_proposals(answer: Proposals, request: ProposeRequest) -> list[Proposal]:
    """Return the proposals that can be executed, renumbered p1, p2, …, with only those sources that hold.

    References may go to proposals that stand before; one that refers to a dropped proposal is dropped too.
    """
    grounds = Grounds((), {step.id: step for step in request.steps}, request.context)
    seen = [(attempt.tool, attempt.arguments) for attempt in request.attempts]
    sound: list[Proposal] = []
    names: dict[str, str] = {}
    for proposal in answer.proposals:
        call = (proposal.tool, proposal.arguments)
        if proposal.tool not in request.batch or any(
            tool == call[0] and equal(arguments, call[1]) for tool, arguments in seen
        ):
            continue
        if not is_json_native(proposal.arguments):
            # No checkpoint could hold it.
            continue
        if len(sound) == request.count:
            break
        if any(source.step not in names for source in proposal.references.values()):
            continue
        references = {
            pointer: source.model_copy(update={"step": names[source.step]})
            for pointer, source in proposal.references.items()
        }
        arguments = _renamed(proposal.arguments, names) if references else proposal.arguments
        seen.append(call)
        with attributed_to(proposal.tool):
            sources = {
                pointer: source
                for pointer, source in proposal.sources.items()
                if _holds(source, pointer, proposal, grounds)
            }
        names[proposal.id] = f"p{len(sound) + 1}"
        update = {
            "id": names[proposal.id],
            "arguments": arguments,
            "sources": sources,
            "references": references,
        }
        sound.append(proposal.model_copy(update=update))
    return sound


def _holds(source: StepSource, pointer: str, proposal: Proposal, grounds: Grounds) -> bool:
    """Say whether the step's result has the argument's value where the source says, by the rule of the proof."""
    try:
        value = resolve(proposal.arguments, pointer)
    except ValueError:
        return False
    return value is not MISSING and grounds.problem(source, Leaf(pointer, value, {})) is None


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """Return the arguments with the references' proposals under their new names."""
    if isinstance(value, dict):
        if value.get(MARK) in names:
            return {**value, MARK: names[value[MARK]]}
        return {name: _renamed(member, names) for name, member in value.items()}
    return [_renamed(item, names) for item in value] if isinstance(value, list) else value
