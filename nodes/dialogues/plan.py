"""The plan of a dialogue: which calls of the chain are made in which turn, and what kind of message asks for them."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from graph.record import Awaited, RefusedCall, Replacement, TurnKind


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ChangedCall(_Part):
    """A step to be made once more with other arguments, as the person changes their mind."""

    step: str
    arguments: dict[str, Any]


class PlannedTurn(_Part):
    """A turn before its words are there.

    `steps` are made in it, in this order. `awaits` are leaves that the assistant asks for instead of calling.
    `changes` is what a correction is to make again; when that is done, its new steps stand in `steps` and `replaces`
    says what they are for. `replaces` and `refuses` are as in the record. `situation` says in a few words what moves
    the person.
    """

    kind: TurnKind = "request"
    steps: list[str] = []
    awaits: list[Awaited] = []
    changes: ChangedCall | None = None
    replaces: Replacement | None = None
    refuses: RefusedCall | None = None
    situation: str = ""


class Plan(_Part):
    """How the chain is cut into the turns of a dialogue."""

    turns: list[PlannedTurn]

    def steps(self) -> list[str]:
        """Return the ids of all steps in the order of the dialogue."""
        return [step for turn in self.turns for step in turn.steps]

    def steps_at(self, turn: int, position: int) -> list[str]:
        """Return the id of the step that stands there in a turn, alone; nothing where none does."""
        steps = self.turns[turn].steps if turn < len(self.turns) else []
        return steps[position : position + 1]

    def corrected(self) -> set[str]:
        """Return the ids of the steps that corrections make again, and of those that they make."""
        made = [turn.replaces for turn in self.turns if turn.replaces is not None]
        return {name for each in made for name in (each.step, each.by)}

    def of_turn(self) -> dict[str, int]:
        """Return by step id the number of its turn."""
        return {step: number for number, turn in enumerate(self.turns) for step in turn.steps}


def single_turn(steps: list[str]) -> Plan:
    """Return the plan of one request that all steps answer."""
    return Plan(turns=[PlannedTurn(steps=list(steps))])
