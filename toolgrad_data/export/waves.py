"""In which order a turn's steps can be made: waves of parallel calls."""

from graph.record import Step, Turn
from nodes.proofs.executed import steps_needed
from toolgrad_data.export.conversation import UnfitError


def waves_of(turn: Turn) -> list[list[Step]]:
    """Return the steps in waves: each needs only results or effects of earlier waves, and comes as early as it can.

    Steps of earlier turns count as done. Raises UnfitError when a step needs one that comes later in the record.
    """
    here = {step.id for step in turn.steps}
    wave: dict[str, int] = {}
    for step in turn.steps:
        needed = steps_needed(step) & here
        if not needed <= wave.keys():
            raise UnfitError("a step needs the result of one that comes later")
        wave[step.id] = 1 + max((wave[id] for id in needed), default=-1)
    waves: list[list[Step]] = [[] for _ in range(max(wave.values(), default=-1) + 1)]
    for step in turn.steps:
        waves[wave[step.id]].append(step)
    return waves
