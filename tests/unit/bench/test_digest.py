"""What a digest of records leaves out, and what it keeps."""

from bench.digest import comparable


def test_times_and_versions_of_the_record_are_left_out() -> None:
    record = {"meta": {"started_at": "2026-01-01", "versions": {"toolgrad": "1"}, "iterations": 2}, "id": "s1-000000"}
    assert comparable(record) == {"meta": {"iterations": 2}, "id": "s1-000000"}


def test_what_a_tool_said_is_kept_whatever_it_is_called() -> None:
    step = {"elapsed_ms": 3.1, "result": {"started_at": "09:00", "versions": [1]}, "arguments": {"node": "a"}}
    assert comparable([step]) == [{"result": {"started_at": "09:00", "versions": [1]}, "arguments": {"node": "a"}}]
