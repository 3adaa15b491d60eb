import random
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tool_registry.drawing.test_tool_graph import TEXT, tool
from tool_registry.drawing.composing import BatchGoal, draw_composable
from tool_registry.drawing.tool_graph import MemoryPool, traits_of


def families(count: int) -> MemoryPool:
    """Each family has a tool that gives a code, one that takes it, and three that have nothing to do with it."""
    tools = []
    for number in range(count):
        code = {"code": {**TEXT, "format": f"code-{number}"}}
        members: dict[str, Any] = {"category": f"family {number}"}
        tools.append(tool(f"find_{number}", gives=code, **members))
        tools.append(tool(f"read_{number}", takes=code, gives={}, **members))
        tools += [tool(f"other_{number}_{n}", gives={}, **members) for n in range(3)]
    return MemoryPool({each.name: each for each in tools})


POOL = families(100)


def needs_of(name: str, **members: Any) -> BatchGoal:
    return BatchGoal(produced=POOL.traits(name).gives, **members)


def test_what_the_chain_produced_brings_its_consumer() -> None:
    for seed in range(30):
        assert "read_7" in draw_composable(POOL, 20, random.Random(seed), needs_of("find_7", index=seed))
    without = sum("read_7" in draw_composable(POOL, 20, random.Random(s), BatchGoal(index=s)) for s in range(30))
    assert without < 10


def test_what_a_consumer_lacks_brings_its_producer() -> None:
    both = tool("both", takes={"a": {**TEXT, "format": "code-a"}, "b": {**TEXT, "format": "code-b"}}, gives={})
    makers = [tool(f"make_{kind}", gives={"x": {**TEXT, "format": f"code-{kind}"}}) for kind in "ab"]
    others = [tool(f"other_{n}", gives={}) for n in range(500)]
    pool = MemoryPool({each.name: each for each in [both, *makers, *others]})
    needs = BatchGoal(produced=traits_of(makers[0]).gives)
    for seed in range(20):
        batch = draw_composable(pool, 20, random.Random(seed), needs)
        assert {"both", "make_b"} <= set(batch)


def test_tools_that_failed_come_less_often_but_are_not_lost() -> None:
    def times(needs: BatchGoal) -> int:
        return sum("read_7" in draw_composable(POOL, 10, random.Random(seed), needs) for seed in range(200))

    # In a pool of one consumer chance alone decides; each draw tries often.
    failed = needs_of("find_7", failures={"read_7": 4}, index=50)
    assert times(needs_of("find_7", index=50)) == 200
    assert 0 < times(failed) < 120


def test_samples_take_turns_over_all_tools() -> None:
    size = len(POOL)
    seen: Counter[str] = Counter()
    for index in range(size // 8):
        seen.update(draw_composable(POOL, 20, random.Random(index), BatchGoal(run_seed=3, index=index)))
    assert len(seen) >= 0.95 * size


def few_linked() -> MemoryPool:
    """Three tools that give a code and three that take it, among 494 that fit nothing."""
    linked = [tool(f"find_{kind}", gives={"code": {**TEXT, "format": f"code-{kind}"}}) for kind in "abc"]
    linked += [tool(f"read_{kind}", takes={"code": {**TEXT, "format": f"code-{kind}"}}, gives={}) for kind in "abc"]
    others = [tool(f"other_{n}", gives={}, category=f"field {n % 60}") for n in range(494)]
    return MemoryPool({each.name: each for each in [*linked, *others]})


def pairs_in(batch: list[str]) -> int:
    return sum(f"read_{name[-1]}" in batch for name in batch if name.startswith("find_"))


def test_where_there_is_no_chain_yet_the_batch_holds_tools_that_make_one() -> None:
    pool = few_linked()
    composed = [draw_composable(pool, 50, random.Random(n), BatchGoal(index=n)) for n in range(40)]
    uniform = [random.Random(n).sample(sorted(pool.name_at(k) for k in range(500)), 50) for n in range(40)]
    assert sum(pairs_in(batch) > 0 for batch in composed) > 4 * sum(pairs_in(batch) > 0 for batch in uniform)


def test_a_chain_that_leads_nowhere_opens_another() -> None:
    pool = few_linked()
    pointless = {"word:string:nothing": 1.0}
    stuck = [
        draw_composable(pool, 50, random.Random(n), BatchGoal(produced=pointless, index=n, stuck=True))
        for n in range(40)
    ]
    assert sum(pairs_in(batch) > 0 for batch in stuck) >= 10


def test_a_single_call_is_drawn_from_all_tools_in_turn() -> None:
    pool = few_linked()
    seen: Counter[str] = Counter()
    for index in range(12):
        seen.update(draw_composable(pool, 50, random.Random(index), BatchGoal(index=index, target=1)))
    assert len(seen) >= 470
    assert max(seen.values()) <= 4


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 600), st.integers(), st.integers(0, 2**63), st.integers(0, 10**6))
def test_a_batch_is_full_without_repetition_and_the_same_again(size: int, seed: int, run: int, index: int) -> None:
    needs = needs_of("find_3", failures={"read_3": 1}, used={"find_3": 1}, run_seed=run, index=index)
    batch = draw_composable(POOL, size, random.Random(seed), needs)
    assert len(batch) == len(set(batch)) == min(size, len(POOL))
    assert batch == draw_composable(families(100), size, random.Random(seed), needs)


def test_an_empty_pool() -> None:
    assert draw_composable(MemoryPool({}), 5, random.Random(0), BatchGoal()) == []
