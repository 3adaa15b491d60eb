"""The conversation itself as a table: Parquet with one schema for all tools.

Arguments, results, parameters and labels are JSON text, for Arrow would give every call of a column the same members.
No column is nullable: a member that does not apply is empty.
"""

import json
import os
from pathlib import Path
from typing import Any

from toolgrad_data.errors import UsageError
from toolgrad_data.export.conversation import Example, Message, to_json
from toolgrad_data.export.format import Format, NamedCall, Row
from toolgrad_data.export.sinks import Sink, close_quietly, sync_and_close
from toolgrad_data.files.jsonl import encode_line

#: A row group is written when its rows take this many bytes as JSON: what is held in memory.
_GROUP_BYTES = 2 << 20


class Parquet(Format):
    """`{id, kind, split, messages, tools, labels}`."""

    name = "parquet"
    about = "the canonical conversation as a table, for your own converters"
    has_ids = True
    suffix = ".parquet"

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return one row."""
        return [
            {
                "id": example.id,
                "kind": example.kind,
                "split": example.split or "",
                "messages": [_message(message) for message in example.messages],
                "tools": [
                    {
                        "name": tool.name,
                        "description": tool.description,
                        "category": tool.category,
                        "parameters": to_json(tool.parameters),
                    }
                    for tool in example.tools
                ],
                "labels": to_json(example.labels),
            }
        ]

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of the assistant's messages."""
        return [
            [(call["name"], json.loads(call["arguments"])) for call in message["tool_calls"]]
            for message in row["messages"]
            if message["tool_calls"]
        ]

    def sink(self, path: Path) -> Sink:
        """Return the file to write rows to. Raises UsageError where pyarrow is not installed."""
        return ParquetSink(path)


def _message(message: Message) -> dict[str, Any]:
    return {
        "role": message.role,
        "content": message.content,
        "tool_calls": [
            {"id": call.id, "name": call.tool, "arguments": to_json(call.arguments)} for call in message.calls
        ],
        "tool_call_id": message.call_id,
        "name": message.tool,
        "train": message.role == "assistant" and message.train,
    }


class ParquetSink(Sink):
    """Writes a row group whenever enough rows have come."""

    def __init__(self, path: Path) -> None:
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError as error:
            raise UsageError(
                "--format parquet needs pyarrow.\nInstall it: pip install 'toolgrad-langgraph[parquet]'"
            ) from error
        super().__init__(path)
        self._table = pyarrow.Table
        self._schema = _schema(pyarrow)
        self._rows: list[Row] = []
        self._bytes = 0
        self._file = open(self.part, "wb")  # noqa: SIM115 - closed by commit() or abandon()
        self._writer = pyarrow.parquet.ParquetWriter(self._file, self._schema, compression="zstd")

    def add(self, *rows: dict[str, Any]) -> None:
        """Take the rows, and write a group when it is full."""
        self._bytes += sum(len(encode_line(row)) for row in rows)
        self._rows += rows
        if self._bytes >= _GROUP_BYTES:
            self._write_group()

    def finish(self) -> None:
        """Write what is left and the footer, flush."""
        self._write_group()
        self._writer.close()
        sync_and_close(self._file)

    def commit(self) -> list[Path]:
        """Rename."""
        os.replace(self.part, self.path)
        return [self.path]

    def abandon(self) -> None:
        """Remove the part."""
        close_quietly(self._writer)
        close_quietly(self._file)
        self.part.unlink(missing_ok=True)

    def _write_group(self) -> None:
        if self._rows:
            self._writer.write_table(self._table.from_pylist(self._rows, schema=self._schema))
        self._rows.clear()
        self._bytes = 0


def _schema(arrow: Any) -> Any:
    def record(**members: Any) -> Any:
        return arrow.struct([arrow.field(name, kind, nullable=False) for name, kind in members.items()])

    def many(kind: Any) -> Any:
        return arrow.list_(arrow.field("item", kind, nullable=False))

    text = arrow.string()
    call = record(id=text, name=text, arguments=text)
    message = record(role=text, content=text, tool_calls=many(call), tool_call_id=text, name=text, train=arrow.bool_())
    tool = record(name=text, description=text, category=text, parameters=text)
    columns = {
        "id": text,
        "kind": text,
        "split": text,
        "messages": many(message),
        "tools": many(tool),
        "labels": text,
    }
    return arrow.schema([arrow.field(name, kind, nullable=False) for name, kind in columns.items()])
