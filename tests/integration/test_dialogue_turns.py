"""Dialogues through the workflow: planned, corrected by calls that are made, written in parts, proved turn by turn."""

from collections.abc import Callable
from typing import Any

import pytest

from graph.context import Context
from graph.record import Record
from nodes.dialogues.parts import STEPS_MAX
from nodes.dialogues.plan import ChangedCall, Plan, PlannedTurn
from nodes.policies import kinds
from nodes.policies.base import Draft, DraftTurn, PlanAnswer, PlanRequest, PolicyError, SynthesizeRequest
from nodes.policies.offline.policy import OfflinePolicy
from tests.fixtures.policies import PlainWriter
from tests.integration.desk_samples import desk, differences
from tests.integration.workflow import Json, compiled, sample, settings, thread
from tool_registry.json.schema import validation_errors
from tool_registry.registry import get_registry

SEVERAL = {"turns": "2-5:100", "calls": "2-6:100", "turn_kinds": "follow_up:40,clarification:20,correction:30,chat:10"}
#: Where a parcel lies, and when that depot opens.
PARCEL = ["python:tests.fixtures.parcels:find_parcel", "python:tests.fixtures.parcels:depot_opening"]


async def parcel_index() -> tuple[int, int]:
    """Return a sample whose second call uses the first one's result, and the number of its parcel."""
    for index in range(20):
        first, second = (await sample(settings(tools=PARCEL), index=index, target_calls=2))["record"]["turns"][0][
            "steps"
        ]
        if first["tool"] == "find_parcel" and second["sources"]["/depot"]["kind"] == "step":
            return index, first["arguments"]["parcel_number"]
    raise AssertionError("no such sample")


@pytest.fixture
def decide(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Any]:
    def use(policy: Any) -> Any:
        monkeypatch.setattr(kinds, "_offline", lambda: policy)
        return policy

    return use


class Planner(PlainWriter):
    """Plans as it is told by a function of the steps' ids."""

    def __init__(self, plan: Callable[[PlanRequest], Plan]) -> None:
        super().__init__()
        self.how = plan

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        return PlanAnswer(plan=self.how(request))


def notes_of(output: Json) -> list[tuple[str, str]]:
    return [(note["kind"], note["message"]) for note in output["record"]["gradients"][-1]["notes"]]


async def test_one_turn_is_planned_without_a_decision(decide: Any) -> None:
    class Never(OfflinePolicy):
        async def plan(self, request: PlanRequest) -> PlanAnswer:
            raise AssertionError(f"nobody asks for a plan of one turn: {request.target_turns}")

    decide(Never())
    graph = compiled()
    output = await sample(settings(), graph, target_calls=3)
    assert output["status"] == "accepted"
    values = (await graph.aget_state(thread())).values
    assert [turn["kind"] for turn in values["plan"]["turns"]] == ["request"]
    assert "target_turns" not in output["record"]["meta"]


async def test_dialogues_are_accepted_with_their_kinds(decide: Any) -> None:
    decide(PlainWriter())
    seen: set[str] = set()
    for index in range(12):
        output = await sample(settings(**SEVERAL), index=index)
        assert output["status"] == "accepted", output["reasons"]
        record = Record.model_validate(output["record"])
        seen.update(turn.kind for turn in record.turns)
        assert record.meta.target_turns in (2, 3, 4, 5)
        for number, turn in enumerate(record.turns):
            for awaited in turn.awaits:
                (asked,) = [step for step in record.turns[number + 1].steps if step.id == awaited.step]
                assert asked.sources[awaited.pointer].turn == number + 1  # type: ignore[union-attr]
                assert asked.id in [name for ask in turn.asks or () for name in ask.steps]
    assert seen == {"request", "follow_up", "clarification", "correction", "chat"}


def changing(step: str, **changes: Any) -> Callable[[PlanRequest], Plan]:
    """A request of everything, and a correction of one step."""

    def plan(request: PlanRequest) -> Plan:
        old = next(each for each in request.steps if each.id == step)
        changed = ChangedCall(step=step, arguments={**old.arguments, **changes})
        everything = PlannedTurn(steps=[each.id for each in request.steps])
        return Plan(turns=[everything, PlannedTurn(kind="correction", changes=changed)])

    return plan


async def test_a_correction_makes_the_call_again_and_what_was_found_with_it(decide: Any) -> None:
    index, number = await parcel_index()
    decide(Planner(changing("s1", parcel_number=number + 1)))
    output = await sample(settings(tools=PARCEL), index=index, target_calls=2, target_turns=2)
    assert output["status"] == "accepted", output["reasons"]
    request, correction = output["record"]["turns"]
    assert correction["replaces"] == {"step": "s1", "by": "s3"}
    again, beyond = correction["steps"]
    assert again["arguments"] == {"parcel_number": number + 1}
    assert again["result"] != request["steps"][0]["result"]
    assert (beyond["id"], beyond["tool"]) == ("s4", request["steps"][1]["tool"])
    assert beyond["sources"]["/depot"] == {**request["steps"][1]["sources"]["/depot"], "step": "s3"}
    assert beyond["arguments"]["depot"] == again["result"]["depot"]
    made = [attempt for attempt in output["record"]["attempts"] if attempt["id"].startswith("c")]
    assert [(attempt["id"], attempt["ok"], attempt["selected"]) for attempt in made] == [
        ("c1", True, True),
        ("c2", True, True),
    ]
    assert correction["chains"] == [["s3", "s4"]]


async def test_a_correction_that_finds_the_same_or_fails_is_left_out(decide: Any) -> None:
    index, number = await parcel_index()
    decide(Planner(changing("s1", parcel_number=number + 5 * 37)))  # as heavy, in the same depot
    output = await sample(settings(tools=PARCEL), index=index, target_calls=2, target_turns=2)
    assert output["status"] == "accepted", output["reasons"]
    assert len(output["record"]["turns"]) == 1
    assert notes_of(output) == [("not_corrected", "s1 was not made again as planned: it finds the same")]
    attempts = output["record"]["attempts"]
    assert [(each["ok"], each["selected"]) for each in attempts if each["id"] == "c1"] == [(True, False)]
    tight = settings(tools=PARCEL, max_tool_calls=len(attempts) - 1)
    output = await sample(tight, index=index, target_calls=2, target_turns=2)
    ((_, message),) = notes_of(output)
    assert message == "s1 was not made again as planned: the budget of tool calls is spent"


async def test_a_plan_that_does_not_hold_gives_way_to_one_that_does(decide: Any) -> None:
    def backwards(request: PlanRequest) -> Plan:
        first, *others = reversed([step.id for step in request.steps])
        return Plan(turns=[PlannedTurn(steps=[first]), PlannedTurn(kind="follow_up", steps=others)])

    decide(Planner(backwards))
    output = await sample(settings(turn_kinds="follow_up:100"), target_calls=2, target_turns=2)
    assert output["status"] == "accepted", output["reasons"]
    assert [turn["kind"] for turn in output["record"]["turns"]] == ["request", "follow_up"]
    ((kind, message),) = notes_of(output)
    assert kind == "no_plan"
    assert "s2 needs s1, made only later" in message


async def test_a_planner_that_fails_costs_the_decision_and_not_the_sample(decide: Any) -> None:
    class Down(PlainWriter):
        async def plan(self, request: PlanRequest) -> PlanAnswer:
            raise PolicyError("no planner today")

    decide(Down())
    graph = compiled()
    output = await sample(settings(turn_kinds="follow_up:100"), graph, target_calls=2, target_turns=2)
    assert (output["status"], len(output["record"]["turns"])) == ("accepted", 2)
    told = (await graph.aget_state(thread())).values["policy_failures"]
    assert [(failure["role"], failure["message"]) for failure in told] == [("plan", "no planner today")]


class ForgetfulOfTurns(PlainWriter):
    """Writes the last turn as if it wanted nothing."""

    async def synthesize(self, request: SynthesizeRequest) -> Draft:
        draft = await super().synthesize(request)
        nothing = DraftTurn(query="Thank you.", response="You are welcome.")
        return draft.model_copy(update={"turns": [*draft.turns[:-1], nothing]})


async def test_a_turn_that_loses_its_last_call_goes_and_the_others_stay(decide: Any) -> None:
    def last_alone(request: PlanRequest) -> Plan:
        *others, last = [step.id for step in request.steps]
        return Plan(turns=[PlannedTurn(steps=others), PlannedTurn(kind="follow_up", steps=[last])])

    class Writer(ForgetfulOfTurns, Planner):
        pass

    writer = decide(Writer(last_alone))
    graph = compiled()
    output = await sample(settings(), graph, target_calls=2, target_turns=2)
    assert output["status"] == "accepted", output["reasons"]
    assert [step["id"] for turn in output["record"]["turns"] for step in turn["steps"]] == ["s1"]
    assert [step["id"] for step in output["record"]["pruned"]] == ["s2"]
    assert len(writer.asked) == 1, "the turn that holds is not written again"
    assert output["record"]["meta"]["repairs"] == 0


async def test_more_turns_than_the_chain_fills_are_told(decide: Any) -> None:
    decide(PlainWriter())
    output = await sample(settings(turn_kinds="follow_up:100"), target_calls=1, target_turns=5)
    assert (output["status"], len(output["record"]["turns"])) == ("accepted", 1)
    assert notes_of(output) == [("few_turns", "1 of 5 turns: the chain of 1 call fills no more")]
    assert output["record"]["meta"]["target_turns"] == 5


async def test_a_plan_edited_by_hand_is_what_is_written(decide: Any) -> None:
    decide(PlainWriter())
    graph = compiled()
    first = await sample(settings(turn_kinds="follow_up:100"), graph, target_calls=3, target_turns=2)
    assert [len(turn["steps"]) for turn in first["record"]["turns"]] != [1, 1, 1]
    planned = [each async for each in graph.aget_state_history(thread()) if each.next == ("synthesize_query",)][-1]
    ids = [step["id"] for step in planned.values["steps"]]
    kinds_of = ["request", "follow_up", "follow_up", "follow_up"]
    turns = [{"kind": kind, "steps": [name]} for kind, name in zip(kinds_of, [*ids, "s99"], strict=True)]
    for plan, status in ((turns[:3], "accepted"), (turns, "rejected")):
        fork = await graph.aupdate_state(planned.config, {"plan": {"turns": plan}}, as_node="plan_turns")
        output = await graph.ainvoke(None, fork, context=settings())
        assert output["status"] == status, output["reasons"]
        assert [[step["id"] for step in turn["steps"]] for turn in output["record"]["turns"][:3]] == [[s] for s in ids]


LONG = {"calls": "18:100", "turns": "8:100", "max_iterations": 60, "max_tool_calls": 400, "tools": ["builtin"]}


async def test_a_long_dialogue_is_written_in_parts_each_proved_before_the_next(decide: Any) -> None:
    writer = decide(PlainWriter(spoil=[0, 5]))
    graph = compiled()
    output = await sample(Context(**LONG), graph, index=3)
    assert output["status"] == "accepted", output["reasons"]
    asked = [(request.first, request.last) for request in writer.asked]
    assert len(set(asked)) > 1
    assert asked[0] == asked[1], "the first part was written again, and no other then"
    for request in writer.asked:
        part = request.plan.turns[request.first : request.last + 1]
        assert sum(len(turn.steps) for turn in part) <= STEPS_MAX
        assert len(request.previous.turns if request.previous else []) in (request.first, request.last + 1)
    snapshots = [snapshot async for snapshot in graph.aget_state_history(thread())][::-1]
    written = [len((snapshot.values.get("draft") or {}).get("turns", [])) for snapshot in snapshots]
    assert sorted(written) == written, "what is written is in the checkpoint, and stays"
    assert output["record"]["meta"]["repairs"] == 2


async def test_each_part_has_repairs_of_its_own(decide: Any) -> None:
    decide(PlainWriter(spoil=[0, 7]))
    assert (await sample(Context(**LONG, max_repairs=1), index=3))["status"] == "accepted"


async def test_effects_of_a_stateful_desk_stay_in_order_with_a_correction_between(decide: Any) -> None:
    decide(PlainWriter())
    context = Context(tools=[desk()], calls="3-6:100", turns="3-5:100", turn_kinds="follow_up:60,correction:40")
    corrected = 0
    for index in range(10):
        output = await sample(context, index=index)
        assert output["status"] == "accepted", output["reasons"]
        turns = output["record"]["turns"]
        assert await differences([step for turn in turns for step in turn["steps"]], context) == []
        writes = [step for turn in turns if turn["kind"] == "correction" for step in turn["steps"] if step["after"]]
        corrected += len(writes)
        for turn in turns:
            if turn["replaces"]:
                assert turn["replaces"]["by"] in [step["id"] for step in turn["steps"]]
    assert corrected


async def test_what_no_offered_tool_can_do_is_refused_and_not_done(decide: Any) -> None:
    decide(PlainWriter())
    context = Context(calls="1-3:100", turns="2-3:100", turn_kinds="refusal:100", tools_per_batch=20)
    refused = 0
    for index in range(8):
        output = await sample(context, index=index)
        record = Record.model_validate(output["record"])
        registry = await get_registry(context.tools)
        kinds_offered = {registry.get(name).spec.category for name in record.offered}
        for turn in record.turns:
            if turn.refuses is None:
                continue
            refused += 1
            spec = registry.get(turn.refuses.tool).spec
            assert spec.category not in kinds_offered
            assert validation_errors(spec.parameters, turn.refuses.arguments) == []
            assert turn.steps == []
            assert turn.refuses.tool not in [attempt.tool for attempt in record.attempts]
            if output["status"] == "accepted":
                assert turn.refuses.sources.keys() == {f"/{name}" for name in turn.refuses.arguments}
    assert refused > 4
