import errno
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from toolgrad_data.errors import CorruptFileError
from toolgrad_data.files.jsonl import DurableWriter, encode_line, read_lines, repair_tail

texts = st.text(st.characters(exclude_categories=["Cs"]))
objects = st.dictionaries(texts, st.none() | st.booleans() | st.integers() | texts | st.lists(texts), max_size=4)


def write(path: Path, *values: Any) -> bytes:
    writer = DurableWriter(path)
    for value in values:
        writer.append(encode_line(value))
    writer.close()
    return path.read_bytes()


@given(st.lists(objects, max_size=5))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_appended_is_read(tmp_path: Path, values: list[dict[str, Any]]) -> None:
    path = tmp_path / "x.jsonl"
    path.unlink(missing_ok=True)
    write(path, *values)
    assert list(read_lines(path)) == list(enumerate(values, start=1))
    assert repair_tail(path) is None


@given(st.lists(objects, min_size=1, max_size=4), st.data())
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_cut_anywhere_is_repaired_to_its_whole_lines(
    tmp_path: Path, values: list[dict[str, Any]], data: st.DataObject
) -> None:
    path = tmp_path / "x.jsonl"
    path.unlink(missing_ok=True)
    whole = write(path, *values)
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])
    # A line whose line break alone is missing is whole.
    lines, ends = 0, 0
    for value in values:
        ends += len(encode_line(value))
        lines += cut >= ends - 1
    note = repair_tail(path)
    assert [value for _, value in read_lines(path)] == values[:lines]
    assert (note is None) == (cut == 0 or whole[cut - 1 : cut] == b"\n")
    assert repair_tail(path) is None


def test_a_long_cut_line_is_found(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"a":1}\n{"b":"' + b"x" * 300_000)
    assert "has been removed" in (repair_tail(path) or "")
    assert path.read_bytes() == b'{"a":1}\n'


def test_a_corrupt_middle_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"a":1}\n{"b":\n{"c":3}\n')
    with pytest.raises(CorruptFileError, match=r"x\.jsonl, line 2: .*\n(.*\n)*.*sed -n 2p") as caught:
        list(read_lines(path))
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("value", [{"a": float("nan")}, {"a": "\ud800"}])
def test_what_is_not_json_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"not JSON compliant|surrogates not allowed"):
        encode_line(value)


def test_a_line_that_meets_a_full_disk_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.jsonl"
    write(path, {"a": 1})
    writer = DurableWriter(path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            writer.append(encode_line({"b": 2}))
    assert path.read_bytes() == b'{"a":1}\n'
    writer.append(encode_line({"c": 3}))
    writer.close()
    assert path.read_bytes() == b'{"a":1}\n{"c":3}\n'
