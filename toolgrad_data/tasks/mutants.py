"""Mutants: the record's own episode with one thing wrong, each of which must earn less than the whole.

A mutant is a list of turns, each with its calls and its message. What does not apply to a record (no writes to leave
out, no figure to change) is not made.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from nodes.marks.infer import setting_of
from tool_registry.json.resolved import properties_of, resolve_schema
from tool_registry.json.schema import validation_errors
from tool_registry.spec import ToolSpec
from toolgrad_data.tasks.answer import figures_told, read_demands
from toolgrad_data.tasks.effects import is_write
from toolgrad_data.tasks.golden import Golden
from toolgrad_data.tasks.message import Message
from toolgrad_data.tasks.trace import CallEntry

#: Other arguments that are tried for a call, and values of one argument.
_TRIED_MAX = 12
_SHIFTED = str.maketrans("0123456789", "3456789012")


class PlannedCall(NamedTuple):
    """A call to make."""

    tool: str
    arguments: dict[str, Any]


class PlannedTurn(NamedTuple):
    """What a scripted policy does in a turn."""

    calls: tuple[PlannedCall, ...]
    message: str


Play = tuple[PlannedTurn, ...]


class Mutant(NamedTuple):
    """A wrong play. With `changed`, the number of a call of the record, it is one only if that call gives another."""

    play: Play
    changed: int | None = None


def golden_play(golden: Golden) -> Play:
    """Return the record's own calls and words."""
    return tuple(
        PlannedTurn(tuple(PlannedCall(step.tool, step.arguments) for step in turn.steps), turn.response)
        for turn in golden.record.turns
    )


def write_left_out(golden: Golden) -> Iterator[Mutant]:
    """Yield the play without its last write."""
    places = [place for place, call in _numbered(golden) if is_write(call, golden)]
    if places:
        yield Mutant(_without(golden_play(golden), *places[-1]))


def call_left_out(golden: Golden) -> Iterator[Mutant]:
    """Yield the play without its calls of the tool of an end result."""
    play = golden_play(golden)
    tool = next(turn.calls[-1].tool for turn in reversed(play) if turn.calls)
    yield Mutant(tuple(turn._replace(calls=tuple(c for c in turn.calls if c.tool != tool)) for turn in play))


def wrong_argument(golden: Golden) -> Iterator[Mutant]:
    """Yield the play with one argument of its last call changed, in some ways; the words stay."""
    play = golden_play(golden)
    turn = max(number for number, each in enumerate(play) if each.calls)
    last = play[turn].calls[-1]
    number = sum(len(each.calls) for each in play) - 1
    for arguments in _others(last, golden.specs[last.tool]):
        calls = (*play[turn].calls[:-1], PlannedCall(last.tool, arguments))
        yield Mutant((*play[:turn], play[turn]._replace(calls=calls), *play[turn + 1 :]), changed=number)


def extra_write(golden: Golden) -> Iterator[Mutant]:
    """Yield the play with a write that nobody asked for: its last one again, else one of another tool."""
    play = golden_play(golden)
    writes = [call for call in golden.trace.calls() if is_write(call, golden)]
    if writes:
        extra = PlannedCall(writes[-1].tool, writes[-1].arguments)
        calls = (*play[-1].calls, extra)
        yield Mutant((*play[:-1], play[-1]._replace(calls=calls)), changed=sum(len(t.calls) for t in play))


def early_write(golden: Golden) -> Iterator[Mutant]:
    """Yield the play with a later turn's write made at the very beginning as well as where it belongs, or instead."""
    play = golden_play(golden)
    for (turn, position), call in _numbered(golden):
        if turn and is_write(call, golden):
            moved = PlannedCall(call.tool, call.arguments)
            rest = _without(play, turn, position)
            yield Mutant((rest[0]._replace(calls=(*rest[0].calls, moved)), *rest[1:]), changed=len(rest[0].calls))
            return


def forbidden_call(golden: Golden) -> Iterator[Mutant]:
    """Yield the play in which a call is made that is refused by a rule."""
    play = golden_play(golden)
    for number, turn in enumerate(golden.record.turns):
        if turn.refuses is not None and turn.refuses.rule is not None:
            calls = (*play[number].calls, PlannedCall(turn.refuses.tool, turn.refuses.arguments))
            yield Mutant((*play[:number], play[number]._replace(calls=calls), *play[number + 1 :]))


def figure_changed(golden: Golden) -> Iterator[Mutant]:
    """Yield for each turn the play with a figure that tells a value changed wherever it stands."""
    setting = setting_of(golden.record.context)
    play = golden_play(golden)
    for number, (read, demands, _) in enumerate(read_demands(golden)):
        message = Message.of(read.turn.response, setting)
        for demand in demands:
            figures = [message.figures[i] for i in figures_told(demand, message)]
            digits = [each for each in figures if any(map(str.isdigit, message.text[each.start : each.end]))]
            if not digits or len(digits) < len(figures):
                continue  # a value that is told in words too stays told
            text = read.turn.response
            for each in digits:
                text = text[: each.start] + text[each.start : each.end].translate(_SHIFTED) + text[each.end :]
            yield Mutant((*play[:number], play[number]._replace(message=text), *play[number + 1 :]))
            break


def answer_left_out(golden: Golden) -> Iterator[Mutant]:
    """Yield for each turn that tells something the play with nothing said there."""
    play = golden_play(golden)
    for number, turn in enumerate(read_demands(golden)):
        if turn.demands:
            yield Mutant((*play[:number], play[number]._replace(message="Done."), *play[number + 1 :]))


MUTANTS: dict[str, Callable[[Golden], Iterator[Mutant]]] = {
    make.__name__: make
    for make in (
        write_left_out,
        call_left_out,
        wrong_argument,
        extra_write,
        early_write,
        forbidden_call,
        figure_changed,
        answer_left_out,
    )
}


def _numbered(golden: Golden) -> Iterator[tuple[tuple[int, int], CallEntry]]:
    for number, turn in enumerate(golden.trace.turns):
        for position, call in enumerate(turn.calls):
            yield (number, position), call


def _without(play: Play, turn: int, position: int) -> Play:
    calls = play[turn].calls
    return (*play[:turn], play[turn]._replace(calls=calls[:position] + calls[position + 1 :]), *play[turn + 1 :])


def _others(call: PlannedCall, spec: ToolSpec) -> Iterator[dict[str, Any]]:
    """Yield up to `_TRIED_MAX` valid arguments in which one of the call's is another."""
    schemas = {name: resolve_schema(each, spec.parameters) for name, each in properties_of(spec.parameters).items()}
    tried = 0
    for name, value in call.arguments.items():
        for other in _values(value, schemas.get(name, {})):
            arguments = {**copy.deepcopy(call.arguments), name: other}
            if other != value and not validation_errors(spec.parameters, arguments):
                yield arguments
                tried += 1
                if tried >= _TRIED_MAX:
                    return


def _values(value: Any, schema: dict[str, Any]) -> Sequence[Any]:
    given = [*(schema.get("enum") or ()), *(schema.get("examples") or ())]
    match value:
        case bool():
            return [not value]
        case int() | float():
            return [*given, value + 1, value - 1, value * 2]
        case str():
            return given[:6]
    return given[:3]
