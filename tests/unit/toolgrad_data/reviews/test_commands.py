"""`--reviewed` of the commands: export, stats, card, tasks and evaluate read the same reviews alike."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet
import pytest

from graph.record import Record
from tests.publishing_servers import publishing
from tests.unit.toolgrad_data.command import toolgrad
from toolgrad_data.evaluate.command import find_target, prepare_items
from toolgrad_data.evaluate.settings import EvaluateSettings
from toolgrad_data.reviews.choice import Reviewed
from toolgrad_data.reviews.mending import draft_of, mend
from toolgrad_data.reviews.review import Decision, MendedDraft, Review, record_digest
from toolgrad_data.reviews.review_file import ReviewFile
from toolgrad_data.runs.store import read_run_info
from toolgrad_data.tasks.store import read_tasks

BEFORE = "Good day. "


@pytest.fixture
def run(run_folder: Path, tmp_path: Path) -> Path:
    """A run of which two records are accepted, one is rejected and one mended."""
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder, ignore=shutil.ignore_patterns("checkpoints*"))
    decisions: list[Decision] = ["accept", "reject", "mend", "accept"]
    for data, decision in zip(lines(folder), decisions, strict=False):
        reason = "odd" if decision == "reject" else ""
        draft = draft_with_greeting(Record.model_validate(data)) if decision == "mend" else None
        ReviewFile(folder).append(
            Review(
                record=data["id"],
                digest=record_digest(data),
                reviewer="Ada",
                decision=decision,
                reason=reason,
                mended=draft,
            )
        )
    return folder


def draft_with_greeting(record: Record) -> MendedDraft:
    draft = draft_of(record)
    draft.turns[0].query = BEFORE + draft.turns[0].query
    assert mend(record, draft).verification.findings == []
    return draft


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(each) for each in (folder / "records.jsonl").read_text(encoding="utf-8").splitlines()]


def ids(folder: Path, *numbers: int) -> list[object]:
    return [lines(folder)[number]["id"] for number in numbers]


def test_export_has_the_mended_words_and_who_mended_them(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (run / "records.jsonl").read_bytes()
    out, report = tmp_path / "out.parquet", tmp_path / "report.json"
    export = ("export", run, "-f", "parquet", "-o", out, "--reviewed", "accepted", "--report", report)
    assert toolgrad(monkeypatch, *export) == 0
    rows = pyarrow.parquet.read_table(out).to_pylist()
    assert [row["id"] for row in rows] == ids(run, 0, 2, 3)
    old = Record.model_validate(lines(run)[2]).turns[0].query
    words = [message["content"] for message in rows[1]["messages"] if message["role"] == "user"]
    assert words[0] == BEFORE + old
    labels = json.loads(rows[1]["labels"])
    assert labels["mended"]["by"] == "Ada"
    assert labels["mended"]["before"] == [{"turn": 0, "query": old}]
    assert "mended" not in json.loads(rows[0]["labels"])
    told = json.loads(report.read_text())
    assert told["reviews"]["reviewed"] == "accepted"
    assert told["reviews"]["runs"]["run"]["mended"] == {ids(run, 2)[0]: labels["mended"]}
    assert told["left_out"]["was rejected by a reviewer"] == 1
    assert told["records"] == len(lines(run))
    assert (run / "records.jsonl").read_bytes() == before


def test_a_split_is_of_what_is_taken(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out.jsonl"
    split = ("export", run, "-f", "trl", "-o", out, "--reviewed", "any", "--test-ratio", "0.34")
    assert toolgrad(monkeypatch, *split) == 0
    rows = [path.read_text().count("\n") for path in (tmp_path / "out.train.jsonl", tmp_path / "out.test.jsonl")]
    assert sum(rows) == 3
    assert min(rows) == 1


def test_no_command_writes_over_reviews(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (run / "reviews.jsonl").read_bytes()
    export = ("export", run, "-f", "trl", "-o", run / "reviews.jsonl", "--overwrite")
    assert toolgrad(monkeypatch, *export) == 2
    assert (run / "reviews.jsonl").read_bytes() == before


def test_push_sends_what_is_taken_with_who_mended_it(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with publishing() as server:
        monkeypatch.setenv("LANGSMITH_ENDPOINT", server.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "ls_secret")
        push = ("push", run, "--to", "langsmith", "--name", "mine", "--reviewed", "accepted")
        assert toolgrad(monkeypatch, *push) == 0
    sent = [one["metadata"] for one in server.examples.values()]
    assert {one["record"] for one in sent} == set(ids(run, 0, 2, 3))
    assert {one["record"]: one["mended"]["by"] for one in sent if "mended" in one} == {ids(run, 2)[0]: "Ada"}


def test_stats_tell_of_reviews_and_count_what_is_taken(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert toolgrad(monkeypatch, "stats", run, "--reviewed", "accepted", "--json") == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["records"] == 3
    assert figures["reviews"]["verdicts"] == {"accepted": 2, "mended": 1, "rejected": 1}
    assert toolgrad(monkeypatch, "stats", run) == 0
    assert "reviewed            4 records: accepted 2, mended 1, rejected 1" in capsys.readouterr().out


def test_a_card_counts_what_is_taken_and_tells_of_reviews(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = tmp_path / "README.md"
    assert toolgrad(monkeypatch, "card", run, "-o", card, "--reviewed", "accepted") == 0
    text = card.read_text(encoding="utf-8")
    assert "## Reviewed by people\n\n1 person reviewed 4 records: accepted 2, mended 1, rejected 1." in text
    assert "3 records" in text


def test_tasks_are_of_the_mended_words(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "tasks"
    assert toolgrad(monkeypatch, "tasks", run, "-o", out, "--reviewed", "accepted") == 0
    tasks = {each.key.record.id: each.task for each in read_tasks(out / "tasks.jsonl")}
    assert set(tasks) <= set(ids(run, 0, 2, 3))
    assert str(tasks[str(ids(run, 2)[0])].model_dump()).count(BEFORE) == 1


def test_evaluate_plays_the_mended_words(run: Path) -> None:
    settings = EvaluateSettings(model="m", reviewed=Reviewed.accepted, negatives=0.5)
    items = prepare_items(find_target(run), settings, read_run_info(run).settings)
    assert {item.record.id for item in items} <= set(ids(run, 0, 2, 3))
    assert any(item.kind == "task" and item.record.turns[0].query.startswith(BEFORE) for item in items)


@pytest.mark.parametrize("command", ["stats", "card", "tasks", "export"])
def test_nothing_that_was_reviewed_so_is_told(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (run / "reviews.jsonl").unlink()
    more = {"stats": [], "card": ["-o", "x.md"], "tasks": ["-o", "x"], "export": ["-f", "trl", "-o", "x.jsonl"]}
    monkeypatch.chdir(tmp_path)
    assert toolgrad(monkeypatch, command, run, *more[command], "--reviewed", "accepted") in (1, 2)
    assert "review" in capsys.readouterr().err
