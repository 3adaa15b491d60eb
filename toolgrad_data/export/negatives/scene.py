"""Where a negative stands: a turn of a record, what was said and done before it, and what has to be offered there."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.record import Record, Turn
from tool_registry.spec import ToolSpec
from toolgrad_data.export.conversation import Message, Tool
from toolgrad_data.export.from_record import turn_messages
from toolgrad_data.export.offered import offered_tool
from toolgrad_data.export.step_usage import tools_needed

#: Kinds of turns whose query asks for calls by itself; a correction or an answer to a question does not.
_ASKING = ("request", "follow_up")


@dataclass(frozen=True)
class Scene:
    """The turn `number` of the record, from 0. `before` are the messages of earlier turns, with `calls_before` calls.

    `kept` are the tools that what was said before calls or names, which are offered whatever else is.
    """

    record: Record
    number: int
    before: tuple[Message, ...] = ()
    calls_before: int = 0
    kept: tuple[str, ...] = ()
    specs: dict[str, ToolSpec] = field(default_factory=dict)

    @property
    def turn(self) -> Turn:
        """The turn itself."""
        return self.record.turns[self.number]

    @property
    def needed(self) -> list[str]:
        """The tools that the turn's query needs, those of calls that are asked about among them."""
        awaited = {one.step for one in self.turn.awaits}
        later = [step for turn in self.record.turns for step in turn.steps if step.id in awaited]
        return list(dict.fromkeys(step.tool for step in [*self.turn.steps, *later]))

    @property
    def is_offered(self) -> bool:
        """Whether the assistant has just asked what else it may do: what is then asked for cannot be declined."""
        return self.number > 0 and "?" in self.record.turns[self.number - 1].response

    def tools(self, but: str = "") -> list[Tool]:
        """Return the tools that the conversation calls up to the turn's end, without one, by name."""
        names = {*self.kept, *(step.tool for step in self.turn.steps)} - {but}
        return [offered_tool(self.specs[name]) for name in sorted(names) if name in self.specs]


def scenes(record: Record, *, with_history: bool = True) -> Iterator[Scene]:
    """Yield the turns whose query asks for calls; only the first one without `with_history`.

    Raises UnfitError where what comes before cannot be told.
    """
    specs = {spec.name: spec for spec in record.tools}
    before: list[Message] = []
    calls = 0
    for number, turn in enumerate(record.turns if with_history else record.turns[:1]):
        earlier = record.model_copy(update={"turns": record.turns[:number]})
        if turn.kind in _ASKING and (turn.steps or turn.awaits):
            yield Scene(record, number, tuple(before), calls, tuple(tools_needed(earlier)), specs)
        before += turn_messages(turn, specs, calls)
        calls += len(turn.steps)
