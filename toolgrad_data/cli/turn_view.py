"""What a turn of a dialogue is, for a reader: its kind, what it asks for, corrects or refuses."""

import json
from collections.abc import Iterator
from typing import Any

from rich.text import Text

from graph.record import Record, RefusedCall, Turn
from tool_registry.json.pointer import MISSING, leaves, resolve

_VALUE_MAX = 60


def turn_heading(record: Record, number: int) -> list[Text]:
    """Return the turn's number and kind; nothing for a single query that is answered."""
    kind = record.turns[number].kind
    if len(record.turns) == 1 and kind == "request":
        return []
    return [Text(f"Turn {number + 1}: {kind.replace('_', ' ')}", style="bold cyan")]


def turn_notes(record: Record, turn: Turn) -> Iterator[Text]:
    """Yield a line each for what the turn awaits, replaces and refuses."""
    steps = {step.id: step for other in record.turns for step in other.steps}
    for awaited in turn.awaits:
        step = steps.get(awaited.step)
        tool = step.tool if step else "a call that is not there"
        yield _line("Asks for", f"{_name(awaited.pointer)}, which {awaited.step} {tool} needs")
    if turn.replaces is not None:
        old, new = steps.get(turn.replaces.step), steps.get(turn.replaces.by)
        changed = list(_changes(old.arguments, new.arguments)) if old and new else ["a call is not there"]
        yield _line(
            "Corrects", f"{turn.replaces.step} by {turn.replaces.by}: {'; '.join(changed) or 'nothing differs'}"
        )
    if turn.refuses is not None:
        yield _line("Refuses", _refused(record, turn.refuses))


def _refused(record: Record, refused: RefusedCall) -> str:
    call = f"{refused.id} {refused.tool}({', '.join(f'{name}={_short(v)}' for name, v in refused.arguments.items())})"
    if refused.rule is None:
        return f"{call}: no tool that is offered can do it"
    rules = record.policy.rules if record.policy else []
    words = f" “{rules[refused.rule].text}”" if refused.rule < len(rules) else ""
    changed = list(_changes(refused.arguments, refused.allowed)) if refused.allowed is not None else []
    allowed = f"; allowed with {'; '.join(changed)}" if changed else ""
    return f"{call}: rule {refused.rule + 1}{words}{allowed}"


def _changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for pointer, value in leaves(new):
        before = resolve(old, pointer)
        if before is MISSING:
            yield f"{_name(pointer)} {_short(value)}"
        elif before != value:
            yield f"{_name(pointer)} {_short(before)} → {_short(value)}"


def _name(pointer: str) -> str:
    return pointer[1:].replace("/", ".") or "the arguments"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE_MAX else f"{text[: _VALUE_MAX - 1]}…"


def _line(label: str, words: str) -> Text:
    return Text(f"{label:<10}", style="bold magenta") + Text(words)
