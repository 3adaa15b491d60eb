"""The parts in which a long dialogue is written: whole turns, as many as a writer can look over at once."""

import json
from collections.abc import Mapping

from graph.record import Step
from nodes.dialogues.plan import Plan, PlannedTurn

#: Calls of a part, and characters of their arguments and results as JSON.
STEPS_MAX, CHARACTERS_MAX = 12, 24_000


def last_of_part(plan: Plan, first: int, steps: Mapping[str, Step]) -> int:
    """Return the number of the last turn of the part that begins with turn `first`.

    A question stays with the turn that answers it, and what comes first holds a call: else there is nothing to prove.
    """
    calls = characters = 0
    end = first
    for number in range(first, len(plan.turns)):
        turn = plan.turns[number]
        calls += len(turn.steps)
        characters += _characters(turn, steps)
        is_whole = not (number and plan.turns[number - 1].awaits)
        has_calls = any(each.steps for each in plan.turns[:number])
        if number > first and is_whole and has_calls and (calls > STEPS_MAX or characters > CHARACTERS_MAX):
            break
        end = number
    return end


def _characters(turn: PlannedTurn, steps: Mapping[str, Step]) -> int:
    made = (steps[name] for name in turn.steps if name in steps)
    return sum(len(json.dumps([step.arguments, step.result], default=str)) for step in made)
