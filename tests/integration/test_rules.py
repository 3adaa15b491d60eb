"""Runs under rules: the ones that ship forbid some real calls and not others, and a chain keeps all of them."""

from pathlib import Path
from typing import Any

import pytest

from graph.context import Context
from graph.record import Attempt, RecordContext, RejectedRecord, Step
from nodes.proofs import prove
from nodes.rules import Known, verdict_of
from nodes.rules.reading import read_rules
from nodes.sample import record_context
from tests.integration.desk_samples import records, settings
from tests.unit.toolgrad_data.runs.helpers import settings as run_settings
from tool_registry.permissions import Permissions
from tool_registry.registry import get_registry
from tool_registry.sessions.session import open_session
from toolgrad_data.errors import UsageError
from toolgrad_data.export.from_record import example_of
from toolgrad_data.runs.observer import Observer
from toolgrad_data.runs.runner import generate

NOW = "2026-03-01T09:00:00+01:00"
TRIPS = Context(
    rules="travel-agency",
    tools=["builtin:trip planning", "builtin:running and driving"],
    calls="2-6:100",
    now=NOW,
)
DESK = settings(rules="ticket-desk", proposals=6, accept_per_iteration=2)


async def verdicts(context: Context, calls: list[tuple[str, dict[str, Any]]]) -> list[set[bool | None]]:
    """Execute the calls in order; return what each rule says of those of its tools, each before it is made."""
    registry = await get_registry(context.tools)
    rules = read_rules(context.rules or "").policy.rules
    said: list[set[bool | None]] = [set() for _ in rules]
    steps: list[Step] = []
    async with await open_session(registry) as session:
        for number, (tool, arguments) in enumerate(calls, start=1):
            result = await session.execute(
                tool, arguments, permissions=Permissions(allow_writes=True), timeout_s=20, max_result_bytes=10_000
            )
            assert result.ok, (tool, result.error)
            step = Step(id=f"s{number}", tool=tool, arguments=arguments, result=result.content)
            known = Known(steps, record_context(context), registry.specs)
            for index, rule in enumerate(rules):
                said[index].add(verdict_of(rule, step, known).truth)
            steps.append(step)
    return said


async def test_each_rule_of_the_desk_is_true_for_some_calls_and_false_for_others() -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("create_ticket", {"subject": "the lift is stuck", "priority": "P1"}),
        ("create_ticket", {"subject": "a lamp is broken"}),
        ("create_ticket", {"subject": "a chair is broken", "priority": "P3"}),
        ("agent_tickets", {"agent": "Amina"}),
        ("agent_tickets", {"agent": "Bruno"}),
        ("get_ticket", {"ticket": "T-1001"}),
        ("get_ticket", {"ticket": "T-1002"}),
        ("get_ticket", {"ticket": "T-1003"}),
        ("assign_ticket", {"ticket": "T-1001", "agent": "Chiara"}),
        ("close_ticket", {"ticket": "T-1001"}),
        ("close_ticket", {"ticket": "T-1002"}),
        ("close_ticket", {"ticket": "T-1003"}),
        ("close_ticket", {"ticket": "T-1004"}),
    ]
    said = await verdicts(DESK, calls)
    assert all({True, False} <= each for each in said), said
    # T-1004 was not looked up.
    assert [None in each for each in said] == [False, False, False, True, True]


async def test_each_rule_of_the_agency_is_true_for_some_calls_and_false_for_others() -> None:
    def drive(distance: float) -> dict[str, Any]:
        return {"distance_km": distance, "consumption": 6.4, "price_per_litre": 1.72}

    calls: list[tuple[str, dict[str, Any]]] = [
        ("travel_time", {"distance_km": 850, "speed_kmh": 90}),
        ("fuel_for_trip", drive(850)),
        ("fuel_for_trip", drive(1200)),
        ("fuel_for_trip", drive(100)),
        ("hiking_time", {"distance_km": 12, "ascent_m": 600}),
        ("hiking_time", {"distance_km": 12, "ascent_m": 1500}),
        ("arrival_time", {"departure": "2026-03-08T07:45:00+01:00", "hours": 4}),
        ("arrival_time", {"departure": "2026-02-28T23:45:00+01:00", "hours": 4}),
        ("arrival_time", {"departure": "2027-03-08T07:45:00+01:00", "hours": 4}),
        ("walking_energy", {"distance_km": 5, "body_mass_kg": 70}),
    ]
    said = await verdicts(TRIPS, calls)
    assert all({True, False} <= each for each in said), said


@pytest.mark.parametrize(("context", "count"), [(DESK, 14), (TRIPS, 10)], ids=["desk", "agency"])
async def test_a_run_under_rules_makes_no_call_that_breaks_one(context: Context, count: int) -> None:
    made = await records(context, count)
    accepted = [record for record in made if not isinstance(record, RejectedRecord)]
    assert len(accepted) >= count - 2
    policy = read_rules(context.rules or "").policy
    forbidden: list[Attempt] = []
    for record in made:
        assert record.policy == policy
        assert record.context.user == read_rules(context.rules or "").user
        assert [finding for finding in prove(record).findings if finding.code == "breaks_rule"] == []
        forbidden += [each for each in record.attempts if each.error and each.error.kind == "forbidden_by_rule"]
    # They were proposed complete, were not made, and say by which rule.
    assert len({each.tool for each in forbidden}) >= 2
    assert all(each.result is None and each.arguments for each in forbidden)
    assert any("the rule forbids it: " in (each.error.message if each.error else "") for each in forbidden)
    words = example_of(accepted[0]).system
    assert words.startswith(policy.text)
    assert "The user's " in words


async def test_what_was_looked_up_for_a_rule_stays_before_the_call() -> None:
    made = await records(DESK, 20)
    closed = 0
    for record in (each for each in made if not isinstance(each, RejectedRecord)):
        steps = record.turns[0].steps
        for step in (each for each in steps if each.tool == "close_ticket"):
            read = [each.id for each in steps if each.tool == "get_ticket" and each.arguments == step.arguments]
            assert set(read) & {*step.after, *step.uses()}
            closed += 1
    assert closed >= 2


class Sayings(Observer):
    def __init__(self) -> None:
        self.words: list[str] = []

    def say(self, message: str) -> None:
        self.words.append(message)


RULES = '[[rules]]\ntext = "No long words."\nforbids = { tool = "TOOL", when = { argument = "/name", gt = 3 } }'


async def test_a_run_says_what_is_wrong_with_its_rules_before_it_writes(tmp_path: Path) -> None:
    out, rules = tmp_path / "run", tmp_path / "shop.toml"
    given: dict[str, Any] = {"rules": str(rules), "tools": ["builtin:text"], "calls": "1:100"}
    with pytest.raises(UsageError, match=r"--rules \S+shop.toml: cannot be read: No such file"):
        await generate(run_settings(out, **given))
    rules.write_text(RULES.replace("TOOL", "letter_statistic"))
    with pytest.raises(
        UsageError, match=r"--rules \S+: rule 1: there is no tool 'letter_statistic' \(did you mean letter_"
    ):
        await generate(run_settings(out, **given))
    assert not out.exists()
    rules.write_text(RULES.replace("TOOL", "letter_statistics"))
    said = Sayings()
    await generate(run_settings(out, samples=1, **given), observer=said)
    assert [words for words in said.words if "rule 1 cannot be told for any call of letter_statistics" in words]
    rules.write_text(RULES.replace("TOOL", "letter_statistics").replace("gt = 3", 'eq = "x"'))
    with pytest.raises(UsageError, match=r"rules +\S+shop.toml \(\w{8}\) +\S+shop.toml \(\w{8}\)"):
        await generate(run_settings(out, samples=2, **given))


def test_the_user_of_the_rules_is_the_context_of_the_records() -> None:
    assert record_context(Context(rules="ticket-desk")) == RecordContext(user={"name": "Amina"})
