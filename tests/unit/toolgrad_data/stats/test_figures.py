import json
from collections import Counter
from pathlib import Path

import pytest

from graph.marks import Tell
from graph.record import Judgement, RoleUsage, Usage
from graph.sources import DerivedSource, StepSource, UserSource
from tests.unit.toolgrad_data.runs.helpers import record
from toolgrad_data.stats.figures import StatsCollector, count_file, describe_counts, evenness
from toolgrad_data.stats.structure import skeleton
from toolgrad_data.stats.view import rows, stats_view


def test_figures_of_a_run() -> None:
    collector = StatsCollector("run", of_a_run=True)
    for index in (1, 2, 2):
        made = record(index)
        made.turns[0].query = f"Twice {index}, please."
        made.meta.usage = Usage(
            llm_calls=2, input_tokens=100, cost_usd=0.5, by_role={"propose": RoleUsage(llm_calls=2, cost_usd=0.5)}
        )
        if index == 2:
            made.judge = Judgement(
                model="m", naturalness_reason="", naturalness=4, would_ask_reason="", would_ask=5, trials=3, solved=2
            )
        collector.add(made)
    collector.add(record(9, reasons=["natural: bad", "more"]))
    collector.skip()
    stats = collector.stats()
    assert (stats.records, stats.rejected, stats.skipped, stats.acceptance_rate) == (3, 1, 1, 0.75)
    assert stats.rejected_by_reason == {"natural": 1}
    assert (stats.lengths, stats.shapes, stats.depths) == ({1: 3}, {"single": 3}, {1: 3})
    assert (stats.with_several_calls, stats.dependent_share, stats.with_user_value) == (0, None, 3)
    assert stats.tools.most_used == {"double": 3}
    assert stats.tools.by_category == {"arithmetic": 3}
    assert (stats.arguments.leaves, stats.arguments.different) == (3, 2)
    assert stats.arguments.by_source == {"user": 3}
    assert (stats.skeletons.different, stats.skeletons.most_repeated) == (1, {"Twice _, please.": 3})
    assert (stats.judged.records, stats.judged.solved, stats.judged.trials) == (2, 4, 6)
    assert stats.judged.naturalness == {4: 2}
    assert "2 records, 4 of 6 trials solved" in dict(rows(stats))["judged"]
    assert stats.query_words == {"mean": 3, "median": 3, "p95": 3, "max": 3}
    # Rejected samples are paid for by the accepted ones: four samples of two tool calls each.
    assert stats.an_accepted_record.tool_calls == pytest.approx(8 / 3, abs=0.001)
    assert stats.an_accepted_record.cost_usd == 0.5
    assert stats.an_accepted_record.by_role["propose"].cost_usd == 0.5
    shown = dict(rows(stats))
    assert shown["of that, by role"].startswith("propose 2 calls, ")
    assert shown["the paper took"].startswith("45.9 model calls a sample")
    assert "3 × Twice _, please." in str(stats_view(stats))


def test_lengths_are_told_beside_what_they_were_to_be() -> None:
    collector = StatsCollector("run", of_a_run=True)
    for target in (1, 3, None):
        made = record(target or 0)
        made.meta.target_calls = target
        collector.add(made)
    targets = collector.stats().targets
    assert (targets.records, targets.by_length, targets.share) == (2, {1: 1, 3: 1}, 0.5)
    assert dict(rows(collector.stats()))["of the target"] == "1.00 of 2.00 calls (50.0 %)"
    assert dict(rows(StatsCollector("run", of_a_run=True).stats()))["of the target"] == "–"


def test_marks_are_counted_by_who_made_them() -> None:
    collector = StatsCollector("run", of_a_run=False)
    made = record(7)
    source = StepSource(step="s1", pointer="/answer")
    marks = [
        Tell(start=0, end=2, quote="It", did="s1"),
        Tell(start=3, end=5, quote="is", source=source, paraphrase=True),
        Tell(start=6, end=8, quote="14", source=source, either=[source], inferred=True),
    ]
    made.turns[0] = made.turns[0].model_copy(update={"tells": marks})
    collector.add(made)
    unmarked = record(8)
    unmarked.turns[0] = unmarked.turns[0].model_copy(update={"tells": None, "asks": None})
    collector.add(unmarked)
    marks_of = collector.stats().marks
    assert (marks_of.asks, marks_of.tells, marks_of.written, marks_of.inferred) == (1, 4, 2, 2)
    assert (marks_of.paraphrase, marks_of.deeds, marks_of.several_places) == (1, 1, 1)
    assert (marks_of.written_share, marks_of.turns_without) == (0.5, 1)
    assert "1 asks; 4 tells: 2 written (50 %)" in dict(rows(collector.stats()))["marks"]


def test_words_of_the_user_inside_a_derivation_are_masked_and_counted() -> None:
    collector = StatsCollector("run", of_a_run=False)
    made = record(3)
    said = made.turns[0].steps[0].sources["/number"]
    made.turns[0].steps[0].sources["/number"] = DerivedSource(op="sum", of=[said])
    collector.add(made)
    assert isinstance(said, UserSource)
    assert (collector.stats().with_user_value, skeleton(made).startswith("What is number _ of")) == (1, True)


def test_an_unknown_price_is_no_number() -> None:
    collector = StatsCollector("run", of_a_run=False)
    made = record()
    made.meta.usage = Usage(llm_calls=1, cost_usd=None)
    collector.add(made)
    stats = collector.stats()
    assert stats.an_accepted_record.cost_usd is None
    assert "unknown" in dict(rows(stats))["an accepted record"]
    assert stats.rejected is None


def test_an_empty_set_has_figures_too() -> None:
    stats = StatsCollector("run", of_a_run=True).stats()
    assert dict(rows(stats))["calls a record"] == "–"
    assert str(stats_view(stats))


def test_lines_that_are_no_records_are_counted(tmp_path: Path) -> None:
    file, rejected = tmp_path / "records.jsonl", tmp_path / "rejected.jsonl"
    file.write_text(json.dumps(record(1).model_dump(mode="json")) + "\ngarbage\n")
    rejected.write_text(json.dumps(record(2, reasons=["x"]).model_dump(mode="json")) + "\n{}\n")
    stats = count_file(file, rejected)
    assert (stats.records, stats.rejected, stats.skipped) == (1, 1, 2)


def test_evenness_and_spread() -> None:
    assert evenness(Counter(a=5, b=5)) == 1.0
    assert evenness(Counter(a=9)) is None
    assert evenness(Counter(a=99, b=1)) == pytest.approx(0.0808, abs=0.001)
    assert describe_counts(Counter({1: 50, 2: 45, 9: 5})) == {"mean": 1.85, "median": 1, "p95": 2, "max": 9}
    assert describe_counts(Counter()) == {}
