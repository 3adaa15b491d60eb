"""Whatever a file holds: each bad line is named with its number and reason, and the others are verified."""

from pathlib import Path

import pytest

from tests.unit.toolgrad_data.verify.files import good, line, spoilt, verified, write, wrongs
from toolgrad_data.errors import UsageError
from toolgrad_data.files import lines as lines_module
from toolgrad_data.files import record_lines
from toolgrad_data.files.lines import read_lines
from toolgrad_data.verify.printing import printable


@pytest.mark.parametrize(
    ("bad", "code", "words"),
    [
        (b'{"id": "x", \n', "not_json", "not JSON"),
        (b"\xff\xfe bytes\n", "not_utf8", "byte 1 of the line (0xff) is not UTF-8"),
        (b"[1, 2]\n", "not_an_object", "an array"),
        (b"null\n", "not_an_object", "null"),
        (b'{"a": NaN}\n', "not_json", "NaN is no JSON number"),
        (b'{"a": [-1e999]}\n', "not_json", "-1e999 is beyond the range of numbers"),
        (b'{"id": "a", "id": "b"}\n', "repeated_member", "'id' twice"),
        (b"[" * 200_000 + b"]" * 200_000 + b"\n", "too_deep", "nested too deeply"),
        (spoilt(9, lambda data: data.update(schema_version=3)), "schema_version", "schema_version is 3"),
        (spoilt(9, lambda data: data.update(schema_version=True)), "schema_version", "schema_version is true"),
        (spoilt(9, lambda data: data.update(comment="mine")), "unknown_member", "comment: no member"),
        (spoilt(9, lambda data: data["turns"][0].update(mood="good")), "unknown_member", "turns/0/mood"),
        (spoilt(9, lambda data: data.pop("tools")), "missing_member", "tools: is missing"),
        (spoilt(9, lambda data: data["meta"].update(index="nine")), "invalid_member", "meta/index"),
        (spoilt(9, lambda data: data.update(reasons=["bad"])), "rejected_record", "a rejected sample"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_verified(tmp_path: Path, bad: bytes, code: str, words: str) -> None:
    report = verified(write(tmp_path / "r.jsonl", line(good(1)), bad, line(good(2))))
    assert wrongs(report) == [(2, None, code)]
    assert words in report.findings[0].message
    assert (report.lines, report.records, report.unreadable, report.clean) == (3, 2, 1, 2)
    assert report.proved["typed"].held == 2
    assert report.has_findings


def test_a_truncated_last_line_is_named(tmp_path: Path) -> None:
    report = verified(write(tmp_path / "r.jsonl", line(good(1)), line(good(2))[:-40]))
    assert wrongs(report) == [(2, None, "truncated")]


def test_a_whole_last_line_needs_no_line_break(tmp_path: Path) -> None:
    assert not verified(write(tmp_path / "r.jsonl", line(good(1)), line(good(2))[:-1])).has_findings


def test_blank_lines_count_as_lines_of_the_file_but_not_as_records(tmp_path: Path) -> None:
    report = verified(write(tmp_path / "r.jsonl", b"\n  \r\n", line(good(1)), b"\n", b"{}\n", b"\n"))
    assert report.lines == 2
    assert {wrong.line for wrong in report.findings} == {5}


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + line(good(1)).replace(b"\n", b"\r\n") + line(good(2)).replace(b"\n", b"\r\n")
    assert not verified(write(tmp_path / "r.jsonl", text)).has_findings


def test_a_huge_line_is_skipped_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "_BLOCK", 1000)
    path = write(tmp_path / "r.jsonl", b"a" * 10_001 + b"\n", b"{}\n", b"b" * 5_000)
    found = list(read_lines(path, 100))
    assert [(one.number, one.size, one.data, one.whole) for one in found] == [
        (1, 10_002, None, True),
        (2, 3, b"{}", True),
        (3, 5_000, None, False),
    ]
    assert found[-1].end == path.stat().st_size
    with pytest.raises(record_lines.NotARecordError, match=r"the line has 10,002 bytes; lines of more than 64 MiB"):
        record_lines.parse_line(found[0])


def test_repeated_ids_are_named_with_the_line_before(tmp_path: Path) -> None:
    second = spoilt(2, lambda data: data.update(id="s0-000001"))
    report = verified(write(tmp_path / "r.jsonl", line(good(1)), second, line(good(3))))
    assert wrongs(report) == [(2, None, "repeated_id")]
    assert "line 1 has the id s0-000001 too" in report.findings[0].message
    assert report.clean == 2


def test_a_file_that_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        verified(tmp_path / "none.jsonl")


def test_what_is_printed_of_a_record_moves_no_cursor() -> None:
    assert printable("a\x1b[31mb\r\n\u202ec\ud800") == "a [31mb c\\ud800"
    assert len(printable("x" * 1000, 50)) == 50


def test_hostile_text_in_a_record_is_reported_without_harm(tmp_path: Path) -> None:
    def change(data: dict[str, object]) -> None:
        data["id"] = "\x1b[2Jid\ud800"
        data["turns"][0]["steps"][0]["sources"] = {}  # type: ignore[index]

    report = verified(write(tmp_path / "r.jsonl", spoilt(1, change)))
    assert wrongs(report) == [(1, "grounded", "no_source")]
    assert report.model_dump_json().encode()
    assert report.findings[0].id == " [2Jid\\ud800"
