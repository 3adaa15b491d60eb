"""Which kinds of turns a dialogue is to have, and where each fits."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain as joined

from graph.record import Awaited, TurnKind
from nodes.dialogues.changes import AGAIN_MAX, changes_of, may_repeat
from nodes.dialogues.given import Chain
from nodes.dialogues.plan import ChangedCall
from tool_registry.json.pointer import equal

#: The kinds that a later turn may have, with the shares that they have where nobody says otherwise.
USUAL: Mapping[TurnKind, float] = {"follow_up": 60, "clarification": 15, "correction": 10, "refusal": 5, "chat": 10}


def wanted_kinds(turns: int, mix: Mapping[TurnKind, float], position: float) -> list[TurnKind]:
    """Return a kind for each of the later turns, so that over samples at evenly spread positions the mix is met.

    `position` is from 0 to 1. Odd multiples of it are as evenly spread, and tell little of each other.
    """
    shares = [(kind, share) for kind, share in mix.items() if share > 0]
    total = sum(share for _, share in shares)
    points = (position * (2 * number + 1) % 1.0 * total for number in range(turns))
    return [_kind_at(point, shares) for point in points]


def _kind_at(point: float, shares: Sequence[tuple[TurnKind, float]]) -> TurnKind:
    for kind, share in shares:
        point -= share
        if point < 0:
            return kind
    return shares[-1][0]


def withheld(chain: Chain, groups: Sequence[Sequence[str]], number: int) -> Iterator[list[Awaited]]:
    """Yield the leaves of a group's calls that an assistant would have to ask for before any of them.

    Leaves of one value are asked for together: who says it for one call has said it.
    """
    earlier = list(joined.from_iterable(groups[:number]))
    leaves = [given for step in groups[number] for given in chain.given[step]]
    for place, given in enumerate(leaves):
        alike = [each for each in leaves if equal(each.value, given.value)]
        is_first = not any(equal(each.value, given.value) for each in leaves[:place])
        if is_first and all(chain.can_be_withheld(each, earlier, groups[number]) for each in alike):
            yield [Awaited(step=each.step, pointer=each.pointer) for each in alike]


def changed(chain: Chain, groups: Sequence[Sequence[str]], number: int) -> Iterator[ChangedCall]:
    """Yield the changes of mind that fit after a group: of a call whose result no later group uses."""
    for step in groups[number]:
        again = chain.dependents(step)
        is_closed = set(again) <= set(groups[number]) and len(again) < AGAIN_MAX
        if is_closed and all(may_repeat(chain, each) for each in again):
            yield from changes_of(chain, step)
