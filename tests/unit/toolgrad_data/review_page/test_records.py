"""A run's records as the page asks for them: found where they lie, also when the file grows or is changed."""

import json
from pathlib import Path

import pytest

from graph.record import RejectedRecord
from tests.review_server import run_of
from toolgrad_data.review_page.records import ChangedRecordError, read_item, read_items
from toolgrad_data.reviews.review import record_digest


def test_each_record_is_read_where_it_lies(tmp_path: Path) -> None:
    run = run_of(tmp_path, 2)
    path = run / "records.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b"\n\nno record\n")
    items, skipped = read_items(run)
    assert (len(items), skipped) == (16, 1)
    lines = [json.loads(each) for each in path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()[:16]]
    for item, data in zip(items, lines, strict=True):
        read = read_item(item)
        assert read.record.id == item.id == data["id"]
        assert read.digest == record_digest(data) == record_digest(read.record.model_dump(mode="json"))


def test_rejected_samples_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    run = run_of(tmp_path, 0)
    data = json.loads((run / "records.jsonl").read_text(encoding="utf-8").splitlines()[0])
    data |= {"id": "s0-000999", "reasons": ["judged: stilted"]}
    data["verification"]["findings"] = [{"promise": "judged", "code": "stilted", "message": "stilted"}]
    (run / "rejected.jsonl").write_text(json.dumps(data) + "\n", encoding="utf-8")
    assert len(read_items(run)[0]) == 14
    item = read_items(run, rejected=True)[0][-1]
    assert item.is_rejected
    assert "judged" not in json.dumps(item.head), "a judge's words are hidden until one has decided"
    assert isinstance(read_item(item).record, RejectedRecord)


def test_a_file_that_grows_or_changes(tmp_path: Path) -> None:
    run = run_of(tmp_path, 1)
    path = run / "records.jsonl"
    first, second = read_items(run)[0][:2]
    with path.open("ab") as file:
        file.write(b"{}\n")
    assert read_item(second).record.id == second.id
    path.write_bytes(b" " * first.size + path.read_bytes()[first.size :])
    with pytest.raises(ChangedRecordError, match="s0-000000"):
        read_item(first)
    path.write_bytes(path.read_bytes()[first.size :])
    with pytest.raises(ChangedRecordError):
        read_item(second)
