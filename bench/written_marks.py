"""Does the offline policy mark all that it writes? Counts what it marked itself and what was inferred.

Run: python -m bench.written_marks [SAMPLES [SEED]]
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from graph.app import build_graph
from graph.context import Context
from graph.marks import DerivedTell, Tell, TellSource
from graph.record import Record, Turn
from graph.sources import StepSource, UserSource
from nodes.marks.apply import is_told
from nodes.marks.figures import figures_of
from nodes.marks.infer import setting_of
from nodes.policies.base import MarkedText, Written, WrittenTurn


def written_marks(record: Record, draft: WrittenTurn) -> Counter[str]:
    """Count, for a record of one turn and the draft that it was made of, what is marked and what is not.

    Keys are (what, how) in words, such as "tells, inferred". A figure that lies in no tell is one that needs none: else
    the record would not have been accepted.
    """
    counts: Counter[str] = Counter()
    turn = record.turns[0]
    tells = turn.tells or []
    setting = setting_of(record.context)
    for tell in tells:
        counts[f"tells, {'inferred' if tell.inferred else 'written'}"] += 1
    written = [tell for tell in tells if not tell.inferred]
    for figure in figures_of(turn.response, setting.locale):
        told = is_told(figure, turn.response, written, setting)
        needs_none = figure.soft or not is_told(figure, turn.response, tells, setting)
        counts[f"figures, {'in a written mark' if told else 'exempt' if needs_none else 'inferred'}"] += 1
    for _, pointer, source in _said(turn):
        counts[f"arguments, {'written' if _is_written(pointer, source, draft.query) else 'found in the query'}"] += 1
    for step in _ends(turn):
        asked = any(step in ask.steps for ask in turn.asks or ())
        counts[f"end steps, {'asked for' if asked else 'not asked for'}"] += 1
        counts[f"end steps, {'told' if _tells(step, written) else 'not told'}"] += 1
    return counts


def _said(turn: Turn) -> list[tuple[str, str, UserSource]]:
    return [
        (step.id, f"{step.id}{pointer}", source)
        for step in turn.steps
        for pointer, source in step.sources.items()
        if isinstance(source, UserSource)
    ]


def _is_written(reference: str, source: UserSource, query: MarkedText) -> bool:
    return any(
        (mark.start, mark.end) == (source.start, source.end)
        and any(reference == each or reference.startswith(f"{each}/") for each in mark.references if "/" in each)
        for mark in query.marks
    )


def _ends(turn: Turn) -> list[str]:
    used = {target for step in turn.steps for source in step.sources.values() for target in source.steps()}
    return [step.id for step in turn.steps if step.id not in used]


def _tells(step: str, tells: Sequence[Tell]) -> bool:
    return any(tell.did == step or step in map(_step_of, tell.sources()) for tell in tells)


def _step_of(source: TellSource) -> str:
    match source:
        case StepSource(step=step) | DerivedTell(of=[StepSource(step=step), *_]):
            return step
    return ""


async def counted(samples: int, seed: int, context: Context) -> Counter[str]:
    """Make the run's first samples and count the marks of those that are accepted."""
    graph = build_graph().compile()
    counts: Counter[str] = Counter()
    for index in range(samples):
        record: dict[str, Any] = {}
        draft: dict[str, Any] = {}
        async for update in graph.astream({"seed": seed, "index": index}, context=context, stream_mode="updates"):
            for changes in update.values():
                record, draft = (changes or {}).get("record") or record, (changes or {}).get("draft") or draft
        is_accepted = "reasons" not in record
        counts[f"samples, {'accepted' if is_accepted else 'rejected'}"] += 1
        if is_accepted:
            counts += written_marks(Record.model_validate(record), Written.model_validate(draft).turns[0])
    return counts


def main(samples: int, seed: int) -> None:
    """Print the counts."""
    for name, count in sorted(asyncio.run(counted(samples, seed, Context(turns="1:100"))).items()):
        print(f"{name:<32} {count:>6}")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [200, 1][len(given) :]))
