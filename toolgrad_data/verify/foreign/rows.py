"""The rows of a foreign file: JSON Lines, one JSON array, one JSON value, or Parquet, with bounded memory."""

import codecs
import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from toolgrad_data.errors import UsageError
from toolgrad_data.files.lines import LINE_MAX, Line, read_lines

_BLOCK = 1 << 16
_TABLE_ROWS = 64
_SPACE = re.compile(r"[\s,]*")


def read_rows(path: Path, row_max: int = LINE_MAX) -> Iterator[Line]:
    """Yield the rows; one of an array, a single value or a table is numbered by its place.

    Raises OSError; UsageError for Parquet without pyarrow, or that is damaged.
    """
    with open(path, "rb") as file:
        start = file.read(_BLOCK).removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"PAR1"):
        yield from _table(path, row_max)
        return
    if start.startswith(b"["):
        yield from _array(path, row_max)
        return
    lines = read_lines(path, row_max)
    first = next(lines, None)
    if first is None:
        return
    # A value on several lines, as an editor writes it: its first line is no JSON.
    if first.data is not None and not _is_json(first.data) and path.stat().st_size <= row_max:
        data = path.read_bytes().removeprefix(codecs.BOM_UTF8).strip()
        if _is_json(data):
            yield Line(1, data, len(data), path.stat().st_size)
            return
    yield from chain([first], lines)


def _array(path: Path, row_max: int) -> Iterator[Line]:
    """Yield the members of the array, decoded one by one. What follows broken JSON is one last row, for its message."""
    decoder = json.JSONDecoder()
    text, position, number, passed, need = "", 0, 0, 0, 1
    read = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    with open(path, "rb") as file:
        ended = begun = False
        while True:
            if not ended and len(text) - position < need:
                block = file.read(max(_BLOCK, need))
                ended = not block
                text, position = text[position:] + read.decode(block, final=ended), 0
            if not begun:
                text, begun = text.lstrip("\ufeff \t\r\n")[1:], True
            found = _SPACE.match(text, position)
            position = found.end() if found else position
            if position < len(text) and text[position] == "]":
                return
            try:
                _, end = decoder.raw_decode(text, position)
                # A number or a word may go on in the next block.
                whole = ended or end < len(text)
            except ValueError:
                whole, end = False, len(text)
            except RecursionError:
                whole, end = True, len(text)
            size = len(text) - position
            if whole:
                number += 1
                data = text[position:end].encode("utf-8", "surrogateescape")
                passed += len(data)
                yield Line(number, data, len(data), passed)
                position, need = end, 1
            elif ended or size > row_max:
                if size or not ended:
                    data = text[position:].encode("utf-8", "surrogateescape")
                    yield Line(
                        number + 1, data[:row_max] if ended else None, len(data), passed + len(data), whole=False
                    )
                return
            else:
                need = 2 * size + 1


def _table(path: Path, row_max: int) -> Iterator[Line]:
    """Yield a table's rows, each as JSON; where it ends is a share of the file's size, for progress."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise UsageError(
            f"{path}: is Parquet, which needs pyarrow.\nInstall it: pip install 'toolgrad-langgraph[parquet]'"
        ) from error
    size, number = path.stat().st_size, 0
    try:
        with ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_TABLE_ROWS):
                for row in batch.to_pylist():
                    number += 1
                    data = json.dumps(row, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")
                    kept = data if len(data) <= row_max else None
                    yield Line(number, kept, len(data), size * number // file.metadata.num_rows)
    except ArrowException as error:
        raise UsageError(f"{path}: is no Parquet file that can be read: {str(error)[:200]}") from error


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
