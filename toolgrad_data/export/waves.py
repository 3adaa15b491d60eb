"""In which order a turn's steps can be made: waves of parallel calls."""

from collections.abc import Iterator

from graph.record import ComposedSource, DerivedSource, Source, Step, StepSource, Turn
from toolgrad_data.export.conversation import UnfitError


def waves_of(turn: Turn) -> list[list[Step]]:
    """Return the steps in waves: each needs only results or effects of earlier waves, and comes as early as it can.

    Steps of earlier turns count as done. Raises UnfitError when a step needs one that comes later in the record.
    """
    here = {step.id for step in turn.steps}
    wave: dict[str, int] = {}
    for step in turn.steps:
        needed = needs(step) & here
        if not needed <= wave.keys():
            raise UnfitError("a step needs the result of one that comes later")
        wave[step.id] = 1 + max((wave[id] for id in needed), default=-1)
    waves: list[list[Step]] = [[] for _ in range(max(wave.values(), default=-1) + 1)]
    for step in turn.steps:
        waves[wave[step.id]].append(step)
    return waves


def needs(step: Step) -> set[str]:
    """Return the ids of the steps whose result or effect the step needs."""
    return {id for source in step.sources.values() for id in _steps_of(source)} | set(step.after)


def _steps_of(source: Source) -> Iterator[str]:
    match source:
        case StepSource():
            yield source.step
        case DerivedSource() | ComposedSource():
            for part in source.of:
                yield from _steps_of(part)
