"""Does a plan hold? What is wrong with the cut, the kinds or the calls of a dialogue, before its words are there."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.record import RefusedCall
from nodes.dialogues.changes import AGAIN_MAX, may_repeat
from nodes.dialogues.given import Chain
from nodes.dialogues.plan import ChangedCall, Plan, PlannedTurn
from tool_registry.json.pointer import equal, escape
from tool_registry.json.schema import validation_errors

#: Turns that a dialogue may have.
TURNS_MAX = 100


def problems(plan: Plan, chain: Chain, refusable: Sequence[RefusedCall] = ()) -> list[str]:
    """Return why the plan cannot be a dialogue over the chain, in words that name turns by number; none when it can.

    A correction may be planned (`changes`) or made (`replaces`).
    """
    return list(_Holding(plan, chain, refusable).problems())


@dataclass(frozen=True)
class _Holding:
    plan: Plan
    chain: Chain
    refusable: Sequence[RefusedCall]

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with the whole, then turn by turn."""
        turns = self.plan.turns
        if not turns:
            yield "the plan has no turns"
            return
        if len(turns) > TURNS_MAX:
            yield f"the plan has {len(turns)} turns; at most {TURNS_MAX} are allowed"
        times = Counter(self.plan.steps())
        yield from (f"there is no step {name!r}" for name in times if name not in self.chain.by_id)
        twice = {name: count for name, count in times.items() if count > 1}
        yield from (f"{name} stands {count} times; each step is made once" for name, count in twice.items())
        yield from (f"no turn has {name}" for name in self.chain.by_id if name not in times)
        refused = Counter(turn.refuses.id for turn in turns if turn.refuses)
        yield from (f"the refused call {name!r} stands {count} times" for name, count in refused.items() if count > 1)
        before: list[str] = []
        for number, turn in enumerate(turns):
            for problem in self._turn(number, turn, before):
                yield f"turn {number}: {problem}"
            before += turn.steps

    def _turn(self, number: int, turn: PlannedTurn, before: Sequence[str]) -> Iterator[str]:
        if number == 0 and turn.kind not in ("request", "refusal"):
            yield f"a dialogue begins with a request or a refusal, not with a {turn.kind}"
        if number and turn.kind == "request":
            yield "only the first turn is a request; a later one is a follow_up"
        yield from self._order(turn, before)
        yield from self._steps(turn)
        yield from self._awaits(number, turn, before)
        if turn.kind == "clarification" and not (number and self.plan.turns[number - 1].awaits):
            yield "a clarification gives what the turn before awaits; that awaits nothing"
        yield from self._correction(turn, before)
        yield from self._refusal(turn, before)

    def _order(self, turn: PlannedTurn, before: Sequence[str]) -> Iterator[str]:
        made = set(before)
        for name in turn.steps:
            if late := sorted(self.chain.needs.get(name, frozenset()) - made):
                yield f"{name} needs {', '.join(late)}, made only later"
            made.add(name)

    def _steps(self, turn: PlannedTurn) -> Iterator[str]:
        match turn.kind:
            case "chat":
                if turn.steps or turn.awaits:
                    yield "a chat makes no call and asks for nothing"
            case "request" | "follow_up":
                if not (turn.steps or turn.awaits):
                    yield f"a {turn.kind} makes a call, or its answer asks for a value"
            case "clarification":
                if not turn.steps:
                    yield "a clarification makes the calls that waited for it"
            case "refusal":
                wrong = [name for name in turn.steps if name in self.chain.by_id and self._writes(name)]
                yield from (f"{name} changes something; a refusal changes nothing" for name in wrong)
            case "correction":
                pass

    def _writes(self, name: str) -> bool:
        return self.chain.writes(self.chain.by_id[name])

    def _awaits(self, number: int, turn: PlannedTurn, before: Sequence[str]) -> Iterator[str]:
        if not turn.awaits:
            return
        following = self.plan.turns[number + 1] if number + 1 < len(self.plan.turns) else None
        if following is None or following.kind != "clarification":
            yield "it awaits a value; the next turn must be the clarification that gives it"
            return
        done = [*before, *turn.steps]
        yield from self._said_at_once(turn, following)
        for awaited in turn.awaits:
            name = f"{awaited.step}{awaited.pointer}"
            if awaited.step not in following.steps:
                yield f"{name} is awaited; the next turn must make {awaited.step}"
                continue
            leaves = {each.pointer: each for each in self.chain.given.get(awaited.step, ())}
            given = leaves.get(awaited.pointer)
            if given is None:
                yield f"{name} is awaited, but it is no value that only the person gives"
            elif not self.chain.can_be_withheld(given, done, following.steps):
                yield f"{name} is awaited, but the call can do without it or it is known by then"

    def _said_at_once(self, turn: PlannedTurn, following: PlannedTurn) -> Iterator[str]:
        """Yield values that are awaited for one of the next turn's calls, and said for another."""
        asked = {(each.step, each.pointer) for each in turn.awaits}
        leaves = [each for name in following.steps for each in self.chain.given.get(name, ())]
        values = [each.value for each in leaves if (each.step, each.pointer) in asked]
        for each in leaves:
            if (each.step, each.pointer) not in asked and any(equal(each.value, value) for value in values):
                yield f"{each.step}{each.pointer} has the value that is awaited for another call: it is awaited too"

    def _correction(self, turn: PlannedTurn, before: Sequence[str]) -> Iterator[str]:
        changes, replaces = turn.changes, turn.replaces
        if turn.kind != "correction":
            if changes or replaces:
                yield f"only a correction makes a call again, not a {turn.kind}"
            return
        if (changes is None) == (replaces is None):
            yield "a correction names the call that it makes again, once"
            return
        old = changes.step if changes else replaces.step if replaces else ""
        if old not in before:
            yield f"it makes {old} again, which no earlier turn made"
            return
        if not may_repeat(self.chain, old):
            yield f"{old} may not be made twice: its tool neither only reads nor says that it is idempotent"
        if changes:
            yield from self._changed(changes, turn, before)
        elif replaces and replaces.by not in turn.steps:
            yield f"{replaces.by} replaces {old}; the turn must make it"
        elif replaces and replaces.by in self.chain.by_id:
            one, other = self.chain.by_id[old], self.chain.by_id[replaces.by]
            if one.tool != other.tool or equal(one.arguments, other.arguments):
                yield f"{replaces.by} must be the call {old} with another value"

    def _changed(self, changes: ChangedCall, turn: PlannedTurn, before: Sequence[str]) -> Iterator[str]:
        call = self.chain.by_id[changes.step]
        spec = self.chain.specs.get(call.tool)
        if turn.steps:
            yield "a correction that is to be made has no steps yet"
        if equal(call.arguments, changes.arguments):
            yield f"{changes.step} is to be made again with the same arguments"
        if spec is not None and (wrong := validation_errors(spec.parameters, changes.arguments)):
            yield f"{changes.step} cannot be made so: {wrong[0]}"
        given = {each.pointer for each in self.chain.given[changes.step]}
        for pointer in changed_leaves(call.arguments, changes.arguments):
            if pointer not in given:
                yield f"{changes.step}{pointer} is changed, which is no value that only the person gives"
        again = self.chain.dependents(changes.step)
        if late := [name for name in again if name not in before]:
            yield f"{late[0]} uses {changes.step} after it was corrected"
        if len(again) >= AGAIN_MAX or not all(may_repeat(self.chain, each) for each in again):
            yield f"what uses {changes.step} cannot be made again with it: {', '.join(again)}"

    def _refusal(self, turn: PlannedTurn, before: Sequence[str]) -> Iterator[str]:
        if (turn.kind == "refusal") != (turn.refuses is not None):
            yield "a refusal, and nothing else, names the call that is refused"
        elif turn.refuses is not None and not any(_is_same(turn.refuses, each) for each in self.refusable):
            yield f"{turn.refuses.tool} with these arguments is no call that has to be refused"
        sources = turn.refuses.sources.values() if turn.refuses is not None else ()
        used = {name for source in sources for name in source.steps()}
        if late := sorted(used - {*before, *turn.steps}):
            yield f"the refused call needs {', '.join(late)}, made only later"
        if turn.kind == "refusal" and turn.awaits:
            yield "a refusal asks for nothing"


def changed_leaves(one: object, other: object, pointer: str = "") -> list[str]:
    """Return the pointers at which two documents differ, as deep as their containers are alike."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = [(escape(name), one[name], other[name]) for name in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(str(index), a, b) for index, (a, b) in enumerate(zip(one, other, strict=True))]
    else:
        return [] if equal(one, other) else [pointer]
    return [place for token, a, b in pairs for place in changed_leaves(a, b, f"{pointer}/{token}")]


def _is_same(one: RefusedCall, other: RefusedCall) -> bool:
    return one.tool == other.tool and equal(one.arguments, other.arguments) and one.rule == other.rule
