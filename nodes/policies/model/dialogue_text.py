"""The turns of a dialogue as its writer sees them: a block a turn with all that may be said and told in it.

A block stands for a turn that is to be written. Turns that stand are there in their own words, those of earlier parts
shortened and only the last few, so that a long dialogue's prompts stay bounded.
"""

from collections.abc import Collection, Iterator
from functools import cached_property

from graph.record import Step
from nodes.dialogues.holds import changed_leaves
from nodes.dialogues.plan import PlannedTurn
from nodes.policies.base import SynthesizeRequest
from nodes.policies.model.results_text import results_text
from nodes.policies.model.sections import shortened
from nodes.policies.model.views import view
from nodes.policies.model.writing import SaidValue, is_deed, known_names, said_line, said_values, step_line
from nodes.proofs.source_checks import Leaf
from tool_registry.json.pointer import resolve

#: Turns that stand before a part, characters of each of their halves, and of results that a part goes on from.
_TURNS_BEFORE, _HALF_CHARACTERS, _RESULT_CHARACTERS = 6, 300, 400
_CALL_CHARACTERS = 300
_VALUE_CHARACTERS = 60


class DialogueText:
    """What the writer of the turns `first` to `last` is told of each."""

    def __init__(self, request: SynthesizeRequest) -> None:
        self.request = request
        self.turns = request.plan.turns
        refused = [turn.refuses for turn in self.turns if turn.refuses is not None]
        self.refused = {
            each.id: Step(id=each.id, tool=each.tool, arguments=each.arguments, sources=each.sources, result=None)
            for each in refused
        }
        self.steps = {step.id: step for step in request.steps} | self.refused
        self.made_in = request.plan.of_turn() | {
            turn.refuses.id: number for number, turn in enumerate(self.turns) if turn.refuses is not None
        }

    def text(self, anew: Collection[int]) -> str:
        """Return the turns in order, those of `anew` with what they are to say, the others as they stand."""
        request = self.request
        first = max(request.first - _TURNS_BEFORE, 0)
        blocks = [f"({first} earlier turns are left out)"] if first else []
        if results := self._results_before(anew):
            blocks.append(f"RESULTS OF EARLIER TURNS\n{results}")
        for number in range(first, request.last + 1):
            blocks.append("\n".join(self._block(number) if number in anew else self._standing(number)))
        return "\n\n".join(block for block in blocks if block)

    def _standing(self, number: int) -> Iterator[str]:
        written = self.request.previous.turns if self.request.previous is not None else []
        if number < len(written):
            yield f"TURN {number}, as it stands"
            room = _HALF_CHARACTERS if number < self.request.first else 2 * _HALF_CHARACTERS
            yield f"person: {shortened(' '.join(written[number].query.text.split()), room)}"
            yield f"assistant: {shortened(' '.join(written[number].response.text.split()), room)}"

    def _results_before(self, anew: Collection[int]) -> str:
        """Return results of turns that stand and that the turns to be written go on from."""
        wanted = {
            name
            for number in anew
            for step in self._calls(number)
            for name in step.uses()
            if self.made_in.get(name) not in anew
        }
        return results_text([step for step in self.request.steps if step.id in wanted], room=_RESULT_CHARACTERS)

    def _block(self, number: int) -> Iterator[str]:
        turn = self.turns[number]
        yield f"TURN {number}: {self._kind(number)}"
        if turn.situation:
            yield f"Why: {turn.situation}"
        found = {step.id: step.result for step in self.request.steps}
        if calls := self._calls(number):
            yield "Calls:"
            for step in calls:
                yield step_line(step, self.request, found, _CALL_CHARACTERS)
        if lines := [said_line(value) for value in self._say[number]]:
            yield "TO SAY:"
            yield from (f"- {line}" for line in lines)
        if known := self._known(number):
            yield f"KNOWN: {'; '.join(known)}"
        if turn.awaits:
            yield f"WITHHELD: {', '.join(f'{each.step}{each.pointer}' for each in turn.awaits)}"
        if ends := self._ends(number):
            is_wanted = turn.kind in ("clarification", "correction")
            named = ", ".join(f"{step.id} ({step.tool})" for step in ends)
            yield f"TO TELL (wished for before): {named}" if is_wanted else f"ENDS: {named}"
        if turn.steps:
            yield "RESULTS:"
            count = sum(len(each.steps) for each in self.turns[self.request.first : self.request.last + 1])
            yield results_text([self.steps[name] for name in turn.steps if name in self.steps], among=count)

    def _kind(self, number: int) -> str:
        turn = self.turns[number]
        words: str = turn.kind
        if turn.replaces is not None:
            words = f"correction, {turn.replaces.by} instead of {turn.replaces.step}"
        elif turn.refuses is not None:
            words = f"refusal of {turn.refuses.id}: {self._reason(turn)}"
        elif turn.kind == "clarification":
            awaited = self.turns[number - 1].awaits if number else []
            words = f"clarification, gives {', '.join(f'{each.step}{each.pointer}' for each in awaited)}"
        return f"{words}; the assistant asks back" if turn.awaits else words

    def _reason(self, turn: PlannedTurn) -> str:
        refused, policy = turn.refuses, self.request.policy
        if refused is None or refused.rule is None:
            return "no tool of the assistant's can do it"
        rules = policy.rules if policy is not None else []
        reason = f"forbidden: “{rules[refused.rule].text}”" if refused.rule < len(rules) else "forbidden by a rule"
        if refused.allowed is None:
            return reason
        places = changed_leaves(refused.arguments, refused.allowed)
        instead = ", ".join(f"{place} {view(resolve(refused.allowed, place), 60)}" for place in places)
        return f"{reason}; allowed would be {instead}"

    def _calls(self, number: int) -> list[Step]:
        """Return the calls that the turn is about: its own, and those that it wishes for and that wait."""
        turn = self.turns[number]
        names = [*turn.steps, *self._waiting(number), *([turn.refuses.id] if turn.refuses is not None else [])]
        return [self.steps[name] for name in names if name in self.steps]

    def _waiting(self, number: int) -> list[str]:
        """Return the steps of the next turn where this one wishes for them and withholds what they need."""
        is_answered = self.turns[number].awaits and number + 1 < len(self.turns)
        return self.turns[number + 1].steps if is_answered else []

    def _ends(self, number: int) -> list[Step]:
        """Return what is to be asked for and told in the turn: what no other call of it uses, and deeds.

        What a clarification gives a value for was asked for before, and what is made again is still wanted.
        """
        calls = self._calls(number)
        used = {name for step in calls for name in step.uses()}
        return [step for step in calls if step.id not in used or is_deed(step, self.request)]

    @cached_property
    def _say(self) -> dict[int, list[SaidValue]]:
        """By turn the values that are said in it first, with all places that they give."""
        asked = self.request.model_copy(update={"steps": [*self.steps.values()]})
        say: dict[int, list[SaidValue]] = {number: [] for number in range(len(self.turns))}
        for value in said_values(asked):
            changed = [place for place in value.places if self._is_changed(*place)]
            others = [place for place in value.places if place not in changed]
            for places in filter(None, [others, changed]):
                by_turn = sorted(places, key=lambda place: self._said_in(*place))
                say[self._said_in(*by_turn[0])].append(SaidValue(by_turn, value.ways))
        return say

    def _known(self, number: int) -> list[str]:
        """Return what the turn's calls take of what was said before, and names that the person may say."""
        mine = {step.id for step in self._calls(number)}
        lines = []
        for before in range(number):
            for value in self._say[before]:
                targets = [f"{step.id}{leaf.pointer}" for step, leaf in value.places if step.id in mine]
                if targets and any(self._said_in(step, leaf) >= number for step, leaf in value.places):
                    shown = value.ways[0] if value.ways else view(value.places[0][1].value, _VALUE_CHARACTERS)
                    lines.append(f"{shown} (turn {before}; {' '.join(targets)})")
        own = self.request.model_copy(update={"steps": self._calls(number)})
        names = (value for value in known_names(own) if all(self._is_new(*place) for place in value.places))
        return [*lines, *(f"{said_line(value)}, only if the person knows it by name" for value in names)]

    def _is_new(self, step: Step, leaf: Leaf) -> bool:
        """Say whether what gives the leaf is found in the turn that uses it."""
        source = step.sources[leaf.pointer]
        return all(self.made_in.get(name) == self.made_in.get(step.id) for name in source.steps())

    def _is_changed(self, step: Step, leaf: Leaf) -> bool:
        """Say whether the leaf is what a correction changes."""
        turn = self.turns[self.made_in.get(step.id, 0)]
        if turn.replaces is None or turn.replaces.by != step.id or turn.replaces.step not in self.steps:
            return False
        places = changed_leaves(self.steps[turn.replaces.step].arguments, step.arguments)
        return any(leaf.pointer == place or leaf.pointer.startswith(f"{place}/") for place in places)

    def _said_in(self, step: Step, leaf: Leaf) -> int:
        """Return the turn in which the leaf is said, were it said for this step alone."""
        number = self.made_in.get(step.id, 0)
        before = self.turns[number - 1] if number else None
        if before is None or not before.awaits:
            return number
        is_awaited = any((each.step, each.pointer) == (step.id, leaf.pointer) for each in before.awaits)
        return number if is_awaited else number - 1
