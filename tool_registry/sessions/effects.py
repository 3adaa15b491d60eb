"""Which accepted calls a call has to come after for their effect, or for its own.

Two calls of a stateful source that are ordered by nothing may run in any order: then they must commute. Writes
are never tried the other way round, for nobody can compare the states they leave: each comes after the one before.
Whether a read and a write commute is tried.

What only reads is declared, or measured where a tool does not say: a call that has left the sample's instance as it
was. State that is kept where nobody measures it (a file, a module, a server's memory) would make that wrong. So an
order that rests on measuring is tried in a fresh session, where each call is measured once more, and holds only if
all comes out the same there. Nothing of this is remembered from one sample to the next.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tool_registry.permissions import effective
from tool_registry.registry import ToolRegistry
from tool_registry.sessions.replay import RecordedCall, measure_call, rule_of
from tool_registry.sessions.sample import SampleSession
from tool_registry.sessions.session import CallLimits, open_session

#: Fresh sessions in which an order is tried, before the new call simply comes after all others.
_TRIALS = 3


@dataclass(frozen=True)
class Placed:
    """An accepted call, the calls that it takes values from, and those in its `after`."""

    call: RecordedCall
    uses: frozenset[str]
    after: frozenset[str] = frozenset()


async def comes_after(
    call: RecordedCall,
    uses: AbstractSet[str],
    before: Sequence[Placed],
    session: SampleSession,
    limits: CallLimits,
) -> dict[str, list[str]]:
    """Return for the new call the ids that it must come after beside those that it `uses`, in order.

    `before` are the accepted calls of all tools, without the new one, which `session` has made last. A read comes
    after the last write without which it gives another result, or, where it costs too much to find out, after the
    last write; a write comes after the write before it and after
    each read that gives another result once it is made. What follows from others is left out.

    Where calls were measured to change nothing, and a fresh session shows that they do, the calls of the source come
    in the order in which they were made: then the dictionary has those before the new one as well.
    """
    tool = session.registry.get(call.tool)
    if tool.binding is None:
        return {call.id: []}
    beside = [placed for placed in before if session.registry.stateful_source(placed.call.tool) is tool.binding.source]
    new = Placed(call, frozenset(uses))
    reads = await _reads(
        [*(placed.call for placed in beside), call], [placed.call for placed in before], session, limits
    )
    placing = _Placing(new, beside, {placed.call.id: placed.uses | placed.after for placed in before}, reads, session)
    after = await (placing.after_of_read(limits) if call.id in reads else placing.after_of_write(limits))
    if any(_is_measured(each.call, session.registry) for each in [*beside, new] if each.call.id in reads):
        tried = await placing.try_early(after, limits)
        if tried is None:
            return placing.as_made()
        after = tried
    order = [placed.call.id for placed in beside]
    return {call.id: sorted(after, key=order.index)}


async def _reads(
    calls: Sequence[RecordedCall], before: Sequence[RecordedCall], session: SampleSession, limits: CallLimits
) -> set[str]:
    """Return which of the calls, which are all of a source and end with the new one, only read."""
    registry = session.registry
    if not any(_is_measured(call, registry) for call in calls):
        return {call.id for call in calls if effective(registry.get(call.tool).spec).read_only}
    effects = await session.effects(calls[-1].tool, [*before, calls[-1]], limits)
    return {call.id for call, effect in zip(calls, effects, strict=True) if effect == "unchanged"}


@dataclass
class _Placing:
    """The new call beside those of its source that were made before; `follows` says of all what they come after."""

    new: Placed
    beside: list[Placed]
    follows: Mapping[str, AbstractSet[str]]
    reads: set[str]
    session: SampleSession

    async def after_of_read(self, limits: CallLimits) -> list[str]:
        writes = [placed.call for placed in self.beside if placed.call.id not in self.reads]
        implied = _closure(self.new.uses, self.follows)
        last = await _needed_write(self.new.call, writes, implied, self.session.registry, limits)
        return [last] if last is not None and last not in implied else []

    async def after_of_write(self, limits: CallLimits) -> list[str]:
        writes = [placed.call.id for placed in self.beside if placed.call.id not in self.reads]
        after = [] if not writes or writes[-1] in _closure(self.new.uses, self.follows) else [writes[-1]]
        implied = _closure({*self.new.uses, *after}, self.follows)
        for placed in self.beside:
            # What was measured is tried in a fresh session: in this one nobody accepted that it is made again.
            measured = _is_measured(placed.call, self.session.registry)
            if placed.call.id not in self.reads or placed.call.id in implied or measured:
                continue
            unchanged = rule_of(self.session.registry.get(placed.call.tool)) == "exact" and (
                (await self.session.look(placed.call, limits)).verdict == "same"
            )
            if not unchanged:
                after.append(placed.call.id)
        return after

    async def try_early(self, after: list[str], limits: CallLimits) -> list[str] | None:
        """Return what the new call comes after once it was tried as early as `after` lets it come.

        None where calls that seemed to change nothing do: nobody knows then what commutes.
        """
        for _ in range(_TRIALS):
            implied = _closure({*self.new.uses, *after}, self.follows)
            early = [placed.call for placed in self.beside if placed.call.id in implied]
            late = [placed.call for placed in self.beside if placed.call.id not in implied]
            if not late:
                return after
            differing = await self._differing(early, late, limits)
            if differing is None or (differing and self.new.call.id in self.reads):
                return None
            if not differing:
                return after
            after = [*after, *differing]
        implied = _closure({*self.new.uses, *after}, self.follows)
        return [*after, *(placed.call.id for placed in self.beside if placed.call.id not in implied)]

    async def _differing(
        self, early: list[RecordedCall], late: list[RecordedCall], limits: CallLimits
    ) -> list[str] | None:
        """Return which reads of `late` come out differently after the new call, or None when anything else does."""
        found: list[str] = []
        async with await open_session(self.session.registry) as session:
            for call in [*early, self.new.call, *late]:
                outcome, effect = await measure_call(session, call, limits)
                if outcome.verdict == "same" and (effect == "unchanged" or call.id not in self.reads):
                    continue
                if call.id not in self.reads or call not in late:
                    return None
                found.append(call.id)
                if effect != "unchanged":
                    # What comes later is no more where it was.
                    break
        return found

    def as_made(self) -> dict[str, list[str]]:
        """Return for each call of the source that it comes after the one before."""
        follows = {**self.follows}
        found: dict[str, list[str]] = {}
        previous: str | None = None
        for placed in [*self.beside, self.new]:
            implied = _closure(placed.uses, follows)
            found[placed.call.id] = [previous] if previous is not None and previous not in implied else []
            follows[placed.call.id] = placed.uses | {*found[placed.call.id]}
            previous = placed.call.id
        return found


async def _needed_write(
    read: RecordedCall,
    writes: Sequence[RecordedCall],
    implied: AbstractSet[str],
    registry: ToolRegistry,
    limits: CallLimits,
) -> str | None:
    """Return the last write without which the read gives another result, or None when it needs none of them."""
    if not writes:
        return None
    tool = registry.get(read.tool)
    is_cheap = tool.binding is not None and tool.binding.source.is_cheap
    if writes[-1].id in implied or not is_cheap or rule_of(tool) != "exact":
        return writes[-1].id
    # One fork: the writes in order, and the read after each.
    fork = SampleSession(registry)
    needed: str | None = None
    try:
        for position in range(len(writes) + 1):
            if not await fork.commutes(read, writes[:position], limits):
                needed = writes[min(position, len(writes) - 1)].id
    finally:
        await fork.aclose()
    return needed


def _closure(ids: AbstractSet[str], follows: Mapping[str, AbstractSet[str]]) -> set[str]:
    found: set[str] = set()
    left = list(ids)
    while left:
        each = left.pop()
        if each not in found:
            found.add(each)
            left.extend(follows.get(each, ()))
    return found


def _is_measured(call: RecordedCall, registry: ToolRegistry) -> bool:
    return effective(registry.get(call.tool).spec).read_only is None
