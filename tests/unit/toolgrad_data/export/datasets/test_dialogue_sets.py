"""Data sets of dialogues: negatives, pairs and recoveries in any turn, splits and decontamination by dialogue."""

import asyncio
import json
import random
from collections import Counter
from pathlib import Path

import pytest

from graph.record import Record
from tests.fixtures.dialogues import FILE, dialogues
from tests.fixtures.dialogues.building import TOOLS
from tests.unit.toolgrad_data.conftest import Pool
from tests.unit.toolgrad_data.export.exporting import export_to, rows_of
from tool_registry.registry import get_registry
from tool_registry.result import ToolError
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.datasets.candidates import Candidates
from toolgrad_data.export.datasets.decontamination import Decontamination
from toolgrad_data.export.datasets.likeness import ToolIndex, families
from toolgrad_data.export.datasets.mistakes import Mistake
from toolgrad_data.export.datasets.preferences import Preferences
from toolgrad_data.export.datasets.recovery import with_mistake
from toolgrad_data.export.datasets.splits import plan_split
from toolgrad_data.export.from_record import example_of
from toolgrad_data.export.negative_kinds import DEFAULT_MIX, KINDS, parse_mix
from toolgrad_data.export.negatives.missing_argument import find_gap
from toolgrad_data.export.negatives.stage import Negatives
from toolgrad_data.export.report import ExportReport

RECORDS = {record.id: record for record in dialogues()}
EXAMPLES = [example_of(record) for record in RECORDS.values()]
LACKING = RECORDS["s0-000004"]  # converts no currency
CORRECTION = RECORDS["s0-000001"]


@pytest.fixture(scope="module")
def all_tools() -> Pool:
    specs = dict(asyncio.run(get_registry(TOOLS)).specs)
    index = ToolIndex(specs)
    return Pool(specs, index, families(index))


def negatives(pool: Pool, kind: str, seed: int, **settings: object) -> list[Example]:
    stage = Negatives(pool.index, pool.families, 0.5, parse_mix(kind), seed, **settings)  # type: ignore[arg-type]
    return [example for example in stage.stage(iter(EXAMPLES), ExportReport("test")) if example.kind in KINDS]


def own_prefix(example: Example) -> tuple[object, ...]:
    """The record's own messages up to the turn that the negative changes."""
    assert example.record is not None
    messages = example_of(example.record).messages
    starts = [place for place, message in enumerate(messages) if message.role == "user"]
    return messages[: starts[example.since]]


@pytest.mark.parametrize("kind", ["irrelevant", "missing_tool", "missing_argument"])
def test_negatives_of_dialogues_stand_in_any_turn_behind_what_was_said(kind: str, all_tools: Pool) -> None:
    made = [example for seed in range(4) for example in negatives(all_tools, kind, seed)]
    assert len(made) >= 20
    later = [example for example in made if example.since]
    assert len(later) >= 4
    for example in made:
        before = own_prefix(example)
        assert example.messages[: len(before)] == before
        query, answer = example.messages[len(before) : len(before) + 2]
        assert (query.role, answer.role, answer.calls) == ("user", "assistant", ())
        offered = {tool.name for tool in example.tools}
        assert 2 <= len(example.tools) == len(offered)
        assert {call.tool for call in example.calls()} <= offered
        assert example.labels.get("turn", 1) == example.since + 1
        ids = [call.id for call in example.calls()]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", ["irrelevant", "missing_tool"])
def test_what_is_declined_in_a_later_turn_no_earlier_tool_could_do(kind: str, all_tools: Pool) -> None:
    for seed in range(4):
        for example in negatives(all_tools, kind, seed, dialogues=0.0):
            record = example.record
            assert record is not None
            needed = {step.tool for step in record.turns[example.since].steps}
            offered = {tool.name for tool in example.tools}
            if kind == "missing_tool":
                needed = {str(example.labels["withheld"])}
            assert needed.isdisjoint(offered)
            assert "?" not in (record.turns[example.since - 1].response if example.since else "")


def test_a_value_that_was_said_or_has_one_of_its_kind_before_is_not_asked_for() -> None:
    follow_ups = [
        (record, number)
        for record in RECORDS.values()
        for number, turn in enumerate(record.turns)
        if number and turn.steps
    ]
    found = Counter[bool]()
    for record, number in follow_ups:
        gap = find_gap(record, random.Random(1), number)
        found[gap is not None] += 1
        if gap is not None:
            said = "\n".join(f"{turn.query}\n{turn.response}" for turn in record.turns[:number])
            assert gap.edited.taken not in f"{said}\n{gap.edited.query}"
            assert gap.step.id in {step.id for step in record.turns[number].steps}
    assert found[True] >= 2
    # "And Mars?" has a planet before it, which would be taken over.
    assert find_gap(RECORDS["s0-000010"], random.Random(1), 1) is None


def test_no_negative_is_made_of_a_correction_an_answer_or_a_chat(all_tools: Pool) -> None:
    for kind in ("irrelevant", "missing_tool", "missing_argument"):
        for seed in range(4):
            for example in negatives(all_tools, kind, seed):
                assert example.record is not None
                assert example.record.turns[example.since].kind in ("request", "follow_up")


def test_nothing_that_might_do_what_is_refused_is_ever_offered(all_tools: Pool) -> None:
    category = all_tools.specs["convert_currency"].category
    alike = [name for name, score in all_tools.index.most_alike("convert_currency") if score >= 0.3]
    # What the record itself calls is offered, however alike.
    called = {step.tool for turn in LACKING.turns for step in turn.steps}
    barred = {"convert_currency", *all_tools.index.of_category(category), *alike} - called
    widened = Candidates(all_tools.index, 100, 1).widen(example_of(LACKING))
    assert len(widened.tools) > 60
    assert barred.isdisjoint(tool.name for tool in widened.tools)
    for kind in ("irrelevant", "missing_tool", "missing_argument"):
        for seed in range(5):
            for example in negatives(all_tools, kind, seed, offered=20):
                if example.record is not None and example.record.id == LACKING.id:
                    assert barred.isdisjoint(tool.name for tool in example.tools)


def test_where_the_pool_does_not_know_the_refused_tool_only_what_the_sample_had_is_offered(all_tools: Pool) -> None:
    specs = {name: spec for name, spec in all_tools.specs.items() if name != "convert_currency"}
    offered = ["sun_times", "element_details"]
    record = LACKING.model_copy(update={"offered": [*LACKING.offered, *offered]})
    widened = Candidates(ToolIndex(specs), 30, 1).widen(example_of(record))
    called = {tool.name for tool in example_of(LACKING).tools}
    assert {tool.name for tool in widened.tools} - called == {*offered, *LACKING.offered} - called


def pairs_of(record: Record) -> list[Example]:
    return list(Preferences(1, None).stage(iter([example_of(record)]), ExportReport("test")))


def test_the_turns_say_which_call_would_have_been_wrong() -> None:
    kinds = Counter(str(pair.labels["rejected"]) for record in RECORDS.values() for pair in pairs_of(record))
    assert kinds == {"guessed_argument": 4, "outdated_call": 7, "unoffered_tool": 2, "forbidden_call": 1}
    for record in RECORDS.values():
        for pair in pairs_of(record):
            assert pair.preference is not None
            (rejected,), chosen = pair.preference.rejected, pair.messages[pair.preference.prompt :]
            assert rejected.calls
            assert len(chosen) == 1
            assert chosen[0].calls != rejected.calls
            queries = [message.content for message in pair.messages if message.role == "user"]
            assert queries == [turn.query for turn in record.turns[: len(queries)]]
            turn = record.turns[len(queries) - 1]
            if pair.labels["rejected"] in ("guessed_argument", "unoffered_tool", "forbidden_call"):
                assert chosen[0].content == turn.response
                assert turn.awaits or turn.refuses
            else:
                assert turn.replaces is not None


def test_a_wrong_call_of_any_turn_is_rejected_in_that_turn() -> None:
    for number, turn in enumerate(CORRECTION.turns[:2]):
        step = turn.steps[0]
        attempt = {
            "iteration": 1,
            "id": "p9",
            "tool": step.tool,
            "arguments": {**step.arguments, "annual_rate": -1.0},
            "ok": False,
            "error": ToolError(kind="tool_error", message="Years are more than 0.", retryable=False),
        }
        record = Record.model_validate({**CORRECTION.model_dump(), "attempts": [attempt]})
        failed = [pair for pair in pairs_of(record) if pair.labels["rejected"] == "failed_call"]
        assert [pair.queries for pair in failed] == [number + 1]
        made = with_mistake(
            example_of(record), Mistake(step, {"amount": 0}, ToolError.model_validate(attempt["error"]), "attempt")
        )
        assert made is not None
        assert made.since == number


def test_pairs_of_negatives_in_later_turns_reject_that_turns_call(all_tools: Pool) -> None:
    made = [example for kind in ("missing_tool", "missing_argument") for example in negatives(all_tools, kind, 0)]
    later = [example for example in made if example.since]
    found = 0
    for pair in Preferences(1, None).stage(iter(later), ExportReport("test")):
        assert pair.record is not None
        assert pair.preference is not None
        tools = {step.tool for step in pair.record.turns[pair.since].steps}
        assert {call.tool for call in pair.preference.rejected[0].calls} <= tools
        assert pair.queries == pair.since + 1
        found += 1
    assert found >= 3


def test_dialogues_that_share_their_queries_are_not_split(all_tools: Pool) -> None:
    twins = [example_of(record.model_copy(update={"id": f"{record.id}-twin"})) for record in RECORDS.values()]
    plan = plan_split([*EXAMPLES, *twins], 0.3, "random", 1, specs=all_tools.specs, families=all_tools.families)
    for example in EXAMPLES:
        assert plan.split[example.id] == plan.split[f"{example.id}-twin"]


def test_a_tool_that_is_only_refused_is_held_out_as_well(all_tools: Pool) -> None:
    for seed in range(12):
        plan = plan_split(EXAMPLES, 0.3, "family", seed, specs=all_tools.specs, families=all_tools.families)
        for example in EXAMPLES:
            if plan.split.get(example.id) == "train":
                assert plan.tools.isdisjoint(tool.name for tool in example.tools)


def test_a_dialogue_is_left_out_for_any_of_its_queries_but_thanks(tmp_path: Path) -> None:
    record = RECORDS["s0-000000"]
    assert record.turns[2].kind == "chat"
    for number, turn in enumerate(record.turns):
        file = tmp_path / f"{number}.txt"
        file.write_text(f"{turn.query}\n", encoding="utf-8")
        hit = Decontamination([file]).hit(example_of(record))
        assert (hit is None) == (turn.kind == "chat"), turn.query


def test_python_calls_have_each_turn_once_and_the_negatives_with_what_was_said(tmp_path: Path) -> None:
    folder = tmp_path / "talks"
    folder.mkdir()
    (folder / "records.jsonl").write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    specs = asyncio.run(get_registry(TOOLS)).specs
    lines = [json.dumps(spec.model_dump(mode="json")) for spec in specs.values()]
    (folder / "tools.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    report, out = export_to(folder, "python-calls", negatives=0.3, negative_mix=DEFAULT_MIX, candidates=6)
    rows = rows_of(out)
    assert report.kinds["positive"] == 45
    negative = [row for row in rows if row["kind"] != "positive"]
    assert 0.2 <= len(negative) / len(rows) <= 0.4
    assert any(sum(message["role"] == "user" for message in row["messages"]) > 1 for row in negative)
    assert len({row["id"] for row in rows}) == len(rows)
    assert len({json.dumps(row["messages"][1:]) for row in rows}) == len(rows)
    first_only, _ = export_to(folder, "xlam", negatives=0.3)
    assert first_only.rows > first_only.kinds["positive"]
    assert sum(first_only.kinds.values()) == first_only.rows
