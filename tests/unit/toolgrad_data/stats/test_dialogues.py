"""Figures of dialogues: their turns by kind, and what later turns take from earlier ones."""

from collections import Counter
from pathlib import Path

from graph.record import Record
from graph.sources import UserSource
from tests.fixtures.dialogues import FILE, dialogues
from tests.unit.toolgrad_data.runs.helpers import record
from toolgrad_data.publish.card.counts import count_runs
from toolgrad_data.publish.card.writing import CardOptions, card
from toolgrad_data.stats.comparison import compare
from toolgrad_data.stats.dialogues import DialogueCounter
from toolgrad_data.stats.figures import count_file
from toolgrad_data.stats.view import rows
from toolgrad_data.verify.verification import Target

RECORDS = {made.id: made for made in dialogues()}


def folder_of(records: list[Record], folder: Path) -> Path:
    folder.mkdir()
    (folder / "records.jsonl").write_text("".join(f"{one.model_dump_json()}\n" for one in records), encoding="utf-8")
    return folder


def figures_of(*records: Record) -> DialogueCounter:
    counter = DialogueCounter()
    for made in records:
        counter.add(made)
    return counter


def test_turns_are_counted_by_kind_and_calls() -> None:
    found = figures_of(*RECORDS.values(), record()).figures()
    turns = [turn for made in RECORDS.values() for turn in made.turns]
    assert (found.records, found.turns) == (len(RECORDS), len(turns))
    assert found.kinds == Counter(turn.kind for turn in turns)
    assert found.turn_calls == Counter(len(turn.steps) for turn in turns)
    said = [len(turn.query.split()) for turn in turns if turn.kind != "chat"]
    assert found.words == round(sum(said) / len(said), 2)


def test_a_follow_up_carries_what_it_does_not_say() -> None:
    made = RECORDS["s0-000012"]  # "And by road, roughly?" takes the distance
    found = figures_of(made).figures()
    assert (found.follow_ups, found.carrying, found.later, found.unlinked) == (1, 1, 4, 0)
    alone = made.model_copy(deep=True)
    step = alone.turns[1].steps[0]
    step.sources = {"/straight_km": UserSource(turn=1, start=0, end=3, quote="277")}
    found = figures_of(alone).figures()
    assert (found.carrying, found.unlinked) == (0, 1)
    # Said before and said again: linked, but nothing is carried over.
    again = alone.model_copy(deep=True)
    again.turns[1].query = "And by road, from Lisbon?"
    again.turns[1].steps[0].sources = {"/straight_km": UserSource(turn=0, start=18, end=24, quote="Lisbon")}
    found = figures_of(again).figures()
    assert (found.carrying, found.unlinked) == (0, 0)


def test_single_turns_have_no_figures_of_dialogues() -> None:
    found = figures_of(record(), record(1)).figures()
    assert (found.records, found.words, found.carrying_share, found.unlinked_share) == (0, None, None, None)


def test_stats_show_them() -> None:
    shown = dict(rows(count_file(FILE)))
    assert "correction: 7" in shown["kinds of turns"]
    assert "of 14 follow-ups take what came before" in shown["links of turns"]
    assert shown["words a message"].startswith("mean ")
    assert shown["turns a record"].startswith("2: 1 ")


def test_the_card_tells_turns_kinds_and_rules(tmp_path: Path) -> None:
    text = card(CardOptions("Talks"), count_runs([folder_of([*RECORDS.values(), record(99)], tmp_path / "talks")]), {})
    assert f"{len(RECORDS)} records are dialogues of several turns." in text
    assert "| 3 | 10 |" in text
    assert "| correction | 7 |" in text
    assert "> You run a help desk. An urgent ticket (P1) is never closed at the desk." in text
    single = card(CardOptions("Calls"), count_runs([folder_of([record(1)], tmp_path / "calls")]), {})
    assert "turns in a record" not in single
    assert "Rules that" not in single


def test_diff_tells_another_plan_from_other_words(tmp_path: Path) -> None:
    made = RECORDS["s0-000007"]
    plan, words = made.model_copy(deep=True), made.model_copy(deep=True)
    plan.turns[2].kind = "follow_up"
    plan.turns[2].replaces = None
    words.turns[2].query = "Make it five."
    for changed, parts in ((plan, ["turns"]), (words, ["query"])):
        name = parts[0]
        folder_of([made], tmp_path / f"{name}-a")
        folder_of([changed], tmp_path / f"{name}-b")
        targets = [Target(tmp_path / f"{name}-{side}" / "records.jsonl", None) for side in "ab"]
        assert [one.parts for one in compare(*targets).examples] == [parts]
