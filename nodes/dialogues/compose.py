"""The plan that is made without a policy: how many turns, of which kinds, in which order."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from graph.record import Awaited, Note, RefusedCall, TurnKind
from nodes.dialogues.cut import cut
from nodes.dialogues.given import Chain
from nodes.dialogues.kinds import USUAL, changed, wanted_kinds, withheld
from nodes.dialogues.plan import Plan, PlannedTurn, single_turn
from tool_registry.json.pointer import resolve

#: Messages that thanks or a remark leave over: all calls in one message, and thanks for them, are no dialogue.
_ABOUT_SOMETHING = 2
#: How often thanks or a remark end a dialogue rather than stand within it.
_CHAT_ENDS = 0.7
#: Other values of a call that are thought of: neighbours are as good.
_CHANGES_MAX = 4
#: A text of more words is what is worked on; a name or a place may be forgotten.
_NAME_WORDS = 3


@dataclass
class Composed:
    """A plan, and why it has fewer turns than were wanted."""

    plan: Plan
    notes: list[Note] = field(default_factory=list)


def compose(
    chain: Chain,
    turns: int,
    mix: Mapping[TurnKind, float],
    *,
    position: float,
    seed: int,
    refusable: Sequence[RefusedCall] = (),
) -> Composed:
    """Return a plan of that many turns, or of the nearest number that the chain can fill.

    `position` (0 to 1) is where the sample stands among the run's: evenly spread ones meet the mix of kinds.
    """
    ids = list(chain.by_id)
    if turns <= 1 or not ids:
        return Composed(single_turn(ids))
    rng = random.Random(seed)
    mix = {kind: share for kind, share in mix.items() if share > 0} or USUAL
    wanted = wanted_kinds(turns - 1, mix, position)
    counts = Counter(wanted)
    if len(ids) > 1 and counts["chat"] > turns - _ABOUT_SOMETHING:
        counts["follow_up"] += 1
        counts["chat"] -= 1
    composing = _Composing(chain, rng, refusable)
    # What does not fit is a follow-up; what the chain has no calls for is asked for or changed instead.
    while True:
        composing.begin(1 + counts["follow_up"])
        unfit = composing.add(counts)
        if not unfit:
            break
        for kind, number in unfit.items():
            counts[kind] -= number
            counts["follow_up"] += number
    spare: list[TurnKind] = [kind for kind in ("clarification", "correction") if kind in mix]
    while spare and composing.length() < turns:
        (kind,) = rng.choices(spare, [mix[each] for each in spare])
        if composing.add(Counter({kind: 1})):
            spare.remove(kind)
    plan = composing.plan(counts["chat"])
    if (made := len(plan.turns)) >= turns:
        return Composed(plan)
    message = f"{made} of {turns} turns: the chain of {len(ids)} {'calls' if len(ids) > 1 else 'call'} fills no more"
    return Composed(plan, [Note(kind="few_turns", message=message)])


class _Composing:
    """A dialogue in the making: groups of calls, and what stands around each of them."""

    def __init__(self, chain: Chain, rng: random.Random, refusable: Sequence[RefusedCall]) -> None:
        self.chain, self.rng, self.refusable = chain, rng, refusable
        self.groups: list[list[str]] = []
        self.before: dict[int, PlannedTurn] = {}
        self.after: dict[int, PlannedTurn] = {}
        self.refused: list[PlannedTurn] = []
        self.chats = 0

    def begin(self, groups: int) -> None:
        """Cut the chain anew."""
        self.groups = cut(self.chain, groups, random.Random(self.rng.getrandbits(64)))
        self.before, self.after, self.refused, self.chats = {}, {}, [], 0

    def length(self) -> int:
        """Return the number of turns."""
        return len(self.groups) + len(self.before) + len(self.after) + len(self.refused) + self.chats

    def add(self, counts: Mapping[TurnKind, int]) -> Counter[TurnKind]:
        """Add turns of these kinds where they fit; return how many of which do not."""
        unfit: Counter[TurnKind] = Counter()
        for kind in ("clarification", "correction", "refusal"):
            for _ in range(counts.get(kind, 0)):
                if not self._add(kind):
                    unfit[kind] += 1
        self.chats += counts.get("chat", 0)
        return unfit

    def _add(self, kind: TurnKind) -> bool:
        match kind:
            case "clarification":
                return self._ask()
            case "correction":
                return self._change()
            case "refusal" if len(self.refused) < len(self.refusable):
                refused = self.refusable[len(self.refused)]
                self.refused.append(PlannedTurn(kind="refusal", refuses=refused))
                return True
        return False

    def _ask(self) -> bool:
        # Where few calls wait for it, few that could be made at once do.
        for number in sorted(self._places(self.before), key=lambda place: len(self.groups[place])):
            # Whoever wants something done with their own words does not leave the words out.
            found = [each for each in withheld(self.chain, self.groups, number) if not self._is_wordy(each[0])]
            if found:
                # A name or a date is forgotten sooner than a figure.
                named = [each for each in found if isinstance(self._value(each[0]), str)]
                self.before[number] = PlannedTurn(awaits=self.rng.choice(named or found))
                return True
        return False

    def _change(self) -> bool:
        for number in self._places(self.after):
            found = list(islice(changed(self.chain, self.groups, number), _CHANGES_MAX))
            if found:
                self.after[number] = PlannedTurn(kind="correction", changes=self.rng.choice(found))
                return True
        return False

    def _is_wordy(self, awaited: Awaited) -> bool:
        value = self._value(awaited)
        return isinstance(value, str) and len(value.split()) > _NAME_WORDS

    def _value(self, awaited: Awaited) -> Any:
        return resolve(self.chain.by_id[awaited.step].arguments, awaited.pointer)

    def _places(self, taken: Mapping[int, PlannedTurn]) -> list[int]:
        free = [number for number in range(len(self.groups)) if number not in taken]
        self.rng.shuffle(free)
        return free

    def plan(self, chats: int) -> Plan:
        """Return the turns in order."""
        blocks = [list(self._block(number)) for number in range(len(self.groups))]
        for turn in self.refused:
            blocks.insert(self.rng.randint(self._earliest(turn, blocks), len(blocks)), [turn])
        for _ in range(chats):
            free = [
                place
                for place in range(1, len(blocks) + 1)
                if all(turn.kind != "chat" for block in blocks[place - 1 : place + 1] for turn in block)
            ]
            if not free:
                break
            is_last = free[-1] == len(blocks) and self.rng.random() < _CHAT_ENDS
            blocks.insert(free[-1] if is_last else self.rng.choice(free), [PlannedTurn(kind="chat")])
        return Plan(turns=[turn for block in blocks for turn in block])

    def _earliest(self, turn: PlannedTurn, blocks: Sequence[Sequence[PlannedTurn]]) -> int:
        """Return before which block a refusal may stand: what it needs is there, of a rule all that may decide it."""
        if turn.refuses is None or turn.refuses.rule is not None:
            return len(blocks)
        used = {name for source in turn.refuses.sources.values() for name in source.steps()}
        places = (place for place, block in enumerate(blocks) for each in block if used & set(each.steps))
        return 1 + max(places, default=0)

    def _block(self, number: int) -> Iterator[PlannedTurn]:
        kind: TurnKind = "follow_up" if number else "request"
        turn = PlannedTurn(kind=kind, steps=self.groups[number])
        if number in self.before:
            yield self.before[number].model_copy(update={"kind": kind})
            turn = turn.model_copy(update={"kind": "clarification"})
        yield turn
        if number in self.after:
            yield self.after[number]
