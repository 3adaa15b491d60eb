"""Which accepted calls a call has to come after for their effect, or for its own.

Two calls of a stateful source that are ordered by nothing may run in any order: then they must commute. Writes
are never tried the other way round, for nobody can compare the states they leave: each comes after the one before.
Whether a read and a write commute is tried.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tool_registry.json_pointer import equal
from tool_registry.registry import ToolRegistry
from tool_registry.replay import RecordedCall, rule_of
from tool_registry.sample_sessions import SampleSession, is_write
from tool_registry.sessions import CallLimits


@dataclass(frozen=True)
class Placed:
    """An accepted call and the calls that it comes after: those it takes values from and those in its `after`."""

    call: RecordedCall
    follows: frozenset[str]


async def comes_after(
    call: RecordedCall,
    uses: AbstractSet[str],
    before: Sequence[Placed],
    session: SampleSession,
    limits: CallLimits,
) -> list[str]:
    """Return the ids of the calls that the new one must come after beside those that it `uses`, in order.

    `before` are the accepted calls of all tools, without the new one, which `session` has made last. A read comes
    after the last write without which it gives another result, or, where it costs too much to find out, after the
    last write; a write comes after the write before it and after
    each read that gives another result once it is made. What follows from others is left out.
    """
    registry = session.registry
    tool = registry.get(call.tool)
    if tool.home is None:
        return []
    beside = [placed for placed in before if _source_of(registry, placed.call.tool) is tool.home.source]
    writes = [placed for placed in beside if is_write(registry.get(placed.call.tool))]
    known = {placed.call.id: placed.follows for placed in before}
    implied = _closure(uses, known)
    if not is_write(tool):
        last = await _needed_write(call, [write.call for write in writes], implied, registry, limits)
        return [last] if last is not None and last not in implied else []
    after = []
    if writes and writes[-1].call.id not in implied:
        after.append(writes[-1].call.id)
    implied = _closure({*implied, *after}, known)
    for placed in beside:
        if placed in writes or placed.call.id in implied:
            continue
        unchanged = rule_of(registry.get(placed.call.tool)) == "exact" and (
            (await session.look(placed.call, limits)).verdict == "same"
        )
        if not unchanged:
            after.append(placed.call.id)
    order = [placed.call.id for placed in beside]
    return sorted(after, key=order.index)


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
    is_cheap = tool.home is not None and tool.home.source.is_cheap
    if writes[-1].id in implied or not is_cheap or rule_of(tool) != "exact":
        return writes[-1].id
    # One fork: the writes in order, and the read after each.
    fork = SampleSession(registry)
    needed: str | None = None
    try:
        for position in range(len(writes) + 1):
            result = await fork.execute(read.tool, read.arguments, writes[:position], limits)
            same = result.ok and equal(result.content, read.result)
            if not same:
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


def _source_of(registry: ToolRegistry, name: str) -> object:
    if name not in registry:
        return None
    home = registry.get(name).home
    return home.source if home is not None else None
