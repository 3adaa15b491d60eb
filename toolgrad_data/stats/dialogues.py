"""Figures of dialogues: turns by kind, what they take from earlier ones, and how much a person says in a turn."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from graph.record import Record, Step, Turn


class DialogueFigures(BaseModel):
    """Records of several turns, and all their turns."""

    model_config = ConfigDict(extra="forbid")

    records: Annotated[int, Field(description="Records of more than one turn.")] = 0
    turns: int = 0
    kinds: Annotated[dict[str, int], Field(description="Their turns by kind.")] = {}
    turn_calls: Annotated[dict[int, int], Field(description="Their turns by number of calls.")] = {}
    follow_ups: Annotated[int, Field(description="Follow-ups that make calls.")] = 0
    carrying: Annotated[
        int,
        Field(description="Of those: a call takes a value or result of an earlier turn that the message does not say."),
    ] = 0
    carrying_share: float | None = None
    later: Annotated[int, Field(description="Turns after the first that make calls, or ask for a value.")] = 0
    unlinked: Annotated[int, Field(description="Of those: nothing in them has to do with an earlier turn.")] = 0
    unlinked_share: float | None = None
    words: Annotated[float | None, Field(description="Mean of the words of a message, chats left out.")] = None


class DialogueCounter:
    """Counts the turns of records."""

    def __init__(self) -> None:
        self._figures = DialogueFigures()
        self._kinds: Counter[str] = Counter()
        self._calls: Counter[int] = Counter()
        self._words: list[int] = [0, 0]  # messages, words

    def add(self, record: Record) -> None:
        """Count an accepted record; one of a single turn is no dialogue."""
        if len(record.turns) < 2:
            return
        figures = self._figures
        figures.records += 1
        made: set[str] = set()
        steps = {step.id: step for turn in record.turns for step in turn.steps}
        for number, turn in enumerate(record.turns):
            figures.turns += 1
            self._kinds[turn.kind] += 1
            self._calls[len(turn.steps)] += 1
            if turn.kind != "chat":
                self._words[0] += 1
                self._words[1] += len(turn.query.split())
            if number and turn.steps and turn.kind == "follow_up":
                figures.follow_ups += 1
                figures.carrying += takes_from_earlier(turn, turn.steps, number, made)
            if number and (turn.steps or turn.awaits):
                figures.later += 1
                asked = [steps[one.step] for one in turn.awaits if one.step in steps]
                figures.unlinked += not is_linked(turn, [*turn.steps, *asked], number, made)
            made.update(step.id for step in turn.steps)

    def figures(self) -> DialogueFigures:
        """Return the figures."""
        figures = self._figures
        figures.kinds = dict(sorted(self._kinds.items(), key=lambda item: (-item[1], item[0])))
        figures.turn_calls = dict(sorted(self._calls.items()))
        if figures.follow_ups:
            figures.carrying_share = round(figures.carrying / figures.follow_ups, 4)
        if figures.later:
            figures.unlinked_share = round(figures.unlinked / figures.later, 4)
        if self._words[0]:
            figures.words = round(self._words[1] / self._words[0], 2)
        return figures


def takes_from_earlier(turn: Turn, steps: Sequence[Step], number: int, made: set[str]) -> bool:
    """Say whether one of `steps` takes a result of those `made`, or a value that was said before and not again."""
    query = turn.query.casefold()
    return any(
        not made.isdisjoint(source.steps())
        or any(said.turn < number and said.quote.casefold() not in query for said in source.quotes())
        for step in steps
        for source in step.sources.values()
    )


def is_linked(turn: Turn, steps: Sequence[Step], number: int, made: set[str]) -> bool:
    """Say whether the turn has to do with an earlier one: by a value, a result, an effect, or by its kind.

    `steps` are its own and those that it asks a value for.
    """
    if turn.kind in ("clarification", "correction") or takes_from_earlier(turn, steps, number, made):
        return True
    said_before = any(
        said.turn < number for step in steps for source in step.sources.values() for said in source.quotes()
    )
    return said_before or any(not made.isdisjoint(step.after) for step in steps)
