"""Test tools that training does not know, near-duplicates on one side, and benchmarks that are not trained on."""

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from graph.record import Record
from nodes.proofs.distinct import overlap
from tests.unit.toolgrad_data.conftest import Pool
from tests.unit.toolgrad_data.export.exporting import export_to, rows_of
from toolgrad_data.errors import UsageError
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.datasets.benchmark_files import read_benchmark
from toolgrad_data.export.datasets.decontamination import Decontamination
from toolgrad_data.export.datasets.overlap import components, grams_of, traits
from toolgrad_data.export.datasets.splits import SplitPlan, plan_split
from toolgrad_data.export.datasets.unseen_tools import draw_unseen
from toolgrad_data.export.from_record import example_of
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.step_usage import tools_called


def planned(
    examples: list[Example], pool: Pool, by: Literal["random", "category", "family"], seed: int = 4
) -> SplitPlan:
    return plan_split(examples, 0.2, by, seed, specs=pool.specs, families=pool.families)


def asked_again(record: Record, id: str, query: str) -> Example:
    turn = record.turns[0].model_copy(update={"query": query})
    return example_of(record.model_copy(update={"id": id, "turns": [turn]}))


@pytest.mark.parametrize("by", ["category", "family"])
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_training_holds_none_of_the_held_out_tools_and_each_test_record_one(
    examples: list[Example], pool: Pool, by: Literal["category", "family"], seed: int
) -> None:
    plan = planned(examples, pool, by, seed)
    group = {name: spec.category if by == "category" else pool.families[name] for name, spec in pool.specs.items()}
    assert plan.tools == {name for name in pool.specs if group[name] in plan.held_out}
    counts = Counter(plan.split.values())
    assert 0.05 * len(examples) <= counts["test"] <= 0.3 * len(examples)
    for example in examples:
        assert example.record is not None
        called = set(tools_called(example.record))
        if plan.split.get(example.id) == "train":
            assert called.isdisjoint(plan.tools)
        elif plan.split.get(example.id) == "test":
            assert called & plan.tools
        else:
            assert example.id in plan.dropped


def test_a_random_split_has_the_size_that_was_asked_for(examples: list[Example], pool: Pool) -> None:
    plan = planned(examples, pool, "random")
    assert Counter(plan.split.values())["test"] == pytest.approx(0.2 * len(examples), abs=1)
    assert plan.tools == frozenset()
    assert planned(examples, pool, "random") == plan
    assert planned(examples, pool, "random", seed=5) != plan


@pytest.mark.parametrize("by", ["random", "family"])
def test_near_duplicates_never_cross(examples: list[Example], pool: Pool, by: Literal["random", "family"]) -> None:
    doubled = list(examples)
    for example in examples:
        record = example.record
        assert record is not None
        doubled.append(asked_again(record, f"{record.id}-again", record.turns[0].query + " Thanks"))
    plan = planned(doubled, pool, by)
    for example in examples:
        again = f"{example.id}-again"
        assert plan.split.get(example.id) == plan.split.get(again)


def test_a_near_duplicate_of_a_test_record_is_dropped_where_it_may_not_be_in_training(
    examples: list[Example], pool: Pool
) -> None:
    plan = planned(examples, pool, "family")
    test = next(example for example in examples if plan.split[example.id] == "test")
    train = next(example for example in examples if plan.split[example.id] == "train")
    assert test.record is not None
    assert train.record is not None
    near = asked_again(train.record, "near", test.record.turns[0].query)
    again = planned([*examples, near], pool, "family")
    assert "near" not in again.split or again.split["near"] == again.split[test.id]
    report = ExportReport("test")
    kept = list(again.stage(iter([*examples, near]), report))
    assert sum(report.left_out.values()) == len(again.dropped) == len(examples) + 1 - len(kept)
    assert report.notes["split"]["records"] == dict(Counter(again.split.values()))


def test_components_join_over_others_and_by_calls() -> None:
    words = [f"w{number}" for number in range(40)]
    chain = [" ".join(words[start : start + 36]) for start in (0, 1, 2, 3, 4)]
    sets = [grams_of(text) for text in chain]
    assert overlap(sets[0], sets[1]) >= 0.8 > overlap(sets[0], sets[4])
    keyed = [(grams, str(number)) for number, grams in enumerate(sets)]
    assert components(keyed) == [0, 0, 0, 0, 0]
    assert components([(grams_of("a b c d"), "x"), (grams_of("e f g h"), "x"), (grams_of("i j k"), "y")]) == [0, 0, 2]


def test_components_are_the_same_as_by_comparing_all(examples: list[Example]) -> None:
    texts = ["one two three four five", "one two three four five six", "seven", "seven", "", "five four three two one"]
    sets = [(grams_of(text), str(number)) for number, text in enumerate(texts)]
    assert components(sets) == [0, 1, 2, 2, 4, 5]
    long = [f"{' '.join(map(str, range(20)))} {tail}" for tail in ("a", "b", "c d e f g h i j k")]
    assert components([(grams_of(text), text) for text in long]) == [0, 0, 2]
    assert len(set(components([traits(example.record) for example in examples if example.record]))) == len(examples)


def test_what_is_too_near_to_a_benchmark_is_left_out_and_listed(examples: list[Example], tmp_path: Path) -> None:
    first, second, third = (example.record for example in examples[:3])
    assert first is not None
    assert second is not None
    assert third is not None
    tool = third.tools[0]
    bfcl = tmp_path / "BFCL_v4_multiple.json"
    entries = [
        {
            "id": "multiple_0",
            "question": [[{"role": "user", "content": first.turns[0].query.upper() + "!"}]],
            "function": [
                {
                    "name": f"lib.{tool.name}",
                    "description": tool.description,
                    "parameters": {**tool.parameters, "type": "dict"},
                }
            ],
        },
        {"messages": [{"role": "system", "content": "x"}, {"role": "user", "content": second.turns[0].query}]},
    ]
    bfcl.write_text("\n".join(map(json.dumps, entries)))
    found = Decontamination([bfcl])
    report = ExportReport("test")
    kept = [example.id for example in found.stage(iter(examples), report)]
    assert examples[0].id not in kept
    assert examples[1].id not in kept
    calling = [
        example.id for example in examples if example.record is not None and tool.name in tools_called(example.record)
    ]
    assert set(calling).isdisjoint(kept)
    assert len(found.found) == len(examples) - len(kept) == sum(report.left_out.values())
    by_id = {entry["id"]: entry for entry in found.found}
    assert by_id[examples[0].id]["by"] == "query"
    assert by_id[examples[0].id]["line"] == 1
    assert by_id[examples[1].id]["file"] == bfcl.name
    assert by_id[examples[2].id]["by"] == "tool"
    assert report.notes["decontamination"]["files"] == {bfcl.name: {"queries": 2, "tools": 1}}
    assert len(kept) > len(examples) / 2


def test_plain_text_and_lists_are_read(tmp_path: Path) -> None:
    text = tmp_path / "queries.txt"
    text.write_text("What is the time?\n\nWhere am I?\n")
    assert [line.queries for line in read_benchmark(text)] == [("What is the time?",), ("Where am I?",)]
    listed = tmp_path / "list.json"
    xlam = {"query": "Hi", "tools": json.dumps([{"name": "a.b", "parameters": {"x": {"type": "int"}}}])}
    listed.write_text(json.dumps([xlam, {"conversations": [{"from": "human", "value": "Ho"}]}, "Hu"]))
    lines = list(read_benchmark(listed))
    assert [line.queries for line in lines] == [("Hi",), ("Ho",), ("Hu",)]
    assert lines[0].tools[0].parameters["properties"] == {"x": {"type": "int"}}


@pytest.mark.parametrize(
    ("content", "why"),
    [("{oops", "line 1: not JSON"), ("[1, ", "not JSON"), ('{"a": 1}', "no query and no tool"), ("", "no")],
)
def test_a_file_that_holds_nothing_to_compare_is_refused(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "bench.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=why):
        list(read_benchmark(path))
    with pytest.raises(UsageError, match="cannot be read"):
        list(read_benchmark(tmp_path / "absent.json"))


def test_what_is_in_no_split_is_left_out_by_its_reason(examples: list[Example], pool: Pool) -> None:
    plan = planned(examples, pool, "random")
    report = ExportReport("test")
    stray = replace(examples[0], id="stray")
    assert [example.split for example in plan.stage(iter([stray, examples[1]]), report)] == [plan.split[examples[1].id]]
    assert report.left_out == {"is in no split": 1}


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_a_test_of_unseen_tools_calls_nothing_that_training_calls(
    examples: list[Example], pool: Pool, seed: int
) -> None:
    plan = plan_split(examples, 0.2, "tools", seed, specs=pool.specs, families=pool.families)
    called = {example.id: set(tools_called(record)) for example in examples if (record := example.record)}
    by = {name: [called[id] for id, split in plan.split.items() if split == name] for name in ("train", "test")}
    assert set().union(*by["test"]).isdisjoint(set().union(*by["train"]))
    assert set().union(*by["test"]) <= plan.tools == plan.without["train"]
    assert 0.1 * len(examples) <= len(by["test"]) <= 0.3 * len(examples)
    lost = [id for id, why in plan.dropped.items() if why == "calls tools of both training and test"]
    assert all(called[id] & plan.tools and called[id] - plan.tools for id in lost)
    assert len(plan.split) + len(plan.dropped) == len(examples)
    assert plan == plan_split(examples, 0.2, "tools", seed, specs=pool.specs, families=pool.families)


def test_of_chains_those_are_held_out_together_that_are_called_together() -> None:
    # Four worlds of three tools; only some chains go from one world to the next.
    inside = [frozenset({f"{world}{one}", f"{world}{other}"}) for world in "abcd" for one in "123" for other in "123"]
    across = [frozenset({"a1", "b1"}), frozenset({"c1", "d1"})]
    for seed in range(10):
        held = draw_unseen([*inside, *across], 9, random.Random(seed))
        assert held in [{f"{world}{number}" for number in "123"} for world in "abcd"]


def test_an_export_by_tools_offers_training_nothing_that_the_test_calls(run_folder: Path) -> None:
    given = {"candidates": 6, "negatives": 0.2, "test_ratio": 0.2, "split_by": "tools", "seed": 3}
    report, out = export_to(run_folder, "trl", **given)
    offered: dict[str, set[str]] = {}
    called: dict[str, set[str]] = {}
    for split in ("train", "test"):
        rows = rows_of(out.with_name(f"{out.stem}.{split}.jsonl"))
        offered[split] = {tool["function"]["name"] for row in rows for tool in row["tools"] or ()}
        called[split] = {
            call["function"]["name"] for row in rows for one in row["messages"] for call in one.get("tool_calls") or ()
        }
    assert called["test"]
    assert called["test"].isdisjoint(offered["train"] | called["train"])
    assert report.notes["split"]["by"] == "tools"


def test_a_way_to_split_without_a_share_is_refused(run_folder: Path) -> None:
    with pytest.raises(UsageError, match="--split-by tools: nothing is split"):
        export_to(run_folder, "trl", split_by="tools")
