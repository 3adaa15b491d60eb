"""Reviews reach LangSmith as feedback by its own library, over loopback, once, whatever comes between."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.langsmith_server import PROJECT
from tests.publishing_servers import Published, publishing
from tests.unit.toolgrad_data.command import toolgrad
from toolgrad_data.reviews.review import Review, record_digest
from toolgrad_data.reviews.review_file import ReviewFile
from toolgrad_data.runs.traces import Trace

SECRET = "sk-proj-abcdefghij0123456789"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Published]:
    with publishing() as found:
        monkeypatch.setenv("LANGSMITH_ENDPOINT", found.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "ls_secret")
        yield found


@pytest.fixture
def records(tmp_path: Path) -> list[dict[str, Any]]:
    """Three records, of which the first two have traces at LangSmith, the second after an earlier one."""
    records = [{"id": f"s0-00000{number}", "words": "any"} for number in range(3)]
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "records.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records))
    traces = [
        Trace(record="s0-000000", trace=trace_id(0), project="night", host="https://smith.example"),
        Trace(record="s0-000001", trace=trace_id(7), project="night", host="https://smith.example"),
        Trace(record="s0-000001", trace=trace_id(1), project="night", host="https://smith.example"),
        Trace(record="s0-000002", trace=trace_id(2)),
    ]
    (tmp_path / "traces.jsonl").write_text("".join(f"{trace.model_dump_json()}\n" for trace in traces))
    return records


def trace_id(number: int) -> UUID:
    return UUID(f"01a22e9f-f9f1-744f-ac9f-c8cdebebc17{number}")


def decide(folder: Path, record: dict[str, Any], reviewer: str = "Ann", **members: Any) -> Review:
    about = {"record": record["id"], "digest": record_digest(record), "reviewer": reviewer, "decision": "accept"}
    review = Review.model_validate({**about, **members})
    ReviewFile(folder).append(review)
    return review


def push(monkeypatch: pytest.MonkeyPatch, folder: Path, *more: object) -> int:
    return toolgrad(monkeypatch, "push", folder, "--to", "langsmith", "--reviews", *more)


def test_each_reviewers_decision_is_feedback_on_the_trace_that_made_the_record(
    tmp_path: Path,
    records: list[dict[str, Any]],
    server: Published,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    draft = {"turns": [{"query": "What?", "response": f"No {SECRET}."}]}
    decide(tmp_path, records[0], note=f"fine, {SECRET}", tags=["short"])
    decide(tmp_path, records[0], "Ben", decision="reject", reason="odd", note="see the date")
    decide(tmp_path, records[1], decision="mend", mended=draft, answers={"asked": "yes"})
    decide(tmp_path, records[2])
    decide(tmp_path, {**records[1], "words": "others"}, "Ben")
    assert push(monkeypatch, tmp_path) == 0
    assert "ls_secret" in server.tokens
    sent = {
        (each["run_id"], each["feedback_source"]["metadata"]["reviewer"]): each for each in server.feedback.values()
    }
    assert sent.keys() == {(str(trace_id(0)), "Ann"), (str(trace_id(0)), "Ben"), (str(trace_id(1)), "Ann")}
    told = {who: [each[name] for name in ("key", "score", "value")] for who, each in sent.items()}
    assert list(told.values()) == [["review", 1.0, "accept"], ["review", 0.0, "reject"], ["review", 1.0, "mend"]]
    ann, ben, mended = sent.values()
    assert {each["session_id"] for each in sent.values()} == {PROJECT["id"]}
    assert ann["comment"] == "fine, [redacted]"
    assert ben["comment"] == "odd\nsee the date"
    assert mended["correction"] == {"turns": [{"query": "What?", "response": "No [redacted]."}]}
    metadata = mended["feedback_source"]["metadata"]
    assert (metadata["record_id"], metadata["answers"]) == ("s0-000001", {"asked": "yes"})
    assert SECRET not in json.dumps(server.feedback)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0][:3] == ["pushed", "3", "reviews"]
    assert lines[1:] == [["no", "trace", "1"], ["outdated", "1"]]


def test_pushed_again_only_what_has_changed_is_sent(
    tmp_path: Path, records: list[dict[str, Any]], server: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = decide(tmp_path, records[0])
    decide(tmp_path, records[1])
    decide(tmp_path, records[1], "Ben")
    assert push(monkeypatch, tmp_path) == 0
    assert push(monkeypatch, tmp_path) == 0
    assert [change.split()[0] for change in server.changes] == ["POST"] * 3
    decide(tmp_path, records[0], decision="undo", undoes=first.id)
    decide(tmp_path, records[1], decision="reject", reason="no")
    assert push(monkeypatch, tmp_path) == 0
    assert [change.split()[0] for change in server.changes[3:]] == ["PATCH", "DELETE"]
    assert sorted((each["score"], each.get("comment")) for each in server.feedback.values()) == [
        (0.0, "no"),
        (1.0, None),
    ]


def test_what_was_sent_before_a_refusal_stays_and_the_rest_follows(
    tmp_path: Path,
    records: list[dict[str, Any]],
    server: Published,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("Ann", "Ben", "Cem"):
        decide(tmp_path, records[0], name)
    server.changes_allowed = 2
    assert push(monkeypatch, tmp_path) == 1
    err = capsys.readouterr().err
    assert "2 reviews were sent; the same command sends the rest" in err
    assert "ls_secret" not in err
    server.changes_allowed = None
    assert push(monkeypatch, tmp_path) == 0
    assert [change.split()[0] for change in server.changes] == ["POST"] * 3
    assert len(server.feedback) == 3


def test_what_is_missing_is_told(
    tmp_path: Path,
    records: list[dict[str, Any]],
    server: Published,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert push(monkeypatch, tmp_path) == 2
    assert "there are no reviews" in capsys.readouterr().err
    decide(tmp_path, records[0])
    (tmp_path / "traces.jsonl").unlink()
    assert push(monkeypatch, tmp_path) == 2
    assert "no trace that was sent to LangSmith" in capsys.readouterr().err
    assert push(monkeypatch, tmp_path, "--name", "x") == 2
    assert "--reviews sends reviews alone" in capsys.readouterr().err
    assert toolgrad(monkeypatch, "push", tmp_path, "--to", "hub", "--reviews") == 2
    assert "--reviews is for LangSmith" in capsys.readouterr().err
    assert toolgrad(monkeypatch, "push", tmp_path, "--to", "hub") == 2
    assert "--name is missing" in capsys.readouterr().err
    monkeypatch.delenv("LANGSMITH_API_KEY")
    assert push(monkeypatch, tmp_path) == 2
    assert "there is no key" in capsys.readouterr().err
