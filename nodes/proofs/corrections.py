"""Corrections: the person changes a value, and the call is made again with it.

Both calls are there, the first in an earlier turn. What changed is said in the correction; what did not keeps its
source. A call that is made twice must not do more than the second alone would: it reads, or says that it is idempotent.
From then on the new result counts, until the person comes back to the old value: what was wished for and used the old
one is made again with the new one, nothing that was changed rests on the old one, and no response tells it alone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from graph.marks import Tell
from graph.record import Finding, Replacement, Step, Turn
from graph.sources import Source, StepSource, UserSource
from nodes.marks.apply import with_tells_around
from nodes.marks.figures import Reading, figures_of
from nodes.marks.find import find_words
from nodes.proofs.dialogue_reading import (
    DialogueReading,
    cited_finding,
    executed_finding,
    grounded_finding,
    is_said_in,
)
from tool_registry.json.pointer import equal, escape, resolve
from tool_registry.permissions import effective


def check(dialogue: DialogueReading) -> Iterator[Finding]:
    """Yield what is wrong with a call that is made instead of another."""
    for index, turn in enumerate(dialogue.turns):
        if turn.replaces is not None:
            yield from _Correction(dialogue, index, turn.replaces).findings()


def calls_made_again(turns: Sequence[Turn]) -> dict[str, str]:
    """Return by the id of each step of a correction that of the earlier step which it makes again.

    That is the call that is replaced, and calls of the same tool that rest on it where the new ones rest on the new.
    """
    if not any(turn.replaces for turn in turns):
        return {}
    again: dict[str, str] = {}
    earlier: dict[str, Step] = {}
    for turn in turns:
        if turn.replaces is not None and turn.replaces.step in earlier:
            again[turn.replaces.by] = turn.replaces.step
            for step in turn.steps:
                old = next((each for each in earlier.values() if _makes_again(step, each, again)), None)
                if old is not None:
                    again[step.id] = old.id
        earlier |= {step.id: step for step in turn.steps}
    return again


def _makes_again(step: Step, old: Step, again: Mapping[str, str]) -> bool:
    """Say whether a step is the old one with new results in the place of old ones, which are in `again`."""
    if step.tool != old.tool or step.id in again or step.sources.keys() != old.sources.keys():
        return False
    changed = False
    for pointer, source in step.sources.items():
        if source == old.sources[pointer] or _says_the_same(step, old, pointer):
            continue
        if not _follows(source, old.sources[pointer], again):
            return False
        changed = True
    return changed


def _says_the_same(step: Step, old: Step, pointer: str) -> bool:
    """Say whether the person says the value of both, be it in other words."""
    is_said = isinstance(step.sources[pointer], UserSource) and isinstance(old.sources[pointer], UserSource)
    try:
        return is_said and equal(resolve(step.arguments, pointer), resolve(old.arguments, pointer))
    except ValueError:  # no pointer
        return False


def _follows(source: Source, old: Source, again: Mapping[str, str]) -> bool:
    """Say whether a source is the old one but for new results in the place of old ones."""
    if isinstance(source, StepSource) and isinstance(old, StepSource):
        return source.pointer == old.pointer and again.get(source.step, source.step) == old.step
    of, old_of = source.parts(), old.parts()
    is_alike = source.kind == old.kind and bool(of) and len(of) == len(old_of)
    return is_alike and all(one == other or _follows(one, other, again) for one, other in zip(of, old_of, strict=True))


class _Correction:
    """A turn in which a call is made instead of an earlier one."""

    def __init__(self, dialogue: DialogueReading, index: int, replaces: Replacement) -> None:
        self.dialogue, self.index, self.replaces = dialogue, index, replaces
        self.turn = dialogue.turns[index]
        self.where = f"/turns/{index}/replaces"

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with the two calls and with what comes of them."""
        old_in, new_in = (self.dialogue.made_in.get(each) for each in (self.replaces.step, self.replaces.by))
        if old_in is None or old_in >= self.index:
            message = f"{self.replaces.step} is said to be replaced, which was made in no earlier turn"
            yield executed_finding("not_made_before", message, f"{self.where}/step")
        if new_in != self.index:
            message = f"{self.replaces.by} is said to be made instead, but not in this turn"
            yield executed_finding("not_made_again", message, f"{self.where}/by")
        if old_in is None or new_in is None:
            return
        old, new = self.dialogue.steps[self.replaces.step], self.dialogue.steps[self.replaces.by]
        if old.tool != new.tool:
            message = f"{new.id} {new.tool} is said to be {old.id} {old.tool} made again: it is another tool"
            yield executed_finding("other_tool", message, self.where)
            return
        if not self.dialogue.only_reads(new) and not self._is_idempotent(new):
            message = f"{new.tool} writes and does not say that it is idempotent: two calls are not the second alone"
            yield executed_finding("written_twice", message, self.where)
        yield from self._sources(old, new)
        if any(turn.replaces and turn.replaces.step == old.id for turn in self.dialogue.turns[: self.index]):
            message = f"{old.id} is said to be replaced, which was replaced before"
            yield executed_finding("replaced_before", message, f"{self.where}/step")
        if old_in < self.index:
            yield from self._outdated(old.id)

    def _is_idempotent(self, step: Step) -> bool:
        spec = self.dialogue.specs.get(step.tool)
        return spec is not None and effective(spec).idempotent is True

    def _sources(self, old: Step, new: Step) -> Iterator[Finding]:
        before, after = self.dialogue.leaves(old), self.dialogue.leaves(new)
        changed = [
            pointer
            for pointer, leaf in after.items()
            if pointer not in before or not equal(leaf.value, before[pointer].value)
        ]
        if not changed and before.keys() == after.keys():
            message = f"{new.id} is said to be {old.id} with another value, but has the same arguments"
            yield executed_finding("nothing_changed", message, self.where)
            return
        if not any(is_said_in(new.sources.get(pointer), self.index) for pointer in changed):
            message = f"no words of turn {self.index} give {new.id} a value that {old.id} has not"
            yield grounded_finding("change_not_said", message, self.where)
        number = [step.id for step in self.turn.steps].index(new.id) if new in self.turn.steps else 0
        for pointer, source in new.sources.items():
            place = f"/turns/{self.index}/steps/{number}/sources/{escape(pointer)}"
            if pointer in changed:
                if any(said.turn < self.index for said in source.quotes()) or source.kind in ("context", "default"):
                    message = f"{new.id}: {pointer} differs from that of {old.id}, but nothing of this turn gives it"
                    yield grounded_finding("change_not_said", message, place)
            elif pointer in old.sources and not self._keeps(source, old.sources[pointer]):
                message = f"{new.id}: {pointer} is that of {old.id}, but is said to come from elsewhere"
                yield grounded_finding("source_not_kept", message, place)

    def _keeps(self, source: Source, old: Source) -> bool:
        again = calls_made_again(self.dialogue.turns)
        is_said = is_said_in(source, self.index) or (isinstance(source, UserSource) and isinstance(old, UserSource))
        return source == old or is_said or _follows(source, old, again)

    def _outdated(self, old: str) -> Iterator[Finding]:
        """Yield what goes on from the old result: calls, wishes and effects that rest on it, words that tell it."""
        dialogue, again = self.dialogue, calls_made_again(self.dialogue.turns)
        outdated = {
            step.id: step
            for step in dialogue.steps_before(self.index)
            if step.id == old or old in dialogue.rests_on(step)
        }
        yield from self._left([step for name, step in outdated.items() if name != old], again)
        for index in range(self.index, len(dialogue.turns)):
            if index > self.index and self._is_back(index):
                return
            for number, step in enumerate(dialogue.turns[index].steps):
                rests = dialogue.rests_on(step)
                if rests & outdated.keys() and self.replaces.by not in rests:
                    message = f"{step.id} {step.tool} uses what came of {old}, which {self.replaces.by} has replaced"
                    yield executed_finding("outdated", message, f"/turns/{index}/steps/{number}/sources")
            yield from self._told(index, outdated.keys(), again)

    def _left(self, dependents: Sequence[Step], again: Mapping[str, str]) -> Iterator[Finding]:
        """Yield calls that rest on the old one, were wished for or changed something, and are not made again now."""
        redone = {again.get(step.id) for step in self.turn.steps}
        asked = {name for turn in self.dialogue.turns[: self.index] for ask in turn.asks or () for name in ask.steps}
        replaced = {turn.replaces.step for turn in self.dialogue.turns[: self.index] if turn.replaces is not None}
        gone = {step.id for step in dependents if replaced & ({step.id} | self.dialogue.rests_on(step))}
        for step in dependents:
            if step.id in redone or step.id in gone:
                continue
            if not self.dialogue.only_reads(step):
                message = (
                    f"the effect of {step.id} {step.tool} rests on {self.replaces.step} and stays, though replaced"
                )
                yield executed_finding("effect_left", message, self.where)
            elif step.id in asked and step.id not in again.values():
                message = (
                    f"{step.id} {step.tool} was wished for and rests on {self.replaces.step}: it is not made again"
                )
                yield executed_finding("half_corrected", message, self.where)

    def _told(self, index: int, outdated: Collection[str], again: Mapping[str, str]) -> Iterator[Finding]:
        """Yield words of a response that tell what was replaced, and not the new result beside it."""
        turn, locale = self.dialogue.turns[index], self.dialogue.setting.locale
        tells = turn.tells or ()
        told = {(again.get(each.step), each.pointer) for tell in tells for each in _places(tell)}
        for number, tell in enumerate(tells):
            alone = (each for each in _places(tell) if each.step in outdated and (each.step, each.pointer) not in told)
            if (stale := next(alone, None)) is not None:
                message = f"the words {tell.quote!r} tell what {stale.step} found, which was replaced"
                yield cited_finding("outdated_tell", message, f"/turns/{index}/tells/{number}")
        before = [tell for turn in self.dialogue.turns[: self.index] for tell in turn.tells or ()]
        old = _readings((tell for tell in before if _names(tell, outdated)), locale)
        old -= _readings((tell for tell in before if not _names(tell, outdated)), locale)
        old -= {reading for figure in figures_of(turn.query, locale) for reading in figure.readings}
        for figure, around in with_tells_around(figures_of(turn.response, locale), tells):
            if not figure.soft and not around and old.intersection(figure.readings):
                words = turn.response[figure.start : figure.end]
                message = f"the words {words!r} tell what {self.replaces.step} found, which was replaced"
                yield cited_finding("outdated_tell", message, f"/turns/{index}/response")

    def _is_back(self, index: int) -> bool:
        """Say whether the person comes back in that turn to a value that was changed."""
        old, new = self.dialogue.steps[self.replaces.step], self.dialogue.steps[self.replaces.by]
        after = self.dialogue.leaves(new)
        query = self.dialogue.turns[index].query
        return any(
            find_words(query, leaf.place, self.dialogue.setting)
            for pointer, leaf in self.dialogue.leaves(old).items()
            if pointer not in after or not equal(leaf.value, after[pointer].value)
        )


def _places(tell: Tell) -> Iterator[StepSource]:
    """Yield the places in results that the tell names, also those of which a value is reckoned."""
    for source in tell.sources():
        yield from (each for each in source.whole() if isinstance(each, StepSource))


def _names(tell: Tell, steps: Collection[str]) -> bool:
    return any(each.step in steps for each in _places(tell))


def _readings(tells: Iterable[Tell], locale: str) -> set[Reading]:
    return {reading for tell in tells for figure in figures_of(tell.quote, locale) for reading in figure.readings}
