"""The reserve: calls that worked and were not kept, and can still be.

A call of the reserve is named by its place among all calls of the sample: `r7` is the seventh of `attempts`. So no name
is given twice, whoever reads a state or a record can look it up, and the reserve need not hold results again.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from graph.record import Note
from graph.sources import StepSource
from graph.state import Json, State

#: Calls that the reserve holds: more could not be shown to those who decide.
RESERVE_MAX = 12

_NAME = re.compile(r"\{\s*([prs]\d{1,6})\s*\}")
_ID = re.compile(r"r([1-9]\d{0,6})")
_SOURCES: TypeAdapter[dict[str, StepSource]] = TypeAdapter(dict[str, StepSource])


def reserve_ids(state: State) -> dict[tuple[int, str], str]:
    """Return by (iteration, id) what each executed call of the sample is called where it is in the reserve."""
    attempts = state.get("attempts", [])
    return {(attempt["iteration"], attempt["id"]): f"r{number}" for number, attempt in enumerate(attempts, start=1)}


def reserve_by_id(state: State) -> dict[str, Json]:
    """Return the reserve by id, the newest last: each as its attempt, with its `sources` of now.

    What was edited so that it names no call that worked, or is no entry at all, is left out.
    """
    attempts, entries = state.get("attempts", []), state.get("reserve", [])
    found: dict[str, Json] = {}
    for entry in entries if isinstance(entries, list) else ():
        if not _is_entry(entry):
            continue
        place = _ID.fullmatch(entry["id"])
        attempt = attempts[int(place[1]) - 1] if place and int(place[1]) <= len(attempts) else None
        if attempt is not None and attempt["ok"] and attempt["tool"] == entry.get("tool"):
            found[entry["id"]] = {**attempt, "id": entry["id"], "sources": entry["sources"]}
    return found


def nominated_ids(state: State) -> list[str]:
    """Return the ids of the reserve's calls that were proposed again; what was edited to be no id is left out."""
    names = state.get("nominated", [])
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _is_entry(entry: Any) -> bool:
    """Say whether what stands in the reserve has the members of an entry: a state can be edited to hold anything."""
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        return False
    try:
        _SOURCES.validate_python(entry.get("sources"))
    except ValidationError:
        return False
    return True


def latest(state: State) -> dict[str, Json]:
    """Return the attempts of the iteration under way, by id, in the order of their calls."""
    iteration = state.get("iteration", 1)
    return {attempt["id"]: attempt for attempt in state.get("attempts", []) if attempt["iteration"] == iteration}


def kept_calls(state: State) -> dict[tuple[int, str], int]:
    """Return by (iteration, id) the calls that a critique kept, with the iteration of that critique."""
    by_reserve_id = {name: place for place, name in reserve_ids(state).items()}
    return {
        by_reserve_id.get(name, (gradient["iteration"], name)): gradient["iteration"]
        for gradient in state.get("gradients", [])
        for name in gradient["selected"]
    }


def used_calls(sources: Mapping[str, Json]) -> list[str]:
    """Return the steps and calls whose results the arguments use, each once."""
    return list(dict.fromkeys(source["step"] for source in sources.values()))


def built_on(calls: Iterable[Json], known: Mapping[str, Json]) -> list[Json]:
    """Return those of the known calls whose results the calls use, directly or not, in the order of the known."""
    found: set[str] = set()
    waiting = [name for call in calls for name in used_calls(call.get("sources", {}))]
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found.add(name)
            waiting += used_calls(known[name].get("sources", {}))
    return [call for name, call in known.items() if name in found]


@dataclass
class Renewed:
    """The reserve after an iteration, and what its calls are called from now on.

    `names` has each call of the iteration and of the old reserve: its step's id, its id in the reserve, or its tool.
    """

    reserve: list[Json]
    names: dict[str, str]
    notes: list[Note] = field(default_factory=list)


def renew_reserve(state: State, placed: Mapping[str, str], gone: Mapping[str, str]) -> Renewed:
    """Return the reserve with this iteration's calls that worked, without those that became steps or are `gone`.

    `placed` are step ids by the calls' ids; `gone` says why a call cannot be kept any more, or is empty where that has
    been said. What uses the result of one that is gone goes with it; of too many the oldest go that none builds on.
    """
    iteration, ids = state.get("iteration", 1), reserve_ids(state)
    made = latest(state)
    calls = reserve_by_id(state) | {name: attempt for name, attempt in made.items() if attempt["ok"]}
    own = {name: ids[iteration, name] if name in made else name for name in calls}
    names = {name: f"{attempt['tool']} ({name})" for name, attempt in {**calls, **made}.items()}
    notes = [Note(kind="left_reserve", call=name, message=f"{names[name]} {why}") for name, why in gone.items() if why]
    stays: dict[str, Json] = {}
    known = {*placed.values(), *(step["id"] for step in state.get("steps", []))}
    for name, call in calls.items():
        if name in placed:
            names[name] = placed[name]
            continue
        if name in gone:
            continue
        sources = {
            pointer: {**source, "step": placed.get(source["step"], own.get(source["step"], source["step"]))}
            for pointer, source in call.get("sources", {}).items()
        }
        lost = [step for step in used_calls(sources) if step not in stays and step not in known]
        if lost:
            message = f"{names[name]} cannot be kept any more: it uses the result of {' and '.join(lost)}, which left"
            notes.append(Note(kind="left_reserve", call=name, message=message))
            continue
        stays[own[name]] = {"id": own[name], "tool": call["tool"], "arguments": call["arguments"], "sources": sources}
    while len(stays) > RESERVE_MAX:
        used = {step for entry in stays.values() for step in used_calls(entry["sources"])}
        oldest = next(id for id in stays if id not in used)
        tool = stays.pop(oldest)["tool"]
        message = (
            f"{tool} ({oldest}) left the reserve, which holds {RESERVE_MAX} calls; propose it again if it is wanted"
        )
        notes.append(Note(kind="left_reserve", call=oldest, message=message))
    names |= {name: own[name] for name in calls if name not in placed and own[name] in stays}
    return Renewed(list(stays.values()), names, notes)


def with_names(text: str, names: Mapping[str, str]) -> str:
    """Return the words with each `{p1}` replaced by what the call is called now; of an unknown one the braces go."""
    return _NAME.sub(lambda found: names.get(found[1], found[1]), text)
