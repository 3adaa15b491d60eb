"""Results as the writer sees them: every value behind the reference that a mark copies.

Few values have their whole references, `s1/sunrise="06:11"`; of many the rows of a list share theirs, `s1/airports/0:
iata="CHT" name="…"`, so that a reference is the row's and a name. Of a list that does not fit its first items stand.
What is cut cannot be told: a text that the person may want to read, such as a letter, is whole where there is room.
"""

from collections.abc import Iterator
from itertools import groupby, product
from typing import Any

from graph.record import Step
from nodes.policies.model.views import text_view, view
from tool_registry.json.pointer import escape, leaves, scalars

_RESULT_CHARACTERS = 1_500
_RESULTS_CHARACTERS = 16_000
_VALUE_CHARACTERS = (300, 120)
#: A longer text is for reading: for its sake a result may have so many characters.
_PROSE_MIN, _PROSE_CHARACTERS = 120, 4_000
_WHOLE_MAX = 12
_LEAVES_MAX = 400
_ITEMS = (30, 12, 6, 3)


def results_text(steps: list[Step], *, among: int = 0, room: int = _RESULT_CHARACTERS) -> str:
    """Return each step's result, together bounded; where no form with references fits, as a view.

    They share what there is for `among` results, and have at most `room` characters each but for texts to be read.
    """
    count = max(len(steps), among, 1)
    room = min(room, _RESULTS_CHARACTERS // count)
    read = {step.id for step in steps if _has_prose(step.result)}
    share = _RESULTS_CHARACTERS * len(steps) // count
    spare = (share - room * len(steps)) // max(len(read), 1)
    prose = min(_PROSE_CHARACTERS, room + spare)
    return "\n".join(_result(step, room, prose if step.id in read else 0) for step in steps)


def _has_prose(result: Any) -> bool:
    return any(isinstance(value, str) and len(value) > _PROSE_MIN for _, value in scalars(result))


def _result(step: Step, room: int, prose: int) -> str:
    """Return the result in `room` characters; with texts that are for reading in `prose`, rather few items than cut."""
    tried = [(items, cut, prose) for cut in (prose, prose * 3 // 4, prose // 3) for items in _ITEMS] if prose else []
    for items, characters, size in [*tried, *((*each, room) for each in product(_ITEMS, _VALUE_CHARACTERS))]:
        found = list(_bounded(step.result, "", items, characters))
        if len(found) > _LEAVES_MAX:
            continue
        text = _whole(step.id, found) if len(found) <= _WHOLE_MAX else _rows(step.id, found)
        if len(text) <= size:
            return text
    return f"{step.id}: {view(step.result, room)}"


def _bounded(value: Any, pointer: str, items: int, characters: int) -> Iterator[tuple[str, str]]:
    """Yield (pointer, text) of each leaf, and of lists how many items are left out."""
    if isinstance(value, list) and value:
        for position, item in enumerate(value[:items]):
            yield from _bounded(item, f"{pointer}/{position}", items, characters)
        if len(value) > items:
            yield pointer, f"…+{len(value) - items} items"
    elif isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _bounded(member, f"{pointer}/{escape(name)}", items, characters)
    else:
        yield from ((where, f"={_leaf(leaf, characters)}") for where, leaf in leaves(value, pointer))


def _leaf(value: Any, characters: int) -> str:
    return text_view(value, characters) if isinstance(value, str) else view(value, characters)


def _whole(step: str, found: list[tuple[str, str]]) -> str:
    return " ".join(f"{step}{pointer}{text}" for pointer, text in found)


def _rows(step: str, found: list[tuple[str, str]]) -> str:
    """Return the values on lines that begin with what their references share; those at the top stand whole."""
    lines = []
    for shared, members in groupby(found, key=lambda leaf: leaf[0].rpartition("/")[0] if leaf[1][0] == "=" else ""):
        row = list(members)
        if not shared:
            lines.append(_whole(step, row))
        else:
            cells = [at.rpartition("/")[2] + text for at, text in row]
            lines.append(f"{step}{shared}: {' '.join(cells)}")
    return "\n".join(lines)
