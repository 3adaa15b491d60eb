"""Forward: run one proposal, or a group linked by references, and record success or a typed failure."""

import asyncio
from typing import Any

from langgraph.errors import NodeError
from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Step
from graph.state import Json, State
from nodes.call_log import begin_call, note_crash
from nodes.named_alternatives import names_alternative
from nodes.policies.base import PolicySetupError, Proposal, RepairRequest
from nodes.references import resolve_references
from nodes.rules import Known, broken_rules
from nodes.sample import Sample
from nodes.stateful.branches import Calls, calls_of_branch
from tool_registry.calling.crashes import attributed_to, place_of
from tool_registry.json.pointer import MISSING, equal, resolve
from tool_registry.permissions import effective
from tool_registry.result import ToolError, ToolResult

#: Seconds before each repetition of a call whose failure may pass.
RETRY_PAUSES_S = (0.2, 0.8, 2.0, 5.0, 10.0)
_MADE = ("id", "tool", "arguments", "result")


async def execute_call(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Execute the branch's proposals in order; a later one may use the results of those before it."""
    call = state["call"]
    chain: list[Json] = list(call.get("chain", []))
    sample = await Sample.open({"seed": call["seed"], "index": call["index"], "iteration": call["iteration"]}, runtime)
    update: dict[str, list[Any]] = {"attempts": [], "usage": [], "policy_failures": []}
    results: dict[str, Any] = {}
    failed: set[str] = set()
    async with calls_of_branch(sample, call) as calls:
        for proposal in map(Proposal.model_validate, call["proposals"]):
            attempt = CallAttempt(sample, calls, results, failed, chain)
            with attributed_to(proposal.tool):
                done, result, repairs = await attempt.finish(proposal)
            if result.ok:
                results[proposal.id] = result.content
                # The rules of later ones may look at it.
                chain.append({**done.model_dump(), "result": result.content})
            else:
                failed.add(proposal.id)
            entry = attempt_entry(sample.iteration, done, result, repairs)
            # By the first of those that shared it.
            fork = {"fork": call["proposals"][0]["id"]} if calls.is_fork else {}
            update["attempts"].append({**entry, **fork})
            for channel, entries in attempt.entries.items():
                update[channel] += entries
    return update


class CallAttempt:
    """One proposal on its way to a result: references filled in, executed, repaired where that may help."""

    def __init__(
        self, sample: Sample, calls: Calls, results: dict[str, Any], failed: set[str], chain: list[Json]
    ) -> None:
        self.sample, self.registry, self.calls = sample, sample.registry, calls
        self.results, self.failed = results, failed
        self.chain = chain
        #: What the state keeps of its repairs.
        self.entries: dict[str, list[Json]] = {"usage": [], "policy_failures": []}

    async def finish(self, original: Proposal) -> tuple[Proposal, ToolResult, int]:
        """Return the proposal as it was executed last, what came of it, and the number of repairs."""
        tried: list[dict[str, Any]] = []
        proposal = original
        while True:
            proposal, result = await self._execute(proposal)
            if not self._is_repairable(proposal, result.error) or len(tried) >= self.sample.context.max_call_repairs:
                return proposal, result, len(tried)
            tried.append(proposal.arguments)
            repaired = await self._repair(proposal, result, tried)
            if repaired is None or repaired.arguments in tried:
                return proposal, result, len(tried)
            proposal = _same_call(proposal, repaired)

    def _is_repairable(self, proposal: Proposal, error: ToolError | None) -> bool:
        """Say whether other arguments may help: they were refused, or the tool says what it takes in their place.

        What failed inside a tool may have done something: it is not made again where that cannot be taken back.
        """
        if error is None or error.kind != "tool_error" or proposal.tool not in self.registry:
            return error is not None and error.kind == "invalid_arguments"
        tool = self.registry.get(proposal.tool)
        is_safe = effective(tool.spec).read_only is True or tool.binding is not None
        return is_safe and names_alternative(error.message, proposal)

    async def _execute(self, proposal: Proposal) -> tuple[Proposal, ToolResult]:
        if proposal.tool not in self.registry:
            gone = ToolError(kind="unavailable", message=f"the tool {proposal.tool!r} is not loaded any more")
            return proposal, ToolResult(ok=False, error=gone)
        proposal, wrong = fill_references(proposal, self.results, self.failed)
        if wrong is not None:
            return proposal, ToolResult(ok=False, error=wrong)
        if (forbidden := self._find_forbidding(proposal)) is not None:
            return proposal, ToolResult(ok=False, error=forbidden)
        spec = self.registry.get(proposal.tool).spec
        # A write that seemed to fail may have happened: only what is known to be read-only is repeated.
        pauses = RETRY_PAUSES_S[: self.sample.context.max_call_retries] if effective(spec).read_only else ()
        made = begin_call(self.sample.iteration, proposal.id, proposal.tool, proposal.arguments)
        for pause in (*pauses, None):
            made.result = result = await self.calls.execute(proposal.tool, proposal.arguments)
            if pause is None or result.error is None or not result.error.retryable:
                break
            await asyncio.sleep(pause)
        return proposal, result

    def _find_forbidding(self, proposal: Proposal) -> ToolError | None:
        """Return why the rules of the policy do not let the call be made; `retryable` where that is not known yet."""
        if self.sample.policy is None:
            return None
        chain = [Step.model_validate({name: call[name] for name in _MADE}) for call in self.chain]
        broken = broken_rules(self.sample.policy, proposal, Known(chain, self.sample.setting, self.registry.specs))
        if not broken:
            return None
        proved = [each for each in broken if each.is_proved]
        message = "; ".join(each.message for each in proved or broken)
        return ToolError(kind="forbidden_by_rule", message=message, retryable=not proved)

    async def _repair(self, proposal: Proposal, result: ToolResult, tried: list[dict[str, Any]]) -> Proposal | None:
        request = RepairRequest(
            seed=self.sample.derive_seed(f"repair|{proposal.id}|{len(tried)}"),
            context=self.sample.setting,
            spec=self.registry.get(proposal.tool).spec,
            proposal=proposal,
            error=result.error or ToolError(kind="invalid_arguments", message=""),
            tried=tried,
        )
        decision = self.sample.decision("repair", f"{proposal.id}.{len(tried)}")
        repair = await decision.ask(decision.policy.repair, request)
        for channel, entries in decision.entries.items():
            self.entries[channel] += entries
        return None if repair is None else repair.proposal


def fill_references(proposal: Proposal, results: dict[str, Any], failed: set[str]) -> tuple[Proposal, ToolError | None]:
    """Return the proposal with its references to other proposals replaced, or why that cannot be done."""
    if not proposal.references:
        return proposal, None
    broken = sorted({source.step for source in proposal.references.values()} & failed)
    if broken:
        message = f"{' and '.join(broken)} failed, whose result this call was to use"
        return proposal, ToolError(kind="unavailable", message=message)
    resolved = resolve_references(proposal.arguments, results)
    if resolved.problems:
        return proposal, ToolError(kind="invalid_arguments", message="; ".join(resolved.problems))
    update = {
        "arguments": resolved.arguments,
        "sources": {**proposal.sources, **resolved.sources},
        "references": {},
    }
    return proposal.model_copy(update=update), None


def _same_call(original: Proposal, repaired: Proposal) -> Proposal:
    """Return the original with the repaired arguments and those sources whose values were left alone."""
    sources = {
        pointer: source
        for pointer, source in original.sources.items()
        if (value := resolve(repaired.arguments, pointer)) is not MISSING
        and equal(value, resolve(original.arguments, pointer))
    }
    update = {"arguments": repaired.arguments, "sources": sources, "references": repaired.references}
    return original.model_copy(update=update)


async def record_crash(state: State, error: NodeError) -> dict[str, Any]:
    """Turn a crash of a branch into a failed attempt, so that the other branches' work is kept."""
    call = state["call"]
    cause = error.error
    if isinstance(cause, PolicySetupError):
        # Nothing of the branch's doing: the run has to hear of it.
        raise cause
    note_crash(cause)
    place = f" ({place_of(cause)})" if place_of(cause) else ""
    message = f"the branch crashed: {type(cause).__name__}: {str(cause)[:300]}{place}"
    failure = ToolError(kind="tool_error", message=message)
    result = ToolResult(ok=False, error=failure)
    proposals = map(Proposal.model_validate, call["proposals"])
    return {"attempts": [attempt_entry(call["iteration"], proposal, result) for proposal in proposals]}


def attempt_entry(iteration: int, proposal: Proposal, result: ToolResult, repairs: int = 0) -> dict[str, Any]:
    """Return the entry for the `attempts` channel."""
    outcome = result.model_dump(exclude={"content"})
    return {
        **proposal.model_dump(exclude={"references"}),
        **outcome,
        "result": result.content,
        "iteration": iteration,
        "repairs": repairs,
    }
