"""Places of results that a text names or that calls take values from: they are shown where a view leaves them out."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from graph.sources import StepSource
from nodes.policies.base import Proposal
from nodes.policies.model.views import view
from tool_registry.json.pointer import MISSING, leaves, resolve

#: Pointers, by the id of the step whose result they point into.
Pointed = Mapping[str, Iterable[str]]

_POINTER = r"(?:/[\w~-]+)+"
_NAMED = re.compile(rf"\b(?P<step>s\d+)(?P<at>{_POINTER})?\b|(?<![^\s(\"'`“‘])(?P<pointer>{_POINTER})")
_PLACES, _PLACE_CHARACTERS = 4, 120
#: Of an object or a list at a place so many leaves are looked for in what is shown.
_LEAVES = 8


def named_in(text: str) -> dict[str, list[str]]:
    """Return the pointers that a text names, each with the step named last before: "s1 is unused at /lat, /lon"."""
    found: dict[str, list[str]] = {}
    step = ""
    for match in _NAMED.finditer(text):
        step = match["step"] or step
        if step and (pointer := match["at"] or match["pointer"]):
            found.setdefault(step, []).append(pointer)
    return found


def taken_by(calls: Iterable[Proposal]) -> dict[str, list[str]]:
    """Return the pointers that arguments of the calls come from."""
    found: dict[str, list[str]] = {}
    for source in (source for call in calls for source in call.sources.values()):
        if isinstance(source, StepSource):
            found.setdefault(source.step, []).append(source.pointer)
    return found


def left_out(result: Any, pointers: Iterable[str], shown: str) -> list[str]:
    """Return a line for each place that is not to be seen in what is shown; of a list's item all of it, in a view."""
    places: dict[str, Any] = {}
    for pointer in dict.fromkeys(pointers):
        value = resolve(result, pointer)
        if value is MISSING or all(view(leaf, 60) in shown for _, leaf in list(leaves(value))[:_LEAVES]):
            continue
        item = re.sub(r"(/\d+)/\D[^/]*$", r"\1", pointer)
        places[item] = resolve(result, item)
    return [f"  {place}: {view(value, _PLACE_CHARACTERS)}" for place, value in list(places.items())[:_PLACES]]
