import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.graph import END, START, StateGraph

from graph.context import Context
from graph.record import RoleUsage
from graph.state import InputState, OutputState, State
from nodes.policies.lookup import asked_models
from tests.unit.toolgrad_data.runs.helpers import TOOLS, record, settings
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.limits import Budget, RunLimits, check_limits
from toolgrad_data.runs.observer import Observer
from toolgrad_data.runs.runner import run_samples
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.spending import Spending

CALL = RoleUsage(llm_calls=1, input_tokens=100, output_tokens=20, cost_usd=0.5)
UNPRICED = CALL.model_copy(update={"cost_usd": None})
UNTOLD = RoleUsage(llm_calls=1, cost_usd=None)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def budget(*usages: RoleUsage, **limits: Any) -> Budget:
    made = Budget(RunLimits(**limits))
    for usage in usages:
        made.add(usage)
    return made


usages = st.lists(st.sampled_from([CALL, UNPRICED, UNTOLD]), max_size=30)


@given(usages)
def test_an_unknown_cost_never_looks_like_a_smaller_one(spent: list[RoleUsage]) -> None:
    total = budget(*spent).spending
    assert total.known_cost_usd == sum(usage.cost_usd or 0 for usage in spent)
    assert (total.cost_usd is None) == any(usage.cost_usd is None for usage in spent)
    estimate = total.estimated_cost_usd()
    if estimate is not None:
        assert estimate == pytest.approx(0.5 * len(spent))
    else:
        assert spent
        assert CALL not in spent


@given(usages, st.floats(0.1, 20), st.integers(1, 4000))
def test_a_limit_is_reached_when_and_only_when_it_is(spent: list[RoleUsage], cost: float, tokens: int) -> None:
    priced = [usage for usage in spent if usage is CALL]
    reached = budget(*priced, max_cost=cost).reached()
    assert (reached is not None) == (0.5 * len(priced) >= cost)
    reached = budget(*spent, max_tokens=tokens).reached()
    blind = len(spent) >= 10 and all(usage is UNTOLD for usage in spent)
    assert (reached is not None) == (120 * sum(usage is not UNTOLD for usage in spent) >= tokens or blind)


def test_a_lost_answer_does_not_blind_the_limit_and_no_counts_at_all_do() -> None:
    assert budget(UNTOLD, UNTOLD, max_cost=1, max_tokens=1).reached() is None
    reached = budget(CALL, UNTOLD, max_cost=1).reached()
    assert reached is not None
    assert reached.words == "about 1.00 USD spent"
    for name in ("max_cost", "max_tokens"):
        reached = budget(*[UNTOLD] * 10, **{name: 1}).reached()
        assert reached is not None
        assert (reached.limit, reached.words) == (name, "it cannot be kept: none of 10 calls told its tokens")


def test_time_is_that_of_the_command() -> None:
    clock = Clock()
    made = Budget(RunLimits(max_minutes=2), clock)
    clock.now = 119
    assert (made.reached(), made.seconds_left()) == (None, 1)
    clock.now = 120
    reached = made.reached()
    assert reached is not None
    assert (reached.limit, reached.words) == ("max_minutes", "2 minutes have passed")
    assert Budget(RunLimits()).seconds_left() is None


@pytest.mark.parametrize("name", ["max_cost", "max_tokens", "max_minutes"])
def test_a_limit_of_nothing_is_a_mistake(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=name):
        RunSettings(samples=1, out=tmp_path, **{name: 0})


def test_a_cost_limit_without_a_price_is_refused_with_the_way_out(tmp_path: Path) -> None:
    context = Context(writer="openai:m", base_url="http://127.0.0.1:1/v1")
    with pytest.raises(UsageError, match=r"price of m at http://127.0.0.1:1/v1 is\s+unknown") as refused:
        check_limits(RunLimits(max_cost=1), context)
    check_limits(RunLimits(max_tokens=1), context)
    table = tmp_path / "prices.toml"
    table.write_text(str(refused.value).split("such as")[1].split("in US dollars")[0].replace("  ", ""))
    check_limits(RunLimits(max_cost=1), context.model_copy(update={"prices": str(table)}))
    table = tmp_path / "other.toml"
    table.write_text("prices = 3")
    with pytest.raises(UsageError, match=r"other\.toml cannot be read"):
        check_limits(RunLimits(), context.model_copy(update={"prices": str(table)}))


def test_offline_a_cost_limit_needs_no_price() -> None:
    check_limits(RunLimits(max_cost=1), Context())
    assert list(asked_models(Context())) == []


class Deciding:
    """A graph of three decisions a sample, each of which is paid for when it is made."""

    def __init__(self, usage: RoleUsage = CALL, seconds: float = 0.0) -> None:
        self.made: Counter[tuple[int, str]] = Counter()
        self._usage, self._seconds = usage, seconds

    def __call__(self, saver: Any) -> Any:
        builder = StateGraph(State, context_schema=Context, input_schema=InputState, output_schema=OutputState)
        names = ("propose", "critique", "synthesize")
        for name in names:
            builder.add_node(name, self._node(name))
        builder.add_node("verdict", self._verdict)
        for before, after in zip((START, *names, "verdict"), (*names, "verdict", END), strict=True):
            builder.add_edge(before, after)
        return builder.compile(checkpointer=saver)

    def _node(self, role: str) -> Any:
        async def decide(state: State) -> dict[str, Any]:
            await asyncio.sleep(self._seconds)
            self.made[state["index"], role] += 1
            return {"usage": [{"iteration": 1, "role": role, "id": "", "usage": self._usage.model_dump()}]}

        return decide

    async def _verdict(self, state: State) -> dict[str, Any]:
        made = record(state["index"], seed=state["seed"])
        for entry in state["usage"]:
            made.meta.usage.by_role[entry["role"]] = RoleUsage.model_validate(entry["usage"])
        parts = made.meta.usage.by_role.values()
        made.meta.usage.llm_calls = sum(part.llm_calls for part in parts)
        made.meta.usage.input_tokens = sum(part.input_tokens for part in parts)
        made.meta.usage.output_tokens = sum(part.output_tokens for part in parts)
        costs = [part.cost_usd for part in parts]
        made.meta.usage.cost_usd = None if None in costs else sum(cost or 0 for cost in costs)
        return {"status": "accepted", "record": made.model_dump(mode="json"), "reasons": []}


class Watching(Observer):
    def __init__(self) -> None:
        self.seen: list[int] = []

    def spend(self, spending: Spending) -> None:
        self.seen.append(spending.llm_calls)


def limited(out: Path, samples: int = 6, concurrency: int = 2, **limits: Any) -> RunSettings:
    return settings(out, samples=samples, concurrency=concurrency).model_copy(update=limits)


async def test_at_a_limit_decisions_under_way_end_and_the_run_goes_on_with_a_higher_one(tmp_path: Path) -> None:
    graph, watching = Deciding(seconds=0.01), Watching()
    first = await run_samples(limited(tmp_path, max_cost=4), TOOLS, make_graph=graph, observer=watching)
    assert (first.session.stopped_by, first.missing) == ("max_cost", 6 - first.accepted)
    assert first.missing > 0
    assert 8 <= sum(graph.made.values()) <= 9, "only decisions that were under way go beyond the limit"
    assert first.usage.llm_calls + first.unfinished_usage.llm_calls == sum(graph.made.values())
    assert watching.seen == sorted(watching.seen)
    assert watching.seen[-1] == sum(graph.made.values())
    saved = json.loads((tmp_path / "summary.json").read_text())
    assert saved["session"]["stopped_by"] == "max_cost"

    again = await run_samples(limited(tmp_path, max_cost=4), TOOLS, make_graph=graph)
    assert (again.session.stopped_by, again.accepted) == ("max_cost", first.accepted)
    assert 8 <= sum(graph.made.values()) <= 9, "what was spent before counts at once"

    last = await run_samples(limited(tmp_path, max_cost=100), TOOLS, make_graph=graph)
    assert (last.session.stopped_by, last.accepted, last.missing) == (None, 6, 0)
    assert graph.made == {(index, role): 1 for index in range(6) for role in ("propose", "critique", "synthesize")}
    assert (last.usage.cost_usd, last.cost_per_accepted_usd, last.known_cost_usd) == (9.0, 1.5, 9.0)
    assert last.unfinished_usage == RoleUsage()
    ids = [json.loads(line)["id"] for line in (tmp_path / "records.jsonl").read_text().splitlines()]
    assert ids == [f"s0-{index:06d}" for index in range(6)]


async def test_tokens_of_the_whole_run_count(tmp_path: Path) -> None:
    graph = Deciding()
    await run_samples(limited(tmp_path, samples=2), TOOLS, make_graph=graph)
    more = await run_samples(limited(tmp_path, samples=9, max_tokens=900), TOOLS, make_graph=graph)
    assert more.session.stopped_by == "max_tokens"
    assert more.session.stopped_with == "960 tokens used"


async def test_time_ends_a_run_and_leaves_checkpoints(tmp_path: Path) -> None:
    graph = Deciding(seconds=0.1)
    part = await run_samples(limited(tmp_path, samples=40, max_minutes=1.5 / 60), TOOLS, make_graph=graph)
    assert part.session.stopped_by == "max_minutes"
    assert 0 < part.accepted < 40
    whole = await run_samples(limited(tmp_path, samples=40, concurrency=20), TOOLS, make_graph=graph)
    assert whole.accepted == 40
    assert set(graph.made.values()) == {1}


async def test_a_decision_that_never_ends_does_not_hold_a_run_whose_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolgrad_data.runs.runner._GRACE_S", 0.1)
    async with asyncio.timeout(120):
        part = await run_samples(limited(tmp_path, max_minutes=0.2 / 60), TOOLS, make_graph=Deciding(seconds=3600))
    assert (part.session.stopped_by, part.missing) == ("max_minutes", 6)


async def test_a_whole_run_is_not_stopped_by_what_it_took(tmp_path: Path) -> None:
    await run_samples(limited(tmp_path), TOOLS, make_graph=Deciding())
    again = await run_samples(limited(tmp_path, max_cost=1), TOOLS, make_graph=Deciding())
    assert (again.session.stopped_by, again.missing, again.accepted) == (None, 0, 6)


async def test_an_unknown_price_is_null_and_what_is_known_is_told(tmp_path: Path) -> None:
    made = await run_samples(limited(tmp_path), TOOLS, make_graph=Deciding(UNPRICED))
    assert (made.usage.cost_usd, made.cost_per_accepted_usd, made.known_cost_usd) == (None, None, 0.0)


async def test_limits_are_no_part_of_what_a_run_is(tmp_path: Path) -> None:
    await run_samples(limited(tmp_path, max_cost=4), TOOLS, make_graph=Deciding())
    told = (tmp_path / "run.json").read_text()
    assert "max_cost" not in told
    await run_samples(limited(tmp_path, max_tokens=10**9, redact=("x",)), TOOLS, make_graph=Deciding())
    assert (tmp_path / "run.json").read_text() == told
