"""Forward: propose calls with arguments, given the chain, the batch and the last gradient."""

from dataclasses import dataclass, field
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Attempt, Note, NoteKind, Step
from graph.sources import StepSource
from graph.state import State
from nodes.policies.base import CallReport, Proposal, Proposals, ProposeRequest
from nodes.proofs.source_checks import Grounds, Leaf
from nodes.references import MARK, resolve_references
from nodes.sample import Sample, attempts_of
from nodes.stateful.branches import stateful_tools, still_true
from tool_registry.calling.crashes import attributed_to
from tool_registry.json.native import is_json_native
from tool_registry.json.pointer import MISSING, equal, resolve
from tool_registry.result import ToolError

#: Parameters named of those that kept an iteration from proposing anything.
_UNFILLED_MAX = 20


async def propose_calls(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the policy for calls, one more than are missing at most.

    What repeats a call of the reserve nominates that call; what cannot be called is dropped, with a note.
    """
    sample = await Sample.open(state, runtime)
    if not sample.batch:
        return {"proposals": []}
    view = sample.view("propose")
    missing = sample.target - len(sample.steps)
    request = ProposeRequest(
        **view,
        batch=[name for name in sample.batch if name in view["tools"]],
        # One more, for what the critique has against one of them.
        count=max(min(sample.context.proposals, missing + 1), 1),
        attempts=attempts_of(state, still_true(sample, state.get("attempts", []))),
        reserve=sample.reserve,
    )
    chain = [step.tool for step in request.steps]
    specs = {name: spec for name, spec in request.tools.items() if name in chain}

    def with_one(tool: str | None) -> ProposeRequest:
        batch = {} if tool is None else {tool: request.tools[tool]}
        return request.model_copy(update={"batch": list(batch), "tools": {**specs, **batch}})

    def after_one(tool: str | None) -> ProposeRequest:
        steps = [step for step in request.steps if step.tool == tool]
        return request.model_copy(update={"batch": [], "steps": steps, "tools": specs})

    decision = sample.decision("propose")
    answer = await decision.ask(decision.policy.propose, request, (request.batch, with_one), (chain, after_one))
    if answer is None:
        return {"proposals": [], **decision.entries}
    sound = sound_proposals(answer, request)
    waiting = (report.proposal.tool for report in request.reserve)
    called = [*(proposal.tool for proposal in sound.proposals), *chain, *waiting]
    stateful = stateful_tools(sample.registry, called)
    return {
        "proposals": [proposal.model_dump() for proposal in sound.proposals],
        "nominated": sound.nominated,
        "notes": [note.model_dump() for note in [*answer.dropped, *sound.notes]],
        "unfilled": [] if sound.proposals or sound.nominated else _unfilled_parameters(answer, request),
        **decision.entries,
        **({"ruled": True} if sample.policy is not None else {}),
        **({"stateful": stateful} if stateful or state.get("stateful") else {}),
    }


def _unfilled_parameters(answer: Proposals, request: ProposeRequest) -> list[dict[str, str]]:
    """Return what kept tools of the batch from being called, while nothing could be."""
    return [
        {"tool": tool, "parameter": parameter}
        for tool, parameter in sorted(answer.unfilled.items())
        if tool in request.batch
    ][:_UNFILLED_MAX]


@dataclass
class Sound:
    """What of an answer can be done.

    `proposals` are executed; they are called p1, p2, … and have only those sources that hold. `nominated` are calls
    of the reserve that were proposed again.
    """

    proposals: list[Proposal] = field(default_factory=list)
    nominated: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def sound_proposals(answer: Proposals, request: ProposeRequest) -> Sound:
    """Return the proposals that can be executed, and notes about the others.

    References may go to proposals that stand before; one that refers to a dropped proposal is dropped too. What
    refers to a repetition refers to what it repeats: a step, a call of the reserve, or another proposal.
    """
    return _Sounding(request).done(answer)


class _Sounding:
    def __init__(self, request: ProposeRequest) -> None:
        self.request = request
        self.reserve = {report.proposal.id: report for report in request.reserve}
        self.results = {step.id: step.result for step in request.steps}
        self.results |= {name: report.result for name, report in self.reserve.items()}
        known = {step.id: step for step in [*request.steps, *map(_as_step, request.reserve)]}
        self.grounds = Grounds((), known, request.context)
        self.names: dict[str, str] = {}  # answered id: what the call is called here
        self.sound = Sound()

    def done(self, answer: Proposals) -> Sound:
        for proposal in answer.proposals:
            with attributed_to(proposal.tool):
                self._add(proposal)
        return self.sound

    def _add(self, proposal: Proposal) -> None:
        if proposal.tool not in self.request.batch:
            self._drop(proposal, "unknown_tool", "is not among the tools that are offered now")
            return
        if not is_json_native(proposal.arguments):
            # No checkpoint could hold it.
            self._drop(proposal, "unusable_call", "has arguments that are no JSON")
            return
        if why := self._of_other_shape(proposal):
            self._drop(proposal, "unusable_call", why)
            return
        found = self._refer(proposal)
        if found is None:
            return
        same = self._same(found)
        if same is not None:
            self.names[proposal.id] = same
            if same in self.reserve:
                self.sound.nominated += [same] if same not in self.sound.nominated else []
            else:
                self._drop(proposal, "repeated_call", f"repeats {same}")
            return
        if failure := self._failure_of(found):
            self._drop(proposal, "repeated_call", f"was made with the same arguments and failed: {failure}")
            return
        if len(self.sound.proposals) == self.request.count:
            self._drop(proposal, "too_many_calls", f"was one more than the {self.request.count} that were asked for")
            return
        name = self.names[proposal.id] = f"p{len(self.sound.proposals) + 1}"
        sources = {
            pointer: source for pointer, source in found.sources.items() if _holds(source, pointer, found, self.grounds)
        }
        self.sound.proposals.append(found.model_copy(update={"id": name, "sources": sources}))

    def _of_other_shape(self, proposal: Proposal) -> str | None:
        """Return why the call does not fit the shape that the chain is to have, or None."""
        uses = bool(proposal.sources or proposal.references)
        if uses and self.request.shape == "parallel":
            return "uses another call's result, and here no call does"
        if not uses and self.request.shape == "dependent" and self.request.steps:
            return "uses no earlier call's result, and here each does"
        return None

    def _refer(self, proposal: Proposal) -> Proposal | None:
        """Return the proposal with its references under the calls' new names, filled in where those have run."""
        targets = {source.step for source in proposal.references.values()}
        if lost := sorted(targets - self.names.keys()):
            self._drop(proposal, "dangling_reference", f"refers to {' and '.join(lost)}, which is not made")
            return None
        references = {
            pointer: source.model_copy(update={"step": self.names[source.step]})
            for pointer, source in proposal.references.items()
        }
        arguments = _rename_targets(proposal.arguments, self.names) if references else proposal.arguments
        waiting = {self.names[target] for target in targets} - self.results.keys()
        if targets and len(waiting) < len(targets):
            filled = resolve_references(arguments, self.results, waiting)
            if filled.problems:
                self._drop(proposal, "dangling_reference", f"has no value: {'; '.join(filled.problems)}")
                return None
            arguments, references = filled.arguments, filled.pending
            proposal = proposal.model_copy(update={"sources": {**proposal.sources, **filled.sources}})
        return proposal.model_copy(update={"arguments": arguments, "references": references})

    def _same(self, proposal: Proposal) -> str | None:
        """Return the call that the proposal repeats: of the reserve, a step, or of the same answer."""
        known = [*(report.proposal for report in self.reserve.values()), *self.sound.proposals]
        kept = [attempt for attempt in self.request.attempts if attempt.selected]
        step = next((step.id for step in reversed(self.request.steps) if _is_same(step, proposal)), None)
        if step is not None and any(_is_same(attempt, proposal) for attempt in kept):
            return step
        return next((other.id for other in known if _is_same(other, proposal)), None)

    def _failure_of(self, proposal: Proposal) -> str | None:
        """Return why an equal call failed. One that worked and left the reserve may be made again."""
        errors = (attempt.error for attempt in self.request.attempts if _is_same(attempt, proposal))
        # What waited for a result that a rule needs may be made once it is there.
        return next((error.kind for error in errors if error is not None and not _waits(error)), None)

    def _drop(self, proposal: Proposal, kind: NoteKind, why: str) -> None:
        message = f"the call of {proposal.tool[:64]} that was proposed as {proposal.id[:8]} {why}"
        self.sound.notes.append(Note(kind=kind, call=proposal.tool[:64], message=message))


def _waits(error: ToolError) -> bool:
    return error.kind == "forbidden_by_rule" and error.retryable


def _as_step(report: CallReport) -> Step:
    proposal = report.proposal
    return Step(id=proposal.id, tool=proposal.tool, arguments=proposal.arguments, result=report.result)


def _is_same(made: Step | Attempt | Proposal, proposal: Proposal) -> bool:
    return made.tool == proposal.tool and equal(made.arguments, proposal.arguments)


def _holds(source: StepSource, pointer: str, proposal: Proposal, grounds: Grounds) -> bool:
    """Say whether the step's result has the argument's value where the source says, by the rule of the proof."""
    try:
        value = resolve(proposal.arguments, pointer)
    except ValueError:
        return False
    return value is not MISSING and grounds.problem(source, Leaf(pointer, value, {})) is None


def _rename_targets(value: Any, names: dict[str, str]) -> Any:
    """Return the arguments with the references' proposals under their new names."""
    if isinstance(value, dict):
        if value.get(MARK) in names:
            return {**value, MARK: names[value[MARK]]}
        return {name: _rename_targets(member, names) for name, member in value.items()}
    return [_rename_targets(item, names) for item in value] if isinstance(value, list) else value
