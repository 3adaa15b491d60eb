"""What a record says that a judge found, held against the trials that it holds itself. No model is asked."""

from graph.record import Finding, Record, TrajectoryTurn
from nodes.trial_outcome import compare


def check(record: Record) -> list[Finding]:
    """Return trials whose outcome is another than the record says, and counts that the trials do not give."""
    trajectories = record.trajectories or []
    findings: list[Finding] = []
    solved = counted = 0
    for index, trajectory in enumerate(trajectories):
        if trajectory.outcome == "failed":
            continue
        compared = compare([_bare(turn) for turn in trajectory.turns], record)
        counted += 1
        solved += compared.outcome != "different"
        if (compared.outcome, compared.turns, compared.missing) != (
            trajectory.outcome,
            trajectory.turns,
            trajectory.missing,
        ):
            message = (
                f"trial {trajectory.trial} is {compared.outcome} by its calls, the record says {trajectory.outcome}"
            )
            findings.append(Finding.of("judged", "outcome_differs", message, f"/trajectories/{index}"))
    told = (record.judge.solved, record.judge.trials) if record.judge is not None else (0, 0)
    if (solved, counted) != told:
        message = f"the trials that are told give {solved} solved of {counted}, the record says {told[0]} of {told[1]}"
        findings.append(Finding.of("judged", "count_differs", message, "/judge"))
    return findings


def _bare(turn: TrajectoryTurn) -> TrajectoryTurn:
    """Return the turn without what the record says that its calls stand for."""
    calls = [call.model_copy(update={"step": None, "how": None}) for call in turn.calls]
    return turn.model_copy(update={"calls": calls})
