"""The nodes' door: a sample under way as its nodes see it, and the decisions that are made for it.

A node opens the sample, asks it for what the state holds as validated models, and returns only what it changes:

    sample = await Sample.open(state, runtime)
    decision = sample.decision("critique")
    critique = await decision.ask(decision.policy.critique, CritiqueRequest(**sample.view("critique"), …))
    if critique is None:  # the policy failed: the sample goes on without it
        return {"selection": [], **decision.entries}
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib.metadata import version
from typing import Any, Protocol, TypeVar

from langgraph.runtime import Runtime

from graph.context import Context
from graph.mix import WantedArgument, draw_argument
from graph.record import (
    Attempt,
    Finding,
    Gradient,
    Ingredients,
    Meta,
    Note,
    PolicyRules,
    Record,
    RecordContext,
    Role,
    RoleUsage,
    Step,
    Usage,
    record_id,
)
from graph.state import Json, State
from nodes.blame import blame
from nodes.dialogues.plan import Plan, single_turn
from nodes.drafts import turns_of
from nodes.plugins import plugin_versions
from nodes.policies.base import CallReport, PolicyError, Written
from nodes.policies.lookup import is_free, model_names, policy_for, policy_names
from nodes.reserve import kept_calls, latest, nominated_ids, reserve_by_id
from nodes.rules.loading import make_ready, policy_of, user_of
from nodes.seeding import derive_seed, place_for, place_in_turn
from nodes.steering import SampleLibrary
from tool_registry.calling.crashes import attributed_to
from tool_registry.registry import ToolRegistry, get_registry
from tool_registry.sessions.session import CallLimits
from tool_registry.sources.parse import context_values
from tool_registry.spec import ToolSpec

_OF_STATE_ONLY = ("sources", "empty", "truncated", "elapsed_ms", "rationale", "fork", "kept")


class Sample:
    """A sample under way: its state in validated models, the settings of its run, and the run's tools."""

    def __init__(self, state: State, context: Context, registry: ToolRegistry) -> None:
        self.state, self.context, self.registry = state, context, registry
        self.seed, self.index = state.get("seed", 0), state.get("index", 0)
        self.iteration = state.get("iteration", 0)
        #: Calls that the chain should have.
        self.target = state.get("target_calls") or 1
        #: Turns that the dialogue should have.
        self.target_turns = state.get("target_turns") or 1
        #: Calls that it has, those that were pruned included.
        self.length = len(state.get("steps", []))
        self.batch = state.get("batch", [])
        self.repairs = state.get("repairs", 0)
        #: Turns whose words were proved and stand, and the rewrites that they took.
        self.proved_turns = state.get("proved_turns", 0)
        self.repairs_before = state.get("repairs_before", 0)

    @classmethod
    async def open(cls, state: State, runtime: Runtime[Context]) -> "Sample":
        """Return the sample of a node's state. Raises LoadError where the run's tools or rules cannot be loaded."""
        context = runtime.context or Context()
        registry = await get_registry(context.tools)
        await make_ready(context, registry)
        return cls(state, context, registry)

    @cached_property
    def setting(self) -> RecordContext:
        """The context that the record carries."""
        return record_context(self.context)

    @property
    def policy(self) -> PolicyRules | None:
        """The rules that the assistant works under."""
        return policy_of(self.context)

    @cached_property
    def steps(self) -> list[Step]:
        """The chain's steps, without those that nothing needs."""
        return self._steps(pruned=False)

    def _steps(self, *, pruned: bool) -> list[Step]:
        gone = self.state.get("pruned") or []
        return [_step(step) for step in self.state.get("steps", []) if (step["id"] in gone) == pruned]

    @cached_property
    def plan(self) -> Plan:
        """How the chain is cut into turns; a single turn where nothing is planned.

        Steps that are not in the chain are left out: a plan can be edited to name any.
        """
        planned, ids = self.state.get("plan"), [step.id for step in self.steps]
        if not planned:
            return single_turn(ids)
        turns = Plan.model_validate(planned).turns
        made = ([name for name in turn.steps if name in ids] for turn in turns)
        return Plan(turns=[turn.model_copy(update={"steps": own}) for turn, own in zip(turns, made, strict=True)])

    @property
    def planned_steps(self) -> list[Step]:
        """The chain's steps in the order of the dialogue."""
        steps = {step.id: step for step in self.steps}
        return [steps[name] for name in self.plan.steps() if name in steps]

    @property
    def gradients(self) -> list[Gradient]:
        """The critiques so far, the last one last."""
        return [Gradient.model_validate(gradient) for gradient in self.state.get("gradients", [])]

    @property
    def findings(self) -> list[Finding]:
        """What the proofs found wrong with the last draft."""
        return [Finding.model_validate(finding) for finding in self.state.get("findings", [])]

    @property
    def notes(self) -> list[Note]:
        """What of this iteration's proposals was dropped."""
        return [Note.model_validate(note) for note in self.state.get("notes", [])]

    @property
    def draft(self) -> Written | None:
        """What was written last."""
        draft = self.state.get("draft")
        return Written.model_validate(draft) if draft else None

    @property
    def ingredients(self) -> Ingredients | None:
        """What the sample may be made of."""
        given = self.state.get("ingredients")
        return None if given is None else Ingredients.model_validate(given)

    @property
    def attempts(self) -> list[Attempt]:
        """Every executed proposal, marked with whether a critique selected it."""
        return attempts_of(self.state)

    @property
    def reports(self) -> list[CallReport]:
        """What came of this iteration's proposals, and those calls of the reserve that were proposed again."""
        reserve = reserve_by_id(self.state)
        again = [reserve[name] for name in nominated_ids(self.state) if name in reserve]
        return [_report(call) for call in [*again, *latest(self.state).values()]]

    @property
    def reserve(self) -> list[CallReport]:
        """The reserve, the newest last, without what `reports` has."""
        again = nominated_ids(self.state)
        return [_report(call) for name, call in reserve_by_id(self.state).items() if name not in again]

    @property
    def library(self) -> SampleLibrary:
        """The tools that the sample may use."""
        return SampleLibrary(self.registry, self.context.permissions, frozenset(self.state.get("without") or ()))

    @property
    def limits(self) -> CallLimits:
        """How calls are made."""
        return call_limits(self.context)

    def specs(self, names: Iterable[str]) -> dict[str, ToolSpec]:
        """Return the specs of those names that the registry still has."""
        specs = {}
        for name in dict.fromkeys(names):
            with attributed_to(name):
                if name in self.registry:
                    specs[name] = self.registry.get(name).spec
        return specs

    def derive_seed(self, purpose: str, number: int | None = None) -> int:
        """Return the seed for a purpose in this iteration, or in what else is counted by `number`."""
        return derive_seed(self.seed, self.index, self.iteration if number is None else number, purpose)

    @property
    def wants(self) -> WantedArgument:
        """What one of the sample's calls is to have among its arguments."""
        return draw_argument(self.context.arguments, place_for("arguments", self.seed, self.index))

    def view(self, purpose: str, number: int | None = None) -> dict[str, Any]:
        """Return the members of a `SampleView` for one decision; purpose and number are its seed's."""
        reserve = (call["tool"] for call in reserve_by_id(self.state).values())
        return {
            "seed": self.derive_seed(purpose, number),
            "turn": place_in_turn(self.seed, self.index),
            "iteration": self.iteration,
            "target_calls": self.target,
            "target_turns": self.target_turns,
            "shape": self.context.shape,
            "wants": self.wants,
            "context": self.setting,
            "policy": self.policy,
            "ingredients": self.ingredients,
            "tools": self.specs([*self.batch, *(step.tool for step in self.steps), *reserve]),
            "steps": self.steps,
            "chains": self.state.get("chains", []),
            "gradients": self.gradients,
        }

    def decision(self, role: Role, id: str = "") -> "Decision":
        """Return a decision that is to be made; `id` tells it from others of the role in this iteration."""
        return Decision(self, role, id)

    def usage_entry(self, role: Role, usage: RoleUsage, id: str = "") -> list[Json]:
        """Return the entry for the `usage` channel; none when no model was called."""
        if usage == RoleUsage():
            return []
        return [{"iteration": self.iteration, "role": role, "id": id, "usage": usage.model_dump()}]

    def failure_entry(self, role: Role, message: str) -> Json:
        """Return the entry for the `policy_failures` channel."""
        return {"iteration": self.iteration, "role": role, "message": message}

    def record(self) -> Record:
        """Return the record as far as the sample has come: it has the turns whose words are written.

        Marks become spans here, and sources are completed: leaves that no step gives are the queries', the context's
        or defaults.
        """
        state, context, attempts = self.state, self.context, self.attempts
        refused = (turn.refuses.tool for turn in self.plan.turns if turn.refuses and turn.refuses.rule is not None)
        specs = self.specs([*(step.tool for step in self.steps), *refused])
        turns = []
        if self.draft is not None:
            asked_for = self.specs([turn.refuses.tool for turn in self.plan.turns if turn.refuses]) | specs
            chains = state.get("chains", [])
            turns = turns_of(self.draft, self.plan, self.steps, chains, self.setting, asked_for)
        return Record(
            id=record_id(self.seed, self.index),
            context=self.setting,
            ingredients=self.ingredients,
            policy=self.policy,
            turns=turns,
            tools=list(specs.values()),
            offered=sorted(state.get("offered", [])),
            gradients=self.gradients,
            attempts=attempts,
            pruned=self._steps(pruned=True),
            meta=Meta(
                run_seed=self.seed,
                index=self.index,
                policies=policy_names(context),
                models=model_names(context),
                target_calls=state.get("target_calls"),
                target_turns=self.target_turns if self.target_turns > 1 else None,
                iterations=self.iteration,
                stop_reason=state.get("stop_reason") or "no_progress",
                repairs=self.repairs,
                usage=total_usage(state.get("usage", [])),
                tool_calls=sum(1 + attempt.repairs for attempt in attempts),
                tool_failures=sum(attempt.repairs + (not attempt.ok) for attempt in attempts),
                started_at=state.get("started_at", ""),
                finished_at=datetime.now(UTC).isoformat(),
                versions={**_versions(), **plugin_versions(context)},
            ),
        )


class _Answer(Protocol):
    usage: RoleUsage


Request = TypeVar("Request")
Answer = TypeVar("Answer", bound=_Answer)


class Decision:
    """A decision that the role's policy makes: its answer, or why there is none, and what it took.

    Raises UnknownPolicyError and PolicySetupError as `policy_for` does.
    """

    def __init__(self, sample: Sample, role: Role, id: str) -> None:
        self.policy = policy_for(role, sample.context)
        self._sample, self._role, self._id = sample, role, id
        self._usage = RoleUsage()
        self._failure: str | None = None

    async def ask(
        self,
        method: Callable[[Request], Awaitable[Answer]],
        request: Request,
        *alone: tuple[Iterable[str], Callable[[str | None], Request]],
    ) -> Answer | None:
        """Return the answer of one of the policy's methods, None where it raises PolicyError.

        `alone` are tools that any other exception may be about, and what the request is about one of them alone: a
        decision that is free is made again with each, and the exception attributed to the one that it fails for.
        """
        try:
            answer = await _answer(method, request)
        except PolicyError as error:
            self._failure, self._usage = str(error), error.usage
            return None
        except Exception as error:
            if is_free(self._role, self._sample.context):
                for tools, about in alone:
                    await blame(error, tools, lambda tool, about=about: _answer(method, about(tool)))  # type: ignore[misc]
            raise
        self._usage = answer.usage
        return answer

    @property
    def entries(self) -> dict[str, list[Json]]:
        """What the state keeps of it: its `usage`, and why it was not made in `policy_failures`."""
        usage = {"usage": self._sample.usage_entry(self._role, self._usage, self._id)}
        if self._failure is None:
            return usage
        return {**usage, "policy_failures": [self._sample.failure_entry(self._role, self._failure)]}


async def _answer(method: Callable[[Request], Awaitable[Answer]], request: Request) -> Answer:
    try:
        return await method(request)
    except SystemExit as error:  # of an installed policy: it would end the run without a word
        raise RuntimeError(f"the policy would end the process: SystemExit: {error}") from error


def record_context(context: Context) -> RecordContext:
    """Return the context that a record of this run carries."""
    return RecordContext(
        now=context.now,
        timezone=context.timezone,
        locale=context.locale,
        language=context.language,
        user=user_of(context),
        vars=context_values(tuple(context.tools)),
    )


def call_limits(context: Context) -> CallLimits:
    """Return how calls are made under the settings."""
    return {
        "permissions": context.permissions,
        "timeout_s": context.tool_timeout_s,
        "max_result_bytes": context.max_result_bytes,
    }


def attempts_of(state: State, attempts: list[Json] | None = None) -> list[Attempt]:
    """Return every executed proposal, or those given of them, marked with whether a critique selected it."""
    selected = kept_calls(state)
    found = []
    for attempt in state.get("attempts", []) if attempts is None else attempts:
        members = {name: value for name, value in attempt.items() if name not in _OF_STATE_ONLY}
        chosen = (attempt["iteration"], attempt["id"]) in selected or attempt.get("kept", False)
        with attributed_to(attempt["tool"]):
            found.append(Attempt.model_validate({**members, "selected": chosen}))
    return found


def total_usage(entries: Iterable[Json]) -> Usage:
    """Return what the model calls of the `usage` channel took, together and by role."""
    total = Usage()
    for entry in entries:
        total.add_to_role(entry["role"], RoleUsage.model_validate(entry["usage"]))
    return total


def _step(data: Json) -> Step:
    with attributed_to(str(data.get("tool"))):
        return Step.model_validate(data)


def _report(call: Json) -> CallReport:
    proposal = {name: call[name] for name in ("id", "tool", "arguments", "sources", "rationale") if name in call}
    outcome = {name: call[name] for name in ("ok", "result", "empty", "truncated", "error", "repairs") if name in call}
    return CallReport.model_validate({"proposal": proposal, **outcome})


@cache
def _versions() -> dict[str, str]:
    return {"toolgrad": version("toolgrad-langgraph"), "langgraph": version("langgraph")}
