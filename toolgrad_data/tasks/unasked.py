"""What a response tells that nobody asked for: it may be told, and need not be.

A query's marks ask for steps. What a response tells of another step, such as the distance that a flight's time is
reckoned from, was not asked for, unless nothing else of the turn uses that step.

Of a step that was asked for, and of which several members are told, the asking words may name some by their whole names
("how big is the *tax* part"): the others need not be told where the words do not name the noun that their names end in,
nor what they are part of, or where they follow from the step's other values by a sum or difference (the net price).
Where no member is named, or no marks are stored, all are asked for.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import permutations
from typing import Protocol

from graph.record import Step, Turn
from nodes.marks.quantities import exact
from nodes.marks.units import unit_named
from nodes.proofs.corrections import calls_made_again
from nodes.trial_outcome import end_steps
from tool_registry.drawing.value_words import singular
from tool_registry.json.pointer import leaf_name, resolve, tokens

#: Letters by which two words are alike: "highest" and "high".
_STEM = 4


class Told(Protocol):
    """Something that is told of a step's result; "" where it is of none."""

    @property
    def step(self) -> str:
        """The step's id."""

    @property
    def pointer(self) -> str:
        """Which part of its result."""


def find_unasked(told: Sequence[Told], number: int, turns: Sequence[Turn]) -> set[int]:
    """Return the indexes of what is told in that turn and was not asked for."""
    if any(turn.asks is None for turn in turns[: number + 1]):
        return set()
    asked, ends, again = _words_for(turns[: number + 1]), end_steps(turns[number].steps), calls_made_again(turns)
    steps = {step.id: step for turn in turns[: number + 1] for step in turn.steps}
    pointers: dict[str, set[str]] = {}
    for each in told:
        pointers.setdefault(each.step, set()).add(each.pointer)
    unasked = set()
    for index, each in enumerate(told):
        if each.step not in steps:
            continue
        words = asked.get(each.step) or asked.get(again.get(each.step, ""), set())
        named = {pointer for pointer in pointers[each.step] if _is_named(pointer, words)}
        if not words and each.step not in ends:
            unasked.add(index)
        elif named and each.pointer not in named:
            step = steps[each.step]
            if not _is_hinted(each.pointer, words) or _follows(each.pointer, step, pointers[each.step]):
                unasked.add(index)
    return unasked


def _words_for(turns: Sequence[Turn]) -> Mapping[str, set[str]]:
    """Return the words by which each step is asked for."""
    found: dict[str, set[str]] = {}
    for turn in turns:
        for ask in turn.asks or ():
            for step in ask.steps:
                found.setdefault(step, set()).update(_words(ask.quote))
    return found


def _is_named(pointer: str, asking: Collection[str]) -> bool:
    """Say whether all words of the member's name are there, "weekday" also as "day of the week"."""
    name = _words(leaf_name(pointer))
    joined = {one + other for one, other in permutations(asking, 2)} if name else set()
    return bool(name) and all(word in asking or word in joined for word in name)


def _is_hinted(pointer: str, asking: Collection[str]) -> bool:
    """Say whether the words name what the member's name ends in, a unit aside, or what it is part of."""
    name = _words(leaf_name(pointer))
    heads = [word for word in name[-1:] if unit_named(word) is None]
    above = [word for token in tokens(pointer)[:-1] for word in _words(token)]
    stems = {word[:_STEM] for word in asking if len(word) >= _STEM}
    return any(word in asking or (len(word) >= _STEM and word[:_STEM] in stems) for word in [*heads, *above])


def _follows(pointer: str, step: Step, told: Collection[str]) -> bool:
    """Say whether the value is a sum or difference of two others of the step that are told or given."""
    values = [resolve(step.result, each) for each in sorted(told) if each != pointer] + [*step.arguments.values()]
    value, *others = (exact(each) if _is_number(each) else None for each in [resolve(step.result, pointer), *values])
    pairs = permutations([each for each in others if each is not None], 2)
    return value is not None and any(value in (one + other, one - other) for one, other in pairs)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _words(text: str) -> list[str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold()
    return [singular(word) for word in re.findall(r"[^\W\d_]{2,}", apart)]
