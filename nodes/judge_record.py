"""Judge: rate the query of a proved record, then solve it several times without knowing the record.

Each rating, each trial and each of a trial's moves is a task of its own: its outcome is in the checkpoint as soon as it
is there, and a sample that is resumed asks only for those that are missing. LangGraph streams tasks' outcomes among the
nodes' updates, so their members must not be named as channels of the state.
"""

import asyncio
import random
from collections.abc import Awaitable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from langgraph.func import task
from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Finding, Judgement, Record, RoleUsage, Trajectory, TrajectoryCall, TrajectoryTurn, Usage
from graph.state import Json, State
from nodes.policies.base import PolicyError
from nodes.policies.judge import Move, RateRequest, Rating, SolverCall, SolveRequest, SolverTurn
from nodes.policies.lookup import judge_for, judge_model
from nodes.proofs.schemas import specs_of as specs_of_record
from nodes.sample import Sample, call_limits, total_usage
from nodes.seeding import derive_seed
from nodes.trial_outcome import compare, disagreement
from nodes.verify_record import accept, reasons_of, refuse
from tool_registry.calling.crashes import attributed_to
from tool_registry.registry import get_registry
from tool_registry.sessions.session import open_session
from tool_registry.spec import ToolSpec

#: Characters that are shown of each of the assistant's answers.
_ANSWER_CHARACTERS = 300

_finding = partial(Finding.of, "judged", where="/turns/0/query")


async def judge_record(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Pass the proved record on with its judgement, or set what the judge found; `reasons` where words cannot mend it.

    Raises PolicySetupError when no judgement of this run can be made.
    """
    sample = await Sample.open(state, runtime)
    proved = Record.model_validate(state.get("record"))
    judged = await _judge(proved, sample)
    record = _with_judgement(proved, judged, total_usage([*state.get("usage", []), *judged.usage]))
    if not judged.findings:
        update = {"record": record.model_dump(mode="json"), "findings": [], "reasons": [], **accept(sample)}
    else:
        update = refuse(record, judged.findings, sample)
        if not judged.is_repairable:
            update |= reasons_of(record, judged.findings)
    return {**update, "usage": judged.usage, "policy_failures": judged.failures}


class JudgeOutcome(NamedTuple):
    """What the judge found, and what it took. Without a judgement the model gave none."""

    judgement: Judgement | None
    trajectories: list[Trajectory]
    findings: list[Finding]
    usage: list[Json]
    failures: list[Json]

    @property
    def is_repairable(self) -> bool:
        """Whether other words might change the judgement."""
        return not any(finding.code == "not_judged" for finding in self.findings)


async def _judge(record: Record, sample: Sample) -> JudgeOutcome:
    """Rate the record's query; when the scores suffice, let it be solved."""
    context, rewrite = sample.context, sample.repairs
    about = {"record": record.model_dump(mode="json"), "context": context.model_dump(mode="json"), "rewrite": rewrite}
    rated: Json = await rate_query(about)
    usage = sample.usage_entry("judge", RoleUsage.model_validate(rated["spent"]), str(rewrite))
    if rated["error"] is not None:
        finding = _finding("not_judged", f"the judge gave no rating: {rated['error']}")
        return JudgeOutcome(None, [], [finding], usage, [sample.failure_entry("judge", rated["error"])])
    judgement = Judgement(model=judge_model(context), **rated["rating"])
    findings = list(_of_scores(judgement, context))
    if findings:
        return JudgeOutcome(judgement, [], findings, usage, [])
    trials: list[Json] = await asyncio.gather(
        *(solve_query(about, number) for number in range(1, context.judge_trials + 1))
    )
    trajectories = [Trajectory.model_validate(trial["trajectory"]) for trial in trials]
    for trial, trajectory in zip(trials, trajectories, strict=True):
        usage += sample.usage_entry("solve", RoleUsage.model_validate(trial["spent"]), f"{rewrite}.{trajectory.trial}")
    errors = [trajectory.error for trajectory in trajectories if trajectory.error is not None]
    judgement = _with_trials(judgement, trajectories, record, context)
    findings = list(_of_trials(judgement, trajectories, record))
    failures = [sample.failure_entry("solve", error) for error in errors[:1]]
    return JudgeOutcome(judgement, trajectories, findings, usage, failures)


@task
async def rate_query(about: Json) -> Json:
    """Return the rating, or the error, and what it took, as JSON."""
    record, context = Record.model_validate(about["record"]), Context.model_validate(about["context"])
    request = RateRequest(
        seed=_seed(record, about["rewrite"], "judge"),
        context=record.context,
        policy=record.policy,
        query=_query(record),
        tools=specs_of_record(record),
    )
    return await _answer("rating", judge_for(context).rate(request))


@task
async def next_move(about: Json, trial: int, turns: list[Json]) -> Json:
    """Return the solver's next move, or the error, and what it took, as JSON; `turns` are its answers so far."""
    record, context = Record.model_validate(about["record"]), Context.model_validate(about["context"])
    registry = await get_registry(context.tools)
    known = {name: registry.get(name).spec for name in record.offered if name in registry}
    request = SolveRequest(
        seed=_seed(record, about["rewrite"], f"solve|{trial}"),
        context=record.context,
        policy=record.policy,
        query=record.turns[0].query,
        tools=_offer_tools(record, known, context, trial),
        turns=[SolverTurn.model_validate(turn) for turn in turns],
        turns_left=context.judge_turns - _since_message(turns),
    )
    return await _answer("move", judge_for(context).solve(request))


async def _answer(name: str, asked: Awaitable[Rating | Move]) -> Json:
    """Return what the judge answers under `name`, or the error, and what it took, as JSON."""
    try:
        answer = await asked
    except PolicyError as error:
        return {name: None, "spent": error.usage.model_dump(), "error": str(error)}
    return {name: answer.model_dump(mode="json", exclude={"usage"}), "spent": answer.usage.model_dump(), "error": None}


@task
async def solve_query(about: Json, trial: int) -> Json:
    """Return one trial's trajectory and what it took, as JSON."""
    record, context = Record.model_validate(about["record"]), Context.model_validate(about["context"])
    registry = await get_registry(context.tools)
    usage = RoleUsage()
    turns: list[TrajectoryTurn] = []
    told: list[Json] = []
    answer = error = None
    message, left = 0, context.judge_turns
    async with await open_session(registry) as session:
        while left:
            left -= 1
            moved: Json = await next_move(about, trial, list(told))
            usage.add(RoleUsage.model_validate(moved["spent"]))
            if moved["error"] is not None:
                error = moved["error"]
                break
            move = Move.model_validate(moved["move"])
            calls: list[TrajectoryCall] = []
            done: list[SolverCall] = []
            for wanted in move.calls:
                with attributed_to(wanted.tool):
                    result = await session.execute(wanted.tool, wanted.arguments, **call_limits(context))
                    members = {**wanted.model_dump(), "result": result.content, "error": result.error}
                    done.append(SolverCall(**members))
                    calls.append(TrajectoryCall(**members))
            turn = TrajectoryTurn(reasoning=move.reasoning, calls=calls, message=message)
            told.append(SolverTurn(reasoning=move.reasoning, calls=done).model_dump(mode="json"))
            if not calls and message + 1 < len(record.turns):
                message, left = message + 1, context.judge_turns
                turn.answer = move.answer
                told[-1] |= {"answer": move.answer, "next_message": record.turns[message].query}
            turns.append(turn)
            if not calls and turn.message == len(record.turns) - 1:
                answer = move.answer
                break
    compared = compare(turns, record)
    trajectory = Trajectory(
        trial=trial,
        model=judge_model(context),
        outcome=compared.outcome if error is None else "failed",
        turns=compared.turns,
        answer=answer,
        missing=compared.missing,
        error=error,
    )
    return {"trajectory": trajectory.model_dump(mode="json"), "spent": usage.model_dump()}


def _offer_tools(record: Record, known: dict[str, ToolSpec], context: Context, trial: int) -> dict[str, ToolSpec]:
    """Return the record's tools among others that were drawn for it, in an order that only the trial gives.

    Trials are offered the same tools, in orders of their own: at temperature 0 they would all open alike.
    """
    own = {spec.name for spec in record.tools}
    others = sorted(known.keys() - own)
    room = max(context.judge_tools - len(own), 0)
    drawn = random.Random(_seed(record, 0, "judge_tools")).sample(others, min(room, len(others)))
    names = sorted([*own, *drawn])
    random.Random(_seed(record, 0, f"judge_order|{trial}")).shuffle(names)
    return {name: known[name] for name in names if name in known}


def _with_judgement(proved: Record, judged: JudgeOutcome, usage: Usage) -> Record:
    verification = proved.verification.model_copy(
        update={"findings": [*proved.verification.findings, *judged.findings]}
    )
    meta = proved.meta.model_copy(update={"usage": usage, "finished_at": datetime.now(UTC).isoformat()})
    update = {
        "verification": verification,
        "meta": meta,
        "judge": judged.judgement,
        "trajectories": judged.trajectories or None,
    }
    return proved.model_copy(update=update)


def _with_trials(judgement: Judgement, trajectories: list[Trajectory], record: Record, context: Context) -> Judgement:
    trials = sum(trajectory.outcome != "failed" for trajectory in trajectories)
    solved = sum(trajectory.outcome in ("same", "equivalent") for trajectory in trajectories)
    too_few = trials > 0 and solved < context.judge_min_solved * trials
    update = {
        "trials": trials,
        "solved": solved,
        "disagreement": disagreement(trajectories, specs_of_record(record)) if too_few else None,
    }
    return judgement.model_copy(update=update)


def _of_scores(judgement: Judgement, context: Context) -> Iterator[Finding]:
    if judgement.naturalness < context.judge_min_naturalness:
        words = f"naturalness is {judgement.naturalness} of 5, {context.judge_min_naturalness} is wanted"
        yield _finding("unnatural", f"{words}: {judgement.naturalness_reason}")
    if judgement.would_ask < context.judge_min_would_ask:
        words = (
            f"whether a person would ask this is {judgement.would_ask} of 5, {context.judge_min_would_ask} is wanted"
        )
        yield _finding("nobody_asks", f"{words}: {judgement.would_ask_reason}")


def _of_trials(judgement: Judgement, trajectories: list[Trajectory], record: Record) -> Iterator[Finding]:
    if not judgement.trials:
        yield _finding("not_judged", f"no trial counts: {trajectories[0].error}")
    elif judgement.disagreement is not None:
        share = f"{judgement.solved} of {judgement.trials} trials came to the results of the chain"
        tools = {call.id: call.tool for turn in record.turns for call in (*turn.steps, turn.refuses) if call}
        made_in = {call.id: n for n, turn in enumerate(record.turns) for call in (*turn.steps, turn.refuses) if call}
        apart = next(trajectory for trajectory in trajectories if trajectory.outcome == "different")
        missing = ", ".join(f"{id} {tools[id]}" for id in apart.missing)
        made = dict.fromkeys(call.tool for turn in apart.turns for call in turn.calls if call.step is None)
        instead = f", and called {', '.join(made)} instead" if made else ""
        what = {
            "ambiguous_query": "the query can be understood in several ways",
            "wrong_chain": "the query is understood alike by most, and not as the chain does",
        }[judgement.disagreement]
        where = f"/turns/{made_in[apart.missing[0]]}/query"
        refused = {turn.refuses.id for turn in record.turns if turn.refuses is not None}
        did = "granted" if refused & set(apart.missing) else "did without"
        yield _finding(judgement.disagreement, f"{share}: {what}. One {did} {missing}{instead}", where=where)


def _since_message(turns: list[Json]) -> int:
    """Return how many answers the solver has given since the person's last message."""
    since = 0
    for turn in turns:
        since = 0 if turn.get("next_message") is not None else since + 1
    return since


def _query(record: Record) -> str:
    """Return the query; of a dialogue all that was said, its queries whole."""
    if len(record.turns) == 1:
        return record.turns[0].query
    return "\n".join(f"person: {turn.query}\nassistant: {_first(turn.response)}" for turn in record.turns)


def _first(response: str) -> str:
    return response if len(response) <= _ANSWER_CHARACTERS else f"{response[:_ANSWER_CHARACTERS]}…"


def _seed(record: Record, rewrite: int, purpose: str) -> int:
    return derive_seed(record.meta.run_seed, record.meta.index, rewrite, purpose)
