"""One request for several calls of one tool: "the weather in Oslo, Bergen and Tromsø", "The same for 12 and 15"."""

import random
import re
from collections.abc import Sequence

from graph.record import Step
from nodes.policies.offline.asks import Ask
from nodes.policies.offline.reading.templates import PhraseError, all_slots, parse
from nodes.policies.offline.writing.fill import enumerate_words, fill
from nodes.policies.offline.writing.speech import Speaker

_AGAIN = (
    "The same for {}, please.", "And the same for {}.", "Please do the same for {}.", "I need the same for {}.",
    "And for {} as well.", "Likewise for {}.",
)  # fmt: skip
_PLAIN = 2
_BEFORE_SLOT = r"\b(?:in|of|for|at|from|to|on|into|near|about) \{%s\}"


def alike(steps: Sequence[Step]) -> list[list[Step]]:
    """Return the steps in groups, in order: those of one tool that differ in one plain argument, all said."""
    groups: list[list[Step]] = []
    for step in steps:
        group = next((each for each in groups if _belongs(step, each)), None)
        if group is None:
            groups.append([step])
        else:
            group.append(step)
    return groups


def _belongs(step: Step, group: list[Step]) -> bool:
    name = difference(group[0], step)
    if name is None or any(each.sources or each.after for each in (step, *group)):
        return False
    return len(group) == 1 or difference(group[0], group[1]) == name


def difference(one: Step, other: Step) -> str | None:
    """Return the only argument in which two calls of one tool differ, where it is plain; None for others."""
    if one.tool != other.tool or one.arguments.keys() != other.arguments.keys():
        return None
    names = [name for name, value in one.arguments.items() if value != other.arguments[name]]
    if len(names) != 1 or isinstance(one.arguments[names[0]], bool | dict | list):
        return None
    return names[0]


def render_for_all(ask: Ask, group: Sequence[Step], speaker: Speaker, rng: random.Random) -> tuple[str, str]:
    """Return the ask in words, for all of the group, or for the first and "the same" for the others.

    Raises PhraseError where the ask does not mention all arguments.
    """
    first, name = group[0], difference(group[0], group[1]) or ""
    if not set(first.arguments) <= all_slots(parse(ask.template)):
        raise PhraseError("an argument is not mentioned")
    # With more arguments a reader could take the values for those of one call.
    is_plain = len(first.arguments) <= _PLAIN and ask.template.count(f"{{{name}}}") == 1
    for_all = is_plain and re.search(_BEFORE_SLOT % re.escape(name), ask.template) is not None

    def argument(names: tuple[str, ...]) -> str:
        if for_all and names == (name,):
            return enumerate_words([speaker.argument(step, names) for step in group])
        return speaker.argument(first, names)

    text = fill(ask.template, argument, set(first.arguments))
    if for_all:
        return text, ""
    others = enumerate_words([speaker.argument(step, (name,)) for step in group[1:]])
    return text, rng.choice(_AGAIN).replace("{}", others)
