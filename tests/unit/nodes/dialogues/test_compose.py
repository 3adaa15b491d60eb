"""Plans over chains that real runs have made: whichever way they are cut, they hold."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.mix import LATER_KINDS
from graph.record import RefusedCall, TurnKind
from nodes.dialogues.compose import Composed, compose
from nodes.dialogues.cut import cut, line_by_line, link
from nodes.dialogues.given import Chain
from nodes.dialogues.holds import problems
from nodes.dialogues.kinds import USUAL
from tests.unit.nodes.dialogues.chains import chains

REFUSABLE = [RefusedCall(id=f"x{number}", tool="refund", arguments={"amount": number}) for number in (1, 2)]
#: Where any of the chains stands.
WHICH = st.integers(0, 10_000)
MIXES = st.dictionaries(st.sampled_from(LATER_KINDS), st.integers(0, 100), max_size=5)


def chain_at(which: int) -> Chain:
    return chains()[which % len(chains())]


def composed(chain: Chain, turns: int, mix: dict[TurnKind, float], position: float, seed: int) -> Composed:
    return compose(chain, turns, mix, position=position, seed=seed, refusable=REFUSABLE)


@settings(max_examples=200, deadline=None)
@given(WHICH, st.integers(1, 12), MIXES, st.floats(0, 1, exclude_max=True), st.integers(0, 2**64 - 1))
def test_every_plan_holds(which: int, turns: int, mix: dict[TurnKind, float], position: float, seed: int) -> None:
    chain = chain_at(which)
    made = composed(chain, turns, mix, position, seed)
    assert problems(made.plan, chain, REFUSABLE) == []
    assert composed(chain, turns, mix, position, seed) == made, "the same request gives the same plan"
    assert (len(made.plan.turns) < turns) == bool(made.notes)
    assert len(made.plan.turns) <= turns
    allowed = {kind for kind, share in (mix or USUAL).items() if share} | {"request", "follow_up"}
    if any(mix.values()):
        assert {turn.kind for turn in made.plan.turns} <= allowed


@settings(max_examples=100, deadline=None)
@given(WHICH, st.integers(1, 12), st.integers(0, 1000))
def test_a_cut_is_the_chain_in_an_order_that_can_be_made(which: int, groups: int, seed: int) -> None:
    chain = chain_at(which)
    found = cut(chain, groups, random.Random(seed))
    assert len(found) == min(groups, len(chain.steps))
    assert all(found)
    for order in ([name for group in found for name in group], line_by_line(chain)):
        assert sorted(order) == sorted(chain.by_id)
        for place, name in enumerate(order):
            assert chain.needs[name] <= set(order[:place])


def test_effects_keep_their_order() -> None:
    written = 0
    for chain in chains():
        writes = [step.id for step in chain.steps if chain.writes(step)]
        written += len(writes)
        order = line_by_line(chain)
        assert [name for name in order if name in writes] == writes
    assert written > 5


def test_nearly_all_follow_ups_go_on_from_what_was_told() -> None:
    linked = unlinked = 0
    for seed, chain in enumerate(chains()):
        for turns in (2, 3, 4):
            before: list[str] = []
            for turn in composed(chain, turns, {"follow_up": 100}, 0.5, seed).plan.turns:
                if before:
                    is_linked = any(link(chain, name, before) for name in turn.steps)
                    linked, unlinked = linked + is_linked, unlinked + (not is_linked)
                before += turn.steps
    assert linked > 0.85 * (linked + unlinked)


def test_over_the_samples_the_mix_is_met() -> None:
    # A correction needs a call that can be made with another value: not every chain has one.
    able = [chain for chain in chains() if kinds_of(chain, 20).keys() == USUAL.keys()]
    counts = kinds_of(max(able, key=lambda chain: len(chain.steps)), 200)
    for kind, share in USUAL.items():
        assert counts[kind] / counts.total() == pytest.approx(share / 100, abs=0.05), kind


def kinds_of(chain: Chain, samples: int) -> Counter[str]:
    """The kinds of the later turns that the chain is cut into over so many samples."""
    counts: Counter[str] = Counter()
    for index in range(samples):
        position = index * 0.7320508 % 1.0
        counts.update(turn.kind for turn in composed(chain, 4, {}, position, index).plan.turns[1:])
    return counts


def test_a_single_call_fills_few_turns_and_says_so() -> None:
    single = next(chain for chain in chains() if len(chain.steps) == 1)
    made = compose(single, 9, {"follow_up": 100}, position=0.1, seed=1)
    assert len(made.plan.turns) == 1
    assert [(note.kind, note.message) for note in made.notes] == [
        ("few_turns", "1 of 9 turns: the chain of 1 call fills no more")
    ]
    several = compose(single, 9, {}, position=0.1, seed=1)
    assert 1 < len(several.plan.turns) < 9
