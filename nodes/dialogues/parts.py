"""The parts in which a long dialogue is written: whole turns, as many as a writer can look over at once."""

import json
from collections.abc import Mapping

from graph.record import Step
from nodes.dialogues.plan import Plan, PlannedTurn

#: Calls of a part, and characters of their arguments and results as JSON.
STEPS_MAX, CHARACTERS_MAX = 12, 24_000


def last_of_part(plan: Plan, first: int, steps: Mapping[str, Step]) -> int:
    """Return the number of the last turn of the part that begins with turn `first`.

    A question stays with the turn that answers it, and a part is never without a call: there is nothing to prove in it.
    """
    calls = characters = 0
    end = start = first
    for number in range(first, len(plan.turns)):
        if plan.turns[number].awaits and number + 1 < len(plan.turns):
            continue
        together = plan.turns[start : number + 1]
        more = sum(len(turn.steps) for turn in together)
        size = sum(_characters(turn, steps) for turn in together)
        if calls and more and (calls + more > STEPS_MAX or characters + size > CHARACTERS_MAX):
            break
        calls, characters = calls + more, characters + size
        end, start = number, number + 1
    return end


def _characters(turn: PlannedTurn, steps: Mapping[str, Step]) -> int:
    made = (steps[name] for name in turn.steps if name in steps)
    return sum(len(json.dumps([step.arguments, step.result], default=str)) for step in made)
